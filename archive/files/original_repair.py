"""
Put an original right that is missing from the store or was altered there, once its good bytes are delivered again.

What was altered is set aside beside it, never thrown away: it may be evidence. Each repair is recorded as PREMIS events
and as an act.
"""

import errno
import os
import time
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import datetime

from django.conf import settings
from django.core.files.storage import storages
from django.db.models import Max

from archive.files.destroyed_originals import destroyed
from archive.files.fixity import AGENT, FIXITY_CHECK, FixityOutcome, State
from archive.files.kept_files import held_digest, replace_original
from archive.files.machine_locks import take_lock
from archive.files.models import MediaFile, PreservationEvent, RenditionRequest
from archive.files.outside_faults import is_outside_fault
from archive.files.store_identity import ensure_store
from archive.ledger.record_acts import act, recording

# PREMIS event type (Library of Congress, preservation vocabulary eventType).
RECOVERY = "recovery"
# For another process of this machine that repairs the same original; one of 2 GiB is copied in well under a minute.
PATIENCE_SECONDS = 60.0


def doubtful(media_files: Iterable[MediaFile]) -> set[str]:
    """
    Return the digests whose originals are missing, have another size, or failed their last fixity check.

    Their bytes are to be sent although they are held. Looks at each in the store without reading it; two queries.
    """
    media_files = list(media_files)
    # Nobody is to send again what two people had destroyed.
    gone = set(
        destroyed(MediaFile.objects.filter(pk__in=[each.pk for each in media_files])).values_list("pk", flat=True)
    )
    media_files = [each for each in media_files if each.pk not in gone]
    last: dict[int, str] = {}
    checks = PreservationEvent.objects.filter(media_file__in=media_files, event_type=FIXITY_CHECK)
    for key, outcome, detail in checks.order_by("pk").values_list(
        "media_file", "event_outcome", "event_outcome_detail"
    ):
        if not detail.startswith(State.UNREADABLE):
            last[key] = outcome
    return {
        media_file.message_digest
        for media_file in media_files
        if last.get(media_file.pk) == "fail" or not _is_there(media_file)
    }


def _is_there(media_file: MediaFile) -> bool:
    store = storages["originals"]
    try:
        return store.exists(media_file.storage_path) and store.size(media_file.storage_path) == media_file.size_bytes
    except FileNotFoundError:
        return False
    except Exception as fault:
        if is_outside_fault(fault):
            return True  # nothing can be told now, and nothing could be put right
        raise


def restore(
    media_file: MediaFile, spooled_path: str | os.PathLike[str], *, delivered_as: str, at: datetime
) -> FixityOutcome:
    """
    Re-read an original and put the spooled bytes in its place if it is missing or altered; they stay in the spool.

    Of two processes that repair the same original the second finds it intact. Gigabytes are read and copied before the
    transaction: nobody who writes waits for them.

    :param spooled_path: bytes of this very SHA-256, hashed when they arrived
    :param delivered_as: the name under which they came
    :return: how the original was found
    :raises NotTheStore: the store is not the one that it was kept in
    :raises OSError, and what the client of another store raises: nothing can be read or written there now
    """
    ensure_store()
    with ExitStack() as locks:
        lock, until = media_file.message_digest, time.monotonic() + PATIENCE_SECONDS
        if not take_lock(locks, settings.VAR_ROOT / "repairing", [lock], until=until):
            raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
        last = _last_recovery(media_file)
        digest = held_digest(media_file.message_digest)
        if digest == media_file.message_digest:
            return FixityOutcome(media_file, State.INTACT)
        set_aside = replace_original(spooled_path, media_file.message_digest)
        return _record(media_file, digest, set_aside, last=last, delivered_as=delivered_as, at=at)


def _last_recovery(media_file: MediaFile) -> int:
    events = PreservationEvent.objects.filter(media_file=media_file, event_type=RECOVERY)
    return events.aggregate(last=Max("pk"))["last"] or 0


def _record(
    media_file: MediaFile, digest: str | None, set_aside: str, *, last: int, delivered_as: str, at: datetime
) -> FixityOutcome:
    """
    Record a repair.

    :param digest: the SHA-256 of what lay there, None where nothing did
    :param last: the latest repair when this one began: a newer one was made by another machine, and is recorded
    """
    with recording():
        MediaFile.objects.select_for_update(no_key=True).get(pk=media_file.pk)
        if _last_recovery(media_file) != last:
            return FixityOutcome(media_file, State.INTACT)
        if digest is None:
            outcome = FixityOutcome(media_file, State.MISSING, "its original is missing from the store.")
        else:
            outcome = FixityOutcome(media_file, State.ALTERED, f"its original was altered: SHA-256 {digest}.")
        recovered = f"from the same bytes, delivered again as {delivered_as}."
        if set_aside:
            recovered += f" What was altered is set aside as {set_aside}."
        events = [
            (FIXITY_CHECK, "fail", f"{outcome.state} {outcome.detail}"),
            (RECOVERY, "success", recovered),
            (FIXITY_CHECK, "success", str(State.INTACT)),
        ]
        PreservationEvent.objects.bulk_create(
            PreservationEvent(
                media_file=media_file,
                event_type=kind,
                occurred_at=at,
                event_outcome=result,
                event_outcome_detail=detail,
                linking_agent=AGENT if kind == FIXITY_CHECK else "Strandline",
            )
            for kind, result, detail in events
        )
        # What could not be made of it may be made now.
        RenditionRequest.objects.filter(media_file=media_file).update(attempts=0, not_before=None, reason="")
        payload = {"sha256": media_file.message_digest, "was": outcome.state.lower(), "delivered as": delivered_as}
        if set_aside:
            payload |= {"altered sha256": digest, "set aside as": set_aside}
        act(verb="restore original", subject=media_file, actor="Strandline", payload=payload)
    return outcome


def sentence_on(outcome: FixityOutcome) -> str:
    """Say in the record what was put right; empty where nothing had to be."""
    if outcome.state is State.MISSING:
        return "Its original was missing from the store and was restored from this file."
    if outcome.state is State.ALTERED:
        return "Its original had been altered in the store and was restored from this file."
    return ""
