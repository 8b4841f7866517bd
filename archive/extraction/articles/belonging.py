"""Tell the figures of a story from the page's other pictures: teasers, portraits of authors, logos, advertisements."""

import re
from urllib.parse import urldefrag, urljoin

from lxml.html import HtmlElement

from archive.extraction.articles.captions_in_page import is_caption_box
from archive.extraction.articles.dom import ancestors, names_of, text_of
from archive.extraction.articles.images import is_shown, pictures_of, same_picture
from archive.extraction.articles.story import Story

GALLERY = {
    "gallery", "galleries", "slideshow", "carousel", "slider", "swiper", "slides", "diaporama", "galerie",
    "galeria", "photostream", "fotostrecke", "fotogalerij", "fotogaleria", "portfolio", "photoset", "lightbox",
}  # fmt: skip
# What belongs to other stories, to readers and to sellers.
_ELSEWHERE = {
    "related", "recommended", "recommendation", "recommendations", "recirculation", "recirc", "mostread",
    "popular", "mostpopular", "trending", "teaser", "teasers", "promo", "newsletter", "comments", "comment",
    "advert", "advertisement", "sponsored", "outbrain", "taboola", "readmore", "seealso", "sidebar", "footer",
    "nav", "navigation", "menu", "breadcrumb", "upnext", "morefrom", "onward", "apoyos",
    "apoyo", "relacionadas", "shopping", "toplist", "ticker", "zopo", "adslot", "playlist",
}  # fmt: skip
_TOGETHER = (("most", "read"), ("most", "popular"), ("read", "more"), ("see", "also"), ("up", "next"), ("more", "from"),
             ("also", "like"), ("top", "stories"), ("rail", "item"), ("related", "links"),
             ("breaking", "news"))  # fmt: skip

# Words under a picture that are a link for the most part lead to another story.
_LINKED = 0.8


def belongs(box: HtmlElement, story: Story, leads: list[str], url: str) -> bool:
    """Tell the story's figures from the page's other pictures by where they stand and where they lead."""
    references, _alt = pictures_of(box)
    is_lead = any(same_picture(one, other) for one in references for other in leads)
    at = story.order[box]
    inside_root = story.root is not None and story.root in box.iterancestors()
    around = set(story.root.iterancestors()) | {story.root} if story.root is not None else set()
    around |= set(story.headline.iterancestors()) if story.headline is not None else set()
    for node in ancestors(box):
        if node in around:
            break
        if node.tag in ("nav", "footer") or _is_elsewhere(node, box) or _is_other_story(node, box, story):
            return False
    if _links_away(box, url):
        return False
    if inside_root or is_lead:
        return True
    # Over the text, or beside it: with a picture, for a box of words there is anything.
    return at < story.last_at and bool(
        references or any(True for _ in box.iter("video", "iframe", "object", "amp-video"))
    )


def _is_elsewhere(node: HtmlElement, box: HtmlElement) -> bool:
    names = names_of(node)
    told = names & _ELSEWHERE or any(one in names and other in names for one, other in _TOGETHER)
    return bool(told) and (node is not box or not names & GALLERY)


def _is_other_story(node: HtmlElement, box: HtmlElement, story: Story) -> bool:
    """Tell an <article> or <aside> that has none of the story's text and leads elsewhere: a card for another story."""
    if node.tag not in ("article", "aside") or node is box:
        return False
    if any(place is not None and node in place.iterancestors() for place in story.places):
        return False
    return any(re.match(r"(?:https?:)?/", anchor.get("href") or "") and text_of(anchor) for anchor in node.iter("a"))


def _links_away(box: HtmlElement, url: str) -> bool:
    """Tell a picture, or a whole caption, that is a link to another page."""
    captions = [node for node in box.iter() if isinstance(node.tag, str) and is_caption_box(node) and text_of(node)]
    for caption in captions[:1]:
        words = text_of(caption)
        linked = max(
            (text_of(anchor) for anchor in caption.iter("a") if _is_page(anchor.get("href") or "", url)),
            key=len,
            default="",
        )
        return len(linked) > _LINKED * len(words)
    anchors = list(box.iterancestors("a"))[:1] + list(box.iter("a"))
    return any(_is_page(anchor.get("href") or "", url) for anchor in anchors)


def _is_page(href: str, url: str) -> bool:
    """Tell a link to another page from one to the picture itself, to this page, or to a script."""
    href = href.strip()
    if not href or href.startswith(("#", "javascript:", "data:", "mailto:")):
        return False
    try:
        target = urldefrag(urljoin(url, href))[0]
    except ValueError:
        return False
    if target.rstrip("/") == urldefrag(url)[0].rstrip("/"):
        return False
    return not re.search(
        r"\.(?:jpe?g|png|webp|gif|avif|tiff?)(?:$|[?#])|/(?:photo|image|gallery|img|media|galerie|foto|bild|"
        r"slideshow)s?[/_-]",
        target,
        re.IGNORECASE,
    )


def stands_alone(box: HtmlElement, story: Story) -> bool:
    """Accept a picture without any words only inside the text or over it, and of some size."""
    images = [box] if box.tag in ("img", "amp-img") else list(box.iter("img", "amp-img"))
    if not images or not all(is_shown(image) for image in images):
        return False
    at = story.order[box]
    inside = story.root is not None and story.root in box.iterancestors() and at < story.last_at
    over = 0 <= story.headline_at < at < story.first_at or (
        story.headline is not None and box in story.headline.iterancestors()
    )
    return inside or over
