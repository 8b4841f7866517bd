"""
Work off the lines that wait: examine in the sandbox, record in short batched transactions.

The database row is the truth about what is still to do. A worker leases rows and renews the lease while it lives; when
it is killed, the lease runs out and another takes them up, each by itself. Every step may run twice: bytes are kept
under their hash, a held file is found held, and only who still holds the lease records an outcome.
"""

import fcntl
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.core.files.storage import storages
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.further_accessions import note_accession
from archive.catalogue.models import Access, Accession, Caption, Item
from archive.claims.caption_claims import read_ahead
from archive.extraction.gazetteer_of_captions import known_names
from archive.extraction.readers import file_assertions, statements
from archive.files.destroyed_originals import destroyed
from archive.files.formats import UnreadableImage
from archive.files.kept_files import held_digest, keep_rendition, keep_spooled, path_of
from archive.files.leases import is_over
from archive.files.models import MediaFile, Rendition
from archive.files.original_repair import restore, sentence_on
from archive.files.outside_faults import is_outside_fault, sentence_of
from archive.files.sandbox import Crashed, JobFailed, Limits, Workshop, made_in
from archive.files.store_identity import check_marker, ensure_store
from archive.ingest import records
from archive.ingest.flag_notices import flagging_new_notices
from archive.ingest.models import LEASE, LONGEST_WAIT, AccessionLine
from archive.ingest.records import Examined
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act, recording, wait_for_appending
from archive.press.models import Appearance
from archive.projection.item_gate import changing
from archive.standards.edtf import label_of_day
from archive.standards.vocabulary import SourceKind

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 4
# By name: what they need to decode files is loaded in the sandbox alone.
EXAMINE = "archive.ingest.examine_file.examine"
EXAMINE_SIDECAR = "archive.ingest.examine_file.examine_sidecar"
DESK = "desk-"
# Where news pages wait for the word of the person who sent them; `holding` puts them there.
PAGES = "pages"
# What was found wrong of what a file says, so that it was not used; the rest are notes.
_PROBLEMS = {"UNREADABLE", "IMPOSSIBLE", "LIMIT"}
# What is written of a line once it is known what became of its file.
_RECORDED = (
    "state", "outcome", "reason", "item", "appearance", "finished_at", "restored", "has_problems", "leased_until",
    "spool_name",
)  # fmt: skip
# Long enough to make a transaction cheap, short enough that nobody waits for its lock. What it costs by itself, some
# fifty queries, is as much as three files cost in it: so many are gathered as are ready within a second.
BATCH = 16
GATHER_SECONDS = 1

State, Outcome, Way = AccessionLine.State, AccessionLine.Outcome, AccessionLine.Way


@dataclass
class Job:
    """One line in the hands of this process: what the sandbox is doing with it, and the folder of its renditions."""

    line: AccessionLine
    folder: Path
    future: "Future[dict]"
    # What the row says too, as long as no other process has taken the line.
    leased_until: datetime
    # Its bytes in the spool, where they were sent, and whether they are needed there no more.
    spool_path: Path | None
    is_spent: bool = False
    # The captions that it brings were read.
    has_wordings: bool = False
    # What was put right of an original that is held, for people.
    restored: str = ""

    @property
    def fault(self) -> BaseException | None:
        """What went wrong outside of the file while it was examined and kept."""
        problem = self.future.exception()
        return problem if is_outside_fault(problem) else None


def limits() -> Limits:
    """Return what reading one file may use, by the settings."""
    return Limits(
        address_space_bytes=settings.INGEST_MAX_MEMORY_BYTES,
        cpu_seconds=settings.INGEST_MAX_SECONDS,
        wall_seconds=settings.INGEST_MAX_SECONDS,
    )


