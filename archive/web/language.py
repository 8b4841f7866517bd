"""The language of an answer: pages speak the reader's, programs are answered in that of the record."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class PageLanguage(LocaleMiddleware):
    """
    Speak the language that somebody chose, which a cookie keeps, or else one that their browser asks for.

    The API answers in the language of the record whatever is asked for: what a program compares does not change with
    the machine that it runs on.
    """

    def process_request(self, request: HttpRequest) -> None:
        if not request.path.startswith("/api/"):
            super().process_request(request)
            return
        translation.activate(settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = settings.LANGUAGE_CODE

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not request.path.startswith("/api/"):
            return super().process_response(request, response)
        response.headers.setdefault("Content-Language", settings.LANGUAGE_CODE)
        return response
