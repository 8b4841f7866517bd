"""Was the camera announced before the picture is said to have been made?"""

import pytest

from archive.provenance.checks.camera_first_sale import CHECK
from archive.standards.vocabulary import SourceKind
from tests.provenance.checks.cases import codes, dated, evidence, sentence

CANON = {"IFD0:Make": "Canon", "IFD0:Model": "Canon EOS 5D Mark IV"}


@pytest.mark.parametrize(
    ("claimed", "expected"),
    [
        ("2024-06-18", "CONSISTENT after"),
        ("2016-08", "CONSISTENT after"),
        ("2016", "INCONCLUSIVE overlap"),
        ("2016-07-30", "INCONCLUSIVE shortly-before"),
        ("2016-05-01", "INCONCLUSIVE shortly-before"),
        ("2016-04-30", "CONTRADICTORY before"),
        ("2015", "CONTRADICTORY before"),
        ("../2015", "CONTRADICTORY before"),
        ("2015/..", "INCONCLUSIVE overlap"),
    ],
)
def test_a_claimed_date_is_weighed_against_the_month_of_announcement(claimed: str, expected: str) -> None:
    assert codes(CHECK, evidence(statements=CANON, claims=[dated(claimed)])) == [expected]


def test_the_sentence_names_camera_month_and_source() -> None:
    case = evidence(statements=CANON, claims=[dated("2015-06-18")])

    assert sentence(CHECK, case) == (
        "Said to be made 18 June 2015, but its camera Canon EOS 5D Mark IV was announced only August 2016 (Canon, "
        "press release). Perhaps it photographed an older picture."
    )


def test_a_date_of_the_file_itself_has_a_sentence_of_its_own() -> None:
    case = evidence(statements=CANON, claims=[dated("2010-01-01", source=SourceKind.DEVICE_METADATA)])

    assert codes(CHECK, case) == ["CONTRADICTORY embedded-before"]


@pytest.mark.parametrize("source_type", ["print", "http://cv.iptc.org/newscodes/digitalsourcetype/negativeFilm"])
def test_what_the_file_says_was_digitised_may_be_older_than_the_camera(source_type: str) -> None:
    statements = CANON | {"XMP-Iptc4xmpExt:DigitalSourceType": source_type}

    assert codes(CHECK, evidence(statements=statements, claims=[dated("1944-06-06")])) == ["INCONCLUSIVE digitised"]


def test_what_is_not_known_is_told_and_never_held_against_a_picture() -> None:
    claims = [dated("1999")]
    of_another = {"IFD0:Make": "Acme", "IFD0:Model": "Pixel"}

    assert codes(CHECK, evidence(claims=claims)) == ["NOT_APPLICABLE no-model"]
    assert codes(CHECK, evidence(statements={"IFD0:Model": "QV-3000EX"}, claims=claims)) == [
        "NOT_APPLICABLE unknown-model"
    ]
    assert codes(CHECK, evidence(statements=of_another, claims=claims)) == ["NOT_APPLICABLE unknown-model"]
    assert codes(CHECK, evidence(statements=CANON)) == ["NOT_APPLICABLE no-date"]
