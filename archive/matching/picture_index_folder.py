"""
Where the picture index lies on this machine, and what is known of it.

    VAR_ROOT/picture_index/current.json   the files that answer, and up to which revision
                           next.json      those that are being made in their place
                           <name>         a stretch of revisions, of prints or of local features: see `array_file`
                           lock           held by the one process that writes
                           wanted         somebody asks for the index to be made anew
                           doubted        a process met a file that does not hold

All of it may be deleted at any time: each process reads the database instead until the index is made again.
"""

from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from archive.files.cache_folders import read_note, sole_writer, write_note
from archive.matching.array_file import ArrayFile, Damaged
from archive.matching.make_fingerprints import VERSION
from archive.matching.models import PictureIndexMark, RevisionHead

CURRENT, NEXT, WANTED, DOUBTED = "current.json", "next.json", "wanted", "doubted"
# Goes up with every change of the arrays or of what stands in them: an index of another format is made anew.
FORMAT = 1


@dataclass(frozen=True)
class Stretch:
    """
    A file, and the revisions of which it holds what the database held.

    :param after: it begins behind this revision
    :param to: the last one of the stretch
    :param count: how many fingerprints it holds
    """

    name: str
    after: int
    to: int
    count: int


@dataclass(frozen=True)
class Known:
    """
    What is known of an index.

    :param version: of the fingerprints in it
    :param epoch: of the database, and `mark` a row that it was given when this was noted: where that is missing, it is
        another database, or one that was restored from before
    :param prints: in the order of their revisions, one where the other ends; so `features`
    :param prints_to: up to which revision all prints are in them; so `features_to`
    """

    format: int
    version: str
    epoch: str
    mark: str
    prints: tuple[Stretch, ...] = ()
    features: tuple[Stretch, ...] = ()
    prints_to: int = 0
    features_to: int = 0

    @property
    def reached(self) -> int:
        """The revision up to which everything is in it."""
        return min(self.prints_to, self.features_to)

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        return *self.prints, *self.features


def root() -> Path:
    return settings.VAR_ROOT / "picture_index"


def known(name: str) -> Known | None:
    """Return what is known of the index that answers, or of the next one; None where there is none to be read."""
    fields = read_note(root() / name)
    try:
        lists = {part: tuple(Stretch(**told) for told in fields[part]) for part in ("prints", "features")}
        return Known(**fields | lists)
    except (KeyError, TypeError):
        return None


def usable(*indexes: Known | None, head: RevisionHead | None) -> list[Known]:
    """Return those that are of this format and version, and of the very past of this database; one query."""
    possible = [
        index
        for index in indexes
        if index and head and (index.format, index.version, index.epoch) == (FORMAT, VERSION, str(head.epoch))
    ]
    marks = set(PictureIndexMark.objects.filter(mark__in=[index.mark for index in possible]).values_list("mark"))
    return [index for index in possible if (index.mark,) in marks]


def readable(index: Known) -> int:
    """
    Return up to which revision an index can be read here.

    A process reads the database behind the first file that is missing or was cut.
    """
    reached = []
    for part in ("prints", "features"):
        damaged = (stretch.after for stretch in getattr(index, part) if not _is_whole(stretch))
        reached.append(next(damaged, getattr(index, f"{part}_to")))
    return min(reached)


def _is_whole(stretch: Stretch) -> bool:
    try:
        return ArrayFile(root() / stretch.name).about == asdict(stretch)
    except (OSError, Damaged):
        return False


def note(name: str, what: Known) -> None:
    write_note(root() / name, asdict(what))


def forget(name: str) -> None:
    (root() / name).unlink(missing_ok=True)


def doubt() -> None:
    """Have the process that writes look at all files."""
    with suppress(OSError):
        (root() / DOUBTED).touch()


def locked() -> AbstractContextManager[None]:
    """
    Be the one process of this machine that writes the picture index.

    :raises Busy: another one is
    """
    return sole_writer(root())
