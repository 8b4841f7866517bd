"""
ZIP archives of a delivery: what lies in them under which names, and their bytes, streamed out one by one.

Nothing is unpacked to a path. An archive in an archive is read too, a few deep; what is built to swell is refused.
"""

import binascii
import lzma
import os
import stat
import struct
import tempfile
import threading
import zipfile
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from archive.files import refusals
from archive.ingest.delivered_names import ReadName, read_name
from archive.standards.normal_form import gettext_noop as _

MOST_DEPTH = 3
_MOST_OPEN = 4
_MOST_MEMBERS = 200_000
# Pictures are packed already: an archive that swells so much holds none. Small ones do no harm.
_MOST_SWELLING = 200
_HARMLESS_BYTES = 1024**3
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
# Info-ZIP's field for a name in UTF-8 beside one in a code page: version 1, CRC-32 of that other name, the name.
_UNICODE_PATH = 0x7075
_BLOCK_BYTES = 1024 * 1024


class CannotRead(Exception):
    """A file of the delivery cannot be read; the message says why, as the end of a sentence."""


@dataclass(frozen=True)
class Member:
    """One file of an archive; `refusal` says why it cannot be had, empty where nothing speaks against it."""

    position: int
    name: ReadName
    size_bytes: int
    refusal: str = ""


# Where an archive lies: its path on the disk, then the position of each archive within the one before.
Place = tuple[Path, *tuple[int, ...]]


def why_unreadable(problem: BaseException) -> str:
    """Say to a person why bytes could not be read."""
    match problem:
        case CannotRead():
            return str(problem)
        case OSError(errno=int(number)):
            return os.strerror(number).lower()
        case zlib.error() | lzma.LZMAError() | EOFError() | struct.error() | OverflowError():
            return refusals.PACKED_DATA_DAMAGED
        case zipfile.BadZipFile() if "CRC" in str(problem):
            return refusals.CHECKSUM_DIFFERS
        case zipfile.BadZipFile() | zipfile.LargeZipFile():
            return refusals.ARCHIVE_DAMAGED
        case NotImplementedError():
            return refusals.PACKED_OTHERWISE
        case RuntimeError() if "password" in str(problem):
            return refusals.UNDER_PASSWORD
        case UnicodeDecodeError():
            return refusals.NAME_NOT_UTF_8
    return refusals.DATA_DAMAGED


