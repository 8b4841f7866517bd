"""The lines by which words reach files that came without them, and which files of an accession these may be."""

from datetime import datetime

from django.db.models import Q

from archive.accounts.models import User
from archive.catalogue.models import Accession
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


def _lies_in(folder: str, path: str) -> bool:
    """Tell whether a file lies in a folder, or in an archive that is written as one."""
    return not folder or f"/{_folder_of(path)}/".replace(".zip/", "/").endswith(f"/{folder}/")


def _folder_of(path: str) -> str:
    return fold_path(path).rpartition("/")[0]


def line_of_words(
    line: AccessionLine,
    source: str,
    *,
    by: User | None,
    at: datetime,
    stated: dict[str, str] | None = None,
    sidecar: bytes | None = None,
    accession: Accession | None = None,
) -> AccessionLine:
    """
    Write the line by which words reach a file that came without them.

    :param accession: where the words came in another one than the file
    """
    words = AccessionLine.objects.create(
        about=line,
        accession_id=accession.pk if accession else line.accession_id,
        original_name=line.original_name,
        delivered_path=line.delivered_path,
        size_bytes=line.size_bytes,
        message_digest=line.message_digest,
        way=AccessionLine.Way.PAGE,
        received_at=at,
        received_by=by,
        stated=stated or {},
        sidecar=sidecar,
    )
    payload = {
        "from": source, "name": line.original_name, "size_bytes": line.size_bytes, "sha256": line.message_digest,
    }  # fmt: skip
    act(verb="receive words", subject=words, actor=by or "command line", payload=payload)
    return words
