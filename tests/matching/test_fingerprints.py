from pathlib import Path

import cv2
import numpy as np
import pytest

from archive.matching.fingerprints import CERTAIN_DISTANCE, Print, distance, fingerprint
from tests.matching.pictures import bordered, empty_sea, photograph, saved

# As the authors of PDQ publish it for this picture, hashed without the scaling to 512 pixels.
REFERENCE = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"


@pytest.mark.corpus
def test_the_print_is_that_of_pdqs_authors_within_the_bits_that_scaling_costs(corpus: Path):
    pixels = cv2.cvtColor(cv2.imread(str(corpus / "near-dup/pdq-bridge/aaa-orig.jpg")), cv2.COLOR_BGR2RGB)

    made = fingerprint(pixels)

    assert made.quality == 100
    assert distance(made.pdq, REFERENCE) <= 10


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name",
    ["blur-a-lot", "high-contrast", "high-saturation", "sharpen-a-lot", "shrink-a-lot", "square-128x128"],
)
def test_retouched_and_shrunk_copies_have_near_prints(corpus: Path, name):
    folder = corpus / "near-dup/pdq-bridge"

    one, other = (fingerprint(cv2.imread(str(folder / file))) for file in ("aaa-orig.jpg", f"{name}.jpg"))

    assert distance(one.pdq, other.pdq) <= CERTAIN_DISTANCE


@pytest.mark.parametrize(
    "changed",
    [
        lambda pixels: saved(pixels, 20),
        lambda pixels: cv2.resize(pixels, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA),
        lambda pixels: cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY),
        lambda pixels: (pixels * 0.6).astype(np.uint8),
    ],
    ids=["saved at 20", "quarter size", "grey", "darker"],
)
def test_a_copy_has_a_near_print(changed):
    pixels = photograph(1)

    assert distance(fingerprint(pixels).pdq, fingerprint(changed(pixels)).pdq) <= CERTAIN_DISTANCE


def test_the_mirror_image_has_the_mirrored_print():
    pixels = photograph(2)

    one, other = fingerprint(pixels), fingerprint(pixels[:, ::-1])

    assert (other.pdq, other.pdq_mirrored) == (one.pdq_mirrored, one.pdq)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_border_is_cut_off_and_its_place_kept(level):
    pixels = photograph(3)

    framed = fingerprint(saved(bordered(pixels, 50, level)))

    assert framed.trim == pytest.approx((0.05, 0.0714, 0.95, 0.9286), abs=0.004)
    assert distance(framed.pdq, fingerprint(pixels).pdq) <= CERTAIN_DISTANCE


def test_a_sky_that_fades_into_the_picture_is_no_border():
    pixels = photograph(4)
    shine = np.linspace(6, 0, 300)[:, None, None].clip(0, 1)
    pixels[:300] = (pixels[:300] * (1 - shine) + 255 * shine).astype(np.uint8)

    assert fingerprint(pixels).trim == (0, 0, 1, 1)


@pytest.mark.parametrize("pixels", [empty_sea(), np.full((300, 400, 3), 90, np.uint8)], ids=["sea", "one colour"])
def test_a_plain_picture_is_not_matchable_and_says_why(pixels):
    made = fingerprint(pixels)

    assert not made.is_matchable
    assert "too plain" in made.reason


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 3000, 3), (2, 2)])
def test_the_smallest_and_the_narrowest_have_a_print(shape):
    assert not fingerprint(np.zeros(shape, np.uint8)).is_matchable


def test_a_print_survives_json():
    made = fingerprint(photograph(5))

    assert Print.from_json(made.to_json()) == made
