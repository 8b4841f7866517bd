"""Do the captions of this picture, and of its copies, say the same of it?"""

import pytest

from archive.provenance.checks.caption_against_caption import CHECK
from archive.provenance.checks.evidence import MOST_COPIES, MOST_SAME_WORDS, SameWords
from archive.provenance.checks.finding import weigh
from archive.standards.vocabulary import Property, SourceKind, Standing
from tests.provenance.checks.cases import claim, codes, copy, dated, evidence, place, sentences

DUNKIRK = place("Dunkirk", path="01/02/", point=(51.034, 2.377), reach_metres=6000.0)
MALO = place("Malo-les-Bains", kind="BEACH", path="01/02/03/", point=(51.052, 2.404), reach_metres=2000.0)
WIMEREUX = place("Wimereux", kind="BEACH", path="01/05/", point=(50.770, 1.605), reach_metres=2000.0)


def said(of: Property, caption: int = 1, **fields: object) -> object:
    return claim(of, caption=caption, **fields)


def shown(at: object, caption: int = 1) -> object:
    return said(Property.LOCATION_SHOWN, caption, place=at)


def people(least: int | None, most: int | None, caption: int = 1) -> object:
    return said(Property.PEOPLE_COUNT, caption, least=least, most=most)


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        (dated("2024-06-18"), dated("2024-05-03"), "CONTRADICTORY copy-dates"),
        (dated("2024-06"), dated("2024-06-18"), "CONSISTENT copy-agrees"),
        (dated("2024-06-18T23:30:00Z"), dated("2024-06-19"), "CONSISTENT copy-agrees"),
        (shown(DUNKIRK), shown(WIMEREUX), "CONTRADICTORY copy-places"),
        (shown(DUNKIRK), shown(MALO), "CONSISTENT copy-agrees"),
        (people(60, 60), people(20, 30), "CONTRADICTORY copy-counts"),
        (people(60, None), people(65, 65), "CONSISTENT copy-agrees"),
    ],
    ids=["other day", "day in month", "UTC", "other place", "place beneath", "other number", "at least"],
)
def test_what_its_caption_says_is_weighed_against_that_of_a_copy(here: object, there: object, expected: str) -> None:
    assert codes(CHECK, evidence(claims=[here], copies=[copy(claims=(there,))])) == [expected]


def test_what_may_be_a_copy_is_left_to_people() -> None:
    other = copy(is_confirmed=False, claims=(dated("2024-05-03"),))

    case = evidence(claims=[dated("2024-06-18")], copies=[other])

    assert codes(CHECK, case) == ["INCONCLUSIVE perhaps-copy-dates"]


def test_two_captions_of_its_own_are_weighed_and_one_caption_is_not_weighed_against_itself() -> None:
    within_one = [dated("2024-06-18", caption=1), dated("2024-05-03", caption=1)]

    assert codes(CHECK, evidence(claims=within_one)) == ["NOT_APPLICABLE no-other-caption"]
    assert codes(CHECK, evidence(claims=[within_one[0], dated("2024-05-03", caption=2)])) == ["CONTRADICTORY own-dates"]


def test_what_was_rejected_and_what_no_caption_says_is_left_out() -> None:
    case = evidence(
        claims=[dated("2024-06-18", caption=1)],
        copies=[
            copy(
                claims=(
                    dated("2024-05-03", standing=Standing.REJECTED),
                    dated("2024-05-03", source=SourceKind.DEVICE_METADATA),
                )
            )
        ],
    )

    assert codes(CHECK, case) == ["NOT_APPLICABLE no-other-caption"]


def test_the_same_words_with_other_pictures_are_a_lead_where_those_are_of_another_day() -> None:
    series = [SameWords(7, 70, 1), SameWords(8, 80, 1, (dated("2024-06-19"),))]

    own = dated("2024-06-18", caption=1)
    assert codes(CHECK, evidence(claims=[own], same_words=series)) == ["CONSISTENT same-words"]
    # Read from another wording: these words name no day and no place.
    assert codes(CHECK, evidence(claims=[dated("2024-06-18", caption=2)], same_words=series)) == [
        "NOT_APPLICABLE no-other-caption"
    ]

    other = dated("2024-05-03")
    case = evidence(claims=[own], same_words=[*series, SameWords(9, 90, 1, (other,))])

    assert codes(CHECK, case) == ["INCONCLUSIVE same-words-other-day"]
    assert {own.ground, other.ground} <= set(weigh(CHECK, case).observations[0].grounds)
    assert "pictures of another day (1)" in " ".join(sentences(CHECK, case))


def test_without_a_caption_there_is_nothing_to_weigh() -> None:
    assert codes(CHECK, evidence()) == ["NOT_APPLICABLE no-caption"]


def test_a_contradiction_behind_many_copies_that_agree_is_told_first_and_the_number_of_the_others() -> None:
    own = [dated("2024-06"), shown(DUNKIRK)]
    maybe = [copy(is_confirmed=False, claims=(dated(f"2024-05-{day:02}"),)) for day in range(1, 15)]
    case = evidence(claims=own, copies=[*maybe, copy(claims=(shown(WIMEREUX),))])

    assert codes(CHECK, case)[:2] == ["CONTRADICTORY copy-places", "INCONCLUSIVE perhaps-copy-dates"]
    assert sentences(CHECK, case)[-1] == "And 3 more of the kind, which are not told here."


def test_of_words_that_stand_with_very_many_pictures_the_number_is_a_least_one() -> None:
    same = [SameWords(item=item, caption=item, own_caption=1) for item in range(2, MOST_SAME_WORDS + 2)]

    case = evidence(claims=[dated("2024-06-18", caption=1)], same_words=same)

    assert sentences(CHECK, case) == [
        "The same caption stands with other pictures (20 and perhaps more), as in a series."
    ]


def test_where_more_copies_may_be_held_than_were_compared_that_is_told() -> None:
    copies = [copy(claims=(dated("2024-06-18"),)) for _number in range(MOST_COPIES)]

    case = evidence(claims=[dated("2024-06-18")], copies=copies)

    assert codes(CHECK, case) == ["CONSISTENT copy-agrees", "INCONCLUSIVE more-copies"]
    assert sentences(CHECK, case)[1] == "It has 50 copies and perhaps more: the nearest were compared."
