"""Gather what a page states of itself, each statement on its own: group, tag and value as they stand."""

import re
from dataclasses import dataclass, field
from itertools import islice

from lxml.html import HtmlElement

from archive.extraction.articles.addresses import capture_of
from archive.extraction.articles.dom import PageOrder, inherited, names_of, text_of
from archive.extraction.articles.limits import Limits
from archive.extraction.articles.linked_data import Thing, read_json_ld, read_microdata
from archive.extraction.articles.printed_names import without_legal_form
from archive.extraction.articles.saved_page import SavedPage
from archive.extraction.readers.statements import clean

Statement = tuple[str, str, str]

_SAVED_FROM = re.compile(r"saved from url=\(\d+\)(\S+)")
_SINGLE_FILE = re.compile(r"Page saved with SingleFile\s+url:\s*(\S+)(?:\s+saved date:\s*([^\n]+))?")
_OPEN_GRAPH = re.compile(r"^(?:og|article|fb|video|image|book|profile):", re.IGNORECASE)
# Widths, robots and keys of other services say nothing of the story.
_NOT_ABOUT_IT = re.compile(
    r"viewport|robots|verif|msapplication-(?!tooltip)|theme-color|csrf|token|generator|format-detection|referrer|"
    r"^fb:|app-id|^al:|googlebot|bingbot|msvalidate|handheld|mobile-web-app-(?!title)|:(?:width|height|type|"
    r"secure_url)$|"
    r"rating|http-equiv",
    re.IGNORECASE,
)
_LONGEST_VALUE = 2_000
_DATE_NAMES = {
    "date", "dateline", "datestamp", "published", "publish", "pubdate", "posted", "timestamp", "update",
    "updated", "modified", "datum", "fecha", "datepublished", "publication", "created", "time", "meta",
    "info", "byline", "duration", "data", "maj",
}  # fmt: skip
_BYLINE_NAMES = {"byline", "bylines", "author", "authors", "autor", "autores", "auteur", "auteurs", "firma", "writer",
                 "reporter", "contributor", "contributors", "autori", "signature", "byl", "journalist"}  # fmt: skip
_LONGEST_LINE = 160
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)\s*(?:copyright\s*)?(?:\d{4}\s*(?:[-–]\s*\d{4})?\s*)?"
    r"([^\W\d][^.|,;–\n]{1,60}?)(?:\s*[-–|.,;]|\s+all rights|$)",
    re.IGNORECASE,
)
_CHANGED_NAMES = {"update", "updated", "modified", "maj", "actualizado", "aktualisiert", "lastmod", "revised"}
_CHANGED = re.compile(
    r"\b(?:updated?|modified|last edited|mis à jour|modifié|actualis|aktualisiert|stand:|bijgewerkt|laatste update|"
    r"actualizad|aggiornat|atualizad|revised|corrected)",
    re.IGNORECASE,
)
# How far before the headline a date or byline may stand, in elements …
_BEFORE_HEADLINE = 60
# … and how far after the text begins.
_AFTER_TEXT_BEGINS = 40
_MOST_IN_A_LINE = 40
# A link of this many letters is the headline of another story, not a name.
_LONG_LINK = 45
_TOO_LARGE = {"body", "html", "main", "article", "section", "a", "img"}


