"""Compare addresses: of one picture in several sizes, and of a page and its copies in web archives."""

import re
from urllib.parse import parse_qsl, unquote, urldefrag, urlencode, urlsplit

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
