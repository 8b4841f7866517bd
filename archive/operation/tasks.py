"""
What workers do after each task: report that they work, at most once in a while, and notice the verdicts that rest on
what the task changed.
"""

import logging
import time

from celery.signals import task_postrun
from django.db import Error

from archive.files.outside_faults import is_outside_fault, sentence_of
from archive.operation.process_records import BEAT_SECONDS, record_task_done
from archive.review import changed_verdicts

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


@task_postrun.connect
def notice_changed_verdicts(**known: object) -> None:
    """Bring items back to the queue of reviews whose verdicts rest on what is no longer so."""
    try:
        while changed_verdicts.follow():
            pass
    except Exception as problem:
        if not is_outside_fault(problem):
            raise
        logger.warning("Changed verdicts were not looked for, %s: %s", sentence_of(problem), problem)
