"""Read from the boxes of a HEIF file how its primary picture is coded and turned (ISO/IEC 23008-12)."""

import os
import struct
from collections.abc import Iterator

_MOST_META_BYTES = 16 * 1024 * 1024
_MOST_BOXES = 10_000
_TURNING = {b"irot", b"imir"}
# Types of items whose coding the decoder at hand does not know.
_OTHER_CODINGS = {b"avc1": "AVC", b"jpeg": "JPEG", b"j2k1": "JPEG 2000", b"unci": "uncompressed", b"vvc1": "VVC",
                  b"evc1": "EVC", b"av01": "AV1", b"mski": "a mask"}  # fmt: skip


def is_turned_by_container(path: str | os.PathLike[str]) -> bool:
    """Tell whether its primary picture has a turning property; what cannot be walked has none."""
    try:
        meta = _meta(path)
        primary, properties = _primary(meta), next(body for kind, body in _boxes(meta[4:]) if kind == b"iprp")
        kinds, associated = [], set()
        for kind, body in _boxes(properties):
            if kind == b"ipco":
                kinds = [kind for kind, _body in _boxes(body)]
            elif kind == b"ipma":
                associated |= _associated(body, primary)
        return any(0 < number <= len(kinds) and kinds[number - 1] in _TURNING for number in associated)
    except (StopIteration, struct.error, IndexError, OSError):
        return False


def unsupported_coding(path: str | os.PathLike[str]) -> str:
    """Name the coding of its primary picture where that is none that is decoded; empty for another and for damage."""
    try:
        meta = _meta(path)
        primary, items = _primary(meta), next(body for kind, body in _boxes(meta[4:]) if kind == b"iinf")
        for kind, body in _boxes(items[6 if items[0] == 0 else 8 :]):
            # ISO/IEC 14496-12, 8.11.6: from version 2 on the entry names a type.
            if kind == b"infe" and body[0] in (2, 3):
                number, at = (struct.unpack_from(">H", body, 4)[0], 8) if body[0] == 2 else (
                    struct.unpack_from(">I", body, 4)[0], 10)  # fmt: skip
                if number == primary:
                    return _OTHER_CODINGS.get(body[at : at + 4], "")
    except (StopIteration, struct.error, IndexError, OSError):
        pass
    return ""


def _meta(path: str | os.PathLike[str]) -> bytes:
    with open(path, "rb") as stream:
        for _ in range(_MOST_BOXES):
            size, kind = struct.unpack(">I4s", stream.read(8))
            rest = size - 8
            if size == 1:
                rest = struct.unpack(">Q", stream.read(8))[0] - 16
            if kind == b"meta":
                return stream.read(min(rest, _MOST_META_BYTES))
            if size == 0 or rest < 0:
                break
            stream.seek(rest, os.SEEK_CUR)
    raise StopIteration


def _boxes(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    for _ in range(_MOST_BOXES):
        if at + 8 > len(body):
            return
        size, kind = struct.unpack_from(">I4s", body, at)
        if size < 8:
            return
        yield kind, body[at + 8 : at + size]
        at += size


def _primary(meta: bytes) -> int:
    body = next(body for kind, body in _boxes(meta[4:]) if kind == b"pitm")
    number: int = struct.unpack_from(">H" if body[0] == 0 else ">I", body, 4)[0]
    return number


def _associated(body: bytes, item: int) -> set[int]:
    """Read the numbers of an item's properties, counted from 1 (ISO/IEC 14496-12, 8.11.14)."""
    has_long_ids, has_long_numbers = body[0] >= 1, bool(body[3] & 1)
    (entries,) = struct.unpack_from(">I", body, 4)
    at, numbers = 8, set()
    for _ in range(min(entries, _MOST_BOXES)):
        (number,) = struct.unpack_from(">I" if has_long_ids else ">H", body, at)
        at += 4 if has_long_ids else 2
        count, at = body[at], at + 1
        for _ in range(count):
            if has_long_numbers:
                value, at = struct.unpack_from(">H", body, at)[0] & 0x7FFF, at + 2
            else:
                value, at = body[at] & 0x7F, at + 1
            if number == item:
                numbers.add(value)
    return numbers
