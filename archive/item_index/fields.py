"""
The fields of the index, and the one guard around every call of the engine.

There is an index for each audience, which holds the items that it may see and of each what it may read. So no question
can find, count or list anything that its asker may not know.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from archive.catalogue.audiences import Audience

if TYPE_CHECKING:
    import tantivy
    from numpy.typing import NDArray

# Goes up with every change of the fields or of what stands in them: an index of another format is made anew.
FORMAT = 4
FOLDERS = {Audience.PUBLIC: "public", Audience.RESEARCH: "research", Audience.STAFF: "staff"}

# Words with their positions; what is no word of a text stands between two texts, so that no phrase runs on.
WORDS = ("words", "heading", "statements", "credits")
GAP = "·"
# Codes, found as they are; of some the numbers are asked too.
CODES = ("format", "access")
COUNTED_CODES = ("is", "kind", "state", "camera_model", "finding", "verdict")
# Numbers that are found, counted or sorted by.
NUMBERS = (
    "id", "first", "last", "newest", "span", "months", "added", "place", "event", "outlet", "accession", "people_min",
    "people_max", "at",
)  # fmt: skip
FOUND_NUMBERS = ("shown", "camera", "added_by", "cell")
# There are more places than the engine counts at once; so those of each step of their tree stand by themselves too, and
# what is deeper with the last.
PLACE_STEPS = 6
# Where an item stands on the map.
DEGREES = ("north", "east", "metres")


class IndexFailed(Exception):
    """The index did not answer, for a reason that its text says; SQL does."""


@contextmanager
def guarded() -> Iterator[None]:
    """
    Let whatever the engine raises be an `IndexFailed`.

    :raises IndexFailed: the engine refused, or panicked: that is no Exception but a BaseException of its own
    """
    try:
        yield
    except (ValueError, OSError, MemoryError, KeyError) as problem:
        raise IndexFailed(str(problem)) from problem
    except BaseException as problem:
        if type(problem).__name__ != "PanicException":
            raise
        raise IndexFailed(f"the engine gave up: {problem}") from None


class Refused(Exception):
    """The engine does not take a question, too large for it as a rule: no fault of the index; SQL answers."""


# The engine has one error for all that it says no to; so these begin where it is a file that it cannot read.
_DAMAGE = ("Data corrupted", "An IO error occurred")


@contextmanager
def asking() -> Iterator[None]:
    """
    Guard a question to an index that is open.

    :raises Refused: the engine does not take the question
    :raises IndexFailed: it met a damaged file, or panicked
    """
    try:
        with guarded():
            yield
    except IndexFailed as problem:
        if isinstance(problem.__cause__, ValueError) and not str(problem).startswith(_DAMAGE):
            raise Refused(str(problem)) from problem
        raise


def place_step(depth: int) -> str:
    """Return the field of the places that stand so deep in their tree; 1 is a country."""
    return f"place_{min(max(depth, 1), PLACE_STEPS)}"


@cache
def schema() -> "tantivy.Schema":
    import tantivy

    builder = tantivy.SchemaBuilder()
    for name in WORDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in CODES:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in COUNTED_CODES:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in (*NUMBERS, *(place_step(depth) for depth in range(1, PLACE_STEPS + 1))):
        # Signed, all of them: of an unsigned one the engine deletes nothing, and says nothing.
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in FOUND_NUMBERS:
        builder.add_integer_field(name, indexed=True)
    for name in DEGREES:
        builder.add_float_field(name, fast=True)
    return builder.build()


_DAYS = 2**22
_ITEMS = 2**40


def newest_key(first: date, item: int) -> int:
    """Return the day and the item as one number, so that one field sorts by both."""
    return first.toordinal() * _ITEMS + item


def span(first: date, last: date, *, is_contested: bool) -> int:
    """Return two days, and whether the date is contested, as one number: items are counted by it."""
    return (first.toordinal() * _DAYS + last.toordinal()) * 2 + is_contested


def days_of(packed: "NDArray[Any]") -> tuple["NDArray[Any]", ...]:
    """Return of whole columns what `span` made one number of: days as `date.toordinal` counts them, and yes or no."""
    return packed // 2 // _DAYS, packed // 2 % _DAYS, packed % 2 == 1


_MONTHS = 2**17


def months(first: date, last: date, *, is_contested: bool) -> int:
    """Return the months of two days, and whether the date is contested: far fewer numbers than `span` makes."""
    return (_month(first) * _MONTHS + _month(last)) * 2 + is_contested


def months_of(packed: "NDArray[Any]") -> tuple["NDArray[Any]", ...]:
    """Return of whole columns what `months` made one number of: months as twelve times the year and 0 for January."""
    return packed // 2 // _MONTHS, packed // 2 % _MONTHS, packed % 2 == 1


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1
