"""What a check sees of one item: frozen, gathered beforehand, without database. Days are inclusive local days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from archive.extraction.readers.file_assertions import Assertion, Assessment, RefusedPosition, assess_whole
from archive.extraction.readers.statements import Problem, Reading
from archive.standards.edtf import DateInterval
from archive.standards.vocabulary import Property, SourceKind, Standing

# What an observation rests on: ("claim", 12), ("caption", 3), ("appearance", 4), ("item", 5), ("match", 6),
# ("accession", 7), ("event", 8), ("tag", "EXIF:DateTimeOriginal"), ("words", 2), which is a line of
# the words in the picture.
Ground = tuple[str, int | str]
# Within one file, and on its own ground: what the device and whoever described the file wrote into it.
OF_THE_FILE = (SourceKind.DEVICE_METADATA, SourceKind.EMBEDDED_DESCRIPTION)
# Of the copies of a picture so many are gathered, the nearest ones; of files that name the same documents; of pictures
# that bear the same words. A check that is given so many tells that there may be more.
MOST_COPIES = 50
MOST_RELATED = 20
MOST_SAME_WORDS = 20
# So far around a position the gazetteer is asked: across the Channel from any of its shores east of Cherbourg.
AROUND_METRES = 100_000


@dataclass(frozen=True)
class PlaceFacts:
    """
    A record of the gazetteer. `reach_metres` is how far the place goes around its point; None where a point says
    nothing of distance: seas, counties, countries. `outline` is of [latitude, longitude] corners.
    """

    key: int
    name: str
    kind: str
    path: str
    country_code: str = ""
    point: tuple[float, float] | None = None
    reach_metres: float | None = None
    outline: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Surroundings:
    """
    What the gazetteer knows within `AROUND_METRES` of a point: the nearest place, and how near others come.

    `countries` are by their ISO 3166-1 code, the nearest first; `areas` are the counties, regions and countries that
    the item's claims name, by key: how near the nearest known place in each comes. What is farther is left out.
    """

    nearest: PlaceFacts | None = None
    metres: float = AROUND_METRES
    countries: Mapping[str, float] = field(default_factory=dict)
    areas: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class EventFacts:
    """Something that happened: when, and at which places."""

    key: int
    name: str
    path: str
    dates: DateInterval | None = None
    places: tuple[PlaceFacts, ...] = ()


@dataclass(frozen=True)
class ClaimFacts:
    """One statement on one property, its value typed as in `claims.Claim`."""

    key: int
    property: Property
    standing: Standing
    source: SourceKind
    group: str = ""
    tag: str = ""
    rule: str = ""
    caption: int | None = None
    as_written: str = ""
    dates: DateInterval | None = None
    moment: datetime | None = None
    place: PlaceFacts | None = None
    point: tuple[float, float] | None = None
    uncertainty_metres: float | None = None
    event: EventFacts | None = None
    outlet: str = ""
    text: str = ""
    least: int | None = None
    most: int | None = None

    @property
    def ground(self) -> Ground:
        return "claim", self.key


@dataclass(frozen=True)
class CaptionFacts:
    """One wording that stands now, with where it stood; `digest` is that of its words, marks and spaces aside."""

    key: int
    role: str
    text: str
    digest: str
    origin: str
    group: str = ""
    tag: str = ""
    language: str = ""

    @property
    def ground(self) -> Ground:
        return "caption", self.key


@dataclass(frozen=True)
class AppearanceFacts:
    """The item as published. `dates` is None where nobody told the day."""

    key: int
    outlet: str
    dates: DateInterval | None = None

    @property
    def ground(self) -> Ground:
        return "appearance", self.key


@dataclass(frozen=True)
class CopyFacts:
    """
    Another item that shows the same picture, or the footage that this is a still of.

    `match` is the one by which the item knows of it, `is_confirmed` whether people said so on the whole way there.
    """

    item: int
    match: int
    is_confirmed: bool
    claims: tuple[ClaimFacts, ...] = ()
    captions: tuple[CaptionFacts, ...] = ()
    appearances: tuple[AppearanceFacts, ...] = ()

    @property
    def grounds(self) -> tuple[Ground, ...]:
        return ("item", self.item), ("match", self.match)

    def leading(self, name: Property, *, but: tuple[SourceKind, ...] = (SourceKind.MATCH,)) -> tuple[ClaimFacts, ...]:
        """Return the claims that could lead, as `Evidence.leading` does."""
        return _leading(self.claims, name, but)


@dataclass(frozen=True)
class SameWords:
    """Another item, no copy of this one, whose caption has the same words; `claims` are those on its date."""

    item: int
    caption: int
    own_caption: int
    claims: tuple[ClaimFacts, ...] = ()

    @property
    def grounds(self) -> tuple[Ground, ...]:
        return ("item", self.item), ("caption", self.caption), ("caption", self.own_caption)

    @property
    def dated(self) -> list[ClaimFacts]:
        """The claims that its date could come from."""
        return [claim for claim in _leading(self.claims, Property.DATE_CREATED, (SourceKind.MATCH,)) if claim.dates]


class Relation(StrEnum):
    """How two files go together by the documents that they name, from the nearest to the farthest."""

    SAME = "SAME"  # both are versions of one document
    PLACED_IN_THIS = "PLACED_IN_THIS"  # the other one's document was placed in this one
    PLACED_IN_OTHER = "PLACED_IN_OTHER"
    PARTS = "PARTS"  # the same document was placed in both


@dataclass(frozen=True)
class RelatedFile:
    """Another item whose file names a document in XMP that this one's names too."""

    item: int
    relation: Relation


