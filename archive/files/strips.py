"""
Decode a large PNG or TIFF strip by strip, in the memory of one strip.

The decoders at hand know whole pictures only. So a few rows are cut out, still coded, and wrapped as a small picture of
their own that any decoder reads.
"""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
    chunks = {b"IHDR": b"", b"PLTE": b"", b"tRNS": b""}
    while True:
        head = stream.read(8)
        if len(head) < 8:
            raise EOFError
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if kind == b"IDAT":
            break
        if kind in chunks:
            chunks[kind] = stream.read(min(length, 4096))
            length -= len(chunks[kind])
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

    return chunks[b"IHDR"], chunks[b"PLTE"], chunks[b"tRNS"], pieces(length)


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
    blended = np.empty((*pixels.shape[:2], pixels.shape[2] - 1), np.uint8)
    # Some rows at once: numbers of 16 bits take several times the room of the picture.
    for top in range(0, len(pixels), 256):
        rows = pixels[top : top + 256]
        alpha = rows[:, :, -1:].astype(np.uint16)
        blended[top : top + 256] = (rows[:, :, :-1] * alpha + 255 * (255 - alpha) + 127) // 255
    return blended


# --- TIFF -----------------------------------------------------------------------------------------------------------

# TIFF 6.0: what a decoder must know of the coding, beside size and place.
_CODING_TAGS = (258, 259, 262, 266, 277, 284, 292, 293, 317, 320, 332, 338, 339, 347, 529, 530, 531, 532)
_WIDTH = 256
_LENGTH = 257
_BITS = 258
_COMPRESSION = 259
_PHOTOMETRIC = 262
_SAMPLES = 277
_PLANAR = 284
_SAMPLE_FORMAT = 339
_JPEG_TABLES = 347
_STRIPS = (273, 279)
_TILES = (324, 325)
_ROWS_PER_STRIP = 278
_TILE_WIDTH = 322
_TILE_LENGTH = 323
_NOT_COMPRESSED = 1
_JPEG_OF_1992 = 6
_DEFLATE = (8, 32946)
# Of a single channel nothing else is needed: fill order, predictor, and a decoder's tables.
_CODING_TAGS_OF_A_PLANE = (_COMPRESSION, 266, 292, 293, 317, _JPEG_TABLES)
# Modes whose channels may lie in planes of their own, by the number of channels that are seen.
_PLANES_OF = {"RGB": 3, "RGBX": 3, "RGBA": 4, "CMYK": 4}


def tiff_strips(path: str, image: Image.Image, most_bytes: int) -> Iterator[Image.Image]:
    """
    Give the rows of a TIFF's page from the top, as stored and not turned, each strip as a picture in the page's mode.

    :param image: the opened file at the page that is meant, not yet decoded
    :param most_bytes: what the pixels of one strip may take, at four bytes a pixel
    :raises NotInStrips: its rows were compressed in one piece, or its numbers have no white of their own
    """
    tags = image.tag_v2
    # Whole numbers of 32 bits and fractions are scaled by the darkest and lightest of the whole picture.
    if tags.get(_COMPRESSION, 1) == _JPEG_OF_1992 or image.mode in ("I", "F"):
        raise NotInStrips
    with open(path, "rb") as stream:
        if tags.get(_PLANAR, 1) == 1 or tags.get(_SAMPLES, 1) == 1:
            for run in _runs(stream, tags, most_bytes, plane=None):
                yield _as_tiff(tags, run, plane=None)
            return
        if image.mode not in _PLANES_OF or tags.get(_PHOTOMETRIC) not in (2, 5):
            raise NotInStrips
        planes = range(_PLANES_OF[image.mode])
        for runs in zip(*(_runs(stream, tags, most_bytes, plane=plane) for plane in planes), strict=False):
            if len({run.length_px for run in runs}) > 1:
                raise EOFError
            grey = [np.asarray(_as_tiff(tags, run, plane=plane)) for plane, run in zip(planes, runs, strict=True)]
            pixels = np.dstack([(rows >> 8).astype(np.uint8) if rows.dtype == np.uint16 else rows for rows in grey])
            strip = Image.fromarray(pixels, {"RGBX": "RGB"}.get(image.mode, image.mode))
            if "icc_profile" in image.info:
                strip.info["icc_profile"] = image.info["icc_profile"]
            yield strip


@dataclass(frozen=True)
class _Run:
    """Some rows of a page, still coded: the strips or tiles that hold them, each of `rows` rows but for the last."""

    length_px: int
    rows: int
    parts: list[bytes]


