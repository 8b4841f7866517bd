"""Tell the figures of a story from the page's other pictures: teasers, portraits of authors, logos, advertisements."""

import re
from urllib.parse import urldefrag, urljoin

from lxml.html import HtmlElement

from archive.extraction.articles.captions_in_page import is_caption_box
from archive.extraction.articles.dom import ancestors, has_text, inherited, names_of, text_of
from archive.extraction.articles.images import is_shown, keys_of
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


class Surroundings:
    """What stands around the boxes of a page, found once for all of them."""

    def __init__(self, story: Story, leads: list[str], url: str) -> None:
        self._story, self._order, self._url = story, story.order, url
        self._leads = keys_of(leads)
        kept = (story.root, story.headline)
        self._around = {node for inner in kept if inner is not None for node in inner.iterancestors()} | {story.root}
        self._links_out = [
            at for at, element in enumerate(self._order.elements)
            if element.tag == "a" and re.match(r"(?:https?:)?/", element.get("href") or "") and has_text(element)
        ]  # fmt: skip
        self._foreign: dict[HtmlElement, bool] = {}
        self._anchors: dict[HtmlElement, HtmlElement | None] = {}

    def belongs(self, box: HtmlElement, references: list[str]) -> bool:
        """Tell the story's figures from the page's other pictures by where they stand and where they lead."""
        story = self._story
        for node in ancestors(box):
            if node in self._around:
                break
            if self._is_foreign(node, box):
                return False
        if self._links_away(box):
            return False
        if story.root is not None and story.root is not box and self._order.holds(story.root, box):
            return True
        if self._leads & keys_of(references):
            return True
        # Over the text, or beside it: with a picture, for a box of words there is anything.
        return self._order.at[box] < story.last_at and bool(
            references or any(True for _ in box.iter("video", "iframe", "object", "amp-video"))
        )

    def _is_foreign(self, node: HtmlElement, box: HtmlElement) -> bool:
        if node is box:
            names = names_of(node)
            return node.tag in ("nav", "footer") or (_is_elsewhere(node) and not names & GALLERY)
        if node not in self._foreign:
            elsewhere = node.tag in ("nav", "footer") or _is_elsewhere(node)
            self._foreign[node] = elsewhere or self._is_other_story(node)
        return self._foreign[node]

    def _is_other_story(self, node: HtmlElement) -> bool:
        """Tell an <article> or <aside> that has none of the story's text and leads elsewhere: a card for another."""
        if node.tag not in ("article", "aside") or self._order.any_in(node, self._story.rising_positions):
            return False
        return self._order.any_in(node, self._links_out)

    def _links_away(self, box: HtmlElement) -> bool:
        """Tell a picture, or a whole caption, that is a link to another page."""
        captions = (node for node in box.iter() if isinstance(node.tag, str) and is_caption_box(node))
        caption = next((node for node in captions if has_text(node)), None)
        if caption is None:
            above = inherited(box.getparent(), self._anchors, lambda node: node if node.tag == "a" else None)
            anchors = [above] if above is not None else []
            return any(_is_page(anchor.get("href") or "", self._url) for anchor in (*anchors, *box.iter("a")))
        linked = max(
            (len(text_of(anchor)) for anchor in caption.iter("a") if _is_page(anchor.get("href") or "", self._url)),
            default=0,
        )
        return linked > _LINKED * len(text_of(caption))


def _is_elsewhere(node: HtmlElement) -> bool:
    names = names_of(node)
    return bool(names & _ELSEWHERE) or any(name in names and other in names for name, other in _TOGETHER)


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
    order, root, headline = story.order, story.root, story.headline
    at = order.at[box]
    if root is not None and root is not box and order.holds(root, box) and at < story.last_at:
        return True
    over = 0 <= story.headline_at < at < story.first_at
    return over or (headline is not None and headline is not box and order.holds(box, headline))
