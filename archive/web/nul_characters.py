"""
Refuse the character NUL in what a request says, in one place for every page and the API.

No name, date or search has it; PostgreSQL stores it nowhere, and answers it with a fault of the whole request.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _


class UnreadableInput(BadRequest):
    """Something of the request cannot be read; the message is a sentence for people, `field` the name of what."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class RefuseNul:
    """Middleware: path, query and headers are looked at at once, a form only behind the check against forgery."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if any("\0" in value for value in request.COOKIES.values()):
            # The page that says so must not look the session up by such a key.
            request.session = type(request.session)()
            raise UnreadableInput(_("A cookie of this browser holds a character that no text has. Delete it."))
        if "\0" in request.path:
            raise UnreadableInput(_("The address holds a character that no text has (NUL)."))
        for name, value in request.META.items():
            if name.startswith(("HTTP_", "CONTENT_")) and isinstance(value, str) and "\0" in value:
                header = name.removeprefix("HTTP_").replace("_", "-").title()
                raise UnreadableInput(_("The header holds a character that no text has (NUL)."), header)
        _refuse(request.GET.lists())
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Look at a form; what the API is sent is checked there, field by field."""
        if request.method == "POST" and not request.path.startswith("/api/"):
            _refuse(request.POST.lists())


def _refuse(fields: Iterator[tuple[str, list[str]]]) -> None:
    for name, values in fields:
        if any("\0" in text for text in (name, *values)):
            raise UnreadableInput(_("It holds a character that no text has (NUL)."), name.replace("\0", ""))
