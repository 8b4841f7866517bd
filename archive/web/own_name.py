"""What every page tells of the archive itself: its name in the header and the title, whom to write to at the foot."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from archive.catalogue.archive_description import described


def archive(request: HttpRequest) -> dict[str, object]:
    """Give templates `archive`, as `catalogue.archive_description` has it."""
    return {"archive": SimpleLazyObject(described)}
