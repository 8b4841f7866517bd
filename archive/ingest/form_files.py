"""Receive what a form sends at once, by the rules of the command line: no litter, sidecars with their picture."""

from collections.abc import Iterable
from typing import BinaryIO

from archive.accounts.models import User
from archive.catalogue.models import Accession
from archive.ingest.delivered_names import is_litter
from archive.ingest.delivery import MAX_SIDECAR_BYTES, Delivered, with_sidecars
from archive.ingest.models import AccessionLine
from archive.ingest.receiving import Arrived, receive, record_arrivals
from archive.ingest.remarks import record_remarks, remarks_of


def receive_form_files(files: Iterable[tuple[str, int, BinaryIO]], *, accession: Accession, by: User) -> None:
    """
    Receive files of a form, each with its name and its size in bytes, and wake a worker.

    :raises NoRoom: the disk is full; what was received before stays
    """
    left_out, listed = [], []
    for name, size_bytes, stream in files:
        if is_litter(name):
            left_out.append(name)
        else:
            listed.append(Delivered(name, size_bytes, lambda stream=stream: stream))
    record_remarks(accession, remarks_of([], left_out))
    for file in with_sidecars(listed):
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
            sidecar=sidecar,
        )


def _refuse(file: Delivered, why: str, *, accession: Accession, by: User) -> None:
    came = Arrived(file.name, file.size_bytes, refusal=f'"{file.name}" was not kept: {why}.', delivered_path=file.path)
    record_arrivals([came], accession=accession, by=by, way=AccessionLine.Way.PAGE)
