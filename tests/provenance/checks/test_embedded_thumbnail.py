"""Does the small picture inside the file show what the picture shows?"""

from pathlib import Path
from typing import Any

import pytest

from archive.extraction.readers.file_traces import read_traces
from archive.files.formats import UnreadableImage, recognise
from archive.provenance.checks.embedded_thumbnail import CHECK
from archive.provenance.checks.finding import Outcome, weigh
from tests.provenance.checks.cases import codes, evidence

# The thumbnail of a table in a picture of dogs: put there by whoever made this test file for Pillow.
SWAPPED_IN_THE_CORPUS = {"app13-multiple.jpg"}


def traces(*, spread: float = 20.0, is_damaged: bool = False, **thumbnail: Any) -> dict[str, Any]:
    """Make what was measured of a file with one thumbnail, its own if nothing else is said."""
    own = {
        "source": "EXIF",
        "width_px": 160,
        "height_px": 120,
        "detail": 0.98,
        "shading": 0.97,
        "agreeing": 1.0,
        "turn": 0,
        "is_mirrored": False,
    }
    return {"file-traces": {"thumbnails": [own | thumbnail], "detail": spread, "is_damaged": is_damaged}}


def part(detail: float, area: float) -> dict[str, Any]:
    return {"detail": detail, "area": area, "box": [0, 0, 1, area], "turn": 0}


@pytest.mark.parametrize(
    ("examinations", "expected"),
    [
        ({}, "NOT_APPLICABLE not-examined"),
        ({"file-traces": {"problem": "it took too long."}}, "UNREADABLE unreadable"),
        ({"file-traces": {"thumbnails": []}}, "NOT_APPLICABLE none"),
        (traces(), "CONSISTENT same"),
        (traces(spread=1.0), "INCONCLUSIVE too-plain"),
        (traces(is_damaged=True), "INCONCLUSIVE damaged-picture"),
        (traces(turn=1), "CONSISTENT turned"),
        (traces(is_mirrored=True), "CONTRADICTORY mirrored"),
        (traces(picture_in_it=part(0.97, 0.99)), "CONSISTENT same"),
        (traces(detail=0.9, picture_in_it=part(0.97, 0.9)), "CONTRADICTORY cropped"),
    ],
    ids=lambda case: case if isinstance(case, str) else "",
)
def test_each_thing_that_can_be_seen_has_an_outcome(examinations: dict[str, Any], expected: str) -> None:
    assert codes(CHECK, evidence(examinations=examinations)) == [expected]


@pytest.mark.parametrize(
    ("alike", "agreeing", "parts", "expected"),
    [
        (0.3, 0.1, {}, "CONTRADICTORY other-picture"),
        (0.3, 0.45, {}, "INCONCLUSIVE unclear"),
        (0.75, 0.3, {}, "INCONCLUSIVE unclear"),
        (0.6, 0.8, {}, "CONTRADICTORY differs-in-part"),
        (0.3, 0.1, {"picture_in_it": part(0.95, 0.5)}, "CONTRADICTORY cropped"),
        (0.3, 0.1, {"picture_in_it": part(0.95, 0.05)}, "CONTRADICTORY other-picture"),
        (0.3, 0.1, {"it_in_picture": part(0.95, 0.5)}, "INCONCLUSIVE shows-less"),
    ],
)
def test_what_is_not_alike_is_told_apart(alike: float, agreeing: float, parts: dict[str, Any], expected: str) -> None:
    case = traces(detail=alike, agreeing=agreeing, **parts)

    assert codes(CHECK, evidence(examinations=case)) == [expected]


def test_a_thumbnail_that_is_not_compressed_is_told() -> None:
    case = evidence(examinations={"file-traces": {"thumbnails": []}}, statements={"IFD1:Compression": 1})

    assert codes(CHECK, case) == ["NOT_APPLICABLE uncompressed"]


def test_no_honest_file_of_the_corpus_is_contradicted(corpus: Path) -> None:
    contradicted, consistent = set(), 0
    for path in sorted((corpus / "photos").rglob("*")):
        try:
            measured = read_traces(str(path), recognise(path).mime_type) if path.is_file() else None
        except UnreadableImage:
            continue
        if measured:
            outcome = weigh(CHECK, evidence(examinations={"file-traces": measured})).outcome
            consistent += outcome == Outcome.CONSISTENT
            contradicted |= {path.name} if outcome == Outcome.CONTRADICTORY else set()

    assert contradicted == SWAPPED_IN_THE_CORPUS
    assert consistent >= 35
