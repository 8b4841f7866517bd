"""Folders hold items in an order, for who may see them; two people at once lose nothing. (`folders.py` is a helper.)"""

from collections.abc import Callable

import pytest
from django.utils import timezone

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Access, Item
from archive.folders import fill_folders
from archive.folders.fill_folders import (
    change_folder,
    make_folder,
    move,
    note_beside,
    put_in,
    remove_folder,
    take_out,
)
from archive.folders.models import Folder, FolderEntry
from archive.ledger.not_done import NotDone
from archive.search.filters import ItemFilter
from archive.search.type_ahead import complete
from tests.builders import NOW, make_accession, make_item, make_people
from tests.two_at_once import meet, together

pytestmark = pytest.mark.django_db


def shelf(by: User, *items: Item, sharing: str = Folder.Sharing.PRIVATE, name: str = "Shelf") -> Folder:
    folder = make_folder(name=name, sharing=sharing, by=by, at=NOW)
    put_in(folder, [item.pk for item in items], by=by, at=NOW)
    return folder


def order(folder: Folder, user: User | None = None) -> list[int]:
    entries = folder.entries.visible_to(user) if user else folder.entries.all()
    return list(entries.in_order().values_list("item", flat=True))


def test_items_stand_as_they_were_put_in_and_once(people: dict[str, User]) -> None:
    a, b, c = (make_item() for _number in range(3))
    folder = shelf(people["archivist"], c, a)

    assert put_in(folder, [a.pk, b.pk, b.pk, 999_999], by=people["archivist"], at=NOW) == 1

    assert order(folder) == [c.pk, a.pk, b.pk]


@pytest.mark.parametrize(
    ("moved", "before", "expected"),
    [(3, 0, "3012"), (0, 3, "1203"), (0, None, "1230"), (2, 1, "0213"), (1, 1, "0123"), (1, 2, "0123")],
)
def test_an_item_goes_before_another_one_or_to_the_end(
    people: dict[str, User], moved: int, before: int | None, expected: str
) -> None:
    items = [make_item() for _number in range(4)]
    folder = shelf(people["archivist"], *items)

    target = None if before is None else items[before].pk
    move(folder, items[moved].pk, before=target, by=people["archivist"], at=NOW)

    assert order(folder) == [items[int(number)].pk for number in expected]


def test_a_reader_orders_and_counts_only_what_they_may_see(people: dict[str, User]) -> None:
    researcher = people["researcher"]
    a, closed, b = make_item(), make_item(access=Access.RESTRICTED), make_item()
    folder = shelf(people["archivist"], a, closed, b, sharing=Folder.Sharing.ADD)

    assert order(folder, researcher) == [a.pk, b.pk]
    assert FolderEntry.objects.visible_to(researcher).numbers([folder]) == {folder.pk: 2}
    move(folder, b.pk, before=a.pk, by=researcher, at=NOW)
    assert order(folder, researcher) == [b.pk, a.pk]
    assert order(folder) == [b.pk, a.pk, closed.pk]
    for act in (
        lambda: move(folder, closed.pk, before=a.pk, by=researcher, at=NOW),
        lambda: move(folder, a.pk, before=closed.pk, by=researcher, at=NOW),
        lambda: note_beside(folder, closed.pk, note="x", by=researcher, at=NOW),
        lambda: take_out(folder, closed.pk, by=researcher, at=NOW),
    ):
        with pytest.raises(NotDone, match="not in the folder any more"):
            act()


def test_sharing_says_who_sees_and_who_adds(people: dict[str, User]) -> None:
    archivist, researcher = people["archivist"], people["researcher"]
    mine, theirs = make_item(), make_item()
    folder = shelf(archivist, mine)
    assert not Folder.objects.visible_to(researcher).exists() and not Folder.objects.visible_to(None).exists()

    change_folder(folder, name="Shelf", note="", sharing="READ", by=archivist)
    assert Folder.objects.visible_to(researcher).exists()
    with pytest.raises(NotDone, match="no longer, open to you"):
        put_in(folder, [theirs.pk], by=researcher, at=NOW)

    change_folder(folder, name="Shelf", note="", sharing="ADD", by=archivist)
    assert put_in(folder, [theirs.pk], by=researcher, at=NOW) == 1
    with pytest.raises(NotDone, match="archivist put this in"):
        take_out(folder, mine.pk, by=researcher, at=NOW)
    take_out(folder, theirs.pk, by=researcher, at=NOW)
    for act in (
        lambda: change_folder(folder, name="Mine", note="", sharing="ADD", by=researcher),
        lambda: remove_folder(folder, by=researcher),
    ):
        with pytest.raises(NotDone, match="archivist’s"):
            act()
    assert order(folder) == [mine.pk]


