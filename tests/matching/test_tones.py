import numpy as np
import pytest

from archive.matching import tones
from archive.matching.alignment import WHOLE, project
from archive.matching.fingerprints import Pixels, to_grey
from tests.matching.pictures import clouds, empty_sea, saved

CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


def best_lay(query: Pixels, held: Pixels) -> tuple[np.ndarray, bool]:
    best = next(tones.lays(to_grey(query), to_grey(held), WHOLE, WHOLE))
    return project(best.transform, CORNERS), best.is_mirrored


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_quarter_of_a_sky_is_laid_where_it_was_cut_out(seed):
    sky = clouds(seed)

    corners, is_mirrored = best_lay(saved(sky[150:450, 200:650], 85), sky)

    assert corners == pytest.approx(CORNERS * 0.5 + [200 / 900, 0.25], abs=0.01)
    assert not is_mirrored


def test_a_mirrored_part_is_laid_the_other_way_round():
    sky = clouds(4)

    corners, is_mirrored = best_lay(sky[:400, 300:][:, ::-1], sky)

    assert is_mirrored
    assert corners == pytest.approx(np.array([[1, 0], [1 / 3, 0], [1 / 3, 2 / 3], [1, 2 / 3]]), abs=0.01)


def test_the_whole_is_laid_on_the_part_that_is_held():
    sky = clouds(5)

    corners, _ = best_lay(sky, saved(sky[:, 450:], 85))

    assert corners == pytest.approx((CORNERS - [0.5, 0]) * [2, 1], abs=0.02)


def test_a_rough_lay_is_fitted_to_the_pixel():
    sky = to_grey(clouds(6))
    roughly = np.array([[0.52, 0.01, 0.27], [0, 0.49, 0.22], [0, 0, 1]])

    fitted = tones.fit(sky[150:450, 225:675], sky, roughly)

    assert fitted is not None
    laid, likeness = fitted
    assert project(laid, CORNERS) == pytest.approx(CORNERS * 0.5 + 0.25, abs=0.004)
    assert likeness > 0.9


@pytest.mark.parametrize("other", [clouds(8), empty_sea()], ids=["another sky", "fog"])
def test_what_shows_something_else_cannot_be_fitted(other):
    assert tones.fit(to_grey(other), to_grey(clouds(7)), np.eye(3)) is None
