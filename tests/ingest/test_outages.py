"""What fails for reasons outside of a file is tried for as long as it takes, and the file is not blamed."""

import errno
import io
import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from archive.catalogue.models import Item
from archive.files.kept_files import path_of
from archive.files.models import MediaFile
from archive.files.outside_faults import is_disk_full, is_outside_fault
from archive.files.store_identity import ensure_store
from archive.ingest import failed_lines, process_lines, tasks
from archive.ingest.models import LONGEST_WAIT, AccessionLine
from archive.ledger.models import LedgerEntry
from tests.files.failing_store import FAULTS, FailingStore, sign_of
from tests.ingest.pictures import delivery, jpeg
from tests.ingest.test_process_lines import send

State, Outcome = AccessionLine.State, AccessionLine.Outcome


@pytest.fixture
def store(settings, tmp_path: Path) -> FailingStore:
    options = {"location": tmp_path / "media" / "originals", "base_url": None}
    settings.STORAGES = settings.STORAGES | {
        "originals": {"BACKEND": "tests.files.failing_store.FailingStore", "OPTIONS": options}
    }
    store = storages["originals"]
    sign_of(store).parent.mkdir(parents=True, exist_ok=True)
    return store


def let_time_pass() -> None:
    """Make what was put off due."""
    AccessionLine.objects.filter(state=State.WAITING).update(not_before=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db
@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_outlives_any_outage_of_the_store(store: FailingStore, fault: str) -> None:
    line = send(jpeg(1))
    sign_of(store).write_text(fault)

    with process_lines.Bench(1) as bench:
        for _ in range(2 * process_lines.MOST_ATTEMPTS):
            let_time_pass()
            process_lines.work_off(bench)
        line.refresh_from_db()
        during = (line.state, line.attempts, line.outages)
        told = failed_lines.held_up()
        sign_of(store).unlink()
        let_time_pass()
        process_lines.work_off(bench)

    assert during == (State.WAITING, 0, 2 * process_lines.MOST_ATTEMPTS)
    assert told.count == 1
    assert "received and safe" in told.reason and "tried again by itself" in told.reason
    assert "Error" not in told.reason.replace("Input/output error", "") and "/tmp" not in told.reason
    line.refresh_from_db()
    assert (line.state, line.outcome) == (State.DONE, Outcome.CREATED)
    assert failed_lines.held_up() is None
    assert storages["originals"].open(path_of(line.message_digest)).read() == jpeg(1)


@pytest.mark.django_db
def test_the_waits_grow_and_end_at_the_longest(store: FailingStore) -> None:
    line = send(jpeg(1))
    sign_of(store).write_text("broken")
    waits = []

    with process_lines.Bench(1) as bench:
        for _ in range(10):
            let_time_pass()
            began = timezone.now()
            process_lines.work_off(bench)
            line.refresh_from_db()
            waits.append(line.not_before - began)

    assert timedelta(seconds=9) < waits[0] < timedelta(seconds=60)
    assert waits[0] < waits[1] < waits[2]
    assert timedelta() <= waits[-1] - LONGEST_WAIT < timedelta(seconds=60)


@pytest.mark.django_db
def test_a_worker_that_meets_an_outage_takes_no_more_lines(store: FailingStore) -> None:
    for shade in range(20):
        send(jpeg(shade))
    sign_of(store).write_text("unreachable")

    process_lines.work_off()

    assert 0 < AccessionLine.objects.held_up().count() <= process_lines.BATCH
    assert not AccessionLine.objects.exclude(state=State.WAITING).exists()
    assert not AccessionLine.objects.filter(attempts__gt=0).exists()


@pytest.mark.django_db
def test_a_file_that_is_to_blame_is_still_given_up() -> None:
    ensure_store()  # else a store that has none of the originals is taken for another one
    line = send(jpeg(1))
    MediaFile.objects.create(
        message_digest=line.message_digest, size_bytes=1, format_name="JPEG", mime_type="image/jpeg",
        original_name="elsewhere.jpg", received_at=timezone.now(), storage_path="x",
    )  # fmt: skip

    with process_lines.Bench(1) as bench:
        for _ in range(process_lines.MOST_ATTEMPTS):
            let_time_pass()
            process_lines.work_off(bench)

    line.refresh_from_db()
    assert (line.state, line.outages) == (State.FAILED, 0)


@pytest.mark.django_db
def test_a_database_that_takes_nothing_now_leaves_the_work_in_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    line = send(jpeg(1))
    record = process_lines._record_created

    def full(*_: object) -> None:
        raise OperationalError("database or disk is full")

    with process_lines.Bench(1) as bench:
        monkeypatch.setattr(process_lines, "_record_created", full)
        for _ in range(2 * process_lines.MOST_ATTEMPTS):
            with pytest.raises(OperationalError):
                process_lines.work_off(bench)
        monkeypatch.setattr(process_lines, "_record_created", record)
        process_lines.work_off(bench)

    line.refresh_from_db()
    assert (line.state, line.outcome, line.attempts) == (State.DONE, Outcome.CREATED, 1)
    assert Item.objects.count() == 1


@pytest.mark.django_db
def test_a_task_ends_quietly_while_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(process_lines, "lease", away)

    tasks.sweep()

    monkeypatch.setattr(process_lines, "lease", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tasks.sweep()


@pytest.mark.django_db
def test_the_command_says_that_files_wait_and_ends_with_1(
    store: FailingStore, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    folder = delivery(tmp_path / "delivery", a_jpg=jpeg(1))
    sign_of(store).write_text("full")

    with pytest.raises(SystemExit) as ended:
        call_command("ingest", str(folder))
    said = capsys.readouterr().out
    sign_of(store).unlink()
    let_time_pass()
    tasks.sweep()

    assert ended.value.code == 1
    assert "waiting: " in said and "disk is full" in said and "1 left to the workers" in said
    assert Item.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_outlive_an_outage_and_hold_each_file_once(store: FailingStore) -> None:
    sign_of(store).write_text("broken")
    lines = [send(jpeg(shade)) for shade in range(6)]
    is_over, problems = threading.Event(), []

    def work() -> None:
        try:
            with process_lines.Bench(1) as bench:
                until = timezone.now() + timedelta(seconds=90)
                while AccessionLine.objects.exclude(state=State.DONE).exists() and timezone.now() < until:
                    process_lines.work_off(bench)
                    let_time_pass()
                    is_over.wait(0.1)
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    while not AccessionLine.objects.filter(outages__gt=process_lines.MOST_ATTEMPTS).exists():
        assert any(worker.is_alive() for worker in workers), problems
        is_over.wait(0.1)
    sign_of(store).unlink()
    is_over.set()
    for worker in workers:
        worker.join()

    assert problems == []
    assert AccessionLine.objects.filter(state=State.DONE, outcome=Outcome.CREATED).count() == len(lines)
    assert Item.objects.count() == MediaFile.objects.count() == len(lines)
    assert LedgerEntry.objects.filter(verb="bring in").count() == len(lines)


# -- tried again in one act -------------------------------------------------------------------------------------------


def fail(*lines: AccessionLine) -> None:
    AccessionLine.objects.filter(pk__in=[line.pk for line in lines]).update(
        state=State.FAILED, attempts=process_lines.MOST_ATTEMPTS, reason="It failed."
    )


@pytest.mark.django_db
def test_all_that_failed_is_tried_again_in_one_act(people) -> None:
    one, two, _waiting = send(jpeg(1)), send(jpeg(2)), send(jpeg(3))
    fail(one, two)

    count = failed_lines.retry_failed(by=people["archivist"])

    assert count == 2
    assert AccessionLine.objects.due(timezone.now()).count() == 3
    acts = LedgerEntry.objects.filter(verb="try again", actor="archivist")
    assert {entry.subject for entry in acts} == {f"catalogue.accession:{line.accession_id}" for line in (one, two)}
    assert failed_lines.retry_failed(by=people["archivist"]) == 0
    assert acts.count() == 2


@pytest.mark.django_db
def test_of_one_accession_only_its_own_are_tried_again(people) -> None:
    one, two = send(jpeg(1)), send(jpeg(2))
    fail(one, two)

    assert failed_lines.retry_failed(by=people["archivist"], accession=one.accession) == 1
    assert AccessionLine.objects.failed().get() == two


@pytest.mark.django_db
def test_a_researcher_may_not_try_all_again(people) -> None:
    with pytest.raises(PermissionError, match="Only an archivist"):
        failed_lines.retry_failed(by=people["researcher"])


@pytest.mark.django_db
def test_the_command_tries_all_again_and_says_how_many() -> None:
    one, two = send(jpeg(1)), send(jpeg(2))
    fail(one, two)
    out = io.StringIO()

    call_command("retry_failed", "--accession", str(one.accession_id), stdout=out)
    call_command("retry_failed", stdout=out)
    call_command("retry_failed", stdout=out)

    assert out.getvalue().splitlines() == [
        "1 file is tried again.",
        "1 file is tried again.",
        "No file has failed: there is nothing to try again.",
    ]
    assert LedgerEntry.objects.filter(verb="try again", actor="command line").count() == 2


# -- which faults those are -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_faults_of_a_store_lie_outside(fault: Exception) -> None:
    assert is_outside_fault(fault)
    assert is_disk_full(fault) == (getattr(fault, "errno", None) == errno.ENOSPC)


@pytest.mark.parametrize(
    "problem",
    [None, ValueError("x"), OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG)), FileNotFoundError(2, "x")],
    ids=["none", "a value", "a long name", "a lost file"],
)
def test_other_problems_do_not(problem: Exception | None) -> None:
    assert not is_outside_fault(problem)


@pytest.mark.django_db
def test_what_a_value_does_to_the_database_is_no_fault_of_the_database() -> None:
    with pytest.raises(Exception) as caught, connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT to_tsvector('simple', string_agg(md5(n::text), ' ')) FROM generate_series(1, 90000) n"
            )
        else:
            cursor.execute("SELECT nothing")

    assert isinstance(caught.value, OperationalError)
    assert not is_outside_fault(caught.value)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite can be told how large it may grow")
def test_a_full_disk_under_sqlite_is_told_from_other_problems() -> None:
    with pytest.raises(OperationalError) as caught, connection.cursor() as cursor:
        try:
            pages = cursor.execute("PRAGMA page_count").fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count = {pages}")
            cursor.execute("CREATE TABLE heap (bytes BLOB)")
            cursor.execute("INSERT INTO heap SELECT randomblob(40000000)")
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")

    assert is_disk_full(caught.value)
    assert is_outside_fault(caught.value)
