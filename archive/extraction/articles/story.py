"""Find the story in a page: its headline, its paragraphs in order, and the part of the page that holds them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, islice
from operator import itemgetter

from lxml.html import HtmlElement
from trafilatura import bare_extraction

from archive.extraction.articles.dom import PageOrder, ancestors, collapse, text_of

_LEAVES = ("p", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "div", "span", "td", "dd", "section")
_HEADINGS = re.compile(r"^h[1-6]$")
# Words that were written together where two elements meet: "Show all 50Mr Doe said".
_PIECES = re.compile(r"\d+|[A-Z]?[^\WA-Z\d]+|[A-Z]")
_SHARE_OF_STORY = 0.8
_KEY_LETTERS = 50
_MOST_IN_A_PARAGRAPH = 60
# A text this many times as long as the element that begins with its words is several paragraphs in one.
_LONGER = 1.5
_SHORT = 20
# Paragraphs are looked up by so many letters; of those that begin alike so many are compared.
_START_LETTERS, _MOST_ALIKE = 12, 20


@dataclass
class Story:
    """Where the story is; positions count the page's elements in document order."""

    order: PageOrder
    headline: HtmlElement | None = None
    paragraphs: list[str] = field(default_factory=list)
    # Of each paragraph its element, None where none bears its words.
    places: list[HtmlElement | None] = field(default_factory=list)
    root: HtmlElement | None = None
    is_cut: bool = False

    @property
    def headline_at(self) -> int:
        return self.order.at[self.headline] if self.headline is not None else -1

    @cached_property
    def positions(self) -> list[int]:
        """Where the paragraphs stand that have an element, in the order of the text."""
        return [self.order.at[place] for place in self.places if place is not None]

    @cached_property
    def rising_positions(self) -> list[int]:
        return sorted(self.positions)

    @property
    def first_at(self) -> int:
        return self.positions[0] if self.positions else max(self.headline_at, 0)

    @property
    def last_at(self) -> int:
        return self.positions[-1] if self.positions else len(self.order.elements)

    def paragraphs_before(self, position: int) -> int:
        return bisect_left(self.rising_positions, position)


def find_story(page_text: str, order: PageOrder, headlines: list[str], *, paragraphs: int) -> Story:
    """
    Find the story.

    :param page_text: the page's markup, for the library that tells text from navigation
    :param headlines: what the head of the page calls the story, best first
    :param paragraphs: the most that are given
    """
    story = Story(order)
    story.headline = _headline(order.elements[0], headlines)
    headline = text_of(story.headline) if story.headline is not None else None
    placed = _placed(_texts(page_text), order)
    story.is_cut = len(placed) > paragraphs
    for text, place in placed[:paragraphs]:
        if place is not None and any(node.tag in ("figure", "figcaption") for node in ancestors(place)):
            continue
        if text != headline:
            story.paragraphs.append(text)
            story.places.append(place)
    story.root = _root(story)
    return story


def _placed(texts: list[str], order: PageOrder) -> list[tuple[str, HtmlElement | None]]:
    """Find for each text of the story the element that bears it; a text of several paragraphs is parted by them."""
    by_key: dict[str, list[int]] = {}
    for at, element in enumerate(order.elements):
        short = element.tag in _LEAVES and order.size(element) <= _MOST_IN_A_PARAGRAPH
        if short and (key := _key(text_of(element))):
            by_key.setdefault(key, []).append(at)
    placed: list[tuple[str, HtmlElement | None]] = []
    paragraphs, last = _Paragraphs(order), -1
    for text in texts:
        place = None
        numbers = by_key.get(_key(text), [])
        if (first := bisect_right(numbers, last)) < len(numbers):
            # Outer elements come first in document order; the innermost that begins with these words is the paragraph.
            outermost = order.elements[numbers[first]]
            place = order.elements[numbers[bisect_right(numbers, order.last_in(outermost)) - 1]]
        if place is None or len(text) <= _LONGER * len(text_of(place)) + _SHORT:
            placed.append((text, place))
        else:
            inside = list(paragraphs.of(text, order.at[place]))
            placed += inside
            place = inside[-1][1] if inside else place
        if place is not None and not any(node.tag in ("nav", "aside") for node in ancestors(place)):
            last = order.at[place]
    return placed


