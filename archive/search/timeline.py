"""Items over time, drawn as bars: certain where an item's days lie within the bar, possible where they touch it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from django.utils.translation import get_language

from archive.search.day_spans import DaySpans, Numbers, months_of_days
from archive.standards.edtf import DateInterval, parse

# A bar is a day up to two months, a month up to six years, else a year or several; never more bars than fit.
_MOST_DAYS = 62
_MOST_MONTHS = 72
_MOST_BARS = 120


@dataclass(frozen=True)
class Bar:
    """One stretch of time, both days inclusive; `address` narrows the search to it."""

    start: date
    end: date
    label: str
    certain: int
    possible: int
    address: str


@dataclass(frozen=True)
class Wider:
    """A wider stretch of time around the one that is drawn, and the address of the search for it."""

    label: str
    address: str


@dataclass(frozen=True)
class Histogram:
    """`wider` is there where days are asked for: the month, the year and the decade around them, the nearest first."""

    unit: str
    bars: list[Bar]
    wider: list[Wider] = field(default_factory=list)

    # Asked for each bar.
    @cached_property
    def highest(self) -> int:
        return max((bar.certain + bar.possible for bar in self.bars), default=0)


def histogram(spans: DaySpans, *, asked: DateInterval | None, address: Callable[[str], str]) -> Histogram | None:
    """
    Draw how many items there are by day, month, year or stretches of years; None where nothing is dated.

    :param spans: what is contested of them is possible only
    :param asked: the days to draw; else those between the first and the last day that bounds an item
    :param address: gives the address of a search for an EDTF date
    """
    ends = _ends(spans, asked)
    if ends is None:
        return None
    first, last = ends
    unit, step = _unit(first, last)
    bounds = list(_bounds(unit, step, first, last))
    certain, possible = _heights(spans, unit, step, bounds)
    bars = []
    for (start_day, end_day), sure, may in zip(bounds, certain, possible, strict=True):
        edtf = _edtf(unit, step, start_day, end_day)
        bars.append(Bar(start_day, end_day, parse(edtf).label(get_language()), sure, may, address(edtf)))
    return Histogram(unit, bars, _wider(asked, address) if asked else [])


def _heights(spans: DaySpans, unit: str, step: int, bounds: list[tuple[date, date]]) -> tuple[list[int], list[int]]:
    """Return how many items each bar has for certain, and how many possibly."""
    first, last = (_bars(days, unit, step, bounds[0][0]) for days in (spans.first, spans.last))
    is_drawn = (last >= 0) & (first < len(bounds))
    spans, first, last = spans.only(is_drawn), first[is_drawn], last[is_drawn]
    is_in_one = first == last
    certain = np.zeros(len(bounds), np.int64)
    np.add.at(certain, first[is_in_one], spans.number[is_in_one])
    possible = np.where(is_in_one, 0, spans.number) + spans.contested
    # How much it rises or falls at each bar.
    changes = np.zeros(len(bounds) + 1, np.int64)
    np.add.at(changes, np.maximum(first, 0), possible)
    np.subtract.at(changes, np.minimum(last, len(bounds) - 1) + 1, possible)
    return certain.tolist(), np.cumsum(changes[:-1]).tolist()


def _bars(days: Numbers, unit: str, step: int, start: date) -> Numbers:
    """Return the number of the bar that each day falls in, less than 0 before the first."""
    if unit == "DAY":
        return days - start.toordinal()
    if unit == "MONTH":
        return months_of_days(days) - _month(start)
    return months_of_days(days) // 12 // step - start.year // step


def may_be_by_day(months: DaySpans, *, asked: DateInterval | None) -> bool:
    """Say whether bars may be days, of spans whose days are those at which their months begin and end."""
    ends = _ends(months, asked)
    return ends is not None and (ends[1] - ends[0]).days < _MOST_DAYS + 2 * 31


def _ends(spans: DaySpans, asked: DateInterval | None) -> tuple[date, date] | None:
    """Return the first and the last day to draw: those asked for, else those that bound an item; None for none."""
    bounding = np.concatenate((spans.first, spans.last))
    bounding = bounding[(bounding > date.min.toordinal()) & (bounding < date.max.toordinal())]
    days = [date.fromordinal(int(each)) for each in (bounding.min(), bounding.max())] if len(bounding) else []
    first = asked.earliest if asked and asked.earliest > date.min else None
    last = asked.latest if asked and asked.latest < date.max else None
    days += [day for day in (first, last) if day]
    return (first or min(days), last or max(days)) if days else None


def _wider(asked: DateInterval, address: Callable[[str], str]) -> list[Wider]:
    first, last = asked.earliest, asked.latest
    around = [first.isoformat()[:7]] if _month(first) == _month(last) else []
    around += [first.isoformat()[:4]] if first.year == last.year else []
    decade = first.year // 10 * 10
    around += [f"{decade:04}/{decade + 9:04}"] if decade == last.year // 10 * 10 and decade else []
    days = [parse(edtf) for edtf in around]
    return [
        Wider(interval.label(get_language()), address(interval.edtf))
        for interval in days
        if (interval.earliest, interval.latest) != (first, last)
    ]


def _unit(first: date, last: date) -> tuple[str, int]:
    if (last - first).days < _MOST_DAYS:
        return "DAY", 1
    if _month(last) - _month(first) < _MOST_MONTHS:
        return "MONTH", 1
    return "YEAR", next(step for step in (1, 10, 100) if (last.year - first.year) // step < _MOST_BARS)


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _bounds(unit: str, step: int, first: date, last: date) -> Iterator[tuple[date, date]]:
    start = {
        "DAY": first,
        "MONTH": first.replace(day=1),
        "YEAR": date(max(first.year // step * step, 1), 1, 1),
    }[unit]
    while start <= last:
        end = _end(unit, step, start)
        yield start, end
        if end == date.max:
            return
        start = end + timedelta(days=1)


def _end(unit: str, step: int, start: date) -> date:
    if unit == "DAY":
        return start
    if unit == "MONTH":
        following = start.year * 12 + start.month
        if following // 12 > date.max.year:
            return date.max
        return date(following // 12, following % 12 + 1, 1) - timedelta(days=1)
    return date(min(start.year // step * step + step - 1, date.max.year), 12, 31)


def _edtf(unit: str, step: int, start: date, end: date) -> str:
    if unit == "DAY":
        return start.isoformat()
    if unit == "MONTH":
        return start.isoformat()[:7]
    return start.isoformat()[:4] if step == 1 else f"{start.isoformat()[:4]}/{end.isoformat()[:4]}"
