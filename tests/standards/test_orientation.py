"""Exif's eight orientations follow one another, are taken back, and take points along as pixels go."""

import numpy as np
import pytest

from archive.files.pixels import turn
from archive.standards.orientation import (
    ORIENTATIONS,
    Turn,
    from_to,
    matrix_of,
    then,
    turned_point,
    turned_points,
    turned_size,
    undone,
)

PIXELS = np.arange(24, dtype=np.uint8).reshape(4, 6, 1)


def turned(pixels: np.ndarray, *orientations: int) -> np.ndarray:
    for each in orientations:
        pixels = np.ascontiguousarray(turn(pixels, each)).reshape(*turn(pixels, each).shape[:2], 1)
    return pixels


@pytest.mark.parametrize("first", ORIENTATIONS)
@pytest.mark.parametrize("second", ORIENTATIONS)
def test_two_one_after_the_other_are_one(first: int, second: int) -> None:
    assert np.array_equal(turned(PIXELS, first, second), turned(PIXELS, then(first, second)))
    assert then(first, from_to(first, second)) == second


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_each_is_taken_back(orientation: int) -> None:
    assert np.array_equal(turned(PIXELS, orientation, undone(orientation)), PIXELS)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_points_go_where_the_pixels_go(orientation: int) -> None:
    shown = turned(PIXELS, orientation)
    # The middle of the pixel in the second row and the fifth column.
    x, y = turned_point((4.5 / 6, 1.5 / 4), orientation)

    height_px, width_px = shown.shape[:2]
    assert (width_px, height_px) == turned_size(6, 4, orientation)
    assert shown[int(y * height_px), int(x * width_px)] == PIXELS[1, 4]
    assert (np.array(matrix_of(orientation)) @ [4.5 / 6, 1.5 / 4, 1])[:2] == pytest.approx([x, y])


def test_a_quarter_to_the_right_takes_the_top_left_corner_to_the_top_right() -> None:
    assert turned_point((0, 0), Turn.RIGHT.orientation) == (1, 0)
    assert turned_points([(0, 0), (0.25, 0)], Turn.LEFT.orientation) == [[0, 1], [0, 0.75]]
