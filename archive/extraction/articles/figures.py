"""Find the figures of a story: its pictures with caption and credit, and none of the page's other pictures."""

import re
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from archive.extraction.articles.belonging import GALLERY, belongs, stands_alone
from archive.extraction.articles.captions_in_page import Printed, is_caption_box, read_printed
from archive.extraction.articles.crediting import is_credit
from archive.extraction.articles.dom import ancestors, names_of, text_of
from archive.extraction.articles.images import PICTURES, pictures_of, same_picture
from archive.extraction.articles.linked_data import Thing
from archive.extraction.articles.naming import same_name
from archive.extraction.articles.stating import Stated
from archive.extraction.articles.story import Story

_PICTURE_WORDS = {"media", "image", "photo", "foto", "picture", "beeld", "bild", "img", "pic"}
_CREDIT_WORDS = {"copyright", "credit", "credits", "fotograf", "photographer"}
_UP = 5
_MOST_ELEMENTS_AT_A_PICTURE = 120
_SMALL_GALLERY = 2
_LONGEST_CREDIT = 120
_IMAGE_PROPERTIES = ("image", "associatedMedia", "primaryImageOfPage")
_CREDIT_PROPERTIES = ("creditText", "copyrightNotice", "creator", "author")


@dataclass
class Figure:
    """One picture of the story, as the page shows it; references are as they stand in the page."""

    at: int
    element: HtmlElement | None
    printed: Printed
    references: list[str] = field(default_factory=list)
    alt: str | None = None
    group: str | None = None
    is_lead: bool = False
    ground: str = "HTML:figure"


def find_figures(story: Story, stated: Stated, page_headline: str, url: str) -> list[Figure]:
    """Return the story's figures in page order."""
    leads = _lead_pictures(stated)
    found: list[Figure] = []
    taken: set[HtmlElement] = set()
    for box, ground in _boxes(story):
        if any(node in taken for node in box.iterancestors()) or not belongs(box, story, leads, url):
            continue
        printed = read_printed(box, page_headline)
        references, alt = pictures_of(box)
        if not (printed.caption or printed.credit or references):
            continue
        if not printed.caption and not printed.credit and not stands_alone(box, story):
            continue
        taken.add(box)
        found.append(Figure(story.order[box], box, printed, references, alt, ground=ground))
    found = _without_repetitions(found)
    _group(found)
    _add_linked_data(found, stated, story, page_headline)
    _lead(found, leads, story)
    _lonely_credit(found, story)
    return sorted(found, key=lambda figure: figure.at)


def _boxes(story: Story) -> list[tuple[HtmlElement, str]]:
    """List the elements that may be figures: <figure>, a caption with the picture beside it, a picture alone."""
    boxes: dict[HtmlElement, str] = {}
    for element in story.elements:
        if element.tag == "figure":
            inner = [node for node in element.iter("figure") if node is not element]
            captioned = [
                node for node in inner if any(is_caption_box(part) for part in node.iter() if isinstance(part.tag, str))
            ]
            # A gallery is a figure of figures; a player inside a figure is a part of it.
            if (
                len(inner) < _SMALL_GALLERY
                and not captioned
                and not any(node in boxes for node in element.iterancestors())
            ):
                boxes[element] = "HTML:figure"
    for element in story.elements:
        if is_caption_box(element) and not any(node in boxes for node in element.iterancestors()):
            if any(is_caption_box(node) for node in list(element.iterancestors())[:4]) or not text_of(element):
                continue
            box = _around(element)
            inner = [node for node in box.iter() if node in boxes] if box is not None else []
            if box is None or len(inner) > 1 or any(held in boxes for held in (box, *box.iterancestors())):
                # <figcaption> is sure of itself; a mere name of a class needs a picture.
                if element.tag == "figcaption":
                    boxes[element] = "HTML:caption markup"
            else:
                # <figure><img></figure><figcaption>...</figcaption>: the caption stands beside the figure.
                boxes.update({box: "HTML:caption markup"})
                for node in inner:
                    del boxes[node]
    for element in story.elements:
        if element.tag in ("img", "amp-img") and not any(node in boxes for node in (element, *element.iterancestors())):
            boxes[element] = "HTML:img"
    return sorted(boxes.items(), key=lambda pair: story.order[pair[0]])


def _around(caption: HtmlElement) -> HtmlElement | None:
    """Find the smallest element that holds a caption and its picture, and no other caption or paragraph of text."""
    for depth, node in enumerate(ancestors(caption)):
        if (
            depth > _UP
            or (node.tag in ("main", "article", "section") and depth > 1)
            or sum(1 for _ in node.iter()) > _MOST_ELEMENTS_AT_A_PICTURE
        ):
            return None
        if any(True for _ in node.iter(*PICTURES)):
            others = [
                element for element in node.iter()
                if isinstance(element.tag, str) and is_caption_box(element) and element is not caption
                and caption not in element.iterancestors() and element not in caption.iterancestors()
                and text_of(element)
            ]  # fmt: skip
            prose = sum(len(text_of(element)) for element in node.iter("p") if not _inside(element, caption))
            return node if not others and prose < 200 else None
    return None


def _inside(element: HtmlElement, outer: HtmlElement) -> bool:
    return element is outer or outer in element.iterancestors()


