"""
What workers do. A message only wakes: each task asks the database what is due, and may run twice without harm.

A worker process keeps one bench, so that a single file does not wait for a sandbox to start.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable
from functools import wraps

from celery import shared_task
from celery.signals import worker_process_init, worker_process_shutdown, worker_ready, worker_shutting_down
from django.conf import settings
from django.utils import timezone

from archive.accounts import reset_mail
from archive.catalogue.archive_description import described
from archive.catalogue.carry_out_destruction import carry_out_destructions
from archive.files import sheet_cache, tile_cache
from archive.files.outside_faults import NotTheStore, is_outside_fault, sentence_of
from archive.files.store_identity import ensure_store
from archive.ingest import edit_accession, give_words, match_arrivals, process_lines, rebuild_renditions, spool_sweep
from archive.ingest.wake_worker import wake
from archive.projection.carry_changes import carry_some
from archive.projection.older_projections import project_some

logger = logging.getLogger(__name__)

# Brokers take an unanswered message for lost after a while, RabbitMQ after 30 minutes: long work is cut into turns.
TURN_SECONDS = 60

_bench: process_lines.Bench | None = None
_is_stopping = False
_is_shutting_down = threading.Event()


@worker_ready.connect
def sweep_now_and_then(**known: object) -> None:
    """Start to call for a sweep at each interval, from a thread: unlike a beat process it cannot end alone, unseen."""
    threading.Thread(target=_call_for_sweeps, name="sweeps", daemon=True).start()


@worker_shutting_down.connect
def sweep_no_more(**known: object) -> None:
    _is_shutting_down.set()


def _call_for_sweeps() -> None:
    while not _is_shutting_down.is_set():
        try:
            # A busy worker sweeps anyway once it is done: no heap of messages waits for it.
            sweep.apply_async(expires=float(settings.INGEST_SWEEP_SECONDS))
        except Exception as problem:  # whatever ails the broker: the next call may come through
            logger.warning("No sweep could be called for: %s", problem)
        _is_shutting_down.wait(settings.INGEST_SWEEP_SECONDS)


@worker_process_init.connect
def open_bench(**known: object) -> None:
    """Set up this worker process; its sandbox starts with the first file."""
    global _bench
    _bench = process_lines.Bench(1)


@worker_process_shutdown.connect
def close_bench(**known: object) -> None:
    """Clear the desk of this worker process, which ends."""
    if _bench:
        _bench.close()


def _stop_soon(*known: object) -> None:
    global _is_stopping
    _is_stopping = True


def _until_a_fault(task: Callable[[], None]) -> Callable[[], None]:
    """End a task whose database or disk is away with a line in the log: what is to be done stands in the rows."""

    @wraps(task)
    def run() -> None:
        try:
            task()
        except Exception as problem:
            if not is_outside_fault(problem):
                raise
            logger.warning("%s ends early, %s: %s", task.__name__, sentence_of(problem), problem)

    return run


@shared_task
@_until_a_fault
def work() -> None:
    """Process lines until none is due, then match what was brought in."""
    is_enough = _turn(TURN_SECONDS)
    # Before the lines, for a while: those may use up each turn, and words would wait as long as files come.
    give_words.give_due(is_enough=_turn(TURN_SECONDS / 4))
    process_lines.work_off(_bench, is_enough=is_enough)
    while not is_enough() and give_words.give_due(is_enough=_turn(TURN_SECONDS / 4)):
        process_lines.work_off(_bench, is_enough=is_enough)
    # Who sends a picture waits for it to be recorded, and for nothing else: between a few matches, new ones come first.
    while not is_enough() and match_arrivals.match_some():
        process_lines.work_off(_bench, is_enough=is_enough)
    while not is_enough() and carry_some(edit_accession.CARRIERS):
        process_lines.work_off(_bench, is_enough=is_enough)
    while not is_enough() and project_some():
        process_lines.work_off(_bench, is_enough=is_enough)
    while not is_enough() and rebuild_renditions.rebuild_some():
        process_lines.work_off(_bench, is_enough=is_enough)
    if is_enough() and not _is_stopping:
        wake()


def _turn(seconds: float) -> Callable[[], bool]:
    """Begin a turn of this worker; return what says whether it is over."""
    if _bench:
        # Whoever stops a site signals the whole group: finish what is begun instead of dying in the middle of it. Set
        # here, because the pool sets its own handler after a worker process has been set up.
        signal.signal(signal.SIGTERM, _stop_soon)
    enough_at = time.monotonic() + seconds
    return lambda: _is_stopping or time.monotonic() >= enough_at


def _examine_slowly() -> None:
    """
    Do what takes seconds a picture, until the next sweep is due.

    Sweeps alone do it. Each file received sends a message, and were each of those a turn of this, an export or a sweep
    behind them would wait until a large archive is examined, which takes days; sweeps that are late are dropped.
    """
    is_enough = _turn(settings.INGEST_SWEEP_SECONDS)
    while not is_enough() and match_arrivals.examine_slowly():
        process_lines.work_off(_bench, is_enough=is_enough)
        match_arrivals.match_some()


def _tell_of_another_store() -> None:
    """Log that the store is not the one of the originals, which somebody has to see to; note which it is at first."""
    try:
        ensure_store()
    except NotTheStore as problem:
        logger.error("%s: bring it back to %s, or run adopt_store if it was moved", problem, _place_of_store())
    except Exception as problem:
        # What is unreachable is told by whatever needs it.
        if not is_outside_fault(problem):
            raise


def _place_of_store() -> str:
    return f"the bucket {settings.S3_BUCKET}" if settings.S3_BUCKET else f"{settings.MEDIA_ROOT}"


@shared_task
@_until_a_fault
def sweep() -> None:
    """Take up what a lost message or a killed worker left, and clear away what nobody needs."""
    _tell_of_another_store()
    process_lines.give_up_on_lost_lines(now=timezone.now())
    work()
    # What two people had destroyed and a crash left standing.
    carry_out_destructions(at=timezone.now())
    reset_mail.send_what_was_asked(now=timezone.now(), archive=described().name)
    spool_sweep.clear_spool(now=timezone.now())
    tile_cache.clear_tiles(now=timezone.now())
    sheet_cache.clear_sheets(now=timezone.now())
    _examine_slowly()
