"""
What is answered where no page can be: in the look of the site, as a sentence to htmx, as problem details in the API.

A page shows who is signed in and asks the database for it; the answers to faults of the server do not.
"""

import sys
from collections.abc import Callable
from http import HTTPStatus

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import (
    DisallowedRedirect,
    PermissionDenied,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.template.loader import render_to_string
from django.utils.log import log_response
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.files.outside_faults import NotTheStore, is_disk_full
from archive.files.room import NoRoom
from archive.standards import problem_details
from archive.web.nul_characters import UnreadableInput

# How Django begins what it says of a redirect to a longer address than it writes.
TOO_LONG_TO_LEAD_TO = "Unsafe redirect exceeding"
# Status -> title and sentence.
_WORDS = {
    400: (
        gettext_lazy("Not understood"),
        gettext_lazy("Part of the address or of what was sent cannot be read. Go back, correct it and try again."),
    ),
    403: (
        gettext_lazy("No permission"),
        gettext_lazy("Your role does not allow this. An administrator can change it; or sign in with another account."),
    ),
    404: (
        gettext_lazy("Page not found"),
        gettext_lazy("There is no such page, or you may not see it. Sign in if you have an account, or search for it."),
    ),
    405: (
        gettext_lazy("Nothing to open here"),
        gettext_lazy("This address only takes what a form sends, or only shows a page. Go back and use the page."),
    ),
    408: (
        gettext_lazy("Too slow"),
        gettext_lazy("What you sent came too slowly, so the archive stopped waiting for it. Send it again."),
    ),
    409: (
        gettext_lazy("Not handed out"),
        gettext_lazy("The stored bytes are not those that were received."),
    ),
    410: (
        gettext_lazy("Not there any more"),
        gettext_lazy("It was kept for some time, and then removed."),
    ),
    413: (
        gettext_lazy("Too large"),
        gettext_lazy("What was sent is larger than this address takes. Send less at once; files are sent by Upload."),
    ),
    414: (
        gettext_lazy("Too long an address"),
        gettext_lazy("The address, or the one that it leads to, is longer than the archive takes. Go back."),
    ),
    422: (
        gettext_lazy("Cannot be read"),
        gettext_lazy("The bytes are kept, but nothing can be shown of them."),
    ),
    500: (
        gettext_lazy("Something went wrong"),
        gettext_lazy(
            "The server made a mistake; it stands in its log. Nothing that was received before is lost. Go back and "
            "try again; if it happens again, tell an administrator what you did."
        ),
    ),
    429: (gettext_lazy("Too much at once"), gettext_lazy("You ask for too much at once. Try again in a few seconds.")),
    503: (
        gettext_lazy("Not available for the moment"),
        gettext_lazy("The database does not answer. Nothing that was received before is lost. Try again in a minute."),
    ),
    507: (gettext_lazy("No room"), gettext_lazy("The archive’s disk is too full for this. Tell an administrator.")),
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return answer(request, 413)
    if isinstance(exception, DisallowedRedirect) and str(exception).startswith(TOO_LONG_TO_LEAD_TO):
        return answer(request, 414)
    if isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        return answer(request, 400, _("More fields or files were sent than one form may have. Send fewer at once."))
    if isinstance(exception, UnreadableInput):
        return answer(request, 400, str(exception), exception.field)
    return answer(request, 400)


def permission_denied(request: HttpRequest, exception: PermissionDenied) -> HttpResponse:
    """Lead a visitor who opens a page that is not for visitors to the sign-in page, and from there back to it."""
    # Browsers say when a page asks for a picture, a film or data, and not somebody for a page.
    is_opened = request.headers.get("Sec-Fetch-Dest", "document") == "document" and not request.htmx
    is_read = request.method in ("GET", "HEAD") and not request.path.startswith("/api/")
    if is_opened and is_read and not str(exception) and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    return answer(request, 403, str(exception))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of the server, or a database that cannot be reached, without asking the database anything."""
    problem = sys.exc_info()[1]
    if is_disk_full(problem):
        response = answer(request, 503, str(NoRoom()))
        response["Retry-After"] = "300"
        return response
    if isinstance(problem, NotTheStore):
        sentence = _(
            "Nothing can be kept now: the file store is not the one that the originals were kept in. Tell an "
            "administrator."
        )
        return answer(request, 503, sentence)
    if isinstance(problem, OperationalError | InterfaceError):
        response = answer(request, 503)
        response["Retry-After"] = "60"
        return response
    return answer(request, 500)


def method_not_allowed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: give the empty answer of the decorators that restrict methods its page."""

    def with_page(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_bare = isinstance(response, HttpResponseNotAllowed) and not response.content
        if not is_bare or not response["Content-Type"].startswith("text/html"):
            return response
        page = answer(request, 405)
        page["Allow"] = response["Allow"]
        return page

    return with_page


def answer(request: HttpRequest, status: int, sentence: str = "", field: str = "") -> HttpResponse:
    """
    Return the error in the form that whoever asks can show.

    :param sentence: in place of the usual one of this status
    :param field: the name of the field at fault
    """
    title, usual = _WORDS[status]
    sentence = sentence or str(usual)
    if request.path.startswith("/api/"):
        errors = [(field, sentence)] if field else []
        body = problem_details.problem(status, sentence, errors)
        readable = {"ensure_ascii": False}
        return JsonResponse(body, status=status, content_type=problem_details.MEDIA_TYPE, json_dumps_params=readable)
    if field:
        sentence = f"{field}: {sentence}"
    if request.headers.get("HX-Request") == "true" or "Tus-Resumable" in request.headers:
        # The script of the page shows it, and leaves the page as it is.
        return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    context = {"title": title, "sentence": sentence, "status": status}
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return HttpResponse(render_to_string("errors/without_database.html", context), status=status)
    return HttpResponse(render_to_string("errors/page.html", context, request), status=status)


def ask_to_come_back(request: HttpRequest, status: int, sentence: str, *, seconds: int) -> HttpResponse:
    """Say that the site has no place for this now; it does its work then, and logs no fault of its own."""
    response = answer(request, status, sentence)
    response["Retry-After"] = str(seconds)
    log_response("%s: %s", response.reason_phrase, request.path, response=response, request=request, level="warning")
    return response
