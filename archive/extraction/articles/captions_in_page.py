"""Read the caption and credit that a page prints at a picture, out of the markup of many newsrooms."""

import re
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from archive.extraction.articles.credit_lines import is_credit, looks_like_name, part, unbracketed, with_label
from archive.extraction.articles.dom import (
    all_around,
    all_in,
    collapse,
    has_text,
    is_hidden,
    names_of,
    text_of,
)

_CAPTION = {"caption", "captions", "figcaption", "legend", "legende", "cutline", "bildunterschrift", "bildtext", "pie",
            "didascalia", "onderschrift", "leyenda", "epigrafe", "bijschrift"}  # fmt: skip
_SURE_CREDIT = {
    "credit", "credits", "copyright", "copyrights", "photographer", "photocredit", "creditline", "fotocredit",
    "creditos", "credito", "urheber", "bildnachweis", "fotograf", "fotografo",
}  # fmt: skip
# These name other things too; the words must look like a credit.
_CREDIT = _SURE_CREDIT | {"attribution", "rights", "agency", "autor", "firma", "auteur", "byline", "courtesy", "rechte",
                          "quelle", "bron", "foto", "source", "signature", "author", "contributor"}  # fmt: skip
_TITLE = {"title", "headline", "titel", "titre", "titulo", "kicker", "heading"}
_COUNT = {"count", "counter", "index", "number", "pagination", "position", "slidenumber", "indicator"}
_COUNTED = re.compile(r"^\W*\d{1,4}\s*(?:of|/|sur|von|de|van|di|out of)\s*\d{1,4}\W*", re.IGNORECASE)
_CONTROL = re.compile(
    r"^(?:(?:show|hide|view|read|open|close|toggle|expand|see)\s+(?:full\s+|the\s+)?(?:caption|more|less|"
    r"image|gallery|photos?|"
    r"fullscreen)|caption|image caption|media caption|image copyright|image source|enlarge(?: image)?|full ?screen|"
    r"share|download|zoom|×|✕|(?:purchase|acquire|buy|license|order|reuse)\b[^.]{0,60}|"
    r"opens? (?:in )?(?:a )?new (?:tab|window))$", re.IGNORECASE,
)  # fmt: skip
_LABEL = re.compile(
    r"^(?:image caption|media caption|video caption|caption|image source|image copyright)\s*[,:]?\s+(?=\S)",
    re.IGNORECASE,
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "header")
_MOST_CREDIT_WORDS = 25
_LONGEST_CREDIT, _LONGEST_TITLE, _LONGEST_CONTROL = 1_000, 199, 60
# Of a picture; more are no title of it.
_MOST_TITLES = 20


@dataclass
class Printed:
    """What stands at a picture: its own title, the caption's words, the credit, and all of it together."""

    headline: str | None = None
    caption: str | None = None
    credit: str | None = None
    printed: str | None = None


def is_caption_box(element: HtmlElement) -> bool:
    if element.tag == "figcaption" or "caption" in (element.get("itemprop") or "").lower().split():
        return True
    if is_hidden(element) and not element.get("style"):
        return False
    # "imgcaption", "photocaptiontext": some write it all in one.
    named = any(name in _CAPTION or "caption" in name for name in names_of(element))
    return named and element.tag not in (
        "figure",
        "img",
        "video",
        "button",
        "caption",
        "table",
    )


