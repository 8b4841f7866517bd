from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.standards.edtf import InvalidEDTF, parse


@pytest.mark.parametrize(
    ("edtf", "earliest", "latest", "label"),
    [
        ("2024-06-18", "2024-06-18", "2024-06-18", "18 June 2024"),
        ("2024-06-18T05:12:00", "2024-06-18", "2024-06-18", "18 June 2024, 05:12"),
        ("2024-06-18T23:30:00+02:00", "2024-06-18", "2024-06-18", "18 June 2024, 23:30 +02:00"),
        ("2024-06-18T05:12:00Z", "2024-06-18", "2024-06-18", "18 June 2024, 05:12 UTC"),
        ("2024-04", "2024-04-01", "2024-04-30", "April 2024"),
        ("2024-02", "2024-02-01", "2024-02-29", "February 2024"),
        ("2024", "2024-01-01", "2024-12-31", "2024"),
        ("193X", "1930-01-01", "1939-12-31", "1930s"),
        ("2024-06-XX", "2024-06-01", "2024-06-30", "June 2024"),
        ("2024-XX-18", "2024-01-18", "2024-12-18", "between 18 January 2024 and 18 December 2024"),
        ("1936?", "1936-01-01", "1936-12-31", "1936 (uncertain)"),
        ("1936~", "1935-01-01", "1937-12-31", "about 1936"),
        ("2024-01~", "2023-12-01", "2024-02-29", "about January 2024"),
        ("2024-06-18%", "2024-06-17", "2024-06-19", "about 18 June 2024 (uncertain)"),
        ("2024-01-01/..", "2024-01-01", "9999-12-31", "since 1 January 2024"),
        ("2024-01-01/", "2024-01-01", "9999-12-31", "since 1 January 2024"),
        ("../2024-01-01", "0001-01-01", "2024-01-01", "until 1 January 2024"),
        ("/2024", "0001-01-01", "2024-12-31", "until 2024"),
        ("2024-06-18/2024-06-19", "2024-06-18", "2024-06-19", "18 June 2024 to 19 June 2024"),
        ("2024-22", "2024-06-01", "2024-08-31", "summer 2024"),
        ("2024-24", "2023-12-01", "2025-02-28", "winter 2024"),
        ("[2024-06-18,2024-06-20]", "2024-06-18", "2024-06-20", "18 June 2024 or 20 June 2024"),
        ("[2024-06-18..2024-06-20]", "2024-06-18", "2024-06-20", "between 18 June 2024 and 20 June 2024"),
        ("{2024-06..2024-08}", "2024-06-01", "2024-08-31", "between 1 June 2024 and 31 August 2024"),
        ("Y17E8", "9999-12-31", "9999-12-31", "since 31 December 9999"),
        ("-0044", "0001-01-01", "0001-01-01", "until 1 January 1"),
        ("../..", "0001-01-01", "9999-12-31", "unknown"),
    ],
    ids=lambda value: value,
)
def test_each_form_of_edtf_has_its_two_days_and_its_label(edtf, earliest, latest, label):
    interval = parse(edtf)

    assert (interval.edtf, interval.earliest.isoformat(), interval.latest.isoformat()) == (edtf, earliest, latest)
    assert interval.label() == label


@pytest.mark.parametrize(
    ("edtf", "label"),
    [
        ("2024-06-01", "1er juin 2024"),
        ("2024-08-18T05:12:00Z", "18 août 2024, 05:12 UTC"),
        ("2024-04", "avril 2024"),
        ("193X", "années 1930"),
        ("1936?", "1936 (incertain)"),
        ("2024-06-18%", "vers 18 juin 2024 (incertain)"),
        ("2024-01-01/..", "depuis le 1er janvier 2024"),
        ("2024-04/..", "depuis avril 2024"),
        ("../2024-01-01", "jusqu’au 1er janvier 2024"),
        ("/2024", "jusqu’en 2024"),
        ("2024-06-18/2024-06-19", "du 18 juin 2024 au 19 juin 2024"),
        ("2024-06/2024-07", "juin 2024 à juillet 2024"),
        ("2024-22", "été 2024"),
        ("[2024-06-18,2024-06-20]", "18 juin 2024 ou 20 juin 2024"),
        ("[2024-06-18..2024-06-20]", "entre le 18 juin 2024 et le 20 juin 2024"),
        ("../..", "inconnue"),
    ],
    ids=lambda value: value,
)
def test_a_date_is_worded_in_french_and_the_record_has_it_in_english(edtf, label):
    assert parse(edtf).label("fr") == label
    assert parse(edtf).label("fr") != parse(edtf).label() == parse(edtf).label("de")


@pytest.mark.parametrize(
    "text",
    ["", "   ", "Tuesday", "2024-13", "2024-00", "2024-02-30", "2024-06-18T25:00:00", "2024/2023", "0000",
     "2024-06-18T05:12:00.5", "[" * 5000, "1/1/2024", "2024-06-18T05:12:00+99:00"],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_a_sentence(text):
    with pytest.raises(InvalidEDTF, match=r"^.+\.+$"):
        parse(text)


def test_only_what_lies_inside_is_certain():
    june, eighteenth, spring_on = parse("2024-06"), parse("2024-06-18"), parse("2024-06-10/..")

    assert eighteenth.within(june) and not june.within(eighteenth)
    assert not june.within(spring_on) and not spring_on.within(june)


def test_both_ends_count_as_days():
    assert parse("2024-06-18").days == 1
    assert parse("2024-06").days == 30
    assert parse("../..").latest == date.max


@pytest.mark.parametrize(
    ("edtf", "earliest", "latest"),
    [
        ("1936~/1940", "1935-01-01", "1940-12-31"),
        ("1936/1940~", "1936-01-01", "1941-12-31"),
        ("{1936~,1940}", "1935-01-01", "1940-12-31"),
        ("2004-06-~11", "2004-06-10", "2004-06-12"),
        ("0001-01-01~", "0001-01-01", "0001-01-02"),
        ("9999-12-31~", "9999-12-30", "9999-12-31"),
        ("0001~", "0001-01-01", "0002-12-31"),
        ("2024-21/2024-22", "2024-03-01", "2024-08-31"),
        ("2024-21~", "2024-02-01", "2024-06-30"),
    ],
)
def test_about_widens_each_end_that_it_marks_and_stays_inside_the_calendar(edtf, earliest, latest):
    interval = parse(edtf)

    assert (interval.earliest.isoformat(), interval.latest.isoformat()) == (earliest, latest)


years = st.integers(1, 9999).map(lambda year: f"{year:04d}")
months = st.dates().map(lambda day: f"{day.year:04d}-{day.month:02d}")
points = st.dates().map(str) | months | years


@given(points, st.sampled_from("?~%"))
def test_a_qualified_date_holds_the_plain_one(point, mark):
    plain, qualified = parse(point), parse(point + mark)

    assert qualified.earliest <= plain.earliest <= plain.latest <= qualified.latest
    assert (mark == "?") <= ((qualified.earliest, qualified.latest) == (plain.earliest, plain.latest))


@given(points, points, st.sampled_from(["", "?", "~"]), st.sampled_from(["", "?", "~"]))
def test_an_interval_reaches_from_its_first_end_to_its_last(first, last, first_mark, last_mark):
    start, end = parse(first + first_mark), parse(last + last_mark)

    try:
        interval = parse(f"{first}{first_mark}/{last}{last_mark}")
    except InvalidEDTF:
        assert start.earliest > end.latest
        return
    assert (interval.earliest, interval.latest) == (start.earliest, end.latest)
