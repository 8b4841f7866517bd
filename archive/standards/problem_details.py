"""
Errors as problem details (RFC 9457): one form for every error that the API answers.

`errors` is an extension (RFC 9457, 3.2): one member for each field that is at fault, with its name and what is wrong.
"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

MEDIA_TYPE = "application/problem+json"


def problem(status: int, detail: str, errors: Iterable[tuple[str, str]] = ()) -> dict[str, Any]:
    """
    Return the problem of a status.

    :param detail: a sentence on this occurrence: what, where, what now
    :param errors: name of the field or parameter, and what is wrong with it
    """
    title = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Error"
    fields = [{"field": name, "detail": words} for name, words in errors]
    written: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return written | {"errors": fields} if fields else written
