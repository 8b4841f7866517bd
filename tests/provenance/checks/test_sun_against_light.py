"""Could there have been as much light as the exposure tells, where and when the picture is said to have been made?"""

from datetime import UTC, datetime
from typing import Any

import pytest

from archive.provenance.checks.evidence import ClaimFacts, Evidence
from archive.provenance.checks.sun_against_light import CHECK
from archive.standards.vocabulary import Property, SourceKind
from tests.provenance.checks.cases import claim, codes, dated, evidence, place, sentence

DUNKIRK = place("Dunkirk", point=(51.034, 2.377), reach_metres=6_000, country_code="FR")
TROMSO = place("Tromsø", point=(69.65, 18.96), reach_metres=6_000, country_code="NO")
CHILE = place("Chile", kind="COUNTRY", point=(-37.0, -71.5), reach_metres=458_000, country_code="CL")
SUNLIT = {"EXIF:FNumber": "8/1", "EXIF:ExposureTime": "1/500", "EXIF:ISOSpeedRatings": 100}  # EV 15
OVERCAST = {"EXIF:FNumber": "56/10", "EXIF:ExposureTime": "1/250", "EXIF:ISOSpeedRatings": [100]}  # EV 12.9
ROOM = {"EXIF:FNumber": "28/10", "EXIF:ExposureTime": "1/60", "EXIF:ISOSpeedRatings": 400}  # EV 7
STREET_LIGHT = {"EXIF:FNumber": 2, "EXIF:ExposureTime": "1/4", "EXIF:ISOSpeedRatings": 1600}  # EV 0


def case(
    date: str, exposure: dict[str, Any], *, at: Any = DUNKIRK, moment: datetime | None = None, **more: ClaimFacts
) -> Evidence:
    when = dated(date, moment=moment)
    return evidence(claims=[when, claim(Property.LOCATION_SHOWN, place=at), *more.values()], statements=exposure)


@pytest.mark.parametrize(
    ("date", "exposure", "expected"),
    [
        ("2024-06-18T13:00:00", SUNLIT, "CONSISTENT fits"),
        ("2024-06-18T23:00:00", SUNLIT, "INCONCLUSIVE bright-at-twilight"),
        ("2024-12-18T01:00:00", SUNLIT, "CONTRADICTORY bright-at-night"),
        ("2024-12-18T01:00:00", OVERCAST, "CONSISTENT fits"),
        ("2024-12-18T01:00:00", ROOM, "CONSISTENT fits"),
        ("2024-12-18T01:00:00", STREET_LIGHT, "CONSISTENT fits"),
        ("2024-12-18T08:20:00", SUNLIT, "INCONCLUSIVE bright-at-twilight"),
        ("2024-06-18T13:00:00", STREET_LIGHT, "INCONCLUSIVE dark-by-day"),
        ("2024-12-18", SUNLIT, "CONSISTENT fits-between"),
        ("2024-12-18", STREET_LIGHT, "CONSISTENT fits-between"),
        ("2024-12", SUNLIT, "CONSISTENT fits-between"),
        ("2024", SUNLIT, "NOT_APPLICABLE no-date"),
        ("2024-06-18/..", SUNLIT, "NOT_APPLICABLE no-date"),
    ],
)
def test_the_sun_is_weighed_against_the_exposure(date: str, exposure: dict[str, Any], expected: str) -> None:
    assert codes(CHECK, case(date, exposure)) == [expected]


def test_the_sentence_tells_the_exposure_and_the_sun() -> None:
    assert sentence(CHECK, case("2024-12-18T01:00:00", SUNLIT)) == (
        "The exposure (f/8, 1/500 s, ISO 100) is one for daylight, but for Dunkirk, 18 December 2024, 01:00, the sun "
        "stood no higher than -62°: it was night."
    )


def test_a_moment_is_that_moment_wherever_the_claim_comes_from() -> None:
    night, day = (datetime(2024, 12, 18, hour, tzinfo=UTC) for hour in (0, 12))

    assert codes(CHECK, case("2024-12-18T00:00:00Z", SUNLIT, moment=night)) == ["CONTRADICTORY bright-at-night"]
    assert codes(CHECK, case("2024-12-18T12:00:00Z", SUNLIT, moment=day)) == ["CONSISTENT fits"]


def test_a_whole_day_contradicts_only_where_the_sun_does_not_rise() -> None:
    assert codes(CHECK, case("2024-12-21", SUNLIT, at=TROMSO)) == ["INCONCLUSIVE bright-at-twilight"]
    assert codes(CHECK, case("2024-06-21T00:30:00", SUNLIT, at=TROMSO)) == ["CONSISTENT fits"]


def test_local_time_is_that_of_the_zone_at_the_place() -> None:
    western = place("Brest", point=(48.39, -4.49), reach_metres=6_000, country_code="FR")
    unzoned = place("Off Brest", point=(48.39, -4.49), reach_metres=6_000)

    # At six in the evening of Central European Time the sun has just set at Brest; by its own sun an hour before.
    assert codes(CHECK, case("2024-12-18T20:00:00", SUNLIT, at=western)) == ["CONTRADICTORY bright-at-night"]
    assert codes(CHECK, case("2024-12-18T20:00:00", SUNLIT, at=unzoned)) == ["INCONCLUSIVE bright-at-twilight"]


def test_a_country_is_as_wide_as_it_is() -> None:
    assert codes(CHECK, case("2024-12-18T21:20:00", SUNLIT, at=CHILE)) == ["CONSISTENT fits-between"]
    assert codes(CHECK, case("2024-12-18T02:00:00", SUNLIT, at=CHILE)) == ["CONTRADICTORY bright-at-night"]


def test_the_position_of_the_camera_goes_before_claimed_places() -> None:
    position = claim(Property.LOCATION_CREATED, source=SourceKind.DEVICE_METADATA, point=(-33.44, -70.65))

    assert codes(
        CHECK, case("2024-12-18T05:00:00Z", SUNLIT, moment=datetime(2024, 12, 18, 5, tzinfo=UTC), gps=position)
    ) == ["CONTRADICTORY bright-at-night"]


def test_what_says_nothing_of_the_light_never_counts_against_a_picture() -> None:
    night = "2024-12-18T01:00:00"

    assert codes(CHECK, case(night, {})) == ["NOT_APPLICABLE no-exposure"]
    assert codes(CHECK, case(night, SUNLIT | {"EXIF:FNumber": "0/0"})) == ["NOT_APPLICABLE no-exposure"]
    assert codes(CHECK, case(night, SUNLIT | {"EXIF:ISOSpeedRatings": 0})) == ["NOT_APPLICABLE no-exposure"]
    assert codes(CHECK, case(night, SUNLIT | {"EXIF:Flash": 25})) == ["NOT_APPLICABLE flash"]
    assert codes(CHECK, case(night, SUNLIT | {"EXIF:Flash": 16})) == ["CONTRADICTORY bright-at-night"]
    assert codes(CHECK, evidence(claims=[dated(night)], statements=SUNLIT)) == ["NOT_APPLICABLE no-place"]
