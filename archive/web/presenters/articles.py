"""
Lay a news page out for reading: its paragraphs and figures in the order of the page, and the dates that it states.

Plain functions over what was read or fetched before; none of them queries. Nothing of the page's own markup is here:
paragraphs and captions are plain text, and templates escape them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive.catalogue.models import Item
from archive.claims.models import Claim
from archive.extraction.models import Reading
from archive.ingest.models import AccessionLine
from archive.press.figures import Offer
from archive.press.models import Article, Figure
from archive.standards.edtf import InvalidEDTF, parse
from archive.standards.vocabulary import Property
from archive.web.presenters.caption_data import KINDS
from archive.web.presenters.items import PROPERTIES

_SPEAKS_OF_A_DATE = re.compile(r"date|time|publi(?:shed|cation)|modified|updated|created|captured", re.IGNORECASE)
_HOLDS_A_DAY = re.compile(r"\d{4}|\d[-/.]\d")
_DATES_AT_MOST = 40
_KINDS = {name: kind for kind, (_label, names) in KINDS.items() for name in names}


@dataclass(frozen=True)
class Piece:
    """A run of words of a caption, and what is read from it: the kind of its underline, the values in words."""

    text: str
    kind: str = ""
    understood: str = ""


@dataclass(frozen=True)
class ShownFigure:
    """A figure as pages show it, recorded or only read; `item` is the held picture that this reader may see."""

    position: int
    after_paragraph: int
    caption: str
    credit: str
    alternative_text: str
    addresses: Sequence[str]
    item: Item | None = None
    figure: Figure | None = None
    line: AccessionLine | None = None
    offers: list[Offer] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    comes_along: bool = False
    offered_because: str = ""

    @property
    def readings(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.kind]


@dataclass(frozen=True)
class Block:
    """A paragraph, or the figure that stands in its place."""

    paragraph: str = ""
    figure: ShownFigure | None = None


@dataclass(frozen=True)
class DateStated:
    """One statement of the page on a date: where it stands, word for word, and the days it means where it tells."""

    ground: str
    value: str
    leads: str = ""


def blocks(paragraphs: Sequence[str], figures: Iterable[ShownFigure]) -> list[Block]:
    """Return paragraphs and figures as they follow each other; of a plain text the caption is the paragraph itself."""
    standing: dict[int, list[ShownFigure]] = {}
    for figure in figures:
        standing.setdefault(min(figure.after_paragraph, len(paragraphs)), []).append(figure)
    laid = []
    for at in range(len(paragraphs) + 1):
        here = standing.get(at, [])
        laid += [Block(figure=figure) for figure in here]
        if at < len(paragraphs) and not any(figure.caption == paragraphs[at] for figure in here):
            laid.append(Block(paragraph=paragraphs[at]))
    return laid


def pieces(text: str, claims: Iterable[Claim]) -> list[Piece]:
    """
    Cut a caption where a reading of it begins or ends; of readings that overlap the narrower one is told.

    :param claims: read from these words, saved or not
    """
    spans = sorted(claims, key=lambda claim: claim.source.end - claim.source.start)
    edges = {0, len(text)}.union(*((claim.source.start, claim.source.end) for claim in spans))
    cut = []
    for start, end in pairwise(sorted(edges)):
        here = [claim for claim in spans if claim.source.start <= start and end <= claim.source.end]
        statements = [f"{PROPERTIES[Property(claim.property)]}: {claim.label(get_language())}" for claim in here]
        kind = _KINDS[Property(here[0].property)] if here else ""
        cut.append(Piece(text[start:end], kind, " · ".join(dict.fromkeys(statements))))
    return cut


def figures_read(read: dict[str, Any], items: dict[str, Item]) -> list[ShownFigure]:
    """
    Return the figures of a page that was read and not recorded.

    :param items: held pictures by the name of the file that came with the page
    """
    return [
        ShownFigure(
            position=figure["position"],
            after_paragraph=figure["after_paragraph"],
            caption=figure["caption"] or "",
            credit=figure["credit"] or "",
            alternative_text=figure["alt"] or "",
            addresses=figure["image_urls"],
            item=items.get(figure["image_file"]),
            comes_along=bool(figure["image_file"]),
            offered_because=figure["offered_because"] or "",
        )
        for figure in read["figures"]
    ]


def dates_stated(statements: Iterable[Sequence[str]], led: dict[str, Any]) -> list[DateStated]:
    """
    Return every statement of the page on its dates, side by side, those first that lead.

    :param led: the reader's leading values, each with its ground
    """
    roles = {"published": _("published"), "modified": _("modified"), "captured": _("saved")}
    leads: dict[str, str] = {}
    for name, word in roles.items():
        if led.get(name):
            ground = led[name]["ground"]
            leads[ground] = f"{leads[ground]}, {word}" if ground in leads else word
    dates = [
        DateStated(f"{group}:{tag}", value, leads.get(f"{group}:{tag}", ""))
        for group, tag, value in statements
        if _SPEAKS_OF_A_DATE.search(tag.rpartition(".")[2]) and _HOLDS_A_DAY.search(value)
    ]
    return sorted(dates, key=lambda stated: not stated.leads)[:_DATES_AT_MOST]


def published_ground(article: Article, reading: Reading | None) -> str:
    """Say on whose word the article is dated: the statement of the page, or the person who brought it in."""
    published = (reading.properties.get("published") if reading else None) or {}
    try:
        same = bool(published) and parse(published["day"]).earliest == article.published_earliest
    except InvalidEDTF:
        same = False
    if same and not (article.published_edtf == published["day"] and len(published["value"]) > 10):
        return published["ground"]
    return _("stated when it was uploaded")
