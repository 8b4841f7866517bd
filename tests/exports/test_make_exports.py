"""An export that was asked for is made by a worker, kept for a while, and handed out while it may be."""

import errno
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed, grant_roles
from archive.catalogue.audiences import Audience
from archive.catalogue.hidden_wordings import hold
from archive.catalogue.models import Access, Item
from archive.exports import make_exports, verify, write_bag
from archive.exports.ask_for_export import (
    MOST_UNFINISHED,
    NotHandedOut,
    TooMany,
    ask_for_export,
    check_handed_out,
)
from archive.exports.make_exports import DESK, LOST, MOST_ATTEMPTS, make_due, remove_expired
from archive.exports.models import LEASE, Export
from archive.ingest.edit_accession import edit_accession
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.ledger.signing_key import make_key
from archive.review.access import Copies, set_access
from tests.builders import make_accession, make_caption, make_item, make_match, make_people
from tests.exports.kept_bytes import keep_bytes
from tests.two_at_once import together


@pytest.fixture
def people(db: None) -> dict[str, User]:
    Path(settings.SPOOL_ROOT).mkdir(parents=True)
    make_key()
    return make_people()


def asked(people: dict[str, User], *items: Item, role: str = "archivist") -> Export:
    return ask_for_export(items, by=people[role])[0]


def unpacked(export: Export, folder: Path) -> Path:
    with storages["exports"].open(export.storage_path) as file, zipfile.ZipFile(file) as archive:
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        archive.extractall(folder)
    return folder / f"strandline-export-{export.pk}"


def test_an_export_is_made_kept_and_sound(people: dict[str, User], tmp_path: Path) -> None:
    items = [make_item(), make_item()]
    export = asked(people, *items)

    assert make_due() == 1

    export.refresh_from_db()
    assert (export.state, export.reason) == (Export.State.DONE, "")
    assert (export.item_count, export.items_done, export.audience) == (2, 2, Audience.STAFF)
    bag, told = unpacked(export, tmp_path / "out"), {}
    verify.check(bag, None, told.setdefault)
    assert told == {}
    assert LedgerEntry.objects.get(pk=export.sequence).actor == "archivist"
    assert export.size_bytes == storages["exports"].size(export.storage_path)
    assert list(Path(settings.SPOOL_ROOT).glob(f"{DESK}*")) == []
    check_handed_out(export, people["archivist"])


def test_a_researcher_is_given_what_they_may_see(people: dict[str, User], tmp_path: Path) -> None:
    seen, closed = make_item(access=Access.RESEARCH), make_item(access=Access.RESEARCH)
    export = asked(people, seen, closed, role="researcher")
    Item.objects.filter(pk=closed.pk).update(access=Access.RESTRICTED)

    make_due()

    export.refresh_from_db()
    assert (export.state, export.item_count, export.audience) == (Export.State.DONE, 1, Audience.RESEARCH)
    bag = unpacked(export, tmp_path / "out")
    assert [path.name for path in (bag / "data" / "items").iterdir()] == [str(seen.pk)]


def test_a_distressing_picture_is_in_it_only_where_it_was_asked_for(people: dict[str, User], tmp_path: Path) -> None:
    item = make_item(content=b"the original")
    keep_bytes(item, b"the original")
    Item.objects.filter(pk=item.pk).update(is_distressing=True)

    without = asked(people, item)
    asked_for, is_new = ask_for_export([item], by=people["archivist"], distressing=True)
    assert is_new, "another choice is another export"
    make_due()

    for export, is_in in ((without, False), (asked_for, True)):
        export.refresh_from_db()
        bag = unpacked(export, tmp_path / str(export.pk))
        assert (bag / "data" / "items" / str(item.pk) / "originals").exists() is is_in


