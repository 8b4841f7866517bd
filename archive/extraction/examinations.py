"""
Examine held files in the sandbox, a few at a time, each kind once for each version and for what it rests on.

What is still to do is a query; a lease keeps two workers from the same file, and counts the tries. A file that ends the
helper is tried a few times, then that is its result.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from archive.extraction.examination_kinds import PROMPT_KINDS, ExaminationKind, digest_of
from archive.extraction.models import Examination, ExaminationLease, ExaminationsSeen
from archive.files.formats import UnreadableImage
from archive.files.kept_files import on_disk
from archive.files.leases import is_over
from archive.files.models import MediaFile
from archive.files.outside_faults import is_outside_fault, sentence_of
from archive.files.sandbox import Crashed, JobFailed, Sandbox

logger = logging.getLogger(__name__)

# One look at what is to do serves for so many files; nobody waits for more than a turn.
_LOOKED_UP = 200
TURN_SECONDS = 2.0
# Longer than any kind may take; after a worker's death its file waits so long.
LEASE = timedelta(minutes=10)
# The helper may have died through no fault of the file, as when the machine ran short of memory.
MOST_ATTEMPTS = 3
RETRIED_AFTER = timedelta(minutes=1)
# In between, only what is newer than the last file seen is looked for: a look at a million files takes a second.
ALL_SEEN_EVERY = timedelta(minutes=10)
# A store that does not answer, or an original that is missing and may be brought back: none of these tries counts.
ASKED_AGAIN_AFTER = timedelta(minutes=10)


def still_to_do(
    kind: ExaminationKind, inputs: str, *, now: datetime, of: QuerySet[MediaFile] | None = None
) -> QuerySet[MediaFile]:
    """
    Return the files without a current examination of this kind that are in nobody's hands; the newest come first.

    :param inputs: the digest of the kind's present arguments
    :param of: only these files
    """
    files = MediaFile.objects.all() if of is None else of
    held = ExaminationLease.objects.filter(media_file=OuterRef("pk"), kind=kind.code).exclude(_is_over(now))
    return files.filter(~Exists(_current(kind, inputs).filter(media_file=OuterRef("pk"))), ~Exists(held)).order_by(
        "-pk"
    )


def examined_by_all(files: Iterable[int]) -> set[int]:
    """Return those of these files, by their keys, that every kind but the slow ones has a result for; one query."""
    results = Examination.objects.filter(media_file__in=list(files), kind__in=[kind.code for kind in PROMPT_KINDS])
    counted = results.values("media_file").annotate(kinds=Count("kind", distinct=True)).order_by()
    return set(counted.filter(kinds=len(PROMPT_KINDS)).values_list("media_file", flat=True))


def examine_some(
    *,
    of: QuerySet[MediaFile] | None = None,
    kinds: Sequence[ExaminationKind] = PROMPT_KINDS,
    is_all: bool = False,
    seconds: float = TURN_SECONDS,
    recorded: Callable[[MediaFile], None] = lambda media_file: None,
    report: Callable[[int], None] = lambda number: None,
) -> bool:
    """
    Examine files for a short while; return whether there was anything to do. What is not installed is passed over.

    May be stopped at any moment, and run by several processes at once.

    :param of: only these files
    :param is_all: these files are all that are ever to be examined: then it is kept how far nothing was left to do
    :param recorded: is called in the transaction that records an examination
    :param report: is told how many more were recorded
    """
    is_enough_at, was_any = time.monotonic() + seconds, False
    for kind in kinds:
        if not kind.is_installed:
            continue
        arguments = kind.arguments()
        inputs = digest_of(arguments)
        look = _look_for_new if is_all else _look
        files = look(kind, inputs, now=timezone.now(), of=of)
        with Sandbox(kind.limits) as sandbox:
            for media_file in files:
                if was_any and time.monotonic() >= is_enough_at:
                    return True
                was_any = True
                if _examine(media_file, kind, arguments, inputs, sandbox, recorded):
                    report(1)
    return was_any


def count_to_do(
    *, of: QuerySet[MediaFile] | None = None, kinds: Iterable[ExaminationKind] = PROMPT_KINDS, now: datetime
) -> int:
    """Return how many examinations are still to do; one query a kind, and what its arguments cost."""
    installed = [kind for kind in kinds if kind.is_installed]
    return sum(still_to_do(kind, digest_of(kind.arguments()), now=now, of=of).count() for kind in installed)


def oldest_to_do(
    *, of: QuerySet[MediaFile] | None = None, kinds: Iterable[ExaminationKind] = PROMPT_KINDS, now: datetime
) -> datetime | None:
    """Return when the first came of the files that are still to be examined; None where there are none."""
    waiting = [still_to_do(kind, digest_of(kind.arguments()), now=now, of=of) for kind in kinds]
    oldest = [files.order_by("received_at").values_list("received_at", flat=True).first() for files in waiting]
    return min((at for at in oldest if at is not None), default=None)


def _look(kind: ExaminationKind, inputs: str, *, now: datetime, of: QuerySet[MediaFile] | None) -> list[MediaFile]:
    return list(still_to_do(kind, inputs, now=now, of=of)[:_LOOKED_UP])


def _look_for_new(
    kind: ExaminationKind, inputs: str, *, now: datetime, of: QuerySet[MediaFile] | None
) -> list[MediaFile]:
    """Return what waited for another try, and what is newer than where nothing was left to do; keep how far that is."""
    seen = ExaminationsSeen.objects.filter(kind=kind.code, version=kind.version, inputs=inputs).first()
    if seen and not now - ALL_SEEN_EVERY < seen.all_seen_at <= now:
        seen = None
    newest = MediaFile.objects.aggregate(newest=Max("pk"))["newest"] or 0
    files = MediaFile.objects.all() if of is None else of
    new = _look(kind, inputs, now=now, of=files.filter(pk__gt=seen.last_file if seen else 0))
    if len(new) < _LOOKED_UP:
        last = min([newest, *(media_file.pk - 1 for media_file in new)])
        if seen is None or last > seen.last_file:
            values = {"version": kind.version, "inputs": inputs, "last_file": last}
            values |= {} if seen else {"all_seen_at": now}
            ExaminationsSeen.objects.update_or_create(kind=kind.code, defaults=values)
    waited = ExaminationLease.objects.filter(_is_over(now), kind=kind.code).order_by("pk")[:_LOOKED_UP]
    return [*MediaFile.objects.filter(pk__in=[lease.media_file_id for lease in waited]), *new]


def _current(kind: ExaminationKind, inputs: str) -> QuerySet[Examination]:
    return Examination.objects.filter(kind=kind.code, version=kind.version, inputs__in=["", inputs])


def _is_over(now: datetime) -> Q:
    return is_over("leased_until", now=now, longest=LEASE)


def _examine(
    media_file: MediaFile,
    kind: ExaminationKind,
    arguments: dict[str, Any],
    inputs: str,
    sandbox: Sandbox,
    recorded: Callable[[MediaFile], None],
) -> bool:
    """Examine one file and record it; return whether it was recorded, and not somebody else's or put off."""

    def record(result: dict[str, Any], *, problem: str = "", rests_on: str = "") -> bool:
        with transaction.atomic():
            Examination.objects.create(
                media_file=media_file,
                kind=kind.code,
                version=kind.version,
                inputs=rests_on,
                result=result,
                problem=problem,
                examined_at=timezone.now(),
            )
            ExaminationLease.objects.filter(media_file=media_file, kind=kind.code).delete()
            recorded(media_file)
        return True

    lease = _take(media_file, kind, now=timezone.now())
    if lease is None:
        return False
    if _current(kind, inputs).filter(media_file=media_file).exists():
        lease.delete()
        return False
    if media_file.mime_type not in kind.mime_types:
        return record(dict(kind.otherwise))
    if lease.attempts > MOST_ATTEMPTS:
        return record({}, problem=f"Its examination was begun {MOST_ATTEMPTS} times and never came to an end.")
    try:
        with on_disk(media_file) as path:
            path.open("rb").close()  # missing from here, it would be the helper's fault
            result = sandbox.run(kind.function, path=str(path), mime_type=media_file.mime_type, **arguments)
        if not isinstance(result, dict):
            raise Crashed("the process that read it gave no answer that can be read.", str(result)[:200])
    except UnreadableImage as refusal:
        return record({}, problem=f"It could not be examined: {refusal}")
    except JobFailed as failure:
        logger.warning("%s of file %s: %s %s", kind.code, media_file.pk, failure, failure.detail)
        if lease.attempts >= MOST_ATTEMPTS:
            return record({}, problem=f"It could not be examined: {failure}")
        return _put_off(lease, RETRIED_AFTER, attempts=lease.attempts)
    except Exception as fault:
        if not (is_outside_fault(fault) or isinstance(fault, FileNotFoundError)):
            raise
        said = "its original is missing" if isinstance(fault, FileNotFoundError) else sentence_of(fault)
        logger.warning("%s of file %s has to wait: %s", kind.code, media_file.pk, said)
        return _put_off(lease, ASKED_AGAIN_AFTER, attempts=lease.attempts - 1)
    return record(result, rests_on=inputs if kind.rests_on_arguments(result) else "")


def _take(media_file: MediaFile, kind: ExaminationKind, *, now: datetime) -> ExaminationLease | None:
    """Take a file into the hands of this process; None where it is in somebody else's."""
    lease, is_new = ExaminationLease.objects.get_or_create(
        media_file=media_file, kind=kind.code, defaults={"leased_until": now + LEASE}
    )
    if is_new:
        return lease
    # Of two that see the same lease run out, one changes it.
    mine = ExaminationLease.objects.filter(_is_over(now), pk=lease.pk, leased_until=lease.leased_until)
    if not mine.update(leased_until=now + LEASE, attempts=F("attempts") + 1):
        return None
    return ExaminationLease.objects.get(pk=lease.pk)


def _put_off(lease: ExaminationLease, wait: timedelta, *, attempts: int) -> bool:
    ExaminationLease.objects.filter(pk=lease.pk).update(leased_until=timezone.now() + wait, attempts=attempts)
    return False
