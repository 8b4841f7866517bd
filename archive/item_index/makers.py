"""
Processes that read items and write their documents while a whole index is made; the one that asks hands them to the
engine.

Each holds one end of a pipe: where the process at the other end is gone, for whatever reason, it sees that at its next
word. So a keeper that is killed leaves none behind, and what one that is killed was asked for is made by the keeper.
"""

import logging
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from archive.standards.garbage_collection import collect_after, pass_over_what_is_there

logger = logging.getLogger(__name__)

# The engine's threads and the one that feeds them are not faster than so many.
_MOST = 8
CPU_MAX = Path("/sys/fs/cgroup/cpu.max")
# So many lists of items wait with each, so that none waits for the next.
_AHEAD = 2
# Whoever waits for them looks up so often.
_LOOK_SECONDS = 0.2
# A thousand items are hundreds of thousands of lists and texts, all thrown away at once: nothing of it is to be looked
# through for what points in a circle.
COLLECT_AFTER = 1_000_000

Document = tuple[int, str]


def number_of_makers() -> int:
    """Return how many may work at once beside the one that writes; on one core none."""
    cores = _cores()
    return min(cores, _MOST) if cores > 1 else 0


def _cores() -> int:
    """Return how many cores this process may use: those that it was given, and as much as its container grants."""
    # macOS does not tell which of them.
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        # Linux, cgroup v2: microseconds of processor time in each period of so many; "max" for no limit.
        quota, period = CPU_MAX.read_text().split()
        return max(1, min(cores, int(quota) // int(period)))
    except (OSError, ValueError):
        return cores


class Makers:
    """So many processes that make documents; closed when they are not needed any more."""

    def __init__(self, number: int) -> None:
        self._makers = [_Maker() for _each in range(number)]

    def made(self, stretches: Iterable[list[int]]) -> Iterator[tuple[list[int], list[Document] | None]]:
        """
        Yield these lists of keys in their order, each with its documents; None: whoever made them is gone.

        And none of either, time and again, while there is nothing yet: they take seconds to begin.
        """
        waiting: deque[tuple[list[int], _Maker]] = deque()
        for turn, keys in enumerate(stretches):
            maker = self._makers[turn % len(self._makers)]
            maker.ask(keys)
            waiting.append((keys, maker))
            if len(waiting) == _AHEAD * len(self._makers):
                yield from _next(waiting)
        while waiting:
            yield from _next(waiting)

    def close(self) -> None:
        for maker in self._makers:
            maker.close()


def _next(waiting: "deque[tuple[list[int], _Maker]]") -> Iterator[tuple[list[int], list[Document] | None]]:
    keys, maker = waiting.popleft()
    while not maker.has_answered():
        yield [], []
    yield keys, maker.answer()


class _Maker:
    """One process, which answers in the order in which it is asked."""

    def __init__(self) -> None:
        # Not forked: it would have the lock of the folder, the threads of the engine and the connection of this one.
        context = get_context("spawn")
        self._pipe, there = context.Pipe()
        self._process = context.Process(target=_make, args=(there, connection.settings_dict["NAME"]), daemon=True)
        self._process.start()
        there.close()
        self._is_gone = False

    def ask(self, keys: list[int]) -> None:
        try:
            self._pipe.send(keys)
        except OSError:
            self._note_gone()

    def has_answered(self) -> bool:
        """Wait a moment for an answer, or the end of this process."""
        return self._is_gone or self._pipe.poll(_LOOK_SECONDS)

    def answer(self) -> list[Document] | None:
        try:
            return None if self._is_gone else self._pipe.recv()
        except (EOFError, OSError):
            self._note_gone()
            return None

    def close(self) -> None:
        self._pipe.close()
        self._process.terminate()
        self._process.join()

    def _note_gone(self) -> None:
        if not self._is_gone:
            logger.warning("A process that helped to make the index of items has ended; the others go on without it.")
        self._is_gone = True


def _make(pipe: Connection, database: Any) -> None:
    """Answer until nobody asks any more."""
    import django

    # Who ends the one that asks, by the keyboard, ends this one by that.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # That of a test has another name than the settings say.
    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    # Models can be read no earlier in a process that begins with this module.
    from archive.item_index.documents import documents

    pass_over_what_is_there()
    collect_after(COLLECT_AFTER)
    try:
        while True:
            pipe.send([(int(audience), document) for audience, document in documents(pipe.recv())])
    except (EOFError, OSError):
        return
