"""
How many items have which days, in columns: of a page's few thousand spans of time each is looked at several times.

Days are numbers of `date.toordinal`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

# Numpy counts from there.
_EPOCH = date(1970, 1, 1)
_MONTHS_BEFORE = _EPOCH.year * 12


@dataclass(frozen=True)
class DaySpans:
    """
    First and last days, and how many items have them: `number` with nobody against it, and `contested` beside them.

    One pair of days may stand there several times.
    """

    first: Numbers
    last: Numbers
    number: Numbers
    contested: Numbers

    @classmethod
    def of(cls, rows: Iterable[tuple[date, date, int, int]]) -> DaySpans:
        """Return the spans of rows of a first day, a last day, a number and a number of contested ones."""
        numbers = [(first.toordinal(), last.toordinal(), number, contested) for first, last, number, contested in rows]
        return cls(*np.array(numbers, np.int64).reshape(-1, 4).T)

    @classmethod
    def of_days(cls, first: Numbers, last: Numbers, number: Numbers, *, is_contested: NDArray[np.bool_]) -> DaySpans:
        return cls(first, last, np.where(is_contested, 0, number), np.where(is_contested, number, 0))

    @classmethod
    def of_months(cls, first: Numbers, last: Numbers, number: Numbers, *, is_contested: NDArray[np.bool_]) -> DaySpans:
        """:param first: months, each as `months_of_days` tells it, like `last`; which are taken as a whole"""
        return cls.of_days(days_of_months(first)[0], days_of_months(last)[1], number, is_contested=is_contested)

    def only(self, chosen: NDArray[np.bool_]) -> DaySpans:
        return DaySpans(*(column[chosen] for column in (self.first, self.last, self.number, self.contested)))


def months_of_days(days: Numbers) -> Numbers:
    """Return the month of each day: twelve times the year, and 0 for January."""
    months = (days - _EPOCH.toordinal()).astype("datetime64[D]").astype("datetime64[M]")
    return months.astype(np.int64) + _MONTHS_BEFORE


def days_of_months(months: Numbers) -> tuple[Numbers, Numbers]:
    """Return the first and the last day of each month."""
    first, following = ((each - _MONTHS_BEFORE).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
                        for each in (months, months + 1))  # fmt: skip
    return first + _EPOCH.toordinal(), following + _EPOCH.toordinal() - 1
