"""
Make renditions again: those that are missing from the store, that an earlier version made, or whose picture was turned.
"""

import logging
import tempfile
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from archive.catalogue.models import Item
from archive.claims.models import ORIENTATIONS
from archive.files.formats import UnreadableImage
from archive.files.kept_files import keep_rendition, on_disk, why_not_intact
from archive.files.maker_version import MAKER_VERSION
from archive.files.models import MediaFile, PreservationEvent, Rendition, RenditionRequest
from archive.files.outside_faults import is_outside_fault, sentence_of
from archive.files.sandbox import JobFailed, Sandbox
from archive.ingest.process_lines import limits, made_in
from archive.ingest.records import AGENT
from archive.ledger.record_acts import act, recording
from archive.matching.models import Fingerprint
from archive.standards.orientation import AS_IT_IS

logger = logging.getLogger(__name__)

RENDER = "archive.ingest.examine_file.render"
BATCH = 4
NOT_FORESEEN = "making them failed in a way that was not foreseen."


class NotRebuilt(Exception):
    """The renditions could not be made; the text is a sentence for people."""


class _TurnedMeanwhile(Exception):
    """Somebody turned the picture while its copies were made: they are of no use."""


def with_renditions() -> QuerySet[MediaFile]:
    """Return the files that pages show by renditions."""
    return MediaFile.objects.filter(item__isnull=False).order_by("pk")


def outdated() -> QuerySet[MediaFile]:
    """Return the files with renditions that another version of their maker made."""
    others = Rendition.objects.filter(media_file=OuterRef("pk")).exclude(maker_version=MAKER_VERSION)
    return with_renditions().filter(Exists(others))


def is_missing(media_file: MediaFile) -> bool:
    """Tell whether a rendition of this file is not in the store; looks at each, reads none."""
    copies = list(media_file.renditions.all())
    return not copies or not all(storages["renditions"].exists(copy.storage_path) for copy in copies)


def rebuild(media_file: MediaFile, *, sandbox: Sandbox, by: str = AGENT) -> None:
    """
    Make all renditions of a file from its original and have it fingerprinted and matched anew.

    They are turned as the picture is: by the word of a person, on top of what the file says of itself. All of them are
    recorded at once, turned alike, or none.

    :raises NotRebuilt: the original is missing or altered, or cannot be decoded
    :raises OSError, and what the client of another store raises: nothing can be read or written now
    """
    if why := why_not_intact(media_file):
        raise NotRebuilt(why)
    while True:
        orientation = Item.objects.values_list("orientation", flat=True).get(media_file=media_file)
        made = _make(media_file, orientation, sandbox)
        try:
            return _record(media_file, made, orientation, by=by, at=timezone.now())
        except _TurnedMeanwhile:
            _forget(media_file, {each["storage_path"] for each in made})


def _make(media_file: MediaFile, orientation: int | None, sandbox: Sandbox) -> list[dict[str, Any]]:
    """Make the copies of a file, turned so, and keep them in the store beside those that stand on record."""
    with tempfile.TemporaryDirectory(prefix="strandline-renditions-") as folder:
        try:
            with on_disk(media_file) as path:
                picture = sandbox.run(
                    RENDER,
                    path=str(path),
                    into_dir=folder,
                    pixels=settings.INGEST_MAX_PIXELS,
                    frames=settings.INGEST_MAX_FRAMES,
                    size_bytes=settings.INGEST_MAX_BYTES,
                    seconds=settings.INGEST_MAX_SECONDS / 2,
                    orientation=orientation or AS_IT_IS,
                )
            paths = [made_in(Path(folder), made["path"]) for made in picture["renditions"]]
        except (UnreadableImage, JobFailed) as problem:
            raise NotRebuilt(str(problem)) from problem
        for made, path in zip(picture["renditions"], paths, strict=True):
            made["storage_path"] = keep_rendition(
                path, media_file.message_digest, made["purpose"], made["offset_milliseconds"], orientation
            )
    return picture["renditions"]


def _forget(media_file: MediaFile, paths: Collection[str]) -> None:
    """Take copies out of the store that no longer stand on record; where that fails, nobody sees them all the same."""
    kept = set(Rendition.objects.filter(media_file=media_file).values_list("storage_path", flat=True))
    for path in set(paths) - kept:
        try:
            storages["renditions"].delete(path)
        except Exception as fault:
            if not is_outside_fault(fault):
                raise
            logger.warning("the copy %s, which is no longer used, was not removed: %s", path, fault)


