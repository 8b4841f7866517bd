"""
Keep fingerprints: which pictures are to have one, which are still to do, and the making from our own copies.

PDQ and local features are both made from the screen copy: one path, whatever the format the picture came in.
"""

import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import numpy as np
import simplejpeg
from django.conf import settings
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop
from numpy.typing import NDArray

from archive.files.models import MediaFile, Rendition
from archive.files.outside_faults import is_outside_fault
from archive.files.rendition_requests import ask_for_renditions, request_for
from archive.matching.compare_pictures import COMPARISON_VERSION, Traits
from archive.matching.features import FEATURES_VERSION, Features, features
from archive.matching.fingerprints import FINGERPRINT_VERSION, Print, fingerprint
from archive.matching.models import LEASE, Fingerprint, RevisionHead

log = logging.getLogger(__name__)

# Of a fingerprint, and of what was done with it. Another version has all of them made, or matched, anew.
VERSION = f"{FINGERPRINT_VERSION}/{FEATURES_VERSION}"
MATCHED_VERSION = f"{VERSION}/{COMPARISON_VERSION}"
MOST_ATTEMPTS = 4
MADE = [
    *("pdq", "pdq_mirrored", "quality", "trim", "features", "orientation", "unmatchable_because"),
    *("version", "revision", "made_at", "matched_version", "attempts"),
]


def expect(renditions: Iterable[Rendition]) -> None:
    """Say that files are to be fingerprinted and matched by these copies: the stills of a file, or its screen copy."""
    renditions, purposes = list(renditions), Rendition.Purpose
    footage = {copy.media_file_id for copy in renditions if copy.purpose == purposes.STILL}
    Fingerprint.objects.bulk_create(
        [
            Fingerprint(
                media_file_id=copy.media_file_id,
                rendition=copy,
                offset_milliseconds=copy.offset_milliseconds,
            )
            for copy in renditions
            if copy.purpose == (purposes.STILL if copy.media_file_id in footage else purposes.SCREEN)
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def take(count: int, *, now: datetime, of: QuerySet[MediaFile] | None = None) -> list[Fingerprint]:
    """
    Take up to `count` of those still to do into the hands of this process; of footage, all its stills at once.

    :param of: only those of these files
    """
    to_do = still_to_do(now).select_for_update(skip_locked=True, of=("self",))
    if of is not None:
        to_do = to_do.filter(media_file__in=of)
    taken = list(to_do.select_related("media_file", "rendition").order_by("pk")[:count])
    # Which still of footage shows a picture best can be told only among all of them.
    footage = {row.media_file_id for row in taken if row.offset_milliseconds is not None}
    if footage:
        beside = to_do.filter(media_file__in=footage).exclude(pk__in=[row.pk for row in taken])
        taken += beside.select_related("media_file", "rendition").order_by("pk")
    Fingerprint.objects.filter(pk__in=[row.pk for row in taken]).update(leased_until=now + LEASE)
    return taken


def still_to_do(now: datetime) -> QuerySet[Fingerprint]:
    """Return what was not yet matched by the present methods and is in nobody's hands."""
    return Fingerprint.objects.to_do(MATCHED_VERSION, now)


def make(rows: Iterable[Fingerprint], *, at: datetime) -> list[Fingerprint]:
    """
    Make these fingerprints and give them their revisions; return those that were made.

    Whoever looks for fingerprints after this has committed finds them: see `RevisionHead`.
    """
    rows, pictures = list(rows), []
    for row in rows:
        try:
            pixels = pixels_of(row.rendition)
        except FileNotFoundError:
            # A worker makes it again, and has it fingerprinted then; one that cannot be made is of no use here.
            if request_for(row.media_file).is_given_up:
                row.unmatchable_because = gettext_noop("Its screen copy is missing and could not be made again.")
                row.version, row.matched_version = VERSION, MATCHED_VERSION
        except Exception as problem:
            log.warning("the copy %s could not be read: %s", row.rendition.storage_path, problem)
            if is_outside_fault(problem):
                continue  # until its lease ends
            if not isinstance(problem, ValueError):
                raise
            row.attempts += 1
            if row.attempts >= MOST_ATTEMPTS:
                row.unmatchable_because = gettext_noop("Its screen copy could not be read.")
                row.version, row.matched_version = VERSION, MATCHED_VERSION
        else:
            pictures.append((row, pixels))
    # NumPy and OpenCV let go of Python's lock: most of the time of a match, and as many cores as work here.
    with ThreadPoolExecutor(settings.INGEST_WORKERS) as hands:
        made = list(hands.map(lambda picture: _fill(*picture, at), pictures))
    with transaction.atomic():
        rows = _of_copies_that_stand(rows)
        made = [row for row in made if row in rows]
        head = _locked_head()
        for row in made:
            head.last += 1
            row.revision = head.last
        head.save(update_fields=["last"])
        Fingerprint.objects.bulk_update(rows, MADE)
    return made


def _of_copies_that_stand(rows: list[Fingerprint]) -> list[Fingerprint]:
    """
    Lock these rows and return those whose copy is still the one that was read; of one that was made anew meanwhile, as
    where the picture was turned, the fingerprint is still to be made.
    """
    locked = Fingerprint.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")
    list(locked.select_for_update(no_key=True).values_list("pk"))
    made_at = dict(locked.values_list("pk", "rendition__made_at"))
    return [row for row in rows if made_at.get(row.pk) == row.rendition.made_at]


def _locked_head() -> RevisionHead:
    RevisionHead.objects.get_or_create(pk=1)
    return RevisionHead.objects.select_for_update().get(pk=1)


def _fill(row: Fingerprint, pixels: NDArray[np.uint8], at: datetime) -> Fingerprint:
    found, local = fingerprint(pixels), features(pixels)
    row.pdq, row.pdq_mirrored = (found.pdq, found.pdq_mirrored) if found.is_matchable else ("", "")
    row.quality, row.trim = found.quality, list(found.trim)
    row.features = local.to_bytes() if local.is_matchable else None
    row.orientation = row.rendition.orientation
    traits = Traits(found, local, lambda: pixels)
    row.unmatchable_because = "" if traits.is_matchable else traits.reason
    row.version, row.made_at, row.attempts = VERSION, at, 0
    return row


def traits_of(row: Fingerprint) -> Traits:
    """Return by what a kept fingerprint is compared; the picture itself is fetched only if that is asked for."""
    found = Print(row.pdq, row.pdq_mirrored, row.quality, tuple(row.trim)) if row.pdq else None
    local = Features.from_bytes(bytes(row.features)) if row.features else None
    return Traits(found, local, lambda: pixels_of(_small(row)))


def _small(row: Fingerprint) -> Rendition:
    if row.offset_milliseconds is not None:
        return row.rendition
    return Rendition.objects.get(media_file=row.media_file_id, purpose=Rendition.Purpose.THUMBNAIL)


def pixels_of(rendition: Rendition) -> NDArray[np.uint8]:
    """
    Decode a copy of ours: upright, sRGB.

    :raises OSError: it is not in the store
    :raises ValueError: it is no JPEG
    """
    try:
        stream = storages["renditions"].open(rendition.storage_path, "rb")
    except FileNotFoundError:
        # A worker makes it again, and has it matched anew then.
        ask_for_renditions([rendition.media_file])
        raise
    with stream:
        return simplejpeg.decode_jpeg(stream.read(), colorspace="RGB")
