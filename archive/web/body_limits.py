"""
What may be sent where, and by how many at once: decided by the headers, before a byte of the body is read.

The pages need threads, and whoever sends or fetches slowly holds one: three quarters of a process's threads are there
for them, the rest is kept for pages. One person may be sending in a third of those, an address from which nobody has
signed in in a sixth, so that nobody keeps all others from signing in and uploading.
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
    "announce_files": (MOST_LIST_BYTES + FORM_BYTES, "ingest.add_accessionline"),
    "file_uploads": (MAX_SIDECAR_BYTES + FORM_BYTES, None),
    "file_upload": (settings.INGEST_MAX_BYTES, None),
}

MOST_SENDING = settings.WEB_THREADS * 3 // 4 or 1
MOST_OF_ONE_PERSON, MOST_OF_ONE_ADDRESS = MOST_SENDING // 3 or 1, MOST_SENDING // 6 or 1

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
        if body_bytes(request) and not _take_share(request):
            return too_many_at_once(request, 429)
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


def _take_share(request: HttpRequest) -> bool:
    """Count one more that this person sends, or this address where nobody is signed in; tell whether they may."""
    if request.user.is_authenticated:
        sender, most = f"person {request.user.pk}", MOST_OF_ONE_PERSON
    else:
        sender, most = f"address {client_address(request)}", MOST_OF_ONE_ADDRESS
    with _counting:
        if _shares[sender] >= most:
            return False
        _shares[sender] += 1
    request.sender_of_body = sender  # type: ignore[attr-defined]
    return True


def _leave(request: HttpRequest) -> None:
    """Give back what a request that sends has taken."""
    _slots.release()
    if sender := getattr(request, "sender_of_body", ""):
        with _counting:
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
