"""
Where the index lies on this machine, and what is known of it.

    VAR_ROOT/item_index/current.json    the index that answers: its folder and format, up to where the changes are in it
                        next.json       one that is being made, and how far
                        <folder>/       three indexes of the engine: public, research, staff
                        lock            held by the one process that writes
                        wanted          somebody asks for the index to be made anew
                        reported.json   what a page met when it asked the index

All of it may be deleted at any time: SQL answers until the index is made again.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from archive.item_index.changes import Position

CURRENT, NEXT, REPORTED, WANTED = "current.json", "next.json", "reported.json", "wanted"


class Busy(Exception):
    """Another process of this machine writes the index; the text is its number."""


@dataclass(frozen=True)
class Known:
    """
    What is known of an index.

    :param commits: goes up with each commit: a page that has opened another one opens it anew
    :param read_at: when the database was last seen to hold nothing that is not in the index; seconds from 1970
    :param built_to: key of the last item that is in it, while it is being made; None: it is whole
    :param to_build: how many items it is to hold, as counted when it was begun
    :param built: how many of them it holds
    """

    folder: str
    format: int
    position: Position
    commits: int = 0
    read_at: float = 0.0
    built_to: int | None = None
    to_build: int = 0
    built: int = 0


@dataclass(frozen=True)
class Report:
    """What went wrong when a page asked the index: in which folder, when in seconds from 1970, and what."""

    folder: str
    at: float
    words: str


def root() -> Path:
    return settings.VAR_ROOT / "item_index"


def known(name: str) -> Known | None:
    """Return what is known of the index that answers, or of the next one; None where there is none to be read."""
    fields = _read(name)
    try:
        position = fields["position"]
        read = Position(position["at"], frozenset(position["ahead"]), tuple(position["anchor"]))
        return Known(**fields | {"position": read})
    except (KeyError, TypeError, ValueError):
        return None


def note(name: str, what: Known) -> None:
    fields = asdict(what)
    fields["position"]["ahead"] = sorted(what.position.ahead)
    _write(name, fields)


def forget(name: str) -> None:
    (root() / name).unlink(missing_ok=True)


def reported() -> Report | None:
    try:
        return Report(**_read(REPORTED))
    except TypeError:
        return None


def report(what: Report) -> None:
    """Tell the process that writes, and the status page, that the index did not answer."""
    _write(REPORTED, asdict(what))


@contextmanager
def locked() -> Iterator[None]:
    """
    Be the one process of this machine that writes the index.

    :raises Busy: another one is
    """
    root().mkdir(parents=True, exist_ok=True)
    with (root() / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Busy(lock.read().strip()) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def _read(name: str) -> dict[str, Any]:
    try:
        read = json.loads((root() / name).read_bytes())
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _write(name: str, fields: dict[str, Any]) -> None:
    # Whoever reads meanwhile reads the one or the other, and never half.
    root().mkdir(parents=True, exist_ok=True)
    draft = root() / f"{name}.{os.getpid()}"
    draft.write_text(json.dumps(fields))
    draft.replace(root() / name)
