"""
Compose what the pages of copies show: how two pictures lie on each other, and what differs in what is said of them.

Plain functions over rows that were fetched before; none of them queries.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import zip_longest

import numpy as np

from archive.catalogue.models import Caption, Item
from archive.catalogue.names import is_hidden, name_of
from archive.files.models import MediaFile, Rendition
from archive.press.models import Appearance
from archive.standards import word_differences
from archive.web.presenters.items import PROPERTIES, Part, Row, Wording

Point = tuple[float, float]
# So much of a picture may be missing from the shared area before it counts as the fuller one of the two.
_AS_FULL = 0.98
# More than this nobody compares by eye.
_STATEMENTS_SHOWN = 400


@dataclass(frozen=True)
class Side:
    """One of the two pictures: the item, its copy for the page, what both show of it, and what is said of it."""

    letter: str
    item: Item
    outline: list[Point]
    shared: float | None
    # Of footage, the moment that both show.
    moment: int | None = None
    rows: list[Row] = field(default_factory=list)
    wordings: list[Wording] = field(default_factory=list)
    appearances: list[Appearance] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    @property
    def screen(self) -> Rendition | None:
        """The sharpest copy, in the size that it is shown in; free of queries after `with_card()`."""
        return self.item.sharpest

    @property
    def points(self) -> str:
        """The outline as SVG writes it, in percent of the picture."""
        return points_of(self.outline)


def points_of(outline: Iterable[Point]) -> str:
    """Write a polygon of relative points as SVG does, from 0 to 100 both ways."""
    return " ".join(f"{100 * x:.2f},{100 * y:.2f}" for x, y in outline)


@dataclass(frozen=True)
class Overlay:
    """The fuller picture, the one laid over it, and the matrix that takes relative points of this to those of that."""

    base: Side
    over: Side
    matrix: list[float]

    @property
    def ratio(self) -> float:
        made = self.base.screen
        return made.width_px / made.height_px if made else 1.5


def overlay(transform: list[float] | None, first: Side, other: Side) -> Overlay | None:
    """Lay the two pictures on each other, the fuller first below; None where the transform is not known."""
    if not transform or not first.screen or not other.screen:
        return None
    to_held = np.array(transform, dtype=float).reshape(3, 3)
    if (other.shared or 1) < (first.shared or 1) * _AS_FULL:
        turned = np.linalg.pinv(to_held)
        return Overlay(other, first, _scaled(turned))
    return Overlay(first, other, _scaled(to_held))


def _scaled(matrix: np.ndarray) -> list[float]:
    """Return the matrix row by row; its scale means nothing, a corner of one is easiest to read."""
    corner = matrix[2, 2] if abs(matrix[2, 2]) > 1e-9 else 1.0
    return [round(float(value), 9) for value in (matrix / corner).ravel()]


@dataclass(frozen=True)
class Line:
    """One thing that is said of both pictures, or of one: the two sayings, and whether they differ."""

    label: str
    one: str
    other: str

    @property
    def differs(self) -> bool:
        return self.one != self.other


def said_of_both(one: Side, other: Side) -> list[Line]:
    """Return property by property what leads on either side."""
    mine, theirs = ({row.property: row for row in side.rows} for side in (one, other))
    return [
        Line(str(PROPERTIES[name]), _value(mine.get(name)), _value(theirs.get(name)))
        for name in PROPERTIES
        if _value(mine.get(name)) or _value(theirs.get(name))
    ]


def files_of_both(one: MediaFile, other: MediaFile, labels: dict[str, str]) -> list[Line]:
    """Return the facts of the two files; `labels` words them, in their order."""
    return [Line(label, _fact(one, name), _fact(other, name)) for name, label in labels.items()]


def _value(row: Row | None) -> str:
    return row.value if row else ""


def _fact(file: MediaFile, name: str) -> str:
    match name:
        case "size_px":
            return f"{file.item.width_px} × {file.item.height_px}" if file.width_px else ""
        case "message_digest":
            return file.message_digest
        case "original_name":
            return name_of(file.item) if is_hidden(file.original_name) else file.original_name
        case _:
            return str(getattr(file, name))


def statements_of_both(one: Side, other: Side) -> list[Line]:
    """Return the raw statements of both files that are not word for word the same, by group and tag."""
    mine, theirs = _statements(one.parts), _statements(other.parts)
    keys = dict.fromkeys([*mine, *theirs])
    lines = [Line(key, mine.get(key, ""), theirs.get(key, "")) for key in keys]
    return [line for line in lines if line.differs][:_STATEMENTS_SHOWN]


def _statements(parts: Iterable[Part]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for part in parts:
        for tag, text in part.statements:
            key = f"{part.group}:{tag}"
            texts[key] = "\n".join(filter(None, [texts.get(key), text[:500]]))
    return texts


@dataclass(frozen=True)
class CaptionPair:
    """Two captions beside each other, and what the later one drops and adds."""

    one: Wording | None
    other: Wording | None
    parts: list[word_differences.Part]


def captions_of_both(one: Side, other: Side) -> list[CaptionPair]:
    """Pair the captions of two pictures in their order, those with equal words first."""
    mine, theirs = _captions(one), _captions(other)
    equal = [(a, b) for a in mine for b in theirs if a.caption.text == b.caption.text]
    paired: list[tuple[Wording | None, Wording | None]] = []
    for a, b in equal:
        if a in mine and b in theirs:
            mine.remove(a), theirs.remove(b)
            paired.append((a, b))
    paired += zip_longest(mine, theirs)
    return [
        CaptionPair(a, b, word_differences.differences(a.caption.text, b.caption.text) if a and b else [])
        for a, b in paired
    ]


def _captions(side: Side) -> list[Wording]:
    return [wording for wording in side.wordings if wording.caption.role == Caption.Role.DESCRIPTION]
