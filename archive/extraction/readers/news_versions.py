"""Which version of a news document holds: of the same item the latest one that its supplier sent."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from archive.extraction.readers.news_documents import NEWS_GROUPS
from archive.extraction.readers.statements import Statement

_GUID_TAGS = ("uri", "guid")

LONGEST_GUID = 500
NOBODY_KNOWS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, order=True)
class Version:
    """A version as it compares: its number, then when it was made."""

    number: int
    created: datetime

    @property
    def is_stated(self) -> bool:
        return self != Version(0, NOBODY_KNOWS)

    def is_before(self, other: "Version") -> bool:
        """Tell whether the other is the later for sure: by their numbers where both have one, else by their moments."""
        if self.number and other.number:
            return self < other
        return NOBODY_KNOWS not in (self.created, other.created) and self.created < other.created


def version_of(written: str, created: str) -> Version:
    """Read a version as a document writes it; what cannot be read comes before everything."""
    number = int(written) if written.isascii() and written.isdecimal() and len(written) <= 18 else 0
    try:
        moment = datetime.fromisoformat(created)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # the first and the last day of the calendar have no moment in every zone
        moment = NOBODY_KNOWS
    return Version(number, moment)


def identity_of(statements: list[Any]) -> tuple[str, Version] | None:
    """Return the identifier and the version of the news item that a reading gives; None where it is of none."""
    fields: dict[str, str] = {}
    for statement in statements:
        group, tag, value = (
            (statement.group, statement.tag, statement.value) if isinstance(statement, Statement) else statement
        )
        if group in NEWS_GROUPS:
            fields.setdefault(tag.lower(), str(value))
    guid = next((fields[tag] for tag in _GUID_TAGS if fields.get(tag)), "")[:LONGEST_GUID]
    if not guid:
        return None
    return guid, version_of(fields.get("version", ""), fields.get("versioncreated", ""))


def latest_news(readings: list[list[Any]]) -> list[list[Any]]:
    """Leave out of these readings those that a later version replaced; where nobody knows which is later, all stay."""
    identities = [identity_of(statements) for statements in readings]
    versions: dict[str, list[Version]] = {}
    for guid, version in filter(None, identities):
        versions.setdefault(guid, []).append(version)
    return [
        statements
        for statements, identity in zip(readings, identities, strict=True)
        if identity is None or not any(identity[1].is_before(other) for other in versions[identity[0]])
    ]
