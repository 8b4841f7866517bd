"""
Cut an original into the tiles that are shown when its picture is enlarged: upright, in sRGB, without metadata.

Each level has half the size of the one before, from the picture's own pixels down to the last that is larger than the
screen copy. Django-free and meant for the sandbox.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from archive.files import formats
from archive.files.colour import profile_name, to_srgb
from archive.files.decode_picture import Bounds, Decoded, check_size, decode, open_picture, turn_to_undo
from archive.files.formats import UnreadableImage
from archive.files.maker_version import SCREEN_PX
from archive.files.pixels import turn_part
from archive.files.renditions import jpeg_of
from archive.files.tile_places import TILE_PX, level_count, level_size, tile_name
from archive.standards.orientation import AS_IT_IS, then, turned_size


@dataclass(frozen=True)
class Pyramid:
    """
    The tiles of a picture. Width and height are those of the upright picture, level 0.

    `sharpest` is the first level that was made: 0, or more where the picture's own pixels do not fit the memory that a
    file may use.
    """

    width_px: int
    height_px: int
    sharpest: int

    def to_json(self) -> dict:
        return asdict(self)


def make_tiles(path: str, into_dir: str, bounds: Bounds | None = None, *, orientation: int = AS_IT_IS) -> Pyramid:
    """
    Write the tiles of a picture into a folder, named by `tile_places.tile_name`.

    :param orientation: how it is turned from how the file shows itself

    A file that ends early is shown as far as it goes; what was missing is said where its renditions were made.

    :raises UnreadableImage: it is no picture, no larger than the screen copy, or nothing of it can be decoded
    """
    bounds = bounds or Bounds()
    check_size(path, bounds)
    kept = formats.recognise(path)
    if kept.is_footage:
        raise UnreadableImage(f"it is footage ({kept.name}); only pictures are cut into tiles.")
    levels = level_count(*open_picture(path, kept).size)
    if not levels:
        raise UnreadableImage(f"it has no more than {SCREEN_PX} pixels on a side: the screen copy shows them all.")
    for sharpest in range(levels):
        # A decoder shrinks while it decodes, and what its file holds is known only once it is opened.
        image = open_picture(path, kept)
        long_side_px = max(image.size) >> sharpest
        try:
            decoded = decode(path, kept, image, replace(bounds, long_side_px=long_side_px))
        except UnreadableImage:
            if sharpest == levels - 1:
                raise
        else:
            break
    orientation = then(turn_to_undo(image, kept, decoded), orientation)
    stored_px = decoded.stored_px or image.size
    profile = b"" if decoded.is_srgb else image.info.get("icc_profile") or b""
    if profile_name(profile)[1]:
        profile = b""
    image = None  # beside its decoded copy it may be as large
    for level, pixels in enumerate(_levels(decoded, stored_px, sharpest, levels), sharpest):
        _write_level(pixels, level, orientation, profile, Path(into_dir))
    width_px, height_px = turned_size(*stored_px, orientation)
    return Pyramid(width_px, height_px, sharpest)


def _levels(decoded: Decoded, stored_px: tuple[int, int], sharpest: int, levels: int) -> Iterator[np.ndarray]:
    """Give the picture at each level, as stored; only two are held at once."""
    pixels, decoded.pixels = decoded.pixels, None
    for level in range(sharpest, levels):
        size = level_size(*stored_px, level)
        if pixels.shape[1::-1] != size:
            pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR)
        yield pixels


def _write_level(pixels: np.ndarray, level: int, orientation: int, profile: bytes, folder: Path) -> None:
    height_px, width_px = pixels.shape[:2] if orientation < 5 else pixels.shape[1::-1]
    for row, top in enumerate(range(0, height_px, TILE_PX)):
        for column, left in enumerate(range(0, width_px, TILE_PX)):
            tile = turn_part(pixels, orientation, left=left, top=top, side_px=TILE_PX)
            if profile:
                tile = to_srgb(tile, profile, [])
            (folder / tile_name(level, column, row)).write_bytes(jpeg_of(tile))
