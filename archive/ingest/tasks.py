"""
What workers do. A message only wakes: each task asks the database what is due, and may run twice without harm.

A worker process keeps one bench, so that a single file does not wait for a sandbox to start.
"""

import time

from celery import shared_task
from celery.signals import worker_process_init
from django.utils import timezone

from archive.ingest import processing, sweeping

# Brokers take an unanswered message for lost after a while (RabbitMQ after 30 minutes), and a worker that is told to
# stop ends its task first: long work is cut into turns.
TURN_SECONDS = 60

_bench: processing.Bench | None = None


@worker_process_init.connect
def open_bench(**signal: object) -> None:
    """Set up this worker process; its sandbox starts with the first file."""
    global _bench
    _bench = processing.Bench(1)


@shared_task
def work() -> None:
    """Process lines until none is due."""
    started = time.monotonic()
    processing.work_off(_bench, seconds=TURN_SECONDS)
    if time.monotonic() - started >= TURN_SECONDS:
        work.delay()


@shared_task
def sweep() -> None:
    """Take up what a lost message or a killed worker left, and clear away what nobody needs."""
    processing.give_up_on_lost_lines(now=timezone.now())
    sweeping.clear_spool(now=timezone.now())
    work()
