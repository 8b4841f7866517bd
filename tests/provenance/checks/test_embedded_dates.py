"""Do the dates within one file agree?"""

from dataclasses import replace
from pathlib import Path

import pytest

from archive.extraction.readers.read_file import read
from archive.files.formats import UnreadableImage
from archive.provenance.checks.embedded_dates import CHECK
from archive.provenance.checks.finding import Outcome, weigh
from tests.provenance.checks.cases import codes, evidence, sentence, sentences

CAMERA = "EXIF:DateTimeOriginal"
XMP = "XMP-photoshop:DateCreated"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ({CAMERA: "2024:06:18 05:12:00", XMP: "2024-06-18"}, "CONSISTENT agree"),
        ({CAMERA: "2024:06:18 23:12:00", XMP: "2024-06-19"}, "CONSISTENT agree"),
        ({CAMERA: "2024:06:18 05:12:00", XMP: "2023-05-03"}, "CONTRADICTORY differ"),
        ({CAMERA: "2024:06:18 05:12:00", "IPTC:DateCreated": "20240501"}, "CONTRADICTORY differ"),
        ({CAMERA: "2024:06:18 05:12:00"}, "NOT_APPLICABLE one-date"),
        (
            {CAMERA: "2024:06:18 05:12:00", "IFD0:DateTime": "2024:05:01 10:00:00"},
            "CONTRADICTORY changed-before-made",
        ),
        ({CAMERA: "2000:01:01 00:00:00"}, "INCONCLUSIVE clock-start"),
        ({CAMERA: "2031:06:18 05:12:00"}, "UNREADABLE impossible"),
        ({CAMERA: "0000:00:00 00:00:00"}, "UNREADABLE impossible"),
        ({}, "NOT_APPLICABLE no-date"),
    ],
    ids=["same", "next day", "year", "IIM", "one", "changed before", "clock start", "future", "zeros", "none"],
)
def test_the_dates_of_a_file_are_weighed_against_one_another(statements: dict, expected: str) -> None:
    assert codes(CHECK, evidence(statements=statements)) == [expected]


def test_the_sentence_names_both_tags() -> None:
    case = evidence(statements={CAMERA: "2024:06:18 05:12:00", XMP: "2023-05-03"})

    assert sentence(CHECK, case) == f"{CAMERA} says 18 June 2024, {XMP} says 3 May 2023."


def test_files_as_cameras_wrote_them_are_not_called_contradictory(corpus: Path) -> None:
    """Of each file the outcome; those of the made-up suites of programs may say anything."""
    contradictory = []
    for path in sorted((corpus / "photos" / "cameras").iterdir()):
        try:
            reading = read(path)
        except UnreadableImage:
            continue
        case = replace(evidence(), embedded=reading)
        if weigh(CHECK, case).outcome == Outcome.CONTRADICTORY:
            contradictory.append(f"{path.name}: {sentence(CHECK, case)}")

    assert contradictory == []


def test_of_very_many_dates_that_differ_the_number_of_those_left_out_is_told() -> None:
    made = (CAMERA, XMP, "XMP-photoshop:DateCreated", "IPTC:DateCreated")
    changed = ("IFD0:DateTime", "XMP-xmp:ModifyDate", "XMP-tiff:DateTime")
    dates = {tag: f"{2012 + number}:06:18 05:12:00" for number, tag in enumerate(made)}
    case = evidence(statements=dates | dict.fromkeys(changed, "2001:06:18 05:12:00"))

    assert sentences(CHECK, case)[-1].endswith(" more of the kind, which are not told here.")
