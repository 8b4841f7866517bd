"""
EXIF by way of exifread: its walk, its tag names, its maker notes.

exifread reads value by value through a file; `_Header` lets it read a block of memory instead (fifty times faster on
long maker notes) and bounds what a hostile file can make it do. Values are taken from the raw bytes, so that
they are the file's own: exifread shortens long values and replaces numbers by words.
"""

import hashlib
import logging
import mmap
import struct
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from exifread.core.exif_header import ExifHeader
from exifread.core.ifd_tag import IfdTag
from exifread.tags.exif import EXIF_TAGS, GPS_TAGS
from exifread.tags.fields import FieldType
from exifread.tags.makernote import apple, sony
from exifread.utils import Ratio

from archive.extraction.readers.containers import thumbnail_size
from archive.extraction.readers.decode_text import decode_text, decode_told, decode_wide
from archive.extraction.readers.statements import Value

# The walk reports its own problems; the library's log would say them a second time.
logging.getLogger("exifread").setLevel(logging.CRITICAL)

# Exif 3.0 (CIPA DC-008-2023) and DCF tags that exifread does not name.
_GPS_NAMES = {**GPS_TAGS, 0x001D: ("GPSDateStamp", None), 0x001F: ("GPSHPositioningError", None)}
_NAMES = {
    **EXIF_TAGS,
    0x8825: ("GPSInfo", ("GPS", _GPS_NAMES)),
    0x9400: ("AmbientTemperature", None),
    0x9401: ("Humidity", None),
    0x9402: ("Pressure", None),
    0x9404: ("Acceleration", None),
    0x9405: ("CameraElevationAngle", None),
    0xA436: ("ImageTitle", None),
    0xA437: ("Photographer", None),
    0xA438: ("ImageEditor", None),
    0xA439: ("CameraFirmware", None),
    0xA460: ("CompositeImage", None),
}
_GROUPS = {"Image": "IFD0", "Thumbnail": "IFD1"}
_POINTERS = {"ExifOffset", "GPSInfo", "InteroperabilityOffset", "SubIFDs"}
_BLOCKS = {"ApplicationNotes", "IPTC/NAA", "InterColorProfile", "Tag 0x8649"}  # XMP, IIM, ICC, Photoshop 8BIM
_MOST_TAGS = 5000
_MOST_BYTES = 64 * 1024 * 1024
# Photoshop keeps whole layers in a tag of a TIFF: they are named by their size and left where they are.
_LONGEST_FIELD_BYTES = 32 * 1024 * 1024
_MOST_IFDS = 32
_MOST_MAKER_TAGS = 512
_LONGEST_FOLLOWED_BYTES = 1024 * 1024
_LONGEST_LIST = 1000
# format letter and size in bytes of each TIFF field type (TIFF 6.0, section 2)
_TYPES = {
    1: ("B", 1), 2: ("s", 1), 3: ("H", 2), 4: ("I", 4), 5: ("I", 8), 6: ("b", 1), 7: ("s", 1),
    8: ("h", 2), 9: ("i", 4), 10: ("i", 8), 11: ("f", 4), 12: ("d", 8), 13: ("I", 4), 129: ("s", 1),
}  # fmt: skip


class DamagedExif(ValueError):
    """The block is no TIFF structure, or asks for more than any camera writes."""


