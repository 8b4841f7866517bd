"""Walk the image file directories of a TIFF (TIFF 6.0, section 2; BigTIFF) without decoding anything of it."""

import contextlib
import mmap
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

# Codes of the tags that are looked at.
SUBFILE = 254
OLD_SUBFILE = 255
WIDTH = 256
LENGTH = 257
BITS = 258
COMPRESSION = 259
PHOTOMETRIC = 262
SAMPLES = 277
SUB_DIRECTORIES = 330
SAMPLE_FORMAT = 339
DNG_VERSION = 50706
_WANTED = {SUBFILE, OLD_SUBFILE, WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC, SAMPLES, SUB_DIRECTORIES, SAMPLE_FORMAT,
           DNG_VERSION}  # fmt: skip
_HEADS = {b"II*\0": "<", b"MM\0*": ">", b"II+\0": "<", b"MM\0+": ">"}
# BYTE, SHORT, LONG, IFD, LONG8, IFD8.
_TYPES = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
_MOST_ENTRIES = 1000
_MOST_VALUES = 32
_MOST_SUB_DIRECTORIES = 32

# Photometric interpretations that only a camera's sensor gives: colour filter array, linear raw (DNG 1.7, chapter 4).
_OF_A_SENSOR = {32803, 34892}
# Compressions of Sony ARW, Nikon NEF, Samsung SRW, Pentax PEF, Kodak KDC and DCR.
_OF_A_CAMERA = {32767, 34713, 32770, 32772, 65535, 65000}
_COMPRESSIONS = {1: "none", 2: "fax", 3: "fax", 4: "fax", 5: "LZW", 6: "JPEG of 1992", 7: "JPEG", 8: "deflate",
                 9: "JBIG", 10: "JBIG", 32773: "PackBits", 32946: "deflate", 34676: "LogLuv", 34677: "LogLuv",
                 34712: "JPEG 2000", 33003: "JPEG 2000", 33005: "JPEG 2000", 34887: "LERC", 34925: "LZMA",
                 34933: "PNG", 34934: "JPEG XR", 50000: "Zstandard", 50001: "WebP", 50002: "JPEG XL"}  # fmt: skip
_NUMBERS = {1: "whole numbers", 2: "signed numbers", 3: "floating-point numbers", 5: "complex numbers",
            6: "complex numbers"}  # fmt: skip


@dataclass(frozen=True)
class Directory:
    """
    One directory: the numbers of its wanted tags, whether a page is made of it or hangs below one, and where it lies.
    """

    values: dict[int, tuple[int, ...]]
    is_page: bool
    at: int = 0

    def number(self, tag: int, default: int) -> int:
        return (self.values.get(tag) or (default,))[0]

    @property
    def is_reduced(self) -> bool:
        """Whether it calls itself a smaller version of another picture in the file."""
        return bool(self.number(SUBFILE, 0) & 1) or self.number(OLD_SUBFILE, 1) == 2

    @property
    def is_mask(self) -> bool:
        """Whether it says which parts of another picture are transparent."""
        return bool(self.number(SUBFILE, 0) & 4)

    @property
    def is_raw(self) -> bool:
        """Whether it holds what a camera's sensor saw, or belongs to a DNG."""
        return (
            DNG_VERSION in self.values
            or self.number(PHOTOMETRIC, 0) in _OF_A_SENSOR
            or self.number(COMPRESSION, 1) in _OF_A_CAMERA
        )

    @property
    def is_whole(self) -> bool:
        """Whether it says what a picture must say of its size and coding."""
        return all(self.number(tag, 0) > 0 for tag in (WIDTH, LENGTH))

    def description(self) -> str:
        """Say how its pixels are coded, in words for people."""
        numbers = _NUMBERS.get(self.number(SAMPLE_FORMAT, 1), "numbers of an unknown kind")
        code = self.number(COMPRESSION, 1)
        channels = self.number(SAMPLES, 1)
        return (
            f"{numbers} of {self.number(BITS, 1)} bits, {channels} channel{'s' if channels > 1 else ''}, "
            f"compression: {_COMPRESSIONS.get(code, f'number {code}')}"
        )


