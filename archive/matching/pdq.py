"""
PDQ: 256 bits by which a picture is known after it was saved anew, made smaller or lighter.

"The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", Facebook 2019. Written here because its
package has no wheel for Linux: a fresh machine would need a compiler. The prints are those of the package, bit for bit.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

_SIDE = 64
_WAVES = 16
# The waves 1 to 16 of a discrete cosine transform of 64 values; the constant one tells nothing of the picture.
_COSINES = np.sqrt(2 / _SIDE) * np.cos(
    np.pi / (2 * _SIDE) * np.outer(np.arange(1, _WAVES + 1), 2 * np.arange(_SIDE) + 1)
)


def pdq_hash(grey: NDArray[Any]) -> tuple[str, int]:
    """
    Return the print of a grey picture.

    :param grey: uint8, height × width, at least one pixel
    :return: 64 hexadecimal digits, the last for the longest waves; and the quality, 0 to 100: how much there is to see
    """
    small = _shrink(grey)
    waves = _COSINES @ small @ _COSINES.T
    # The lower of the two middle values, so that 128 of 256 bits are set.
    bits = waves > np.partition(waves, waves.size // 2 - 1, axis=None)[waves.size // 2 - 1]
    return np.packbits(bits.ravel()[::-1]).tobytes().hex(), _quality(small)


def _shrink(grey: NDArray[Any]) -> NDArray[Any]:
    """Average twice over half a cell each way, and take the middle of each of the 64 × 64 cells."""
    height_px, width_px = grey.shape
    smooth = grey.astype(np.float64)
    window = [(side + 2 * _SIDE - 1) // (2 * _SIDE) for side in (width_px, height_px)]
    anchor = [(side - 1) // 2 for side in window]

    def add_up(values: NDArray[Any]) -> NDArray[Any]:
        """Add up what lies within the window and the picture, around each pixel."""
        return cv2.boxFilter(values, -1, window, anchor=anchor, normalize=False, borderType=cv2.BORDER_CONSTANT)

    counts = add_up(np.ones_like(smooth))
    for _ in range(2):
        smooth = add_up(smooth) / counts
    rows, columns = (((np.arange(_SIDE) + 0.5) * side / _SIDE).astype(int) for side in (height_px, width_px))
    return smooth[np.ix_(rows, columns)]


def _quality(small: NDArray[Any]) -> int:
    """Add up the steps between neighbours, in hundredths of the whole range, each without its fraction."""
    steps = sum(int(np.abs(np.trunc(np.diff(small, axis=axis) * 100 / 255)).sum()) for axis in (0, 1))
    return min(100, steps // 90)
