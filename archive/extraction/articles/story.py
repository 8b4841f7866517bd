"""Find the story in a page: its headline, its paragraphs in order, and the part of the page that holds them."""

import re
from dataclasses import dataclass, field

from lxml.html import HtmlElement
from trafilatura import bare_extraction

from archive.extraction.articles.dom import ancestors, collapse, text_of

_LEAVES = ("p", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "div", "span", "td", "dd", "section")
_HEADINGS = re.compile(r"^h[1-6]$")
_SHARE_OF_STORY = 0.8
_KEY_LETTERS = 50
_MOST_IN_A_PARAGRAPH = 60
# A text this many times as long as the element that begins with its words is several paragraphs in one.
_LONGER = 1.5
_SHORT = 20


@dataclass
class Story:
    """Where the story is; positions count the page's elements in document order."""

    elements: list[HtmlElement]
    order: dict[HtmlElement, int]
    headline: HtmlElement | None = None
    paragraphs: list[str] = field(default_factory=list)
    # Of each paragraph its element, None where none bears its words.
    places: list[HtmlElement | None] = field(default_factory=list)
    root: HtmlElement | None = None
    is_cut: bool = False

    @property
    def headline_at(self) -> int:
        return self.order[self.headline] if self.headline is not None else -1

    @property
    def first_at(self) -> int:
        return next((self.order[place] for place in self.places if place is not None), max(self.headline_at, 0))

    @property
    def last_at(self) -> int:
        return next((self.order[place] for place in reversed(self.places) if place is not None), len(self.elements))

    def paragraphs_before(self, position: int) -> int:
        return sum(1 for place in self.places if place is not None and self.order[place] < position)


def find_story(page_text: str, root: HtmlElement, headlines: list[str], *, paragraphs: int) -> Story:
    """
    Find the story.

    :param page_text: the page's markup, for the library that tells text from navigation
    :param headlines: what the head of the page calls the story, best first
    :param paragraphs: the most that are given
    """
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    story = Story(elements, {element: at for at, element in enumerate(elements)})
    story.headline = _headline(root, headlines)
    placed = _placed(_texts(page_text), elements, story.order)
    story.is_cut = len(placed) > paragraphs
    for text, place in placed[:paragraphs]:
        if place is not None and any(node.tag in ("figure", "figcaption") for node in ancestors(place)):
            continue
        if text_of(story.headline) != text if story.headline is not None else True:
            story.paragraphs.append(text)
            story.places.append(place)
    story.root = _root(story)
    return story


def _placed(
    texts: list[str], elements: list[HtmlElement], order: dict[HtmlElement, int]
) -> list[tuple[str, HtmlElement | None]]:
    """Find for each text of the story the element that bears it; a text of several paragraphs is parted by them."""
    by_key: dict[str, list[HtmlElement]] = {}
    for element in elements:
        short = element.tag in _LEAVES and sum(1 for _ in element.iter()) <= _MOST_IN_A_PARAGRAPH
        if short and (key := _key(text_of(element))):
            by_key.setdefault(key, []).append(element)
    placed: list[tuple[str, HtmlElement | None]] = []
    last = -1
    for text in texts:
        held = [element for element in by_key.get(_key(text), []) if order[element] > last]
        # Outer elements come first in document order; the innermost one that begins with these words is the paragraph.
        place = next((one for one in reversed(held) if held[0] in (one, *one.iterancestors())), None)
        if place is None or len(text) <= _LONGER * len(text_of(place)) + _SHORT:
            placed.append((text, place))
        else:
            whole = "".join(_words(text))
            inside = [
                (said, element) for element in elements
                if element.tag in ("p", "h2", "h3", "h4", "li", "blockquote") and order[element] >= order[place]
                and len(said := text_of(element)) >= _SHORT and "".join(_words(said)) in whole
            ]  # fmt: skip
            placed += inside
            place = inside[-1][1] if inside else place
        if place is not None and not any(node.tag in ("nav", "aside") for node in ancestors(place)):
            last = order[place]
    return placed


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
    found = [
        element for element in root.iter("h1", "h2", "p", "div", "span")
        if element.tag in ("h1", "h2") or "headline" in (element.get("itemprop") or "")
    ][:200]  # fmt: skip
    best, most = None, 0.5
    for element in found:
        words = set(_words(text_of(element)))
        for said in wanted:
            share = len(words & said) / max(len(words | said), 1)
            if share > most + (0.1 if best is not None else 0):
                best, most = element, share
    return best if best is not None else next((element for element in found if element.tag == "h1"), None)


def _root(story: Story) -> HtmlElement | None:
    """Find the innermost element that holds four fifths of the text."""
    weights: dict[HtmlElement, int] = {}
    total = 0
    for text, place in zip(story.paragraphs, story.places, strict=True):
        if place is None:
            continue
        total += len(text)
        for node in place.iterancestors():
            weights[node] = weights.get(node, 0) + len(text)
    enough = [node for node, weight in weights.items() if weight >= total * _SHARE_OF_STORY]
    return max(enough, key=lambda node: story.order[node], default=None)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _key(text: str) -> str:
    return "".join(_words(text[:200]))[:_KEY_LETTERS]
