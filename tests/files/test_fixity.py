import json
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import DatabaseError, transaction

from archive.files import fixity
from archive.files.fixity import State, check, not_checked_since
from archive.files.models import MediaFile, PreservationEvent
from archive.ledger.models import LedgerEntry
from tests.files.keep import hold
from tests.files.test_kept_files import Sea
from tests.two_at_once import together

NOW = datetime(2024, 6, 18, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def original_of(media_file: MediaFile) -> Path:
    path = Path(storages["originals"].path(media_file.storage_path))
    path.chmod(0o644)
    return path


def states() -> list[State]:
    return [outcome.state for outcome in check(MediaFile.objects.all(), clock=lambda: NOW)]


def test_unaltered_bytes_are_intact_and_recorded():
    media_file = hold(b"sand")

    assert states() == [State.INTACT]
    event = PreservationEvent.objects.get(media_file=media_file)
    assert (event.event_type, event.event_outcome, event.occurred_at) == ("fixity check", "success", NOW)


def test_a_changed_byte_fails_the_fixity_check():
    path = original_of(hold(b"sand"))
    path.write_bytes(b"sanD")

    assert states() == [State.ALTERED]
    assert PreservationEvent.objects.get().event_outcome == "fail"


def test_a_missing_file_is_reported_and_does_not_stop_the_others():
    original_of(hold(b"sand")).unlink()
    hold(b"shells")

    assert states() == [State.MISSING, State.INTACT]


def test_a_file_that_cannot_be_read_now_is_neither_missing_nor_altered():
    path = original_of(hold(b"sand"))
    path.unlink()
    path.mkdir()

    assert states() == [State.UNREADABLE]


def test_each_batch_is_one_act_in_the_ledger():
    gone = hold(b"sand")
    original_of(gone).unlink()
    for number in range(150):
        hold(b"shell %d" % number)

    assert len(states()) == 151
    first, second = LedgerEntry.objects.filter(verb="check_fixity").order_by("sequence")
    assert json.loads(first.payload) == {"checked": 100, "intact": 99, "missing": [gone.message_digest]}
    assert json.loads(second.payload) == {"checked": 51, "intact": 51}


def test_a_check_that_is_broken_off_has_recorded_what_it_read():
    for number in range(3):
        hold(b"shell %d" % number)

    outcomes = check(MediaFile.objects.all(), clock=lambda: NOW)
    next(outcomes), next(outcomes)
    outcomes.close()

    assert PreservationEvent.objects.count() == 2


def test_files_checked_lately_can_be_left_out():
    checked = hold(b"sand")
    list(check(MediaFile.objects.all(), clock=lambda: NOW))
    unchecked = hold(b"shells")

    assert list(not_checked_since(NOW - timedelta(days=1))) == [unchecked]
    assert set(not_checked_since(NOW + timedelta(seconds=1))) == {checked, unchecked}


def test_memory_does_not_grow_with_the_file():
    hold(Sea(200 * 1024 * 1024))

    tracemalloc.start()
    assert states() == [State.INTACT]
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak_bytes < 16 * 1024 * 1024


def test_the_command_names_each_fault_and_fails(capsys):
    hold(b"sand", name="sand.jpg")
    original_of(hold(b"shells", name="shells.jpg")).write_bytes(b"altered")
    original_of(hold(b"boats", name="boats.jpg")).unlink()

    with pytest.raises(SystemExit, match="1"):
        call_command("check_fixity")

    printed = capsys.readouterr().out
    assert '"shells.jpg": its original was altered' in printed
    assert '"boats.jpg": its original is missing' in printed
    assert "3 originals read: 1 intact, 1 altered, 1 missing" in printed


def test_the_command_prints_an_object_a_file_and_ends_well(capsys):
    media_file = hold(b"sand")

    call_command("check_fixity", "--json", "--since", "30")

    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["sha256"] == media_file.message_digest
    assert json.loads(line)["outcome"] == "intact"


@pytest.mark.parametrize("table", [MediaFile, PreservationEvent])
def test_the_database_refuses_to_change_the_record(table):
    hold(b"sand")
    list(check(MediaFile.objects.all(), clock=lambda: NOW))

    for change in (lambda: table.objects.update(id=99), lambda: table.objects.all()._raw_delete("default")):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_ask_at_once_one_reads_and_all_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    held, read, answers = hold(b"shells" * 1000), [], []

    def slowly(media_file: MediaFile) -> fixity.FixityOutcome:
        read.append(media_file.pk)
        time.sleep(0.3)
        return reread(media_file)

    reread = fixity.reread
    monkeypatch.setattr(fixity, "reread", slowly)

    together(*[lambda: answers.append(fixity.verify(held, at=NOW).state)] * 8)

    assert (len(read), answers) == (1, [State.INTACT] * 8)
