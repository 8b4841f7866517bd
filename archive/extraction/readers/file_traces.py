"""
What the bytes of a picture tell of how it was saved: the small pictures within it, its JPEG tables, what is behind it.

Runs in the sandbox and knows no Django. It measures; what follows from that is said by the checks.
"""

import io
import mmap
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from archive.extraction.readers.compare_thumbnail import (
    LEAST_SIDE_PX,
    LONG_SIDE_PX,
    as_grey,
    compare,
    find_part,
    spread_of_detail,
    without_bars,
)
from archive.extraction.readers.containers import Blocks, blocks_of_decoder, find_blocks
from archive.extraction.readers.exif import DamagedExif, read_exif
from archive.extraction.readers.iptc import photoshop_resources
from archive.files.decode_picture import Bounds, check_size, decode, open_picture
from archive.files.formats import AVIF, HEIC, HEIF, JPEG, MPO, Format, recognise

# Small pictures of more pixels than this are no thumbnails, and are not decoded.
MOST_THUMBNAIL_PX = 4_000_000
# Photoshop's thumbnail (File Formats Specification, "Thumbnail resource format"): JPEG behind a header.
_PHOTOSHOP_THUMBNAIL = 0x040C
_PHOTOSHOP_HEADER_BYTES = 28
# Twice what is compared, so that reducing to it does not depend on the decoder.
BOUNDS = Bounds(long_side_px=2 * LONG_SIDE_PX)
# Alike enough that nothing else is looked for: no crop can be told from it.
_SURELY_ALIKE = 0.985
# Markers of ITU-T T.81, table B.1; stuffed bytes and restarts, which stand within a scan, are passed over.
_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
_PROGRESSIVE = 0xC2
_END = 0xD9
_TABLES = 0xDB
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
# Without a length of their own.
_BARE = {0x01, 0xD8}
_MOST_SEGMENTS = 20_000
# What stands behind the end of a picture, by its first bytes; the first ones are what cameras write there.
_BEHIND_THE_END = (
    ("jpeg", re.compile(rb"\xff\xd8\xff")),
    ("footage", re.compile(rb"....ftyp", re.DOTALL)),
    ("maker", re.compile(rb"(?:\x00\x00.{2,40}?(?:MotionPhoto|Image_UTC|SEF)|SEFH|QDIOBS|AMPF|nmAA)", re.DOTALL)),
    ("zip", re.compile(rb"PK\x03\x04")),
    ("pdf", re.compile(rb"%PDF-")),
    ("rar", re.compile(rb"Rar!")),
    ("markup", re.compile(rb"\s*<[!?a-zA-Z]")),
)
# Tables K.1 and K.2 of ITU-T T.81 in zigzag order, which the library of the IJG scales by its quality.
_STANDARD = (
    bytes.fromhex(
        "100b0c0e0c0a100e0d0e1211101318281a181616183123251d283a333d3c3933383740485c4e404457453738506d51575f626768673e4d"
        "71797064785c656763"
    ),
    bytes.fromhex(
        "1112121815182f1a1a2f634238426363636363636363636363636363636363636363636363636363636363636363636363636363636363"
        "636363636363636363"
    ),
)


def read_traces(path: str, mime_type: str) -> dict[str, Any]:
    """
    Return what the bytes tell, as JSON values.

    `thumbnails` has each small picture with its `source` and how it compares with the picture, or the `problem` with
    it; `detail` is how much there is to compare, `is_damaged` that the picture is not whole; `jpeg` has the coding.

    :raises UnreadableImage: the picture cannot be decoded
    """
    check_size(path, BOUNDS)
    kept = recognise(path)
    image = open_picture(path, kept)
    found = small_pictures(path, kept, image)
    traces: dict[str, Any] = {"thumbnails": []}
    if kept in (JPEG, MPO):
        traces["jpeg"] = jpeg_traces(path)
    if found:
        decoded = decode(path, kept, image, BOUNDS)
        picture = as_grey(decoded.pixels)
        traces["is_damaged"] = any("damaged" in problem or "ends early" in problem for problem in decoded.problems)
        traces["detail"] = round(spread_of_detail(picture), 2)
        traces["thumbnails"] = [{"source": source, **_compared(picture, content)} for source, content in found]
    return traces


