"""
Decode a large PNG or TIFF strip by strip, in the memory of one strip.

The decoders at hand know whole pictures only. So a few rows are cut out, still coded, and wrapped as a small picture of
their own that any decoder reads.
"""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from math import ceil

import cv2
import numpy as np
from PIL import Image, TiffImagePlugin

# Coded rows are gathered to about so many bytes of pixels: enough that the wrapping costs nothing.
STRIP_BYTES = 8_000_000


class NotInStrips(Exception):
    """The file is laid out so that it can only be decoded whole."""


# --- PNG ------------------------------------------------------------------------------------------------------------

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# W3C PNG, 11.2.1: channels of each colour type.
_PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# A filter works on bytes at the distance of one pixel, whatever they mean. So rows are unfiltered as the kind with as
# many bytes a pixel: colour type and bit depth.
_PNG_KIND_BY_PIXEL_BYTES = {1: (0, 8), 2: (4, 8), 3: (2, 8), 4: (6, 8), 6: (2, 16), 8: (6, 16)}


def png_strips(path: str) -> Iterator[np.ndarray]:
    """
    Give the rows of a PNG from the top, 8-bit RGB or grey, transparency laid on white.

    :raises NotInStrips: it is interlaced: its first rows are complete only with its last bytes
    :raises EOFError: its data ends early; the rows before were given
    """
    with open(path, "rb") as stream:
        header, palette, transparency, data = _png_chunks(stream)
        width_px, height_px, depth, colour_type, _, _, interlace = struct.unpack(">IIBBBBB", header)
        if interlace or colour_type not in _PNG_CHANNELS:
            raise NotInStrips
        channels = _PNG_CHANNELS[colour_type]
        row_bytes = ceil(width_px * channels * depth / 8)
        pixel_bytes = max(1, channels * depth // 8)
        to_pixels = _png_pixels(width_px, depth, colour_type, palette, transparency)
        inflate, previous, left = _Inflating(data), bytes(row_bytes), height_px
        while left:
            coded = inflate.read(min(left, max(1, STRIP_BYTES // (width_px * max(4, pixel_bytes)))) * (row_bytes + 1))
            count = len(coded) // (row_bytes + 1)
            if not count:
                raise EOFError
            # The row before comes along, unfiltered, for those filters that look up.
            coded = b"\0" + previous + coded[: count * (row_bytes + 1)]
            rows = _unfiltered(coded, count + 1, row_bytes, pixel_bytes)[1:]
            previous, left = rows[-1].tobytes(), left - count
            yield to_pixels(rows)


def _png_chunks(stream: io.BufferedReader) -> tuple[bytes, bytes, bytes, Iterator[bytes]]:
    """Read up to the image data; give IHDR, PLTE, tRNS and the pieces of IDAT."""
    stream.seek(len(_PNG_SIGNATURE))
    found = {b"IHDR": b"", b"PLTE": b"", b"tRNS": b""}
    while True:
        head = stream.read(8)
        if len(head) < 8:
            raise EOFError
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if kind == b"IDAT":
            break
        if kind in found:
            found[kind] = stream.read(min(length, 4096))
            length -= len(found[kind])
        stream.seek(length + 4, io.SEEK_CUR)

    def pieces(length: int) -> Iterator[bytes]:
        kind = b"IDAT"
        while kind == b"IDAT":
            while length:
                piece = stream.read(min(length, 1 << 20))
                if not piece:
                    return
                length -= len(piece)
                yield piece
            stream.seek(4, io.SEEK_CUR)
            head = stream.read(8)
            length, kind = int.from_bytes(head[:4], "big"), head[4:]

    return found[b"IHDR"], found[b"PLTE"], found[b"tRNS"], pieces(length)


def png_exif(path: str) -> bytes:
    """Find the eXIf chunk without decoding; it may stand behind the image data. Empty when there is none."""
    with open(path, "rb") as stream:
        stream.seek(len(_PNG_SIGNATURE))
        while len(head := stream.read(8)) == 8 and head[4:] != b"IEND":
            length = int.from_bytes(head[:4], "big")
            if head[4:] == b"eXIf":
                return stream.read(min(length, 1 << 20))
            stream.seek(length + 4, io.SEEK_CUR)
    return b""


class _Inflating:
    """The inflated image data, read in pieces of a wanted length; shorter at its end or where it is damaged."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._inflater = pieces, zlib.decompressobj()

    def read(self, wanted: int) -> bytes:
        parts = bytearray()
        while len(parts) < wanted and not self._inflater.eof:
            waiting = self._inflater.unconsumed_tail or next(self._pieces, b"")
            if not waiting:
                break
            try:
                parts += self._inflater.decompress(waiting, wanted - len(parts))
            except zlib.error:
                break
        return bytes(parts)


def _unfiltered(coded: bytes, count: int, row_bytes: int, pixel_bytes: int) -> np.ndarray:
    """Undo the row filters with a decoder; rows of bytes as they were before filtering."""
    colour_type, depth = _PNG_KIND_BY_PIXEL_BYTES[pixel_bytes]
    header = struct.pack(">IIBBBBB", row_bytes // pixel_bytes, count, depth, colour_type, 0, 0, 0)
    # Level 0 only stores: the decoder needs a zlib stream, not a small one.
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(coded, 0)), (b"IEND", b""))
    wrapped = _PNG_SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    if depth == 8:
        with Image.open(io.BytesIO(wrapped), formats=["PNG"]) as image:
            return np.asarray(image).reshape(count, row_bytes)
    # Pillow drops the lower byte of 16-bit colours, which the next row's filter needs.
    pixels = cv2.imdecode(np.frombuffer(wrapped, np.uint8), cv2.IMREAD_UNCHANGED)
    pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB if pixel_bytes == 6 else cv2.COLOR_BGRA2RGBA)
    return pixels.astype(">u2").view(np.uint8).reshape(count, row_bytes)


def _png_pixels(
    width_px: int, depth: int, colour_type: int, palette: bytes, transparency: bytes
) -> Callable[[np.ndarray], np.ndarray]:
    """Give the function that turns unfiltered rows of this kind into pixels."""
    channels = _PNG_CHANNELS[colour_type]
    if colour_type == 3:
        colours = np.zeros((256, 4), np.uint8)
        colours[:, 3] = 255
        colours[: len(palette) // 3, :3] = np.frombuffer(palette[: len(palette) // 3 * 3], np.uint8).reshape(-1, 3)
        colours[: len(transparency), 3] = np.frombuffer(transparency[:256], np.uint8)
        table = on_white(colours[None])[0]
    clear = np.frombuffer(transparency[: 2 * channels], ">u2") >> max(0, depth - 8) if colour_type in (0, 2) else None

    def to_pixels(rows: np.ndarray) -> np.ndarray:
        if depth < 8:
            # W3C PNG, 7.2: the leftmost pixel stands in the highest bits.
            per_byte = 8 // depth
            shifts = np.arange(per_byte - 1, -1, -1, dtype=np.uint8) * depth
            values = (rows[:, :, None] >> shifts) & (2**depth - 1)
            pixels = values.reshape(len(rows), -1)[:, :width_px, None]
        else:
            pixels = rows.reshape(len(rows), width_px, channels, depth // 8)[:, :, :, 0]
        if colour_type == 3:
            return table[pixels[:, :, 0]]
        is_clear = (pixels == clear).all(axis=2) if clear is not None and len(clear) == channels else None
        if depth < 8:
            pixels = pixels * np.uint8(255 // (2**depth - 1))
        if channels in (2, 4):
            pixels = on_white(pixels)
        elif is_clear is not None:
            pixels = np.where(is_clear[:, :, None], np.uint8(255), pixels)
        return np.ascontiguousarray(pixels)

    return to_pixels


def on_white(pixels: np.ndarray) -> np.ndarray:
    """Lay a picture with straight alpha, its last channel, on white."""
    alpha = pixels[:, :, -1:].astype(np.uint16)
    blended = pixels[:, :, :-1] * alpha + 255 * (255 - alpha)
    return ((blended + 127) // 255).astype(np.uint8)


# --- TIFF -----------------------------------------------------------------------------------------------------------

# TIFF 6.0: what a decoder must know of the coding, beside size and place.
_CODING_TAGS = (258, 259, 262, 266, 277, 284, 292, 293, 317, 320, 332, 338, 339, 347, 529, 530, 531, 532)
_WIDTH, _LENGTH, _COMPRESSION, _PLANAR = 256, 257, 259, 284
_STRIPS, _TILES = (273, 279), (324, 325)
_ROWS_PER_STRIP, _TILE_WIDTH, _TILE_LENGTH = 278, 322, 323


def tiff_strips(path: str, image: Image.Image, most_bytes: int) -> Iterator[Image.Image]:
    """
    Give the rows of a TIFF's first page from the top, each strip as a picture in the page's own mode.

    :param image: the opened file, not yet decoded
    :param most_bytes: what the pixels of one strip may take, at four bytes a pixel
    :raises NotInStrips: its colours lie in separate planes, or its rows were compressed in one piece
    """
    tags = image.tag_v2
    width_px, height_px = tags[_WIDTH], tags[_LENGTH]
    if tags.get(_PLANAR, 1) != 1 or tags.get(_COMPRESSION, 1) == 6:
        raise NotInStrips
    is_tiled = _TILE_WIDTH in tags
    offsets_tag, counts_tag = _TILES if is_tiled else _STRIPS
    places = list(zip(tags[offsets_tag], tags[counts_tag], strict=True))
    rows = tags[_TILE_LENGTH] if is_tiled else min(tags.get(_ROWS_PER_STRIP, height_px), height_px)
    across = ceil(width_px / tags[_TILE_WIDTH]) if is_tiled else 1
    if not is_tiled and tags.get(_COMPRESSION, 1) == 1:
        places, rows = _uncompressed_rows(places, rows, width_px, height_px, tags)
    if rows * width_px * 4 > most_bytes:
        raise NotInStrips
    together = max(1, STRIP_BYTES // (rows * width_px * 4))
    with open(path, "rb") as stream:
        for first in range(0, ceil(height_px / rows), together):
            taken = places[first * across : (first + together) * across]
            length_px = min(together * rows, height_px - first * rows)
            parts = []
            for offset, count in taken:
                stream.seek(offset)
                parts.append(stream.read(count))
            yield _as_tiff(tags, length_px, rows, is_tiled, parts)


def _uncompressed_rows(
    places: list[tuple[int, int]], rows: int, width_px: int, height_px: int, tags: TiffImagePlugin.ImageFileDirectory_v2
) -> tuple[list[tuple[int, int]], int]:
    """Cut strips without compression finer, where one holds too many rows."""
    bits, channels = tags.get(258, (1,)), tags.get(277, 1)
    row_bytes = ceil(width_px * (sum(bits) if len(bits) == channels else bits[0] * channels) / 8)
    fewer = max(1, STRIP_BYTES // row_bytes)
    if rows <= fewer or len(places) != 1:
        return places, rows
    start = places[0][0]
    cuts = range(0, height_px, fewer)
    return [(start + at * row_bytes, min(fewer, height_px - at) * row_bytes) for at in cuts], fewer


def _as_tiff(
    tags: TiffImagePlugin.ImageFileDirectory_v2, length_px: int, rows: int, is_tiled: bool, parts: list[bytes]
) -> Image.Image:
    """Wrap coded strips or tiles as a TIFF of their own, in the byte order of the whole."""
    directory = TiffImagePlugin.ImageFileDirectory_v2(prefix=tags.prefix)
    for tag in _CODING_TAGS:
        if tag in tags:
            directory.tagtype[tag] = tags.tagtype[tag]
            directory[tag] = tags[tag]
    directory[_WIDTH], directory[_LENGTH] = tags[_WIDTH], length_px
    if is_tiled:
        directory[_TILE_WIDTH], directory[_TILE_LENGTH] = tags[_TILE_WIDTH], rows
    else:
        directory[_ROWS_PER_STRIP] = rows
    offsets_tag, counts_tag = _TILES if is_tiled else _STRIPS
    for tag in (offsets_tag, counts_tag):
        directory.tagtype[tag] = 4  # LONG
    directory[counts_tag] = tuple(len(part) for part in parts)
    directory[offsets_tag] = tuple(len(part) for part in parts)
    # Pillow itself adds the directory's end to the offsets of strips, but not to those of tiles.
    places, at = [], 8 + len(directory.tobytes(8)) if is_tiled else 0
    for part in parts:
        places.append(at)
        at += len(part)
    directory[offsets_tag] = tuple(places)
    whole = io.BytesIO()
    whole.write(tags.prefix + struct.pack("<HL" if tags.prefix == b"II" else ">HL", 42, 8))
    whole.write(directory.tobytes(8))
    for part in parts:
        whole.write(part)
    whole.seek(0)
    return Image.open(whole, formats=["TIFF"])
