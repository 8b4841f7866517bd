"""
The print of a whole picture: PDQ, 256 bits that change little when a picture is saved again, scaled or recoloured.

PDQ: "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", Facebook 2019. Prints can be compared
only if they are made in one way, so there is one: grey, uniform borders cut off, scaled so that the longer side has 512
pixels, each the average of the area it covers.
"""

from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from archive.matching.pdq import pdq_hash
from archive.standards.normal_form import gettext_noop

# uint8, (height, width, 3) or (height, width).
Pixels = NDArray[Any]

# Raised with every change that makes other prints of the same pixels.
FINGERPRINT_VERSION = "1"
SIDE_PX = 512
# Bits of 256 that differ: up to here the pictures are the same.
CERTAIN_DISTANCE = 31
# Up to here it is worth a look at the pixels.
POSSIBLE_DISTANCE = 70
# PDQ's own measure of detail, 0 to 100. Below this, different skies and seas get prints that are close by chance.
LEAST_QUALITY = 50

# A border's line is of one grey, give or take so many levels …
_LEVELS = 10
# … in this share of its pixels.
_NEARLY_ALL = 0.99
# It ends in a straight edge, as no sky does: clearly another grey is one so many levels off …
_CLEARLY = 20
# … in this share of the pixels …
_EDGE_SHARE = 0.5
# … within so many lines.
_EDGE_LINES = 8
# What is left between borders is at least this share of a side.
_LEAST_LEFT = 0.2

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Print:
    """
    The print of one picture and of its mirror image.

    :param pdq: 64 hexadecimal digits; so `pdq_mirrored`
    :param quality: PDQ's measure of detail, 0 to 100
    :param trim: the picture within its uniform borders, as shares of width and height: left, top, right, bottom
    """

    pdq: str
    pdq_mirrored: str
    quality: int
    trim: Box = (0.0, 0.0, 1.0, 1.0)

    @property
    def is_matchable(self) -> bool:
        """Whether the print tells this picture from others."""
        return self.quality >= LEAST_QUALITY

    @property
    def reason(self) -> str:
        """Say why it is not matchable by its print; empty if it is."""
        if self.is_matchable:
            return ""
        return gettext_noop(
            "It is too plain to be told from other pictures as a whole: there is too little light and dark in it."
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Print":
        return cls(values["pdq"], values["pdq_mirrored"], values["quality"], tuple(values["trim"]))


def fingerprint(pixels: Pixels) -> Print:
    """
    Return the print of a picture.

    :param pixels: upright, sRGB, 8 bits; RGB or grey
    """
    grey = to_grey(pixels)
    small = _fit(grey)
    left, top, right, bottom = box = find_borders(small)
    if box != (0.0, 0.0, 1.0, 1.0):
        height_px, width_px = grey.shape
        rows = slice(round(top * height_px), round(bottom * height_px))
        small = _fit(grey[rows, round(left * width_px) : round(right * width_px)])
    pdq, quality = pdq_hash(small)
    pdq_mirrored, _ = pdq_hash(cv2.flip(small, 1))
    return Print(pdq, pdq_mirrored, quality, box)


def distance(pdq: str, other_pdq: str) -> int:
    """Count the bits in which two prints differ, 0 to 256; unrelated pictures differ in about 128."""
    return (int(pdq, 16) ^ int(other_pdq, 16)).bit_count()


def to_grey(pixels: Pixels) -> Pixels:
    """Return the brightness of a picture (ITU-R BT.601, as PDQ asks), two-dimensional."""
    if pixels.ndim == 2:
        return pixels
    if pixels.shape[2] == 1:
        return pixels[:, :, 0]
    return cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY)


def find_borders(grey: Pixels) -> Box:
    """Return the picture within its uniform borders, as shares: left, top, right, bottom. Each has its own grey."""
    height_px, width_px = grey.shape
    top, bottom = _border(grey), height_px - _border(grey[::-1])
    if bottom - top < max(1, _LEAST_LEFT * height_px):
        top, bottom = 0, height_px
    turned = grey[top:bottom].T
    left, right = _border(turned), width_px - _border(turned[::-1])
    if right - left < max(1, _LEAST_LEFT * width_px):
        left, right = 0, width_px
    return left / width_px, top / height_px, right / width_px, bottom / height_px


def _border(lines: Pixels) -> int:
    """Count the lines of the border that a picture begins with; 0 if it has none."""
    difference = cv2.absdiff(lines, np.full(1, np.median(lines[0]), np.uint8)) if len(lines) else lines
    is_border = (difference <= _LEVELS).mean(axis=1) >= _NEARLY_ALL
    if is_border.all():
        return 0
    count = int(np.argmin(is_border))
    if not count:
        return 0
    # What JPEG scatters around an edge makes the last lines of a border uneven; the step itself takes two lines.
    here = slice(max(count, 2), count + _EDGE_LINES)
    step = cv2.absdiff(lines[here], lines[here.start - 2 : here.stop - 2][: len(lines[here])])
    is_picture = (step > _CLEARLY).mean(axis=1) >= _EDGE_SHARE
    return here.start + int(np.argmax(is_picture)) if is_picture.any() else 0


def _fit(grey: Pixels) -> Pixels:
    height_px, width_px = grey.shape
    scale = SIDE_PX / max(height_px, width_px)
    size = max(1, round(width_px * scale)), max(1, round(height_px * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(grey, size, interpolation=method)
