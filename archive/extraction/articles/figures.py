"""Find the figures of a story: its pictures with caption and credit, and none of the page's other pictures."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import islice

from lxml.html import HtmlElement

from archive.extraction.articles.captions_in_page import Printed, is_caption_box, read_printed
from archive.extraction.articles.credit_lines import is_credit
from archive.extraction.articles.dom import PageOrder, ancestors, has_text, inherited, names_of, text_of
from archive.extraction.articles.images import PICTURES, keys_of, pictures_of
from archive.extraction.articles.linked_data import Thing
from archive.extraction.articles.page_statements import Stated
from archive.extraction.articles.printed_names import squashed
from archive.extraction.articles.story import Story
from archive.extraction.articles.story_figures import GALLERY, Surroundings, stands_alone

_PICTURE_WORDS = {"media", "image", "photo", "foto", "picture", "beeld", "bild", "img", "pic"}
_CREDIT_WORDS = {"copyright", "credit", "credits", "fotograf", "photographer"}
_UP = 5
_MOST_ELEMENTS_AT_A_PICTURE = 120
_MOST_PROSE = 200
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
    figures: list[Figure] = []
    surroundings, taken_until = Surroundings(story, leads, url), -1
    for box, ground in _boxes(story.order):
        # Boxes come in document order: one inside of another follows it.
        if (at := story.order.at[box]) <= taken_until:
            continue
        references, alt = pictures_of(box)
        if not surroundings.belongs(box, references):
            continue
        printed = read_printed(box, page_headline)
        if not (printed.caption or printed.credit or references):
            continue
        if not printed.caption and not printed.credit and not stands_alone(box, story):
            continue
        taken_until = story.order.last_in(box)
        figures.append(Figure(at, box, printed, references, alt, ground=ground))
    figures = _without_repetitions(figures)
    _group(figures)
    _add_linked_data(figures, stated, story, page_headline)
    _lead(figures, leads, story)
    _lonely_credit(figures, story)
    return sorted(figures, key=lambda figure: figure.at)


def _boxes(order: PageOrder) -> list[tuple[HtmlElement, str]]:
    """List the elements that may be figures: <figure>, a caption with the picture beside it, a picture alone."""
    boxes: dict[HtmlElement, str] = {}
    # Of each element whether it is a box or lies in one.
    covered = bytearray(len(order.elements))

    def add(box: HtmlElement, ground: str) -> None:
        boxes[box] = ground
        covered[order.at[box] : order.last_in(box) + 1] = b"\x01" * order.size(box)

    captions = [at for at, element in enumerate(order.elements) if is_caption_box(element)]
    figures = [at for at, element in enumerate(order.elements) if element.tag == "figure"]
    captioned = [at for at in figures if order.any_in(order.elements[at], captions)]
    for at in figures:
        if covered[at]:
            continue
        element = order.elements[at]
        last = order.last_in(element)
        count, count_captioned = (
            bisect_right(positions, last) - bisect_right(positions, at) for positions in (figures, captioned)
        )
        # A gallery is a figure of figures; a player inside a figure is a part of it.
        if count < _SMALL_GALLERY and not count_captioned:
            add(element, "HTML:figure")
    for at in captions:
        element = order.elements[at]
        parent = element.getparent()
        if parent is not None and covered[order.at[parent]]:
            continue
        if any(is_caption_box(node) for node in islice(element.iterancestors(), 4)) or not has_text(element):
            continue
        box = _around(element, order)
        inner = [node for node in box.iter() if node in boxes] if box is not None else []
        if box is None or len(inner) > 1 or covered[order.at[box]]:
            # <figcaption> is sure of itself; a mere name of a class needs a picture.
            if element.tag == "figcaption":
                add(element, "HTML:caption markup")
        else:
            # <figure><img></figure><figcaption>...</figcaption>: the caption stands beside the figure.
            add(box, "HTML:caption markup")
            for node in inner:
                del boxes[node]
    for at, element in enumerate(order.elements):
        if element.tag in ("img", "amp-img") and not covered[at]:
            add(element, "HTML:img")
    return sorted(boxes.items(), key=lambda pair: order.at[pair[0]])


def _around(caption: HtmlElement, order: PageOrder) -> HtmlElement | None:
    """Find the smallest element that holds a caption and its picture, and no other caption or paragraph of text."""
    for depth, node in enumerate(ancestors(caption)):
        if (
            depth > _UP
            or (node.tag in ("main", "article", "section") and depth > 1)
            or order.size(node) > _MOST_ELEMENTS_AT_A_PICTURE
        ):
            return None
        if any(True for _ in node.iter(*PICTURES)):
            apart = [
                element for element in node.iter()
                if isinstance(element.tag, str)
                and not order.holds(element, caption) and not order.holds(caption, element)
            ]  # fmt: skip
            if any(is_caption_box(element) and has_text(element) for element in apart):
                return None
            prose = sum(len(text_of(element)) for element in node.iter("p") if not order.holds(caption, element))
            return node if prose < _MOST_PROSE else None
    return None


def _without_repetitions(figures: list[Figure]) -> list[Figure]:
    """Keep one of a picture shown twice with the same words, as in a strip and its enlargement."""
    kept: list[Figure] = []
    shown: set[object] = set()
    # Those with words first, so that a strip's small picture gives way to the one with the caption.
    for figure in sorted(figures, key=lambda figure: not (figure.printed.caption or figure.printed.credit)):
        words = (figure.printed.caption, figure.printed.credit)
        pictures = [*keys_of(figure.references), tuple(figure.references)]
        # Without words it repeats a picture whatever the words there are.
        if not shown.isdisjoint(pictures if words == (None, None) else [(words, picture) for picture in pictures]):
            continue
        kept.append(figure)
        shown.update(pictures, [(words, picture) for picture in pictures])
    return sorted(kept, key=lambda figure: figure.at)


def _group(figures: list[Figure]) -> None:
    """Number the galleries: figures under one element that calls itself one, or a figure of figures."""
    galleries: dict[HtmlElement, list[Figure]] = {}
    known: dict[HtmlElement, HtmlElement | None] = {}
    for figure in figures:
        parent = figure.element.getparent() if figure.element is not None else None
        gallery = inherited(parent, known, lambda node: node if _is_gallery(node) else None)
        if gallery is not None:
            galleries.setdefault(gallery, []).append(figure)
    number = 0
    for members in galleries.values():
        if len(members) >= _SMALL_GALLERY:
            number += 1
            for figure in members:
                figure.group = f"gallery {number}"


def _is_gallery(node: HtmlElement) -> bool:
    return bool(names_of(node) & GALLERY) or node.tag in ("figure", "amp-carousel")


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


def _add_linked_data(figures: list[Figure], stated: Stated, story: Story, page_headline: str) -> None:
    """
    Take from linked data what the page does not print: addresses, captions, pictures that only scripts would show.

    Publishing systems fill an unwritten caption with the headline; that is none.
    """
    headline = squashed(page_headline)
    captions = {figure.printed.caption for figure in figures}
    references = [dict.fromkeys(figure.references) for figure in figures]
    # Of each picture the first figure that shows it.
    first: dict[str, int] = {}
    for number, figure in enumerate(figures):
        for key in keys_of(figure.references):
            first.setdefault(key, number)
    for group, thing in [*stated.story, *(("JSON-LD", page) for page in stated.things if page.type == "WebPage")]:
        for image in (image for name in _IMAGE_PROPERTIES for image in thing.things(name)):
            urls = _image_urls(image)
            printed = _told(image) if group == "JSON-LD" else Printed()
            if printed.caption and (
                printed.caption in captions or (headline and squashed(printed.caption) == headline)
            ):
                printed = Printed()
            keys = keys_of(urls)
            number = min((first[key] for key in keys if key in first), default=len(figures))
            if number < len(figures):
                twin = figures[number]
                references[number].update(dict.fromkeys(urls))
                if printed.caption and not (twin.printed.caption or twin.printed.credit):
                    twin.printed, twin.ground = printed, "JSON-LD:ImageObject"
            elif urls and printed.caption:
                figures.append(Figure(story.headline_at, None, printed, urls, ground="JSON-LD:ImageObject"))
                references.append(dict.fromkeys(urls))
            else:
                continue
            captions.add(figures[number].printed.caption)
            for key in keys:
                first[key] = min(number, first.get(key, number))
    for figure, addresses in zip(figures, references, strict=True):
        figure.references = list(addresses)


def _told(image: Thing) -> Printed:
    caption = next(iter(image.texts("caption")), None)
    credit = next((text for name in _CREDIT_PROPERTIES for text in image.texts(name)), None)
    return Printed(
        caption=caption, credit=credit, printed="\n".join(part for part in (caption, credit) if part) or None
    )


def _lead(figures: list[Figure], leads: list[str], story: Story) -> None:
    """Mark the lead picture: the one the head of the page names, else the one over the text."""
    pictured = [figure for figure in figures if figure.references]
    lead_keys = keys_of(leads)
    named = [figure for figure in pictured if lead_keys & keys_of(figure.references)]
    above = [figure for figure in figures if figure.at <= story.first_at]
    lead = next(iter(named), next(iter(sorted(above, key=lambda figure: not figure.references)), None))
    if lead is not None:
        lead.is_lead = True
        keys = keys_of(lead.references)
        lead.references += [url for url in leads if url not in lead.references and keys_of([url]) & keys]
    elif not pictured and leads:
        figures.append(Figure(story.headline_at, None, Printed(), leads, is_lead=True, ground="Open Graph:og:image"))


def _lonely_credit(figures: list[Figure], story: Story) -> None:
    """Give a credit that stands apart from its picture ("Beeld: ANP" at the foot) to the only one it can mean."""
    without = [figure for figure in figures if figure.references and not figure.printed.credit]
    lead = next((figure for figure in without if figure.is_lead), None)
    if lead is None or any(figure.printed.credit for figure in figures):
        return
    for element in story.order.elements[max(0, story.headline_at - 40) : story.last_at + 120]:
        names = names_of(element)
        is_named = names & _PICTURE_WORDS and names & _CREDIT_WORDS
        text = text_of(element, most=_LONGEST_CREDIT) if is_named else ""
        if 0 < len(text) < _LONGEST_CREDIT and is_credit(text):
            lead.printed.credit = text
            lead.printed.printed = "\n".join(part for part in (lead.printed.caption, text) if part)
            return
