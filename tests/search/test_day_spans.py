from datetime import date

import numpy as np
import pytest

from archive.item_index.fields import months, months_of
from archive.search.day_spans import DaySpans, days_of_months, months_of_days
from tests.search.rows_of_spans import rows_of


@pytest.mark.parametrize("day", [date.min, date(1969, 12, 31), date(1970, 1, 1), date(2024, 2, 29), date.max])
def test_a_day_lies_between_the_ends_of_its_month(day: date) -> None:
    of_month = months_of_days(np.array([day.toordinal()]))
    first, last = (date.fromordinal(int(each[0])) for each in days_of_months(of_month))

    assert of_month.tolist() == [12 * day.year + day.month - 1]
    assert first == day.replace(day=1)
    assert (last.year, last.month) == (day.year, day.month)
    assert last == date.max or date.fromordinal(last.toordinal() + 1).day == 1


def test_what_is_packed_as_months_is_unpacked_as_their_days() -> None:
    packed = [
        months(date(2023, 12, 5), date(2024, 2, 3), is_contested=False),
        months(date.min, date.max, is_contested=True),
    ]
    first, last, is_contested = months_of(np.array(packed))

    assert list(rows_of(DaySpans.of_months(first, last, np.array([3, 4]), is_contested=is_contested))) == [
        (date(2023, 12, 1), date(2024, 2, 29), 3, 0),
        (date.min, date.max, 0, 4),
    ]


def test_there_may_be_none() -> None:
    assert list(rows_of(DaySpans.of([]))) == []
