import numpy as np
import pytest

from archive.authorities.geometry import bounds, distances_metres, encloses, metres_between, metres_outside

SQUARE = [[50, 1], [50, 2], [51, 2], [51, 1]]


def test_distances_follow_the_globe():
    dover_to_calais, around_the_date_line = (
        distances_metres(51.126, 1.313, np.array([50.952]), np.array([1.856]))[0],
        (distances_metres(0, 179.5, np.array([0.0]), np.array([-179.5]))[0]),
    )

    assert dover_to_calais == pytest.approx(42_600, rel=0.01)
    assert around_the_date_line == pytest.approx(111_195, rel=0.001)


@pytest.mark.parametrize(("point", "inside"), [((50.5, 1.5), True), ((50.5, 2.5), False), ((49.9, 1.5), False)])
def test_an_outline_encloses_what_lies_inside(point, inside):
    assert encloses(SQUARE, *point) is inside


def test_bounds_are_south_west_north_east():
    assert bounds(SQUARE) == (50, 1, 51, 2)


@pytest.mark.parametrize(
    ("here", "there"), [((51.126, 1.313), (50.952, 1.856)), ((0, 179.5), (0, -179.5)), ((90, 0), (-90, 0))]
)
def test_the_distance_of_two_points_is_that_of_one_to_many(here, there):
    many = distances_metres(*here, np.array([there[0]]), np.array([there[1]]))[0]

    assert metres_between(*here, *there) == pytest.approx(many, abs=0.01)


@pytest.mark.parametrize(
    ("point", "metres"),
    [((50.5, 1.5), 0), ((50.5, 2.1), 7_073), ((51.1, 1.5), 11_120), ((51.1, 2.1), 13_130)],
    ids=["inside", "beside an edge", "above an edge", "off a corner"],
)
def test_the_distance_to_an_outline_runs_to_its_nearest_edge(point, metres):
    assert metres_outside(SQUARE, *point) == pytest.approx(metres, rel=0.005)
