"""What folders of caches below VAR_ROOT have in common: one process writes there, and its notes are read whole."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Busy(Exception):
    """Another process of this machine writes there; the text is its number."""


@contextmanager
def sole_writer(folder: Path) -> Iterator[None]:
    """
    Be the one process of this machine that writes in a folder.

    :raises Busy: another one is
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Busy(lock.read().strip()) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def read_note(path: Path) -> dict[str, Any]:
    """Return what a note holds; nothing where there is none to be read."""
    try:
        read = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def write_note(path: Path, fields: dict[str, Any]) -> None:
    """Write a note: whoever reads meanwhile reads the one or the other, and never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(fields))
    draft.replace(path)
