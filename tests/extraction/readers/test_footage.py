from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from archive.extraction.readers.dates import ImpossibleDate, parse_container_time
from archive.extraction.readers.file_assertions import assertions
from archive.extraction.readers.positions import ImpossiblePosition, Point, iso_6709_position
from archive.extraction.readers.read_file import read
from archive.extraction.readers.statements import Reading, State, Statement
from archive.standards.vocabulary import Property, SourceKind
from tests.filming import film

TODAY = date(2024, 7, 1)


@pytest.mark.corpus
def test_a_phones_clip_says_when_where_and_by_what_it_was_made(corpus: Path):
    reading = read(corpus / "video" / "with-gps.mov")

    assert reading.first("QuickTime:com.apple.quicktime.creationdate") == "2019-07-24T11:25:40+0300"
    assert reading.first("Stream 1:RotationDegrees") == -90
    assert reading.first("Stream 1:FrameRateVaries") == "no"
    assert reading.states["QuickTime"] == State.READ
    assert reading.properties == {
        "make": "Apple",
        "model": "iPhone 6",
        "date_created": "2019-07-24T11:25:40+03:00",
        "latitude_degrees": 32.0929,
        "longitude_degrees": 34.862,
        "altitude_metres": 28.516,
    }
    dates = [said for said in assertions(reading) if said.property is Property.DATE_CREATED]
    assert [(said.tag, said.date.edtf, said.ground) for said in dates] == [
        ("com.apple.quicktime.creationdate", "2019-07-24T11:25:40+03:00", SourceKind.DEVICE_METADATA),
        ("creation_time", "2019-07-24", SourceKind.DEVICE_METADATA),
    ]
    assert dates[0].moment == datetime(2019, 7, 24, 8, 25, 40, tzinfo=UTC)
    assert dates[1].moment is None


def test_a_clip_without_tags_of_its_own_carries_no_metadata(tmp_path: Path):
    reading = read(film(tmp_path / "a.webm", seconds=0.5, with_sound=True))

    assert reading.state is State.ABSENT
    assert reading.first("Stream 0:Codec") == "vp9"
    assert reading.first("Stream 1:SamplesPerSecond") == 48000


def test_the_words_of_a_container_are_read_whatever_it_is(tmp_path: Path):
    said = {"title": "Boat off Malo", "comment": "Seen at dawn"}

    for name in ("a.mkv", "a.mp4"):
        reading = read(film(tmp_path / name, seconds=0.3, metadata=said))
        assert reading.properties["description"] == "Seen at dawn", name
        assert reading.state is State.READ, name


def _dates(*statements: tuple[str, str]) -> list[tuple[str, SourceKind]]:
    reading = Reading(statements=[Statement(*name.split(":", 1), value) for name, value in statements])
    found = [said for said in assertions(reading, today=TODAY) if said.property is Property.DATE_CREATED]
    return [(said.date.edtf, said.ground) for said in found]


def test_the_time_of_a_container_is_no_moment_and_only_a_hint_where_no_device_is_named():
    stated = ("QuickTime:creation_time", "2024-06-18T12:00:00.000000Z")

    assert _dates(stated) == [("2024-06-18?/2024-06-19?", SourceKind.INFERENCE)]
    assert _dates(stated, ("QuickTime:make", "Canon")) == [("2024-06-18/2024-06-19", SourceKind.DEVICE_METADATA)]


@pytest.mark.parametrize(
    ("text", "edtf"),
    [("2024-06-18 12:00:00", "2024-06-18?"), ("2024-06-18", "2024-06-18?"), ("2024", "2024?")],
    ids=["time without zone", "day", "year"],
)
def test_the_time_of_a_container_that_names_no_zone_is_a_hint_of_its_day(text: str, edtf: str):
    assert _dates(("Matroska:creation_time", text)) == [(edtf, SourceKind.INFERENCE)]


@pytest.mark.parametrize("day", ["1904-01-01", "1970-01-01", "2001-01-01"])
def test_a_clock_that_was_never_set_dates_nothing(day: str):
    assert _dates(("QuickTime:creation_time", f"{day}T00:00:00.000000Z"), ("QuickTime:make", "Canon")) == []


@pytest.mark.parametrize(
    ("text", "longitude", "days"),
    [
        ("2024-06-18T08:00:00Z", 2.4, "2024-06-18"),
        ("2024-06-18T21:30:00Z", 2.4, "2024-06-18/2024-06-19"),
        ("2024-06-18T01:00:00Z", -74.0, "2024-06-17/2024-06-18"),
        ("2024-06-18T12:00:00Z", None, "2024-06-18/2024-06-19"),
        ("2024-06-18T09:59:00Z", None, "2024-06-17/2024-06-18"),
    ],
    ids=["morning in Dunkirk", "late in Dunkirk", "night in New York", "noon somewhere", "morning somewhere"],
)
def test_the_days_of_a_container_time_are_those_that_zones_make_of_it(text, longitude, days):
    written = parse_container_time(text, longitude_degrees=longitude, today=TODAY)

    assert written.interval.edtf == days
    assert written.moment is None


def test_a_container_time_to_come_is_impossible():
    with pytest.raises(ImpossibleDate):
        parse_container_time("2036-02-07T06:28:16Z", longitude_degrees=None, today=TODAY)


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("+32.0929+034.8620+028.516/", Point(32.0929, 34.862, None, 28.516)),
        ("-33.8568+151.2153/", Point(-33.8568, 151.2153)),
        ("+5102.5+00224.0/", Point(51.04166667, 2.4, 92.8)),
        ("+510230-0022400/", Point(51.04166667, -2.4, 15.5)),
        ("+51.0+002.4CRSWGS_84/", Point(51.0, 2.4, 5566.0)),
    ],
    ids=["phone", "south", "minutes", "seconds", "coarse"],
)
def test_a_position_of_a_container_is_read_with_its_uncertainty(text, point):
    assert iso_6709_position(text) == point


def test_a_stated_accuracy_is_the_uncertainty():
    assert iso_6709_position("+51.0500+002.4000/", accuracy_metres=12.5).uncertainty_metres == 12.5


@pytest.mark.parametrize("text", ["+00.0000+000.0000/", "+95.0000+002.4000/", "51.05, 2.40", "+511+0024/"])
def test_what_is_no_position_is_refused(text: str):
    with pytest.raises(ImpossiblePosition):
        iso_6709_position(text)
