"""What an examination can come to; run by the sandbox in tests."""

import ctypes
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
