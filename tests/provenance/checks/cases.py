"""Build the evidence of a check: each builder takes what matters and defaults the rest. No database."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any

from archive.extraction.readers.statements import Reading, Statement
from archive.provenance.checks.evidence import (
    AccessionFacts,
    AppearanceFacts,
    CaptionFacts,
    ClaimFacts,
    CopyFacts,
    EventFacts,
    Evidence,
    PlaceFacts,
)
from archive.provenance.checks.finding import Check, Observation, sentence_of, weigh
from archive.standards.edtf import parse
from archive.standards.normal_form import text_digest
from archive.standards.vocabulary import Property, SourceKind, Standing

RECEIVED = datetime(2024, 6, 20, 9, 0, tzinfo=UTC)
_key = count(1)


def claim(property: Property, *, date: str = "", source: SourceKind = SourceKind.CAPTION, **fields: Any) -> ClaimFacts:
    return ClaimFacts(
        key=fields.pop("key", next(_key)),
        property=property,
        standing=fields.pop("standing", Standing.PROPOSED),
        source=source,
        dates=parse(date) if date else None,
        **fields,
    )


def dated(date: str, **fields: Any) -> ClaimFacts:
    """A claim on when it was made."""
    return claim(Property.DATE_CREATED, date=date, **fields)


def place(name: str, *, path: str = "", **fields: Any) -> PlaceFacts:
    key = fields.pop("key", next(_key))
    return PlaceFacts(key=key, name=name, kind=fields.pop("kind", "TOWN"), path=path or f"{key:06}/", **fields)


def event(name: str, *, date: str = "", **fields: Any) -> EventFacts:
    key = next(_key)
    return EventFacts(key, name, f"{key:06}/", parse(date) if date else None, **fields)


def caption(text: str, *, role: str = "DESCRIPTION", origin: str = "EMBEDDED", **fields: Any) -> CaptionFacts:
    return CaptionFacts(next(_key), role, text, text_digest(text), origin, **fields)


def published(date: str, outlet: str = "The Kentish Post") -> AppearanceFacts:
    return AppearanceFacts(next(_key), outlet, parse(date) if date else None)


def copy(*, is_confirmed: bool = True, **fields: Any) -> CopyFacts:
    return CopyFacts(item=next(_key), match=next(_key), is_confirmed=is_confirmed, **fields)


def evidence(*, statements: Mapping[str, Any] | None = None, **fields: Any) -> Evidence:
    """
    Make the evidence on a photograph.

    :param statements: of its file, by "Group:Tag"
    """
    stated = [Statement(*name.split(":", 1), value) for name, value in (statements or {}).items()]
    defaults: dict[str, Any] = {
        "item": 1,
        "kind": "PHOTOGRAPH",
        "format_name": "JPEG",
        "size_bytes": 2_000_000,
        "width_px": 4000,
        "height_px": 3000,
        "file_name": "IMG_0001.jpg",
        "received_at": RECEIVED,
        "accession": AccessionFacts(1),
        "embedded": Reading(statements=stated),
    }
    return Evidence(**defaults | {name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()})


def codes(check: Check, of: Evidence) -> list[str]:
    """Return "OUTCOME code" of all that a check saw, the gravest first."""
    return [f"{each.outcome} {each.code}" for each in weigh(check, of).observations]


def sentences(check: Check, of: Evidence) -> list[str]:
    """Return the sentences of all that a check saw."""
    return [sentence_of(check.sentences[each.code], each.values) for each in weigh(check, of).observations]


def sentence(check: Check, of: Evidence) -> str:
    """Return the sentence that stands for what a check found."""
    first: Observation = weigh(check, of).observations[0]
    return sentence_of(check.sentences[first.code], first.values)
