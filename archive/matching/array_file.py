"""
Arrays in a file that is written once and then mapped, read-only, by as many processes as want it: it is in memory once.

The arrays stand one after another, each on pages of its own; then what they are, as JSON; at the very end how long that
is and its checksum. A file that was cut, or never written to its end, has no such end and is refused. Opening it reads
that end alone; `check` reads all. Django-free.
"""

import json
import mmap
import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

_MARK = b"arrays 1"
_END = struct.Struct("<QI8s")
_AT_ONCE = 1 << 24


class Damaged(Exception):
    """The file is not what was written; the text says in what."""


class ArrayWriter:
    """Write such a file. Until `finish` has returned it is none."""

    def __init__(self, path: Path) -> None:
        self._path, self._file = path, path.open("xb")
        self._arrays: dict[str, dict[str, Any]] = {}
        self._checksum = 0

    def put(self, name: str, part: NDArray[Any]) -> None:
        """Write an array, or go on with the one that was begun last: the parts stand one below the other."""
        if name not in self._arrays:
            self._write(bytes(-self._file.tell() % mmap.PAGESIZE))
            shape = [0, *part.shape[1:]]
            self._arrays[name] = {"type": part.dtype.str, "shape": shape, "at": self._file.tell()}
        elif name != list(self._arrays)[-1]:
            raise ValueError(f"{name} was written already")
        self._arrays[name]["shape"][0] += len(part)
        self._write(np.ascontiguousarray(part).data.cast("B") if part.size else b"")

    def written(self, name: str) -> NDArray[Any]:
        """Return what was written of an array, mapped."""
        self._file.flush()
        with self._path.open("rb") as file:
            return _arrays(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), self._arrays)[name]

    def finish(self, about: dict[str, Any]) -> None:
        """Write what the file is, and have the disk keep all of it."""
        told = json.dumps({"about": about, "arrays": self._arrays, "checksum": self._checksum}).encode()
        self._file.write(told + _END.pack(len(told), zlib.crc32(told), _MARK))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def give_up(self) -> None:
        """Remove what was written so far."""
        with suppress(OSError):  # what the disk did not take is tried once more on closing
            self._file.close()
        self._path.unlink(missing_ok=True)

    def _write(self, content: Any) -> None:
        self._file.write(content)
        self._checksum = zlib.crc32(content, self._checksum)


class ArrayFile:
    """
    Such a file, mapped.

    It may be removed meanwhile. Whoever cuts it instead ends the processes that read in it: nobody does, and `is_cut`
    tells of it before the next reading.
    """

    def __init__(self, path: Path) -> None:
        """
        :raises FileNotFoundError: it is not there
        :raises Damaged: it was cut, or is another kind of file
        """
        with path.open("rb") as file:
            self.size_bytes = os.fstat(file.fileno()).st_size
            told = _description(file, self.size_bytes)
            self._pages = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.about: dict[str, Any] = told["about"]
        self.arrays = _arrays(self._pages, told["arrays"])

    def is_cut(self) -> bool:
        return self._pages.size() != self.size_bytes


def check(path: Path) -> Iterator[None]:
    """
    Read a file whole and hold its checksum against it, some megabytes at a step.

    :raises FileNotFoundError: it is not there
    :raises Damaged: it is not what was written
    """
    with path.open("rb") as file:
        size_bytes = os.fstat(file.fileno()).st_size
        told = _description(file, size_bytes)
        left = _begin_of_description(file, size_bytes)[0]
        file.seek(0)
        checksum = 0
        while left > 0:
            part = file.read(min(_AT_ONCE, left))
            if not part:
                raise Damaged("it was cut while it was read")
            left -= len(part)
            checksum = zlib.crc32(part, checksum)
            yield
        if checksum != told["checksum"]:
            raise Damaged("its checksum does not hold")


def _begin_of_description(file: BinaryIO, size_bytes: int) -> tuple[int, int]:
    if size_bytes < _END.size:
        raise Damaged("it is too short")
    file.seek(size_bytes - _END.size)
    length, checksum, mark = _END.unpack(file.read(_END.size))
    begin = size_bytes - _END.size - length
    if mark != _MARK or begin < 0:
        raise Damaged("it has no end as such files have")
    return begin, checksum


def _description(file: BinaryIO, size_bytes: int) -> dict[str, Any]:
    begin, checksum = _begin_of_description(file, size_bytes)
    file.seek(begin)
    told = file.read(size_bytes - _END.size - begin)
    if zlib.crc32(told) != checksum:
        raise Damaged("what it says of itself does not hold")
    described: dict[str, Any] = json.loads(told)
    return described


def _arrays(pages: mmap.mmap, described: dict[str, dict[str, Any]]) -> dict[str, NDArray[Any]]:
    return {
        name: np.frombuffer(pages, told["type"], int(np.prod(told["shape"])), told["at"]).reshape(told["shape"])
        for name, told in described.items()
    }
