"""Show how far long work has come: a bar on a terminal, elsewhere a line now and then."""

import sys
from typing import TextIO

from tqdm import tqdm

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
    )
