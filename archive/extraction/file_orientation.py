"""What a file says itself of how its picture lies."""

from archive.extraction.models import Reading
from archive.files.models import MediaFile
from archive.standards.mappings import ORIENTATION


def orientation_by_file(media_file: MediaFile) -> int | None:
    """Return Exif's Orientation as it was last read from a file; None: it says none that can be used. One query."""
    embedded = Reading.objects.filter(media_file=media_file, reader="embedded").order_by("-pk")
    return next((told.get(ORIENTATION.key) for told in embedded.values_list("properties", flat=True)[:1]), None)
