import cv2
import numpy as np
import pytest

from archive.matching.alignment import verify
from archive.matching.features import MOST_POINTS, Features, features
from tests.matching.pictures import clouds, empty_sea, photograph, saved


def test_bytes_keep_the_features_in_less_than_nine_kilobytes():
    made = features(photograph(1))

    kept = Features.from_bytes(made.to_bytes())

    assert len(made.to_bytes()) < 9_000
    assert (kept.width_px, kept.height_px, len(kept)) == (900, 600, len(made))
    assert np.array_equal(kept.codes, made.codes)
    assert np.abs(kept.points - made.points).max() < 1e-4
    assert np.abs(np.log2(kept.sizes / made.sizes)).max() < 0.05
    assert np.abs((kept.angles - made.angles + 180) % 360 - 180).max() < 1


def test_bytes_of_another_version_or_cut_off_are_refused():
    packed = features(photograph(1)).to_bytes()

    for damaged in (b"", bytes([99]) + packed[1:], packed[:-1]):
        with pytest.raises(ValueError):
            Features.from_bytes(damaged)


def test_mirroring_the_features_is_as_good_as_mirroring_the_picture():
    pixels = photograph(2)

    computed, seen = features(pixels).mirrored(), features(np.ascontiguousarray(pixels[:, ::-1]))

    apart = np.linalg.norm(computed.places[:, None] - seen.places[None], axis=2)
    bits = np.bitwise_count(computed.codes[:, None] ^ seen.codes[None]).sum(axis=2)
    turned = np.abs((computed.angles[:, None] - seen.angles[None] + 180) % 360 - 180)
    same = (apart < 1) & (bits <= 16) & (turned < 10)
    assert same.any(axis=1).mean() > 0.8


def test_words_over_a_picture_do_not_take_all_of_its_points():
    pixels = photograph(3)
    above = (features(pixels).points[:, 1] < 0.75).sum()
    for line in range(4):
        cv2.putText(pixels, "SHARE THIS NOW", (40, 500 + 28 * line), cv2.FONT_HERSHEY_DUPLEX, 0.8, (255, 255, 255), 2)

    made = features(pixels)

    assert len(made) == MOST_POINTS
    assert (made.points[:, 1] < 0.75).sum() > 0.8 * above


def test_a_part_of_a_sky_shares_its_points_in_pictures_seen_small_and_smaller():
    agreed = 0
    for seed in range(1, 7):
        sky = clouds(seed)
        laid = verify(features(saved(sky[150:450, 225:675], 85)), features(saved(sky, 85)))
        agreed += laid.inliers if laid else 0

    assert agreed >= 90


@pytest.mark.parametrize(
    "pixels",
    [empty_sea(), np.zeros((1, 1), np.uint8), np.zeros((1, 5000, 3), np.uint8), np.full((300, 300, 3), 7, np.uint8)],
    ids=["sea", "one pixel", "one line", "one colour"],
)
def test_a_picture_without_details_is_not_matchable(pixels):
    made = features(pixels)

    assert not made.is_matchable
    assert len(Features.from_bytes(made.to_bytes())) == len(made)
