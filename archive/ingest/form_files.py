"""
Receive what the upload page sends, by the rules of the command line: no litter, sidecars with their picture, rows of a
captions list with their file, what lies in ZIP archives, in the order of the paths.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.core.files import File

from archive.accounts.models import User
from archive.catalogue.models import Accession
from archive.ingest.captions_list import COLUMNS, DATE_ORDER, CaptionsList, Remark, Row, match_rows
from archive.ingest.delivered_bytes import hand_over
from archive.ingest.delivered_names import is_litter
from archive.ingest.delivery import Delivered, unpacked, with_sidecars
from archive.ingest.models import AccessionLine
from archive.ingest.receive_files import Arrived, record_arrivals
from archive.ingest.remarks import record_remarks, remarks_of
from archive.ingest.zip_archives import Archives, open_regular

_LONGEST_CELL = 100_000


def receive_form_files(
    files: Iterable[tuple[str, int, File]], *, accession: Accession, by: User, captions: CaptionsList | None = None
) -> None:
    """
    Receive files of a form, each with its name and its size in bytes, and what lies in its ZIP archives; wake a worker.

    :param captions: the captions list that was sent with them
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
        sent, remarks = _with_rows(sent, captions)
        record_remarks(accession, [*remarks, *remarks_of(sent, left_out)])
        hand_over(sent, accession=accession, by=by, way=AccessionLine.Way.PAGE)


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

    `sidecars` gives the sidecar of a picture, `stated` its row of the captions list, `refused` the line of a file that
    need not be sent, `left_out` what is litter of systems. `rows` are the lines of the captions list that are
    looked for in the ZIP archives once these have arrived.
    """

    sidecars: dict[int, int] = field(default_factory=dict)
    stated: dict[int, dict[str, str]] = field(default_factory=dict)
    refused: dict[int, int] = field(default_factory=dict)
    left_out: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def announce(
    files: list[tuple[str, int]],
    *,
    accession: Accession,
    by: User,
    captions: CaptionsList | None = None,
    is_further: bool = False,
) -> Announced:
    """
    Pair what is about to be sent one by one, before it is: a sidecar that goes with none is refused here by name.

    :param files: where each file lay in what was dropped, or its name, and its size in bytes
    :param captions: the captions list that goes with them
    :param is_further: others were announced before, which the other rows of the list may speak of
    """
    left_out = [n for n, (path, _size_bytes) in enumerate(files) if is_litter(path)]
    at = {path: n for n, (path, _size_bytes) in reversed(list(enumerate(files))) if not is_litter(path)}
    listed = sorted((Delivered(path, files[n][1]) for path, n in at.items()), key=_place)
    archives = [file.name for file in listed if file.name.lower().endswith(".zip")]
    pending: list[Row] | None = [] if archives else None
    paired, remarks = _with_rows(with_sidecars(listed), captions, pending)
    remarks = [] if is_further else remarks
    if captions and pending:
        remarks.append(Remark(captions.name, _looked_for(pending, archives), is_problem=False))
    remarks += remarks_of([], [files[n][0] for n in left_out])
    record_remarks(accession, remarks)
    announced = Announced(left_out=left_out, rows=[row.line_number for row in pending or ()], remarks=remarks)
    for file in paired:
        if file.refusal:
            announced.refused[at[file.path]] = _refuse(file, file.refusal, accession=accession, by=by).pk
            continue
        if file.sidecar:
            announced.sidecars[at[file.path]] = at[file.sidecar.path]
        if file.stated:
            announced.stated[at[file.path]] = dict(file.stated)
    return announced


def is_stated(stated: Any) -> bool:
    """Tell whether this is what a row of a captions list may state of a file."""
    return isinstance(stated, dict) and all(
        name in (*COLUMNS, DATE_ORDER) and isinstance(value, str) and len(value) <= _LONGEST_CELL and "\0" not in value
        for name, value in stated.items()
    )


def _place(file: Delivered) -> list[str]:
    return file.path.split("/")


def _looked_for(rows: list[Row], archives: list[str]) -> str:
    names = ", ".join(f"“{name}”" for name in archives[:3]) + (", …" if len(archives) > 3 else "")
    lines = "1 line names" if len(rows) == 1 else f"{len(rows)} lines name"
    return f"{lines} no file that is sent by itself; what lies in {names} is looked at once it has arrived."


def _with_rows(
    files: Iterable[Delivered], captions: CaptionsList | None, pending: list[Row] | None = None
) -> tuple[list[Delivered], list[Remark]]:
    if captions is None:
        return list(files), []
    files, unmatched = match_rows(files, captions, pending)
    return files, [*captions.remarks, *unmatched]


def _refuse(file: Delivered, why: str, *, accession: Accession, by: User) -> AccessionLine:
    came = Arrived(file.name, file.size_bytes, refusal=f'"{file.name}" was not kept: {why}.', delivered_path=file.path)
    return record_arrivals([came], accession=accession, by=by, way=AccessionLine.Way.PAGE)[0]