def read_printed(box: HtmlElement, page_headline: str) -> Printed:
    """
    Read what is printed at a picture.

    :param box: the element that holds the picture and its caption, or the caption alone
    :param page_headline: the story's headline, which is no caption where it is laid over the picture
    """
    captions = _caption_boxes(box)
    credits = _credit_boxes(box, captions)
    headings: list[HtmlElement] = []
    in_headings: set[HtmlElement] = set()
    drop = set(credits)
    for caption in captions:
        for element in caption.iter(*_HEADINGS):
            if element not in in_headings:
                headings.append(element)
                in_headings.update(element.iter())
        drop.update(element for element in caption.iter() if isinstance(element.tag, str) and _is_chrome(element))
    drop.update(headings)
    words = [text for caption in captions if (text := _words(caption, drop))]
    titles = [text for heading in headings if (text := text_of(heading)) and text != page_headline]
    if not words and titles:
        # <figcaption><h4>the caption</h4></figcaption>
        words, titles = [" ".join(titles)], []
    caption = " ".join(dict.fromkeys(words))
    credit = " ".join(dict.fromkeys(text for element in credits if (text := _LABEL.sub("", text_of(element)))))
    # Where the markup parts them, they are two lines.
    printed = "\n".join(part for part in (caption, credit) if part)
    if caption and not credit:
        caption, credit, printed = _part_blocks(captions, drop, caption)
    elif caption and (parted := part(caption))[1] and parted[0]:
        # "... (Photo: AFP)" inside, with a line for the agency below.
        credit = f"{parted[1]} {credit}" if parted[1] not in credit else credit
        caption = parted[0]
    if not caption and credit and titles:
        caption, titles = titles[0], titles[1:]
    if caption == page_headline:
        caption = ""
    return Printed(
        headline=" ".join(titles) or _title(box, captions, printed) or None,
        caption=caption or None,
        # "| OUEST-FRANCE": the stroke is the page's design.
        credit=unbracketed(credit).strip(" |–—•·").strip() or None,
        printed=printed or None,
    )


def _caption_boxes(box: HtmlElement) -> list[HtmlElement]:
    """Find the innermost elements that call themselves captions, inside <figcaption> where there is one."""
    outer = [box] if is_caption_box(box) else list(box.iter("figcaption"))
    outer = outer or [element for element in box.iter() if isinstance(element.tag, str) and is_caption_box(element)]
    captions: list[HtmlElement] = []
    inside: set[HtmlElement] = set()
    around: set[HtmlElement] = set()
    for element in outer:
        if element in inside or element in around:
            continue
        inner = _innermost(element)
        boxes = [element] if not inner or _mostly(element, set(inner)) else inner
        captions += boxes
        inside |= all_in(boxes)
        around |= all_around(boxes)
    return captions


def _innermost(caption: HtmlElement) -> list[HtmlElement]:
    """Find the captions inside of one that have no other inside."""
    captions: list[HtmlElement] = []
    around: set[HtmlElement] = set()
    for node in reversed(list(caption.iter())):
        if (
            node not in around
            and node is not caption
            and isinstance(node.tag, str)
            and is_caption_box(node)
            and not names_of(node) & _CREDIT
            and has_text(node)
        ):
            captions.append(node)
            while node is not caption and node not in around:
                around.add(node)
                node = node.getparent()
    return captions[::-1]


def _mostly(element: HtmlElement, inner: set[HtmlElement]) -> bool:
    """Keep the outer box where it says more than its titled parts do."""
    apart = _CREDIT | _TITLE | _COUNT
    rest = text_of(
        element,
        skip=lambda node: node in inner or bool(names_of(node) & apart) or _is_chrome(node) or node.tag in _HEADINGS,
    )
    return len(rest.split()) > 3 and not is_credit(rest)


def _credit_boxes(box: HtmlElement, captions: list[HtmlElement]) -> list[HtmlElement]:
    """Find the elements that call themselves credits; none that holds the caption itself."""
    boxes: list[HtmlElement] = []
    inside: set[HtmlElement] = set()
    apart = {box, *captions, *all_around(captions)}
    for element in box.iter():
        if not isinstance(element.tag, str) or element in apart or element in inside:
            continue
        marked = {"copyrightholder", "credittext", "author", "creator", "copyrightnotice", "contributor"}
        names = names_of(element)
        credit_names = names & _CREDIT or marked.intersection((element.get("itemprop") or "").lower().split())
        if not credit_names or (
            element.tag in ("img", "figure", "picture", "svg", "button", "meta", "link", "a")
            and not names & {"credit", "copyright"}
        ):
            continue
        if any(True for _ in element.iter("img", "picture", "figure")):
            continue
        text = text_of(element, most=_LONGEST_CREDIT)
        if not text or len(text) > _LONGEST_CREDIT or len(text.split()) > _MOST_CREDIT_WORDS or _CONTROL.match(text):
            continue
        # "caption-credit-wrap" around both, "foto-text" for the caption: what is no credit by its words is none.
        if (names & _CAPTION or not (names & _SURE_CREDIT or not names & _CREDIT)) and not (
            is_credit(text) or looks_like_name(text)
        ):
            continue
        boxes.append(element)
        inside.update(element.iter())
    return boxes


