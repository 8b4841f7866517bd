"""Whether a page or only its fragment was asked for."""

from django.http import HttpRequest, HttpResponse


def wants_fragment(request: HttpRequest) -> bool:
    """Tell a swap of a part from a whole page; boosted and history-restore requests want the whole page."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request


def whole_page_anew(request: HttpRequest) -> HttpResponse | None:
    """
    Have the browser open the whole page where a part is asked for by a page of somebody else; None where it is not.

    Their session ended, or another one began in another tab: results of a visitor do not stand under a reader's name.
    """
    if not wants_fragment(request) or request.headers.get("X-Person") in (None, str(request.user.pk or "")):
        return None
    return HttpResponse(headers={"HX-Redirect": request.get_full_path()})
