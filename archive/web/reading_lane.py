"""
The lane of requests that read a file while somebody waits: one for a person, a few for an address, a few for a machine.

Reading a hostile file takes as long as its limits allow. Whoever sends many keeps their own requests waiting, and never
the threads that pages need. The places are locks on files, so that all web processes of a machine share them and the
system gives back those of a process that died.
"""

import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from archive.accounts.addresses import client_address
from archive.files.machine_locks import bucket, take_lock
from archive.web.body_limits import let_go_of_the_database
from archive.web.views.errors import answer

# Views that open a sandbox while the request waits.
READING_VIEWS = {"search_by_image", "api:search-by-image", "bring_in_articles", "keep_frame", "api:item-frames"}
# Somebody whose two searches overlap by a moment is not sent away for it.
PATIENCE_SECONDS = 2.0


class Busy(Exception):
    """No place is free; `status` is the HTTP status, the text a sentence for the person."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class ReadingLane:
    """Let no more requests read files at once than the lane has places."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with ExitStack() as places:
            request.reading_places = places  # type: ignore[attr-defined]
            return self._get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        if request.method != "POST" or request.resolver_match.view_name not in READING_VIEWS:
            return None
        let_go_of_the_database()
        try:
            take_places(request.reading_places, person=_person(request), address=client_address(request))
        except Busy as busy:
            refusal = answer(request, busy.status, str(busy))
            refusal["Retry-After"] = "5"
            return refusal
        return None


def take_places(places: ExitStack, *, person: str, address: str) -> None:
    """
    Take the places of one request; they are given back when `places` closes.

    :raises Busy: none became free in two seconds
    """
    until = time.monotonic() + PATIENCE_SECONDS
    own = _("You have a file being read already. Wait until that is done, then send this one again.")
    _take(places, [bucket("person", person)], until, Busy(429, own))
    nearby = _("Several files are being read for your address already. Try again in a few seconds.")
    at_once = range(settings.INTERACTIVE_PER_ADDRESS)
    _take(places, [bucket(f"address-{n}", address) for n in at_once], until, Busy(429, nearby))
    full = _("The archive is reading other people’s files at this moment. Try again in a few seconds.")
    _take(places, [f"lane-{n}" for n in range(settings.INTERACTIVE_READERS)], until, Busy(503, full))


def _person(request: HttpRequest) -> str:
    """Name whoever asks: by account, or by the token they send, which the API reads only later."""
    if request.user.is_authenticated:
        return f"account {request.user.pk}"
    return request.META.get("HTTP_AUTHORIZATION") or f"visitor {client_address(request)}"


def _take(places: ExitStack, names: Iterable[str], until: float, busy: Busy) -> None:
    if not take_lock(places, settings.VAR_ROOT / "reading-lane", names, until=until):
        raise busy
