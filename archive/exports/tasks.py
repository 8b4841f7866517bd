"""What workers do for exports: make those that are due, and with each sweep look whether any was left lying."""

import logging

from celery import shared_task
from celery.signals import task_postrun
from django.utils import timezone

from archive.exports import make_exports as making
from archive.exports.ask_for_export import MAKE
from archive.exports.models import Export
from archive.files.outside_faults import is_outside_fault, sentence_of
from archive.ingest.tasks import sweep
from archive.ingest.wake_worker import wake

logger = logging.getLogger(__name__)


@shared_task
def make_exports() -> None:
    """Make every export that is due."""
    try:
        making.make_due()
    except Exception as problem:
        if not is_outside_fault(problem):
            raise
        logger.warning("Exports wait, %s: %s", sentence_of(problem), problem)


@task_postrun.connect(sender=sweep)
def follow_sweep(**known: object) -> None:
    """Take up what a lost message or a killed worker left, and remove what was kept for long enough."""
    try:
        now = timezone.now()
        making.remove_expired(now=now)
        if Export.objects.due(now).exists():
            wake(MAKE)
    except Exception as problem:
        if not is_outside_fault(problem):
            raise
        logger.warning("Exports were not looked after, %s: %s", sentence_of(problem), problem)
