"""What would coordinates mean that are no position, or none that fits, if they were mended?"""

from typing import Any

import pytest

from archive.provenance.checks.evidence import ClaimFacts
from archive.provenance.checks.finding import weigh
from archive.provenance.checks.impossible_coordinates import CHECK
from archive.standards.vocabulary import Property, SourceKind
from tests.provenance.checks.cases import claim, codes, evidence, place, sentence

SHOWN = Property.LOCATION_SHOWN
DUNKIRK = place("Dunkirk", point=(51.034, 2.377), reach_metres=6_000)
FALMOUTH = place("Falmouth", point=(50.15, -5.07), reach_metres=6_000)
FRANCE = place("France", kind="COUNTRY", point=(46.6, 2.5), reach_metres=414_000)
STRAIT = place("Strait", kind="SEA_AREA", outline=((51.1, 1.4), (51.1, 2.4), (50.9, 1.6)))
NORTH, EAST = [51, 3, 14.76], [2, 24, 49.32]  # 51.0541, 2.4137


def gps(latitude: Any, north: str, longitude: Any, east: str) -> dict[str, Any]:
    return {
        "GPS:GPSLatitude": latitude,
        "GPS:GPSLatitudeRef": north,
        "GPS:GPSLongitude": longitude,
        "GPS:GPSLongitudeRef": east,
    }


def position(latitude: float, longitude: float) -> ClaimFacts:
    return claim(Property.LOCATION_CREATED, source=SourceKind.DEVICE_METADATA, point=(latitude, longitude))


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (gps([0, 0, 0], "N", [0, 0, 0], "E"), ["UNREADABLE no-fix"]),
        (gps([0, 0, 0], "", [0, 0, 0], ""), ["UNREADABLE no-fix"]),
        (gps([51, 3, 0], "N", ["0/0", 0, 0], "E"), ["UNREADABLE incomplete"]),
        (gps([98, 0, 0], "N", [200, 0, 0], "E"), ["UNREADABLE out-of-range"]),
        (gps([98, 0, 0], "", [200, 0, 0], ""), ["UNREADABLE out-of-range"]),
        (gps([102, 24, 0], "N", [51, 3, 0], "E"), ["INCONCLUSIVE swapped"]),
        (gps(NORTH, "N", EAST, ""), ["INCONCLUSIVE sign-lost"] * 2),
        (gps(NORTH, "", EAST, ""), ["INCONCLUSIVE sign-lost"] * 4),
        (gps([-51, 3, 0], "N", EAST, "E"), ["INCONCLUSIVE sign-lost"] * 2),
        ({"XMP-exif:GPSLatitude": "51,3.2", "XMP-exif:GPSLongitude": "2,24.8"}, ["INCONCLUSIVE sign-lost"] * 4),
        ({"XMP-exif:GPSLatitude": "51,3.2N", "XMP-exif:GPSLongitude": "2,24.8"}, ["INCONCLUSIVE sign-lost"] * 2),
        ({"QuickTime:location": "+95.4137+051.0541/"}, ["INCONCLUSIVE swapped"]),
        ({}, ["NOT_APPLICABLE no-coordinates"]),
    ],
    ids=[
        "zero", "zero, no sign", "no number", "outside", "outside, no sign", "swapped", "no longitude sign", "no sign",
        "sign and letter differ", "XMP", "XMP, one letter", "container", "none",
    ],
)  # fmt: skip
def test_refused_coordinates_are_told_with_what_they_may_mean(statements: dict, expected: list[str]) -> None:
    case = evidence(statements=statements, claims=[claim(SHOWN, place=DUNKIRK)])

    assert codes(CHECK, case) == expected


def test_each_sign_is_tried_and_the_reading_nearest_to_a_claimed_place_is_told_first() -> None:
    case = evidence(
        statements=gps([50, 9, 0], "N", [5, 3, 0], ""),
        claims=[claim(SHOWN, place=FALMOUTH, key=7), claim(SHOWN, place=DUNKIRK, key=8)],
    )

    west, east = weigh(CHECK, case).observations

    assert sentence(CHECK, case) == (
        "The coordinates lost a hemisphere; read as 50.1500° N, 5.0500° W they lie 1.4 km from Falmouth."
    )
    assert west.grounds == (("tag", "GPS:GPSLatitude"), ("claim", 7))
    assert (east.values["place"], east.grounds[1]) == ("Dunkirk", ("claim", 8))


def test_swapped_coordinates_are_read_the_other_way_round() -> None:
    bangkok = place("Bangkok", point=(13.75, 100.5), reach_metres=6_000)

    case = evidence(statements=gps([100, 30, 0], "N", [13, 46, 0], "E"), claims=[claim(SHOWN, place=bangkok)])

    assert sentence(CHECK, case) == (
        "Latitude and longitude seem to be swapped; read as 13.7667° N, 100.5000° E they lie 1.9 km from Bangkok."
    )


@pytest.mark.parametrize("named", [[], [claim(SHOWN, place=FRANCE)]], ids=["nothing named", "a country"])
def test_without_a_place_to_compare_with_each_reading_is_told_alone(named: list[ClaimFacts]) -> None:
    case = evidence(statements=gps(NORTH, "N", EAST, ""), claims=named)

    assert codes(CHECK, case) == ["INCONCLUSIVE sign-lost-alone"] * 2
    assert sentence(CHECK, case) == "The coordinates lost a hemisphere; they may mean 51.0541° N, 2.4137° E."


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (position(51.0541, -2.4137), "INCONCLUSIVE sign-flipped-fits"),
        (position(-51.0541, 2.4137), "INCONCLUSIVE sign-flipped-fits"),
        (position(-51.0541, -2.4137), "INCONCLUSIVE sign-flipped-fits"),
        (position(2.4137, 51.0541), "INCONCLUSIVE swapped-fits"),
        (position(51.0541, 2.4137), "CONSISTENT possible"),
        (position(48.8601, 2.3502), "CONSISTENT possible"),
    ],
    ids=["west", "south", "both", "swapped", "as claimed", "elsewhere"],
)
def test_a_position_that_only_its_twin_makes_fit_is_told(stated: ClaimFacts, expected: str) -> None:
    case = evidence(claims=[stated, claim(SHOWN, place=DUNKIRK)])

    assert codes(CHECK, case) == [expected]


def test_near_greenwich_a_lost_sign_makes_no_difference_and_nothing_is_told() -> None:
    newhaven = place("Newhaven", point=(50.79, 0.05), reach_metres=6_000)

    assert codes(CHECK, evidence(claims=[position(50.7901, -0.0502), claim(SHOWN, place=newhaven)])) == [
        "CONSISTENT possible"
    ]


def test_a_stretch_of_sea_is_measured_from_its_edge() -> None:
    case = evidence(statements=gps([51, 0, 36], "N", [1, 48, 36], ""), claims=[claim(SHOWN, place=STRAIT)])

    assert sentence(CHECK, case) == (
        "The coordinates lost a hemisphere; read as 51.0100° N, 1.8100° E they lie 0 m from Strait."
    )
