"""How the processes of a machine fare is kept in the database."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from archive.operation.models import Process
from archive.operation.recording import Recorder, record, record_task_done
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
