"""How the processes of a machine fare is kept in the database."""

from datetime import timedelta

import pytest
from django.utils import timezone

from archive.operation.models import Process
from archive.operation.recording import record, record_task_done
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


def _host() -> str:
    record_task_done()
    process = Process.objects.get()
    process.delete()
    return process.host
