"""
What a search finds, on the map: how much there is, where to look first, and marks for the part that is looked at.

An item stands where its camera stood, else at the place it is led to. A visitor is told no camera, and no place finer
than the public may know: there the item stands at the nearest place above that the public may know.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from archive.authorities.geometry import METRES_PER_DEGREE
from archive.authorities.models import Place
from archive.catalogue.models import Item
from archive.search.addresses import Address
from archive.search.answers import Answers, Box, Cell
from archive.search.conditions import Area, Circle
from archive.search.filters import ItemFilter
from archive.search.find_items import answered, read_search, with_cards
from archive.search.query_language import print_query
from archive.standards.whole_numbers import whole_number

# Stands in an address for the area that is searched, which the map writes in its place.
AREA = "__area__"
CELL_PX = 64
MOST_ZOOM = 18
# So many cells lie beside each other at most, whatever the window: 1,681 marks are the longest answer.
_MOST_CELLS = 40
_FIRST_CELLS = 30
# What the first view leaves out on each side, where that makes it four times smaller.
_OUTLYING = 0.05
# Marks nearer to each other than this part of a cell are one.
_TOUCHING = 0.6
SHOWN_ITEMS = 6


class NoArea(ValueError):
    """What is written is no part of the map; the message says what would be right."""


class Mark(NamedTuple):
    """
    Items that stand together: how many, how many of them by their camera, and the box they lie in.

    `item` is there where it is one alone, `place` where all stand at one place. `metres` is how far they may be off.
    """

    north: float
    east: float
    count: int
    cameras: int
    box: Box
    item: int | None
    place: int | None
    metres: float | None
    row: int = 0
    column: int = 0


@dataclass(frozen=True)
class Overview:
    """
    What there is to see: items, those on the map, those there by their camera; where to look first, if anywhere.

    `areas` are those that the search itself asks for: `circle` is latitude, longitude and kilometres, `corners` are
    latitudes and longitudes.
    """

    total: int = 0
    on_map: int = 0
    cameras: int = 0
    extent: Box | None = None
    whole: Box | None = None
    areas: tuple[dict[str, Any], ...] = ()
    area_address: str = ""

    @property
    def places(self) -> int:
        return self.on_map - self.cameras

    @property
    def absent(self) -> int:
        return self.total - self.on_map


def overview(params: Mapping[str, str], *, user: object, fixed: Mapping[str, str] | None = None) -> Overview:
    """Say what the map shows of a search; two queries beside those that read it."""
    asked = read_search(params, user=user, fixed=fixed)
    if not asked.form.is_valid():
        return Overview()
    return answered(asked, lambda answers: _overview(asked, answers))


def _overview(asked: ItemFilter, answers: Answers) -> Overview:
    total, on_map, cameras, whole = answers.positions()
    areas = tuple(_areas(asked))
    return Overview(
        total=total,
        on_map=on_map,
        cameras=cameras,
        whole=whole,
        extent=_first_view(answers, whole, areas),
        areas=areas,
        area_address="" if asked.is_public else _area_address(asked),
    )


def marks(
    params: Mapping[str, str], *, box: Box, zoom: float, user: object, fixed: Mapping[str, str] | None = None
) -> list[Mark]:
    """
    Return the marks of a part of the map, the biggest first; one query beside those that read the search.

    :param zoom: of Web Mercator: 0 shows the world on 256 px
    """
    asked = read_search(params, user=user, fixed=fixed)
    if not asked.form.is_valid():
        return []
    step_east = max(360 * CELL_PX / (256 * 2**zoom), (box.east - box.west) / _MOST_CELLS)
    # In steps, so that the cells stay where they are while the map is moved a little.
    shrunk = max(round(math.cos(math.radians((box.south + box.north) / 2)) * 8) / 8, 0.125)
    step_north = max(step_east * shrunk, (box.north - box.south) / _MOST_CELLS)
    cells = answered(asked, lambda answers: answers.cells(box, step_north, step_east))
    return _joined(_marks_of(cells), step_north, step_east)


class Shown(NamedTuple):
    """
    The first items of a part of the map, and how many there are.

    `address` is that of a search for them all, "" where this reader can ask for none; `search` is that of the whole.
    """

    items: list[Item] = []
    count: int = 0
    address: str = ""
    search: str = "?"
    is_public: bool = True

    @property
    def more(self) -> int:
        return self.count - len(self.items)


def items_in(params: Mapping[str, str], *, box: Box, user: object, fixed: Mapping[str, str] | None = None) -> Shown:
    """Return what stands in a part of the map: the six newest, with what their cards show; four queries."""
    asked = read_search(params, user=user, fixed=fixed)
    if not asked.form.is_valid():
        return Shown()
    standing = answered(asked, lambda answers: answers.standing(box, SHOWN_ITEMS))
    shown = with_cards(asked, standing.keys)
    address = ""
    if not asked.is_public:
        written = ",".join(f"{number:.6f}" for number in _padded(box))
        address = _area_address(asked, without=("view",)).replace(AREA, quote(written))
    elif standing.place is not None:
        slug = Place.objects.values_list("slug", flat=True).get(pk=standing.place)
        address = Address(asked.asked).with_(without=("place", "unplaced", "view"), place=slug)
    return Shown(shown, standing.count, address, str(Address(asked.asked)), asked.is_public)


def names_of(marked: Iterable[Mark]) -> dict[int, Place]:
    """Return the places at which marks stand, by their keys; one query."""
    return Place.objects.in_bulk({mark.place for mark in marked if mark.place})


def label_of(mark: Mark, place: Place | None) -> str:
    """Say what a mark stands for: "7 items, Dunkirk"."""
    words = ngettext("%(count)d item", "%(count)d items", mark.count) % {"count": mark.count}
    if place:
        return _("%(items)s, %(place)s") % {"items": words, "place": place.name}
    if mark.cameras == mark.count:
        return _("%(items)s, by the position of the camera") % {"items": words}
    return words


def box_of(written: str) -> Box:
    """
    Read four degrees: south, west, north, east. What lies beyond the edge of the map is cut off.

    :raises NoArea: they are not four numbers, or the box ends before it begins
    """
    try:
        numbers = [float(number) for number in written.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != 4 or not all(math.isfinite(number) for number in numbers):
        raise NoArea(_("Write a box as south, west, north, east in degrees."))
    south, north = (min(max(number, -90.0), 90.0) for number in numbers[::2])
    west, east = (min(max(number, -180.0), 180.0) for number in numbers[1::2])
    if south > north or west > east:
        raise NoArea(_("The box ends before it begins: write south, west, north, east."))
    return Box(south, west, north, east)


def zoom_of(written: str) -> float:
    """Read how close the map is looked at, from 0 to 18; half steps too."""
    half, _point, rest = written.partition(".")
    number = whole_number(half)
    if number is None:
        raise NoArea(_("Write the zoom as a number from 0 to 18."))
    return min(number + (0.5 if rest[:1] == "5" else 0), float(MOST_ZOOM))


def _marks_of(cells: Iterable[Cell]) -> list[Mark]:
    return [
        Mark(
            north=cell.north,
            east=cell.east,
            count=cell.count,
            cameras=cell.cameras,
            box=cell.box,
            item=cell.first if cell.count == 1 else None,
            place=cell.place,
            metres=cell.metres,
            row=cell.row,
            column=cell.column,
        )
        for cell in cells
    ]


def _joined(cells: list[Mark], step_north: float, step_east: float) -> list[Mark]:
    """Join marks of neighbouring cells that would lie upon each other, the smaller to the bigger."""
    left = {
        (cell.row, cell.column): cell for cell in sorted(cells, key=lambda cell: (-cell.count, cell.row, cell.column))
    }
    done = []
    for key in list(left):
        if (mark := left.pop(key, None)) is None:
            continue
        for beside in [(key[0] + up, key[1] + right) for up in (-1, 0, 1) for right in (-1, 0, 1)]:
            other = left.get(beside)
            if (
                other
                and math.hypot((other.north - mark.north) / step_north, (other.east - mark.east) / step_east)
                < _TOUCHING
            ):
                mark = _sum(mark, left.pop(beside))
        done.append(mark)
    return sorted(done, key=lambda mark: (-mark.count, mark.north, mark.east))


def _sum(one: Mark, other: Mark) -> Mark:
    count = one.count + other.count
    return Mark(
        north=(one.north * one.count + other.north * other.count) / count,
        east=(one.east * one.count + other.east * other.count) / count,
        count=count,
        cameras=one.cameras + other.cameras,
        box=one.box.with_(other.box),
        item=None,
        place=one.place if one.place == other.place else None,
        metres=max(one.metres or 0, other.metres or 0) or None,
    )


def _first_view(answers: Answers, whole: Box | None, areas: tuple[dict[str, Any], ...]) -> Box | None:
    """Return where to look first: at the area asked for, else at most of what there is."""
    if areas:
        boxes = [Box(*area["box"]) for area in areas]
        view = boxes[0]
        for box in boxes[1:]:
            view = view.with_(box)
        return view
    if whole is None:
        return None
    steps = (max((whole.north - whole.south) / _FIRST_CELLS, 1e-6), max((whole.east - whole.west) / _FIRST_CELLS, 1e-6))
    cells = _marks_of(answers.cells(whole, *steps))
    kept = _core(cells)
    view = kept[0].box
    for cell in kept[1:]:
        view = view.with_(cell.box)
    return whole if view.size * 4 > whole.size else view


def _core(cells: list[Mark]) -> list[Mark]:
    """Leave out the cells that hold the outermost twentieth of all items, on each side."""
    most = sum(cell.count for cell in cells) * _OUTLYING
    gone: set[int] = set()
    for along in ("north", "east"):
        for is_reversed in (False, True):
            number = 0
            for cell in sorted(cells, key=lambda cell: getattr(cell, along), reverse=is_reversed):
                number += cell.count
                if number > most:
                    break
                gone.add(id(cell))
    return [cell for cell in cells if id(cell) not in gone] or cells


def _areas(asked: ItemFilter) -> Iterable[dict[str, Any]]:
    for further in asked.form.cleaned_data["further"]:
        for _name, area in [] if further.condition.is_excluded else further.values:
            if isinstance(area, Circle):
                reach = area.kilometres * 1000 / METRES_PER_DEGREE
                wide = reach / max(math.cos(math.radians(area.latitude_degrees)), 0.01)
                north, east = area.latitude_degrees, area.longitude_degrees
                box = (north - reach, east - wide, north + reach, east + wide)
                yield {"box": box, "circle": (north, east, area.kilometres)}
            elif isinstance(area, Area):
                latitudes, longitudes = zip(*area.corners, strict=True)
                box = (min(latitudes), min(longitudes), max(latitudes), max(longitudes))
                yield {"box": box, "corners": area.corners if len(area.corners) > 2 else None}


def _area_address(asked: ItemFilter, *, without: tuple[str, ...] = ()) -> str:
    """Return the address of the same search within another area, which is to be written for `AREA`."""
    within = [term for term in asked.query.conditions if term.prefix == "within" and not term.is_excluded]
    words = print_query(asked.query.without(*within))
    address = Address(asked.asked)
    return address.with_(without=("unplaced", *without), q=" ".join(filter(None, [words, f"within:{AREA}"])))


def _padded(box: Box) -> Box:
    """Return the box a hair wider, so that rounding leaves nothing at its edge out."""
    hair = 1e-5
    return Box(
        max(box.south - hair, -90), max(box.west - hair, -180), min(box.north + hair, 90), min(box.east + hair, 180)
    )