def work_off(bench: "Bench | None" = None, *, is_enough: Callable[[], bool] = lambda: False) -> None:
    """
    Process what is due until nothing is.

    :param bench: where; without one, a bench is set up for this call
    :param is_enough: once it says yes, what was begun is finished and the rest is given back
    """
    if bench is None:
        with Bench(1) as bench:
            return work_off(bench, is_enough=is_enough)
    bench.is_held_up = False
    while True:
        # Where the store does not answer, the lines that follow would fail too: they wait for the next sweep.
        if is_enough() or bench.is_held_up:
            bench.give_back()
        # It may be what took its worker down: nothing else is in hand should it do so again.
        elif not bench.jobs and (lost := lease_lost()):
            bench.take(lost)
        # Little is leased ahead: enough that no sandbox waits while a batch is recorded.
        elif len(bench.jobs) < BATCH:
            bench.take(lease(count=BATCH))
        if not bench.jobs:
            return
        bench.finish_some()


@transaction.atomic
def lease(*, count: int, lines: Iterable[int] | None = None) -> list[AccessionLine]:
    """
    Take up to `count` due lines for this process; no other process takes them while the lease runs.

    What was in the hands of a worker that was lost is left to `lease_lost`.

    :param lines: keys of lines that a person asks for: taken whether they are due or not, unless they are done
    """
    now = timezone.now()
    if lines is None:
        wanted = AccessionLine.objects.due(now).filter(attempts__lt=MOST_ATTEMPTS, state=State.WAITING)
    else:
        wanted = AccessionLine.objects.filter(pk__in=lines).exclude(state=State.DONE)
    return _take(wanted.order_by("pk")[:count], now)


def lease_lost() -> list[AccessionLine]:
    """
    Take one line that a lost worker had in hand, or none while another such line is in the hands of anybody.

    One file may take the whole worker with it, whose other lines were lost through no fault of theirs: each is tried
    by itself, so that only that file uses up its attempts. Of those that were tried as often the first is taken.
    """
    now = timezone.now()
    lost = AccessionLine.objects.due(now).filter(attempts__lt=MOST_ATTEMPTS, state=State.WORKING)
    # Without waiting for others that record: mostly there is none.
    if not lost.exists():
        return []
    with recording():
        # Two processes that look at the same moment would take one each.
        wait_for_appending()
        again = AccessionLine.objects.filter(state=State.WORKING, attempts__gt=1)
        if again.exclude(is_over("leased_until", now=now, longest=LEASE)).exists():
            return []
        return _take(lost.order_by("attempts", "pk")[:1], now)


def _take(wanted: QuerySet[AccessionLine], now: datetime) -> list[AccessionLine]:
    taken = list(
        wanted.select_for_update(skip_locked=True, no_key=True, of=("self",)).select_related(
            "accession__outlet", "received_by", "about", "figure__article__outlet"
        )
    )
    leased = {"state": State.WORKING, "leased_until": now + LEASE}
    AccessionLine.objects.filter(pk__in=[line.pk for line in taken]).update(**leased, attempts=F("attempts") + 1)
    for line in taken:
        line.state, line.leased_until, line.attempts = State.WORKING, now + LEASE, line.attempts + 1
    return taken


