from dataclasses import replace

import numpy as np
import pytest

from archive.matching.alignment import LEAST_INLIERS, lay_roughly, project, verify
from archive.matching.features import Features, features
from tests.matching.pictures import photograph

CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


def first(count: int, of: Features) -> Features:
    """Keep a few points that the whole picture shows too."""
    parts = {name: getattr(of, name)[:count] for name in ("points", "sizes", "angles", "codes")}
    return replace(of, **parts)


@pytest.mark.parametrize("seed", [1, 2])
def test_points_that_are_too_few_to_tell_anything_still_say_where_to_start(seed):
    pixels = photograph(seed)
    few, held = first(LEAST_INLIERS - 1, features(pixels)), features(pixels)

    roughly = lay_roughly(few, held)

    assert verify(few, held) is None
    assert roughly is not None
    assert project(roughly.transform, CORNERS) == pytest.approx(CORNERS, abs=0.05)


def test_no_points_lay_nothing():
    pixels = photograph(3)

    assert lay_roughly(first(0, features(pixels)), features(pixels)) is None
