"""Say for each request who reads the names of files that it shows."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from archive.catalogue.names import read_by


def names_for_reader(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Show the names of files as whoever asks may read them."""

    def answer(request: HttpRequest) -> HttpResponse:
        with read_by(lambda: getattr(request, "user", None)):
            return get_response(request)

    return answer
