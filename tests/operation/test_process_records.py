"""How the processes of a machine fare is kept in the database."""

import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from archive.operation import process_records
from archive.operation.models import Process, WebProcess
from archive.operation.process_records import Recorder, note_web_process, record, record_task_done, record_web_process
from archive.operation.status import State, processes
from archive.operation.supervisor import Supervised

pytestmark = pytest.mark.django_db


def test_a_process_that_ended_is_recorded_as_down_with_its_reason_and_when_it_was_last_seen() -> None:
    supervised = Supervised("worker", "exit 3")
    before = timezone.now() - timedelta(minutes=5)
    Process.objects.create(host=_host(), name="worker", pid=1, seen_at=before)
    supervised.end_reason, supervised.ended_at, supervised.restarts = "ended with code 3", timezone.now(), 2

    record(supervised)

    process = Process.objects.get()
    assert (process.pid, process.end_reason, process.restarts) == (None, "ended with code 3", 2)
    assert process.seen_at == before and process.stopped_at is None


def test_a_stop_that_was_asked_for_is_told_from_an_end() -> None:
    record(Supervised("worker", "true"), is_stopping=True)

    assert Process.objects.get().stopped_at is not None


def test_a_finished_task_shows_that_the_worker_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRANDLINE_PROCESS", "worker-2")

    record_task_done()
    record_task_done()

    process = Process.objects.get()
    assert process.name == "worker-2" and process.worked_at is not None


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Supervised:
    """The web server, recorded as running; this test's process is one of its own."""
    server = Supervised("web", "true", started_at=timezone.now())
    record(server)
    Process.objects.update(pid=1)
    monkeypatch.setenv("STRANDLINE_PROCESS", "web")
    monkeypatch.setenv("STRANDLINE_STARTED_AT", server.started_at.isoformat())
    return server


def dead_pid() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def words_on_web() -> str:
    return next(finding.words for finding in processes(timezone.now()) if finding.what.startswith("web on"))


def test_a_web_process_that_starts_beside_others_is_told_of_in_no_word(served: Supervised) -> None:
    record_web_process()
    web = Process.objects.get()
    web.web_processes.update(pid=os.getppid())

    record_web_process()

    assert list(web.web_processes.values_list("pid", "ended_at").order_by("pk")) == [
        (os.getppid(), None), (os.getpid(), None),
    ]  # fmt: skip
    assert "its processes" not in words_on_web()


def test_a_web_process_that_takes_the_place_of_a_dead_one_is_told(served: Supervised) -> None:
    web = Process.objects.get()
    web.web_processes.create(pid=dead_pid(), server_started_at=served.started_at, started_at=served.started_at)

    record_web_process()
    record(served)

    assert web.web_processes.filter(ended_at=None).get().pid == os.getpid()
    assert "one of its processes ended and another was started in its place" in words_on_web()


def test_what_a_former_web_server_started_is_told_of_no_more(served: Supervised) -> None:
    before = served.started_at - timedelta(days=1)
    Process.objects.get().web_processes.create(pid=dead_pid(), server_started_at=before, started_at=before)

    record_web_process()

    assert [own.pid for own in Process.objects.get().web_processes.all()] == [os.getpid()]
    assert "its processes" not in words_on_web()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_at_the_start_is_asked_again(
    served: Supervised, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(process_records, "BEAT_SECONDS", 0.05)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE operation_webprocess RENAME TO operation_away")
    try:
        note_web_process()
        until = time.monotonic() + 30
        while "could not be recorded" not in caplog.text and time.monotonic() < until:
            time.sleep(0.02)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE operation_away RENAME TO operation_webprocess")
    while not WebProcess.objects.exists() and time.monotonic() < until:
        time.sleep(0.02)

    assert "could not be recorded" in caplog.text
    assert WebProcess.objects.get().pid == os.getpid()


def test_a_worker_that_something_else_starts_after_a_stop_is_told_to_run() -> None:
    record_task_done()
    record(Supervised("worker", "true", started_at=timezone.now()), is_stopping=True)

    record_task_done()

    now = timezone.now()
    [worker] = processes(now)
    assert worker.state == State.GOOD
    assert "stopped" not in worker.words and "does not run" not in worker.words


@pytest.mark.django_db(transaction=True)
def test_a_process_that_cannot_be_recorded_ends_no_recording() -> None:
    fine, odd = Supervised("fine", "true", started_at=timezone.now()), Supervised("odd", "true")
    odd.restarts = "many"  # type: ignore[assignment]
    recorder = Recorder()
    recorder.start([odd, fine])
    recorder.tell(odd)
    deadline = time.monotonic() + 20
    while recorder._changed.is_set() and time.monotonic() < deadline:
        time.sleep(0.02)
    odd.restarts = 0

    recorder.stop()

    assert {process.name for process in Process.objects.all()} == {"fine", "odd"}


def _host() -> str:
    record_task_done()
    process = Process.objects.get()
    process.delete()
    return process.host