@dataclass
class Exif:
    """What one EXIF block states: (group, tag, value) in the file's order, and the blocks embedded in it."""

    values: list[tuple[str, str, Value]] = field(default_factory=list)
    thumbnail: bytes = b""
    xmp: bytes = b""
    iptc: bytes = b""
    icc: bytes = b""
    photoshop: bytes = b""
    damaged_tags: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def read_exif(block: bytes | mmap.mmap) -> Exif:
    """
    Read every tag of a TIFF structure.

    :raises DamagedExif: nothing in it can be read
    """
    byte_order = {b"II": "I", b"MM": "M"}.get(block[:2])
    if byte_order is None or len(block) < 14:
        raise DamagedExif("The EXIF block does not begin as one: it names no byte order.")
    header = _Header(block, byte_order)
    try:
        header.walk()
    except DamagedExif:
        if not header.tags:
            raise
        header.damaged.append("the rest")
    # What a damaged directory makes the library stumble over is only known to it.
    except Exception as error:
        if not header.tags:
            raise DamagedExif("The EXIF block is damaged: its directory cannot be read.") from error
        header.damaged.append("the rest")
    if not header.tags:
        raise DamagedExif("The EXIF block is damaged: its directory is empty or lies outside the block.")
    return _exif(header)


class _Header(ExifHeader):
    """exifread's header over a block of memory, under limits."""

    def __init__(self, block: bytes | mmap.mmap, byte_order: str) -> None:
        super().__init__(BytesIO(), byte_order, 0, 0, False, debug=False, detailed=True, truncate_tags=False)
        self.block = block
        self.damaged: list[str] = []
        self.too_long: list[tuple[str, str, Value]] = []
        self.raw: dict[str, tuple[int, bytes, str]] = {}  # name -> field type, bytes, byte order
        self._tags_seen = 0
        self._bytes_seen = 0

    def walk(self) -> None:
        names = {0: "Image", 1: "Thumbnail"}
        for number, ifd in enumerate(self.list_ifd()[:_MOST_IFDS]):
            self.dump_ifd(ifd=ifd, ifd_name=names.get(number, f"IFD{number}"), tag_dict=_NAMES)
        if pointer := self._pointer("Image ExifOffset"):
            self.dump_ifd(ifd=pointer[0], ifd_name="EXIF", tag_dict=_NAMES)
        for number, ifd in enumerate(self._pointer("Image SubIFDs")[:_MOST_IFDS]):
            self.dump_ifd(ifd=ifd, ifd_name=f"SubIFD{number}", tag_dict=_NAMES)
        if "EXIF MakerNote" in self.tags and "Image Make" in self.tags:
            self._walk_maker_note()

    def _walk_maker_note(self) -> None:
        # Makers document nothing: a note that cannot be followed is no damage to the file.
        note, offset, byte_order = self.tags["EXIF MakerNote"], self.offset, self.endian
        start = bytes(note.values[:14])
        try:
            if start.startswith(b"Apple iOS\x00"):
                # Offsets count from the note's own start, its bytes are big-endian; exifread takes both from elsewhere.
                self.offset, self.endian = note.field_offset, "M"
                self.dump_ifd(ifd=14, ifd_name="MakerNote", tag_dict=apple.TAGS)
            elif start.startswith((b"SONY DSC", b"SONY CAM", b"SONY MOB")):
                self.dump_ifd(ifd=note.field_offset + 12, ifd_name="MakerNote", tag_dict=sony.TAGS)
            else:
                self.decode_maker_note()
        except Exception:
            self.raw = {name: raw for name, raw in self.raw.items() if not name.startswith("MakerNote ")}
            self.tags = {name: tag for name, tag in self.tags.items() if not name.startswith("MakerNote ")}
        finally:
            self.offset, self.endian = offset, byte_order

    def dump_ifd(self, ifd: int, ifd_name: str, *args: Any, **named: Any) -> None:
        # A note that is not built as a directory shows a senseless count.
        if ifd_name != "MakerNote" or self.s2n(ifd, 2) <= _MOST_MAKER_TAGS:
            super().dump_ifd(ifd, ifd_name, *args, **named)

    def _pointer(self, name: str) -> list[int]:
        tag = self.tags.get(name)
        return [value for value in tag.values if isinstance(value, int)] if tag else []

    def list_ifd(self) -> list[int]:
        ifds: list[int] = []
        ifd = self._first_ifd()
        while ifd and ifd not in ifds and len(ifds) < _MOST_IFDS and ifd + 2 <= len(self.block):
            ifds.append(ifd)
            ifd = self._next_ifd(ifd)
        return ifds

    def s2n(self, offset: int, length: int, signed: bool = False) -> int:
        raw = self._slice(offset, length)
        return int.from_bytes(raw, "little" if self.endian == "I" else "big", signed=signed) if raw else 0

    def _slice(self, offset: int, length: int) -> bytes:
        start = self.offset + offset
        raw = self.block[start : start + length] if start >= 0 else b""
        return raw if len(raw) == length else b""

    def _process_tag(
        self,
        ifd: int,
        ifd_name: str,
        tag_entry: Any,
        entry: int,
        tag: int,
        tag_name: str,
        relative: bool,
        stop_tag: str,
    ) -> None:
        self._tags_seen += 1
        if self._tags_seen > _MOST_TAGS or self._bytes_seen > _MOST_BYTES:
            raise DamagedExif("The EXIF block holds more tags or bytes than any camera writes.")
        name = f"{ifd_name} {tag_name}"
        field_type, count = self.s2n(entry + 2, 2), self.s2n(entry + 4, 4)
        _, size = _TYPES.get(field_type, ("", 0))
        length = count * size
        at = entry + 8
        if length > 4:
            at = self.s2n(at, 4) + (ifd - 8 if relative else 0)
        if size == 0 or (length and not 0 <= self.offset + at <= len(self.block) - length):
            if ifd_name != "MakerNote" and (size or field_type):
                self.damaged.append(tag_name)
            return
        if length > _LONGEST_FIELD_BYTES:
            self.too_long.append((_GROUPS.get(ifd_name, ifd_name), tag_name, f"{length} bytes, left unread"))
            return
        raw = self._slice(at, length)
        self._bytes_seen += length
        self.raw[name] = (field_type, raw, self.endian)
        # exifread follows pointers and reads maker notes by these; it has no use for a picture's million offsets.
        values: Any = _numbers(raw, field_type, self.endian, ratio=Ratio) if length <= _LONGEST_FOLLOWED_BYTES else []
        if field_type == 2:
            values = decode_text(raw.split(b"\x00", 1)[0])
        elif not isinstance(values, list):
            values = list(raw)
        meaning = tag_entry[1] if tag_entry else None
        # exifread's maker note readers look at these tags for the make, the model and their own offsets.
        kind = FieldType.ASCII if field_type == 129 else FieldType(field_type)
        self.tags[name] = IfdTag(str(values) if field_type == 2 else "", tag, kind, values, at, length)
        if isinstance(meaning, tuple) and values:
            self.dump_ifd(ifd=values[0], ifd_name=meaning[0], tag_dict=meaning[1])


