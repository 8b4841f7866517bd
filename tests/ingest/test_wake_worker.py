"""Waking a worker costs the sender little, whatever the broker does."""

import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu.exceptions import OperationalError

from archive.ingest import tasks, wake_worker

ROOT = Path(__file__).parents[2]


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A listener that accepts whoever comes, and says nothing."""
    accepted = []

    def accept_all() -> None:
        try:
            while True:
                accepted.append(listening.accept())
        except OSError:  # closed: the test is over
            pass

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=accept_all, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    for connection, _address in accepted:
        connection.close()


@pytest.mark.parametrize("url", ["redis://127.0.0.1:{}/0", "amqp://guest:guest@127.0.0.1:{}//"], ids=["redis", "amqp"])
def test_a_broker_that_accepts_and_says_nothing_is_waited_for_seconds_and_once(
    url: str, silent_port: int, tmp_path: Path
) -> None:
    code = (
        "import django; django.setup()\n"
        "from archive.ingest.wake_worker import wake\n"
        "for _ in range(20): wake()\n"
        "print('all were answered')\n"
    )
    env = {
        **os.environ,
        "CELERY_BROKER_URL": url.format(silent_port),
        "DJANGO_SETTINGS_MODULE": "archive.settings",
        "VAR_ROOT": str(tmp_path / "var"),
    }

    # It took over a minute for each; the limit is wide because tests share their processors.
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)

    assert done.stdout.strip() == "all were answered", done.stderr
    assert done.stderr.count("No worker could be woken") == 1


def test_after_the_time_of_a_sweep_the_broker_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, settings
) -> None:
    tries = []

    def refuse(*arguments: object, **options: object) -> None:
        tries.append(1)
        raise OperationalError("silence")

    settings.INGEST_SWEEP_SECONDS = 0
    monkeypatch.setattr(tasks.work, "apply_async", refuse)
    monkeypatch.setattr(wake_worker, "_no_wake_before", 0.0)

    with caplog.at_level(logging.WARNING):
        wake_worker.wake()
        wake_worker.wake()

    assert len(tries) == 2
    assert "the next sweep takes the work up: silence" in caplog.text
