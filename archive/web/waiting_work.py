"""What every page tells somebody of what waits for them."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from archive.review.flags import flags_to_do
from archive.review.queue import to_do


def waiting(request: HttpRequest) -> dict[str, object]:
    """
    Give templates what waits for this person; two queries, if it is asked for.

    `waiting.proposals` and `waiting.flags` to decide on, `waiting.decisions` of both, `waiting.answers` to see.
    """
    return {"waiting": SimpleLazyObject(lambda: _counted(request))}


def _counted(request: HttpRequest) -> dict[str, int]:
    proposals, answers = to_do(request.user) if request.user.is_authenticated else (0, 0)
    flags, flag_answers = flags_to_do(request.user) if request.user.is_authenticated else (0, 0)
    return {
        "proposals": proposals, "flags": flags, "decisions": proposals + flags, "answers": answers + flag_answers,
    }  # fmt: skip
