"""
Bring a delivery in from the command line: bytes arrive in threads, the sandboxes examine, this process records.

Interrupted and started again, it goes on: a file of this accession that has its outcome is not touched again, one that
was left half-way is taken up.
"""

import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils import timezone

from archive.accounts.models import User
from archive.catalogue.models import Accession
from archive.claims.projecting import project
from archive.claims.reading import read_captions
from archive.extraction.articles.containers import folder_beside
from archive.files.keeping import digest_of
from archive.files.models import MediaFile
from archive.files.sandbox import Sandbox
from archive.ingest.clipping import (
    NotAPage,
    Stated,
    article_held,
    read_page,
    record_held_page,
    record_page,
    record_refused_page,
)
from archive.ingest.delivery import Delivered
from archive.ingest.models import AccessionLine
from archive.ingest.processing import BATCH, LEASE, Bench, items_by_digest, lease, record_held
from archive.ingest.receiving import Arrived, arrive, line_of, record_arrivals
from archive.ledger.recording import recording

CHUNK = 64
READERS = 2

State, Outcome = AccessionLine.State, AccessionLine.Outcome


@dataclass(frozen=True)
class Brought:
    """What became of one file of a delivery, as the command line tells it."""

    path: str
    outcome: str
    item: int | None
    sha256: str
    reason: str


def bring_in(
    files: Iterable[Delivered],
    *,
    accession: Accession,
    by: User | None,
    size: int,
    report: Callable[[Brought], None],
) -> None:
    """
    Bring the files into the accession and report each once its outcome is committed.

    :param size: how many files are examined at the same time
    """
    with ThreadPoolExecutor(READERS) as readers, Bench(size) as bench:
        for chunk in _chunks(files):
            for came in _in_groups(_arrivals(chunk, readers), BATCH):
                bench.take(_lines(came, accession=accession, by=by, report=report))
                # Little is leased ahead: enough that no sandbox waits while a batch is recorded.
                while len(bench.jobs) > 2 * size + BATCH:
                    _tell(bench.finish_some(), report)
        while bench.jobs:
            _tell(bench.finish_some(), report)


def bring_in_page(
    path: Path,
    *,
    accession: Accession,
    by: User | None,
    sandbox: Sandbox,
    bench: Bench,
    stated: Stated,
    delivered_path: str = "",
) -> AccessionLine:
    """
    Bring a saved page into the accession with the pictures it holds, all of them read when this returns its line.

    Of a page that is held it takes up the pictures that a killed run left.
    """
    with path.open("rb") as stream:
        came = arrive(stream, original_name=path.name, delivered_path=delivered_path or str(path))
    known: dict[str, Any] = {"accession": accession, "by": by, "way": AccessionLine.Way.COMMAND}
    pictures: list[AccessionLine] = []
    if came.refusal:
        line = record_refused_page(came, "", **known)
    elif held := article_held(came.message_digest):
        line = record_held_page(came, held, **known)
        left = AccessionLine.objects.filter(figure__article=held).exclude(state=State.DONE)
        pictures = lease(count=left.count(), lines=left.values("pk"))
    else:
        with tempfile.TemporaryDirectory(prefix="strandline-page-") as into:
            try:
                page = read_page(
                    came.spool_path, Path(into), sandbox=sandbox, folder=folder_beside(path), url=stated.url
                )
            except NotAPage as why:
                line = record_refused_page(came, str(why), **known)
            else:
                until = timezone.now() + LEASE
                line, pictures = record_page(came, page, stated=stated, leased_until=until, **known)
    bench.take([picture for picture in pictures if picture.state != State.DONE])
    while bench.jobs:
        bench.finish_some()
    return line


def hand_over(files: Iterable[Delivered], *, accession: Accession, by: User | None) -> list[AccessionLine]:
    """Receive the files into the accession and leave them to the workers."""
    lines: list[AccessionLine] = []
    with ThreadPoolExecutor(READERS) as readers:
        for chunk in _chunks(files):
            for came in _in_groups(_arrivals(chunk, readers), BATCH):
                lines += record_arrivals(came, accession=accession, by=by, way=AccessionLine.Way.COMMAND)
    return lines


def told(line: AccessionLine) -> Brought:
    """Return what the command line says of a line; one that failed counts as refused until it is tried again."""
    outcome = (line.outcome or Outcome.REFUSED).lower()
    return Brought(line.delivered_path, outcome, line.item_id, line.message_digest, line.reason)


def _tell(lines: Iterable[AccessionLine], report: Callable[[Brought], None]) -> None:
    for line in lines:
        report(told(line))


