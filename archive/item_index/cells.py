"""
Cells of the globe, each in one eight times as wide: by them an item is found where its camera stood.

A part of the map is made up of the cells that lie wholly in it; of what is in the cells at its edge each item is looked
at by itself.
"""

from math import floor
from typing import Any

# So many cells lie side by side in one degree, of latitude and of longitude; the narrowest is some 200 m high.
PER_DEGREE = (1, 8, 64, 512)
STEP = 8
_ROWS = 2**20


def cells_of(north: float, east: float) -> list[int]:
    """Return the cells that a point in degrees lies in, the widest first."""
    return [
        cell(level, floor((north + 90) * number), floor((east + 180) * number))
        for level, number in enumerate(PER_DEGREE)
    ]


def cell(level: int, row: Any, column: Any) -> Any:
    """
    Return the number of a cell: rows from the south pole, columns from 180 degrees west.

    Of arrays of rows and columns, those of all of them.
    """
    return (level * _ROWS + row) * _ROWS + column
