"""
What may be sent where, and by how many at once: decided by the headers, before a byte of the body is read.

The pages need threads, and whoever sends or fetches slowly holds one: three quarters of a process's threads are there
for them, the rest is kept for pages. One person may be sending in a third of those. Who is not signed in cannot be told
from anybody else: all of them together may be sending in half, one address in a twelfth, so that whoever is signed in
can upload. The last quarter of the visitors' half is for signing in, one form for each address that sends nothing else.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from archive.accounts.addresses import client_address
from archive.files.idle_connection import let_go_of_the_database
from archive.files.room import free_bytes
from archive.ingest.captions_list import MOST_BYTES as MOST_LIST_BYTES
from archive.ingest.delivery import MAX_SIDECAR_BYTES
from archive.search.by_image import MAX_BYTES as MAX_PICTURE_BYTES
from archive.web.body_pace import is_too_slow, once_read
from archive.web.views import errors

# Who is not signed in sends a form; so does everybody, by session, where no files are taken.
VISITORS_BYTES = 1024 * 1024
FORM_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE

# Where files are taken: so many bytes, from whom. Without a permission the view sees to that itself before it reads;
# the others are read by the check of the form's token already.
FILES_TAKEN = {
    "upload": (settings.INGEST_MAX_BYTES + FORM_BYTES, "ingest.add_accessionline"),
    "upload_article": (settings.INGEST_MAX_BYTES + FORM_BYTES, "ingest.add_accessionline"),
    "search_by_image": (MAX_PICTURE_BYTES + FORM_BYTES, "catalogue.view_item"),
    "api:search-by-image": (MAX_PICTURE_BYTES + FORM_BYTES, None),
    "open_batch": (MOST_LIST_BYTES + FORM_BYTES, "ingest.add_accessionline"),
    "announce_files": (FORM_BYTES, "ingest.add_accessionline"),
    "foresee_rows": (MOST_LIST_BYTES + FORM_BYTES, "ingest.add_accessionline"),
    "words_beside": (MOST_LIST_BYTES + FORM_BYTES, "ingest.add_accessionline"),
    "file_uploads": (MAX_SIDECAR_BYTES + FORM_BYTES, None),
    "file_upload": (settings.INGEST_MAX_BYTES, None),
}

MOST_SENDING = settings.WEB_THREADS * 3 // 4 or 1
MOST_OF_ONE_PERSON = MOST_SENDING // 3 or 1
MOST_OF_VISITORS = MOST_SENDING // 2 or 1
MOST_OF_ONE_ADDRESS = MOST_SENDING // 12 or 1
# Where somebody is not signed in yet who soon will be.
DOORS = {"sign_in", "api:token"}
VISITORS = "visitors"

_slots = threading.BoundedSemaphore(MOST_SENDING)
_shares: Counter[str] = Counter()
_counting = threading.Lock()


class BodyLimits:
    """Refuse a body that is too large for its address, from who may not send it, or while too many are being sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not body_bytes(request):
            return self._get_response(request)
        if not _slots.acquire(blocking=False):
            return too_many_at_once(request)
        try:
            response = self._get_response(request)
        finally:
            # Whoever sent too slowly keeps the thread until the connection ends, and so the place.
            once_read(request.META, partial(_leave, request))
        # Whatever was made of half a body: a form without its token, a file that ends early.
        return errors.answer(request, 408) if is_too_slow(request.META) else response

    def process_exception(self, request: HttpRequest, _exception: Exception) -> HttpResponse | None:
        """Log no fault of the server's where a body was given up."""
        return errors.answer(request, 408) if is_too_slow(request.META) else None

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        """Judge once the address is known, before any other middleware looks into the body."""
        if body_bytes(request) and (status := _take_share(request)):
            return too_many_at_once(request, status)
        sent_bytes = body_bytes(request)
        if sent_bytes <= VISITORS_BYTES:
            return None
        limit_bytes, permission = FILES_TAKEN.get(request.resolver_match.view_name, (FORM_BYTES, ""))
        if permission == "" and not request.user.is_authenticated:
            limit_bytes = VISITORS_BYTES
        elif permission and not request.user.has_perm(permission):
            return errors.answer(request, 403, _("This account may not send files here. Sign in as somebody who may."))
        if sent_bytes > limit_bytes:
            sizes = {"sent": filesizeformat(sent_bytes), "limit": filesizeformat(limit_bytes)}
            return errors.answer(
                request, 413, _("%(sent)s are too much for this address, which takes up to %(limit)s.") % sizes
            )
        if sent_bytes > free_bytes():
            return errors.answer(
                request, 507, _("The archive’s disk is too full for this. Tell an administrator, then try again.")
            )
        let_go_of_the_database()
        return None


def body_bytes(request: HttpRequest) -> int:
    """Return how many bytes the request says it sends; without a length, Django reads none."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _take_share(request: HttpRequest) -> int:
    """
    Count one more that this person sends, or this address and all visitors where nobody is signed in.

    :return: the status to refuse it with where they may not: 429 to who sends too much, 503 where all others do; else 0
    """
    if request.user.is_authenticated:
        senders = [f"person {request.user.pk}"]
    else:
        senders = [f"address {client_address(request)}", VISITORS]
    with _counting:
        if _shares[senders[0]] >= (MOST_OF_ONE_PERSON if request.user.is_authenticated else MOST_OF_ONE_ADDRESS):
            return 429
        if VISITORS in senders:
            is_signing_in = request.resolver_match.view_name in DOORS and not _shares[senders[0]]
            if _shares[VISITORS] >= (MOST_OF_VISITORS if is_signing_in else MOST_OF_VISITORS * 3 // 4 or 1):
                return 503
        _shares.update(senders)
    request.senders_of_body = senders  # type: ignore[attr-defined]
    return 0


def _leave(request: HttpRequest) -> None:
    """Give back what a request that sends has taken."""
    _slots.release()
    with _counting:
        for sender in getattr(request, "senders_of_body", ()):
            _shares[sender] -= 1
            if not _shares[sender]:
                del _shares[sender]


def too_many_at_once(request: HttpRequest, status: int = 503) -> HttpResponse:
    """Ask to come back: 503 where all others send too much, 429 where whoever asks does."""
    if status == 429:
        sentence = _("You are sending too much at once. Try again in a few seconds.")
    else:
        sentence = _("Too many files are on their way at this moment. Try again in a few seconds.")
    return errors.ask_to_come_back(request, status, sentence, seconds=5)


class Unhurried:
    """Blocks for a reader who may be slow; holds a thread's slot until closed."""

    def __init__(self, blocks: Any) -> None:
        self._blocks, self._is_open, self._slots = blocks, True, _slots

    def __iter__(self) -> Iterator[bytes]:
        yield from self._blocks

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._blocks.close()
            self._slots.release()

    # A server that drops an answer without closing it, as when its reader has gone, must not keep the slot for ever.
    __del__ = close


def take_slot() -> bool:
    """Take a slot for an `Unhurried` answer, whose `close()` gives it back; tell whether there was one."""
    return _slots.acquire(blocking=False)
