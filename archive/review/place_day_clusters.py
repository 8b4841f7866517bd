"""
Which items were made at about one place on one day or on two: plain Python and numpy over columns, no database.

A gathering has a middle: the spot that has most items around it. All others lie within 25 km of it, or on the same
stretch of coast. So one gathering never creeps along a shore from beach to beach, as chains of neighbours would.
"""

from dataclasses import dataclass

import numpy as np

from archive.authorities.geometry import distances_metres

NEAR_METRES = 25_000
FEWEST = 3
# Items of one day are laid into cells of about a kilometre; so many cells at most are compared with one another.
_CELL_DEGREES = 0.01
_MOST_CELLS = 2_000


@dataclass(frozen=True)
class Columns:
    """Items as columns of equal length. What has no point has NaN in both; what lies on no coast has -1."""

    first_day: np.ndarray  # proleptic ordinal, inclusive
    last_day: np.ndarray  # the same day, or the next
    latitude_degrees: np.ndarray
    longitude_degrees: np.ndarray
    coast: np.ndarray

    def __len__(self) -> int:
        return len(self.first_day)

    def only(self, kept: np.ndarray) -> "Columns":
        """Return some of the rows: a mask, or their numbers."""
        return Columns(
            self.first_day[kept],
            self.last_day[kept],
            self.latitude_degrees[kept],
            self.longitude_degrees[kept],
            self.coast[kept],
        )


@dataclass(frozen=True)
class Cluster:
    """Rows that gather, in ascending order, and the row in their middle."""

    rows: np.ndarray
    middle: int


def clusters(columns: Columns) -> list[Cluster]:
    """
    Return the gatherings of three and more: first those of one day, then, of what is left, those of two days.

    A row is in one gathering at most. The order and the outcome depend on nothing but the rows.
    """
    gathered: list[Cluster] = []
    is_left = np.ones(len(columns), dtype=bool)
    by_first_day = np.argsort(columns.first_day, kind="stable")
    days = columns.first_day[by_first_day]
    for length in (1, 2):
        for day in np.unique(days):
            since, until = np.searchsorted(days, [day, day + length])
            rows = by_first_day[since:until]
            rows = np.sort(rows[is_left[rows] & (columns.last_day[rows] < day + length)])
            for cluster in _of_days(columns, rows):
                is_left[cluster.rows] = False
                gathered.append(cluster)
    return gathered


def _of_days(columns: Columns, rows: np.ndarray) -> list[Cluster]:
    if len(rows) < FEWEST:
        return []
    firsts, cell_of_row, row_counts = _cells(columns, rows)
    near = _near(columns, rows[firsts])
    is_open = np.ones(len(firsts), dtype=bool)
    gathered = []
    while True:
        around = (near & is_open) @ row_counts * is_open
        middle = int(np.argmax(around))
        if around[middle] < FEWEST:
            return gathered
        cells = near[middle] & is_open
        # Of two cells with the same surroundings, the one that holds most is the middle.
        alike = np.flatnonzero(cells & (around == around[middle]))
        middle = int(alike[np.argmax(row_counts[alike])])
        cells = near[middle] & is_open
        gathered.append(Cluster(rows[cells[cell_of_row]], int(rows[firsts[middle]])))
        is_open &= ~cells


def _cells(columns: Columns, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for each cell its first row's place among the rows, for each row its cell, for each cell how many rows."""
    latitudes, longitudes = columns.latitude_degrees[rows], columns.longitude_degrees[rows]
    coasts, size = columns.coast[rows], _CELL_DEGREES
    while True:
        # One number for each cell, since numbers sort many times faster than rows; what has no point has its own cell.
        norths = np.nan_to_num(np.round(latitudes / size) + 100_000, nan=0).astype(np.int64)
        easts = np.nan_to_num(np.round(longitudes / size) + 100_000, nan=0).astype(np.int64)
        spots = (norths * 200_000 + easts) * (coasts.max() + 2) + coasts + 1
        _unique, firsts, cell_of_row, row_counts = np.unique(
            spots, return_index=True, return_inverse=True, return_counts=True
        )
        if len(firsts) <= _MOST_CELLS:
            return firsts, cell_of_row, row_counts
        size *= 2


def _near(columns: Columns, spots: np.ndarray) -> np.ndarray:
    """Return which of the spots are near to which."""
    latitudes, longitudes = columns.latitude_degrees[spots], columns.longitude_degrees[spots]
    coasts = columns.coast[spots]
    metres = distances_metres(latitudes[:, None], longitudes[:, None], latitudes[None, :], longitudes[None, :])
    # A comparison with NaN is false: what has no point is near only along its coast.
    near = (metres <= NEAR_METRES) | ((coasts[:, None] == coasts[None, :]) & (coasts >= 0)[:, None])
    np.fill_diagonal(near, True)
    return near
