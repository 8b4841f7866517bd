"""Read originals again and compare them with the digest they arrived with."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage, storages
from django.db.models import Exists, OuterRef, QuerySet

from archive.files.destroyed_originals import DELETION, not_destroyed
from archive.files.kept_files import digest_of, open_original
from archive.files.machine_locks import take_lock
from archive.files.models import MediaFile, PreservationEvent
from archive.files.outside_faults import NotTheStore, is_outside_fault
from archive.files.store_identity import is_lost
from archive.ledger.record_acts import act, recording

# PREMIS event type (Library of Congress, preservation vocabulary eventType).
FIXITY_CHECK = "fixity check"
AGENT = "check_fixity"
BATCH_FILES = 100
VERIFIED_FOR_SECONDS = 24 * 3600
# For what another process finds; an original of 2 GiB is re-read in about five.
PATIENCE_SECONDS = 10.0


class BeingReread(Exception):
    """An original is being compared with its digest at this moment, which takes longer than anybody waits."""


class State(StrEnum):
    INTACT = "INTACT"
    ALTERED = "ALTERED"
    MISSING = "MISSING"
    # The store did not give the bytes now: a network or a disk fault. Neither intact nor known to be lost.
    UNREADABLE = "UNREADABLE"


@dataclass(frozen=True)
class FixityOutcome:
    """What one re-reading showed; `detail` is a sentence, empty for an intact file."""

    media_file: MediaFile
    state: State
    detail: str = ""


def not_checked_since(moment: datetime) -> QuerySet[MediaFile]:
    """Keep the files with no fixity check at or after a moment."""
    checks = PreservationEvent.objects.filter(
        media_file=OuterRef("pk"), event_type=FIXITY_CHECK, occurred_at__gte=moment
    )
    return not_destroyed(MediaFile.objects.filter(~Exists(checks)))


def check(media_files: QuerySet[MediaFile], *, clock: Callable[[], datetime]) -> Iterator[FixityOutcome]:
    """
    Re-read originals one after another and give each outcome.

    Each file gets a preservation event, each batch one act in the ledger; a run that is broken off records what it has
    done. Constant memory; two queries a batch and those of the ledger.
    """
    outcomes: list[FixityOutcome] = []
    try:
        for media_file in _one_by_one(media_files):
            outcomes.append(reread(media_file))
            yield outcomes[-1]
            if len(outcomes) == BATCH_FILES:
                done, outcomes = outcomes, []
                _record(done, at=clock())
    finally:
        if outcomes:
            _record(outcomes, at=clock())


def _one_by_one(media_files: QuerySet[MediaFile]) -> Iterator[MediaFile]:
    """Page by key: a cursor held open for hours would hold back the database's own tidying."""
    after = 0
    while batch := list(media_files.filter(pk__gt=after).order_by("pk")[:BATCH_FILES]):
        yield from batch
        after = batch[-1].pk


def reread(media_file: MediaFile) -> FixityOutcome:
    """Compare one original's bytes with its record, without recording anything."""
    try:
        try:
            with open_original(media_file) as stream:
                digest, size_bytes = digest_of(stream)
        except FileNotFoundError:
            if is_lost():
                raise NotTheStore from None
            return FixityOutcome(media_file, State.MISSING, "its original is missing from the store.")
    except Exception as error:  # each kind of store has faults of its own, and none may stop the others' check
        return FixityOutcome(media_file, State.UNREADABLE, f"its original cannot be read now ({error}).")
    if digest == media_file.message_digest:
        return FixityOutcome(media_file, State.INTACT)
    detail = (
        f"its original was altered: SHA-256 {digest}, {size_bytes} bytes where {media_file.size_bytes} were recorded."
    )
    return FixityOutcome(media_file, State.ALTERED, detail)


