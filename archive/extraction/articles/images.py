"""Find the addresses under which a page shows one picture, and tell pictures from logos and pixels."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from urllib.parse import unquote, urljoin, urlsplit

from lxml.html import HtmlElement

from archive.extraction.articles.dom import ancestors, names_of

_SOURCES = (
    "src", "data-src", "data-original", "data-lazy-src", "data-lazy", "data-full-src", "data-hi-res-src",
    "data-url", "data-image", "data-img", "data-large", "data-fallback-src", "data-src-large",
    "data-src-full", "data-zoom-image", "data-orig-file", "data-large-file", "data-pin-media", "poster",
    "data-poster", "data-image-url", "data-credit-image",
)  # fmt: skip
_SOURCE_SETS = ("srcset", "data-srcset", "data-lazy-srcset", "data-src-set", "data-sizes-srcset", "data-original-set")
_DESCRIPTOR = re.compile(r"^(.*?)\s+(\d+(?:\.\d+)?)([wx])$")
_PLACEHOLDER = re.compile(
    r"(?:^|[/_.-])(?:placeholder|spacer|blank|pixel|preload(?:er)?|transparent|loading|lazy[-_]?load|fallback|1x1|t|grey|"
    r"gray)(?:[-_.@][\w-]*)?\."
    r"(?:gif|png|svg|jpe?g|webp)(?:$|[?#])|/placeholders?/", re.IGNORECASE,
)  # fmt: skip
_NO_PICTURE = re.compile(r"\.(?:svg|ico|js|css|html?|mp4|m3u8|webm|mp3)(?:$|[?#])", re.IGNORECASE)
_NOT_OF_THE_STORY = {
    "logo", "icon", "icons", "avatar", "author", "authors", "autor", "auteur", "byline", "headshot",
    "profile", "emoji", "badge", "sprite", "flag", "tracking", "pixel", "advert", "ad", "ads", "sponsor",
    "smiley", "userpic", "mugshot", "gravatar", "beacon", "counter", "share", "social", "twite", "branding",
}  # fmt: skip
_SIZE_IN_NAME = re.compile(
    r"(?:[-_.](?:\d{2,4}x\d{2,4}|\d{2,4}w?|scaled|large|medium|small|thumb(?:nail)?|[a-z]\d{2,4}|e\d{9,}))+$",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"^(?:\d{1,4}[-_]?)?(?:format\w*|image|photo|picture|img|default|original|rawimage|gallery\w*|large|main|"
    r"\d+x\d+)?$",
    re.IGNORECASE,
)
_SMALLEST_SIDE_PX = 80
# Of one picture, and how deep they are nested.
_MOST_SOURCES = 40
PICTURES = ("img", "amp-img", "video", "picture", "source")
_OF_SOURCES = ("picture", "source", "video", "amp-img")
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:$|[?#!/])", re.IGNORECASE)


def urls_of(element: HtmlElement) -> list[str]:
    """List the addresses of an image, the largest first, as they stand in the page; placeholders are left out."""
    plain: list[str] = []
    sized: list[tuple[float, str]] = []
    sources = [element]
    if (parent := element.getparent()) is not None and parent.tag in _OF_SOURCES:
        # The HTML parser of older pages nests <source> elements, for it knows them not as empty.
        above = islice(element.iterancestors(), _MOST_SOURCES)
        top = next((node for node in above if node.tag in ("picture", "video")), parent)
        sources += [node for node in islice(top.iter("source"), _MOST_SOURCES) if node is not element]
    for source in sources:
        for name in _SOURCES:
            if (value := (source.get(name) or "").strip()) and not value.startswith(("{", "[")):
                plain.append(value)
        for name in _SOURCE_SETS:
            sized += _source_set(source.get(name) or "")
    ordered = [url for _size, url in sorted(sized, key=lambda pair: -pair[0])] + plain
    return [url for url in dict.fromkeys(ordered) if _is_picture(url)][:40]


def _source_set(value: str) -> Iterator[tuple[float, str]]:
    # Addresses may hold commas; a comma with a space, or behind a descriptor, parts two of them.
    for candidate in re.split(r",\s+|(?<=[wx]),(?=\S)", value.strip()[:20_000])[:40]:
        match = _DESCRIPTOR.match(candidate.strip())
        if match:
            yield float(match[2]) * (1000 if match[3] == "x" else 1), match[1].strip()
        elif candidate.strip():
            yield 0.0, candidate.strip().rstrip(",")


def _is_picture(url: str) -> bool:
    if url.startswith("data:"):
        # An embedded picture of some size; placeholders have a few hundred bytes.
        return url.startswith("data:image/") and not url.startswith("data:image/svg") and len(url) > 4000
    if url.startswith(("blob:", "about:", "javascript:", "#")) or len(url) > 4000:
        return False
    return not _PLACEHOLDER.search(url) and not _NO_PICTURE.search(url)


def absolute(url: str, base: str) -> str:
    """Make an address whole; empty where the page's own address is unknown."""
    try:
        whole = urljoin(base, url) if base else url
        return whole if re.match(r"https?://[^/\s]+", whole) else f"https:{url}" if url.startswith("//") else ""
    except ValueError:
        return ""