def _record(
    media_file: MediaFile, made: list[dict[str, Any]], orientation: int | None, *, by: str, at: datetime
) -> None:
    """
    Record the copies in place of those before.

    :raises _TurnedMeanwhile: the picture is turned otherwise by now; nothing was recorded
    """
    from archive.matching.make_fingerprints import expect

    with recording():
        # Who turns it waits until these stand on record, or was first and is seen.
        item = Item.objects.select_for_update(no_key=True).get(media_file=media_file)
        if item.orientation != orientation:
            raise _TurnedMeanwhile
        MediaFile.objects.select_for_update(no_key=True).get(pk=media_file.pk)
        before = {(copy.purpose, copy.offset_milliseconds): copy for copy in media_file.renditions.all()}
        replaced = {copy.storage_path for copy in before.values()} - {each["storage_path"] for each in made}
        new, again = [], []
        for rendition in made:
            copy = before.pop((rendition["purpose"], rendition["offset_milliseconds"]), None)
            (again if copy else new).append(
                copy := copy or Rendition(media_file=media_file, purpose=rendition["purpose"])
            )
            for name in ("width_px", "height_px", "size_bytes", "mime_type", "storage_path", "offset_milliseconds"):
                setattr(copy, name, rendition[name])
            copy.made_at, copy.maker_version, copy.orientation = at, MAKER_VERSION, orientation
        Rendition.objects.filter(pk__in=[copy.pk for copy in before.values()]).delete()
        fields = ["width_px", "height_px", "size_bytes", "mime_type", "storage_path", "made_at", "maker_version"]
        Rendition.objects.bulk_update(again, [*fields, "orientation"])
        expect([*again, *Rendition.objects.bulk_create(new)])
        Fingerprint.objects.filter(media_file=media_file).update(
            version="", matched_version="", unmatchable_because="", attempts=0, leased_until=None
        )
        RenditionRequest.objects.filter(media_file=media_file).delete()
        PreservationEvent.objects.create(
            media_file=media_file,
            event_type="creation",
            occurred_at=at,
            event_outcome="success",
            event_outcome_detail=f"{len(made)} renditions made again, version {MAKER_VERSION}"
            + (f", {ORIENTATIONS[orientation]}" if orientation else ""),
            linking_agent=AGENT,
        )
        payload = {"renditions": len(made), "version": MAKER_VERSION}
        if orientation:
            payload["orientation"] = orientation
        act(verb="rebuild renditions", subject=media_file, actor=by, payload=payload)
        transaction.on_commit(lambda: _forget(media_file, replaced), robust=True)


def rebuild_some() -> bool:
    """Make the renditions of a few files that were asked for; return whether there was anything to do."""
    requests = _take(BATCH)
    if not requests:
        return False
    with Sandbox(limits()) as sandbox:
        for request in requests:
            try:
                rebuild(request.media_file, sandbox=sandbox)
            except NotRebuilt as problem:
                _put_off(request, str(problem), attempts=request.attempts + 1)
            except Exception as problem:
                if is_outside_fault(problem):
                    # Of reasons outside of the file none are counted.
                    _put_off(request, f"{sentence_of(problem)}.", attempts=request.attempts)
                    continue
                # One file that nobody foresaw must not keep the others waiting, nor come back for ever.
                logger.exception("the renditions of file %s were not made again", request.media_file_id)
                _put_off(request, NOT_FORESEEN, attempts=request.attempts + 1)
    return True


@transaction.atomic
def _take(count: int) -> list[RenditionRequest]:
    now = timezone.now()
    due = RenditionRequest.objects.due(now).select_for_update(skip_locked=True, of=("self",))
    taken = list(due.select_related("media_file").order_by("pk")[:count])
    RenditionRequest.objects.filter(pk__in=[request.pk for request in taken]).update(
        leased_until=now + RenditionRequest.LEASE
    )
    return taken


def _put_off(request: RenditionRequest, reason: str, *, attempts: int) -> None:
    logger.warning("the renditions of file %s were not made again: %s", request.media_file_id, reason)
    wait = min(timedelta(seconds=20 * 2**attempts), RenditionRequest.LONGEST_WAIT)
    RenditionRequest.objects.filter(pk=request.pk).update(
        reason=reason, attempts=attempts, not_before=timezone.now() + wait, leased_until=None
    )
