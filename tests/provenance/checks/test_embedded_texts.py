"""Do EXIF, IIM and XMP of one file say the same in words?"""

import pytest

from archive.provenance.checks.embedded_texts import CHECK
from tests.provenance.checks.cases import codes, evidence, sentence

XMP = "XMP-dc:description"
IIM = "IPTC:Caption-Abstract"
EXIF = "IFD0:ImageDescription"
BOAT = "A boat off Gravelines on Tuesday."


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ({XMP: {"x-default": BOAT}, IIM: BOAT, EXIF: BOAT}, "CONSISTENT agree"),
        ({XMP: {"x-default": BOAT + " The coastguard was called."}, IIM: BOAT}, "CONSISTENT agree"),
        ({XMP: {"x-default": "a boat off gravelines, on Tuesday"}, IIM: BOAT}, "CONSISTENT agree"),
        ({XMP: {"x-default": "A crowd in Dover on Friday."}, IIM: BOAT}, "CONTRADICTORY differ"),
        ({XMP: {"x-default": BOAT}, EXIF: "OLYMPUS DIGITAL CAMERA"}, "NOT_APPLICABLE nothing-twice"),
        ({XMP: {"x-default": BOAT}, "EXIF:UserComment": "shot from the dyke"}, "NOT_APPLICABLE nothing-twice"),
        ({"XMP-dc:creator": ["Jane Doe"], "IPTC:By-line": "Jane Doe"}, "CONSISTENT agree"),
        ({"XMP-dc:creator": ["Jane Doe"], "IPTC:By-line": "John Roe"}, "CONTRADICTORY differ"),
        ({"XMP-dc:creator": ["Jane Doe"], "IFD0:Artist": "Jane Doe"}, "CONSISTENT agree"),
        ({XMP: {"x-default": BOAT}}, "NOT_APPLICABLE nothing-twice"),
        ({}, "NOT_APPLICABLE nothing-twice"),
    ],
    ids=["same", "cut off", "marks", "other", "camera", "comment", "creator", "other creator", "artist", "one", "none"],
)
def test_what_stands_in_several_places_of_a_file_is_compared(statements: dict, expected: str) -> None:
    assert codes(CHECK, evidence(statements=statements)) == [expected]


def test_the_sentence_names_the_tags_and_repeats_no_words() -> None:
    case = evidence(statements={XMP: {"x-default": "A crowd in Dover on Friday."}, IIM: BOAT})

    assert sentence(CHECK, case) == f"Description: {XMP} says something else than {IIM}."
