"""The documents that a file names by their identifiers: XMP Media Management (ISO 16684-1, 8.4) and Photoshop's own."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from archive.extraction.readers.statements import Reading, Value

OWN_TAGS = ("XMP-xmpMM:OriginalDocumentID", "XMP-xmpMM:DocumentID")
DERIVED_FROM_TAG = "XMP-xmpMM:DerivedFrom"
INGREDIENTS_TAG = "XMP-xmpMM:Ingredients"
ANCESTORS_TAG = "XMP-photoshop:DocumentAncestors"
_OF_REFERENCE = ("stRef:originalDocumentID", "stRef:documentID")
# Programs write some 45 characters. What is much shorter names no document: "1", "none".
LONGEST = 100
SHORTEST = 12
# One layout that much was pasted into names thousands; the first ones are enough to find what belongs together.
MOST_PARTS = 200


class Part(StrEnum):
    """What a document is to the file that names it: the one it is a version of, or one that was placed in it."""

    WHOLE = "WHOLE"
    PLACED = "PLACED"


def documents_named(reading: Reading) -> list[tuple[Part, str]]:
    """List the identifiers of documents that a file names, each once."""
    whole = [identifier for tag in OWN_TAGS for identifier in _identifiers(reading.first(tag))]
    whole += _of_references(reading.first(DERIVED_FROM_TAG))
    placed = [identifier for value in reading.values(ANCESTORS_TAG) for identifier in _identifiers(value)]
    placed += [identifier for value in reading.values(INGREDIENTS_TAG) for identifier in _of_references(value)]
    own = dict.fromkeys(whole)
    parts = [identifier for identifier in dict.fromkeys(placed) if identifier not in own][:MOST_PARTS]
    return [(Part.WHOLE, identifier) for identifier in own] + [(Part.PLACED, identifier) for identifier in parts]


def _identifiers(value: Value) -> Iterator[str]:
    for each in value if isinstance(value, list) else [value]:
        text = each.strip() if isinstance(each, str) else ""
        # "xmp.did:00000000-…" is what programs write that know of none.
        if SHORTEST <= len(text) <= LONGEST and len(set(text.rpartition(":")[2])) > 3:
            yield text


def _of_references(value: Value) -> list[str]:
    references: list[Any] = value if isinstance(value, list) else [value]
    return [
        identifier
        for reference in references
        if isinstance(reference, dict)
        for name in _OF_REFERENCE
        for identifier in _identifiers(reference.get(name))
    ]