@dataclass
class Stated:
    """Everything a page states: the list for the record, and the parts that the leading values are taken from."""

    statements: list[Statement] = field(default_factory=list)
    things: list[Thing] = field(default_factory=list)
    microdata: list[Thing] = field(default_factory=list)
    base_url: str = ""
    saved_from: str = ""
    captured: str = ""
    unreadable_scripts: int = 0
    is_cut: bool = False

    def say(self, group: str, tag: str, value: str) -> None:
        value = str(clean(re.sub(r"\s+", " ", value).strip()[:_LONGEST_VALUE]))
        if value and (group, tag, value) not in self._seen:
            self._seen.add((group, tag, value))
            self.statements.append((group, tag, value))

    def __post_init__(self) -> None:
        self._seen: set[Statement] = set()

    def values(self, group: str, *tags: str) -> list[tuple[str, str]]:
        """List ("group:tag", value) for the tags in the order asked, letters' case aside."""
        wanted = [tag.lower() for tag in tags]
        pairs: dict[str, list[tuple[str, str]]] = {tag: [] for tag in wanted}
        for own_group, tag, value in self.statements:
            if own_group == group and tag.lower() in pairs:
                pairs[tag.lower()].append((f"{group}:{tag}", value))
        return [pair for tag in wanted for pair in pairs[tag]]

    @property
    def articles(self) -> list[tuple[str, Thing]]:
        """The things that are the story itself: outermost, an article; JSON-LD before microdata."""
        groups = (("JSON-LD", self.things), ("microdata", self.microdata))
        return [(group, thing) for group, things in groups for thing in things if thing.is_article and thing.outermost]

    @property
    def story(self) -> list[tuple[str, Thing]]:
        """Of each kind of markup the first article: a list of teasers may follow it."""
        first: dict[str, tuple[str, Thing]] = {}
        for group, thing in self.articles:
            first.setdefault(group, (group, thing))
        return list(first.values())


def gather(page: SavedPage, root: HtmlElement, limits: Limits) -> Stated:
    """Gather the statements of the head, of linked data, and of the container; lines of text come with the story."""
    stated = Stated()
    for group, tag, value in page.statements:
        stated.say(group, tag, value)
    _comments(stated, root)
    stated.things, stated.unreadable_scripts = read_json_ld(root)
    stated.microdata = read_microdata(root)
    for group, thing in stated.story:
        for tag, value in islice(thing.statements(), 2 * limits.statements):
            stated.say(group, tag, value)
    others = (
        (group, tag, value)
        for group, things in (("JSON-LD", stated.things), ("microdata", stated.microdata))
        for thing in things
        if thing.outermost and not thing.is_article and len(stated.statements) < limits.statements // 2
        for tag, value in thing.statements()
    )
    # Things that refer to one another are told again at each reference.
    for group, tag, value in islice(others, limits.statements):
        stated.say(group, tag, value)
    _head(stated, root, page.url)
    for base in root.iter("base"):
        stated.base_url = stated.base_url or (base.get("href") or "")
    stated.is_cut = len(stated.statements) > limits.statements
    stated.statements = stated.statements[: limits.statements]
    return stated


def _comments(stated: Stated, root: HtmlElement) -> None:
    """Browsers and saving tools leave the address and the day in a comment at the top."""
    before = list(root.itersiblings(preceding=True))[:20]
    for node in [*before, *list(root.iterchildren())[:10]]:
        if isinstance(node.tag, str) or not node.text:
            continue
        text = str(node.text)[:2000]
        if comment := _SINGLE_FILE.search(text):
            stated.saved_from, stated.captured = comment[1], (comment[2] or "").strip()
        elif comment := _SAVED_FROM.search(text):
            stated.saved_from = comment[1]
        else:
            continue
        stated.say("HTML", "saved from", stated.saved_from)
        stated.say("HTML", "saved on", stated.captured)


def _head(stated: Stated, root: HtmlElement, page_url: str) -> None:
    stated.say("HTML", "html lang", root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "")
    for element in root.iter("title", "meta", "link"):
        if element.tag == "title":
            if element.getparent() is not None and element.getparent().tag == "head":
                stated.say("HTML", "title", element.text_content())
        elif element.tag == "link":
            for kind in (element.get("rel") or "").lower().split():
                if kind in ("canonical", "author", "amphtml", "image_src", "publisher", "shortlink"):
                    stated.say("HTML", f"link {kind}", element.get("href") or "")
        else:
            name = element.get("property") or element.get("name") or element.get("http-equiv") or ""
            value = element.get("content") or ""
            if name and value and not _NOT_ABOUT_IT.search(name):
                group = "Open Graph" if _OPEN_GRAPH.match(name) else "meta"
                stated.say(group, name[:80], value)
    written = [element.get("href") or "" for element in root.iter("link", "base")]
    written += [value for _ground, value in stated.values("Open Graph", "og:url")]
    for address in (*written, stated.saved_from, page_url):
        if capture := capture_of(address):
            stated.captured = stated.captured or capture.captured
            stated.say("HTML", "archived copy", address)
            break