def is_shown(image: HtmlElement) -> bool:
    """Tell a picture of some size from logos, portraits of authors, buttons and counting pixels."""
    for name in ("width", "height"):
        side = re.match(r"\d+", image.get(name) or "")
        if side and int(side[0]) < _SMALLEST_SIDE_PX:
            return False
    names = names_of(image)
    for node in islice(ancestors(image), 1, 4):
        names |= names_of(node)
    if names & _NOT_OF_THE_STORY:
        return False
    return not re.search(r"\blogo\b|\bicon\b|^author image$", image.get("alt") or "", re.IGNORECASE)


def keys_of(urls: Iterable[str]) -> set[str]:
    """Give what addresses have in common that are of one picture in several sizes."""
    return {key for url in urls if (key := _key(url))}


@lru_cache(maxsize=4096)
def _key(url: str) -> str:
    """Give the name of a picture in its address, without its size: of the file, or of the folder; "" if none tells."""
    if url.startswith("data:"):
        return url
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return ""
    segments = [segment for segment in path.split("/") if segment]
    for at, segment in enumerate(reversed(segments[-4:])):
        stem = re.sub(r"\.(?:jpe?g|png|webp|gif|avif|img|jp)$", "", segment, flags=re.IGNORECASE).lower()
        while (shorter := _SIZE_IN_NAME.sub("", stem)) != stem:
            stem = shorter
        if (
            len(stem) >= 7
            and not _GENERIC.match(stem)
            and (at == 0 or re.search(r"[-_]|\d{5}", stem))
            and not re.fullmatch(r"20\d\d.*", stem)
        ):
            # What stands before a slug or key is the folder of many pictures.
            return stem
    return ""


def pictures_of(box: HtmlElement) -> tuple[list[str], str | None]:
    """Return the references of a figure's picture and its alternative text; scripts' fallbacks count too."""
    references: list[str] = []
    alt = None
    seen: set[HtmlElement] = set()
    for element in box.iter(*PICTURES):
        beside = element.getparent()
        # The first source of a picture speaks for those beside it.
        if element.tag == "source" and beside is not None and beside.tag in _OF_SOURCES:
            if beside in seen:
                continue
            seen.add(beside)
        references += urls_of(element)
        if alt is None and element.tag != "source" and (alternative := (element.get("alt") or "").strip()):
            alt = alternative[:2000]
    if not references:
        for element in box.iter():
            if isinstance(element.tag, str) and (
                element.get("data-src") or element.get("data-srcset") or element.get("data-image")
            ):
                references += [url for url in urls_of(element) if _PICTURE_FILE.search(url)]
            if background := re.search(
                r"background(?:-image)?\s*:\s*url\(\s*['\"]?([^'\")]+)",
                (element.get("style") or "") if isinstance(element.tag, str) else "",
            ):
                references.append(background[1].strip())
    return list(dict.fromkeys(references))[:40], alt
