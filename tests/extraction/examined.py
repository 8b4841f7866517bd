"""What an examination can come to; run by the sandbox in tests."""

import ctypes
import socket
import time
from pathlib import Path
from typing import Any

from archive.files.formats import UnreadableImage


def measure(path: str, mime_type: str, **arguments: Any) -> dict[str, Any]:
    return {"bytes": len(Path(path).read_bytes()), "mime_type": mime_type, **arguments}


def crash(path: str, mime_type: str) -> None:
    ctypes.string_at(0)


def sleep(path: str, mime_type: str) -> None:
    time.sleep(60)


def refuse(path: str, mime_type: str) -> None:
    raise UnreadableImage("its end is missing.")


def answer_nonsense(path: str, mime_type: str) -> str:
    return "no object"


def connect(path: str) -> str:
    """Try to reach an address of the Internet, as a library that reports would."""
    try:
        with socket.create_connection(("192.0.2.1", 443), timeout=3):  # RFC 5737: an address for documentation
            return "connected"
    except TimeoutError:
        return "tried"
    except OSError:
        return "refused"
