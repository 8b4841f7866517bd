"""
Receive what the upload page sends, by the rules of the command line: no litter, sidecars with their picture, rows of a
captions list with their file, what lies in ZIP archives, in the order of the paths.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.core.files import File

from archive.accounts.models import User
from archive.catalogue.models import Accession
from archive.ingest.captions_list import COLUMNS, DATE_ORDER, ROW, CaptionsList, Remark, Row, is_list, match_rows
from archive.ingest.delivered_bytes import hand_over
from archive.ingest.delivered_names import is_litter, is_sidecar
from archive.ingest.delivery import Delivered, unpacked, with_sidecars
from archive.ingest.give_words import give_some, take_words, with_waiting_rows
from archive.ingest.models import AccessionLine, DeliveredRow
from archive.ingest.news_pairing import may_be_news
from archive.ingest.receive_files import Arrived, record_arrivals
from archive.ingest.remarks import record_remarks, remarks_of
from archive.ingest.zip_archives import Archives, open_regular

_LONGEST_CELL = 100_000
_NO_NEWS = (
    "it is no news document (neither NewsML-G2 nor ninjs by what stands in it), and no picture, footage, captions list "
    "or sidecar by its name"
)
# Of so many rows that wait the file is named.
_ROWS_NAMED = 5


def receive_form_files(files: Iterable[tuple[str, int, File]], *, accession: Accession, by: User) -> None:
    """
    Receive files of a form, each with its name and its size in bytes, and what lies in its ZIP archives; wake a worker.

    Captions lists among them give their rows to these files, and to those that came before or come later.

    :raises NoRoom: the disk is full; what was received before stays
    """
    left_out: list[str] = []
    with ExitStack() as laid_down:
        listed = []
        for name, size_bytes, file in files:
            if is_litter(name):
                left_out.append(name)
            else:
                path = laid_down.enter_context(_on_disk(file))
                listed.append(Delivered(name, size_bytes, partial(open_regular, path), base=name, place=(path,)))
        # As the command line lists a folder: of the same bytes under two names the first leads.
        listed.sort(key=_place)
        archives = Archives()
        sent = [part for file in with_sidecars(listed) for part in unpacked(file, archives, left_out)]
        sent = take_words(sent, accession=accession, by=by)
        sent, _told = with_waiting_rows(sent, accession)
        record_remarks(accession, remarks_of(sent, left_out))
        hand_over(sent, accession=accession, by=by, way=AccessionLine.Way.PAGE)
        give_some(accession)


@contextmanager
def _on_disk(file: File) -> Iterator[Path]:
    """Give the path of what a form sent; what is small was kept in memory, and is laid down for so long."""
    if hasattr(file, "temporary_file_path"):
        yield Path(file.temporary_file_path())
        return
    with NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, suffix=".upload") as target:
        for block in file.chunks():
            target.write(block)
        target.flush()
        yield Path(target.name)


@dataclass(frozen=True)
class Announced:
    """
    What is known of files before they are sent, each by its place in what was announced.

    `sidecars` gives the sidecar of a picture, `stated` its row of a captions list, `said_by` which row that is,
    `refused` the line of a file that need not be sent, `left_out` what is litter of systems, `words` the lists and the
    sidecars without a picture, which are kept by themselves, and what may be a news document and has to be looked into.
    """

    sidecars: dict[int, int] = field(default_factory=dict)
    stated: dict[int, dict[str, str]] = field(default_factory=dict)
    said_by: dict[int, str] = field(default_factory=dict)
    refused: dict[int, int] = field(default_factory=dict)
    left_out: list[int] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def announce(files: list[tuple[str, int]], *, accession: Accession, by: User) -> Announced:
    """
    Pair what is about to be sent one by one, before it is, with the rows that wait in its accession too.

    :param files: where each file lay in what was dropped, or its name, and its size in bytes
    """
    left_out, at, paired = _paired(files)
    paired, remarks = with_waiting_rows(paired, accession)
    litter = remarks_of([], [files[n][0] for n in left_out])
    record_remarks(accession, litter)
    announced = Announced(left_out=left_out, remarks=[*remarks, *litter])
    rows = [int(file.stated[ROW]) for file in paired if file.stated]
    named = {row.pk: str(row) for row in DeliveredRow.objects.filter(pk__in=rows).select_related("captions_list")}
    for file in paired:
        n = at[file.path]
        if file.refusal:
            announced.refused[n] = _refuse(file, accession=accession, by=by).pk
            continue
        if is_list(file.path) or is_sidecar(file.path) or may_be_news(file.path):
            announced.words.append(n)
        if file.sidecar:
            announced.sidecars[n] = at[file.sidecar.path]
        if file.stated:
            announced.stated[n] = dict(file.stated)
            announced.said_by[n] = named[int(file.stated[ROW])]
    return announced


def foresee(files: list[tuple[str, int]], lists: list[CaptionsList]) -> Announced:
    """Tell which row would go to which file, of lists that nobody has sent yet; nothing is kept."""
    _left_out, at, paired = _paired(files)
    foreseen = Announced()
    for captions in lists:
        keyed = replace(captions, rows=[replace(row, key=row.line_number) for row in captions.rows])
        pending: list[Row] = []
        matched, remarks = match_rows(paired, keyed, pending)
        foreseen.remarks.extend([*captions.remarks, *remarks])
        if pending:
            foreseen.remarks.append(Remark(captions.name, tell_waiting(pending), is_problem=False))
        for file in matched:
            if file.stated and at[file.path] not in foreseen.stated:
                row = file.stated.pop(ROW)
                foreseen.stated[at[file.path]] = dict(file.stated)
                foreseen.said_by[at[file.path]] = f"{captions.name}, line {row}"
    return foreseen


def _paired(files: list[tuple[str, int]]) -> tuple[list[int], dict[str, int], list[Delivered]]:
    """Return which files are litter, the place of each other one by its path, and these with their sidecars."""
    left_out = [n for n, (path, _size_bytes) in enumerate(files) if is_litter(path)]
    at = {path: n for n, (path, _size_bytes) in reversed(list(enumerate(files))) if not is_litter(path)}
    listed = sorted((Delivered(path, files[n][1]) for path, n in at.items()), key=_place)
    return left_out, at, list(with_sidecars(listed))


def tell_waiting(rows: list[Row]) -> str:
    """Say of which files rows wait for."""
    named = ", ".join(f"“{row.filename}” (line {row.line_number})" for row in rows[:_ROWS_NAMED])
    if len(rows) == 1:
        return f"1 line waits for its file: {named}."
    return f"{len(rows)} lines wait for their files: {named}{', …' if len(rows) > _ROWS_NAMED else '.'}"


def is_stated(stated: Any) -> bool:
    """Tell whether this is what a row of a captions list may state of a file."""
    if not isinstance(stated, dict) or not re.fullmatch("[1-9][0-9]{0,17}", str(stated.get(ROW, 1)), re.ASCII):
        return False
    known = (*COLUMNS, DATE_ORDER, ROW)
    return all(
        name in known and isinstance(value, str) and len(value) <= _LONGEST_CELL and "\0" not in value
        for name, value in stated.items()
    )


def _place(file: Delivered) -> list[str]:
    return file.path.split("/")


def _refuse(file: Delivered, *, accession: Accession, by: User) -> AccessionLine:
    reason = f'"{file.name}" was not kept: {file.refusal}.'
    came = Arrived(file.name, file.size_bytes, refusal=reason, delivered_path=file.path)
    return record_arrivals([came], accession=accession, by=by, way=AccessionLine.Way.PAGE)[0]


def receive_words(name: str, content: bytes, *, accession: Accession, by: User) -> AccessionLine | None:
    """
    Keep a captions list, a sidecar or a news document that came by itself, and give it to the files that are there.

    Return the line of its refusal where it cannot be read, or is none of them.
    """
    file = Delivered(name, len(content), lambda: BytesIO(content), base=name)
    if may_be_news(name):
        # One without its picture, as it would lie in a folder.
        [file] = with_sidecars([file])
    others = take_words([file], accession=accession, by=by)
    give_some(accession)
    if not others:
        return None
    refused = others[0] if others[0].refusal else replace(others[0], refusal=_NO_NEWS)
    return _refuse(refused, accession=accession, by=by)