def _numbers(raw: bytes, field_type: int, byte_order: str, *, ratio: Any) -> Any:
    """Unpack a field: a list of numbers, or the bytes of text and of what is undefined."""
    letter, size = _TYPES[field_type]
    if letter == "s":
        return raw
    per_value = 2 if field_type in (5, 10) else 1
    order = "<" if byte_order == "I" else ">"
    numbers = struct.unpack(f"{order}{len(raw) // size * per_value}{letter}", raw)
    if per_value == 2:
        return [ratio(*pair) for pair in zip(numbers[0::2], numbers[1::2], strict=True)]
    return list(numbers)


def _fraction(numerator: int, denominator: int) -> str | int:
    """Write a rational as it stands: "281/100", "0/0"; a whole number where the file divides by one."""
    return numerator if denominator == 1 else f"{numerator}/{denominator}"


def _exif(header: _Header) -> Exif:
    exif = Exif(header.too_long, damaged_tags=sorted(set(header.damaged)))
    for name, tag in header.tags.items():
        ifd_name, tag_name = name.split(" ", 1)
        group = _GROUPS.get(ifd_name, ifd_name)
        if name not in header.raw:  # decoded by a maker note reader, not a field of its own
            exif.values.append((group, tag_name, _decoded(tag.values)))
            continue
        field_type, raw, byte_order = header.raw[name]
        if tag_name in _BLOCKS and group == "IFD0":
            _keep_block(exif, tag_name, raw)
        elif tag_name not in _POINTERS:
            exif.values.append((group, tag_name, _value(tag_name, field_type, raw, byte_order)))
            if field_type in (2, 129) and (doubt := decode_told(raw.split(b"\x00", 1)[0]).doubt):
                exif.doubts.append(f"The text of {group}:{tag_name} {doubt}.")
    exif.thumbnail = _thumbnail(header)
    if exif.thumbnail:
        size = thumbnail_size(exif.thumbnail)
        exif.values.append(("Thumbnail", "SizeBytes", len(exif.thumbnail)))
        exif.values.append(("Thumbnail", "SHA-256", hashlib.sha256(exif.thumbnail).hexdigest()))
        if size:
            exif.values += [("Thumbnail", "WidthPx", size[0]), ("Thumbnail", "HeightPx", size[1])]
    return exif


