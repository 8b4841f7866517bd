"""The task queue. A message only wakes a worker: what is to be done stands in the database."""

import os
import warnings
from typing import Any

from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import worker_ready
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")

# Celery warns whoever runs it as root, because of pickled messages: messages here are JSON.
warnings.filterwarnings("ignore", category=SecurityWarning)

# Messages as files, but whole or not at all.
TRANSPORT_ALIASES["filesystem"] = "archive.file_broker:Transport"

app = Celery("archive")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def _end_with_a_killed_process(sender: Any, **_further: object) -> None:
    """
    End the worker where one of its processes was killed, as by a system short of memory; `serve` starts it again.

    Where messages are files, the processes of a worker share a lock. One that is killed while it waits for work keeps
    it, and no other would ever be given any.
    """
    pool = getattr(sender.pool, "_pool", None)
    # With a broker on the network each has a pipe of its own, and what is done then is the pool's.
    if getattr(pool, "on_process_down", True) is None:
        pool.on_process_down = _end_if_killed


def _end_if_killed(process: Any) -> None:
    is_ended_by_worker = getattr(process, "_controlled_termination", False)
    if (process.exitcode or 0) < 0 and not is_ended_by_worker:
        os._exit(1)
