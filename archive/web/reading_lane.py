"""Pages that read a file while somebody waits take their place in the lane; the API does so in its views."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.http import HttpRequest, HttpResponse

from archive.accounts.addresses import client_address
from archive.files.idle_connection import let_go_of_the_database
from archive.files.reading_lane import RETRY_SECONDS, Busy, take_places
from archive.web.views.errors import ask_to_come_back

# Pages that open a sandbox while the request waits. Who is not signed in is sent away by each of them.
READING_PAGES = {"search_by_image", "upload_article", "keep_frame"}


class ReadingLane:
    """Let no more requests read files at once than the lane has places."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with ExitStack() as places:
            request.reading_places = places  # type: ignore[attr-defined]
            return self._get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        if request.method != "POST" or request.resolver_match.view_name not in READING_PAGES:
            return None
        if not request.user.is_authenticated:
            return None
        # The check of the form's token has read the body whole, and keeps it; were there none, this would read it.
        request.POST  # noqa: B018
        try:
            take_place(request)
        except Busy as busy:
            return answer_busy(request, busy)
        return None


def take_place(request: HttpRequest) -> None:
    """
    Take a place for a signed-in user until the request is answered.

    :raises Busy: none became free in two seconds
    """
    let_go_of_the_database()
    places: ExitStack = request.reading_places  # type: ignore[attr-defined]
    take_places(places, account=request.user.pk, address=client_address(request))


def answer_busy(request: HttpRequest, busy: Busy) -> HttpResponse:
    """Say that no place is free, and when to ask again."""
    return ask_to_come_back(request, busy.status, str(busy), seconds=RETRY_SECONDS)