def verify(media_file: MediaFile, *, at: datetime, patience_seconds: float = PATIENCE_SECONDS) -> FixityOutcome:
    """
    Tell whether an original is intact before its bytes are handed out; what is not is recorded, once.

    Bytes that were re-read within a day are not read again as long as the store says that nobody wrote to them. One
    process of this machine re-reads an original at a time; the others wait for what it finds.

    :param at: when this is asked, for the record
    :raises BeingReread: another process is still re-reading it after `patience_seconds`
    """
    if outcome := _known(media_file):
        return outcome
    until = time.monotonic() + patience_seconds
    with ExitStack() as locks:
        lock = media_file.message_digest
        if not take_lock(locks, settings.VAR_ROOT / "verifying", [lock], until=until):
            raise BeingReread
        if outcome := _known(media_file):
            return outcome
        # Asked before it is read: what is written meanwhile is another writing.
        key = _key_of(media_file)
        outcome = reread(media_file)
        if outcome.state not in (State.INTACT, State.UNREADABLE) and not has_failed(media_file):
            _record([outcome], at=at)
        if key and outcome.state in (State.INTACT, State.ALTERED):
            cache.set(key, (outcome.state.value, outcome.detail), VERIFIED_FOR_SECONDS)
    return outcome


def _known(media_file: MediaFile) -> FixityOutcome | None:
    """Return what re-reading these very bytes showed within a day; costs a look at the store, and no query."""
    key = _key_of(media_file)
    if not key or not (known := cache.get(key)):
        return None
    state, detail = known
    return FixityOutcome(media_file, State(state), detail)


def _key_of(media_file: MediaFile) -> str:
    """Name this writing of an original's bytes; empty where none are, or the store does not tell now."""
    try:
        return f"verified-{media_file.message_digest}-{_writing_of(media_file)}"
    except FileNotFoundError:
        return ""
    except Exception as fault:
        if is_outside_fault(fault):
            return ""
        raise


def last_check(media_file: MediaFile) -> PreservationEvent | None:
    """Return the latest fixity check that could read the original."""
    checks = PreservationEvent.objects.filter(media_file=media_file, event_type=FIXITY_CHECK)
    return checks.exclude(event_outcome_detail__startswith=State.UNREADABLE).order_by("-pk").first()


def failed_checks() -> QuerySet[PreservationEvent]:
    """Return the fixity checks that found an original altered or missing, where none has found it intact since."""
    checks = PreservationEvent.objects.filter(event_type=FIXITY_CHECK)
    later = checks.filter(media_file=OuterRef("media_file"), pk__gt=OuterRef("pk"))
    later = later.exclude(event_outcome_detail__startswith=State.UNREADABLE)
    failed = checks.filter(event_outcome="fail").exclude(event_outcome_detail__startswith=State.UNREADABLE)
    # What two people had destroyed is missing by their word: no fault of the store.
    gone = PreservationEvent.objects.filter(media_file=OuterRef("media_file"), event_type=DELETION)
    return failed.filter(~Exists(later), ~Exists(gone))


def has_failed(media_file: MediaFile) -> bool:
    """Tell whether the last fixity check found the original altered or missing."""
    check = last_check(media_file)
    return check is not None and check.event_outcome == "fail"


def _writing_of(media_file: MediaFile) -> str:
    """Return what changes with every writing to the stored bytes. Raises FileNotFoundError if there are none."""
    store, name = storages["originals"], media_file.storage_path
    if isinstance(store, FileSystemStorage):
        stored = os.stat(store.path(name))
        return f"{stored.st_ino}-{stored.st_size}-{stored.st_mtime_ns}-{stored.st_ctime_ns}"
    return f"{store.size(name)}-{store.get_modified_time(name).timestamp()}"


def _record(outcomes: list[FixityOutcome], *, at: datetime) -> None:
    with recording():
        PreservationEvent.objects.bulk_create(
            PreservationEvent(
                media_file=outcome.media_file,
                event_type=FIXITY_CHECK,
                occurred_at=at,
                event_outcome="success" if outcome.state is State.INTACT else "fail",
                event_outcome_detail=f"{outcome.state} {outcome.detail}".strip(),
                linking_agent=AGENT,
            )
            for outcome in outcomes
        )
        payload = {"checked": len(outcomes)}
        for state in State:
            digests = [outcome.media_file.message_digest for outcome in outcomes if outcome.state is state]
            if digests:
                payload[state.lower()] = len(digests) if state is State.INTACT else digests
        act(verb="check_fixity", subject="files.mediafile", actor=AGENT, payload=payload)