def state_lines(stated: Stated, order: PageOrder, headline: int, first_paragraph: int) -> None:
    """
    Gather what is printed around the headline: `<time>`, lines of date, bylines.

    :param headline: where the headline is among the elements; -1 if there is none
    :param first_paragraph: where the text begins
    """
    elements, others = order.elements, _Others(order, headline)
    start = max(0, (headline if headline >= 0 else first_paragraph) - _BEFORE_HEADLINE)
    end = min(len(elements), max(first_paragraph, headline) + _AFTER_TEXT_BEGINS)
    for element in elements[start:end]:
        if element.tag in _TOO_LARGE:
            continue
        names = names_of(element)
        is_date_or_byline = (
            names & (_DATE_NAMES | _BYLINE_NAMES) or element.tag == "time" or element.get("rel") == "author"
        )
        if not is_date_or_byline or order.size(element) > _MOST_IN_A_LINE or others.hold(element):
            continue
        text = text_of(element)
        if element.tag == "time":
            stated.say("time", _line_tag(element), element.get("datetime") or element.get("data-datetime") or text)
        if not text or len(text) > _LONGEST_LINE:
            continue
        if names & _BYLINE_NAMES or element.get("rel") == "author":
            stated.say("text", "byline", text)
        if (names & _DATE_NAMES or element.tag == "time") and any(character.isdigit() for character in text):
            stated.say("text", _line_tag(element), text)


class _Others:
    """The lines of a menu, or of a card for another story, which has a link and not this story's headline."""

    def __init__(self, order: PageOrder, headline: int) -> None:
        self._order = order
        self._headline = order.elements[headline] if headline >= 0 else None
        self._links = [at for at, element in enumerate(order.elements) if element.tag == "a"]
        self._headlines = [
            at for at in self._links if len(text_of(order.elements[at], most=_LONG_LINK)) > _LONG_LINK
        ]  # fmt: skip
        self._known: dict[HtmlElement, bool | None] = {}

    def hold(self, element: HtmlElement) -> bool:
        return inherited(element.getparent(), self._known, lambda node: self._is_other(node) or None) or False

    def _is_other(self, node: HtmlElement) -> bool:
        if node.tag not in ("nav", "aside", "article", "li", "a"):
            return False
        if self._headline is not None and self._order.holds(node, self._headline):
            return False
        if node.tag == "article":
            return self._order.any_in(node, self._links)
        return node.tag != "li" or self._order.any_in(node, self._headlines)


def _line_tag(element: HtmlElement) -> str:
    """Tell the day of publication from that of a change, by the words before it and the names around it."""
    names = names_of(element)
    for node in islice(element.iterancestors(), 2):
        names |= names_of(node)
    before, parent = element.getprevious(), element.getparent()
    words = [text_of(element)[:60], (before.tail or "") if before is not None else "", (parent.text or "")[:60]]
    return "date modified" if names & _CHANGED_NAMES or _CHANGED.search(" ".join(words)) else "date"


def state_copyright(stated: Stated, order: PageOrder) -> None:
    """Gather the name behind "©" at the foot of the page: the page's publisher, or its company."""
    tags = ("footer", "div", "p", "span", "small", "li", "a")
    for element in [element for element in order.elements if element.tag in tags][-400:]:
        text = text_of(element)[:200] if order.size(element) < 12 else ""
        if notice := _COPYRIGHT.search(text):
            stated.say("text", "copyright", without_legal_form(notice[1]))
