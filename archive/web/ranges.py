"""Answer a request for a part of a file (RFC 9110, 14): what a player asks for when somebody seeks."""

import re

from django.core.files.storage import Storage
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.utils.http import parse_etags

from archive.files.idle_connection import let_go_of_the_database
from archive.files.ranges import open_part
from archive.web.body_limits import Unhurried, take_slot, too_many_at_once

_SINGLE = re.compile(r"bytes\s*=\s*(\d{0,19})\s*-\s*(\d{0,19})", re.IGNORECASE | re.ASCII)
# A player that asks for "all from here" gets so much and asks again (RFC 9110, 15.3.7, allows a part of a part): a
# page left open holds no thread of the server.
MOST_AT_ONCE_BYTES = 8 * 1024 * 1024


class Unsatisfiable(ValueError):
    """The range begins behind the end of the file."""


def asked_range(header: str, size_bytes: int) -> tuple[int, int] | None:
    """
    Return the first byte asked for and the one after the last; None where the whole file is to be sent.

    Several ranges, other units and what is no range are ignored, as RFC 9110, 14.2, lets a server do.

    :raises Unsatisfiable: nothing of the file lies in the range
    """
    asked = _SINGLE.fullmatch(header.strip())
    if asked is None or not (asked[1] or asked[2]):
        return None
    if not asked[1]:
        start, stop = max(0, size_bytes - int(asked[2])), size_bytes
    else:
        start = int(asked[1])
        if asked[2] and int(asked[2]) < start:
            return None
        stop = int(asked[2]) + 1 if asked[2] else start + MOST_AT_ONCE_BYTES
    if start >= size_bytes or start >= stop:
        raise Unsatisfiable
    return start, min(stop, size_bytes)


def ranged(
    request: HttpRequest, store: Storage, name: str, *, size_bytes: int, etag: str, content_type: str
) -> HttpResponse:
    """
    Answer the whole of a stored file, or the part that was asked for, in blocks.

    :param etag: quoted and strong: it stands for these very bytes
    :raises FileNotFoundError: the store has no such file
    """
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return _labelled(HttpResponseNotModified(), etag)
    # If-Range with anything but this very ETag: the part it speaks of is one of other bytes.
    is_current = request.headers.get("If-Range", etag) == etag
    header = request.headers.get("Range", "") if request.method == "GET" and is_current else ""
    try:
        part = asked_range(header, size_bytes)
    except Unsatisfiable:
        response = HttpResponse(status=416, content_type="text/plain")
        response["Content-Range"] = f"bytes */{size_bytes}"
        return _labelled(response, etag)
    start, stop = part or (0, size_bytes)
    if request.method == "HEAD":
        response = HttpResponse(content_type=content_type)
    else:
        status = 206 if part else 200
        blocks = open_part(store, name, start, stop)
        if not take_slot():
            blocks.close()
            return too_many_at_once(request)
        response = StreamingHttpResponse(Unhurried(blocks), status=status, content_type=content_type)
        let_go_of_the_database()
    response["Content-Length"] = str(stop - start)
    if part:
        response["Content-Range"] = f"bytes {start}-{stop - 1}/{size_bytes}"
    return _labelled(response, etag)


def _labelled(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"], response["Accept-Ranges"] = etag, "bytes"
    return response
