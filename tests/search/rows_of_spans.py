from collections.abc import Iterator
from datetime import date

from archive.search.day_spans import DaySpans


def rows_of(spans: DaySpans) -> Iterator[tuple[date, date, int, int]]:
    """Yield what `DaySpans.of` was given: first day, last day, number with nobody against it, contested number."""
    columns = (column.tolist() for column in (spans.first, spans.last, spans.number, spans.contested))
    for first, last, number, contested in zip(*columns, strict=True):
        yield date.fromordinal(first), date.fromordinal(last), number, contested
