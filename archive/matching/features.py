"""
Local features: what is found again when a picture was cropped, framed, turned, overlaid or photographed from a screen.

Up to 400 SIFT points (Lowe 2004), spread over the picture, each with 128 bits: which bins of its descriptor are above
their median. The bits need no training, about 6 % of them flip between two copies of a picture, and mirroring the
picture merely reorders them.

Where a part of the picture is calm (mist, sea, sky, night), faint points stand in, and those of the picture seen small
with its contrast raised: an average over many pixels shows what a single one hides in its noise.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from archive.matching.fingerprints import Pixels, to_grey

# Raised with every change that makes other features of the same pixels.
FEATURES_VERSION = "3"
# All pictures are looked at in one size: details much smaller than this shows do not survive a messenger anyway.
AREA_PX = 180_000
MOST_POINTS = 400
# Fewer are no ground for a comparison.
LEAST_POINTS = 16
CODE_BYTES = 16

_CELLS = 8  # each way
# SIFT's contrast, a share of white: from here on a point is a strong one …
_STRONG_CONTRAST = 0.02
# … and from here on it is told from noise.
_FAINT_CONTRAST = 0.004
# SIFT's bound of how much longer than wide a point may be: what lies along an edge has no place of its own.
_EDGES = 15
# A cell has so many strong points before faint ones of other cells have their turn.
_STRONG_FIRST = 3
# Seen small: so many times smaller …
_SMALLER = (3, 6)
# … with even light over so many of its pixels …
_PASSAGE_PX = 8.0
# … so much contrast given to what is left …
_CONTRAST = 40.0
# … and no more to what varies by less than so many levels.
_LEAST_LEVELS = 0.3
# Between these widths …
_STIR_PX = (1.0, 4.0)
# … what varies by fewer levels is the grain of a sensor and the squares of JPEG.
_LEAST_STIR = 0.3
_NONE = np.zeros(0, np.float32)
_HEADER = struct.Struct("<BIIH")
_POINT = np.dtype([("x", "<u2"), ("y", "<u2"), ("size", "u1"), ("angle", "u1"), ("code", "u1", CODE_BYTES)])
# Sizes are kept as eighths of a doubling.
_SIZE_STEPS = 16
# The 4 × 4 cells × 8 directions of a descriptor as they stand in the mirror: cells top to bottom (SIFT lays its first
# axis across the point's direction), directions the other way round.
_IN_MIRROR = np.flip(np.arange(128).reshape(4, 4, 8), 0)[..., -np.arange(8) % 8].ravel()


@dataclass(frozen=True)
class Features:
    """
    The points of one picture, the most telling first.

    :param width_px: of the upright picture they were found in; so `height_px`
    :param points: (n, 2) float32, shares of width and height
    :param sizes: (n,) float32, in pixels of the picture as looked at (`AREA_PX`)
    :param angles: (n,) float32, degrees clockwise
    :param codes: (n, 16) uint8, 128 bits each
    """

    width_px: int
    height_px: int
    points: NDArray[Any]
    sizes: NDArray[Any]
    angles: NDArray[Any]
    codes: NDArray[Any]

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def is_matchable(self) -> bool:
        """Whether there are enough points to compare it by."""
        return len(self) >= LEAST_POINTS

    @cached_property
    def frame(self) -> tuple[float, float]:
        """Width and height in pixels as looked at, where the picture has `AREA_PX` of them."""
        scale = (AREA_PX / (self.width_px * self.height_px)) ** 0.5
        return self.width_px * scale, self.height_px * scale

    @cached_property
    def places(self) -> NDArray[Any]:
        """The points in pixels as looked at."""
        return self.points * np.array(self.frame, np.float32)

    def mirrored(self) -> "Features":
        """Return the features of the mirror image, without its pixels."""
        points = self.points.copy()
        points[:, 0] = 1 - points[:, 0]
        bits = np.unpackbits(self.codes, axis=1)[:, _IN_MIRROR]
        angles = (180 - self.angles) % 360
        return Features(self.width_px, self.height_px, points, self.sizes, angles, np.packbits(bits, axis=1))

    def to_bytes(self) -> bytes:
        """Pack into 11 bytes and 22 a point."""
        rows = np.zeros(len(self), _POINT)
        rows["x"], rows["y"] = np.rint(np.clip(self.points, 0, 1) * 65535).T
        rows["size"] = np.clip(np.rint(np.log2(np.maximum(self.sizes, 1)) * _SIZE_STEPS), 0, 255)
        rows["angle"] = np.rint(self.angles * (256 / 360)).astype(int) % 256
        rows["code"] = self.codes
        return _HEADER.pack(int(FEATURES_VERSION), self.width_px, self.height_px, len(rows)) + rows.tobytes()

    @classmethod
    def from_bytes(cls, packed: bytes) -> "Features":
        """
        Return what `to_bytes` packed.

        :raises ValueError: it was packed by another version, or is cut off
        """
        width_px, height_px, rows = _unpacked(packed)
        points = np.stack([rows["x"], rows["y"]], axis=1).astype(np.float32) / 65535
        sizes = np.exp2(rows["size"].astype(np.float32) / _SIZE_STEPS)
        angles = rows["angle"].astype(np.float32) * (360 / 256)
        return cls(width_px, height_px, points, sizes, angles, np.ascontiguousarray(rows["code"]))


def codes_of(packed: bytes) -> NDArray[Any]:
    """
    Return the codes alone of what `Features.to_bytes` packed.

    :raises ValueError: it was packed by another version, or is cut off
    """
    return np.ascontiguousarray(_unpacked(packed)[2]["code"])


def _unpacked(packed: bytes) -> tuple[int, int, NDArray[Any]]:
    if len(packed) < _HEADER.size or packed[0] != int(FEATURES_VERSION):
        raise ValueError(f"these are no features of version {FEATURES_VERSION}; compute them anew")
    _, width_px, height_px, count = _HEADER.unpack_from(packed)
    return width_px, height_px, np.frombuffer(packed, _POINT, count, _HEADER.size)


def features(pixels: Pixels) -> Features:
    """
    Find the features of a picture.

    :param pixels: upright, sRGB, 8 bits; RGB or grey; at least `AREA_PX` of them where the picture has as many
    """
    grey = to_grey(pixels)
    height_px, width_px = grey.shape
    scale = (AREA_PX / (width_px * height_px)) ** 0.5
    if scale < 1:
        size = max(1, round(width_px * scale)), max(1, round(height_px * scale))
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    # Small pictures are not enlarged, but told in the same pixels as all.
    enlarged = max(1.0, scale)
    sift = cv2.SIFT.create(nfeatures=0, contrastThreshold=_FAINT_CONTRAST, edgeThreshold=_EDGES)
    seen_small = [_seen_small(grey, factor) for factor in _SMALLER]
    views = [(grey, seen_small[0][1]), *seen_small]
    parts, orders = [], []
    for view, is_stirred in views:
        if min(view.shape) <= 8:
            continue
        points = sift.detect(view, None)
        order = _order(points, view.shape[1], view.shape[0], is_stirred, are_all_faint=view is not grey)
        chosen = np.argsort(order, kind="stable")[: min(MOST_POINTS, np.isfinite(order).sum())]
        if not len(chosen):
            continue
        described, descriptors = sift.compute(view, [points[index] for index in chosen])
        # Points lie on the centres of pixels; OpenCV's doubling of the picture moves all by a quarter more.
        places = (np.array([point.pt for point in described], np.float32) + 0.25) / np.array(
            view.shape[::-1], np.float32
        )
        larger = np.float32(enlarged * grey.shape[1] / view.shape[1])
        sizes = np.array([point.size for point in described], np.float32) * larger
        parts.append((places, sizes, np.array([point.angle for point in described], np.float32), _bits(descriptors)))
        orders.append(order[chosen])
    if not parts:
        return Features(width_px, height_px, _NONE.reshape(0, 2), _NONE, _NONE, _bits(None))
    best = np.argsort(np.concatenate(orders), kind="stable")[:MOST_POINTS]
    return Features(width_px, height_px, *(np.concatenate(part)[best] for part in zip(*parts, strict=True)))


def _seen_small(grey: Pixels, smaller: int) -> tuple[Pixels, NDArray[np.bool_]]:
    """
    Return the picture several times smaller, with the passages of light taken out and the contrast raised.

    Beside it where it shows more than noise, pixel by pixel.
    """
    size = max(1, round(grey.shape[1] / smaller)), max(1, round(grey.shape[0] / smaller))
    small = cv2.resize(grey.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    detail = small - cv2.GaussianBlur(small, (0, 0), _PASSAGE_PX)
    raised = np.clip(128 + _CONTRAST * detail / (_spread(detail) + _LEAST_LEVELS), 0, 255).astype(np.uint8)
    softer, softest = (cv2.GaussianBlur(small, (0, 0), width) for width in _STIR_PX)
    is_stirred: NDArray[np.bool_] = _spread(softer - softest) >= _LEAST_STIR
    return raised, is_stirred


def _spread(detail: NDArray[Any]) -> NDArray[Any]:
    spread: NDArray[Any] = np.sqrt(cv2.GaussianBlur(detail * detail, (0, 0), _PASSAGE_PX))
    return spread


def _order(
    points: "Sequence[cv2.KeyPoint]",
    width_px: int,
    height_px: int,
    is_stirred: NDArray[np.bool_],
    *,
    are_all_faint: bool,
) -> NDArray[np.float64]:
    """
    Return for each point when its turn is: the best of each cell, then the second best, so on; faint points later.

    By strength alone a line of text would take all the turns. Never, infinity, for faint ones where nothing is stirred.
    """
    if not points:
        return np.zeros(0)
    places = np.array([point.pt for point in points])
    strengths = np.array([point.response for point in points])
    across = np.clip(places * _CELLS / (width_px, height_px), 0, _CELLS - 1).astype(int)
    cells = across[:, 1] * _CELLS + across[:, 0]
    order = np.lexsort((-strengths, cells))
    starts = np.searchsorted(cells[order], cells[order])
    ranks = np.empty(len(points), int)
    ranks[order] = np.arange(len(points)) - starts
    # SIFT tells the contrast of one of the three layers of an octave.
    is_faint = are_all_faint | (strengths * 3 < _STRONG_CONTRAST)
    rows, columns = (
        np.clip(places[:, axis] * size / side_px, 0, size - 1).astype(int)
        for axis, size, side_px in ((1, is_stirred.shape[0], height_px), (0, is_stirred.shape[1], width_px))
    )
    # Among equals the stronger goes first.
    turns = ranks + _STRONG_FIRST * is_faint + 1 / (2 + strengths)
    return np.where(is_faint & ~is_stirred[rows, columns], np.inf, turns)


def _bits(descriptors: NDArray[Any] | None) -> NDArray[Any]:
    if descriptors is None:
        return np.zeros((0, CODE_BYTES), np.uint8)
    return np.packbits(descriptors > np.median(descriptors, axis=1, keepdims=True), axis=1)
