"""Let two acts meet at the worst moment: the one has written and not committed while the other begins."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from archive.ledger.record_acts import recording

_LONGEST_SECONDS = 20


def meet(first: Callable[[], Any], second: Callable[[], Any]) -> None:
    """
    Run two acts on two connections: `first` holds its transaction open until `second` waits for it, or is done.

    An exception of either is raised here, once both are over. Needs a test with `transaction=True`.
    """
    has_written, is_over = threading.Event(), threading.Event()

    def slow() -> None:
        with recording():
            first()
            has_written.set()
            _until(lambda: is_over.is_set() or _somebody_waits_for_us())

    def late() -> None:
        has_written.wait(_LONGEST_SECONDS)
        try:
            second()
        finally:
            is_over.set()

    together(slow, late)


def together(*acts: Callable[[], Any]) -> None:
    """Run acts at the same moment, each on a connection of its own; raise the first exception once all are over."""
    start, failed = threading.Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        try:
            start.wait(_LONGEST_SECONDS)
            act()
        except BaseException as problem:
            failed.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def until_somebody_waits() -> None:
    """Hold this transaction open until another one waits for what it holds."""
    _until(_somebody_waits_for_us)


def _somebody_waits_for_us() -> bool:
    if connection.vendor != "postgresql":
        # Of SQLite's two writers the second always waits, for its BEGIN; nothing tells when it has come there.
        time.sleep(0.2)
        return True
    with connection.cursor() as cursor:
        # Not pg_stat_activity: within a transaction it answers as it did the first time.
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
        )
        return cursor.fetchone()[0]


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _LONGEST_SECONDS
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)
