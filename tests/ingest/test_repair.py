"""An original that is missing or was altered on disk is put right when its good bytes come again."""

import io
import threading
from pathlib import Path

import pytest
from django.core.files import File
from django.core.files.storage import FileSystemStorage, storages
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from archive.catalogue.carry_out_destruction import carry_out_destructions
from archive.catalogue.models import Item
from archive.files import fixity, original_repair
from archive.files.kept_files import spool
from archive.files.models import MediaFile, PreservationEvent
from archive.ingest import process_lines, uploads
from archive.ingest.models import AccessionLine
from archive.ledger.models import LedgerEntry
from archive.review.destroy_originals import answer_destruction, ask_destruction
from archive.review.withdraw_items import withdraw
from tests.builders import make_accession
from tests.ingest.pictures import delivery, jpeg
from tests.ingest.test_process_lines import send

GOOD = jpeg(1)
ALTERED = GOOD[:-1] + b"\x00"


def original() -> Path:
    return Path(storages["originals"].path(MediaFile.objects.get().storage_path))


def lose() -> None:
    original().unlink()


def alter() -> None:
    """Change one byte: the size stays."""
    original().chmod(0o600)
    original().write_bytes(ALTERED)


@pytest.fixture
def held(db: None) -> Item:
    send(GOOD)
    process_lines.work_off()
    return Item.objects.get()


def assert_restored(state: str) -> None:
    assert original().read_bytes() == GOOD
    events = PreservationEvent.objects.order_by("pk").values_list("event_type", "event_outcome")
    assert list(events)[-3:] == [("fixity check", "fail"), ("recovery", "success"), ("fixity check", "success")]
    assert state in PreservationEvent.objects.order_by("-pk")[2].event_outcome_detail
    assert LedgerEntry.objects.filter(verb="restore original").count() == 1
    assert original_repair.doubtful(MediaFile.objects.all()) == set()


@pytest.mark.parametrize(("harm", "state"), [(lose, "MISSING"), (alter, "ALTERED")], ids=["missing", "altered"])
def test_the_page_puts_an_original_right(held: Item, people, harm, state: str) -> None:
    harm()
    line = send(GOOD, name="again.jpg", by=people["archivist"])

    process_lines.work_off()

    line.refresh_from_db()
    assert_restored(state)
    assert (line.outcome, line.restored) == ("ALREADY_HELD", True)
    assert "restored from this file" in line.reason
    asides = [path for path in original().parent.iterdir() if path != original()]
    assert [path.read_bytes() for path in asides] == ([ALTERED] if state == "ALTERED" else [])


def test_a_sidecar_that_ends_its_reader_hinders_no_repair(held: Item, people, monkeypatch) -> None:
    monkeypatch.setattr(process_lines, "EXAMINE_SIDECAR", "tests.files.misbehaving.claim")
    alter()
    line = send(GOOD, name="again.jpg", by=people["archivist"])
    AccessionLine.objects.filter(pk=line.pk).update(sidecar=b"<x:xmpmeta/>")

    process_lines.work_off()

    line.refresh_from_db()
    assert_restored("ALTERED")
    assert (line.outcome, line.restored) == ("ALREADY_HELD", True)
    assert "The sidecar that came with it could not be read." in line.reason


def test_an_intact_original_is_not_touched(held: Item) -> None:
    before, count = original().stat().st_ino, PreservationEvent.objects.count()
    line = send(GOOD)

    process_lines.work_off()

    line.refresh_from_db()
    assert (line.outcome, line.restored) == ("ALREADY_HELD", False)
    assert (original().stat().st_ino, PreservationEvent.objects.count()) == (before, count)


def ask(by) -> AccessionLine | None:
    return uploads.note_held(
        MediaFile.objects.get().message_digest, accession=make_accession(), original_name="again.jpg",
        delivered_path="", size_bytes=len(GOOD), by=by,
    )  # fmt: skip