def test_what_is_too_many_or_not_allowed_is_refused(people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    archivist, accession = people["archivist"], make_accession()
    items = [make_item(accession=accession) for _number in range(3)]
    folder = shelf(archivist)
    monkeypatch.setattr(fill_folders, "MOST_ITEMS", 2)

    with pytest.raises(NotDone, match="at most 2 items"):
        put_in(folder, [item.pk for item in items], by=archivist, at=NOW)
    assert order(folder) == []
    with pytest.raises(NotDone, match="of this name already"):
        make_folder(name="Shelf", by=archivist, at=NOW)
    monkeypatch.setattr(fill_folders, "MOST_FOLDERS", 1)
    with pytest.raises(NotDone, match="all there is room for"):
        make_folder(name="Another", by=archivist, at=NOW)
    with pytest.raises(NotAllowed):
        make_folder(name="Mine", by=User.objects.create_user("nobody"), at=NOW)


def test_a_change_writes_what_was_sent_alone_and_tells_of_a_folder_that_is_gone(people: dict[str, User]) -> None:
    archivist = people["archivist"]
    folder = shelf(archivist, sharing="READ")
    stale = Folder.objects.get()
    change_folder(folder, sharing="PRIVATE", by=archivist)

    assert change_folder(stale, note="of June", by=archivist).sharing == "PRIVATE"

    told = Folder.objects.get()
    assert (told.name, told.note, told.sharing, told.normalised) == ("Shelf", "of June", "PRIVATE", "shelf")
    remove_folder(folder, by=archivist)
    for act in (lambda: change_folder(stale, note="x", by=archivist), lambda: remove_folder(stale, by=archivist)):
        with pytest.raises(NotDone, match="removed meanwhile"):
            act()
    assert not Folder.objects.exists()


def test_a_note_that_another_wrote_meanwhile_is_not_written_over(people: dict[str, User]) -> None:
    archivist, item = people["archivist"], make_item()
    folder = shelf(archivist, item)

    def write(note: str, **more: str) -> str:
        note_beside(folder, item.pk, note=note, by=archivist, at=NOW, **more)
        return folder.entries.get().note

    assert write("a boat\nat noon", seen="") == "a boat\nat noon"
    with pytest.raises(NotDone, match="Yours was not saved: “a tent”"):
        write("a tent", seen="")
    assert folder.entries.get().note == "a boat\nat noon"
    assert write("a tent", seen="a boat\r\nat noon ") == "a tent"
    assert write("a tent", seen="") == "a tent"
    assert write("a ship") == "a ship"


# In the search


def found(text: str, user: User | None) -> list[int] | str:
    asked = ItemFilter({"q": text}, user=user)
    if not asked.form.is_valid():
        return str(asked.form.errors["q"])
    return sorted(asked.narrowed().values_list("pk", flat=True))


def test_a_folder_is_searched_by_its_number_and_its_name(people: dict[str, User]) -> None:
    archivist, researcher = people["archivist"], people["researcher"]
    a, closed, other = make_item(), make_item(access=Access.RESTRICTED), make_item()
    folder = shelf(archivist, a, closed, sharing="READ", name="Été à Dunkerque")
    hidden = shelf(archivist, a, name="Secret")

    assert found(f"folder:{folder.pk}", archivist) == [a.pk, closed.pk]
    assert found('folder:"été A dunkerque"', researcher) == [a.pk]
    assert found(f"-folder:{folder.pk}", researcher) == [other.pk]
    assert found(f"folder:{folder.pk},{hidden.pk}", archivist) == [a.pk, closed.pk]
    for text in (f"folder:{hidden.pk}", "folder:secret"):
        assert "You see no folder" in found(text, researcher)
    assert "Sign in to search" in found(f"folder:{folder.pk}", None)
    assert "range" in found("folder:1..2", archivist) or "no range" in found("folder:1..2", archivist)
    shelf(researcher, sharing="READ", name="Ete a Dunkerque")
    assert "can mean more than one" in found('folder:"ete a dunkerque"', archivist)


def test_a_number_means_the_folder_of_this_number_however_others_name_theirs(people: dict[str, User]) -> None:
    archivist, researcher = people["archivist"], people["researcher"]
    a, b = make_item(), make_item()
    mine = shelf(researcher, a, name="Mine")
    theirs = shelf(archivist, b, sharing="READ", name=str(mine.pk))

    # Who does not see the number is left the name.
    assert found(f"folder:{mine.pk}", researcher) == [a.pk]
    assert found(f"folder:{mine.pk}", archivist) == [b.pk]
    assert found(f"folder:{theirs.pk}", researcher) == [b.pk]


def test_folders_come_up_while_typing(people: dict[str, User]) -> None:
    folder = shelf(people["archivist"], name="Été à Dunkerque")

    assert [row.term for row in complete("folder:dunk", 11, user=people["archivist"])] == [f"folder:{folder.pk}"]
    assert complete("folder:dunk", 11, user=people["researcher"]) == []


# Two at once


@pytest.fixture
def shared() -> tuple[Folder, list[Item], dict[str, User]]:
    people, accession = make_people(), make_accession()
    items = [make_item(accession=accession) for _number in range(6)]
    return shelf(people["archivist"], *items[:4], sharing="ADD"), items, people


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("run", [together, meet], ids=["together", "one waits"])
def test_two_who_add_at_once_both_do_and_an_item_comes_in_once(run: Callable, shared: tuple) -> None:
    folder, items, people = shared
    keys = [item.pk for item in items]

    run(
        lambda: put_in(folder, [keys[4], keys[5]], by=people["archivist"], at=timezone.now()),
        lambda: put_in(folder, [keys[5], keys[4]], by=people["researcher"], at=timezone.now()),
    )

    assert sorted(order(folder)) == keys
    positions = list(folder.entries.values_list("position", flat=True))
    assert len(set(positions)) == 6


@pytest.mark.django_db(transaction=True)
def test_two_who_order_at_once_lose_no_item_and_both_moves_hold(shared: tuple) -> None:
    folder, items, people = shared
    a, b, c, d = (item.pk for item in items[:4])

    meet(
        lambda: move(folder, d, before=a, by=people["archivist"], at=timezone.now()),
        lambda: move(folder, a, before=None, by=people["researcher"], at=timezone.now()),
    )

    assert order(folder) == [d, b, c, a]
    assert len(set(folder.entries.values_list("position", flat=True))) == 4


@pytest.mark.django_db(transaction=True)
def test_who_orders_what_another_takes_out_meanwhile_is_told(shared: tuple) -> None:
    folder, items, people = shared

    with pytest.raises(NotDone, match="somebody took it out"):
        meet(
            lambda: take_out(folder, items[0].pk, by=people["archivist"], at=timezone.now()),
            lambda: move(folder, items[1].pk, before=items[0].pk, by=people["researcher"], at=timezone.now()),
        )

    assert order(folder) == [item.pk for item in items[1:4]]


@pytest.mark.django_db(transaction=True)
def test_who_adds_while_it_is_shared_no_longer_is_told(shared: tuple) -> None:
    folder, items, people = shared

    with pytest.raises(NotDone, match="no longer, open to you"):
        meet(
            lambda: change_folder(folder, name="Shelf", note="", sharing="READ", by=people["archivist"]),
            lambda: put_in(folder, [items[5].pk], by=people["researcher"], at=timezone.now()),
        )


@pytest.mark.django_db(transaction=True)
def test_a_folder_is_removed_with_what_another_puts_in_meanwhile(shared: tuple) -> None:
    folder, items, people = shared

    meet(
        lambda: put_in(folder, [items[5].pk], by=people["researcher"], at=timezone.now()),
        lambda: remove_folder(folder, by=people["archivist"]),
    )

    assert not Folder.objects.exists()
