"""Worker processes report that they work: each finished task is recorded, at most once in a while."""

import logging
import time

from celery.signals import task_postrun
from django.db import Error

from archive.operation.process_records import BEAT_SECONDS, record_task_done

logger = logging.getLogger(__name__)

_next_at = 0.0


@task_postrun.connect
def report(**known: object) -> None:
    """Record that this worker finished a task; a database that does not take it costs the report alone."""
    global _next_at
    if time.monotonic() < _next_at:
        return
    _next_at = time.monotonic() + BEAT_SECONDS
    try:
        record_task_done()
    except Error as problem:
        logger.warning("That a worker works could not be recorded: %s", str(problem).strip())
