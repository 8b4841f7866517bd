"""
How a picture is turned, by the values 1 to 8 of Exif's tag Orientation (CIPA DC-008, 4.6.5.1.A).

A value names what is done to pixels so that they are shown upright: with 6 they are turned a quarter to the right.
Points are fractions of a picture's width and height, from its top left.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cache

AS_IT_IS = 1
MIRRORED, UPSIDE_DOWN, QUARTER_RIGHT, QUARTER_LEFT = 2, 3, 6, 8
ORIENTATIONS = range(1, 9)
# From 5 on width and height change places first; then these mirror left to right, top to bottom.
_SWAPPED_FROM = 5
_ACROSS = frozenset([2, 3, 6, 7])
_DOWN = frozenset([3, 4, 7, 8])
# A point that each of the eight takes elsewhere.
_PROBE = (0.25, 0.125)

Point = Sequence[float]
Matrix = Sequence[float]


class Turn(StrEnum):
    """What a person does to a picture as it is shown to them."""

    LEFT = "left"
    RIGHT = "right"
    UPSIDE_DOWN = "upside-down"
    MIRROR = "mirror"

    @property
    def orientation(self) -> int:
        return _TURNS[self]


_TURNS = {
    Turn.LEFT: QUARTER_LEFT,
    Turn.RIGHT: QUARTER_RIGHT,
    Turn.UPSIDE_DOWN: UPSIDE_DOWN,
    Turn.MIRROR: MIRRORED,
}


def swaps_sides(orientation: int) -> bool:
    """Tell whether width and height change places."""
    return orientation >= _SWAPPED_FROM


def turned_size(width_px: int, height_px: int, orientation: int) -> tuple[int, int]:
    """Return width and height of a picture once it is turned."""
    return (height_px, width_px) if swaps_sides(orientation) else (width_px, height_px)


def turned_point(point: Point, orientation: int) -> tuple[float, float]:
    """Return where a point of a picture lies once that is turned."""
    x, y = reversed(point) if swaps_sides(orientation) else point
    return 1 - x if orientation in _ACROSS else x, 1 - y if orientation in _DOWN else y


def turned_points(points: Iterable[Point], orientation: int) -> list[list[float]]:
    """Return the points of an outline once the picture is turned, rounded as outlines are kept."""
    return [[round(side, 6) for side in turned_point(point, orientation)] for point in points]


def then(first: int, second: int) -> int:
    """Return the one orientation that does what two do, one after the other."""
    there = turned_point(turned_point(_PROBE, first), second)
    return next(each for each in ORIENTATIONS if turned_point(_PROBE, each) == there)


def undone(orientation: int) -> int:
    """Return the orientation that takes another one back."""
    return next(each for each in ORIENTATIONS if then(orientation, each) == AS_IT_IS)


@cache
def from_to(before: int, after: int) -> int:
    """Return what turns a picture that is turned by one orientation so that it is turned by another."""
    return then(undone(before), after)


def matrix_of(orientation: int) -> list[list[float]]:
    """Return the 3 × 3 matrix that takes points as `turned_point` does."""
    (x0, y0), (x1, y1), (x2, y2) = (turned_point(point, orientation) for point in ((0, 0), (1, 0), (0, 1)))
    return [[x1 - x0, x2 - x0, x0], [y1 - y0, y2 - y0, y0], [0, 0, 1]]
