"""Was the picture published before it is said to have been made?"""

import pytest

from archive.provenance.checks.date_against_first_publication import CHECK
from archive.provenance.checks.evidence import MOST_COPIES
from archive.standards.vocabulary import SourceKind, Standing
from tests.provenance.checks.cases import codes, copy, dated, evidence, published, sentence


@pytest.mark.parametrize(
    ("claimed", "printed", "expected"),
    [
        ("2024-06-18", "2024-04-23", "CONTRADICTORY after"),
        ("2024-06-18", "2024-06-19", "CONSISTENT before"),
        ("2024-06-18", "2024-06-18", "INCONCLUSIVE overlap"),
        ("2024-06", "2024-06-19", "INCONCLUSIVE overlap"),
        ("2024-06-18", "2024", "INCONCLUSIVE overlap"),
        ("2024-06-18T23:30:00Z", "2024-06-17", "INCONCLUSIVE overlap"),
        ("2024-06-18T23:30:00Z", "2024-06-16", "CONTRADICTORY after"),
        ("2024-06-18", "2024-06-01/..", "NOT_APPLICABLE no-publication"),
    ],
    ids=["published before", "published after", "the same day", "month", "year", "UTC", "UTC, two days", "open end"],
)
def test_a_claimed_date_is_weighed_against_the_first_publication(claimed: str, printed: str, expected: str) -> None:
    case = evidence(claims=[dated(claimed)], appearances=[published(printed)])

    assert codes(CHECK, case) == [expected]


def test_a_publication_of_a_confirmed_copy_counts_as_its_own() -> None:
    older = copy(appearances=(published("2024-04-23"),))

    case = evidence(claims=[dated("2024-06-18")], appearances=[published("2024-06-19")], copies=[older])

    assert codes(CHECK, case) == ["CONTRADICTORY after"]
    assert sentence(CHECK, case) == (
        "Said to be made 18 June 2024, but already published 23 April 2024 (The Kentish Post)."
    )


def test_a_publication_of_what_may_be_a_copy_is_left_to_people() -> None:
    older = copy(is_confirmed=False, appearances=(published("2024-04-23"),))

    case = evidence(claims=[dated("2024-06-18")], copies=[older])

    assert codes(CHECK, case) == ["INCONCLUSIVE perhaps-after"]


def test_a_date_of_the_file_has_a_sentence_of_its_own() -> None:
    case = evidence(
        claims=[dated("2024-06-18", source=SourceKind.DEVICE_METADATA)], appearances=[published("2024-04-23")]
    )

    assert codes(CHECK, case) == ["CONTRADICTORY embedded-after"]


def test_what_is_accepted_is_weighed_alone_and_what_a_copy_proves_is_not() -> None:
    case = evidence(
        claims=[
            dated("2024-06-18"),
            dated("2024-04-20", standing=Standing.ACCEPTED),
            dated("../2024-04-23", source=SourceKind.MATCH),
        ],
        appearances=[published("2024-04-23")],
    )

    assert codes(CHECK, case) == ["CONSISTENT before"]


def test_missing_dates_never_count_against_a_picture() -> None:
    assert codes(CHECK, evidence(appearances=[published("2024-04-23")])) == ["NOT_APPLICABLE no-date"]
    assert codes(CHECK, evidence(claims=[dated("2024-06-18")])) == ["NOT_APPLICABLE no-publication"]
    assert codes(CHECK, evidence(claims=[dated("2024-06-18")], appearances=[published("")])) == [
        "NOT_APPLICABLE no-publication"
    ]


def test_an_earlier_publication_of_what_may_be_a_copy_hides_no_contradiction() -> None:
    older = copy(is_confirmed=False, appearances=(published("2024-04-23"),))

    case = evidence(claims=[dated("2024-06-18")], appearances=[published("2024-05-02")], copies=[older])

    assert codes(CHECK, case) == ["CONTRADICTORY after", "INCONCLUSIVE perhaps-after"]


def test_an_earlier_publication_of_what_may_be_a_copy_is_a_lead_beside_one_that_agrees() -> None:
    older = copy(is_confirmed=False, appearances=(published("2024-04-23"),))

    case = evidence(claims=[dated("2024-06-18")], appearances=[published("2024-06-19")], copies=[older])

    assert codes(CHECK, case) == ["INCONCLUSIVE perhaps-after", "INCONCLUSIVE before"]


def test_where_more_copies_may_be_held_than_were_compared_no_publication_is_not_the_last_word() -> None:
    case = evidence(claims=[dated("2024-06-18")], copies=[copy() for _number in range(MOST_COPIES)])

    assert codes(CHECK, case) == ["INCONCLUSIVE more-copies", "NOT_APPLICABLE no-publication"]
