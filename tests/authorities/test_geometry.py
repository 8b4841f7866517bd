import numpy as np
import pytest

from archive.authorities.geometry import bounds, distances_metres, encloses

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
