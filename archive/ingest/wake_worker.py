"""Wake a worker for what was received. Its task is called by name: tasks know who receives, and not the other way."""

import logging
import time

from django.conf import settings
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

WORK = "archive.ingest.tasks.work"

_no_wake_before = 0.0


def wake(task: str = WORK) -> None:
    """
    Wake a worker, if the broker lets us: a message that does not get through costs time only, the sweep finds the work.

    A broker that does not answer is left alone for the time of a sweep, so that not everybody waits for it.
    """
    global _no_wake_before
    if time.monotonic() < _no_wake_before:
        return
    # Loaded at the first message: a command that wakes nobody starts without the task queue.
    from kombu.exceptions import ChannelError, OperationalError

    try:
        import_string(settings.TASK_QUEUE).signature(task).delay()
    except (OperationalError, ChannelError) as problem:
        _no_wake_before = time.monotonic() + settings.INGEST_SWEEP_SECONDS
        logger.warning("No worker could be woken, the next sweep takes the work up: %s", problem)
