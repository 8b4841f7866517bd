"""Do the words that stand in the picture agree with its date, its place, its outlet and its caption?"""

from typing import Any

import pytest

from archive.provenance.checks.evidence import WordsFacts
from archive.provenance.checks.words_in_picture import CHECK
from archive.standards.edtf import parse
from archive.standards.vocabulary import WORDS_IN_PICTURE, Property
from tests.provenance.checks.cases import (
    caption,
    claim,
    codes,
    dated,
    evidence,
    place,
    published,
    sentence,
)

FRANCE = place("France", kind="COUNTRY", path="01/")
DUNKIRK = place("Dunkirk", path="01/02/", point=(51.034, 2.377), reach_metres=6000.0)
MALO = place("Malo-les-Bains", kind="BEACH", path="01/02/03/", point=(51.052, 2.404), reach_metres=2000.0)
CALAIS = place("Calais", path="01/07/", point=(50.958, 1.852), reach_metres=6000.0)
DUNKIRK_ELSEWHERE = place("Dunkirk", path="09/08/", point=(42.479, -79.334), reach_metres=6000.0)
AT_CALAIS = "Beach at Calais, Monday 17 June"


def line(text: str, *dates: str, number: int = 1, **fields: Any) -> WordsFacts:
    return WordsFacts(number, text, dates=tuple(map(parse, dates)), **fields)


def case(*lines: WordsFacts, result: dict[str, Any] | None = None, **fields: Any) -> Any:
    return evidence(words=lines, examinations={WORDS_IN_PICTURE: result or {"lines": []}}, **fields)


def shown(at: Any) -> Any:
    return claim(Property.LOCATION_SHOWN, place=at)


@pytest.mark.parametrize(
    ("written", "claimed", "expected"),
    [
        ("2024-06-18", "2024-06-18", "CONSISTENT same-day"),
        ("2024-06-18", "2024-06", "CONSISTENT same-day"),
        ("2024-06-17", "2024-06-18", "CONTRADICTORY earlier-day"),
        ("2024-06-17", "2024-06-18T00:30:00Z", "INCONCLUSIVE day-near"),
        ("2024-06-19", "2024-06-18", "INCONCLUSIVE later-day"),
        ("1940-06-04", "2024-06-18", "INCONCLUSIVE long-ago"),
    ],
    ids=["the day", "within the month", "the day before", "a day of slack in UTC", "shown later", "a memorial"],
)
def test_a_day_that_is_written_out_is_weighed_against_the_claimed_one(
    written: str, claimed: str, expected: str
) -> None:
    assert codes(CHECK, case(line("The beach on that day", written), claims=[dated(claimed)])) == [expected]


def test_a_slanted_line_may_be_a_sign_and_contradicts_nothing() -> None:
    slanted = line("Open until 17 June 2024", "2024-06-17", is_level=False)

    assert codes(CHECK, case(slanted, claims=[dated("2024-06-18")])) == ["INCONCLUSIVE long-ago"]


@pytest.mark.parametrize(
    ("text", "named", "claimed", "expected"),
    [
        (AT_CALAIS, CALAIS, DUNKIRK, "CONTRADICTORY other-place-by"),
        ("Calais", CALAIS, DUNKIRK, "INCONCLUSIVE place-named-by"),
        ("Beach at Malo-les-Bains, Tuesday", MALO, DUNKIRK, "CONSISTENT same-place"),
        ("Crossings from northern France", FRANCE, DUNKIRK, "CONSISTENT same-place"),
        ("A small boat at Dunkirk, Tuesday", DUNKIRK_ELSEWHERE, DUNKIRK, "CONSISTENT same-place"),
    ],
    ids=["a line of a banner", "the name of a boat", "beneath it", "around it", "one of two that bear the name"],
)
def test_a_place_is_weighed_against_the_claimed_one(text: str, named: Any, claimed: Any, expected: str) -> None:
    assert codes(CHECK, case(line(text, places=(named,)), claims=[shown(claimed)])) == [expected]


def test_where_one_place_agrees_another_may_be_where_it_is_shown_from() -> None:
    banner = line("Live from the beach at Dunkirk", places=(DUNKIRK,), number=2)

    told = codes(CHECK, case(line(AT_CALAIS, places=(CALAIS,)), banner, claims=[shown(DUNKIRK)]))

    assert told == ["CONSISTENT same-place"]


def test_the_sentence_quotes_the_words_and_tells_the_distance() -> None:
    contradicting = case(line(AT_CALAIS, "2024-06-17", places=(CALAIS,)), claims=[dated("2024-06-18"), shown(DUNKIRK)])

    assert codes(CHECK, contradicting) == ["CONTRADICTORY earlier-day", "CONTRADICTORY other-place-by"]
    assert sentence(CHECK, contradicting) == (
        "The picture bears “Beach at Calais, Monday 17 June”: 17 June 2024 is before the claimed 18 June 2024."
    )


def test_another_outlet_is_a_lead_and_no_more() -> None:
    of_another = case(line("Sky News", outlets=("Sky News",)), appearances=[published("2024-06-19")])

    assert codes(CHECK, of_another) == ["INCONCLUSIVE other-outlet"]


def test_the_recorded_outlet_agrees() -> None:
    own = case(line("SKY NEWS", outlets=("Sky News",)), appearances=[published("2024-06-19", "Sky News")])

    assert codes(CHECK, own) == ["CONSISTENT same-outlet"]


def test_words_that_stand_in_a_caption_agree_with_it() -> None:
    captioned = case(line("Boat sets off for the English coast"), captions=[
        caption("A boat sets off for the English coast, Tuesday.")
    ])  # fmt: skip

    assert codes(CHECK, captioned) == ["CONSISTENT in-caption"]


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (evidence(), "NOT_APPLICABLE not-looked-for"),
        (case(result={"problem": "It took too long."}), "UNREADABLE unreadable"),
        (case(), "NOT_APPLICABLE none"),
        (case(result={"lines": [], "passed_over": 2}), "NOT_APPLICABLE passed-over"),
        (case(line("CHANNEL CROSSINGS")), "NOT_APPLICABLE nothing-compared"),
    ],
    ids=["nobody looked", "unreadable", "no words", "nothing that can be read", "nothing to compare"],
)
def test_absent_unreadable_and_silent_words_are_three_things(of: Any, expected: str) -> None:
    assert codes(CHECK, of) == [expected]
