"""
Which places lie between two others along the coast.

The gazetteer has points and no coastline. Its own beaches, harbours, ports, bays and headlands are the line: the
shortest way from one place to the other is walked from each of them to one near by, and what lies beside that way is
between the two. Nobody walks across a stretch of more than 15 km without any of them, so no way leads over the sea.
What lies beneath one of the two places is always among them, also on its far side: Malo-les-Bains is Dunkirk.
"""

import heapq
import math
from bisect import bisect_left, bisect_right
from collections.abc import Collection
from functools import lru_cache
from itertools import pairwise

from archive.authorities.geometry import METRES_PER_DEGREE, from_origin, metres_between
from archive.authorities.models import Place, PlaceQuerySet

COASTAL = (Place.Kind.BEACH, Place.Kind.HARBOUR, Place.Kind.PORT, Place.Kind.BAY, Place.Kind.HEADLAND)
LONGEST_STEP_METRES = 15_000
# A beach as long as a town is one point of the gazetteer.
BESIDE_METRES = 3_000
# A bay can lie behind both ends: the way may leave their box by this.
_AROUND_DEGREES = 0.4
# From the Bidassoa to Skagen there are some 1,500; more would take seconds.
MOST_POINTS = 2_500
# Around a stretch of so many places, 200 bytes each, what lies beside it is remembered; half a continent has 35,000.
_MOST_REMEMBERED = 3_000

Point = tuple[float, float]


class NoWayAlong(ValueError):
    """No chain of coastal places leads from one place to the other."""


def places_between(
    start: Place, end: Place, *, known: PlaceQuerySet, kinds: Collection[str] | None = None
) -> list[int]:
    """
    Return the keys of the places between two along the coast, those two among them; what is beneath a place is found
    through it. One query.

    :param known: the places that the way may lead over
    :param kinds: of the places that may be named to the asker; None: all
    :raises NoWayAlong: one of the two has no position, or no chain of coastal places leads from one to the other
    """
    if start.point is None or end.point is None:
        raise NoWayAlong
    (south, north), (west, east) = (sorted(pair) for pair in zip(start.point, end.point, strict=True))
    rows = tuple(
        known.standing()
        .filter(
            kind__in=(*COASTAL, Place.Kind.TOWN),
            latitude_degrees__range=(south - _AROUND_DEGREES, north + _AROUND_DEGREES),
            longitude_degrees__range=(west - _AROUND_DEGREES, east + _AROUND_DEGREES),
        )
        .order_by("pk")
        .values_list("pk", "kind", "latitude_degrees", "longitude_degrees")
    )
    beside_way = _beside if len(rows) <= _MOST_REMEMBERED else _beside.__wrapped__
    beside = beside_way(start.point, end.point, rows)
    named = {pk for pk, kind, _latitude, _longitude in rows if kinds is None or kind in kinds}
    return sorted(beside & named | {start.pk, end.pk})


# A page, its map and the next page ask for the same stretch, of which the places seldom change.
@lru_cache(maxsize=32)
def _beside(start: Point, end: Point, rows: tuple[tuple[int, str, float, float], ...]) -> frozenset[int]:
    """
    Return the keys of those of the places that lie beside the way from one point to the other.

    :param rows: key, kind, latitude and longitude of each place around
    :raises NoWayAlong: they are too many, or no steps are short enough
    """
    coast = [(latitude, longitude) for _pk, kind, latitude, longitude in rows if kind in COASTAL]
    if len(coast) > MOST_POINTS:
        raise NoWayAlong
    way = way_along([start, end, *coast])
    return frozenset(pk for pk, _kind, latitude, longitude in rows if is_beside(way, (latitude, longitude)))


def way_along(points: list[Point]) -> list[Point]:
    """
    Return the way from the first of the points to the second, over the others.

    A step counts by the square of its length, so that the way goes by each point near it rather than past it.

    :raises NoWayAlong: no steps are short enough
    """
    nearest = {0: 0.0}
    before: dict[int, int] = {}
    left = set(range(len(points)))
    by_latitude = sorted(left, key=lambda at: points[at][0])
    latitudes = [points[at][0] for at in by_latitude]
    # A degree of latitude bounds the distance from below, and costs no sine.
    reach = LONGEST_STEP_METRES / METRES_PER_DEGREE
    heap = [(0.0, 0)]
    while heap:
        cost, at = heapq.heappop(heap)
        if at == 1:
            break
        if at not in left:
            continue
        left.discard(at)
        first = bisect_left(latitudes, points[at][0] - reach)
        last = bisect_right(latitudes, points[at][0] + reach)
        for other in by_latitude[first:last]:
            if other not in left:
                continue
            step = metres_between(*points[at], *points[other])
            if step <= LONGEST_STEP_METRES and cost + step**2 < nearest.get(other, math.inf):
                nearest[other] = cost + step**2
                before[other] = at
                heapq.heappush(heap, (nearest[other], other))
    if 1 not in before:
        raise NoWayAlong
    way = [1]
    while way[-1] != 0:
        way.append(before[way[-1]])
    return [points[at] for at in reversed(way)]


def is_beside(way: list[Point], point: Point) -> bool:
    """Say whether a point lies beside a way and neither before its start nor behind its end."""
    corners = [_from(point, other) for other in way]
    if min(from_origin(start, end) for start, end in pairwise(corners)) * METRES_PER_DEGREE > BESIDE_METRES:
        return False
    return _is_on_the_side_of(way, point) and _is_on_the_side_of(way[::-1], point)


def _is_on_the_side_of(way: list[Point], point: Point) -> bool:
    """Say whether a point near the start of a way lies on the side to which the way goes."""
    start = way[0]
    if metres_between(*start, *point) > BESIDE_METRES:
        return True
    onward = next((other for other in way if metres_between(*start, *other) > BESIDE_METRES), way[-1])
    (east, north), (to_east, to_north) = _from(start, point), _from(start, onward)
    return east * to_east + north * to_north >= 0


def _from(origin: Point, point: Point) -> tuple[float, float]:
    """Return how far a point is to the east and to the north, in degrees of latitude."""
    return (point[1] - origin[1]) * math.cos(math.radians(origin[0])), point[0] - origin[0]
