"""Look at a page's elements: their visible text, their names of classes, what is hidden, where they stand."""

import re
from collections.abc import Callable, Iterator

from lxml import html
from lxml.html import HtmlElement

from archive.extraction.articles.limits import Refused

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


def text_of(element: HtmlElement, skip: Callable[[HtmlElement], bool] | None = None) -> str:
    """Give the text that a reader sees, in one line; elements for which `skip` holds are left out."""
    parts: list[str] = []
    # Not recursive: a page may be nested two thousand deep.
    stack: list[HtmlElement | str] = [element]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
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


def names_of(element: HtmlElement) -> set[str]:
    """Give the words of an element's class and id: "photo__captionText" has "photo", "caption" and "text"."""
    said = f"{element.get('class') or ''} {element.get('id') or ''}"[:400]
    return {word.lower() for word in _WORD.findall(said)}


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
