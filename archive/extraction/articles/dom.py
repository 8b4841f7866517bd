"""Look at a page's elements: their visible text, their names of classes, what is hidden, where they stand."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import TypeVar

from lxml import html
from lxml.html import HtmlElement

from archive.extraction.articles.limits import Refused

T = TypeVar("T")

SILENT = {"script", "style", "template", "svg", "noscript", "iframe", "object", "select", "textarea", "math", "head"}
_INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "mark", "q", "s", "small", "span",
    "strong", "sub", "sup", "time", "u", "wbr",
}  # fmt: skip
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W_A-Z\d]+")
_HIDDEN_NAME = re.compile(
    r"(?:off-?_?screen|visually-?_?hidden|screen-?_?reader(?:-?_?text|-?_?only)?|sr-?_?only|hidden-?_?element|"
    r"visually-?_?hide|"
    r"label-?_?hidden|hidden-?_?(?:label|text)|is-hidden|a11y-hidden|u-hidden)$"
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIGHEST = 80
_SPACE = re.compile(r"\s+")
_OUTSIDE_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def parse(text: str) -> tuple[HtmlElement, bool]:
    """
    Parse a page; also say whether it was nested so deep that its rest was left out.

    :raises Refused: there is no element in it
    """
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True)
    try:
        root = html.document_fromstring(_OUTSIDE_XML.sub(" ", text).encode("utf-8"), parser=parser)
    except (html.etree.ParserError, html.etree.XMLSyntaxError) as error:
        raise Refused("it holds no page: there is no text and no element in it.") from error
    return root, any("depth" in entry.message.lower() for entry in parser.error_log)


def collapse(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


class PageOrder:
    """
    Where the elements of a page stand: their numbers in document order, and that of the last one inside of each.

    Whether one lies inside another is told by these numbers: a walk for each element takes the square of their number.
    """

    def __init__(self, root: HtmlElement) -> None:
        self.elements = [element for element in root.iter() if isinstance(element.tag, str)]
        self.at = {element: at for at, element in enumerate(self.elements)}
        self._last = list(range(len(self.elements)))
        for at in range(len(self.elements) - 1, 0, -1):
            parent = self.at[self.elements[at].getparent()]
            self._last[parent] = max(self._last[parent], self._last[at])

    def last_in(self, element: HtmlElement) -> int:
        """Return the number of the last element inside an element, its own where there is none."""
        return self._last[self.at[element]]

    def size(self, element: HtmlElement) -> int:
        """Count an element and all inside of it."""
        return self.last_in(element) - self.at[element] + 1

    def holds(self, outer: HtmlElement, inner: HtmlElement) -> bool:
        """Tell whether an element lies inside another; each lies inside itself."""
        return self.at[outer] <= self.at[inner] <= self.last_in(outer)

    def any_in(self, element: HtmlElement, numbers: list[int]) -> bool:
        """Tell whether one of these numbers, in rising order, is that of the element or of one inside of it."""
        first = bisect_left(numbers, self.at[element])
        return first < len(numbers) and numbers[first] <= self.last_in(element)


def inherited(
    element: HtmlElement | None, known: dict[HtmlElement, T | None], own: Callable[[HtmlElement], T | None]
) -> T | None:
    """
    Give what an element has of its own, else what the nearest element around it has; None is nothing.

    :param known: what was found before; each element is asked once for all that lies inside of it
    """
    unknown = []
    while element is not None and element not in known:
        unknown.append(element)
        element = element.getparent()
    value = None if element is None else known[element]
    for node in reversed(unknown):
        has = own(node)
        value = known[node] = value if has is None else has
    return value


def all_in(elements: Iterable[HtmlElement]) -> set[HtmlElement]:
    """Give the elements and all that lies inside of them."""
    return {node for element in elements for node in element.iter()}


def all_around(elements: Iterable[HtmlElement]) -> set[HtmlElement]:
    """Give all that the elements lie in."""
    around: set[HtmlElement] = set()
    for element in elements:
        node = element.getparent()
        while node is not None and node not in around:
            around.add(node)
            node = node.getparent()
    return around


def text_of(element: HtmlElement, skip: Callable[[HtmlElement], bool] | None = None, *, most: int | None = None) -> str:
    """
    Give the text that a reader sees, in one line; elements for which `skip` holds are left out.

    :param most: of a text longer than this only so much is read as shows that it is longer
    """
    parts: list[str] = []
    letters = 0
    # Not recursive: a page may be nested two thousand deep.
    stack: list[HtmlElement | str] = [element]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
            if most is not None and (letters := letters + len(collapse(node))) > most:
                break
            continue
        if not isinstance(node.tag, str) or node.tag in SILENT or (skip is not None and skip(node)):
            continue
        # What is asked for itself may be hidden: the slides of a gallery are, all but one.
        if node is not element and is_hidden(node):
            continue
        edge = "" if node.tag in _INLINE else " "
        stack.append(edge)
        for child in reversed(node):
            stack += [child.tail or "", child]
        stack.append(edge + (node.text or ""))
    return collapse("".join(parts))


def has_text(element: HtmlElement) -> bool:
    return bool(text_of(element, most=0))


def names_of(element: HtmlElement) -> frozenset[str]:
    """Give the words of an element's class and id: "photo__captionText" has "photo", "caption" and "text"."""
    return _names_in(f"{element.get('class') or ''} {element.get('id') or ''}"[:400])


@lru_cache(maxsize=2048)
def _names_in(written: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(written))


def is_hidden(element: HtmlElement) -> bool:
    """Tell elements that no eye sees: labels for screen readers, closed boxes."""
    if element.get("hidden") is not None or _HIDDEN_STYLE.search(element.get("style") or ""):
        return True
    return any(_HIDDEN_NAME.search(name) for name in (element.get("class") or "").lower().split())


def ancestors(element: HtmlElement) -> Iterator[HtmlElement]:
    """Walk up from the element itself to below the body, as far as pages are nested that people made."""
    node = element
    for _step in range(_HIGHEST):
        if node is None or node.tag in ("body", "html"):
            return
        yield node
        node = node.getparent()
