"""The lines by which words reach files that came without them, and which files of an accession these may be."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from archive.accounts.models import User
from archive.catalogue.models import Accession
from archive.ingest.captions_list import Remark
from archive.ingest.delivered_names import fold_path
from archive.ingest.models import HAS_NO_FILE, AccessionLine
from archive.ledger.record_acts import act

WAITING = HAS_NO_FILE & Q(why_not="")


def lock_accession(accession: Accession) -> None:
    # Not its key: whoever has written a line of it holds that, and may come here too.
    Accession.objects.select_for_update(no_key=True).only("pk").get(pk=accession.pk)


def files_of(accession: Accession) -> list[AccessionLine]:
    """Return the files of an accession that words may be for: those that were not refused, the same one once."""
    lines = AccessionLine.objects.files().filter(accession=accession, article=None, figure=None)
    lines = lines.exclude(outcome=AccessionLine.Outcome.REFUSED).only(
        "accession", "original_name", "delivered_path", "size_bytes", "message_digest"
    )
    return list({(path_of(line), line.message_digest): line for line in lines.order_by("-pk")}.values())[::-1]


def path_of(line: AccessionLine) -> str:
    return line.delivered_path or line.original_name


def is_in_archive(path: str) -> bool:
    return ".zip/" in fold_path(path)


def files_near(name: str, lines: list[AccessionLine]) -> list[list[AccessionLine]]:
    """
    Return the files that words may be of which came without their picture, by where both lay: the nearest first.

    Words in a folder are of a file in it: another of its name may have other words. Those in an archive are of a file
    beside them. Where there is none, those at the top of an archive may be of a file that came by itself, but never of
    one in another archive or folder.

    :param name: the path of the words
    """
    folder = _folder_of(name)
    if not is_in_archive(name):
        return [[line for line in lines if _lies_in(folder, path_of(line))]]
    near = [[line for line in lines if _folder_of(path_of(line)) == folder]]
    if folder.endswith(".zip"):
        near.append([line for line in lines if not _folder_of(path_of(line))])
    return near


def told_by_name(name: str, lines: Iterable[AccessionLine]) -> list[Remark]:
    """Tell to which file in a folder words went that came without one: it is the only one of their name."""
    paths = [path_of(line) for line in lines if _folder_of(path_of(line))] if not _folder_of(name) else []
    return [
        Remark(
            name, f"It came without a folder, and was taken for {path}, the only file of its name.", is_problem=False
        )
        for path in paths
    ]


def _lies_in(folder: str, path: str) -> bool:
    """Tell whether a file lies in a folder, or in an archive that is written as one."""
    return not folder or f"/{_folder_of(path)}/".replace(".zip/", "/").endswith(f"/{folder}/")


def _folder_of(path: str) -> str:
    return fold_path(path).rpartition("/")[0]


@dataclass(frozen=True)
class Words:
    """
    What is said of a file that came without it: a row of a captions list, a sidecar or a news document.

    :param line: the line of the file
    :param source: what the ledger tells of where they stood
    :param by: who sent them; nobody where the command line did in nobody's name
    :param accession: key of the one that they came in, where the file came in another
    """

    line: AccessionLine
    source: str
    by: User | None
    way: str = AccessionLine.Way.PAGE
    stated: dict[str, str] = field(default_factory=dict)
    sidecar: bytes | None = None
    accession: int | None = None


def lines_of_words(words: Iterable[Words], *, at: datetime) -> list[AccessionLine]:
    """Write the lines by which words reach files that came without them, in the order of the words."""
    words = list(words)
    lines = AccessionLine.objects.bulk_create(
        [
            AccessionLine(
                about=each.line,
                accession_id=each.accession or each.line.accession_id,
                original_name=each.line.original_name,
                delivered_path=each.line.delivered_path,
                size_bytes=each.line.size_bytes,
                message_digest=each.line.message_digest,
                way=each.way,
                received_at=at,
                received_by=each.by,
                stated=each.stated,
                sidecar=each.sidecar,
            )
            for each in words
        ],
        batch_size=500,
    )
    for each, line in zip(words, lines, strict=True):
        payload = {
            "from": each.source, "name": line.original_name, "size_bytes": line.size_bytes,
            "sha256": line.message_digest,
        }  # fmt: skip
        act(verb="receive words", subject=line, actor=each.by or "command line", payload=payload)
    return lines
