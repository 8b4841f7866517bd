"""A point of an area lies in one of its cells; what lies in a cell that is wholly inside is of the area."""

import random

import pytest

from archive.authorities.geometry import METRES_PER_DEGREE
from archive.item_index.cells import cells_of
from archive.search.area_cells import cover
from archive.search.conditions import Area, Circle, cosine

AREAS: dict[str, Area | Circle] = {
    "box": Area(((50.9, 1.8), (51.1, 2.6))),
    "box along the edges of cells": Area(((50.5, -1.0), (51.0, 1.125))),
    "triangle": Area(((50.8, 1.2), (51.4, 1.9), (50.7, 2.7))),
    "star that cuts itself": Area(((50.0, 0.0), (52.0, 1.0), (50.0, 2.0), (51.5, -0.5), (51.5, 2.5))),
    "sliver": Area(((51.0, 2.0), (51.0001, 2.5), (51.00005, 2.1))),
    "across the equator and Greenwich": Area(((-3.0, -2.0), (4.0, -1.0), (2.0, 5.0))),
    "half a continent": Area(((36.0, -10.0), (70.0, -5.0), (66.0, 30.0), (38.0, 28.0))),
    "circle": Circle(51.05, 2.4, 10),
    "small circle": Circle(51.05, 2.4, 0.3),
    "wide circle in the north": Circle(69.6, 18.9, 250),
    "circle at a pole": Circle(89.9, 10.0, 100),
}


def holds(area: Area | Circle, north: float, east: float) -> bool:
    """Say whether a point lies in an area, by the even-odd rule and by Pythagoras."""
    if isinstance(area, Circle):
        to_east = (east - area.longitude_degrees) * cosine(area.latitude_degrees)
        return (north - area.latitude_degrees) ** 2 + to_east**2 <= (area.kilometres * 1000 / METRES_PER_DEGREE) ** 2
    if len(area.corners) == 2:
        (south, west), (far_north, far_east) = area.corners
        return south <= north <= far_north and west <= east <= far_east
    is_inside = False
    for (a, b), (c, d) in zip(area.corners, (*area.corners[1:], area.corners[0]), strict=True):
        if a != c and min(a, c) <= north < max(a, c) and east < b + (north - a) * (d - b) / (c - a):
            is_inside = not is_inside
    return is_inside


def points(area: Area | Circle) -> list[tuple[float, float]]:
    """Return points in and around an area, and many upon its edges and upon the edges of cells."""
    chance = random.Random(5)
    if isinstance(area, Circle):
        north, east = area.latitude_degrees, area.longitude_degrees
        reach = area.kilometres * 1000 / METRES_PER_DEGREE
        wide = reach / cosine(north)
        corners = [(north, east + wide), (north + reach, east), (north, east - wide), (north - reach, east)]
    else:
        corners = list(area.corners)
    south, west = (min(each) for each in zip(*corners, strict=True))
    north, east = (max(each) for each in zip(*corners, strict=True))
    found = [
        (chance.uniform(south - 0.1, north + 0.1), chance.uniform(west - 0.1, east + 0.1)) for _point in range(3000)
    ]
    found += [(round(up * 512) / 512, round(right * 8) / 8) for up, right in found[:500]]
    for (a, b), (c, d) in zip(corners, (*corners[1:], corners[0]), strict=True):
        for _point in range(100):
            part = chance.random()
            found.append((a + part * (c - a), b + part * (d - b)))
    return [point for point in [*found, *corners] if abs(point[0]) <= 90 and abs(point[1]) <= 180]


@pytest.mark.parametrize("area", AREAS.values(), ids=AREAS)
def test_cells_tell_no_point_of_an_area_wrongly(area: Area | Circle) -> None:
    covered = cover(area)
    inside, edge = set(covered.inside), set(covered.edge)

    number_inside = 0
    for point in points(area):
        cells = cells_of(*point)
        is_told_inside, is_at_edge = not inside.isdisjoint(cells), not edge.isdisjoint(cells)
        assert holds(area, *point) or not is_told_inside, point
        assert not holds(area, *point) or is_told_inside or is_at_edge, point
        number_inside += is_told_inside

    assert not inside & edge
    assert number_inside or area in (AREAS["sliver"], AREAS["small circle"])


def test_the_edge_of_half_a_continent_is_told_by_fewer_and_wider_cells() -> None:
    assert len(cover(AREAS["half a continent"]).edge) < 50_000
    assert len(cover(AREAS["triangle"]).edge) < 5_000
