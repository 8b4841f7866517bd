"""The documents that a file names by their identifiers."""

from typing import Any

import pytest

from archive.extraction.readers.document_identifiers import LONGEST, MOST_PARTS, Part, documents_named
from archive.extraction.readers.statements import Reading, Statement

RAW = "605F385A877D41D35E76807EC60DC25F"
EXPORT = "xmp.did:813ee422-9736-4cdc-9be6-4e35ed8e41cb"
LAYER = "09E6D0F0F1566931425946F327E43067"


def named(**values: Any) -> list[tuple[str, str]]:
    groups = {"DocumentAncestors": "XMP-photoshop"}
    stated = [Statement(groups.get(tag, "XMP-xmpMM"), tag, value) for tag, value in values.items()]
    return [(str(part), identifier) for part, identifier in documents_named(Reading(statements=stated))]


def test_a_document_and_what_it_was_made_from_are_one_whole_and_what_was_placed_is_part_of_it() -> None:
    assert named(
        OriginalDocumentID=RAW,
        DocumentID=EXPORT,
        DerivedFrom={"stRef:documentID": RAW, "stRef:originalDocumentID": RAW, "stRef:instanceID": "xmp.iid:1"},
        Ingredients=[{"stRef:documentID": LAYER}, {"stRef:filePath": "boat.psd"}],
        DocumentAncestors=[LAYER, RAW],
    ) == [(Part.WHOLE, RAW), (Part.WHOLE, EXPORT), (Part.PLACED, LAYER)]


@pytest.mark.parametrize(
    "value",
    ["", "1", "xmp.did:00000000-0000-0000-0000-000000000000", "x" * (LONGEST + 1), 7, None, ["none"], {"a": {"b": []}}],
    ids=["empty", "short", "zeros", "long", "number", "nothing", "list", "structure"],
)
def test_what_names_no_document_joins_nothing(value: Any) -> None:
    tags = ("OriginalDocumentID", "DocumentID", "DerivedFrom", "Ingredients", "DocumentAncestors")

    assert named(**dict.fromkeys(tags, value)) == []


def test_of_endless_ancestors_the_first_ones_are_taken() -> None:
    assert len(named(DocumentAncestors=[f"{number:032X}" for number in range(1, 5000)])) == MOST_PARTS