def _runs(
    stream: io.BufferedReader, tags: TiffImagePlugin.ImageFileDirectory_v2, most_bytes: int, *, plane: int | None
) -> Iterator[_Run]:
    """Give the rows of a page, or of one of its planes, in runs of about `STRIP_BYTES`."""
    width_px, height_px, compression = tags[_WIDTH], tags[_LENGTH], tags.get(_COMPRESSION, 1)
    is_tiled = _TILE_WIDTH in tags
    offsets_tag, counts_tag = _TILES if is_tiled else _STRIPS
    places = list(zip(tags[offsets_tag], tags[counts_tag], strict=True))
    rows = tags[_TILE_LENGTH] if is_tiled else min(tags.get(_ROWS_PER_STRIP, height_px), height_px)
    across = ceil(width_px / tags[_TILE_WIDTH]) if is_tiled else 1
    down = ceil(height_px / rows)
    places = places[(plane or 0) * across * down : ((plane or 0) + 1) * across * down]
    together = max(1, STRIP_BYTES // (rows * width_px * 4))
    is_large = rows * width_px * 4 > min(most_bytes, STRIP_BYTES)
    # Rows of YCbCr without JPEG share their colours with the rows beside them.
    is_cuttable = compression in (_NOT_COMPRESSED, *_DEFLATE) and tags.get(_PHOTOMETRIC) != 6
    if is_large and is_cuttable and not is_tiled:
        yield from _cut_runs(stream, tags, places, rows, plane=plane)
        return
    if rows * width_px * 4 > most_bytes:
        raise NotInStrips
    for first in range(0, down, together):
        parts = []
        for offset, count in places[first * across : (first + together) * across]:
            stream.seek(offset)
            parts.append(stream.read(min(count, most_bytes)))
        if not parts:
            raise EOFError
        yield _Run(min(together * rows, height_px - first * rows), rows, parts)


def _cut_runs(
    stream: io.BufferedReader,
    tags: TiffImagePlugin.ImageFileDirectory_v2,
    places: list[tuple[int, int]],
    rows: int,
    *,
    plane: int | None,
) -> Iterator[_Run]:
    """Cut strips of many rows finer: those without compression where they lie, deflated ones as they are inflated."""
    width_px, height_px = tags[_WIDTH], tags[_LENGTH]
    bits, channels = tags.get(_BITS, (1,)), tags.get(_SAMPLES, 1)
    pixel_bits = bits[0] if plane is not None else sum(bits) if len(bits) == channels else bits[0] * channels
    row_bytes = ceil(width_px * pixel_bits / 8)
    fewer = max(1, STRIP_BYTES // (width_px * 4))
    is_deflated = tags.get(_COMPRESSION, 1) in _DEFLATE
    for number, (offset, count) in enumerate(places):
        inflate = _Inflating(_pieces(stream, offset, count)) if is_deflated else None
        left, at = min(rows, height_px - number * rows), 0
        while left > 0:
            if inflate is None:
                stream.seek(offset + at * row_bytes)
                body = stream.read(min(left, fewer) * row_bytes)
            else:
                body = inflate.read(min(left, fewer) * row_bytes)
            length_px = len(body) // row_bytes
            if not length_px:
                raise EOFError
            body = body[: length_px * row_bytes]
            # Level 0 only stores: the decoder needs a zlib stream, not a small one.
            yield _Run(length_px, length_px, [body if inflate is None else zlib.compress(body, 0)])
            left, at = left - length_px, at + length_px


def _pieces(stream: io.BufferedReader, offset: int, count: int) -> Iterator[bytes]:
    """Read a part of the file piece by piece; others may move the stream meanwhile."""
    while count > 0:
        stream.seek(offset)
        piece = stream.read(min(count, 1 << 20))
        if not piece:
            return
        offset, count = offset + len(piece), count - len(piece)
        yield piece


def _as_tiff(tags: TiffImagePlugin.ImageFileDirectory_v2, run: _Run, *, plane: int | None) -> Image.Image:
    """Wrap coded strips or tiles as a TIFF of their own, in the byte order of the whole; a plane as a grey one."""
    directory = TiffImagePlugin.ImageFileDirectory_v2(prefix=tags.prefix)
    for tag in _CODING_TAGS if plane is None else _CODING_TAGS_OF_A_PLANE:
        if tag in tags:
            # A BigTIFF's LONG8 is a LONG in the small picture.
            directory.tagtype[tag] = {16: 4}.get(tags.tagtype[tag], tags.tagtype[tag])
            directory[tag] = tags[tag]
    if plane is not None:
        directory[_BITS], directory[_SAMPLES], directory[_PHOTOMETRIC] = (tags[_BITS][0],), 1, 1
        if _SAMPLE_FORMAT in tags:
            directory[_SAMPLE_FORMAT] = (tags[_SAMPLE_FORMAT][0],)
    directory[_WIDTH], directory[_LENGTH] = tags[_WIDTH], run.length_px
    is_tiled, parts = _TILE_WIDTH in tags, run.parts
    if is_tiled:
        directory[_TILE_WIDTH], directory[_TILE_LENGTH] = tags[_TILE_WIDTH], run.rows
    else:
        directory[_ROWS_PER_STRIP] = run.rows
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