def small_pictures(path: str, kept: Format, image: Image.Image) -> list[tuple[str, bytes]]:
    """Return the small pictures within a file, undecoded, each with who puts such a one there."""
    if kept in (HEIC, HEIF, AVIF):
        blocks = Blocks()
        blocks_of_decoder(image.info, blocks)
    else:
        blocks = find_blocks(Path(path), kept.name)
    found = []
    for block in blocks.exif:
        try:
            thumbnail = read_exif(block).thumbnail
        except DamagedExif:
            continue  # told where metadata is read
        if thumbnail:
            found.append(("EXIF", thumbnail))
            break
    for resource in photoshop_resources(blocks.photoshop, _PHOTOSHOP_THUMBNAIL)[:1]:
        found.append(("Photoshop", resource[_PHOTOSHOP_HEADER_BYTES:]))
    return found


def _compared(picture: np.ndarray, content: bytes) -> dict[str, Any]:
    try:
        thumbnail = Image.open(io.BytesIO(content), formats=["JPEG"])
        size = {"width_px": thumbnail.width, "height_px": thumbnail.height}
        if thumbnail.width * thumbnail.height > MOST_THUMBNAIL_PX:
            return size | {"problem": "large"}
        thumbnail.draft("L", (2 * LONG_SIDE_PX, 2 * LONG_SIDE_PX))
        there = as_grey(np.asarray(thumbnail.convert("L")))
    except MemoryError:
        raise
    # Decoders raise whatever damage makes them.
    except Exception:
        return {"problem": "damaged"}
    if min(*there.shape, *picture.shape) < LEAST_SIDE_PX:
        return size | {"problem": "small"}
    return {**size, **_rounded(measure(picture, there))}


def measure(picture: np.ndarray, thumbnail: np.ndarray) -> dict[str, Any]:
    """Measure a grey picture beside a grey thumbnail, both as `as_grey` makes them."""
    likeness = compare(picture, thumbnail)
    measured: dict[str, Any] = asdict(likeness)
    if likeness.detail < _SURELY_ALIKE:
        trimmed = without_bars(thumbnail)
        for name, part in (
            ("picture_in_it", find_part(trimmed, picture)),
            ("it_in_picture", find_part(picture, trimmed)),
        ):
            measured[name] = asdict(part) | {"area": part.area}
    return measured


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [_rounded(each) for each in value]
    return round(value, 3) if isinstance(value, float) else value


def jpeg_traces(path: str) -> dict[str, Any]:
    """
    Return how a JPEG is coded: its tables, whether it is progressive, and what follows its end.

    `standard_quality` is that of the IJG's library, 1 to 100, where its tables are just those, else None.
    """
    with open(path, "rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        tables: dict[int, bytes] = {}
        frame, at, end = 0, 2, 0
        for _segment in range(_MOST_SEGMENTS):
            found = _MARKER.search(data, at)
            if found is None:
                break
            marker, at = found[1][0], found.end()
            if marker == _END:
                end = at
                break
            if marker in _BARE:
                continue
            length = int.from_bytes(data[at : at + 2], "big")
            if marker == _TABLES:
                tables |= _tables(data[at + 2 : at + length])
            elif marker in _FRAMES and not frame:
                frame = marker
            at += max(length, 2)
        rest = data[end : end + 64] if end else b""
        behind = len(data) - end if end else 0
    return {
        "tables": len(tables),
        "standard_quality": standard_quality(tables),
        "is_progressive": frame == _PROGRESSIVE,
        "is_whole": bool(end),
        "bytes_behind": behind,
        "behind": _sort_of(rest) if behind else "",
    }


def _tables(segment: bytes) -> dict[int, bytes]:
    """Return the tables of a DQT segment by their numbers; those of 16 bits are no standard ones."""
    tables, at = {}, 0
    while at < len(segment):
        is_long = segment[at] >> 4
        size = 128 if is_long else 64
        tables[segment[at] & 15] = segment[at + 1 : at + 1 + size]
        at += 1 + size
    return tables


def standard_quality(tables: dict[int, bytes]) -> int | None:
    """Return the quality at which the library of the IJG writes just these tables."""
    if not tables or not set(tables) <= {0, 1}:
        return None
    for quality in range(100, 0, -1):
        if all(table == scaled(_STANDARD[number], quality) for number, table in tables.items()):
            return quality
    return None


def scaled(table: bytes, quality: int) -> bytes:
    """Scale a table as `jpeg_quality_scaling` of the IJG's library does."""
    factor = 5000 // quality if quality < 50 else 200 - quality * 2
    return bytes(min(max((value * factor + 50) // 100, 1), 255) for value in table)


def _sort_of(rest: bytes) -> str:
    if not rest.strip(b"\x00\xff\r\n "):
        return "filling"
    return next((name for name, form in _BEHIND_THE_END if form.match(rest)), "unknown")