def _is_chrome(element: HtmlElement) -> bool:
    """Tell buttons, "Show caption" and "2 of 4" from the caption."""
    if element.tag in ("button", "form", "input"):
        return True
    text = _beginning(element) if len(element) < 6 else ""
    return bool(text) and (bool(_CONTROL.match(text)) or (bool(names_of(element) & _COUNT) and len(text) < 20))


def _beginning(element: HtmlElement) -> str:
    """Give the first letters of a text, hidden ones too, as many as a control has."""
    read = ""
    for text in element.itertext():
        read += text
        if len(read) > 4 * _LONGEST_CONTROL and len(read := collapse(f".{read}.")[1:-1]) > _LONGEST_CONTROL + 1:
            break
    return collapse(read)[:_LONGEST_CONTROL]


def _words(caption: HtmlElement, drop: set[HtmlElement]) -> str:
    return _LABEL.sub("", _COUNTED.sub("", text_of(caption, skip=lambda node: node in drop)))


def _part_blocks(captions: list[HtmlElement], drop: set[HtmlElement], caption: str) -> tuple[str, str, str]:
    """Part a caption whose credit has no name in the markup: a last line of its own, or the end of the text."""
    blocks = [text for box in captions for text in _blocks(box, drop)]
    if len(blocks) > 1 and caption.endswith(blocks[-1]) and (is_credit(blocks[-1]) or looks_like_name(blocks[-1])):
        rest, last = with_label(caption[: -len(blocks[-1])].rstrip(" |–—-"), blocks[-1])
        if rest:
            own, more = part(rest)
            return own or rest, f"{more} {last}" if more and own else last, f"{rest}\n{last}"
    own, credit = part(caption)
    return own, credit or "", caption


def _blocks(box: HtmlElement, drop: set[HtmlElement]) -> list[str]:
    """List the pieces of a caption that stand in elements of their own."""
    pieces = [collapse(box.text or "")]
    for child in box:
        if isinstance(child.tag, str) and child not in drop:
            inner = [node for node in child if isinstance(node.tag, str) and node not in drop]
            pieces += _flat(child, drop) if len(inner) > 1 else [text_of(child, skip=lambda node: node in drop)]
        pieces.append(collapse(child.tail or ""))
    kept = [piece for piece in pieces if piece]
    # One wrapper around all: look inside.
    only = [child for child in box if isinstance(child.tag, str) and child not in drop]
    if len(kept) == 1 and len(only) == 1 and len(list(only[0].iter())) < 60 and len(only[0]):
        return _flat(only[0], drop)
    return kept


def _flat(element: HtmlElement, drop: set[HtmlElement]) -> list[str]:
    pieces = [collapse(element.text or "")]
    for child in element:
        if isinstance(child.tag, str) and child not in drop:
            pieces.append(text_of(child, skip=lambda node: node in drop))
        pieces.append(collapse(child.tail or ""))
    return [piece for piece in pieces if piece]


def _title(box: HtmlElement, captions: list[HtmlElement], caption: str) -> str:
    apart = all_in(captions) | all_around(captions)
    named = (
        element for element in box.iter("em", "strong", "span", "div", "p", "b")
        if names_of(element) & _TITLE and element not in apart
    )  # fmt: skip
    for element in islice(named, _MOST_TITLES):
        text = text_of(element, most=_LONGEST_TITLE)
        if 0 < len(text) <= _LONGEST_TITLE and text not in caption:
            return text
    return ""
