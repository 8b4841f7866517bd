"""The story that the sample tells, read from `story.toml`: what each table and key of it means."""

import tomllib
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

HOME = Path(__file__).parent


@dataclass(frozen=True)
class Position:
    """Camera location, in degrees of WGS 84; `bearing_degrees` is where it looked, clockwise from true north."""

    latitude: float
    longitude: float
    altitude_metres: float | None = None
    bearing_degrees: float | None = None
    error_metres: float | None = None


@dataclass(frozen=True)
class Camera:
    """What a camera writes: `taken_at` is its clock, `offset` the clock's zone when the camera knows it."""

    make: str
    model: str
    taken_at: str | None = None  # "2024:06:18 05:12:09"
    offset: str | None = None  # "+02:00"
    subsecond: str | None = None
    position: Position | None = None
    exposure: str = "1/250"
    aperture: float = 5.6
    sensitivity: int = 200
    focal_length_mm: int = 50
    orientation: int = 1
    artist: str = ""


@dataclass(frozen=True)
class Words:
    """What people write into a file: the fields that IIM and XMP share, by their IPTC names."""

    headline: str = ""
    description: str = ""
    creator: str = ""
    credit_line: str = ""
    supply_source: str = ""
    copyright_notice: str = ""
    date_created: str = ""  # "2024-06-18T05:12:09+02:00"; the time and the zone may be missing
    sublocation: str = ""
    city: str = ""
    province: str = ""
    country: str = ""
    country_code: str = ""
    event: str = ""
    keywords: list[str] = field(default_factory=list)
    digital_source_type: str = ""


@dataclass(frozen=True)
class SampleEvent:
    """An event that the archive should know; `within` names the one it is part of, which stands before it."""

    name: str
    date_edtf: str
    places: list[str]
    within: str = ""
    note: str = ""


@dataclass(frozen=True)
class SampleOutlet:
    """An outlet that the captions name; `kind` in words, `country_code` two letters (ISO 3166-1)."""

    name: str
    kind: str
    country_code: str
    website: str = ""


@dataclass(frozen=True)
class Copy:
    """How a file is made from another one of the sample."""

    of: str  # "folder/name"
    crop: list[float] | None = None  # left, top, right, bottom as shares
    width_px: int | None = None
    at_seconds: float | None = None  # of footage: the frame that is kept
    same_bytes: bool = False


@dataclass(frozen=True)
class Row:
    """One line of an accession's captions list, its file name apart."""

    caption: str = ""
    credit: str = ""
    creator: str = ""
    date: str = ""
    place: str = ""
    event: str = ""
    outlet: str = ""
    url: str = ""


ROW_COLUMNS = [column.name for column in fields(Row)]


@dataclass(frozen=True)
class SampleFile:
    """One file: what is embedded in it, and its line in the captions list (none if `row` is None)."""

    name: str
    camera: Camera | None = None
    words: Words | None = None
    xmp: bool = True
    iim: bool = True
    row: Row | None = None
    copy: Copy | None = None
    quality: int = 88
    seconds: float = 0  # of footage: how long the camera draws back from the scene
    made_at: str = ""  # of footage: the creation time of its container, in UTC
    released: bool = False  # to the public
    signed: bool = False  # with Content Credentials, which bind its bytes: it is kept whole


@dataclass(frozen=True)
class SampleAccession:
    """One delivery: `folder` is its name on disk, `published_on` an ISO day or empty."""

    folder: str
    title: str
    supplied_by: str
    note: str
    terms: str
    files: list[SampleFile]
    outlet: str = ""
    published_on: str = ""


@dataclass(frozen=True)
class SampleFigure:
    """A figure: `of` names the file ("folder/name") that was saved with the page, or none does."""

    address: str
    caption: str
    credit: str = ""
    of: str = ""
    width_px: int | None = None

    @property
    def name(self) -> str:
        return self.address.rpartition("/")[2]


@dataclass(frozen=True)
class SamplePage:
    """A news page; `body` is its paragraphs and figures as they follow each other."""

    file_name: str
    outlet: str
    url: str
    headline: str
    author: str
    published: str
    modified: str
    body: list[str | SampleFigure]

    @property
    def figures(self) -> list[SampleFigure]:
        return [part for part in self.body if isinstance(part, SampleFigure)]


@dataclass(frozen=True)
class SampleProposal:
    """What a researcher says of the caption of one file; `reason` names one of `Proposal.Reason`."""

    file_name: str
    reason: str
    text: str = ""
    note: str = ""


@dataclass(frozen=True)
class Story:
    events: list[SampleEvent] = field(default_factory=list)
    outlets: list[SampleOutlet] = field(default_factory=list)
    accessions: list[SampleAccession] = field(default_factory=list)
    pages: list[SamplePage] = field(default_factory=list)
    proposals: list[SampleProposal] = field(default_factory=list)

    @property
    def files(self) -> dict[str, SampleFile]:
        """Return the files of all accessions by "folder/name"."""
        return {f"{accession.folder}/{file.name}": file for accession in self.accessions for file in accession.files}


@cache
def read_story() -> Story:
    """
    Read the story.

    :raises TypeError: a table has a key that means nothing, or lacks one
    """
    with (HOME / "story.toml").open("rb") as stream:
        tables = tomllib.load(stream)
    return Story(
        events=[SampleEvent(**event) for event in tables["events"]],
        outlets=[SampleOutlet(**outlet) for outlet in tables["outlets"]],
        accessions=[_accession(dict(accession)) for accession in tables["accessions"]],
        pages=[_page(dict(page)) for page in tables["pages"]],
        proposals=[SampleProposal(**proposal) for proposal in tables["proposals"]],
    )


def _accession(table: dict[str, Any]) -> SampleAccession:
    shared = table.pop("words", {})
    return SampleAccession(**table | {"files": [_file(dict(file), shared) for file in table["files"]]})


def _file(table: dict[str, Any], shared_words: dict[str, Any]) -> SampleFile:
    if camera := table.get("camera"):
        position = camera.get("position")
        table["camera"] = Camera(**camera | ({"position": Position(**position)} if position else {}))
    if words := table.get("words"):
        table["words"] = Words(**shared_words | words)
    for kind in (Row, Copy):
        name = kind.__name__.lower()
        if name in table:
            table[name] = kind(**table[name])
    return SampleFile(**table)


def _page(table: dict[str, Any]) -> SamplePage:
    body = [part["paragraph"] if "paragraph" in part else SampleFigure(**part) for part in table["body"]]
    return SamplePage(**table | {"body": body})
