"""Whether a page or only its fragment was asked for."""

from django.http import HttpRequest


def wants_fragment(request: HttpRequest) -> bool:
    """Tell a swap of a part from a whole page; boosted and history-restore requests want the whole page."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request