@dataclass(frozen=True)
class AccessionFacts:
    """The delivery that the item first came with; `published_on` is its outlet's day, as the delivery says."""

    key: int
    published_on: date | None = None
    outlet: str = ""

    @property
    def ground(self) -> Ground:
        return "accession", self.key


@dataclass(frozen=True)
class WordsFacts:
    """
    A line of words that stands in the picture, and what it says by the rules of captions.

    `is_level` as what is laid over a picture is; `dates` are days that are written out, `outlets` names of records.
    """

    number: int
    text: str
    is_level: bool = True
    dates: tuple[DateInterval, ...] = ()
    places: tuple[PlaceFacts, ...] = ()
    outlets: tuple[str, ...] = ()

    @property
    def ground(self) -> Ground:
        return "words", self.number


@dataclass(frozen=True)
class Evidence:
    """
    All that is known of one item when it is checked.

    `embedded` is the reading of its file, with every statement verbatim; `examinations` has what slow readers found in
    its bytes, by their kind; `problem` alone where they could not. `surroundings` are by the points, latitude and
    longitude, that its claims on locations name; without any, by those of the places that they name.
    """

    item: int
    kind: str
    format_name: str
    size_bytes: int
    width_px: int | None
    height_px: int | None
    file_name: str
    received_at: datetime
    accession: AccessionFacts
    embedded: Reading
    claims: tuple[ClaimFacts, ...] = ()
    captions: tuple[CaptionFacts, ...] = ()
    appearances: tuple[AppearanceFacts, ...] = ()
    copies: tuple[CopyFacts, ...] = ()
    same_words: tuple[SameWords, ...] = ()
    surroundings: Mapping[tuple[float, float], Surroundings] = field(default_factory=dict)
    related_files: tuple[RelatedFile, ...] = ()
    examinations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    words: tuple[WordsFacts, ...] = ()

    @cached_property
    def _assessment(self) -> Assessment:
        return assess_whole(self.embedded, today=self.received_at.date())

    @property
    def asserted(self) -> tuple[list[Assertion], list[Problem]]:
        """What the file asserts, statement by statement, and what in it cannot be believed, with its code."""
        return self._assessment.assertions, self._assessment.problems

    @property
    def refused_positions(self) -> list[RefusedPosition]:
        """The coordinates of the file that are no position, with what is wrong with them."""
        return self._assessment.refused_positions

    @cached_property
    def _by_property(self) -> dict[Property, list[ClaimFacts]]:
        by_property: dict[Property, list[ClaimFacts]] = {}
        for claim in self.claims:
            by_property.setdefault(claim.property, []).append(claim)
        return by_property

    def standing(self, name: Property) -> list[ClaimFacts]:
        """Return the claims on a property that are accepted or wait for an answer."""
        return [
            claim
            for claim in self._by_property.get(name, ())
            if claim.standing in (Standing.ACCEPTED, Standing.PROPOSED)
        ]

    def leading(self, name: Property, *, but: tuple[SourceKind, ...] = (SourceKind.MATCH,)) -> tuple[ClaimFacts, ...]:
        """
        Return the claims on a property that could lead: the accepted ones, and where there is none the proposed ones.

        :param but: the kinds of ground that are left out; what a copy proves is no ground of its own
        """
        return _leading(self._by_property.get(name, ()), name, but)


def _leading(claims: Any, name: Property, but: tuple[SourceKind, ...]) -> tuple[ClaimFacts, ...]:
    own = [claim for claim in claims if claim.property == name and claim.source not in but]
    accepted = tuple(claim for claim in own if claim.standing == Standing.ACCEPTED)
    return accepted or tuple(claim for claim in own if claim.standing == Standing.PROPOSED)
