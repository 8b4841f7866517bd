"""
The cells of the globe that lie wholly in an area of a search, and those at its edge.

What is said of a cell is on the safe side: one that may be cut by the edge is at it, and its items are looked at by
themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from archive.authorities.geometry import METRES_PER_DEGREE
from archive.item_index.cells import PER_DEGREE, STEP, cell
from archive.search.conditions import Area, Circle, cosine

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

# So many cells are looked at for each width at most: the edge of half a continent is told by wider cells.
_MOST_CELLS = 300_000
# Far below what any position is told to, far above what computing adds.
_MARGIN_DEGREES = 1e-9


@dataclass(frozen=True)
class Cover:
    """Numbers of cells: those wholly inside, of every width, and those at the edge, all of one width."""

    inside: Numbers
    edge: Numbers


# A map asks for the same area at each move, and a page for each of its parts; 40 MB at most.
@lru_cache(maxsize=16)
def cover(area: Circle | Area) -> Cover:
    """Return the cells of an area; those at the edge are taken apart into narrower ones, down to the narrowest."""
    import numpy as np

    south, west, north, east = _bounds(area)
    rows, columns = (
        each.ravel()
        for each in np.meshgrid(
            np.arange(floor(south + 90), ceil(north + 90) + 1), np.arange(floor(west + 180), ceil(east + 180) + 1)
        )
    )
    inside = []
    part = np.arange(STEP)
    for level, number in enumerate(PER_DEGREE):
        lies_inside, is_cut = _sort(area, rows / number - 90, columns / number - 180, 1 / number)
        inside.append(cell(level, rows[lies_inside], columns[lies_inside]))
        rows, columns = rows[is_cut], columns[is_cut]
        if level + 1 == len(PER_DEGREE) or len(rows) * STEP**2 > _MOST_CELLS:
            break
        # Each is taken apart into rows and columns of narrower ones.
        shape = (len(rows), STEP, STEP)
        rows = np.broadcast_to(rows[:, None, None] * STEP + part[:, None], shape).ravel()
        columns = np.broadcast_to(columns[:, None, None] * STEP + part, shape).ravel()
    return Cover(np.concatenate(inside), cell(level, rows, columns))


def _bounds(area: Circle | Area) -> tuple[float, float, float, float]:
    if isinstance(area, Circle):
        reach = area.kilometres * 1000 / METRES_PER_DEGREE
        wide = reach / cosine(area.latitude_degrees)
        middle = area.latitude_degrees, area.longitude_degrees
        return middle[0] - reach, middle[1] - wide, middle[0] + reach, middle[1] + wide
    latitudes, longitudes = zip(*area.corners, strict=True)
    return min(latitudes), min(longitudes), max(latitudes), max(longitudes)


def _sort(area: Circle | Area, south: Numbers, west: Numbers, size: float) -> tuple[Numbers, Numbers]:
    """Say of cells, by their south-western corners, which lie wholly inside, and which may be cut by the edge."""
    south, west, size = south - _MARGIN_DEGREES, west - _MARGIN_DEGREES, size + 2 * _MARGIN_DEGREES
    if isinstance(area, Circle):
        return _sort_by_circle(area, south, west, size)
    if len(area.corners) == 2:
        low_south, low_west, high_north, high_east = _bounds(area)
        inside = (south >= low_south) & (south + size <= high_north) & (west >= low_west) & (west + size <= high_east)
        touches = (south <= high_north) & (south + size >= low_south) & (west <= high_east) & (west + size >= low_west)
        return inside, touches & ~inside
    return _sort_by_polygon(area, south, west, size)


def _sort_by_circle(circle: Circle, south: Numbers, west: Numbers, size: float) -> tuple[Numbers, Numbers]:
    import numpy as np

    shrunk, reach = cosine(circle.latitude_degrees), circle.kilometres * 1000 / METRES_PER_DEGREE
    # How far the nearest and the farthest point of the cell are to the north and to the east.
    up, right = south - circle.latitude_degrees, west - circle.longitude_degrees
    nearest = [np.maximum(np.maximum(low, -low - size), 0) for low in (up, right)]
    farthest = [np.maximum(np.abs(low), np.abs(low + size)) for low in (up, right)]
    touches, inside = (
        to_north**2 + (to_east * shrunk) ** 2 <= (reach + margin) ** 2
        for (to_north, to_east), margin in ((nearest, _MARGIN_DEGREES), (farthest, -_MARGIN_DEGREES))
    )
    # What lies inside is within the box of the circle too, which the database asks for.
    return inside, touches & ~inside


def _sort_by_polygon(area: Area, south: Numbers, west: Numbers, size: float) -> tuple[Numbers, Numbers]:
    import numpy as np

    north, east = south + size, west + size
    middle_north, middle_east = south + size / 2, west + size / 2
    is_cut, is_odd = np.zeros(len(south), bool), np.zeros(len(south), bool)
    for (a_north, a_east), (b_north, b_east) in zip(area.corners, (*area.corners[1:], area.corners[0]), strict=True):
        (low_north, high_north), (low_east, high_east) = sorted((a_north, b_north)), sorted((a_east, b_east))
        is_beside = (north < low_north) | (south > high_north) | (east < low_east) | (west > high_east)
        # On which side of the edge's line the corners of the cell lie.
        up, right = b_north - a_north, b_east - a_east
        sides = [up * (x - a_east) - right * (y - a_north) for y in (south, north) for x in (west, east)]
        reach = _MARGIN_DEGREES * (abs(up) + abs(right))
        is_on_one_side = (np.minimum.reduce(sides) > reach) | (np.maximum.reduce(sides) < -reach)
        is_cut |= ~is_beside & ~is_on_one_side
        if a_north != b_north:
            at = a_east + (middle_north - a_north) * right / up
            is_odd ^= (middle_north >= low_north) & (middle_north < high_north) & (middle_east < at)
    return is_odd & ~is_cut, is_cut
