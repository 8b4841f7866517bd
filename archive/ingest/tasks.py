"""What workers do. A message only wakes: each task asks the database what is due, and may run twice without harm."""

from celery import shared_task
from django.utils import timezone

from archive.ingest import processing


@shared_task
def work() -> None:
    """Process lines until none is due."""
    processing.work_off()


@shared_task
def sweep() -> None:
    """Take up what a lost message or a killed worker left."""
    processing.give_up_on_lost_lines(now=timezone.now())
    processing.work_off()
