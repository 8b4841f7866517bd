"""
Where the index lies on this machine, and what is known of it.

    VAR_ROOT/item_index/current.json    the index that answers: its folder and format, up to where the changes are in it
                        next.json       one that is being made, and how far
                        moved.json      places that were moved, whose many items are being written anew
                        <folder>/       three indexes of the engine: public, research, staff
                        lock            held by the one process that writes
                        wanted          somebody asks for the index to be made anew
                        reported.json   what a page met when it asked the index

All of it may be deleted at any time: SQL answers until the index is made again.
"""

from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from archive.files.cache_folders import read_note, sole_writer, write_note
from archive.item_index.changes import Position

CURRENT, NEXT, REPORTED, WANTED = "current.json", "next.json", "reported.json", "wanted"
_MOVED = "moved.json"


@dataclass(frozen=True)
class Known:
    """
    What is known of an index.

    :param commits: goes up with each commit: a page that has opened another one opens it anew
    :param read_at: when the database was last seen to hold nothing that is not in the index; seconds from 1970
    :param built_to: key of the last item that is in it, while it is being made; None: it is whole
    :param to_build: how many items it is to hold, as counted when it was begun
    :param built: how many of them it holds
    :param moved: how many places were moved whose items are not all written anew yet: see `Moved`
    :param moved_to: up to the key of which item they are
    """

    folder: str
    format: int
    position: Position
    commits: int = 0
    read_at: float = 0.0
    built_to: int | None = None
    to_build: int = 0
    built: int = 0
    moved: int = 0
    moved_to: int = 0


@dataclass(frozen=True)
class Moved:
    """Places whose items are being written anew, and those that were moved since that began: theirs are next."""

    now: frozenset[int]
    then: frozenset[int]


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
    fields = read_note(root() / name)
    try:
        position = fields["position"]
        read = Position(position["at"], frozenset(position["ahead"]), tuple(position["anchor"]))
        return Known(**fields | {"position": read})
    except (KeyError, TypeError, ValueError):
        return None


def note(name: str, what: Known) -> None:
    fields = asdict(what)
    fields["position"]["ahead"] = sorted(what.position.ahead)
    write_note(root() / name, fields)


def moved() -> Moved | None:
    """Return the places that were moved; None where that is not to be read."""
    try:
        read = read_note(root() / _MOVED)
        return Moved(frozenset(read["now"]), frozenset(read["then"]))
    except (KeyError, TypeError):
        return None


def note_moved(what: Moved) -> None:
    write_note(root() / _MOVED, {"now": sorted(what.now), "then": sorted(what.then)})


def forget(name: str) -> None:
    (root() / name).unlink(missing_ok=True)


def reported() -> Report | None:
    try:
        return Report(**read_note(root() / REPORTED))
    except TypeError:
        return None


def report(what: Report) -> None:
    """Tell the process that writes, and the status page, that the index did not answer."""
    write_note(root() / REPORTED, asdict(what))


def locked() -> AbstractContextManager[None]:
    """
    Be the one process of this machine that writes the index.

    :raises Busy: another one is
    """
    return sole_writer(root())
