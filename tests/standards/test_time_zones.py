from datetime import datetime, timedelta

import pytest

from archive.standards.time_zones import offset_of, written_offset, zones_of


def test_the_zones_of_a_country_are_those_of_the_database() -> None:
    assert zones_of("FR") == ("Europe/Paris",)
    assert zones_of("ES") == ("Europe/Madrid", "Africa/Ceuta", "Atlantic/Canary")
    assert zones_of("") == zones_of("XX") == ()


@pytest.mark.parametrize(
    ("zone", "local", "hours"),
    [
        ("Europe/Paris", datetime(2024, 6, 18, 5), 2),
        ("Europe/Paris", datetime(2024, 1, 18, 5), 1),
        ("Europe/London", datetime(2024, 6, 18, 5), 1),
        ("Asia/Kathmandu", datetime(2024, 6, 18, 5), 5.75),
    ],
)
def test_an_offset_is_that_of_the_day_summer_time_included(zone: str, local: datetime, hours: float) -> None:
    assert offset_of(zone, local) == timedelta(hours=hours)


def test_an_offset_is_written_as_people_know_it() -> None:
    assert [written_offset(timedelta(hours=hours)) for hours in (2, 0, -3.5)] == [
        "UTC+02:00",
        "UTC+00:00",
        "UTC-03:30",
    ]
