import numpy as np
import pytest

from archive.matching.feature_index import WordIndex
from archive.matching.features import Features, features
from tests.matching.pictures import photograph

Pictures = dict[int, Features]


@pytest.fixture(scope="module")
def pictures() -> Pictures:
    return {seed: features(photograph(seed)) for seed in range(12)}


@pytest.fixture
def index(pictures: Pictures) -> WordIndex:
    index = WordIndex()
    for key, made in pictures.items():
        index.add(key, made)
    return index


def test_a_crop_finds_its_picture_first(index: WordIndex):
    cut = features(photograph(7)[100:500, 250:850])

    first = index.candidates(cut)[0]

    assert (first.key, first.is_mirrored) == (7, False)


def test_a_mirrored_crop_finds_its_picture_and_says_so(index: WordIndex):
    cut = features(np.ascontiguousarray(photograph(7)[100:500, 250:850][:, ::-1]))

    first = index.candidates(cut)[0]

    assert (first.key, first.is_mirrored) == (7, True)


def test_pictures_added_one_by_one_are_found_as_those_added_together(index: WordIndex, pictures: Pictures):
    slowly = WordIndex()
    for key, made in pictures.items():
        slowly.add(key, made)
        assert slowly.candidates(made)[0].key == key

    for key, made in pictures.items():
        slow, fast = slowly.candidates(made)[0], index.candidates(made)[0]
        assert slow.key == fast.key == key
        assert slow.votes == pytest.approx(fast.votes, rel=0.05)
    assert len(slowly) == len(index) == 12


def test_an_empty_index_and_a_picture_without_points_find_nothing(index: WordIndex, pictures: Pictures):
    nothing = features(np.zeros((50, 50), np.uint8))

    assert WordIndex().candidates(pictures[0]) == []
    assert index.candidates(nothing) == []


def test_a_detail_that_all_pictures_show_brings_no_picture_before_the_true_one(pictures: Pictures):
    shared = pictures[0]
    index = WordIndex()
    for key, made in pictures.items():
        # Every picture begins with the same hundred points, as under one banner.
        both = [np.concatenate([getattr(shared, name)[:100], getattr(made, name)[:100]]) for name in FIELDS]
        index.add(key, Features(900, 600, *both))

    query = Features(900, 600, *(np.concatenate([getattr(shared, n)[:100], getattr(pictures[9], n)]) for n in FIELDS))

    found = index.candidates(query)
    assert found[0].key == 9
    assert found[0].votes > 2 * found[1].votes


FIELDS = ("points", "sizes", "angles", "codes")