def _lines(
    arrivals: list[Arrived], *, accession: Accession, by: User | None, report: Callable[[Brought], None]
) -> list[AccessionLine]:
    """Write lines for what came, leased to this process; leave out what this accession has dealt with before."""
    before = {
        (line.message_digest, line.delivered_path): line
        for line in AccessionLine.objects.filter(
            accession=accession, message_digest__in=[came.message_digest for came in arrivals]
        ).exclude(message_digest="")
    }
    new, known, left = [], [], []
    for came in arrivals:
        line = before.get((came.message_digest, came.delivered_path))
        # What ran into a limit, or failed, still has its bytes in the spool: it is worth another try.
        if line is None or (line.spool_name and line.state in (State.DONE, State.FAILED)):
            (new if came.spool_name or came.refusal else known).append(came)
        elif line.state == State.DONE:
            report(told(line) if line.outcome == Outcome.REFUSED else replace(told(line), outcome="already_held"))
            _drop(came)
        else:
            left.append(line.pk)
            _drop(came)
    _tell(_record_known(known, accession=accession, by=by), report)
    lines = record_arrivals(
        new, accession=accession, by=by, way=AccessionLine.Way.COMMAND, leased_until=timezone.now() + LEASE
    )
    _tell([line for line in lines if line.state == State.DONE], report)
    return [line for line in lines if line.state != State.DONE] + lease(count=len(left), lines=left)


def _record_known(arrivals: list[Arrived], *, accession: Accession, by: User | None) -> list[AccessionLine]:
    """Write the lines of files that are held already, with what this delivery adds to them."""
    held = items_by_digest(came.message_digest for came in arrivals)
    now, lines, changed = timezone.now(), [], []
    with recording():
        for came in arrivals:
            line = line_of(came, accession=accession, by=by, way=AccessionLine.Way.COMMAND, at=now)
            if record_held(line, held[came.message_digest], now):
                changed.append(line.item)
            lines.append(line)
        AccessionLine.objects.bulk_create(lines)
        read_captions(changed, at=now)
        project(changed)
    return lines


def _drop(came: Arrived) -> None:
    if came.spool_path:
        came.spool_path.unlink(missing_ok=True)


def _arrivals(chunk: list[Delivered], readers: ThreadPoolExecutor) -> Iterator[Arrived]:
    """Yield each file once it arrived. What may be held is hashed first: held bytes are not written again."""
    sizes = {file.size_bytes for file in chunk}
    held_sizes = set(MediaFile.objects.filter(size_bytes__in=sizes).values_list("size_bytes", flat=True))
    suspected = [file for file in chunk if file.size_bytes in held_sizes]
    hashed: dict[Future[str], Delivered] = {readers.submit(_digest, file): file for file in suspected}
    digests = {future.result() for future in hashed}
    held = set(
        MediaFile.objects.filter(message_digest__in=digests, item__isnull=False).values_list(
            "message_digest", flat=True
        )
    )
    known = {id(file): future.result() for future, file in hashed.items() if future.result() in held}
    for file in chunk:
        if digest := known.get(id(file)):
            yield Arrived(file.name, file.size_bytes, digest, delivered_path=file.path, stated=file.stated)
    arriving = [readers.submit(_arrive, file) for file in chunk if id(file) not in known]
    for future in as_completed(arriving):
        yield future.result()


def _digest(file: Delivered) -> str:
    try:
        with file.open() as stream:
            return digest_of(stream)[0]
    except (OSError, RuntimeError, zipfile.BadZipFile):
        return ""


def _arrive(file: Delivered) -> Arrived:
    known = {"delivered_path": file.path, "stated": file.stated}
    try:
        sidecar = file.read_sidecar() if file.read_sidecar else None
        with file.open() as stream:
            return arrive(stream, original_name=file.name, sidecar=sidecar, **known)
    except (OSError, RuntimeError, zipfile.BadZipFile) as problem:
        why = os.strerror(problem.errno) if isinstance(problem, OSError) and problem.errno else str(problem)
        refusal = f'"{file.name}" was not kept: it cannot be read from the delivery ({why}). Send the file again.'
        return Arrived(file.name, file.size_bytes, refusal=refusal, **known)


def _chunks(files: Iterable[Delivered]) -> Iterator[list[Delivered]]:
    files = iter(files)
    while chunk := list(islice(files, CHUNK)):
        yield chunk


def _in_groups(arrivals: Iterator[Arrived], most: int) -> Iterator[list[Arrived]]:
    while group := list(islice(arrivals, most)):
        yield group
