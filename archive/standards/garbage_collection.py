"""
How often Python looks for garbage: objects that nobody needs and that point to one another in a circle.

For that it looks through all that is there, time and again. Whoever holds much, or makes much that is thrown away as
soon as nobody points to it, pays for it with every page or batch.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# After so many looks at what is new, one at what is older.
_LOOKS = 20


def pass_over_what_is_there() -> None:
    """Have what is in memory now looked through no more; it still goes as soon as nobody points to it."""
    gc.collect()
    gc.freeze()


def collect_after(objects: int) -> None:
    """Look for garbage only after so many objects more, from now on."""
    gc.set_threshold(objects, _LOOKS, _LOOKS)


@contextmanager
def collecting_after(objects: int) -> Iterator[None]:
    """Look for garbage only after so many objects more, until this ends."""
    before = gc.get_threshold()
    collect_after(objects)
    try:
        yield
    finally:
        gc.set_threshold(*before)
