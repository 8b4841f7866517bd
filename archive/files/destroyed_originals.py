"""
Remove the bytes of an original for good, with all copies that were made from them; their record and digest stay.

Only what two people decided on comes here. May run twice without harm: what is gone is gone, and the PREMIS deletion is
recorded once, after the last of it.
"""

from datetime import datetime

from django.core.files.storage import Storage, storages
from django.db.models import Exists, OuterRef, QuerySet

from archive.files.models import MediaFile, PreservationEvent, Rendition
from archive.files.sheet_cache import remove_sheets
from archive.files.tile_cache import remove_tiles

# PREMIS event type (Library of Congress, preservation vocabulary eventType).
DELETION = "deletion"


def destroyed(media_files: QuerySet[MediaFile]) -> QuerySet[MediaFile]:
    """Keep the files whose bytes were destroyed."""
    return media_files.filter(_is_destroyed())


def not_destroyed(media_files: QuerySet[MediaFile]) -> QuerySet[MediaFile]:
    """Keep the files whose bytes are to be there."""
    return media_files.filter(~_is_destroyed())


def _is_destroyed() -> Exists:
    return Exists(PreservationEvent.objects.filter(media_file=OuterRef("pk"), event_type=DELETION))


def destroy_bytes(media_file: MediaFile, *, at: datetime, agent: str, detail: str) -> None:
    """
    Remove an original, altered copies of it that were set aside, its renditions, tiles and contact
    sheets, and record the deletion.

    :param agent: who confirmed it
    :param detail: on whose word and why
    """
    originals, renditions = storages["originals"], storages["renditions"]
    folder, _slash, name = media_file.storage_path.rpartition("/")
    for stored in _names(originals, folder):
        if stored == name or stored.startswith(f"{name}."):
            originals.delete(f"{folder}/{stored}")
    rows = Rendition.objects.filter(media_file=media_file)
    for path in rows.values_list("storage_path", flat=True):
        renditions.delete(path)
    # A copy that was turned otherwise, which a killed worker left.
    for stored in _names(renditions, folder):
        if stored.startswith(f"{media_file.message_digest}-"):
            renditions.delete(f"{folder}/{stored}")
    rows.delete()
    remove_tiles(media_file)
    remove_sheets(media_file)
    if not destroyed(MediaFile.objects.filter(pk=media_file.pk)).exists():
        PreservationEvent.objects.create(
            media_file=media_file,
            event_type=DELETION,
            occurred_at=at,
            event_outcome="success",
            event_outcome_detail=detail,
            linking_agent=agent,
        )


def _names(store: Storage, folder: str) -> list[str]:
    try:
        return store.listdir(folder)[1]
    except FileNotFoundError:
        return []
