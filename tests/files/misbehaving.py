"""What a hostile file can do to its reader; run by the sandbox in tests."""

import ctypes
import errno
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

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


def write_much(into_dir: str) -> None:
    with open(f"{into_dir}/grown", "wb") as stream:
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


def helper_id() -> int:
    return os.getppid()


def attempt(act: str, target: str = "", **_files: object) -> str:
    """Try to reach out of the sandbox; return what came of it, or the name of the refusal."""
    try:
        return str(_ACTS[act](target))
    except OSError as error:
        return type(error).__name__


def _write(target: str) -> str:
    Path(target).write_text("from inside")
    return "written"


def _connect(family: int, kind: int, address: object) -> str:
    with socket.socket(family, kind) as connection:
        connection.connect(address)
        connection.send(b"from inside")
    return "sent"


def _bind(target: str) -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", int(target)))
    return "bound"


def _descriptors() -> list[str]:
    found = []
    for number in range(256):
        try:
            found.append(os.readlink(f"/proc/self/fd/{number}").partition(":")[0])
        except OSError:
            continue
    return found


_ACTS: dict[str, Callable[[str], object]] = {
    "read": lambda target: Path(target).read_text(),
    "list": os.listdir,
    "write": _write,
    "remove": os.unlink,
    "change mode": lambda target: os.chmod(target, 0o777),
    "link": lambda target: os.symlink(target, "link"),
    "tcp": lambda target: _connect(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", int(target))),
    "udp": lambda target: _connect(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", int(target))),
    "unix": lambda target: _connect(socket.AF_UNIX, socket.SOCK_STREAM, target),
    "abstract unix": lambda target: _connect(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{target}"),
    "bind": _bind,
    "run": lambda target: os.execv(target, [target]),
    "fork": lambda _target: os.fork(),
    "kill": lambda target: os.kill(int(target), 0),
    "memory of": lambda target: Path(f"/proc/{target}/environ").read_bytes(),
    "descriptors": lambda _target: _descriptors(),
    "working folder": lambda _target: os.getcwd(),
}


def forge_answers() -> None:
    """Write two answers of one's own where the helper expects one, and die."""
    for number in range(3, 64):
        body = b'{"result": "forged"}'
        try:
            os.write(number, (len(body).to_bytes(4, "big") + body[:-1]) * 2)
        except OSError:
            continue
    os._exit(0)


def claim(path: str, into_dir: str, code: int) -> None:
    """Say that the disk failed, as a library that a file has taken over may."""
    raise OSError(code, os.strerror(code))
