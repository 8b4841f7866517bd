"""Which rows gather: near in place, of one day or two, three at least."""

from datetime import date

import numpy as np
import pytest

from archive.review.place_day_clusters import Columns, clusters

DUNKIRK, GRAVELINES, CALAIS, DOVER = (51.04, 2.37), (50.99, 2.13), (50.96, 1.85), (51.12, 1.31)
NOWHERE = (np.nan, np.nan)


def columns(*rows: tuple) -> Columns:
    """Rows of (first day, last day, point, coast)."""
    firsts, lasts, points, coasts = zip(*rows, strict=True)
    return Columns(
        np.array([day.toordinal() for day in firsts]),
        np.array([day.toordinal() for day in lasts]),
        np.array([point[0] for point in points]),
        np.array([point[1] for point in points]),
        np.array(coasts),
    )


def on(day: int, point: tuple, coast: int = -1, *, until: int | None = None) -> tuple:
    return date(2024, 6, day), date(2024, 6, until or day), point, coast


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([on(18, DUNKIRK)] * 3, [[0, 1, 2]]),
        ([on(18, DUNKIRK)] * 2, []),
        ([on(18, DUNKIRK), on(18, DUNKIRK), on(18, GRAVELINES)], [[0, 1, 2]]),
        ([on(18, DUNKIRK), on(18, DUNKIRK), on(18, DOVER)], []),
        ([on(18, DUNKIRK), on(18, DUNKIRK), on(19, DUNKIRK)], [[0, 1, 2]]),
        ([on(18, DUNKIRK), on(18, DUNKIRK), on(20, DUNKIRK)], []),
        ([on(18, DUNKIRK), on(18, DUNKIRK, until=19), on(19, DUNKIRK)], [[0, 1, 2]]),
        ([on(18, NOWHERE, 7), on(18, CALAIS, 7), on(18, DUNKIRK, 7)], [[0, 1, 2]]),
        ([on(18, NOWHERE, 7), on(18, NOWHERE, 8), on(18, NOWHERE, 7)], []),
        ([on(18, DUNKIRK)] * 3 + [on(19, DUNKIRK)] * 3, [[0, 1, 2], [3, 4, 5]]),
        ([on(18, DUNKIRK)] * 3 + [on(18, DOVER)] * 4, [[3, 4, 5, 6], [0, 1, 2]]),
    ],
    ids=[
        "three at one place", "two are too few", "a neighbour 18 km off", "another shore", "the day after",
        "two days after", "overnight", "the same coast", "two coasts", "two days of their own", "two shores",
    ],
)  # fmt: skip
def test_rows_gather(rows: list, expected: list) -> None:
    assert [cluster.rows.tolist() for cluster in clusters(columns(*rows))] == expected


def test_a_gathering_does_not_creep_along_the_shore() -> None:
    # Each lies some 20 km from the next, as beaches do; from end to end it is 56 km.
    wissant = (50.87, 1.58)
    rows = columns(*[on(18, point) for point in (DUNKIRK, GRAVELINES, GRAVELINES, CALAIS, wissant)])

    (found,) = clusters(rows)

    assert (found.rows.tolist(), found.middle) == ([0, 1, 2, 3], 1)


def test_no_rows_gather_to_nothing() -> None:
    empty = np.array([])

    assert clusters(Columns(empty, empty, empty, empty, empty)) == []


def test_many_spots_on_one_day_are_compared_coarsely_and_none_is_lost() -> None:
    spots = [on(18, (51 + north * 0.011, 2 + east * 0.011)) for north in range(60) for east in range(60)]

    found = clusters(columns(*spots))

    assert sorted(row for cluster in found for row in cluster.rows.tolist()) == list(range(3600))
