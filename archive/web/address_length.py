"""
How long an address may be: so long that it can be led on from, and every link of its page can repeat it.

An address of 2000 characters goes back whole: Django leads to none of more than 2048, host included, and quoted in the
`next` of the sign-in page it triples at most, which is within the 8 KiB of a line that nginx takes by itself. granian
takes 64 KiB, and answers what is longer before it comes here.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from archive.web.views import errors

MOST_CHARACTERS = 2000
# Quoted once more, a character is three: by the sign-in page, and beside the chosen items of a search.
MOST_AT_THE_DOOR = 3 * MOST_CHARACTERS + 100


def bounded_address(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: answer 414 where path and query together are too long, before any view sees them."""

    def answer(request: HttpRequest) -> HttpResponse:
        characters = len(request.get_full_path())
        most = MOST_AT_THE_DOOR if request.path in (reverse("sign_in"), reverse("bulk")) else MOST_CHARACTERS
        if characters <= most:
            return get_response(request)
        sizes = {"sent": characters, "limit": most}
        sentence = _(
            "This address has %(sent)d characters; up to %(limit)d are taken. Search for fewer words, or set fewer "
            "filters."
        )
        return errors.answer(request, 414, sentence % sizes)

    return answer
