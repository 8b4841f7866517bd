"""
Bring a delivery in from the command line: bytes arrive in threads, the sandboxes examine, this process records.

Interrupted and started again, it goes on: a file of this accession that has its outcome is not touched again, one that
was left half-way is taken up.
"""

import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.utils import timezone

from archive.accounts.models import User
from archive.catalogue.models import Accession
from archive.extraction.articles.containers import folder_beside
from archive.files.original_repair import restore, sentence_on
from archive.files.room import NoRoom
from archive.files.sandbox import Sandbox
from archive.ingest.delivered_bytes import READERS, arrivals, arrive_delivered, chunks, in_groups
from archive.ingest.delivery import Delivered, name_of
from archive.ingest.held_arrivals import record_known
from archive.ingest.models import AccessionLine, DeliveredSidecar
from archive.ingest.process_lines import BATCH, LEASE, Bench, held_since, lease
from archive.ingest.receive_files import Arrived, record_arrivals
from archive.ingest.record_news_page import (
    NotAPage,
    Stated,
    article_held,
    read_page,
    record_held_page,
    record_page,
    record_refused_page,
)
from archive.ingest.zip_archives import open_regular

State, Outcome = AccessionLine.State, AccessionLine.Outcome


@dataclass(frozen=True)
class Brought:
    """
    What became of one file of a delivery, as the command line tells it.

    `note` is the part of the reason that a person is told though nothing is wrong: what is damaged, or was added.
    """

    path: str
    outcome: str
    item: int | None
    sha256: str
    reason: str
    note: str = ""


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
    :raises NoRoom: the disk became too full to receive more; what had arrived was brought in
    """
    with ThreadPoolExecutor(READERS) as readers, Bench(size) as bench:
        try:
            for chunk in chunks(files):
                for came in in_groups(arrivals(chunk, readers), BATCH):
                    bench.take(_lines(came, accession=accession, by=by, report=report))
                    # Little is leased ahead: enough that no sandbox waits while a batch is recorded.
                    while len(bench.jobs) > 2 * size + BATCH:
                        _tell(bench.finish_some(), report)
        except NoRoom:
            _finish(bench, report)
            raise
        _finish(bench, report)


def read_words(*, accession: Accession, size: int, report: Callable[[Brought], None]) -> None:
    """Read the words that wait in an accession for files of this one or another, and report each line."""
    with Bench(size) as bench:
        while True:
            waiting = AccessionLine.objects.filter(accession=accession, state=State.WAITING).exclude(about=None)
            if not (lines := lease(count=BATCH, lines=waiting.values("pk"))):
                return
            bench.take(lines)
            _finish(bench, report)


def _finish(bench: Bench, report: Callable[[Brought], None]) -> None:
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
    file = Delivered(delivered_path or name_of(path).text, 0, lambda: open_regular(path))
    [came] = arrive_delivered(file)
    known: dict[str, Any] = {"accession": accession, "by": by, "way": AccessionLine.Way.COMMAND}
    pictures: list[AccessionLine] = []
    if came.refusal:
        line = record_refused_page(came, "", **known)
    elif article := article_held(came.message_digest):
        line = record_held_page(came, article, **known)
        left = AccessionLine.objects.filter(figure__article=article).exclude(state=State.DONE)
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


def told(line: AccessionLine) -> Brought:
    """Return what the command line says of a line; one that failed counts as refused until it is tried again."""
    outcome = "waiting" if line.state == State.WAITING else (line.outcome or Outcome.REFUSED).lower()
    note = ""
    if line.item and outcome in ("created", "already_held"):
        note = line.reason.removeprefix(held_since(line.item)).strip()
    return Brought(line.delivered_path, outcome, line.item_id, line.message_digest, line.reason, note)


def told_of_words(path: str, sidecar: DeliveredSidecar) -> Brought:
    """Return what the command line says of a sidecar or a news document that came without its picture."""
    line = sidecar.line
    if line is None:
        reason = sidecar.why_not or (
            "It came without its picture: it is kept with the accession and waits for a file that it names or is named "
            "like."
        )
        return Brought(path, "kept", None, "", reason)
    brought = told(line)
    picture = line.item.file_name if line.item else line.original_name
    note = f"It is about “{picture}”. {line.reason}"
    return replace(brought, path=path, reason=note, note=note)


def _tell(lines: Iterable[AccessionLine], report: Callable[[Brought], None]) -> None:
    for line in lines:
        report(told(line))


def _lines(
    arrivals: list[Arrived], *, accession: Accession, by: User | None, report: Callable[[Brought], None]
) -> list[AccessionLine]:
    """Write lines for what came, leased to this process; leave out what this accession has dealt with before."""
    before: dict[tuple[str, str], list[AccessionLine]] = {}
    for line in (
        AccessionLine.objects.filter(accession=accession, message_digest__in=[came.message_digest for came in arrivals])
        .exclude(message_digest="")
        .order_by("pk")
    ):
        before.setdefault((line.message_digest, line.delivered_path), []).append(line)
    # What could not even be hashed is known by its path and by why.
    unhashed = {
        (line.delivered_path, line.reason): line
        for line in AccessionLine.objects.filter(
            accession=accession,
            message_digest="",
            delivered_path__in=[came.delivered_path for came in arrivals if not came.message_digest],
        )
    }
    new, known, left = [], [], []
    for came in arrivals:
        if not came.message_digest:
            line = unhashed.get((came.delivered_path, came.refusal))
        else:
            line = _said_by(before.get((came.message_digest, came.delivered_path), []), came)
        # What ran into a limit, or failed, still has its bytes in the spool: it is worth another try.
        if line is None or (line.spool_name and line.state in (State.DONE, State.FAILED)):
            # A sidecar is read by the bench, also where it comes with bytes that are held.
            (new if came.spool_name or came.refusal or came.sidecar else known).append(came)
        elif line.state == State.DONE:
            brought = told(line) if line.outcome == Outcome.REFUSED else replace(told(line), outcome="already_held")
            restored = _restored(line, came)
            # What was damaged or added was told when it came in.
            report(replace(brought, reason=f"{brought.reason} {restored}".strip(), note=restored))
            _drop(came)
        else:
            left.append(line.pk)
            _drop(came)
    if known:
        _tell(record_known(known, accession=accession, by=by, way=AccessionLine.Way.COMMAND), report)
    lines = record_arrivals(
        new, accession=accession, by=by, way=AccessionLine.Way.COMMAND, leased_until=timezone.now() + LEASE
    )
    _tell([line for line in lines if line.state == State.DONE], report)
    taken_up = lease(count=len(left), lines=left) if left else []
    return [line for line in lines if line.state != State.DONE] + taken_up


def _said_by(lines: list[AccessionLine], came: Arrived) -> AccessionLine | None:
    """Return the line of this file that says already what it comes with; new words need a line of their own."""
    stated = [line for line in lines if not came.stated or line.stated == came.stated]
    if came.sidecar and not any(bytes(line.sidecar or b"") == came.sidecar for line in lines):
        return None
    return stated[0] if stated else None


def _restored(line: AccessionLine, came: Arrived) -> str:
    """Put the original of a file right that was brought in before, where it needs that; say so."""
    if line.item is None or not came.spool_path:
        return ""
    now = timezone.now()
    media_file = line.item.media_file
    return sentence_on(restore(media_file, came.spool_path, delivered_as=came.original_name, at=now))


def _drop(came: Arrived) -> None:
    if came.spool_path:
        came.spool_path.unlink(missing_ok=True)
