"""The codes that claims are written in: what is said, on what ground, and where it stands."""

from enum import StrEnum

# More people than any picture shows; a count beyond is a slip of the key.
MOST_PEOPLE = 10_000_000


class Property(StrEnum):
    """What a claim speaks about; the IPTC Photo Metadata names where the standard has one."""

    DATE_CREATED = "date_created"
    LOCATION_CREATED = "location_created"  # where the camera stood
    LOCATION_SHOWN = "location_shown"  # what is in the picture
    EVENT = "event"
    CREATOR = "creator"
    CREDIT_LINE = "credit_line"
    SUPPLIED_BY = "supplied_by"
    PUBLISHED_BY = "published_by"
    DIGITAL_SOURCE_TYPE = "digital_source_type"
    DERIVED_FROM = "derived_from"
    PEOPLE_COUNT = "people_count"
    ORIENTATION = "orientation"  # how the picture is turned from how its file shows it


class SpanProperty(StrEnum):
    """What is said of a span of footage: the words of `Property`, and what it shows in words (IPTC Description)."""

    DATE_CREATED = "date_created"
    LOCATION_SHOWN = "location_shown"
    LOCATION_CREATED = "location_created"
    EVENT = "event"
    PEOPLE_COUNT = "people_count"
    DESCRIPTION = "description"


class SourceKind(StrEnum):
    """The ground of a claim. The order of the members is the order in which sources lead."""

    PERSON = "PERSON"
    DEVICE_METADATA = "DEVICE_METADATA"
    EMBEDDED_DESCRIPTION = "EMBEDDED_DESCRIPTION"
    CAPTION = "CAPTION"
    APPEARANCE = "APPEARANCE"
    MATCH = "MATCH"
    INFERENCE = "INFERENCE"

    @property
    def rank(self) -> int:
        """0 leads before 1, and so on."""
        return list(SourceKind).index(self)


# Beside its reading a file is examined for these; the code of each kind of examination.
CONTENT_CREDENTIALS = "content-credentials"
FILE_TRACES = "file-traces"
WORDS_IN_PICTURE = "words-in-picture"


class Standing(StrEnum):
    """Where a claim stands with the people who decide."""

    PROPOSED = "PROPOSED"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    SUPERSEDED = "SUPERSEDED"
