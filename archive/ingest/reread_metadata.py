"""
Read again what files say of themselves, after the readers changed.

The new reading stands beside the old ones. Claims that still follow are not touched; what no longer follows is ruled
superseded by the machine, unless a person has decided on it: decisions of people stand. Sidecars are read again with
their picture, each by itself: what one says does not supersede what another does.
"""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from archive.catalogue.models import Caption, Item
from archive.claims.models import Claim, ClaimQuerySet, DeliveredReading
from archive.claims.record_claims import claims_of_file
from archive.extraction.models import Reading
from archive.extraction.readers import file_assertions, statements
from archive.extraction.readers.news_versions import Version, identity_of, latest_news
from archive.extraction.readers.statements import READER_VERSION
from archive.files.formats import UnreadableImage
from archive.files.kept_files import on_disk, why_not_intact
from archive.files.models import PreservationEvent
from archive.files.sandbox import JobFailed, Sandbox
from archive.ingest.claims_in_step import bring_in_step
from archive.ingest.models import AccessionLine
from archive.ingest.records import AGENT, add_wordings, named_in_sidecar, note_delivery, record_reading, wordings_before
from archive.ledger.record_acts import act
from archive.projection.item_gate import changing

READ = "archive.ingest.examine_file.read_again"
READ_SIDECAR = "archive.ingest.examine_file.examine_sidecar"
READER = "embedded"
SIDECAR_READER = "sidecar"
NOT_FORESEEN = "reading it failed in a way that was not foreseen."


class NotRead(Exception):
    """The file could not be read again; the text is a sentence for people."""


@dataclass(frozen=True)
class _Sidecar:
    """A sidecar as it is read now, and the lines that brought these very bytes, the first one first."""

    lines: list[AccessionLine]
    raw_reading: statements.Reading


@dataclass(frozen=True)
class Reread:
    """How many claims and captions are new, how many claims no longer follow, how many follow again."""

    added: int = 0
    superseded: int = 0
    restored: int = 0
    captions: int = 0


def outdated() -> QuerySet[Item]:
    """Return the items whose file, or a sidecar of it, was last read by another version of the readers."""
    read_now = DeliveredReading.objects.filter(
        reading__media_file=OuterRef("item__media_file"), reading__reader_version=READER_VERSION,
        accession=OuterRef("accession"),
    )  # fmt: skip
    missing = AccessionLine.objects.filter(~Exists(read_now), item=OuterRef("pk"), sidecar__isnull=False)
    return _with_version().filter(~Q(version=READER_VERSION) | Exists(missing)).order_by("pk")


def _with_version() -> QuerySet[Item]:
    last = Reading.objects.filter(media_file=OuterRef("media_file"), reader=READER).order_by("-pk")
    return Item.objects.annotate(version=Subquery(last.values("reader_version")[:1])).exclude(version=None)


def reread(item: Item, *, sandbox: Sandbox, by: str = AGENT) -> Reread:
    """
    Read one file and its sidecars again and bring the claims that rest on them in step.

    :raises NotRead: the original is missing or altered, or it or a sidecar cannot be read; nothing was changed
    :raises OSError, and what the client of another store raises: nothing can be read now
    """
    media_file = item.media_file
    if why := why_not_intact(media_file):
        raise NotRead(why)
    try:
        with on_disk(media_file) as path:
            raw_reading = statements.Reading.from_json(sandbox.run(READ, path=str(path)))
        sidecars = _read_sidecars(item, sandbox)
    except (UnreadableImage, JobFailed) as problem:
        raise NotRead(str(problem)) from problem
    return _record(item, raw_reading, sidecars, by=by, at=timezone.now())


