"""Ask for renditions to be made again: a page or the matching that finds one missing asks, and a worker makes them."""

from collections.abc import Iterable

from django.utils import timezone

from archive.files.models import MediaFile, RenditionRequest


def ask_for_renditions(media_files: Iterable[MediaFile]) -> None:
    """Have the renditions of these files made again; whoever asks for the same file again changes nothing."""
    now = timezone.now()
    RenditionRequest.objects.bulk_create(
        (RenditionRequest(media_file=media_file, asked_at=now) for media_file in media_files), ignore_conflicts=True
    )


def ask_anew(media_files: Iterable[MediaFile]) -> None:
    """
    Have the renditions of these files made at once, also where it was tried in vain or somebody is at it: what is to be
    made is another thing now.
    """
    media_files = list(media_files)
    ask_for_renditions(media_files)
    RenditionRequest.objects.filter(media_file__in=media_files).update(
        attempts=0, not_before=None, leased_until=None, reason=""
    )


def request_for(media_file: MediaFile) -> RenditionRequest:
    """Ask for the renditions of one file, and return how that stands."""
    ask_for_renditions([media_file])
    return RenditionRequest.objects.get(media_file=media_file)
