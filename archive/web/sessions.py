"""
What holds for every request of whoever is, or was, signed in.

A first password is changed before anything else; use is noted; and where a session has ended, or a page is older than
the last sign-in, the answer leads to the door and back to the page, never into a part of it.
"""

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.db import Error
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.middleware.csrf import REASON_BAD_ORIGIN, REASON_NO_CSRF_COOKIE
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject, empty
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.web.body_pace import is_too_slow
from archive.web.views import errors

logger = logging.getLogger(__name__)

# What pages put into forms themselves: keys, codes, ticks, addresses of this site, digests.
_OF_A_PAGE = re.compile(r"\s*(?:\d+|[A-Z][A-Z_]+|[a-z]+(?:_[a-z]+)+|on|yes|no|/\S*|\?\S*|[0-9a-f]{16,})\s*")
# Into these fields people write: "1936" and "UNHCR" are theirs there.
_WRITTEN_INTO = frozenset(["text", "note", "name", "names", "aliases", "title", "description", "terms", "date",
                           "date_edtf", "outlet_text", "least", "most", "q"])  # fmt: skip
_ONE_WORD = re.compile(r"\s*(?:\d+|[A-Z]+)\s*")
NOTED_EVERY = timedelta(hours=1)
# Forms for who has no account: whoever is refused there was not signed out.
FOR_VISITORS = {"flag_as_visitor", "language"}
Answer = Callable[[HttpRequest], HttpResponse]


def first_password(get_response: Answer) -> Answer:
    """Let whose password somebody else chose do nothing but choose their own, choose a language, or sign out."""

    def answer(request: HttpRequest) -> HttpResponse:
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        if not has_session or not getattr(request.user, "must_change_password", False):
            return get_response(request)
        there = reverse("password")
        if request.path in (there, reverse("sign_out"), reverse("language")):
            return get_response(request)
        if request.path.startswith("/api/"):
            sentence = _("Somebody else chose your password. Change it on the site, at %(page)s, then ask again.")
            return errors.answer(request, 403, sentence % {"page": there})
        if request.htmx:
            return HttpResponse(status=403, headers={"HX-Redirect": there})
        return redirect(there)

    return answer


def noted_use(get_response: Answer) -> Answer:
    """Note when somebody was last here, by page or by token: once an hour, so that reading costs no writing."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        person = getattr(request, "user", None)
        # A request that did not ask who it is from is not asked now.
        if isinstance(person, SimpleLazyObject) and person._wrapped is empty:
            return response
        if isinstance(person, User | SimpleLazyObject) and person.is_authenticated:
            now = timezone.now()
            noted = {}
            if person.last_here_at is None or person.last_here_at < now - NOTED_EVERY:
                noted["last_used_at"] = now
            by_token = getattr(request, "is_by_token", False)
            if by_token and (person.token_used_at is None or person.token_used_at < now - NOTED_EVERY):
                noted["token_used_at"] = now
            if noted:
                try:
                    User.objects.filter(pk=person.pk).update(**noted)
                except Error as problem:
                    # A full disk, or a database that is only read for now: what was answered stays answered.
                    logger.warning("When somebody was last here could not be noted: %s", str(problem).strip())
        return response

    return answer


def ended_session(get_response: Answer) -> Answer:
    """
    Lead whoever is not let in for want of a session to the door, and from there back to the page where they were.

    htmx gets 401 with the header HX-Redirect, on which it acts; our scripts send what it sends, and say the sentence. A
    form gets the sign-in page. Reading a whole page is answered as ever, and the API in its own way.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/api/") or not _asks_to_sign_in(request, response):
            return response
        door = f"{reverse('sign_in')}?{urlencode({'next': page_of(request)})}"
        sentence = _("You were signed out, so this was not done. Sign in, and you are led back to where you were.")
        if request.htmx:
            return HttpResponse(sentence, status=401, content_type="text/plain", headers={"HX-Redirect": door})
        messages.warning(request, sentence)
        return redirect(door)

    return answer


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say why a form was not taken and what to do; what was typed is shown, and offered back by js/kept.js."""
    if is_too_slow(request.META):
        return errors.answer(request, 408)
    if reason == REASON_NO_CSRF_COOKIE:
        why = _(
            "Your browser sent no cookie: they were deleted, or are not allowed for this site. If you were signed in, "
            "sign in again; then go back and send it again."
        )
    elif reason.startswith(REASON_BAD_ORIGIN.partition("%")[0]):
        why = _(
            "It came by an address that the archive does not know as its own. An administrator adds that address to "
            "CSRF_TRUSTED_ORIGINS."
        )
    else:
        why = _("The page was older than your sign-in: you signed in again meanwhile, perhaps in another tab.")
    page = page_of(request)
    if request.htmx:
        messages.warning(request, _("Nothing was done. %(why)s It is loaded again now.") % {"why": why})
        response = HttpResponse(why, status=403, content_type="text/plain", headers={"HX-Redirect": page})
    else:
        context = {"why": why, "page": page, "typed": _typed(request)}
        response = render(request, "403_csrf.html", context, status=403)
    response.is_csrf_failure = True
    return response


def page_of(request: HttpRequest) -> str:
    """Return the page of this site on which the form or the link stands; the start page where that is not told."""
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if not url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()}):
        return reverse("search")
    parts = urlsplit(page)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _asks_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    is_reading_a_page = request.method in ("GET", "HEAD") and not request.htmx
    if request.resolver_match is not None and request.resolver_match.view_name in FOR_VISITORS:
        return False
    if is_reading_a_page or getattr(response, "is_csrf_failure", False) or request.path == reverse("sign_in"):
        return False
    # What is not for visitors is answered to them as if it were not there; what is nowhere is nowhere for everybody.
    is_hidden = response.status_code == 404 and request.resolver_match is not None
    leads_to_door = response.get("Location", "").startswith(reverse("sign_in"))
    is_refused = response.status_code in (401, 403) or is_hidden or leads_to_door
    return is_refused and not response.has_header("Tus-Resumable") and not request.user.is_authenticated


def _typed(request: HttpRequest) -> list[str]:
    """Return what was typed into a form, for it to be copied: no passwords, and nothing that only a page wrote."""
    try:
        sent = list(request.POST.lists())
    except (UnreadablePostError, SuspiciousOperation):
        return []
    return [
        value
        for name, values in sent
        for value in values
        if value.strip()
        and "password" not in name
        and name != "csrfmiddlewaretoken"
        and (not _OF_A_PAGE.fullmatch(value) or (name in _WRITTEN_INTO and _ONE_WORD.fullmatch(value)))
    ]