def _read_sidecars(item: Item, sandbox: Sandbox) -> list[_Sidecar]:
    """Read each of the sidecars that ever came with this picture, in the order in which they came."""
    by_bytes: dict[bytes, list[AccessionLine]] = {}
    lines = AccessionLine.objects.filter(item=item, sidecar__isnull=False).select_related("accession", "received_by")
    for line in lines.order_by("pk"):
        if line.sidecar:
            by_bytes.setdefault(bytes(line.sidecar), []).append(line)
    sidecars = []
    with tempfile.TemporaryDirectory(prefix="strandline-sidecar-") as folder:
        path = Path(folder) / "sidecar.xmp"
        for content, brought in by_bytes.items():
            path.write_bytes(content)
            read = sandbox.run(READ_SIDECAR, path=str(path), **named_in_sidecar(brought[0]))["sidecar"]
            sidecars.append(_Sidecar(brought, statements.Reading.from_json(read)))
    return sidecars


def _record(item: Item, raw_reading: statements.Reading, sidecars: list[_Sidecar], *, by: str, at: datetime) -> Reread:
    assertions = file_assertions.assertions(raw_reading)
    with changing([item], reword=True):
        reading = record_reading(item.media_file, READER, raw_reading, at=at)
        # Those that an earlier reading gave stay: people may have worked on them.
        before = wordings_before(item, Caption.Origin.EMBEDDED)
        captions = add_wordings(
            item, reading, raw_reading, before=before, origin=Caption.Origin.EMBEDDED, recorded_at=at
        )
        of_file = bring_in_step(_resting_on(item, READER), claims_of_file(item, reading, assertions, at=at), at=at)
        of_sidecars = _record_sidecars(item, sidecars, at) if sidecars else Reread()
        added, superseded, restored = (
            file + beside for file, beside in zip(of_file, _counts(of_sidecars), strict=True)
        )
        done = Reread(added, superseded, restored, captions + of_sidecars.captions)
        detail = f"read again by version {READER_VERSION}: {done.added} claims added, {done.superseded} superseded"
        PreservationEvent.objects.create(
            media_file=item.media_file,
            event_type="metadata extraction",
            occurred_at=at,
            event_outcome="success" if raw_reading.state != statements.State.UNREADABLE else "warning",
            event_outcome_detail=detail,
            linking_agent=AGENT,
        )
        act(verb="read metadata again", subject=item, actor=by, payload={"reading": reading.pk, "reason": detail})
    return done


def _record_sidecars(item: Item, sidecars: list[_Sidecar], at: datetime) -> Reread:
    """
    Record what the sidecars say now: each has a reading, and all of them together the claims that follow.

    Of a news document the latest version claims, of equals the first to come; the others are read and kept.
    """
    wanted: list[Claim] = []
    captions = 0
    latest = latest_news([sidecar.raw_reading.statements for sidecar in sidecars])
    claimed: set[tuple[str, Version]] = set()
    for sidecar in sidecars:
        first = sidecar.lines[0]
        reading = record_reading(item.media_file, SIDECAR_READER, sidecar.raw_reading, at=at)
        note_delivery(reading, [line.accession for line in sidecar.lines])
        identity = identity_of(sidecar.raw_reading.statements)
        if identity in claimed or not any(sidecar.raw_reading.statements is statements for statements in latest):
            continue
        claimed |= {identity} if identity and identity[1].is_stated else set()
        captions += add_wordings(
            item, reading, sidecar.raw_reading,
            before=wordings_before(item, Caption.Origin.SIDECAR), origin=Caption.Origin.SIDECAR,
            accession=first.accession, recorded_at=at, recorded_by=first.received_by,
        )  # fmt: skip
        assertions = file_assertions.assertions(sidecar.raw_reading)
        wanted += claims_of_file(item, reading, assertions, at=at, accession=first.accession)
    return Reread(*bring_in_step(_resting_on(item, SIDECAR_READER), wanted, at=at), captions)


def _counts(done: Reread) -> tuple[int, int, int]:
    return done.added, done.superseded, done.restored


def _resting_on(item: Item, reader: str) -> ClaimQuerySet:
    return Claim.objects.filter(item=item, source__reading__reader=reader)
