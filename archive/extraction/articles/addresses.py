"""Compare addresses: of one picture in several sizes, and of a page and its copies in web archives."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, unquote, urldefrag, urlencode, urljoin, urlsplit

_SIZE_PARAMETER = re.compile(
    r"(?:w|h|width|height|imwidth|imheight|maxwidth|maxheight|max-w|max-h|resize|size|fit|crop|quality|q|dpr|auto|"
    r"format|fm|downsize|scale|wid|hei|strip|s|usm|sharp|cropresize|rect)", re.IGNORECASE,
)  # fmt: skip
_SIZE_SUFFIX = re.compile(
    r"(?:[-_@](?:\d{2,4}x\d{2,4}|\d{3,4}w?|[23]x|scaled|large|medium|small|thumbnail))+(?=\.\w{2,5}$)"
)
# Folders that are a size, of a whole picture or as content networks write it: /640/, /w640/, /640x360/, /c_fill,w_640/.
_SIZE_FOLDER = re.compile(
    r"(?:[wh]?_?\d{2,4}(?:x(?:\d{2,4})?|w)?|[wh]\d{2,4}|(?:resize|fit-in|crop)|(?:[a-z]{1,7}_[\w.:-]{1,20},?){1,12}|"
    r"(?:width|height|quality|format)=[^/]{1,60})", re.IGNORECASE,
)  # fmt: skip
_YEAR_OR_DAY = re.compile(r"(?:19|20)\d\d|[01]?\d|[0-3]\d")
# The Wayback Machine and its kin write the moment of the capture, perhaps with two letters for the way it is shown, and
# the address as it was: web.archive.org/web/20240619080000id_/https://…, archive.ph/20240619-0800/https://….
_CAPTURE = re.compile(
    r"https?://[^/\s]+/(?:[\w.-]+/){0,3}?(\d{4}(?:[.-]?\d\d){2}(?:[.T-]?(?:\d\d){1,3})?)(?:[a-z]{2}_)?/"
    r"(https?):/{1,2}([^/\s]+\S*)", re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True)
class Capture:
    """A copy in a web archive: the address that was copied, and when, as an ISO 8601 date or moment of UTC."""

    original: str
    captured: str


def capture_of(address: str) -> Capture | None:
    """Read the address of a copy in a web archive; None for any other address."""
    match = _CAPTURE.match(address)
    if match is None:
        return None
    host, slash, path = match[3].partition("/")
    original = f"{match[2].lower()}://{re.sub(r':(?:80|443)$', '', host)}{slash}{path}"
    digits = re.sub(r"\D", "", match[1])
    captured = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
    try:
        if len(digits) >= 12:
            captured += f"T{digits[8:10]}:{digits[10:12]}:{digits[12:14] or '00'}+00:00"
        datetime.fromisoformat(captured)
    except ValueError:
        captured = ""
    return Capture(original, captured)


def original_of(address: str) -> str:
    """Return the address that a copy in a web archive was made of; any other address as it is."""
    capture = capture_of(address)
    return capture.original if capture else address


def joined(base: str, reference: str) -> str:
    """Return a reference as a whole address, without its fragment; one that is broken stays as it is written."""
    try:
        return urldefrag(urljoin(base, reference))[0]
    except ValueError:
        return reference


def without_size(address: str) -> str:
    """Return an address without what says a size in it, to compare; "" for one that is none of the web."""
    try:
        parts = urlsplit(urldefrag(address)[0])
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return ""
        kept = [
            pair for pair in parse_qsl(parts.query[:2000], max_num_fields=100) if not _SIZE_PARAMETER.fullmatch(pair[0])
        ]
    except ValueError:
        return ""
    folders, _slash, name = unquote(parts.path).rpartition("/")
    path = [
        folder for folder in folders.split("/")
        if _YEAR_OR_DAY.fullmatch(folder) or not _SIZE_FOLDER.fullmatch(folder)
    ]  # fmt: skip
    return f"{parts.hostname}{'/'.join(path)}/{_SIZE_SUFFIX.sub('', name)}?{urlencode(sorted(kept))}"


def grouped_without_size(references: Iterable[str], base: str = "") -> dict[str, list[str]]:
    """
    Gather references by their addresses without size; what is none of the web is left out.

    :param base: of references that are relative
    """
    grouped: dict[str, list[str]] = {}
    for reference in references:
        if key := without_size(joined(base, reference)):
            grouped.setdefault(key, []).append(reference)
    return grouped
