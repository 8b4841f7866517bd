"""What every page tells somebody of what waits for them."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from archive.review.queue import to_do


def waiting(request: HttpRequest) -> dict[str, object]:
    """Give templates `waiting.proposals` to decide on and `waiting.answers` to see; one query, if it is asked for."""
    return {"waiting": SimpleLazyObject(lambda: _counted(request))}


def _counted(request: HttpRequest) -> dict[str, int]:
    proposals, answers = to_do(request.user) if request.user.is_authenticated else (0, 0)
    return {"proposals": proposals, "answers": answers}
