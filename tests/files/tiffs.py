"""Write TIFFs laid out as Pillow never writes them: tiles, planes, several directories, directories below a page."""

import struct
import zlib
from dataclasses import dataclass, field

import numpy as np

_FORMATS = {3: "H", 4: "I"}


@dataclass
class Page:
    """One directory; `tags` are added to those that the pixels ask for."""

    pixels: np.ndarray
    tile: int = 0
    rows: int = 64
    is_planar: bool = False
    deflate: bool = True
    photometric: int | None = None
    tags: dict[int, int | tuple[int, ...]] = field(default_factory=dict)
    below: list["Page"] = field(default_factory=list)


def write_tiff(*pages: Page, order: str = "<") -> bytes:
    """Return a TIFF of these pages."""
    body = bytearray((b"II*\0" if order == "<" else b"MM\0*") + bytes(4))
    pointer_at = 4
    for page in pages:
        at, pointer = _write_directory(body, page, order)
        struct.pack_into(f"{order}I", body, pointer_at, at)
        pointer_at = pointer
    return bytes(body)


def _write_directory(body: bytearray, page: Page, order: str) -> tuple[int, int]:
    """Append a directory with its pixels; return where it begins, and where the pointer to the next one stands."""
    pixels = page.pixels if page.pixels.ndim == 3 else page.pixels[:, :, None]
    height, width, channels = pixels.shape
    bits = pixels.dtype.itemsize * 8
    planes = [pixels[:, :, [channel]] for channel in range(channels)] if page.is_planar else [pixels]
    parts = [part for plane in planes for part in _parts(plane, page, order)]
    offsets = []
    for part in parts:
        offsets.append(len(body))
        body += part
    below = tuple(_write_directory(body, inner, order)[0] for inner in page.below)
    guessed = {1: 1, 3: 2, 4: 5}[channels]
    tags: dict[int, int | tuple[int, ...]] = {
        256: width, 257: height, 258: (bits,) * channels, 259: 8 if page.deflate else 1,
        262: guessed if page.photometric is None else page.photometric, 277: channels,
        284: 2 if page.is_planar else 1, 339: (3 if pixels.dtype.kind == "f" else 1,) * channels,
    }  # fmt: skip
    if page.tile:
        tags |= {322: page.tile, 323: page.tile, 324: tuple(offsets), 325: tuple(len(part) for part in parts)}
    else:
        tags |= {278: page.rows, 273: tuple(offsets), 279: tuple(len(part) for part in parts)}
    if below:
        tags[330] = below
    entries = b""
    for tag, value in sorted((tags | page.tags).items()):
        values = value if isinstance(value, tuple) else (value,)
        kind = 4 if max(values) > 65535 or tag in (254, 273, 279, 324, 325, 330) else 3
        packed = struct.pack(f"{order}{len(values)}{_FORMATS[kind]}", *values)
        if len(packed) > 4:
            place = len(body)
            body += packed
            packed = struct.pack(f"{order}I", place)
        entries += struct.pack(f"{order}HHI", tag, kind, len(values)) + packed.ljust(4, b"\0")
    at = len(body)
    body += struct.pack(f"{order}H", len(entries) // 12) + entries + bytes(4)
    return at, len(body) - 4


def _parts(plane: np.ndarray, page: Page, order: str) -> list[bytes]:
    height, width, channels = plane.shape
    if page.tile:
        side = page.tile
        padded = np.zeros((-(-height // side) * side, -(-width // side) * side, channels), plane.dtype)
        padded[:height, :width] = plane
        pieces = [
            padded[y : y + side, x : x + side]
            for y in range(0, padded.shape[0], side)
            for x in range(0, padded.shape[1], side)
        ]
    else:
        pieces = [plane[y : y + page.rows] for y in range(0, height, page.rows)]
    coded = [np.ascontiguousarray(piece).astype(plane.dtype.newbyteorder(order)).tobytes() for piece in pieces]
    return [zlib.compress(piece) for piece in coded] if page.deflate else coded