def open_regular(path: Path) -> BinaryIO:
    """
    Open a file of the disk for reading; never waits for a pipe.

    :raises CannotRead: it is no file of bytes, or the system refuses
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as problem:
        raise CannotRead(why_unreadable(problem)) from problem
    if sort := sort_of(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise CannotRead(refusals.NO_FILE % {"sort": sort})
    return os.fdopen(descriptor, "rb")


def sort_of(mode: int) -> str:
    """Name what is no file of bytes; empty for a file."""
    sorts = {
        stat.S_IFIFO: _("a pipe"),
        stat.S_IFSOCK: _("a socket"),
        stat.S_IFCHR: _("a device"),
        stat.S_IFBLK: _("a device"),
        stat.S_IFDIR: _("a folder"),
    }
    return "" if stat.S_ISREG(mode) else sorts.get(stat.S_IFMT(mode), _("something else"))


class Archives:
    """The ZIP archives of one delivery, a few of them open at a time; may be used by several threads."""

    def __init__(self) -> None:
        self._open: OrderedDict[Place, tuple[zipfile.ZipFile, int]] = OrderedDict()
        self._lock = threading.RLock()

    def members(self, place: Place) -> list[Member]:
        """
        List the files of an archive by their names.

        :raises CannotRead: it is no archive that can be read, or one that is built to swell
        """
        archive, packed_bytes = self._archive(place)
        listed = [(n, member) for n, member in enumerate(archive.infolist()) if not member.is_dir()]
        if len(listed) > _MOST_MEMBERS:
            raise CannotRead(refusals.TOO_MANY_MEMBERS % {"most": _MOST_MEMBERS})
        whole = sum(member.file_size for _n, member in listed)
        if sum(member.compress_size for _n, member in listed) > packed_bytes:
            # One laid over another swells too, and so does what a part of an archive says of the whole.
            raise CannotRead(refusals.NO_ROOM_IN_ARCHIVE)
        if whole > max(_HARMLESS_BYTES, packed_bytes * _MOST_SWELLING):
            raise CannotRead(refusals.SWELLS % {"packed": packed_bytes, "whole": whole})
        members = [Member(n, _name_of(member), member.file_size, _refusal_of(member)) for n, member in listed]
        # Of two members of one name the earlier comes first.
        return sorted(members, key=lambda member: (member.name.text, member.position))

    def open(self, place: Place, position: int) -> BinaryIO:
        """
        Open a member's bytes as a stream.

        :raises CannotRead: it cannot be had
        """
        archive, _size = self._archive(place)
        try:
            return archive.open(archive.infolist()[position])
        except Exception as problem:  # whatever a hostile archive makes of it stays with this member
            raise CannotRead(why_unreadable(problem)) from problem

    def _archive(self, place: Place) -> tuple[zipfile.ZipFile, int]:
        with self._lock:
            if place in self._open:
                self._open.move_to_end(place)
                return self._open[place]
            stream = open_regular(place[0]) if len(place) == 1 else self._unpacked(place)
            size = stream.seek(0, os.SEEK_END)
            try:
                self._open[place] = (zipfile.ZipFile(stream), size)
            except Exception as problem:  # as above
                stream.close()
                why = why_unreadable(problem)
                # Its list of files stands at its end.
                sentence = refusals.NO_ARCHIVE if "damaged" not in why else refusals.END_MISSING
                raise CannotRead(sentence % {"why": why}) from problem
            # What is let go of is closed once the last stream out of it is: nobody closes it under a reader.
            while len(self._open) > _MOST_OPEN:
                self._open.popitem(last=False)
            return self._open[place]

    def _unpacked(self, place: Place) -> BinaryIO:
        """Lay an archive within an archive down without a name, so that it can be read from its end."""
        *_outer, position = place
        settings.SPOOL_ROOT.mkdir(parents=True, exist_ok=True)
        target = tempfile.TemporaryFile(dir=settings.SPOOL_ROOT)  # noqa: SIM115 - the archive over it keeps it
        try:
            with self.open(place[:-1], int(position)) as stream:
                while block := stream.read(_BLOCK_BYTES):
                    target.write(block)
        except Exception as problem:  # as above
            target.close()
            raise CannotRead(why_unreadable(problem)) from problem
        return target


def _refusal_of(member: zipfile.ZipInfo) -> str:
    mode = member.external_attr >> 16  # of Unix; 0 where another system packed it
    if stat.S_ISLNK(mode):
        return refusals.LINK_IN_ARCHIVE
    if stat.S_IFMT(mode) and (sort := sort_of(mode)):
        return refusals.NO_FILE % {"sort": sort}
    if member.flag_bits & _ENCRYPTED:
        return refusals.TAKE_PASSWORD_OFF
    if member.compress_type not in _METHODS:
        way = zipfile.compressor_names.get(member.compress_type, f"method {member.compress_type}")
        return refusals.PACKED_IN_WAY % {"way": way}
    if member.file_size > settings.INGEST_MAX_BYTES:
        size, most = (f"{number / 1e6:.0f}" for number in (member.file_size, settings.INGEST_MAX_BYTES))
        return refusals.TOO_LARGE_UNPACKED % {"size": size, "most": most}
    return ""


def _name_of(member: zipfile.ZipInfo) -> ReadName:
    """Read a member's name: as UTF-8 where that is stated, else by its bytes."""
    written = member.orig_filename.partition("\0")[0]
    if member.flag_bits & _UTF8_NAME:
        return read_name(written.encode())
    raw = written.encode("cp437")  # what the library made of the bytes, taken back
    name = read_name(_unicode_path(member.extra, raw) or raw)
    # Programs of Windows write the folders of their own kind.
    return ReadName(name.text.replace("\\", "/"), name.remark) if "/" not in name.text else name


def _unicode_path(extra: bytes, raw: bytes) -> bytes:
    while len(extra) >= 4:
        kind, length = struct.unpack("<HH", extra[:4])
        content, extra = extra[4 : 4 + length], extra[4 + length :]
        is_name = kind == _UNICODE_PATH and content[:1] == b"\x01" and len(content) > 5
        if is_name and struct.unpack("<I", content[1:5])[0] == binascii.crc32(raw):
            return content[5:]
    return b""
