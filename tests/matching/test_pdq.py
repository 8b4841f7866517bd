import numpy as np
import pytest

from archive.matching.pdq import pdq_hash


def drawn(width_px: int, height_px: int) -> np.ndarray:
    """Draw waves and an edge, the same in every size."""
    x, y = np.meshgrid(np.arange(width_px) / width_px, np.arange(height_px) / height_px)
    return np.uint8(127 + 60 * np.sin(9 * x + 14 * y * y) + 50 * np.cos(25 * x * y) + 10 * (x > 0.6))


# What pdqhash 0.2.8, the authors' own code, makes of the same pixels.
@pytest.mark.parametrize(
    ("size", "bits"),
    [
        ((512, 384), "f5acaa53d5acaa5355acaa5355acaa53faae55580096ff6caac9553300c35507"),
        ((512, 512), "d5acaa5355acaa5355acaa5355acaa53feae555a0096ff6caac9553300c35507"),
        ((211, 512), "55acaa53d5acaa5355acaa5355acaa53feae555a0096ff6caac9553300c35507"),
        ((64, 64), "fdacea53f5acaa53f5acaa5355acaa53aaae55480096ff2caac9553100c35507"),
        ((100, 40), "fdacea53ddacaa53fdacaa5355bcaa51aaae55480096ff2caac9453100c35507"),
        ((31, 512), "5dacaa535daca2535dacaa5355acaa53eaae15482896df6caec9553904c3f107"),
    ],
)
def test_prints_are_those_of_the_authors_code_in_every_size(size, bits):
    assert pdq_hash(drawn(*size)) == (bits, 100)


def test_quality_counts_the_steps_between_neighbours():
    faint = 127 + (drawn(512, 384).astype(float) - 127) / 6

    # As pdqhash 0.2.8 says it too.
    assert pdq_hash(np.uint8(faint))[1] == 20
    assert pdq_hash(np.full((384, 512), 90, np.uint8))[1] == 0
    assert pdq_hash(np.zeros((1, 1), np.uint8))[1] == 0
