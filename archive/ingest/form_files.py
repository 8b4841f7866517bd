"""
Receive what the upload page sends, by the rules of the command line: no litter, sidecars with their picture, rows of a
captions list with their file, in the order of the paths.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from archive.accounts.models import User
from archive.catalogue.models import Accession
from archive.ingest.captions_list import COLUMNS, DATE_ORDER, CaptionsList, Remark, match_rows
from archive.ingest.delivered_names import is_litter
from archive.ingest.delivery import MAX_SIDECAR_BYTES, Delivered, with_sidecars
from archive.ingest.models import AccessionLine
from archive.ingest.receive_files import Arrived, receive, record_arrivals
from archive.ingest.remarks import record_remarks, remarks_of

_LONGEST_CELL = 100_000


def receive_form_files(
    files: Iterable[tuple[str, int, BinaryIO]], *, accession: Accession, by: User, captions: CaptionsList | None = None
) -> None:
    """
    Receive files of a form, each with its name and its size in bytes, and wake a worker.

    :param captions: the captions list that was sent with them
    :raises NoRoom: the disk is full; what was received before stays
    """
    left_out, listed = [], []
    for name, size_bytes, stream in files:
        if is_litter(name):
            left_out.append(name)
        else:
            listed.append(Delivered(name, size_bytes, lambda stream=stream: stream))
    # As the command line lists a folder: of the same bytes under two names the first leads.
    listed.sort(key=_place)
    paired, remarks = _with_rows(with_sidecars(listed), captions)
    record_remarks(accession, [*remarks, *remarks_of([], left_out)])
    for file in paired:
        sidecar = file.sidecar.open().read(MAX_SIDECAR_BYTES + 1) if file.sidecar else None
        if file.sidecar and sidecar and len(sidecar) > MAX_SIDECAR_BYTES:
            why = f"it has more than {MAX_SIDECAR_BYTES // 1024**2} MB. “{file.name}” came in without it"
            _refuse(file.sidecar, why, accession=accession, by=by)
            sidecar = None
        if file.refusal:
            _refuse(file, file.refusal, accession=accession, by=by)
            continue
        receive(
            file.open(),
            accession=accession,
            original_name=file.name,
            by=by,
            way=AccessionLine.Way.PAGE,
            stated=dict(file.stated),
            sidecar=sidecar,
        )


@dataclass(frozen=True)
class Announced:
    """
    What is known of files before they are sent, each by its place in what was announced.

    `sidecars` gives the sidecar of a picture, `stated` its row of the captions list, `refused` the line of a file that
    need not be sent, `left_out` what is litter of systems.
    """

    sidecars: dict[int, int] = field(default_factory=dict)
    stated: dict[int, dict[str, str]] = field(default_factory=dict)
    refused: dict[int, int] = field(default_factory=dict)
    left_out: list[int] = field(default_factory=list)
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
    paired, remarks = _with_rows(with_sidecars(listed), captions)
    remarks = [] if is_further else remarks
    remarks += remarks_of([], [files[n][0] for n in left_out])
    record_remarks(accession, remarks)
    announced = Announced(left_out=left_out, remarks=remarks)
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


def _with_rows(files: Iterable[Delivered], captions: CaptionsList | None) -> tuple[list[Delivered], list[Remark]]:
    if captions is None:
        return list(files), []
    files, unmatched = match_rows(files, captions)
    return files, [*captions.remarks, *unmatched]


def _refuse(file: Delivered, why: str, *, accession: Accession, by: User) -> AccessionLine:
    came = Arrived(file.name, file.size_bytes, refusal=f'"{file.name}" was not kept: {why}.', delivered_path=file.path)
    return record_arrivals([came], accession=accession, by=by, way=AccessionLine.Way.PAGE)[0]