class _Paragraphs:
    """The elements of a page that may be paragraphs, by the letters that they begin with."""

    def __init__(self, order: PageOrder) -> None:
        self._order = order

    @cached_property
    def _by_start(self) -> dict[str, list[tuple[int, str, str]]]:
        by_start: dict[str, list[tuple[int, str, str]]] = {}
        for at, element in enumerate(self._order.elements):
            is_paragraph = element.tag in ("p", "h2", "h3", "h4", "li", "blockquote")
            if is_paragraph and self._order.size(element) <= _MOST_IN_A_PARAGRAPH:
                text = text_of(element)
                if len(text) >= _SHORT and (letters := "".join(_words(text))):
                    by_start.setdefault(letters[:_START_LETTERS], []).append((at, letters, text))
        return by_start

    def of(self, text: str, first: int) -> Iterator[tuple[str, HtmlElement]]:
        """Find those from a position on whose words follow one another in a text."""
        whole, begins = "".join(_words(text)), 0
        for ends in accumulate(len(piece.lower()) for piece in _PIECES.findall(text)):
            # What follows a paragraph may be written to its last word.
            while begins < ends and (entry := self._at(whole, begins, first)) is not None:
                at, letters, paragraph = entry
                yield paragraph, self._order.elements[at]
                first, begins = at + 1, begins + len(letters)
            begins = max(begins, ends)

    def _at(self, whole: str, begins: int, first: int) -> tuple[int, str, str] | None:
        alike = self._by_start.get(whole[begins : begins + _START_LETTERS], [])
        next_one = bisect_left(alike, first, key=itemgetter(0))
        several = islice(alike, next_one, next_one + _MOST_ALIKE)
        return next((entry for entry in several if whole.startswith(entry[1], begins)), None)


def _texts(page_text: str) -> list[str]:
    try:
        document = bare_extraction(page_text, include_comments=False, include_tables=False, with_metadata=False)
    except Exception:  # the library promises nothing about pages made to break it
        return []
    body = getattr(document, "body", None)
    if body is None:
        return []
    texts: list[str] = []
    for block in body:
        parts = block.iter("item") if block.tag == "list" else [block]
        texts += [text for part in parts if (text := collapse("".join(part.itertext())))]
    return texts


def _headline(root: HtmlElement, headlines: list[str]) -> HtmlElement | None:
    """Find the heading that says what the head of the page says; else the first marked as headline; else the first."""
    wanted = [set(_words(text)) for text in headlines if text]
    headings = [
        element for element in root.iter("h1", "h2", "p", "div", "span")
        if element.tag in ("h1", "h2") or "headline" in (element.get("itemprop") or "")
    ][:200]  # fmt: skip
    best, most = None, 0.5
    for element in headings:
        words = set(_words(text_of(element)))
        for wanted_words in wanted:
            share = len(words & wanted_words) / max(len(words | wanted_words), 1)
            if share > most + (0.1 if best is not None else 0):
                best, most = element, share
    return best if best is not None else next((element for element in headings if element.tag == "h1"), None)


def _root(story: Story) -> HtmlElement | None:
    """Find the innermost element that holds four fifths of the text."""
    order, total = story.order, 0
    # Of each element the letters that stand inside of it, gathered from the innermost outwards.
    inside, own = [0] * len(order.elements), [0] * len(order.elements)
    for text, place in zip(story.paragraphs, story.places, strict=True):
        if place is not None:
            total += len(text)
            own[order.at[place]] += len(text)
    for at in range(len(order.elements) - 1, 0, -1):
        inside[order.at[order.elements[at].getparent()]] += inside[at] + own[at]
    enough = [at for at, letters in enumerate(inside) if letters and letters >= total * _SHARE_OF_STORY]
    return order.elements[enough[-1]] if enough else None


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _key(text: str) -> str:
    return "".join(_words(text[:200]))[:_KEY_LETTERS]