def read_directories(path: str | os.PathLike[str], *, most_pages: int = 64) -> list[Directory]:
    """Return the directories of a TIFF, each page before those below it; what is damaged ends the list."""
    directories: list[Directory] = []
    with open(path, "rb") as stream, contextlib.suppress(struct.error, OSError, ValueError, OverflowError, KeyError):
        for directory in _walk(stream, most_pages):
            directories.append(directory)
    return directories


def is_camera_raw(path: str | os.PathLike[str]) -> bool:
    """Tell NEF, ARW, DNG and their like, which begin as TIFF does, from pictures."""
    return any(directory.is_raw for directory in read_directories(path))


def full_page(path: str | os.PathLike[str]) -> int:
    """Return the number of the first page, from 0, that is no reduced version or mask of another; 0 where all are."""
    pages = [directory for directory in read_directories(path, most_pages=1000) if directory.is_page]
    return next((number for number, page in enumerate(pages) if not (page.is_reduced or page.is_mask)), 0)


def full_below(path: str | os.PathLike[str]) -> Directory | None:
    """Return the directory of the whole picture where each page is a reduced version of it, and it hangs below one."""
    directories = read_directories(path, most_pages=1000)
    if not all(directory.is_reduced for directory in directories if directory.is_page):
        return None
    below = [each for each in directories if not (each.is_page or each.is_reduced or each.is_mask) and each.is_whole]
    return max(below, key=lambda each: each.number(WIDTH, 0) * each.number(LENGTH, 0), default=None)


def beginning_at(path: str | os.PathLike[str], directory: Directory) -> mmap.mmap:
    """Return the bytes of a TIFF as if this directory were its first; the file stays as it is."""
    with open(path, "rb") as stream:
        content = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_COPY)
    order, is_big = _HEADS[content[:4]], content[2:4] in (b"+\0", b"\0+")
    struct.pack_into(f"{order}{'Q' if is_big else 'I'}", content, 8 if is_big else 4, directory.at)
    return content


def _walk(stream: BinaryIO, most_pages: int) -> Iterator[Directory]:
    head = stream.read(16)
    order = _HEADS[head[:4]]
    is_big = head[2:4] in (b"+\0", b"\0+")
    (at,) = struct.unpack_from(f"{order}{'Q' if is_big else 'I'}", head, 8 if is_big else 4)
    seen: set[int] = set()
    while at and at not in seen and len(seen) < most_pages:
        seen.add(at)
        page, following = _read(stream, at, order, is_big=is_big)
        yield Directory(page, is_page=True, at=at)
        below = list(page.get(SUB_DIRECTORIES, ()))[:_MOST_SUB_DIRECTORIES]
        for place in below:
            yield Directory(_read(stream, place, order, is_big=is_big)[0], is_page=False, at=place)
        at = following


def _read(stream: BinaryIO, at: int, order: str, *, is_big: bool) -> tuple[dict[int, tuple[int, ...]], int]:
    """Read one directory; return its wanted numbers and where the next one lies."""
    count_format, entry_format, pointer = ("Q", "HHQ8s", "Q") if is_big else ("H", "HHI4s", "I")
    entry_bytes, pointer_bytes = struct.calcsize(f"={entry_format}"), struct.calcsize(f"={pointer}")
    stream.seek(at)
    (count,) = struct.unpack(order + count_format, stream.read(struct.calcsize(f"={count_format}")))
    if count > _MOST_ENTRIES:
        raise ValueError
    entries = stream.read(count * entry_bytes)
    (following,) = struct.unpack(order + pointer, stream.read(pointer_bytes).ljust(pointer_bytes, b"\0"))
    values: dict[int, tuple[int, ...]] = {}
    for number in range(count):
        tag, kind, amount, body = struct.unpack_from(order + entry_format, entries, number * entry_bytes)
        if tag not in _WANTED or kind not in _TYPES:
            continue
        wanted = min(amount, _MOST_VALUES)
        size = struct.calcsize(f"={_TYPES[kind]}")
        if amount * size > pointer_bytes:
            stream.seek(struct.unpack(order + pointer, body)[0])
            body = stream.read(wanted * size)
        values[tag] = struct.unpack_from(f"{order}{wanted}{_TYPES[kind]}", body)
    return values, following