def test_the_same_is_exported_once_and_many_at_once_are_refused(people: dict[str, User]) -> None:
    items = [make_item() for _number in range(MOST_UNFINISHED + 1)]

    first, is_new = ask_for_export(items[:2], by=people["archivist"])
    again, is_new_again = ask_for_export(reversed(items[:2]), by=people["archivist"])

    assert (is_new, is_new_again, again.pk) == (True, False, first.pk)
    assert ask_for_export(items[:2], by=people["moderator"])[0].pk != first.pk
    for item in items[: MOST_UNFINISHED - 1]:
        asked(people, item)
    with pytest.raises(TooMany):
        asked(people, items[-1])
    with pytest.raises(NotDone):
        asked(people)
    people["moderator"].groups.clear()
    with pytest.raises(NotAllowed):
        ask_for_export(items[:1], by=User.objects.get(pk=people["moderator"].pk))


def test_what_cannot_be_made_is_told_and_what_passes_is_tried_again(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    item = make_item()
    export = asked(people, item)

    def fails(problem: Exception) -> None:
        def fail(*_args: object, **_more: object) -> None:
            raise problem

        monkeypatch.setattr(write_bag, "export", fail)
        Export.objects.update(state=Export.State.WAITING, not_before=None)
        make_due()
        export.refresh_from_db()

    fails(OSError(28, "No space left on device"))
    assert (export.state, export.reason) == (Export.State.WAITING, "the archive’s disk is full.")
    assert export.not_before > timezone.now() and make_due() == 0
    fails(ZeroDivisionError())
    assert (export.state, export.reason) == (Export.State.FAILED, make_exports.NOT_FORESEEN)
    fails(NotDone("There is no key."))
    assert (export.state, export.reason) == (Export.State.FAILED, "There is no key.")
    with pytest.raises(NotHandedOut):
        check_handed_out(export, people["archivist"])


def test_a_lost_worker_s_export_is_taken_up_and_given_up_in_the_end(people: dict[str, User]) -> None:
    export = asked(people, make_item())

    for number in range(MOST_ATTEMPTS):
        taken = make_exports._take(timezone.now())
        assert taken.attempts == number + 1
        assert make_exports._take(timezone.now()) is None
        Export.objects.update(leased_until=timezone.now() - LEASE)

    assert make_exports._take(timezone.now()) is None
    export.refresh_from_db()
    assert (export.state, export.reason) == (Export.State.FAILED, LOST)


def test_who_lost_an_export_records_nothing_and_leaves_nothing(people: dict[str, User]) -> None:
    export = asked(people, make_item())
    taken = make_exports._take(timezone.now())
    Export.objects.filter(pk=export.pk).update(attempts=2)

    make_exports._make(taken)

    export.refresh_from_db()
    assert (export.state, export.storage_path) == (Export.State.WORKING, "")
    assert storages["exports"].listdir("")[1] == []


def test_a_bag_is_removed_after_some_days_with_what_killed_workers_left(people: dict[str, User]) -> None:
    export = asked(people, make_item())
    make_due()
    left = Path(settings.SPOOL_ROOT) / f"{DESK}left"
    left.mkdir()
    now = timezone.now()

    assert remove_expired(now=now) == 0 and left.exists()
    assert remove_expired(now=now + timedelta(days=settings.EXPORTS_KEEP_DAYS, hours=1)) == 1

    export.refresh_from_db()
    assert export.state == Export.State.EXPIRED
    assert not storages["exports"].exists(export.storage_path) and not left.exists()
    with pytest.raises(NotHandedOut, match="removed"):
        check_handed_out(export, people["archivist"])


def test_a_bag_that_could_not_be_kept_whole_leaves_nothing_in_the_store(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    export, begun = asked(people, make_item()), []

    def fills_up(file: File) -> Iterator[bytes]:
        begun.append(file)
        yield b"half of a bag"
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(File, "chunks", fills_up)
    make_due()

    export.refresh_from_db()
    assert (export.state, export.reason) == (Export.State.WAITING, "the archive’s disk is full.")
    assert len(begun) == 1 and storages["exports"].listdir("")[1] == []


def test_what_killed_workers_left_in_the_store_is_removed(people: dict[str, User]) -> None:
    store = storages["exports"]
    kept = asked(people, make_item())
    make_due()
    kept.refresh_from_db()
    left = Path(store.path(store.save("left.zip", ContentFile(b"half"))))
    now = timezone.now()

    remove_expired(now=now)
    assert left.exists(), "its worker may be at it"
    remove_expired(now=now + timedelta(days=1, hours=1))

    assert store.listdir("")[1] == [kept.storage_path]


def test_what_a_delivery_told_that_is_restricted_since_is_not_handed_out(people: dict[str, User]) -> None:
    item, feed = make_item(access=Access.RESEARCH), make_accession("Feed")
    make_caption(item, "A boat named Zephyrine.", accession=feed, origin="LIST")
    exports = [asked(people, item, role=role) for role in ("researcher", "archivist")]
    make_due()
    for export in exports:
        export.refresh_from_db()
    check_handed_out(exports[0], people["researcher"])

    edit_accession(feed, by=people["archivist"], access=Access.RESTRICTED)

    with pytest.raises(NotHandedOut, match="has changed"):
        check_handed_out(exports[0], people["researcher"])
    check_handed_out(exports[1], people["archivist"])
    again = asked(people, item, role="researcher")
    make_due()
    again.refresh_from_db()
    check_handed_out(again, people["researcher"])


def test_what_was_withdrawn_since_is_not_handed_out(people: dict[str, User]) -> None:
    item = make_item(access=Access.RESEARCH)
    export = asked(people, item, role="researcher")
    make_due()
    export.refresh_from_db()
    check_handed_out(export, people["researcher"])

    Item.objects.update(access=Access.RESTRICTED)
    with pytest.raises(NotHandedOut, match="has changed"):
        check_handed_out(export, people["researcher"])
    Item.objects.update(access=Access.RESEARCH)
    check_handed_out(export, people["researcher"])
    hold(make_caption(make_item(), "Marie Dupont on the beach"), by=people["moderator"])
    with pytest.raises(NotHandedOut, match="has changed"):
        check_handed_out(export, people["researcher"])


def test_what_shows_a_copy_that_was_closed_since_is_not_handed_out(people: dict[str, User]) -> None:
    item, copy, closed = (make_item(access=Access.RESEARCH) for _number in range(3))
    set_access([closed], access=Access.RESTRICTED, by=people["archivist"], reason="a child")
    make_match(copy, item)
    make_match(item, closed)
    exports = [asked(people, item, role=role) for role in ("researcher", "archivist")]
    make_due()
    for export in exports:
        export.refresh_from_db()
        check_handed_out(export, export.asked_by)

    set_access([copy], access=Access.RESTRICTED, by=people["archivist"], reason="a child", copies=Copies.LEAVE)

    with pytest.raises(NotHandedOut, match="has changed"):
        check_handed_out(exports[0], people["researcher"])
    check_handed_out(exports[1], people["archivist"])


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_and_two_workers_at_once_make_one_each(tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("of two who write SQLite lets one wait")
    grant_roles()
    Path(settings.SPOOL_ROOT).mkdir(parents=True)
    make_key()
    people, item = make_people(), make_item()

    together(*[lambda: ask_for_export([item], by=people["archivist"])] * 2)
    ask_for_export([item], by=people["moderator"])
    assert Export.objects.count() == 2
    together(make_due, make_due)

    exports = list(Export.objects.order_by("pk"))
    assert [(export.state, export.attempts) for export in exports] == [(Export.State.DONE, 1)] * 2
    assert len({export.sequence for export in exports}) == 2
    for export in exports:
        told: dict[str, str] = {}
        verify.check(unpacked(export, tmp_path / str(export.pk)), None, told.setdefault)
        assert told == {}