def test_the_page_asks_for_the_bytes_of_what_is_missing(held: Item, people) -> None:
    lose()

    assert ask(people["archivist"]) is None


def test_the_page_asks_for_the_bytes_of_what_failed_its_last_fixity_check(held: Item, people) -> None:
    alter()
    assert ask(people["archivist"]) is not None, "its size is right, and nobody has read it since"
    list(fixity.check(MediaFile.objects.all(), clock=timezone.now))

    assert ask(people["archivist"]) is None
    send(GOOD)
    process_lines.work_off()
    assert ask(people["archivist"]) is not None


@pytest.mark.parametrize("is_same", [True, False], ids=["the same accession", "another accession"])
def test_the_command_line_puts_an_original_right(db: None, tmp_path: Path, is_same: bool) -> None:
    folder = str(delivery(tmp_path / "delivery", a_jpg=GOOD))
    call_command("ingest", folder, "--accession", "First")
    lose()

    call_command("ingest", folder, "--accession", "First" if is_same else "Second")

    assert_restored("MISSING")
    assert Item.objects.count() == 1


class OutsideOfTransactions(FileSystemStorage):
    """A store that gives no bytes inside a transaction: whoever writes would wait until they are all read."""

    def open(self, name: str, mode: str = "rb") -> File:
        assert not connection.in_atomic_block
        return super().open(name, mode)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_page", [False, True], ids=["a picture", "a news page"])
def test_nobody_who_writes_waits_while_an_original_is_read_and_put_right(tmp_path, settings, is_page: bool) -> None:
    def deliver() -> None:
        if is_page:
            call_command("ingest_article", str(page), stdout=io.StringIO(), stderr=io.StringIO())
        else:
            send(GOOD)
            process_lines.work_off()

    page = tmp_path / "boats.html"
    page.write_text("<html><head><title>Boats</title></head><body><article><p>At sea.</p></article></body></html>")
    deliver()
    lose()
    store = settings.STORAGES["originals"] | {"BACKEND": f"{__name__}.OutsideOfTransactions"}
    settings.STORAGES = settings.STORAGES | {"originals": store}

    deliver()

    assert original().exists()
    assert LedgerEntry.objects.filter(verb="restore original").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_repair_an_original_once(tmp_path: Path) -> None:
    send(GOOD)
    process_lines.work_off()
    media_file = MediaFile.objects.get()
    alter()
    spooled = [spool(io.BytesIO(GOOD), tmp_path / "spool", 10**6).path for _ in range(2)]
    start, outcomes = threading.Barrier(2), []

    def repair(path: Path) -> None:
        try:
            start.wait()
            outcomes.append(
                original_repair.restore(media_file, path, delivered_as="again.jpg", at=timezone.now()).state
            )
        finally:
            connection.close()

    workers = [threading.Thread(target=repair, args=[path]) for path in spooled]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(outcomes) == ["ALTERED", "INTACT"]
    assert_restored("ALTERED")


def test_what_two_people_had_destroyed_is_not_put_back_by_who_sends_it_again(held: Item, people) -> None:
    now = timezone.now()
    withdraw([held], by=people["moderator"], reason="a holiday picture", at=now)
    request = ask_destruction(held, by=people["moderator"], reason="the person asked", at=now)
    answer_destruction(request, is_confirmed=True, by=people["administrator"], at=now)
    carry_out_destructions(at=now)
    line = send(GOOD, name="again.jpg", by=people["archivist"])

    process_lines.work_off()

    line.refresh_from_db()
    assert not original().exists()
    assert (line.outcome, line.restored, line.item) == ("ALREADY_HELD", False, held)
    assert (
        "by moderator (“a holiday picture”). Its bytes were destroyed, and those sent now were not kept." in line.reason
    )
    assert not line.spool_name or not line.spool_path.exists()
    assert not fixity.failed_checks().exists()
