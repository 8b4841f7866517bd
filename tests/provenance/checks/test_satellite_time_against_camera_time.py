"""Do the satellite's time and the camera's time fit each other, and the zone at the place?"""

from datetime import UTC, datetime

import pytest

from archive.provenance.checks.evidence import ClaimFacts, Evidence, Surroundings
from archive.provenance.checks.satellite_time_against_camera_time import CHECK
from archive.standards.vocabulary import Property, SourceKind, Standing
from tests.provenance.checks.cases import claim, codes, dated, evidence, place, sentence

AT_CALAIS = (50.9652, 1.8413)
AROUND_CALAIS = Surroundings(metres=900, countries={"FR": 900, "GB": 41_000, "BE": 47_000})


def satellite(moment: str, **fields: object) -> ClaimFacts:
    aware = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    return dated(
        moment[:10],
        moment=aware,
        source=SourceKind.DEVICE_METADATA,
        **{"group": "GPS", "tag": "GPSDateStamp", **fields},
    )


def camera(local: str, *, offset: str = "", **fields: object) -> ClaimFacts:
    moment = datetime.fromisoformat(f"{local}{offset}").astimezone(UTC) if offset else None
    return dated(
        f"{local}{offset}",
        moment=moment,
        source=SourceKind.DEVICE_METADATA,
        **{"group": "EXIF", "tag": "DateTimeOriginal", **fields},
    )


def at_calais(*claims: ClaimFacts) -> Evidence:
    position = claim(Property.LOCATION_CREATED, source=SourceKind.DEVICE_METADATA, point=AT_CALAIS)
    return evidence(claims=[*claims, position], surroundings={AT_CALAIS: AROUND_CALAIS})


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2024-06-18T05:12:00", "CONSISTENT fits-zone"),
        ("2024-06-18T05:19:00", "CONSISTENT fits-zone"),
        ("2024-06-18T04:12:00", "CONSISTENT fits-neighbour"),
        ("2024-06-18T05:37:00", "INCONCLUSIVE minutes-off-zone"),
        ("2024-06-18T06:12:00", "INCONCLUSIVE one-hour-off-zone"),
        ("2024-06-18T11:12:00", "INCONCLUSIVE another-zone"),
        ("2024-06-19T05:12:00", "INCONCLUSIVE one-day-off"),
        ("2024-06-17T05:12:00", "INCONCLUSIVE one-day-off"),
        ("2024-06-19T11:12:00", "CONTRADICTORY no-offset"),
        ("2024-06-20T05:12:00", "CONTRADICTORY no-offset"),
        ("2021-06-18T05:12:00", "CONTRADICTORY no-offset"),
    ],
    ids=[
        "France", "seven minutes off", "Britain", "25 minutes off", "an hour off", "set for Asia", "a day later",
        "a day earlier", "a day and six hours", "two days", "three years",
    ],
)  # fmt: skip
def test_without_an_offset_the_camera_clock_is_weighed_against_the_zones_near_the_place(
    local: str, expected: str
) -> None:
    case = at_calais(satellite("2024-06-18T03:12:00"), camera(local))

    assert codes(CHECK, case) == [expected]


def test_summer_time_is_that_of_the_date() -> None:
    assert codes(CHECK, at_calais(satellite("2024-01-18T04:12:00"), camera("2024-01-18T05:12:00"))) == [
        "CONSISTENT fits-zone"
    ]
    assert codes(CHECK, at_calais(satellite("2024-01-18T03:12:00"), camera("2024-01-18T05:12:00"))) == [
        "INCONCLUSIVE one-hour-off-zone"
    ]


def test_the_sentence_names_the_zone_that_fits_and_that_of_the_place() -> None:
    case = at_calais(satellite("2024-06-18T03:12:00"), camera("2024-06-18T04:14:00"))

    assert sentence(CHECK, case) == (
        "The camera's clock (18 June 2024, 04:14) and the satellite time (18 June 2024, 03:12 UTC) agree to 2 min as "
        "clocks went 41 km away (Europe/London, UTC+01:00); at the place itself it was UTC+02:00 (Europe/Paris). "
        "Between two coasts that is usual."
    )