class Bench:
    """The lines that this process has leased, on their way through its sandboxes into the database."""

    def __init__(self, size: int) -> None:
        self.jobs: list[Job] = []
        # Something outside of the files failed: there is no use in taking more lines now.
        self.is_held_up = False
        self._workshop = Workshop(size, limits())
        self._hands = ThreadPoolExecutor(size + 2, thread_name_prefix="hand")
        settings.SPOOL_ROOT.mkdir(parents=True, exist_ok=True)
        # Below the spool, so that keeping a rendition is a rename; locked, so that a sweep knows whose owner is gone.
        self._desk = Path(tempfile.mkdtemp(prefix=DESK, dir=settings.SPOOL_ROOT))
        self._desk_lock = os.open(self._desk, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(self._desk_lock, fcntl.LOCK_EX)
        # By a clock that nobody sets.
        self._renewed_at = time.monotonic()

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of everything; what is not recorded is taken up by another once its lease has run out."""
        self._hands.shutdown(wait=False, cancel_futures=True)
        self._workshop.close()
        shutil.rmtree(self._desk, ignore_errors=True)
        os.close(self._desk_lock)

    def take(self, lines: list[AccessionLine]) -> None:
        """Send leased lines to the sandboxes; what is held already need not go there."""
        digests = [line.message_digest for line in lines]
        held_digests = set(
            MediaFile.objects.filter(message_digest__in=digests, item__isnull=False).values_list(
                "message_digest", flat=True
            )
        )
        # What two people had destroyed is not put back by whoever sends it again.
        gone = (
            set(
                destroyed(MediaFile.objects.filter(message_digest__in=held_digests)).values_list(
                    "message_digest", flat=True
                )
            )
            if held_digests
            else set()
        )
        try:
            store = ensure_store() if lines else ""
        except Exception as fault:
            if isinstance(fault, DatabaseError) or not is_outside_fault(fault):
                raise
            for line in lines:
                failed: Future[dict] = Future()
                failed.set_exception(fault)
                self._add(line, self._desk / str(line.pk), failed)
            return
        for line in lines:
            if line.message_digest in held_digests or line.about_id:
                self._start_held(line, is_to_be_there=line.message_digest not in gone)
            else:
                self._start(line, store)

    def _start_held(self, line: AccessionLine, *, is_to_be_there: bool) -> None:
        """
        Read no more of held bytes than the sidecar that came with them this time.

        :param is_to_be_there: an original that is missing or altered is put right
        """
        folder = self._desk / str(line.pk)
        self._add(line, folder, self._hands.submit(self._examine_held, line, folder, is_to_be_there))

    def _examine_held(self, line: AccessionLine, folder: Path, is_to_be_there: bool) -> dict:
        result: dict = {}
        if line.about and line.about.item_id is None:
            raise UnreadableImage(f"“{line.original_name}” is not in the archive, so what was said of it was not used.")
        if line.sidecar:
            folder.mkdir(exist_ok=True)
            (folder / "sidecar.xmp").write_bytes(line.sidecar)
            try:
                result = self._workshop.submit(
                    EXAMINE_SIDECAR, path=str(folder / "sidecar.xmp"), **records.named_in_sidecar(line)
                ).result()
            except (UnreadableImage, JobFailed) as problem:
                # Whatever a sidecar does, the original that is held is looked at, and put right.
                log.warning("the sidecar of line %s could not be read: %s", line.pk, problem)
                result = {"sidecar": None}
        if is_to_be_there and line.spool_name and line.spool_path.exists():
            result["is_intact"] = held_digest(line.message_digest) == line.message_digest
        return result

    def _start(self, line: AccessionLine, store: str) -> None:
        folder = self._desk / str(line.pk)
        self._add(line, folder, self._hands.submit(self._examine_and_keep, line, folder, store))

    def _add(self, line: AccessionLine, folder: Path, future: "Future[dict]") -> None:
        self.jobs.append(Job(line, folder, future, line.leased_until, line.spool_path if line.spool_name else None))

    def _examine_and_keep(self, line: AccessionLine, folder: Path, store: str) -> dict:
        """
        Examine a file and move its bytes into place: what waits for the disk waits here, not in a transaction.

        :param store: the identity of the store that takes them
        """
        folder.mkdir(exist_ok=True)
        _bring_back(line)
        if line.sidecar:
            (folder / "sidecar.xmp").write_bytes(line.sidecar)
        try:
            result = self._examine(line, folder)
        except (UnreadableImage, JobFailed):
            if line.spool_path.exists():
                raise
            # A worker that lost its lease unawares has moved the bytes meanwhile: that is no fault of the file.
            _bring_back(line)
            result = self._examine(line, folder)
        copies = result["picture"]["renditions"]
        paths = [made_in(folder, made["path"]) for made in copies]
        if not all(made["purpose"] in Rendition.Purpose.values for made in copies):
            raise Crashed("reading it named a copy that the archive does not make.")
        check_marker(store)
        result["storage_path"] = keep_spooled(line.spool_path, line.message_digest)
        for made, path in zip(copies, paths, strict=True):
            made["storage_path"] = keep_rendition(
                path, line.message_digest, made["purpose"], made["offset_milliseconds"]
            )
        return result

    def _examine(self, line: AccessionLine, folder: Path) -> dict:
        return self._workshop.submit(
            EXAMINE,
            path=str(line.spool_path),
            into_dir=str(folder),
            pixels=settings.INGEST_MAX_PIXELS,
            frames=settings.INGEST_MAX_FRAMES,
            size_bytes=settings.INGEST_MAX_BYTES,
            seconds=settings.INGEST_MAX_SECONDS / 2,
            sidecar_path=str(folder / "sidecar.xmp") if line.sidecar else None,
            file_name=line.original_name,
        ).result()

    def finish_some(self) -> list[AccessionLine]:
        """
        Wait until something was examined, record all that was; return the lines, those put off among them.

        :raises DatabaseError: the database does not take it now; what was found stays in hand until the next call
        """
        ready: list[Job] = []
        while not ready:
            wait([job.future for job in self.jobs], timeout=LEASE.total_seconds() / 3, return_when=FIRST_COMPLETED)
            # What is ready a moment later shares the transaction, its queries and its wait for the disk.
            wait([job.future for job in self.jobs], timeout=GATHER_SECONDS)
            self._renew()
            ready = self._ready()
        self.jobs = [job for job in self.jobs if job not in ready]
        recorded: list[Job] = []
        try:
            self._record(ready, recorded)
        finally:
            self.jobs += [job for job in ready if job not in recorded]
            for job in recorded:
                shutil.rmtree(job.folder, ignore_errors=True)
                if job.is_spent and job.spool_path:
                    job.spool_path.unlink(missing_ok=True)
        return [job.line for job in recorded]

    def _record(self, ready: list[Job], recorded: list[Job]) -> None:
        """Record what became of these jobs, and name each in `recorded` as soon as that is committed."""
        for job in ready:
            if fault := job.fault:
                log.warning("line %s is held up: %s", job.line.pk, fault)
                self.is_held_up = True
                _hold_up(job, fault)
                recorded.append(job)
        for job in ready:
            if job not in recorded and _needs_repair(job) and (fault := _repair(job)):
                self.is_held_up = True
                _hold_up(job, fault)
                recorded.append(job)
        rest = [job for job in ready if job not in recorded]
        _read_wordings([job for job in rest if not job.has_wordings])
        try:
            _record(rest)
            recorded += rest
        except Exception as problem:  # one bad line must not take the others with it: each is tried by itself
            log.warning("a batch of %d lines was taken back (%s); each is recorded by itself", len(rest), problem)
            for job in rest:
                _record_alone(job)
                recorded.append(job)

    def _ready(self) -> list[Job]:
        """Return a batch of what was examined; of the same bytes twice, the second never before the first."""
        ready, open_digests = [], set()
        for job in sorted(self.jobs, key=lambda job: job.line.pk):
            if job.future.done() and job.line.message_digest not in open_digests:
                ready.append(job)
            else:
                open_digests.add(job.line.message_digest)
        return ready[:BATCH]

    def give_back(self) -> None:
        """Let go of the lines that nobody has begun to read, so that the next worker need not wait for their lease."""
        unbegun = [job for job in self.jobs if job.future.cancel()]
        self.jobs = [job for job in self.jobs if job not in unbegun]
        self._held(unbegun).update(state=State.WAITING, leased_until=None, attempts=F("attempts") - 1)

    def _held(self, jobs: list[Job]) -> QuerySet[AccessionLine]:
        """Ask for the rows of these jobs, without those that another process has taken meanwhile."""
        return AccessionLine.objects.filter(
            pk__in=[job.line.pk for job in jobs],
            state=State.WORKING,
            leased_until__in={job.leased_until for job in jobs},
        )

    def _renew(self) -> None:
        """Hold on to the lines in hand before their lease runs out; what another has taken meanwhile stays theirs."""
        if time.monotonic() < self._renewed_at + LEASE.total_seconds() / 3:
            return
        leased_until = timezone.now() + LEASE
        self._held(self.jobs).update(leased_until=leased_until)
        for job in self.jobs:
            job.leased_until = leased_until
        self._renewed_at = time.monotonic()


def _needs_repair(job: Job) -> bool:
    """Tell whether the bytes of this job are held, but missing from the store or altered there."""
    return job.future.exception() is None and job.future.result().get("is_intact") is False


def _repair(job: Job) -> BaseException | None:
    """Put the held original right from the bytes that came; return what hindered it for the moment."""
    media_file = MediaFile.objects.get(message_digest=job.line.message_digest)
    try:
        outcome = restore(media_file, job.spool_path, delivered_as=job.line.original_name, at=timezone.now())
    except Exception as problem:
        if isinstance(problem, DatabaseError) or not is_outside_fault(problem):
            raise
        return problem
    job.restored = sentence_on(outcome)
    return None


def _read_wordings(jobs: list[Job]) -> None:
    """
    Read the captions that files and their deliveries bring, before the transaction: it reads nothing itself.

    What was left unread is told with the other problems of the file.
    """
    known = known_names()
    for job in jobs:
        result = {} if job.future.exception() else job.future.result()
        wordings, days = _wordings(job.line, result)
        problems = read_ahead(known, wordings, days=days)
        job.has_wordings = True
        if "reading" in result:
            result["reading"]["problems"] += [{"code": "LIMIT", "group": "", "text": problem} for problem in problems]


def _wordings(line: AccessionLine, result: dict) -> tuple[list[tuple[str, str]], set[date | None]]:
    """Return the texts that make claims, with their languages, and the days that they may be read against."""
    wordings, days = [], {None, line.accession.published_on, line.accession.received_on}
    if text := str(line.stated.get("caption", "")).strip():
        wordings.append((text, ""))
    if line.figure and line.figure.caption:
        wordings.append((line.figure.caption, line.figure.article.language))
        days.add(line.figure.article.published_earliest)
    for reader in ("reading", "sidecar"):
        if stored := result.get(reader):
            reading = statements.Reading.from_json(stored)
            wordings += [
                (wording.text, wording.language)
                for wording in file_assertions.wordings(reading)
                if wording.role == "DESCRIPTION"
            ]
            own = (
                assertion.date
                for assertion in file_assertions.assertions(reading)
                if assertion.ground == SourceKind.EMBEDDED_DESCRIPTION
            )
            days |= {day.earliest for day in islice((day for day in own if day and day.days == 1), 1)}
    return wordings, days


def _bring_back(line: AccessionLine) -> None:
    """Put bytes into the spool again that a lost worker had moved to the originals without recording it."""
    name = path_of(line.message_digest)
    if not line.spool_path.exists() and storages["originals"].exists(name):
        with storages["originals"].open(name, "rb") as kept, line.spool_path.open("wb") as target:
            shutil.copyfileobj(kept, target)


def _record_alone(job: Job) -> None:
    try:
        try:
            _record([job])
        except IntegrityError:
            # Another worker brought in the same bytes at the same moment; the second try finds them held.
            _record([job])
    except Exception as problem:
        if is_outside_fault(problem):
            raise
        log.exception("line %s could not be recorded", job.line.pk)
        _put_off(job, f"it could not be recorded ({type(problem).__name__})")


def _put_off(job: Job, why: str) -> None:
    """Let a line be tried again later, each time after a longer while; give up after the last attempt."""
    line = job.line
    line.state = State.FAILED if line.attempts >= MOST_ATTEMPTS else State.WAITING
    line.outcome, line.reason = "", f'"{line.original_name}" is received and safe, but {why}.'
    line.not_before = timezone.now() + _back_off(line.attempts)
    _held_by(job).update(state=line.state, reason=line.reason, not_before=line.not_before, leased_until=None)


def _hold_up(job: Job, fault: BaseException) -> None:
    """Let a line be tried again for as long as it takes: what failed lies outside of its file, and is not counted."""
    line = job.line
    line.state, line.attempts, line.outages = State.WAITING, max(line.attempts - 1, 0), line.outages + 1
    line.outcome = ""
    line.reason = f'"{line.original_name}" is received and safe, but {sentence_of(fault)}. It is tried again by itself.'
    line.not_before = timezone.now() + _back_off(line.outages)
    _held_by(job).update(
        state=line.state,
        attempts=line.attempts,
        outages=line.outages,
        reason=line.reason,
        not_before=line.not_before,
        leased_until=None,
    )


def _held_by(job: Job) -> QuerySet[AccessionLine]:
    """Ask for the row of this job, unless another process has taken it meanwhile."""
    return AccessionLine.objects.filter(pk=job.line.pk, state=State.WORKING, leased_until=job.leased_until)


def _back_off(tries: int) -> timedelta:
    return min(timedelta(seconds=5 * 2 ** min(tries, 10)), LONGEST_WAIT)


def _record(jobs: list[Job]) -> None:
    now = timezone.now()
    with changing() as change:
        ours = _still_ours(jobs)
        _read_accessions([job.line for job in ours])
        items = items_by_digest(job.line.message_digest for job in ours)
        change.lock(items.values())
        kept = _keep_new([job for job in ours if job.line.message_digest not in items], now)
        for job in ours:
            line = job.line
            # A first try that was taken back may have named records that are gone with it.
            line.item = line.appearance = None
            if item := items.get(line.message_digest):
                if record_held(line, item, now, sidecar=_sidecar_read(job)):
                    change.add(item, reword=True)
                line.reason = f"{line.reason} {job.restored}".strip()
                line.restored = bool(job.restored)
                continue
            try:
                job.future.result()
            except (UnreadableImage, JobFailed) as refusal:
                _record_refused(line, refusal, now)
                continue
            item = _record_created(line, *kept[line.message_digest], now)
            items[line.message_digest] = item
            change.add_new(item)
        # What ran into a limit may pass on another day or a larger machine; the rest needs its bytes no more.
        spent = [job for job in ours if not isinstance(job.future.exception(), JobFailed)]
        for job in spent:
            job.line.spool_name = ""
        for job in ours:
            # Each by itself: one statement for all takes Django four times as long to write.
            job.line.save(update_fields=_RECORDED)
    for job in spent:
        job.is_spent = True


def _still_ours(jobs: list[Job]) -> list[Job]:
    """
    Keep the jobs whose line no other process has taken, and lock their rows.

    A machine that slept longer than its lease wakes with lines that others have finished: what it found is dropped.
    """
    # Without the key, as everywhere: words that came for a line are kept meanwhile, and point to it.
    locked = AccessionLine.objects.select_for_update(no_key=True, of=("self",))
    rows = locked.filter(pk__in=[job.line.pk for job in jobs]).order_by("pk")
    leases = {row.pk: row for row in rows.only("state", "leased_until", "original_name")}
    ours = []
    for job in jobs:
        row = leases[job.line.pk]
        if row.state == State.WORKING and row.leased_until == job.leased_until:
            ours.append(job)
        else:
            job.line.refresh_from_db()
            job.line.reason = job.line.reason or f'"{row.original_name}" is received and safe; another worker reads it.'
    return ours


def _read_accessions(lines: list[AccessionLine]) -> None:
    """Read what is said of the accessions of these lines now: one may have been corrected since they were leased."""
    accessions = Accession.objects.select_related("outlet").in_bulk({line.accession_id for line in lines})
    for line in lines:
        line.accession = accessions[line.accession_id]


def items_by_digest(digests: Iterable[str]) -> dict[str, Item]:
    """Return the items that are held under these digests."""
    items = Item.objects.filter(media_file__message_digest__in=list(digests)).select_related("media_file", "accession")
    return {item.media_file.message_digest: item for item in items}


def _keep_new(jobs: list[Job], now: datetime) -> dict[str, tuple[MediaFile, Examined]]:
    """
    Record the kept original of each new digest, for the first of these lines that has it.

    In the order of digests: two workers with the same new bytes wait for one another, and never in a circle.
    """
    first: dict[str, Job] = {}
    for job in jobs:
        if job.future.exception() is None:
            first.setdefault(job.line.message_digest, job)
    new = []
    for _digest, job in sorted(first.items()):
        result = job.future.result()
        sidecar = statements.Reading.from_json(result["sidecar"]) if result["sidecar"] else None
        reading = statements.Reading.from_json(result["reading"])
        examined = Examined(result["picture"], reading, sidecar, result["storage_path"])
        new.append((job.line, examined))
    media_files = records.keep(new, at=now)
    return {
        line.message_digest: (media_file, examined)
        for media_file, (line, examined) in zip(media_files, new, strict=True)
    }


def _record_created(line: AccessionLine, media_file: MediaFile, examined: Examined, now: datetime) -> Item:
    item = records.describe(line, media_file, examined, at=now)
    if records.is_frame(line):
        records.add_origin(line, item, at=now)
    else:
        _said, wording = records.add_stated(line, item, at=now, is_new=True)
        _appear(line, item, wording, now)
    problems = [*examined.picture["problems"], *(problem.text for problem in examined.reading.problems)]
    codes = {problem.code for problem in examined.reading.problems}
    if examined.sidecar and examined.sidecar.state == statements.State.UNREADABLE:
        # Only what is damaged: what was read with a doubt stands with the metadata.
        damaged = [problem.text for problem in examined.sidecar.problems if problem.code == "UNREADABLE"]
        problems += [f"Of its sidecar: {text}" for text in damaged]
        codes.add("UNREADABLE")
    line.has_problems = bool(examined.picture["problems"] or codes & _PROBLEMS)
    _finish(line, Outcome.CREATED, " ".join(map(_sentence, problems)), item, now)
    payload = {"sha256": line.message_digest, "name": line.original_name, "accession": line.accession_id}
    payload["access"] = item.access
    act(verb="bring in", subject=item, actor=line.received_by or "command line", payload=payload)
    return item


def _sentence(problem: str) -> str:
    """Return a problem as a sentence that can stand beside others."""
    return problem[:1].upper() + problem[1:] + ("" if problem.endswith((".", "!", "?", "”", "…")) else ".")


def _sidecar_read(job: Job) -> statements.Reading | None:
    """Return what the sidecar says that came with held bytes; None where none came or reading it failed."""
    stored = job.future.result().get("sidecar") if job.line.sidecar else None
    return statements.Reading.from_json(stored) if stored else None


def held_since(item: Item) -> str:
    since = f'Held since {label_of_day(item.added_at)} as "{item.file_name}".'
    if item.access != Access.WITHDRAWN:
        return since
    last = item.withdrawals.select_related("set_by").order_by("-pk").first()
    by = f" on {label_of_day(last.set_at)} by {last.set_by} (“{last.reason}”)." if last else "."
    if destroyed(MediaFile.objects.filter(pk=item.media_file_id)).exists():
        return f"{since} It was withdrawn{by} Its bytes were destroyed, and those sent now were not kept."
    return f"{since} It was withdrawn{by} It stays withdrawn until somebody brings it back."


def record_held(line: AccessionLine, item: Item, now: datetime, *, sidecar: statements.Reading | None = None) -> bool:
    """
    Add what this delivery says to the item that is held; return whether it said anything new.

    Its words are added by every way in. An appearance is added by the command line, which was told who published it;
    on the page it is a question.

    :param sidecar: the reading of the XMP file that came with the bytes this time
    """
    reason = "" if line.about_id else held_since(item)
    if records.is_frame(line):
        adds = records.add_origin(line, item, at=now)
    else:
        of_version = records.tell_version(line, item, sidecar) if sidecar else ""
        says_anything = sidecar or line.stated or line.accession.terms
        with flagging_new_notices(line, item, now) if says_anything else nullcontext():
            if not line.about_id:
                note_accession(item, line.accession)
            adds, wording = records.add_stated(line, item, at=now)
            if sidecar:
                adds |= records.add_sidecar(line, item, sidecar, at=now)
        if of_version:
            reason += f" {of_version}"
        elif adds:
            reason += " What it says anew stands beside what was said before."
        says_where = line.about_id and (line.stated.get("outlet") or line.stated.get("url"))
        if line.way == Way.COMMAND or line.figure or says_where:
            _appear(line, item, wording, now)
            adds |= line.appearance is not None
    if line.sidecar and not sidecar:
        reason += " The sidecar that came with it could not be read."
    _finish(line, Outcome.ALREADY_HELD, reason.strip() or "It says what was said before.", item, now)
    payload = {"sha256": line.message_digest, "name": line.original_name, "accession": line.accession_id}
    verb = "add words" if line.about_id else "deliver again"
    act(verb=verb, subject=item, actor=line.received_by or "command line", payload=payload)
    return adds


def _appear(line: AccessionLine, item: Item, wording: Caption | None, now: datetime) -> None:
    line.appearance = records.add_appearance(line, item, wording=wording, at=now)
    if line.appearance and line.pk:
        # A twin in the same batch must find it.
        AccessionLine.objects.filter(pk=line.pk).update(item=item, appearance=line.appearance)


def _record_refused(line: AccessionLine, refusal: Exception, now: datetime) -> None:
    reason = str(refusal) if line.about_id else f'"{line.original_name}" was not kept: {refusal}'
    _finish(line, Outcome.REFUSED, reason, None, now)
    act(verb="refuse", subject=line, actor="Strandline", payload={"sha256": line.message_digest, "why": line.reason})


def _finish(line: AccessionLine, outcome: str, reason: str, item: Item | None, now: datetime) -> None:
    line.state, line.outcome, line.reason, line.item = State.DONE, outcome, reason, item
    line.finished_at, line.leased_until = now, None


def give_up_on_lost_lines(*, now: datetime) -> int:
    """Mark as failed the lines that took a worker with them each time; their bytes stay in the spool."""
    lost = AccessionLine.objects.due(now).filter(attempts__gte=MOST_ATTEMPTS)
    return lost.update(
        state=State.FAILED,
        leased_until=None,
        reason=f"It is received and safe, but the worker was lost {MOST_ATTEMPTS} times while reading it. Try again.",
    )


def retry(line: AccessionLine, *, by: User) -> None:
    """
    Let a failed line be processed again.

    :raises NotAllowed: the person may not bring in
    :raises NotDone: there is nothing to try again: it is done, or its bytes were not kept
    """
    if not by.has_perm("ingest.add_accessionline"):
        raise NotAllowed(_("Only an archivist may try a file again."))
    with recording():
        # As it is now: another tab may have started it meanwhile, and a worker may be done with it.
        line = AccessionLine.objects.select_for_update(no_key=True, of=("self",)).get(pk=line.pk)
        if not (line.spool_name or line.about_id) or line.state in (State.WAITING, State.WORKING):
            raise NotDone(_("“%(name)s” cannot be tried again. Send the file again.") % {"name": line.original_name})
        AccessionLine.objects.filter(pk=line.pk).start_again()
        act(verb="try again", subject=line, actor=by)


def add_appearance(line: AccessionLine, *, by: User) -> Appearance:
    """
    Add to a held item that it stood in the outlet of this delivery too: the answer to the question at the door.

    :raises NotAllowed: the person may not bring in
    :raises NotDone: the delivery names no outlet, or the appearance is there already
    """
    if not by.has_perm("ingest.add_accessionline"):
        raise NotAllowed(_("Only an archivist may add an appearance."))
    with changing() as change:
        locked = AccessionLine.objects.select_for_update(no_key=True, of=("self",))
        line = locked.select_related("accession__outlet").get(pk=line.pk)
        if line.outcome != Outcome.ALREADY_HELD or line.item is None or line.appearance_id:
            raise NotDone(_("“%(name)s” has no appearance to add.") % {"name": line.original_name})
        change.lock([line.item])
        change.add(line.item, reword=True)
        now = timezone.now()
        _said, wording = records.add_stated(line, line.item, at=now)
        if not line.accession.outlet:
            raise NotDone(_("The accession names no outlet: say who published it, then add the appearance."))
        line.appearance = records.add_appearance(line, line.item, wording=wording, at=now)
        if line.appearance is None:
            sentence = _("“%(name)s” has no appearance to add: this accession has told of it already.")
            raise NotDone(sentence % {"name": line.original_name})
        line.save(update_fields=["appearance"])
        act(verb="add appearance", subject=line.item, actor=by, payload={"appearance": line.appearance.pk})
    return line.appearance


def add_appearances(accession: Accession, *, by: User) -> int:
    """
    Add to each held item of a delivery that it stood in the delivery's outlet too; return how many were added.

    :raises NotAllowed: the person may not bring in
    """
    added = 0
    for line in AccessionLine.objects.filter(accession=accession).asking_for_appearance().order_by("pk"):
        # Another may answer meanwhile, and of twins the first is the answer for both.
        with suppress(NotDone):
            add_appearance(line, by=by)
            added += 1
    return added
