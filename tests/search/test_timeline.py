from datetime import date

import pytest

from archive.search.day_spans import DaySpans
from archive.search.timeline import histogram
from archive.standards.edtf import parse


def bars(spans, asked=None):
    drawn = histogram(
        DaySpans.of((parse(edtf).earliest, parse(edtf).latest, number, 0) for edtf, number in spans),
        asked=parse(asked) if asked else None,
        address=lambda edtf: f"?date={edtf}",
    )
    return drawn and (drawn.unit, {bar.address[6:]: (bar.certain, bar.possible) for bar in drawn.bars})


def test_a_day_is_certain_and_a_month_is_possible_on_each_of_its_days():
    unit, drawn = bars([("2024-06-18", 3), ("2024-06", 2)])

    assert unit == "DAY"
    assert len(drawn) == 30
    assert drawn["2024-06-18"] == (3, 2)
    assert drawn["2024-06-30"] == (0, 2)


def test_what_begins_before_the_asked_days_is_possible_within_them():
    _unit, drawn = bars([("2024", 1), ("2024-06-18/..", 5), ("1999", 7)], asked="2024-06-17/2024-06-19")

    assert drawn == {"2024-06-17": (0, 1), "2024-06-18": (0, 6), "2024-06-19": (0, 6)}


def test_several_years_are_drawn_by_month_and_many_by_year():
    assert bars([("2022-01-05", 1), ("2024-12", 2)])[0] == "MONTH"
    unit, drawn = bars([("1936", 1), ("2024-06-18", 2)])
    assert unit == "YEAR"
    assert len(drawn) == 89
    assert (drawn["1936"], drawn["2024"]) == ((1, 0), (2, 0))


def test_centuries_are_drawn_in_steps():
    unit, drawn = bars([("1066-10-14", 1), ("2024-06-18", 2)])

    assert unit == "YEAR"
    assert drawn["1060/1069"] == (1, 0)
    assert drawn["2020/2029"] == (2, 0)
    assert len(drawn) <= 120


@pytest.mark.parametrize("asked", [None, "../.."])
def test_nothing_dated_draws_nothing(asked):
    assert bars([], asked) is None
    assert bars([("../..", 1)], asked) is None


@pytest.mark.parametrize("edtf", ["0001-01-02", "9999-12-30", "9999-12", "9999", "0001"])
def test_the_ends_of_the_calendar_can_be_drawn(edtf):
    assert bars([(edtf, 1)]) is not None


@pytest.mark.parametrize("asked", ["9999-12-31", "9999-12-31/.."])
def test_the_last_day_there_is_can_be_asked_for(asked):
    assert bars([("1936/..", 2)], asked) == ("DAY", {"9999-12-31": (0, 2)})


@pytest.mark.parametrize("asked", ["0001-01-01", "../0001-01-01"])
def test_the_first_day_there_is_can_be_asked_for(asked):
    assert bars([("../1936", 2)], asked) == ("DAY", {"0001-01-01": (0, 2)})


def test_bars_are_labelled_for_people():
    drawn = histogram(DaySpans.of([(date(2024, 6, 18), date(2024, 6, 18), 1, 0)]), asked=None, address=str)

    assert [bar.label for bar in drawn.bars] == ["18 June 2024"]
    assert drawn.highest == 1


def test_a_contested_day_is_possible_only():
    drawn = histogram(DaySpans.of([(date(2024, 6, 18), date(2024, 6, 18), 2, 3)]), asked=None, address=str)

    assert [(bar.certain, bar.possible) for bar in drawn.bars] == [(2, 3)]


@pytest.mark.parametrize(("asked", "wider"), [
    ("2024-06-18", ["2024-06", "2024", "2020/2029"]),
    ("2024-06", ["2024", "2020/2029"]),
    ("2024-06-15/2024-07-02", ["2024", "2020/2029"]),
    ("2020/2029", []),
    ("1999-12-31/2000-01-01", []),
    ("../2024-06-18", []),
    ("0312-10-28", ["0312-10", "0312", "0310/0319"]),
])  # fmt: skip
def test_the_way_to_wider_times_is_shown(asked, wider):
    drawn = histogram(DaySpans.of([]), asked=parse(asked), address=lambda edtf: edtf)

    assert [each.address for each in (drawn.wider if drawn else [])] == wider
