"""Find the blocks of metadata in a file without decoding a pixel, reading no more of the file than they need."""

import binascii
import hashlib
import mmap
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image

from archive.extraction.readers.decode_text import decode_text

LARGEST_BLOCK_BYTES = 32 * 1024 * 1024
_MOST_BLOCKS = 20_000
_EXIF_MARK = b"Exif\x00"
_XMP_MARK = b"http://ns.adobe.com/xap/1.0/\x00"
_EXTENDED_XMP_MARK = b"http://ns.adobe.com/xmp/extension/\x00"
_PHOTOSHOP_MARK = b"Photoshop 3.0\x00"
_ICC_MARK = b"ICC_PROFILE\x00"


@dataclass
class Blocks:
    """The raw blocks of one file. `exif` holds TIFF structures, `photoshop` 8BIM resources, `iptc` bare IIM records."""

    exif: list[bytes | mmap.mmap] = field(default_factory=list)
    xmp: list[bytes] = field(default_factory=list)
    iptc: list[bytes] = field(default_factory=list)
    photoshop: bytes = b""
    icc: bytes = b""
    texts: list[tuple[str, str, str]] = field(default_factory=list)  # group, tag, text
    inflated_bytes: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)  # group, sentence


def find_blocks(path: Path, format_name: str) -> Blocks:
    """
    Collect the metadata blocks of a file.

    :param format_name: as `archive.files.formats` names it
    """
    blocks = Blocks()
    with path.open("rb") as file:
        match format_name:
            case "JPEG" | "MPO":
                _jpeg(file, blocks)
            case "PNG":
                _png(file, blocks)
            case "WebP":
                _webp(file, blocks)
            case "TIFF":
                blocks.exif.append(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    return blocks


def _jpeg(file: BinaryIO, blocks: Blocks) -> None:
    """Walk the segments up to the first scan (ITU-T T.81 annex B), wherever the metadata stands among them."""
    file.seek(2)
    icc: dict[int, bytes] = {}
    extended: dict[bytes, dict[int, bytes]] = {}
    tables: list[bytes] = []
    exif: list[bytes] = []
    photoshop: list[bytes] = []
    for marker, data in _jpeg_segments(file):
        if marker == 0xE1 and data.startswith(_EXIF_MARK):
            exif.append(data[6:])
        elif marker == 0xE1 and data.startswith(_XMP_MARK):
            blocks.xmp.append(data[len(_XMP_MARK) :])
        elif marker == 0xE1 and data.startswith(_EXTENDED_XMP_MARK):
            digest, offset = data[35:67], int.from_bytes(data[71:75], "big")
            extended.setdefault(digest, {})[offset] = data[75:]
        elif marker == 0xE1 and b"<x:xmpmeta" in data[:200]:
            blocks.xmp.append(data)  # written without the mark, or with a broken one
        elif marker == 0xED and data.startswith(_PHOTOSHOP_MARK):
            photoshop.append(data[len(_PHOTOSHOP_MARK) :])
        elif marker == 0xE2 and data.startswith(_ICC_MARK) and len(data) > 14:
            icc[data[12]] = data[14:]
        elif marker == 0xDB:
            tables.append(data)
        elif marker == 0xFE:
            blocks.texts.append(("JPEG", "Comment", decode_text(data.rstrip(b"\x00"))))
    blocks.exif += _joined(exif)
    # A resource longer than one segment goes on in the next: only the joined segments can be read.
    blocks.photoshop = b"".join(photoshop)
    blocks.icc = b"".join(icc[number] for number in sorted(icc))
    for digest, parts in extended.items():
        whole = b"".join(parts[offset] for offset in sorted(parts))
        if hashlib.md5(whole, usedforsecurity=False).hexdigest().upper().encode() == digest.upper():
            blocks.xmp.append(whole)
        else:
            blocks.faults.append(("XMP", "The extended XMP does not match its digest: a part is missing or changed."))
    if tables:
        digest_of_tables = hashlib.sha256(b"".join(_quantisation_tables(tables))).hexdigest()
        blocks.texts.append(("JPEG", "QuantisationTablesDigest", digest_of_tables))


def _joined(exif: list[bytes]) -> list[bytes]:
    """Join long EXIF, which goes on in the next segment without a header of its own."""
    parts: list[list[bytes]] = []
    for data in exif:
        if parts and data[:4] not in (b"II*\x00", b"MM\x00*"):
            parts[-1].append(data)
        else:
            parts.append([data])
    return [b"".join(part) for part in parts]


def _jpeg_segments(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    for _ in range(_MOST_BLOCKS):
        byte = file.read(1)
        while byte and byte != b"\xff":  # stray bytes between segments are skipped, as every decoder does
            byte = file.read(1)
        while byte == b"\xff":
            byte = file.read(1)
        if not byte or byte in (b"\xda", b"\xd9"):
            return
        marker = byte[0]
        if marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD8:
            continue
        length = int.from_bytes(file.read(2), "big")
        if length < 2:
            return
        yield marker, file.read(length - 2)


def _quantisation_tables(segments: list[bytes]) -> list[bytes]:
    """Split DQT segments into tables, in the order of their numbers, so that the grouping does not matter."""
    tables = []
    for segment in segments:
        at = 0
        while at < len(segment):
            size = 1 + (128 if segment[at] >> 4 else 64)
            tables.append(segment[at : at + size])
            at += size
    return sorted(tables, key=lambda table: table[0] & 15)


def _png(file: BinaryIO, blocks: Blocks) -> None:
    """Walk all chunks (PNG 3rd edition, section 11): text may stand behind the picture data."""
    file.seek(8)
    for kind, data in _chunks(file, blocks, header=">I4s", name_first=False, trailer=4):
        if kind == b"eXIf":
            blocks.exif.append(data.removeprefix(b"Exif\x00\x00"))
        elif kind == b"iCCP":
            blocks.icc = _inflate(data.partition(b"\x00")[2][1:], blocks, "ICC")
        elif kind in (b"tEXt", b"zTXt", b"iTXt"):
            _png_text(kind, data, blocks)


def _png_text(kind: bytes, data: bytes, blocks: Blocks) -> None:
    keyword, _, rest = data.partition(b"\x00")
    if kind == b"zTXt":
        rest = _inflate(rest[1:], blocks, "PNG")
    elif kind == b"iTXt":
        compressed = rest[:1] == b"\x01"
        parts = rest[2:].split(b"\x00", 2)
        rest = parts[2] if len(parts) == 3 else b""
        rest = _inflate(rest, blocks, "PNG") if compressed else rest
    name = keyword.decode("latin-1")
    if name == "XML:com.adobe.xmp":
        blocks.xmp.append(rest)
    elif name.startswith("Raw profile type "):
        _raw_profile(name.removeprefix("Raw profile type ").lower(), rest, blocks)
    else:
        # The standard says Latin-1 for tEXt; writers put UTF-8 there all the same.
        blocks.texts.append(("PNG", name, decode_text(rest)))


def _raw_profile(kind: str, text: bytes, blocks: Blocks) -> None:
    """Take up a profile as ImageMagick writes it: name, length, then hexadecimal lines."""
    group = {"exif": "EXIF", "app1": "EXIF", "iptc": "IPTC", "8bim": "IPTC", "xmp": "XMP", "icc": "ICC"}.get(kind)
    if group is None:
        return
    try:
        raw = binascii.unhexlify(b"".join(text.split()[2:]))
    except (binascii.Error, ValueError):
        blocks.faults.append((group, f'The PNG text "Raw profile type {kind}" is not the hexadecimal it should be.'))
        return
    if raw.startswith(_XMP_MARK):
        blocks.xmp.append(raw[len(_XMP_MARK) :])
    elif group == "EXIF":
        blocks.exif.append(raw.removeprefix(b"Exif\x00\x00"))
    elif group == "XMP":
        blocks.xmp.append(raw)
    elif group == "ICC":
        blocks.icc = raw
    elif b"8BIM" in raw[:30]:
        blocks.photoshop += raw[raw.index(b"8BIM") :]
    else:
        blocks.iptc.append(raw)


def _inflate(data: bytes, blocks: Blocks, group: str) -> bytes:
    """Decompress under a limit: a few bytes can stand for gigabytes."""
    try:
        stream = zlib.decompressobj()
        # One byte more than is left: zero would mean no limit.
        whole = stream.decompress(data, LARGEST_BLOCK_BYTES - blocks.inflated_bytes + 1)
        blocks.inflated_bytes += min(len(whole), LARGEST_BLOCK_BYTES - blocks.inflated_bytes)
    except zlib.error:
        blocks.faults.append((group, f"Compressed {group} data is damaged and could not be unpacked."))
        return b""
    if stream.unconsumed_tail:
        blocks.faults.append((group, f"Compressed {group} data unpacks to more than 32 MB and was left unread."))
        return b""
    return whole


def _webp(file: BinaryIO, blocks: Blocks) -> None:
    """Walk the RIFF chunks of the WebP container."""
    file.seek(12)
    for kind, data in _chunks(file, blocks, header="<4sI", name_first=True, trailer=0):
        if kind == b"EXIF":
            blocks.exif.append(data.removeprefix(b"Exif\x00\x00"))
        elif kind == b"XMP ":
            blocks.xmp.append(data)
        elif kind == b"ICCP":
            blocks.icc = data


# What is looked for, and which kind of metadata it holds; texts of PNG may hold any.
_WANTED = {
    b"eXIf": "EXIF", b"iCCP": "ICC", b"tEXt": "PNG", b"zTXt": "PNG", b"iTXt": "PNG",
    b"EXIF": "EXIF", b"XMP ": "XMP", b"ICCP": "ICC",
}  # fmt: skip


def _chunks(
    file: BinaryIO, blocks: Blocks, *, header: str, name_first: bool, trailer: int
) -> Iterator[tuple[bytes, bytes]]:
    """Yield the wanted chunks and seek over the others, however large they say they are."""
    left = 2 * LARGEST_BLOCK_BYTES
    for _ in range(_MOST_BLOCKS):
        raw = file.read(8)
        if len(raw) < 8:
            return
        first, second = struct.unpack(header, raw)
        kind, size = (first, second) if name_first else (second, first)
        skip = trailer if not name_first else size & 1  # RIFF pads to even sizes, PNG ends with a checksum
        if kind in _WANTED and size <= left:
            left -= size
            yield kind, file.read(size)
            file.seek(skip, 1)
            continue
        if kind in _WANTED:
            name = kind.decode().strip()
            sentence = f"A block {name} of {size:,} bytes is more than is read of one file, and was left unread."
            blocks.faults.append((_WANTED[kind], sentence))
        file.seek(size + skip, 1)


def blocks_of_decoder(info: dict[Any, Any], blocks: Blocks) -> None:
    """Take up the blocks that a picture library has found itself (HEIC, AVIF, GIF)."""
    if exif := info.get("exif"):
        blocks.exif.append(exif[exif.index(_EXIF_MARK) + 6 :] if _EXIF_MARK in exif[:16] else exif)
    if xmp := info.get("xmp"):
        blocks.xmp.append(xmp if isinstance(xmp, bytes) else str(xmp).encode())
    if comment := info.get("comment"):
        blocks.texts.append(("GIF", "Comment", decode_text(comment)))
    for entry in info.get("metadata") or ():
        if entry.get("type") == "iptc":
            blocks.iptc.append(entry["data"])
    blocks.icc = info.get("icc_profile") or b""


def thumbnail_size(data: bytes) -> tuple[int, int] | None:
    """Read the size of an embedded thumbnail in pixels, or None where it is no JPEG or TIFF."""
    try:
        with Image.open(BytesIO(data), formats=["JPEG", "TIFF"]) as picture:
            return picture.size
    except Exception:  # whatever a damaged thumbnail makes the decoder raise
        return None
