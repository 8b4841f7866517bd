"""What a hostile file can do to its reader; run by the sandbox in tests."""

import ctypes
import errno
import os
import time

from archive.files.formats import UnreadableImage


def add(left: int, right: int) -> int:
    return left + right


def loop() -> None:
    while True:
        pass


def sleep() -> None:
    time.sleep(3600)


def hog() -> int:
    return len(bytearray(8 * 1024**3))


def crash() -> None:
    ctypes.string_at(0)


def chatter() -> str:
    os.write(1, b"a library's warning, not an answer")
    return "said"


def write_much(path: str) -> None:
    with open(path, "wb") as stream:
        for _ in range(200):
            stream.write(bytes(1024 * 1024))


def refuse() -> None:
    raise UnreadableImage("it is refused.")


def stumble() -> None:
    raise KeyError("unforeseen")


def meet_a_full_disk() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/srv/spool/thumbnail.jpg")


def find_nothing() -> None:
    raise OSError("cannot identify image file")


def environment() -> list[str]:
    return sorted(os.environ)


def own_id() -> int:
    return os.getpid()
