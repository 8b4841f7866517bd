"""
Receive files: bytes into the spool, a line into the accession. From then on nothing can lose them.

A line is written only when its bytes lie fsynced in the spool, so "received" outlives a kill at any later moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from archive.accounts.models import User
from archive.authorities.models import Outlet
from archive.catalogue.models import Access, Accession
from archive.files.kept_files import TooLarge, adopt, digest_of, spool
from archive.ingest.captions_list import ROW
from archive.ingest.models import HAS_NO_FILE, AccessionLine, DeliveredRow
from archive.ingest.wake_worker import wake
from archive.ledger.record_acts import act, recording
from archive.press.models import Figure

State = AccessionLine.State
# So much of a path is kept, and compared.
LONGEST_PATH = 1000


@dataclass(frozen=True)
class Arrived:
    """A file whose bytes lie in the spool, or that was refused at the door; not yet a line."""

    original_name: str
    size_bytes: int
    message_digest: str = ""
    spool_name: str = ""
    refusal: str = ""
    delivered_path: str = ""
    stated: dict[str, Any] = field(default_factory=dict)
    sidecar: bytes | None = None
    figure: Figure | None = None
    upload_key: UUID | None = None

    @property
    def spool_path(self) -> Path | None:
        return settings.SPOOL_ROOT / self.spool_name if self.spool_name else None


def open_accession(
    *,
    title: str,
    by: User | None,
    supplied_by: str = "",
    outlet: Outlet | None = None,
    published_on: date | None = None,
    received_on: date | None = None,
    terms: str = "",
    terms_public: bool = False,
    note: str = "",
    access: str = Access.RESEARCH,
) -> Accession:
    """Open one delivery. `by` is None for the command line, which the ledger names so."""
    with recording():
        accession = Accession.objects.create(
            title=title,
            supplied_by=supplied_by,
            outlet=outlet,
            published_on=published_on,
            received_on=received_on,
            terms=terms,
            terms_public=terms_public,
            note=note,
            access=access,
            opened_at=timezone.now(),
            opened_by=by,
        )
        act(verb="open accession", subject=accession, actor=by or "command line", payload={"title": title})
    return accession


def arrive(stream: BinaryIO, *, original_name: str, **known: Any) -> Arrived:
    """Bring bytes into the spool, hashed and fsynced, in constant memory. Touches no database; may run in threads."""
    try:
        spooled = spool(stream, settings.SPOOL_ROOT, settings.INGEST_MAX_BYTES)
    except TooLarge as refused:
        reason = f'"{original_name}" was not kept: {refused}'
        return Arrived(original_name, refused.size_bytes, refused.message_digest, refusal=reason, **known)
    return Arrived(original_name, spooled.size_bytes, spooled.message_digest, spooled.path.name, **known)


def record_arrivals(
    arrivals: Iterable[Arrived],
    *,
    accession: Accession,
    by: User | None,
    way: str,
    leased_until: datetime | None = None,
) -> list[AccessionLine]:
    """
    Write a line for each file that arrived, with its act in the ledger.

    :param leased_until: given by who will process them at once; others leave it out and a worker is woken
    """
    now = timezone.now()
    state = State.WORKING if leased_until else State.WAITING
    arrivals = list(arrivals)
    lines = []
    for came in arrivals:
        line = line_of(came, accession=accession, by=by, way=way, at=now)
        if came.refusal:
            line.state, line.outcome, line.reason = State.DONE, AccessionLine.Outcome.REFUSED, came.refusal
            line.finished_at = now
        else:
            line.state, line.leased_until, line.attempts = state, leased_until, 1 if leased_until else 0
        lines.append(line)
    with recording():
        AccessionLine.objects.bulk_create(lines)
        note_rows(arrivals, lines, accession)
        for line in lines:
            payload = {"name": line.original_name, "size_bytes": line.size_bytes, "sha256": line.message_digest}
            if line.outcome:
                payload["refused"] = line.reason
            act(verb="receive", subject=line, actor=by or "command line", payload=payload)
        if not leased_until and any(line.state == State.WAITING for line in lines):
            # A message that is lost costs time only: the sweep finds the line.
            transaction.on_commit(wake, robust=True)
    return lines


def note_rows(arrivals: list[Arrived], lines: list[AccessionLine], accession: Accession) -> None:
    """Note which line each row of a kept captions list went to; what another line has taken meanwhile stays there."""
    for came, line in zip(arrivals, lines, strict=True):
        if row := came.stated.get(ROW):
            rows = DeliveredRow.objects.filter(HAS_NO_FILE, pk=int(row), captions_list__accession=accession)
            rows.update(line=line)


def receive_spooled(
    path: Path,
    *,
    accession: Accession,
    original_name: str,
    by: User | None,
    delivered_path: str = "",
    stated: dict[str, Any] | None = None,
    sidecar: bytes | None = None,
    upload_key: UUID | None = None,
) -> AccessionLine:
    """
    Receive a finished upload: its bytes are hashed and get a second name in the spool; they are not held twice.

    :param upload_key: kept with the line, so that an upload whose end was not noted finds its line
    """
    with path.open("rb") as stream:
        message_digest, size_bytes = digest_of(stream)
    came = Arrived(
        original_name,
        size_bytes,
        message_digest,
        adopt(path, settings.SPOOL_ROOT).name,
        delivered_path=delivered_path,
        stated=stated or {},
        sidecar=sidecar,
        upload_key=upload_key,
    )
    [line] = record_arrivals([came], accession=accession, by=by, way=AccessionLine.Way.PAGE)
    path.unlink(missing_ok=True)
    return line


def line_of(came: Arrived, *, accession: Accession, by: User | None, way: str, at: datetime) -> AccessionLine:
    """Return the unsaved line of a file that arrived."""
    return AccessionLine(
        accession=accession,
        original_name=came.original_name[:300],
        delivered_path=came.delivered_path[:LONGEST_PATH],
        size_bytes=came.size_bytes,
        message_digest=came.message_digest,
        way=way,
        received_at=at,
        received_by=by,
        stated={name: value for name, value in came.stated.items() if name != ROW},
        sidecar=came.sidecar,
        figure=came.figure,
        spool_name=came.spool_name,
        upload_key=came.upload_key,
    )
