"""Do the date and the place of the picture lie within those of the event that it is said to show?"""

import pytest

from archive.provenance.checks.caption_against_event import CHECK
from archive.standards.vocabulary import Property, SourceKind
from tests.provenance.checks.cases import claim, codes, dated, event, evidence, place, sentence

FRANCE = place("France", kind="COUNTRY", path="01/")
DUNKIRK = place("Dunkirk", path="01/02/", point=(51.034, 2.377), reach_metres=6000.0)
MALO = place("Malo-les-Bains", kind="BEACH", path="01/02/03/", point=(51.052, 2.404), reach_metres=2000.0)
BRAY = place("Bray-Dunes", kind="BEACH", path="01/04/", point=(51.080, 2.520), reach_metres=2000.0)
WIMEREUX = place("Wimereux", kind="BEACH", path="01/05/", point=(50.770, 1.605), reach_metres=2000.0)
ENGLAND = place("England", kind="COUNTRY", path="09/")
CROSSING = event("Crossings of 18 June", date="2024-06-18", places=(DUNKIRK,))


def shown(at: object) -> object:
    return claim(Property.LOCATION_SHOWN, place=at)


def linked(to: object = CROSSING) -> object:
    return claim(Property.EVENT, event=to)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (MALO, "CONSISTENT place-within"),
        (DUNKIRK, "CONSISTENT place-within"),
        (BRAY, "INCONCLUSIVE place-beside"),
        (WIMEREUX, "CONTRADICTORY place-outside-by"),
        (FRANCE, "INCONCLUSIVE open"),
        (ENGLAND, "INCONCLUSIVE open"),
    ],
    ids=["beneath it", "the place", "the next beach", "60 km off", "around it", "a country has no distance"],
)
def test_the_place_shown_is_weighed_against_those_of_the_event(at: object, expected: str) -> None:
    assert codes(CHECK, evidence(claims=[linked(), shown(at)])) == [expected]


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2024-06-18", "CONSISTENT date-within"),
        ("2024-06", "INCONCLUSIVE open"),
        ("2024-05-03", "CONTRADICTORY date-outside"),
        ("2024-06-19", "CONTRADICTORY date-outside"),
        ("2024-06-19T00:30:00Z", "INCONCLUSIVE open"),
    ],
    ids=["the day", "the month", "another day", "the day after", "the day after in UTC"],
)
def test_the_date_is_weighed_against_that_of_the_event(date: str, expected: str) -> None:
    assert codes(CHECK, evidence(claims=[linked(), dated(date)])) == [expected]


def test_what_a_copy_proves_of_the_date_is_no_claim_of_its_own() -> None:
    case = evidence(claims=[linked(), dated("2024-05-03", source=SourceKind.MATCH)])

    assert codes(CHECK, case) == ["INCONCLUSIVE open"]


def test_each_event_and_each_claim_is_told_and_the_gravest_stands_first() -> None:
    other = event("Rescue off Dover", date="2024-05-03")

    case = evidence(claims=[linked(), linked(other), dated("2024-06-18"), shown(MALO)])

    assert codes(CHECK, case) == ["CONTRADICTORY date-outside", "CONSISTENT date-within", "CONSISTENT place-within"]
    assert sentence(CHECK, case) == "Said to be made 18 June 2024, but “Rescue off Dover” is recorded as 3 May 2024."


def test_without_an_event_there_is_nothing_to_weigh() -> None:
    assert codes(CHECK, evidence(claims=[dated("2024-06-18")])) == ["NOT_APPLICABLE no-event"]