@pytest.mark.parametrize(
    ("local", "offset", "expected"),
    [
        ("2024-06-18T05:12:00", "+02:00", "CONSISTENT same-moment"),
        ("2024-06-18T05:21:00", "+02:00", "CONSISTENT same-moment"),
        ("2024-06-18T05:42:00", "+02:00", "INCONCLUSIVE minutes-off"),
        ("2024-06-18T05:12:00", "+01:00", "INCONCLUSIVE one-hour-off"),
        ("2024-06-18T05:12:00", "+04:00", "CONTRADICTORY apart"),
        ("2024-06-20T05:12:00", "+02:00", "CONTRADICTORY apart"),
    ],
    ids=["the same", "nine minutes", "half an hour", "an hour", "another zone", "two days"],
)
def test_with_an_offset_the_two_moments_are_compared_exactly(local: str, offset: str, expected: str) -> None:
    case = at_calais(satellite("2024-06-18T03:12:00"), camera(local, offset=offset))

    assert codes(CHECK, case) == [expected]


def test_without_a_place_any_legal_offset_fits_and_only_days_contradict() -> None:
    fix = satellite("2024-06-18T03:12:00")

    assert codes(CHECK, evidence(claims=[fix, camera("2024-06-18T11:12:00")])) == ["CONSISTENT legal-offset"]
    assert codes(CHECK, evidence(claims=[fix, camera("2024-06-19T11:12:00")])) == ["INCONCLUSIVE one-day-off"]
    assert codes(CHECK, evidence(claims=[fix, camera("2024-06-21T11:12:00")])) == ["CONTRADICTORY no-offset"]


def test_without_a_position_the_zone_is_that_of_the_claimed_place() -> None:
    kathmandu = place("Kathmandu", point=(27.7, 85.3), country_code="NP")
    named = claim(Property.LOCATION_SHOWN, place=kathmandu)

    case = evidence(claims=[named, satellite("2024-06-18T03:12:00"), camera("2024-06-18T08:57:00")])

    assert codes(CHECK, case) == ["CONSISTENT fits-zone"]


def test_what_xmp_repeats_is_compared_once_and_with_the_offset_that_it_knows() -> None:
    fix = satellite("2024-06-18T03:12:00")
    twin = camera("2024-06-18T05:12:00", offset="+02:00", group="XMP-exif")
    other = camera("2024-06-20T05:12:00", group="XMP-exif")

    assert codes(CHECK, at_calais(fix, camera("2024-06-18T05:12:00"), twin)) == ["CONSISTENT same-moment"]
    assert codes(CHECK, at_calais(fix, camera("2024-06-18T05:12:00"), other)) == [
        "CONTRADICTORY no-offset",
        "CONSISTENT fits-zone",
    ]


def test_missing_times_never_count_against_a_picture() -> None:
    fix, clock = satellite("2024-06-18T03:12:00"), camera("2024-06-18T05:12:00")
    rejected = satellite("2020-01-01T00:00:00", standing=Standing.REJECTED)
    a_day = dated("2024-06-18", source=SourceKind.DEVICE_METADATA, group="EXIF", tag="DateTimeOriginal")

    assert codes(CHECK, at_calais(clock)) == ["NOT_APPLICABLE no-satellite-time"]
    assert codes(CHECK, at_calais(clock, rejected)) == ["NOT_APPLICABLE no-satellite-time"]
    assert codes(CHECK, at_calais(fix)) == ["NOT_APPLICABLE no-camera-time"]
    assert codes(CHECK, at_calais(fix, a_day)) == ["NOT_APPLICABLE no-camera-time"]
    assert codes(CHECK, at_calais(fix, dated("2024-06-18T05:12:00"))) == ["NOT_APPLICABLE no-camera-time"]


def test_clocks_that_agree_to_the_second_are_told_in_words() -> None:
    case = at_calais(satellite("2024-06-18T03:12:00"), camera("2024-06-18T05:12:00", offset="+02:00"))

    assert sentence(CHECK, case).endswith("agree to less than a minute.")
