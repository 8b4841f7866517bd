"""
Look at the archive as a visitor or a researcher does: whoever decides what they may see, sees it so.

While it lasts, `request.user` is the lesser reader: pages, searches and the API are answered by the same questions as
for a real one. Nothing can be changed meanwhile, and nothing can be seen that the person may not see anyway. It ends
with one click, and with the session.
"""

from collections.abc import Callable
from copy import copy

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import GRANTS, RESEARCHER
from archive.web.views import errors

VISITOR = "visitor"
READERS = (VISITOR, RESEARCHER)
_KEY = "views_as"
# Who decides on what others may see.
PERMISSION = "catalogue.release_item"


def view_as(request: HttpRequest, reader: str) -> None:
    """Look as this reader from the next page on; "" as oneself."""
    if reader:
        request.session[_KEY] = reader
    else:
        request.session.pop(_KEY, None)


def lesser(person: User, reader: str) -> User | AnonymousUser:
    """Return who asks instead: nobody, or the person with no permission but a researcher's that they hold."""
    if reader == VISITOR:
        return AnonymousUser()
    shown = copy(person)
    shown._perm_cache = person.get_all_permissions() & set(GRANTS[RESEARCHER])
    shown.is_superuser = False
    return shown


def as_lesser_reader(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer who looks as somebody else as them, and let them change nothing."""

    def answer(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return get_response(request)
        reader = request.session.get(_KEY)
        if reader not in READERS:
            return get_response(request)
        person = request.user
        if not person.is_authenticated or not person.has_perm(PERMISSION):
            # They were signed out, or are no moderator any more.
            view_as(request, "")
            return get_response(request)
        allowed = {reverse(name) for name in ("view_as", "sign_out", "language")}
        if request.path in allowed:
            return get_response(request)
        request.views_as, request.viewer = reader, person.get_username()
        request.user = lesser(person, reader)
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            sentence = _("You look at the archive as somebody else: nothing can be changed. Go back to your own view.")
            return errors.answer(request, 403, sentence)
        return get_response(request)

    return answer
