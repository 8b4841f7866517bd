"""
Local features: what is found again when a picture was cropped, framed, turned, overlaid or photographed from a screen.

Up to 400 SIFT points (Lowe 2004), spread over the picture, each with 128 bits: which bins of its descriptor are above
their median. The bits need no training, about 6 % of them flip between two copies of a picture, and mirroring the
picture merely reorders them.
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
FEATURES_VERSION = "1"
# All pictures are looked at in one size: details much smaller than this shows do not survive a messenger anyway.
AREA_PX = 180_000
MOST_POINTS = 400
# Fewer are no ground for a comparison.
LEAST_POINTS = 16
CODE_BYTES = 16

_CELLS = 8  # each way
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
        if len(packed) < _HEADER.size or packed[0] != int(FEATURES_VERSION):
            raise ValueError(f"these are no features of version {FEATURES_VERSION}; compute them anew")
        _, width_px, height_px, count = _HEADER.unpack_from(packed)
        rows = np.frombuffer(packed, _POINT, count, _HEADER.size)
        points = np.stack([rows["x"], rows["y"]], axis=1).astype(np.float32) / 65535
        sizes = np.exp2(rows["size"].astype(np.float32) / _SIZE_STEPS)
        angles = rows["angle"].astype(np.float32) * (360 / 256)
        return cls(width_px, height_px, points, sizes, angles, np.ascontiguousarray(rows["code"]))


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
    sift = cv2.SIFT.create(nfeatures=0, contrastThreshold=0.02)
    chosen = _spread(sift.detect(grey, None), grey.shape[1], grey.shape[0]) if min(grey.shape) > 8 else []
    if not chosen:
        return Features(width_px, height_px, _NONE.reshape(0, 2), _NONE, _NONE, _bits(None))
    described, descriptors = sift.compute(grey, chosen)
    # Points lie on the centres of pixels.
    places = np.array([point.pt for point in described], np.float32) + 0.5
    # Small pictures are not enlarged, but told in the same pixels as all.
    enlarged = max(1.0, scale)
    return Features(
        width_px,
        height_px,
        places / np.array([grey.shape[1], grey.shape[0]], np.float32),
        np.array([point.size for point in described], np.float32) * np.float32(enlarged),
        np.array([point.angle for point in described], np.float32),
        _bits(descriptors),
    )


def _spread(found: "Sequence[cv2.KeyPoint]", width_px: int, height_px: int) -> "list[cv2.KeyPoint]":
    """
    Choose points so that each part of the picture has its share: the best of each cell, then the second best, so on.

    By strength alone a line of text would take them all.
    """
    if not found:
        return []
    places = np.array([point.pt for point in found])
    strengths = np.array([point.response for point in found])
    across = np.clip(places * _CELLS / (width_px, height_px), 0, _CELLS - 1).astype(int)
    cells = across[:, 1] * _CELLS + across[:, 0]
    order = np.lexsort((-strengths, cells))
    starts = np.searchsorted(cells[order], cells[order])
    ranks = np.empty(len(found), int)
    ranks[order] = np.arange(len(found)) - starts
    return [found[index] for index in np.lexsort((-strengths, ranks))[:MOST_POINTS]]


def _bits(descriptors: NDArray[Any] | None) -> NDArray[Any]:
    if descriptors is None:
        return np.zeros((0, CODE_BYTES), np.uint8)
    return np.packbits(descriptors > np.median(descriptors, axis=1, keepdims=True), axis=1)
