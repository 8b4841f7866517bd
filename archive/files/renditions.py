"""
Make the small copies that pages show: upright, in sRGB, without metadata, never larger than the picture itself.

Django-free and meant for the sandbox.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import simplejpeg

from archive.files import formats
from archive.files.colour import profile_name, to_srgb
from archive.files.decode_picture import (
    Bounds,
    Decoded,
    check_size,
    decode,
    embedded_preview,
    open_picture,
    turn_to_undo,
)
from archive.files.formats import UnreadableImage
from archive.files.maker_version import SCREEN_PX
from archive.files.pixels import shrink, turn
from archive.standards.orientation import AS_IT_IS, then, turned_size

# Purpose and longest side in pixels, the larger first: the smaller copy is made from it.
PURPOSES = (("SCREEN", SCREEN_PX), ("THUMBNAIL", 400))
JPEG_QUALITY = 82
MIME_TYPE = "image/jpeg"


@dataclass(frozen=True)
class Rendering:
    """One copy, made but not yet kept."""

    purpose: str
    width_px: int
    height_px: int
    path: str
    size_bytes: int
    mime_type: str = MIME_TYPE
    offset_milliseconds: int | None = None


@dataclass(frozen=True)
class Picture:
    """
    What was seen while the copies were made. Width and height are those of the upright picture; None: unknown.

    `footage` is there for footage alone: what `archive.files.footage.Film` measured.
    """

    format_name: str
    mime_type: str
    width_px: int | None
    height_px: int | None
    frame_count: int
    mode: str
    icc_name: str
    renditions: list[Rendering]
    problems: list[str]
    footage: dict | None = None

    def to_json(self) -> dict:
        return asdict(self)


def make_renditions(path: str, into_dir: str, bounds: Bounds | None = None, *, orientation: int = AS_IT_IS) -> Picture:
    """
    Write the copies of a picture into a folder as `screen.jpg` and `thumbnail.jpg`.

    :param orientation: how they are turned from how the file shows itself; the size that is returned is the file's own

    A file that ends early is shown as far as it goes, and `problems` says what is missing. Where nothing of a JPEG can
    be decoded but the camera put a preview into it, that is shown and the picture's own size stays unknown.

    :raises UnreadableImage: it is no kept format, larger than the bounds, or nothing of it can be shown
    """
    bounds = bounds or Bounds()
    check_size(path, bounds)
    kept = formats.recognise(path)
    if kept.is_footage:
        raise UnreadableImage(f"it is footage ({kept.name}), and one picture is asked for. Take a still of it.")
    try:
        image = open_picture(path, kept)
        decoded = decode(path, kept, image, bounds)
    except UnreadableImage as refusal:
        preview = embedded_preview(path) if kept in (formats.JPEG, formats.MPO) else None
        if preview is None:
            raise
        image, problem = preview, f"{refusal} Shown is the small preview that the camera embedded."
        decoded = Decoded(np.asarray(image.convert("RGB")), frame_count=1, problems=[problem], is_preview=True)
    problems = decoded.problems
    if (follows := formats.what_follows(path, kept)) is not None:
        problems.append(follows)
    own = turn_to_undo(image, kept, decoded)
    width_px, height_px = turned_size(*(decoded.stored_px or image.size), own)
    pixels = shrink(decoded.pixels, PURPOSES[0][1])
    profile = image.info.get("icc_profile") or b""
    icc_name, profile_problem = profile_name(profile)
    if profile_problem:
        problems.append(profile_problem)
    elif profile and not decoded.is_srgb:
        pixels = to_srgb(pixels, profile, problems)
    pixels = turn(pixels, then(own, orientation))
    renditions = []
    for purpose, long_side_px in PURPOSES:
        pixels = shrink(pixels, long_side_px)
        renditions.append(write_jpeg(pixels, purpose, into_dir))
    return Picture(
        format_name=kept.name,
        mime_type=kept.mime_type,
        width_px=None if decoded.is_preview else width_px,
        height_px=None if decoded.is_preview else height_px,
        frame_count=decoded.frame_count,
        mode=image.mode,
        icc_name=icc_name,
        renditions=renditions,
        problems=problems,
    )


def write_jpeg(pixels: np.ndarray, purpose: str, into_dir: str, *, offset_milliseconds: int | None = None) -> Rendering:
    """Write one copy into the folder; a still is named by its moment too."""
    body = jpeg_of(pixels)
    height_px, width_px = pixels.shape[:2]
    moment = "" if offset_milliseconds is None else f"-{offset_milliseconds}"
    path = Path(into_dir) / f"{purpose.lower()}{moment}.jpg"
    path.write_bytes(body)
    return Rendering(purpose, width_px, height_px, str(path), len(body), offset_milliseconds=offset_milliseconds)


def jpeg_of(pixels: np.ndarray) -> bytes:
    """Code RGB or grey pixels as JPEG."""
    pixels = np.ascontiguousarray(pixels)
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        grey = pixels.reshape(*pixels.shape[:2], 1)
        return simplejpeg.encode_jpeg(grey, quality=JPEG_QUALITY, colorspace="GRAY", colorsubsampling="GRAY")
    return simplejpeg.encode_jpeg(pixels, quality=JPEG_QUALITY, colorspace="RGB", colorsubsampling="420")
