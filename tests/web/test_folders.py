"""Folders on the pages and by programs."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from archive.accounts.models import User
from archive.catalogue.hidden_wordings import hold
from archive.catalogue.models import Access, Item
from archive.folders.fill_folders import make_folder, note_beside, put_in
from archive.folders.models import Folder
from archive.item_index import folder as index_folder
from archive.item_index.keep_index import Keeper
from archive.web.views import folders as view
from tests.builders import NOW, make_accession, make_caption, make_item
from tests.indexing import catch_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def archivist(people: dict[str, User], client: Client) -> Client:
    client.force_login(people["archivist"])
    return client


def shelf(by: User, *items: Item, **more: object) -> Folder:
    folder = make_folder(by=by, at=NOW, **{"name": "Shelf"} | more)
    put_in(folder, [item.pk for item in items], by=by, at=NOW)
    return folder


def words_of(response: object) -> str:
    return " ".join(response.content.decode().split())


def order(folder: Folder) -> list[int]:
    return list(folder.entries.in_order().values_list("item", flat=True))


def test_items_are_put_in_from_item_selection_and_search(archivist: Client, people: dict[str, User]) -> None:
    first, second, third = make_item(), make_item(), make_item()
    for item in (second, third):
        make_caption(item, "A boat")
    assert f"{reverse('put_in_folder')}?items={first.pk}" in archivist.get(
        reverse("item", args=[first.pk])
    ).content.decode()  # fmt: skip
    found = archivist.get("/?q=boat").content.decode()
    assert f"{reverse('put_in_folder')}?q=boat" in found and 'value="folder"' in found

    asked = archivist.get(reverse("bulk"), {"act": "folder", "items": [first.pk]})
    made = archivist.post(f"{reverse('put_in_folder')}?items={first.pk}", {"name": "Shelf"})
    folder = Folder.objects.get()
    again = archivist.post(f"{reverse('put_in_folder')}?q=boat&sort=oldest", {"folder": folder.pk}, follow=True)

    assert asked.url.startswith(reverse("put_in_folder"))
    assert made.url == reverse("folder", args=[folder.pk])
    assert order(folder) == [first.pk, second.pk, third.pk]
    assert "2 items were put in." in words_of(again)
    assert "2 were in it already." in words_of(
        archivist.post(f"{reverse('put_in_folder')}?q=boat", {"folder": folder.pk}, follow=True)
    )


def test_a_researcher_selects_and_keeps_too(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["researcher"])
    item, closed = make_item(), make_item(access=Access.RESTRICTED)

    assert 'class="card__select"' in client.get("/").content.decode()
    client.post(f"{reverse('put_in_folder')}?items={item.pk}&items={closed.pk}", {"name": "Mine"})

    assert order(Folder.objects.get()) == [item.pk]


def test_what_was_closed_since_the_index_saw_it_is_neither_shown_nor_counted(
    client: Client, people: dict[str, User]
) -> None:
    client.force_login(people["researcher"])
    stays, closed = make_item(file_name="stays.jpg"), make_item(file_name="closed.jpg")
    address = f"{reverse('put_in_folder')}?q="
    with index_folder.locked():
        keeper = Keeper()
        catch_up(keeper)
        Item.objects.filter(pk=closed.pk).update(access=Access.RESTRICTED)

        asked = client.get(address)
        made = client.post(address, {"name": "Mine"}, follow=True)
        Item.objects.filter(pk=stays.pk).update(access=Access.RESTRICTED)
        nothing = client.get(address)
        keeper.close()

    assert "Put 1 item in a folder" in words_of(asked) and "1 item was put in" in words_of(made)
    assert [item.pk for item in asked.context["items"]] == [stays.pk]
    assert "in it already" not in words_of(made) and nothing.status_code == 400


def test_what_one_put_in_at_once_is_taken_out_by_one_press(archivist: Client, people: dict[str, User]) -> None:
    items = [make_item(file_name=f"boat-{number}.jpg") for number in range(4)]
    folder = shelf(people["archivist"], items[0], sharing=Folder.Sharing.ADD)
    put_in(folder, [items[1].pk], by=people["researcher"], at=NOW)
    keys = ",".join(str(item.pk) for item in items)

    told = archivist.post(f"{reverse('put_in_folder')}?items={keys}", {"folder": folder.pk}, follow=True)
    address = re.search(rf'action="({reverse("folder", args=[folder.pk])}take-out-again/\d+/)"', told.content.decode())[
        1
    ]
    undone = archivist.post(address, follow=True)
    again = archivist.post(address, follow=True)

    assert "2 items were put in." in words_of(told) and "2 items were taken out again." in words_of(undone)
    assert "Nothing of it is in the folder any more." in words_of(again)
    assert order(folder) == [items[0].pk, items[1].pk]
    assert archivist.post(reverse("take_out_again", args=[folder.pk, 10**17 * 9])).status_code == 302


def test_of_a_large_search_the_first_are_put_in_and_that_is_told(
    archivist: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "MOST_AT_ONCE", 2)
    accession = make_accession()
    items = [make_item(accession=accession) for _number in range(3)]

    asked = archivist.get(reverse("put_in_folder"))
    archivist.post(reverse("put_in_folder"), {"name": "Shelf"})

    assert "Put 2 items in a folder" in words_of(asked) and "These are the first 2 of its order" in words_of(asked)
    assert order(Folder.objects.get()) == [items[2].pk, items[1].pk]


def test_what_cannot_be_put_in_is_told(archivist: Client, people: dict[str, User]) -> None:
    item = make_item()
    theirs = shelf(people["moderator"], sharing="READ")
    shelf(people["archivist"])
    address = f"{reverse('put_in_folder')}?items={item.pk}"

    nameless, taken = archivist.post(address, {}), archivist.post(address, {"name": "Shelf"})
    closed = archivist.post(address, {"folder": theirs.pk})

    assert [nameless.status_code, taken.status_code, closed.status_code] == [422] * 3
    assert "give a new one a name" in words_of(nameless) and "of this name already" in words_of(taken)
    assert archivist.get(f"{reverse('put_in_folder')}?items=999999").status_code == 400
    assert archivist.get(f"{reverse('put_in_folder')}?q=place:atlantis").status_code == 400


def test_a_folder_is_ordered_noted_and_emptied_with_and_without_a_script(
    archivist: Client, people: dict[str, User]
) -> None:
    a, b, c = (make_item() for _number in range(3))
    folder = shelf(people["archivist"], a, b, c)
    part = {"HX-Request": "true"}

    def send(name: str, **more: object) -> object:
        return archivist.post(reverse(name, args=[folder.pk]), more, headers=part)

    swapped = send("move_in_folder", item=c.pk, to="earlier")
    assert order(folder) == [a.pk, c.pk, b.pk] and "<html" not in swapped.content.decode()
    send("move_in_folder", item=a.pk, to="later")
    assert order(folder) == [c.pk, a.pk, b.pk]
    send("move_in_folder", item=c.pk, to="later"), send("move_in_folder", item=c.pk, to="later")
    assert order(folder) == [a.pk, b.pk, c.pk]
    send("move_in_folder", item=c.pk, to="later"), send("move_in_folder", item=a.pk, to="earlier")
    assert order(folder) == [a.pk, b.pk, c.pk]
    send("move_in_folder", item=c.pk, to="before", before=a.pk)
    assert order(folder) == [c.pk, a.pk, b.pk]
    assert "the <b>first</b>" not in words_of(send("note_in_folder", item=c.pk, note="the <b>first</b>"))
    plain = archivist.post(reverse("take_out_of_folder", args=[folder.pk]) + "?page=1", {"item": a.pk})
    assert plain.url == reverse("folder", args=[folder.pk]) + "?page=1" and order(folder) == [c.pk, b.pk]
    assert "somebody took it out" in words_of(send("move_in_folder", item=a.pk, to="before", before=c.pk))
    assert "somebody took it out" in words_of(send("take_out_of_folder", item="x"))
    assert "Write at most 5000" in words_of(send("note_in_folder", item=c.pk, note="x" * 5001))
    page = words_of(archivist.get(reverse("folder", args=[folder.pk])))
    assert "the &lt;b&gt;first&lt;/b&gt;" in page and f"folder:{folder.pk}" in page


def test_what_a_reader_may_not_see_is_neither_shown_nor_counted(client: Client, people: dict[str, User]) -> None:
    item, closed = make_item(), make_item(access=Access.RESTRICTED, file_name="closed.jpg")
    folder = shelf(people["archivist"], item, closed, sharing="READ")
    client.force_login(people["researcher"])

    page, listed = (words_of(client.get(there)) for there in (reverse("folder", args=[folder.pk]), reverse("folders")))

    assert "1 item" in page and "2 items" not in page and "closed.jpg" not in page and "any more" not in page
    assert "1 item" in listed and "2 items" not in listed
    assert "Save the note" not in page and "draggable" not in page.replace('draggable="false"', "")


def test_who_put_an_item_in_is_told_that_it_is_closed_now(client: Client, people: dict[str, User]) -> None:
    item = make_item()
    folder = shelf(people["researcher"], item, sharing="READ")
    Item.objects.update(access=Access.RESTRICTED)
    client.force_login(people["researcher"])

    page = words_of(client.get(reverse("folder", args=[folder.pk])))

    assert "1 item that you put in is not open to you any more." in page
    assert "This folder is empty" in page


def test_a_folder_is_changed_and_removed_by_its_owner_who_is_asked(archivist: Client, people: dict[str, User]) -> None:
    mine, theirs = shelf(people["archivist"], make_item()), shelf(people["moderator"], sharing="ADD", name="Theirs")
    address = reverse("folder", args=[mine.pk])

    archivist.post(address, {"name": "Beaches", "note": "of June", "sharing": "READ"})

    listed = words_of(archivist.get(reverse("folders")))
    assert "Beaches" in listed and "of June" in listed and "of moderator" in listed
    assert archivist.post(address, {"name": ""}).status_code == 422
    assert archivist.post(reverse("folder", args=[theirs.pk]), {"name": "Mine", "sharing": "READ"}).status_code == 403
    assert archivist.get(reverse("remove_folder", args=[theirs.pk])).status_code == 404
    assert "It holds 1 item, which stays" in words_of(archivist.get(reverse("remove_folder", args=[mine.pk])))
    archivist.post(reverse("remove_folder", args=[mine.pk]))
    assert list(Folder.objects.all()) == [theirs] and Item.objects.exists()


def test_the_pages_cost_as_many_queries_with_many_items_as_with_one(
    archivist: Client, people: dict[str, User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert "You have no folder yet" in words_of(archivist.get(reverse("folders")))
    folder, address = shelf(people["archivist"], make_item()), reverse("folders")
    for there, number in ((address, 10), (reverse("folder", args=[folder.pk]), 14)):
        archivist.get(there)
        with django_assert_num_queries(number):
            archivist.get(there)
    put_in(folder, [make_item().pk for _number in range(8)], by=people["archivist"], at=NOW)
    for number in range(5):
        shelf(people["archivist"], make_item(), name=f"Shelf {number}")
    for there, number in ((address, 10), (reverse("folder", args=[folder.pk]), 14)):
        with django_assert_num_queries(number):
            archivist.get(there)


def test_programs_keep_folders(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["researcher"])
    a, b, closed = make_item(), make_item(), make_item(access=Access.RESTRICTED)

    def send(method: str, address: str, **body: object) -> object:
        return getattr(client, method)(address, body, content_type="application/json")

    made = send("post", reverse("api:folders"), name="Shelf", sharing="ADD")
    assert made.status_code == 201, made.content
    one = {"folder_id": made.json()["id"]}
    items = reverse("api:folder-items", kwargs=one)
    assert send("post", items, items=[a.pk, b.pk]).json() == {"added": 2}
    refused = send("post", items, items=[closed.pk])
    of_b = reverse("api:folder-item", kwargs=one | {"item_id": b.pk})
    moved = send("patch", of_b, note="first", before=a.pk)

    assert refused.status_code == 400 and f"not open to you: {closed.pk}" in refused.json()["detail"]
    assert (moved.status_code, moved.json()["note"]) == (200, "first")
    assert [row["item"] for row in client.get(items).json()["results"]] == [b.pk, a.pk]
    assert client.get(reverse("api:folder", kwargs=one)).json()["items"] == 2
    assert client.delete(of_b).status_code == 204 and client.delete(of_b).status_code == 404
    assert send("patch", reverse("api:folder", kwargs=one)).status_code == 400
    assert send("patch", reverse("api:folder", kwargs=one), note="of June").json()["note"] == "of June"
    client.force_login(people["archivist"])
    assert client.delete(reverse("api:folder", kwargs=one)).status_code == 403
    assert client.delete(reverse("api:folder-item", kwargs=one | {"item_id": a.pk})).status_code == 403
    assert [row["owner"] for row in client.get(reverse("api:folders")).json()["results"]] == ["researcher"]


def test_a_note_that_repeats_a_hidden_wording_is_hidden_with_it(client: Client, people: dict[str, User]) -> None:
    item, other, name = make_item(), make_item(), "Jane Doe of Lodz with her two sons"
    folder = shelf(people["moderator"], item, other, sharing="ADD")
    note_beside(folder, item.pk, note=f"Surely {name}.", by=people["moderator"], at=NOW)
    note_beside(folder, other.pk, note="a boat", by=people["moderator"], at=NOW)
    hold(make_caption(item, name), by=people["moderator"])
    Item.objects.update(lead_caption="", headline="")
    page, items = reverse("folder", args=[folder.pk]), reverse("api:folder-items", args=[folder.pk])
    one, listed = reverse("api:folder-item", args=[folder.pk, item.pk]), reverse("export_folder", args=[folder.pk])

    def told() -> list[str]:
        moved = client.patch(one, {"before": None}, content_type="application/json")
        sheet = b"".join(client.post(listed, {"form": "json"}).streaming_content).decode()
        return [*(words_of(answer) for answer in (client.get(page), client.get(items), moved)), sheet]

    for role in ("archivist", "researcher"):
        client.force_login(people[role])
        for text in told():
            assert f"Surely {name}" not in text and "hidden until decided" in text
        assert "a boat" in words_of(client.get(page)) and words_of(client.get(page)).count("<textarea") == 1
    client.force_login(people["moderator"])
    for text in told():
        assert f"Surely {name}" in text and "hidden until decided" not in text


def test_what_another_tab_removed_is_told(
    archivist: Client, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shelf(people["archivist"])
    gone = Folder.objects.get()
    folder.delete()
    monkeypatch.setattr(view, "_visible", lambda *_args: gone)
    monkeypatch.setattr(view, "get_object_or_404", lambda *_args, **_more: gone)

    saved = archivist.post(reverse("folder", args=[gone.pk]), {"name": "x", "note": "", "sharing": "READ"})
    removed = archivist.post(reverse("remove_folder", args=[gone.pk]), follow=True)

    for answer in (saved, removed):
        assert "This folder was removed meanwhile." in words_of(answer)


@pytest.mark.parametrize("number", [2**53, 2**63, 10**25])
def test_an_item_of_a_number_that_none_has_is_not_in_a_folder(
    number: int, archivist: Client, people: dict[str, User]
) -> None:
    there = f"/api/v1/folders/{shelf(people['archivist'], make_item()).pk}/items/{number}/"

    assert archivist.delete(there).status_code == 404
    assert archivist.patch(there, {"note": "x"}, content_type="application/json").status_code == 404


def test_a_note_is_saved_where_the_one_that_was_shown_stands(archivist: Client, people: dict[str, User]) -> None:
    item = make_item()
    folder = shelf(people["archivist"], item)
    there, form = reverse("note_in_folder", args=[folder.pk]), {"item": item.pk, "note": "a tent"}
    page = words_of(archivist.get(reverse("folder", args=[folder.pk])))
    assert 'name="seen" value=""' in page
    note_beside(folder, item.pk, note="a “boat”", by=people["archivist"], at=NOW)
    told = words_of(archivist.post(there, form | {"seen": ""}, follow=True))

    assert "Yours was not saved: “a tent”." in told and 'name="seen" value="a “boat”"' in told
    archivist.post(there, form | {"seen": "a “boat”"})
    assert folder.entries.get().note == "a tent"


def test_an_item_that_is_to_go_before_none_that_is_named_stays(archivist: Client, people: dict[str, User]) -> None:
    a, b = make_item(), make_item()
    folder = shelf(people["archivist"], a, b)

    sent = {"item": a.pk, "to": "before", "before": "x"}
    told = archivist.post(reverse("move_in_folder", args=[folder.pk]), sent, follow=True)

    assert "was not understood" in words_of(told) and order(folder) == [a.pk, b.pk]


def test_programs_change_an_item_of_a_folder_whole_or_not(client: Client, people: dict[str, User]) -> None:
    a, other = make_item(), make_item()
    folder = shelf(people["archivist"], a, sharing="READ")
    there = reverse("api:folder-item", args=[folder.pk, a.pk])

    def send(**body: object) -> tuple[int, str]:
        status = client.patch(there, body, content_type="application/json").status_code
        return status, folder.entries.get().note

    client.force_login(people["archivist"])
    assert send(note="x", before=other.pk) == (400, "")
    assert send(note="x", before=None) == (200, "x")
    assert send(note="y", seen="") == (400, "x")
    assert send(note="y", seen="x") == (200, "y")
    assert send(seen="y") == (400, "y")
    client.force_login(people["researcher"])
    assert send(note="z") == (403, "y")