def _keep_block(exif: Exif, tag_name: str, raw: bytes) -> None:
    match tag_name:
        case "ApplicationNotes":
            exif.xmp = raw
        case "IPTC/NAA":
            exif.iptc = raw
        case "InterColorProfile":
            exif.icc = raw
        case _:
            exif.photoshop = raw


def _thumbnail(header: _Header) -> bytes:
    start, length = (
        header._pointer("Thumbnail JPEGInterchangeFormat"),
        header._pointer("Thumbnail JPEGInterchangeFormatLength"),
    )
    return header._slice(start[0], length[0]) if start and length else b""


def _decoded(values: Any) -> Value:
    return values if isinstance(values, str | int | float) else str(values)


def _value(tag_name: str, field_type: int, raw: bytes, byte_order: str) -> Value:
    if tag_name.startswith("XP"):
        return decode_wide(raw, little_endian=True).rstrip("\x00")
    if tag_name == "UserComment":
        return _user_comment(raw, byte_order)
    if field_type in (2, 129):
        if tag_name == "Copyright":  # photographer, NUL, editor (Exif 3.0, 4.6.4)
            return "\n".join(decode_text(part).strip() for part in raw.split(b"\x00") if part.strip())
        return decode_text(raw.split(b"\x00", 1)[0])
    if field_type == 7:
        return _undefined(raw)
    if len(raw) > _LONGEST_LIST * _TYPES[field_type][1]:
        return _summary(raw)
    numbers = _numbers(raw, field_type, byte_order, ratio=_fraction)
    return numbers[0] if len(numbers) == 1 else numbers


def _undefined(raw: bytes) -> Value:
    """Show bytes without a type as text where they are text ("0230"), else in hexadecimal."""
    text = raw.rstrip(b"\x00")
    if text and all(32 <= byte < 127 for byte in text):
        return text.decode("ascii")
    if len(raw) == 1:
        return raw[0]
    return raw.hex() if len(raw) <= 64 else _summary(raw)


def _summary(raw: bytes) -> str:
    return f"{len(raw)} bytes, SHA-256 {hashlib.sha256(raw).hexdigest()}"


def _user_comment(raw: bytes, byte_order: str) -> str:
    """Decode a UserComment by the eight bytes that name its encoding (Exif 3.0, 4.6.5.4.2)."""
    code, text = raw[:8], raw[8:]
    if code.startswith(b"UNICODE"):
        return decode_wide(text, little_endian=byte_order == "I").strip("\x00 ")
    if code.startswith(b"JIS"):
        return text.decode("iso2022_jp", "replace").strip("\x00 ")
    if code.startswith(b"ASCII") or not code.strip(b"\x00 "):
        return decode_text(text.split(b"\x00", 1)[0] if text.strip(b"\x00") else b"").strip()
    return decode_text(raw.rstrip(b"\x00")).strip()  # written without the eight bytes
