"""
News documents of agencies: NewsML-G2 (IPTC, namespace nar/2006-10-01) and ninjs (IPTC, 1.0 to 3.3).

A document holds one news item or several. Each is read word for word under the names of its standard; what a name means
stands in `standards/mappings.py`. Concept, package and planning items describe no picture and are told.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from archive.extraction.readers.decode_text import Decoded, decode_told, decode_xml, named_codec
from archive.extraction.readers.statements import Value

NEWSML, NINJS = "NewsML-G2", "ninjs"
NEWS_GROUPS = (NEWSML, NINJS)
# No picture's document comes near.
LARGEST_BYTES = 4 * 1024 * 1024
_NAR = "{http://iptc.org/std/nar/2006-10-01/}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_MOST_ELEMENTS = 20_000
_DEEPEST = 60
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DECLARATION = re.compile(r"""^\s*<\?xml(?:[^>]*?encoding\s*=\s*["']([\w.-]+)["'])?[^>]*\?>""")
_BEGINS_NINJS = re.compile(r'\s*\{\s*"')
_NAMES_ITEM = re.compile(r'"(?:uri|guid)"\s*:')
_SAYS_NINJS = re.compile(
    r'"(?:versioncreated|pubstatus|renditions|headlines?|headline_\w+|description_\w+|descriptions|associations|'
    r'usageterms|embargoed)"\s*:',
    re.IGNORECASE,
)
_OTHER_ITEMS = {
    "conceptItem": "a concept item", "knowledgeItem": "a knowledge item", "packageItem": "a package item",
    "planningItem": "a planning item", "catalogItem": "a catalogue",
}  # fmt: skip
PICTURES = ("picture", "graphic", "video", "photo", "image")
# Where a description of a picture is its caption; what has another role is kept beside it.
_CAPTION_ROLES = {"", "caption", "text", "main", "description"}
_HEADLINE_ROLES = {"", "main", "headline"}
_MARKUP = ("html", "xml")
# Whose words may hold marks within them.
_TEXTS = {"description", "headline", "title", "usageTerms", "copyrightNotice", "edNote", "creditline", "by", "slugline"}
# Which part of a NewsML-G2 item is read, in this order.
_PARTS = ("rightsInfo", "itemMeta", "contentMeta")
_PLACES, _EVENTS = {"geoarea", "poi", "place", "location"}, {"event"}


class DamagedNews(ValueError):
    """The document cannot be read; the text is a sentence for people."""


@dataclass(frozen=True)
class NewsItem:
    """
    One news item: its identity (`guid`, and `version` as written), the files it names, and what it says.

    `kind` is the standard's word for what it is ("picture"); `values` are (tag, value); `notes` are sentences for
    people on what was read with a doubt, or not taken over.
    """

    group: str
    kind: str
    guid: str
    version: str
    version_created: str
    hrefs: tuple[str, ...]
    values: list[tuple[str, Value]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def names(self, file_name: str) -> bool:
        """Tell whether it names a file, by the last part of an address or a path."""
        return file_name.casefold() in {name.casefold() for name in map(last_part, self.hrefs) if name}


def last_part(href: str) -> str:
    """Return the name of a file out of an address or a path; "" where it names none."""
    try:
        path = urlsplit(href.strip()).path
    except ValueError:
        path = href
    return unquote(path).replace("\\", "/").rstrip("/").rpartition("/")[2]


def group_of(raw: bytes) -> str:
    """Tell by its content whether a document is NewsML-G2 or ninjs, damaged or not; "" for what is neither."""
    text = _text(raw[:LARGEST_BYTES])
    if _NAR[1:-1] in text[:8192]:
        return NEWSML
    if _BEGINS_NINJS.match(text) and _NAMES_ITEM.search(text) and _SAYS_NINJS.search(text):
        return NINJS
    return ""


def read_news(raw: bytes) -> list[NewsItem]:
    """
    Read the news items of a document that `group_of` knows, those of pictures and footage before the others.

    :raises DamagedNews: with a sentence for people
    """
    if len(raw) > LARGEST_BYTES:
        raise DamagedNews(f"The news document has more than {LARGEST_BYTES // 1024**2} MB, and was left unread.")
    items = _newsml(raw) if group_of(raw) == NEWSML else _ninjs(raw)
    return sorted(items, key=lambda item: item.kind not in PICTURES)


def item_of(items: list[NewsItem], *, file_name: str = "", guid: str = "") -> NewsItem | None:
    """Choose the item that speaks of a file: by its identifier, by its name, else the only one; None where open."""
    for fits in (
        [item for item in items if guid and item.guid == guid],
        [item for item in items if file_name and item.names(file_name)],
        items,
        [item for item in items if item.kind in PICTURES],
    ):
        if len(fits) == 1:
            return fits[0]
    return None


def decode_news(raw: bytes) -> Decoded:
    """Decode a document by its mark, as UTF-8, or else as its XML declaration says; tell what is doubtful."""
    if b"\x00" in raw[:64] or raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Decoded(decode_xml(raw))
    declaration = _DECLARATION.match(raw[:200].decode("latin-1"))
    declared = named_codec(declaration[1]) if declaration and declaration[1] else ""
    return decode_told(raw, declared=declared)


def _text(raw: bytes) -> str:
    return _NOT_IN_XML.sub("", decode_news(raw).text).removeprefix("\ufeff")


# --- NewsML-G2 -----------------------------------------------------------------------------------------------------


class _Bounded(TreeBuilder):
    """Builds no tree that is larger or deeper than any agency's."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._elements = 0

    def start(self, tag: Any, attributes: Any, /) -> Element:
        self._depth, self._elements = self._depth + 1, self._elements + 1
        if self._elements > _MOST_ELEMENTS:
            raise DamagedNews("The news document holds more elements than any agency writes, and was left unread.")
        if self._depth > _DEEPEST:
            raise DamagedNews("The news document is nested deeper than any agency writes, and was left unread.")
        return super().start(tag, attributes)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def _newsml(raw: bytes) -> list[NewsItem]:
    text = _text(raw)
    # One that does not end soon is none; looked for in all of a text, it would take hours.
    if declaration := _DECLARATION.match(text[:200]):
        text = text[declaration.end() :]
    try:
        parser = DefusedXMLParser(target=_Bounded())
        parser.feed(text)
        root = parser.close()
    except DamagedNews:
        raise
    except DefusedXmlException as error:
        raise DamagedNews("The news document is damaged: it defines entities, which no honest one does.") from error
    except (ParseError, ValueError, RecursionError) as error:
        why = f"it is not well-formed ({error})" if isinstance(error, ParseError) else "it cannot be parsed"
        raise DamagedNews(f"The news document is damaged: {why}.") from error
    items = [_newsml_item(element) for element in root.iter(f"{_NAR}newsItem")]
    if not items:
        others = [name for tag, name in _OTHER_ITEMS.items() if next(root.iter(f"{_NAR}{tag}"), None) is not None]
        is_what = others[0] if others else "a message without a news item"
        raise DamagedNews(f"The news document is {is_what}, which describes no picture; it was left unread.")
    return items


def _newsml_item(item: Element) -> NewsItem:
    language = item.get(_LANGUAGE, "")
    values: list[tuple[str, Value]] = [
        (name, item.get(name, "")) for name in ("guid", "version", "standardversion") if item.get(name)
    ]
    notes: list[str] = []
    for part in (element for name in _PARTS for element in item.findall(f"{_NAR}{name}")):
        for element in part:
            values += _newsml_values(element, part.get(_LANGUAGE, language))
    _join_creators(values)
    hrefs: list[str] = []
    for content in item.findall(f"{_NAR}contentSet"):
        for element in content:
            if _local(element) == "remoteContent":
                hrefs += [element.get(name, "") for name in ("href", "residref") if element.get(name)]
                hrefs += [_said(near) for near in element if _local(near) == "altLoc"]
                values.append(("remoteContent", {_plain(name): value for name, value in element.attrib.items()}))
            elif text := _said(element):
                values.append((_local(element), text))
    _choose_subjects(item.findall(f"{_NAR}contentMeta/{_NAR}subject"), values, notes)
    file_names = [str(value) for tag, value in values if tag == "fileName"]
    meta = dict(reversed(values))
    return NewsItem(
        group=NEWSML,
        kind=_code(str(meta.get("itemClass", ""))),
        guid=item.get("guid", ""),
        version=item.get("version", ""),
        version_created=str(meta.get("versionCreated", "")),
        hrefs=tuple(hrefs + file_names),
        values=values,
        notes=notes,
    )


def _newsml_values(element: Element, language: str) -> Iterator[tuple[str, Value]]:
    tag = _local(element)
    said = _said(element)
    if tag == "located":
        yield tag, _place_words(element) or said
        return
    if tag in ("description", "headline"):
        tag = _with_role(tag, _code(element.get("role", "")))
    if tag in ("description", "headline", "title"):
        spoken = element.get(_LANGUAGE, language)
        yield tag, {spoken: said} if spoken and said else said
    # An embargo without a date has no end that is known, and is said by the empty element.
    elif said or tag == "embargoed":
        yield tag, said


def _join_creators(values: list[tuple[str, Value]]) -> None:
    """Make one list of several creators, as a by-line does."""
    creators = [value for tag, value in values if tag == "creator"]
    if len(creators) > 1:
        values[:] = [(tag, value) for tag, value in values if tag != "creator"] + [("creator", creators)]


def _choose_subjects(subjects: list[Element], values: list[tuple[str, Value]], notes: list[str]) -> None:
    """Say which place and event the picture shows, where the subjects name one of its kind; none of several."""
    kinds = [(subject, _code(subject.get("type", "")).lower()) for subject in subjects]
    places = [_place_words(subject) or _said(subject) for subject, kind in kinds if kind in _PLACES]
    events = [_said(subject) for subject, kind in kinds if kind in _EVENTS]
    _choose_shown(places, events, values, notes)


def _choose_shown(places: list[Value], events: list[str], values: list[tuple[str, Value]], notes: list[str]) -> None:
    for tag, names, what in (("place", places, "places"), ("event", events, "events")):
        known = list({str(name): name for name in names if name}.values())
        if len(known) == 1:
            values.append((f"{tag} (subject)", known[0]))
        elif known:
            notes.append(
                f"It lists {len(known)} {what} as its subjects and does not say which the picture shows: "
                "none was taken for it."
            )


def _place_words(element: Element) -> dict[str, str]:
    """Return a place with what lies above it, from the small to the large."""
    words: dict[str, str] = {}
    chain = [element, *(near for near in element if _local(near) == "broader")]
    for part in chain:
        kind = _code(part.get("type", "")).lower()
        code = part.get("qcode", "") or part.get("uri", "")
        key = "name" if part is element else "country" if "iso3166-1" in code or "country" in kind else "within"
        if text := _said(part):
            words.setdefault(key, text)
    return words


def _said(element: Element) -> str:
    """Return the words of an element: its name, its text, or the code that it consists of."""
    names = [near for near in element if _local(near) == "name"]
    if names and (name := _whole_text(names[0])):
        return name
    own = _whole_text(element) if not len(element) or _local(element) in _TEXTS else (element.text or "").strip()
    return own or next((element.get(name, "") for name in ("literal", "qcode", "uri", "href") if element.get(name)), "")


def _whole_text(element: Element) -> str:
    """Return its text with that of the marks within it."""
    return "".join(_texts_of(element)).strip()


def _texts_of(element: Element) -> Iterator[str]:
    yield "\n" if _local(element) == "br" else element.text or ""
    for part in element:
        yield from _texts_of(part)
        yield part.tail or ""


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _plain(name: str) -> str:
    return name.rpartition("}")[2]


def _code(written: str) -> str:
    """Return the code itself out of "ninat:picture" or "http://cv.iptc.org/newscodes/ninature/picture"."""
    return re.split(r"[:/]", written.strip().rstrip("/"))[-1]


def _with_role(tag: str, role: str) -> str:
    usual = _HEADLINE_ROLES if tag.startswith("headline") else _CAPTION_ROLES
    return tag if role.lower() in usual else f"{tag} ({role})"


# --- ninjs ---------------------------------------------------------------------------------------------------------


def _ninjs(raw: bytes) -> list[NewsItem]:
    try:
        document = json.loads(_text(raw))
    except (ValueError, RecursionError) as error:
        # json names what it expected, line and column; not the depth at which it gave up.
        why = f"it is no whole JSON ({error})" if isinstance(error, ValueError) else "it is nested too deeply"
        raise DamagedNews(f"The news document is damaged: {why}.") from error
    if not isinstance(document, dict):
        raise DamagedNews("The news document is damaged: it is no JSON object.")
    items = [_ninjs_item(document, {})]
    if items[0].kind not in PICTURES:
        # A story with its pictures: each is an item of its own.
        inherited = {name: value for name, value in _lower(document).items() if name in ("language", "standard")}
        pictures = [_ninjs_item(each, inherited) for each in _each(_lower(document).get("associations"))]
        items = [item for item in pictures if item.kind in PICTURES] or items
    return items


def _lower(item: dict[str, Any]) -> dict[str, Any]:
    """Fold the names: 1.x and 2.x write "versioncreated", 3.x "versionCreated"."""
    return {str(name).lower(): value for name, value in item.items()}


def _each(value: Any) -> list[dict[str, Any]]:
    """List what 1.x holds as an object by name, and 2.x and 3.x as an array."""
    entries = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [entry for entry in entries if isinstance(entry, dict)]


def _ninjs_item(item: dict[str, Any], inherited: dict[str, Any]) -> NewsItem:
    fields = inherited | _lower(item)
    language = _scalar(fields.get("language"))
    values: list[tuple[str, Value]] = []
    notes: list[str] = []
    hrefs: list[str] = []
    for name, value in fields.items():
        if name in ("associations", "$schema"):
            continue
        if name == "renditions":
            for rendition in map(_lower, _each(value)):
                hrefs += [_scalar(rendition.get(key)) for key in ("href", "filename") if _scalar(rendition.get(key))]
                values.append((name, {key: text for key in rendition if (text := _scalar(rendition[key]))}))
        elif name in ("headlines", "descriptions", "bodies", "bylines"):
            values += _by_role(name, value, language)
        elif re.fullmatch(r"headline|title|description_text|description_caption", name):
            if text := _scalar(value):
                values.append((name, {language: text} if language else text))
        elif isinstance(value, dict) and all(_scalar(part) for part in value.values()):
            values.append((name, {str(key): _scalar(part) for key, part in value.items()}))
        elif isinstance(value, dict | list):
            values += [(name, text) for text in _names(value)]
        elif (text := _scalar(value)) or (name == "embargoed" and value is not None):
            values.append((name, text))
    tags = {tag for tag, _value in values}
    if not tags & {"descriptions", "description_text", "description_caption"} and any(
        tag.startswith("description") for tag in tags
    ):
        notes.append("Its description stands there as markup or in another role alone; it was not taken for a caption.")
    places = [_scalar(_lower(place).get("name")) for place in _shown(fields, "place")]
    events = [_scalar(_lower(event).get("name")) for event in _shown(fields, "event")]
    _choose_shown(list(places), events, values, notes)
    return NewsItem(
        group=NINJS,
        kind=_scalar(fields.get("type")).lower(),
        guid=_scalar(fields.get("uri")) or _scalar(fields.get("guid")),
        version=_scalar(fields.get("version")),
        version_created=_scalar(fields.get("versioncreated")),
        hrefs=tuple(hrefs),
        values=values,
        notes=notes,
    )


def _by_role(name: str, value: Any, language: str) -> Iterator[tuple[str, Value]]:
    """Give the texts of an array of 2.x and 3.x: those of the usual role under its name, others with their role."""
    for entry in map(_lower, _each(value)):
        role = _scalar(entry.get("role"))
        kind = _scalar(entry.get("contenttype")).lower()
        text = _scalar(entry.get("value"))
        tag = _with_role(name, role) if name in ("headlines", "descriptions") else f"{name} ({role})" if role else name
        if tag == name and any(mark in kind for mark in _MARKUP):
            tag = f"{name} ({kind})"
        spoken = _scalar(entry.get("language")) or language
        if text:
            yield tag, {spoken: text} if spoken and tag == name else text


def _shown(fields: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """List the places or events that the content is about; what it only mentions, it does not show."""
    near = [*_each(fields.get(name)), *_each(fields.get(f"{name}s"))]
    return [each for each in near if _scalar(_lower(each).get("rel")).lower() not in ("mentions", "mention", "source")]


def _names(value: Any) -> Iterator[str]:
    """Write the entries of a list or object in words: names, else what they are known by."""
    entries: Iterable[Any] = [value] if isinstance(value, dict) else value
    for entry in entries:
        if isinstance(entry, dict):
            known = _lower(entry)
            keys = ("name", "value", "title", "literal", "code", "uri", "href", "role")
            text = next((text for key in keys if (text := _scalar(known.get(key)))), "")
        else:
            text = _scalar(entry)
        if text:
            yield text


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    return "" if value is None or isinstance(value, bool | dict | list) else str(value)