def _without_repetitions(found: list[Figure]) -> list[Figure]:
    """Keep one of a picture shown twice with the same words, as in a strip and its enlargement."""
    kept: list[Figure] = []
    # Those with words first, so that a strip's small picture gives way to the one with the caption.
    for figure in sorted(found, key=lambda one: not (one.printed.caption or one.printed.credit)):
        wordless = not (figure.printed.caption or figure.printed.credit)
        for other in kept:
            same_words = (figure.printed.caption, figure.printed.credit) == (
                other.printed.caption,
                other.printed.credit,
            )
            if (same_words or wordless) and (
                _share(figure.references, other.references) or figure.references == other.references
            ):
                break
        else:
            kept.append(figure)
    return sorted(kept, key=lambda one: one.at)


def _group(found: list[Figure]) -> None:
    """Number the galleries: figures under one element that calls itself one, or a figure of figures."""
    galleries: dict[HtmlElement, list[Figure]] = {}
    for figure in found:
        for node in figure.element.iterancestors() if figure.element is not None else ():
            if names_of(node) & GALLERY or node.tag in ("figure", "amp-carousel"):
                galleries.setdefault(node, []).append(figure)
                break
    number = 0
    for held in galleries.values():
        if len(held) >= _SMALL_GALLERY:
            number += 1
            for figure in held:
                figure.group = f"gallery {number}"


def _lead_pictures(stated: Stated) -> list[str]:
    urls = [value for _ground, value in stated.values("Open Graph", "og:image", "og:image:url")]
    urls += [
        value
        for _ground, value in stated.values(
            "meta", "twitter:image", "twitter:image:src", "og:image", "thumbnail", "image"
        )
    ]
    urls += [value for _ground, value in stated.values("HTML", "link image_src")]
    for _group_name, thing in stated.story:
        for name in ("image", "thumbnailUrl", "primaryImageOfPage"):
            for value in thing.values.get(name, []):
                urls += _image_urls(value) if isinstance(value, Thing) else [str(value)]
    return [url for url in dict.fromkeys(urls) if url and not re.search(r"logo", url, re.IGNORECASE)][:40]


def _image_urls(thing: Thing) -> list[str]:
    return [url for name in ("contentUrl", "url", "@id") for url in thing.texts(name) if re.match(r"https?:|//|/", url)]


def _add_linked_data(found: list[Figure], stated: Stated, story: Story, page_headline: str) -> None:
    """
    Take from linked data what the page does not print: addresses, captions, pictures that only scripts would show.

    Publishing systems fill an unwritten caption with the headline; that is none.
    """
    for group, thing in [*stated.story, *(("JSON-LD", one) for one in stated.things if one.type == "WebPage")]:
        for image in (one for name in _IMAGE_PROPERTIES for one in thing.things(name)):
            urls = _image_urls(image)
            told = _told(image) if group == "JSON-LD" else Printed()
            if told.caption and (
                same_name(told.caption, page_headline) or any(told.caption == one.printed.caption for one in found)
            ):
                told = Printed()
            twin = next((one for one in found if _share(one.references, urls)), None)
            if twin is not None:
                twin.references += [url for url in urls if url not in twin.references]
                if told.caption and not (twin.printed.caption or twin.printed.credit):
                    twin.printed, twin.ground = told, "JSON-LD:ImageObject"
            elif urls and told.caption:
                found.append(Figure(story.headline_at, None, told, urls, ground="JSON-LD:ImageObject"))


def _told(image: Thing) -> Printed:
    caption = next(iter(image.texts("caption")), None)
    credit = next((text for name in _CREDIT_PROPERTIES for text in image.texts(name)), None)
    return Printed(
        caption=caption, credit=credit, printed="\n".join(part for part in (caption, credit) if part) or None
    )


def _share(some: list[str], others: list[str]) -> bool:
    return any(same_picture(one, other) for one in some for other in others)


def _lead(found: list[Figure], leads: list[str], story: Story) -> None:
    """Mark the lead picture: the one the head of the page names, else the one over the text."""
    pictured = [figure for figure in found if figure.references]
    named = [figure for figure in pictured if _share(figure.references, leads)]
    above = [figure for figure in found if figure.at <= story.first_at]
    lead = next(iter(named), next(iter(sorted(above, key=lambda figure: not figure.references)), None))
    if lead is not None:
        lead.is_lead = True
        lead.references += [
            url
            for url in leads
            if url not in lead.references and any(same_picture(url, one) for one in lead.references)
        ]
    elif not pictured and leads:
        found.append(Figure(story.headline_at, None, Printed(), leads, is_lead=True, ground="Open Graph:og:image"))


def _lonely_credit(found: list[Figure], story: Story) -> None:
    """Give a credit that stands apart from its picture ("Beeld: ANP" at the foot) to the only one it can mean."""
    without = [figure for figure in found if figure.references and not figure.printed.credit]
    lead = next((figure for figure in without if figure.is_lead), None)
    if lead is None or any(figure.printed.credit for figure in found):
        return
    for element in story.elements[max(0, story.headline_at - 40) : story.last_at + 120]:
        names = names_of(element)
        text = text_of(element) if names & _PICTURE_WORDS and names & _CREDIT_WORDS else ""
        if 0 < len(text) < _LONGEST_CREDIT and is_credit(text):
            lead.printed.credit = text
            lead.printed.printed = "\n".join(part for part in (lead.printed.caption, text) if part)
            return
