"""Tell how far long work has come, by a bar on a terminal and a line now and then elsewhere, and what in it failed."""

import logging
import sys
from typing import TextIO

from tqdm import tqdm

from archive.files.outside_faults import is_outside_fault, sentence_of

logger = logging.getLogger(__name__)

# Nobody wants to be told of what is over at once.
QUIET_SECONDS = 2
LINE_EVERY_SECONDS = 5


class _Lines:
    """Turns each redrawing of a bar into a line of its own."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        if words := text.strip():
            self._stream.write(f"  {words}\n")

    def flush(self) -> None:
        self._stream.flush()


def progress(*, what: str, total: int, unit: str) -> tqdm:
    """
    Return a bar that is moved by `update()` and closed as a context.

    :param what: what is being done, as a participle
    """
    if sys.stderr.isatty():
        return tqdm(desc=what, total=total, unit=unit, leave=False, file=sys.stderr)
    return tqdm(
        desc=what,
        total=total,
        unit=unit,
        leave=False,
        file=_Lines(sys.stderr),
        delay=QUIET_SECONDS,
        mininterval=LINE_EVERY_SECONDS,
        bar_format="{desc}: {n_fmt} of {total_fmt}, {elapsed}",
        # One within another would move the cursor up, which no file has.
        position=0,
    )


def why_failed(problem: Exception, *, foreseen: type[Exception], unforeseen: str, what: str) -> str:
    """
    Tell people why one of many was not done; what nobody foresaw is logged with its traceback, and ends no run.

    :param foreseen: exceptions whose text is a sentence for people
    :param unforeseen: the sentence for all others that lie within the file
    :param what: names the one in the log
    """
    if isinstance(problem, foreseen):
        return str(problem)
    if is_outside_fault(problem):
        return f"{sentence_of(problem)}."
    logger.error("%s: %s", what, unforeseen, exc_info=problem)
    return unforeseen
