"""What a search page asks of the items that are found. SQL answers it, and the index where it can: both the same."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from django.db.models import Q

from archive.authorities.models import Place
from archive.search.day_spans import DaySpans


@dataclass(frozen=True)
class Neighbours:
    """Where an item stands in a search, counted from 1, and the keys of those beside it."""

    position: int
    total: int
    previous_id: int | None
    next_id: int | None


class Box(NamedTuple):
    """Two corners in degrees; south ≤ north, west ≤ east."""

    south: float
    west: float
    north: float
    east: float

    def holds(self) -> Q:
        return Q(north__range=(self.south, self.north), east__range=(self.west, self.east))

    def with_(self, other: Box) -> Box:
        south, west = min(self.south, other.south), min(self.west, other.west)
        return Box(south, west, max(self.north, other.north), max(self.east, other.east))

    @property
    def is_point(self) -> bool:
        return self.north - self.south < 1e-6 and self.east - self.west < 1e-6

    @property
    def size(self) -> float:
        return max(self.north - self.south, 0.01) * max(self.east - self.west, 0.01)


class Positions(NamedTuple):
    """How many items there are, how many of them are on the map, how many of those by their camera; the box of all."""

    total: int
    on_map: int
    cameras: int
    whole: Box | None


class Cell(NamedTuple):
    """
    What stands in one cell of a grid: how many items, how many by their camera, their middle, the box they lie in.

    `first` is the lowest key, `place` the one place at which all stand, `metres` how far they may be off.
    """

    row: int
    column: int
    count: int
    cameras: int
    north: float
    east: float
    box: Box
    first: int
    place: int | None
    metres: float | None


class Standing(NamedTuple):
    """Keys of the newest items of a part of the map, how many there are, and the one place of all without a camera."""

    keys: list[int]
    count: int
    place: int | None


class PlaceBeneath(NamedTuple):
    """A place that the tree may offer: of two hundred countries records take longer than the search itself."""

    pk: int
    slug: str
    name: str
    kind: str
    path: str


class Answers(Protocol):
    """Each number is exact; `without` names conditions that are left out."""

    def total(self, *, without: Collection[str] = ()) -> int: ...

    def certain_and_all(self) -> tuple[int, int]:
        """Return how many certainly meet the dates and the place asked for, and how many certainly or possibly."""
        ...

    def undated(self) -> int:
        """Return how many have no date, whatever dates are asked for."""
        ...

    def unplaced(self) -> int:
        """Return how many have no place, whatever place is asked for."""
        ...

    def keys(self, start: int, stop: int) -> list[int]:
        """Return the keys of those from one place of the order to another, counted from 0, the last not included."""
        ...

    def neighbours(self, item_id: int) -> Neighbours | None:
        """Return where an item stands; None where it is not among what is found."""
        ...

    def places(self, beneath: Sequence[Place | PlaceBeneath], *, first: Sequence[Place], most: int) -> dict[int, int]:
        """Return how many lead to each of these places, the most first; those of `first` before, whatever number."""
        ...

    def records(self, name: str, *, first: Sequence[int], most: int) -> dict[int, int]:
        """Return how many lead to each "event" or "outlet", likewise."""
        ...

    def kinds(self) -> dict[str, int]: ...

    def values(self, name: str, *, without: Collection[str]) -> dict[Any, int]:
        """
        Return how many have each value: of "accession" (keys), "camera_model" ("": none), "finding" and "verdict" (as
        `check=OUTCOME` and `question=WORD`).
        """
        ...

    def lacking(self, name: str, *, without: Collection[str]) -> int:
        """Return how many lead to no "event", or to no "outlet"."""
        ...

    def all_spans(self) -> DaySpans:
        """
        Return how many have each first and last day, whatever dates are asked for; of certain ones where asked.

        The days may be those at which their months begin and end, and what is contested may be counted with the rest.
        """
        ...

    def states(self) -> dict[str, int]:
        """Return how many are contested, unreviewed, reviewed, distressing, contradictory, without own filters."""
        ...

    def spans(self, *, by_month: bool = False) -> DaySpans:
        """
        Return the first and last days of dates, and how many have them.

        :param by_month: the days may be those at which their months begin and end
        """
        ...

    def positions(self) -> Positions:
        """Return how much there is to see on the map."""
        ...

    def cells(self, box: Box, step_north: float, step_east: float) -> list[Cell]:
        """Return what stands in each cell of a grid in degrees, of what lies in the box."""
        ...

    def standing(self, box: Box, most: int) -> Standing:
        """Return what stands in a box, the newest first."""
        ...
