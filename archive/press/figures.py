"""A held picture is the picture of a figure: its appearance, with caption and credit as printed; and where to look."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.authorities import gazetteer
from archive.authorities.models import Outlet
from archive.catalogue.models import Caption, Item
from archive.press.models import Appearance, Article, Figure
from archive.standards.addresses import parts_of

# Shorter names ("1.jpg", "img.png") are borne by too many pictures to say anything.
_SHORTEST_STEM = 4
_OFFERED_AT_MOST = 12


@dataclass(frozen=True)
class Offer:
    """A held picture that may be the picture of a figure, and why; a person says whether it is."""

    figure: Figure
    item: Item
    reason: str


def outlet_of(article: Article) -> Outlet | None:
    """Return who published the article; one that was added to the outlets since is found by address or name."""
    if article.outlet:
        return article.outlet.current
    return gazetteer.outlet_at(article.url) or gazetteer.outlet_meant(article.outlet_as_written)


def appear(figure: Figure, item: Item, *, at: datetime, by: User | None) -> Appearance:
    """
    Record that the item is the picture of the figure; the caption as printed becomes a text of the item's own.

    Called inside `changing()`, which reads the item's captions afterwards, where no appearance of the two is there yet.
    """
    article, wording = figure.article, None
    if figure.caption:
        wording = Caption.objects.create(
            item=item,
            text=figure.caption,
            language=article.language,
            origin=Caption.Origin.PRINT,
            accession=article.accession,
            recorded_at=at,
            recorded_by=by,
        )
    return Appearance.objects.create(
        item=item,
        outlet=outlet_of(article),
        url=article.url,
        headline=article.headline,
        published_edtf=article.published_edtf,
        published_earliest=article.published_earliest,
        published_latest=article.published_latest,
        caption=figure.caption,
        credit=figure.credit,
        figure=figure,
        wording=wording,
        accession=article.accession,
        recorded_at=at,
        recorded_by=by,
    )


def figures_for(item: Item) -> list[Offer]:
    """
    Return the figures that this picture may be: cited under its address or its file name. Two queries.

    A match says the same of two pictures that are held; what is cited has no bytes to match.
    """
    stated = set(item.appearances.exclude(url="").values_list("url", flat=True))
    names = {item.file_name, *map(name_in, stated)}
    figures = (
        Figure.objects.filter(image_name__in=[name for name in names if _tells(name)])
        .exclude(appearances__item=item)
        .select_related("article__outlet")
        .order_by("-article__published_earliest", "pk")[:_OFFERED_AT_MOST]
    )
    return [Offer(figure, item, _reason(figure, stated)) for figure in figures]


def items_for(figures: Iterable[Figure], items: Iterable[Item]) -> dict[int, list[Offer]]:
    """
    Return for figures, by their keys, which of the items bear the name of the cited picture; one query.

    :param items: a QuerySet of what the asker may see
    """
    names: dict[str, list[Figure]] = {}
    for figure in figures:
        if _tells(figure.image_name):
            names.setdefault(figure.image_name, []).append(figure)
    offers: dict[int, list[Offer]] = {}
    for item in items.filter(file_name__in=names).order_by("pk")[:_OFFERED_AT_MOST] if names else ():
        for figure in names[item.file_name]:
            offers.setdefault(figure.pk, []).append(Offer(figure, item, _reason(figure, set())))
    return offers


def name_in(address: str) -> str:
    """Return the last part of an address: the name of a picture's file."""
    return unquote(parts_of(address).path.rpartition("/")[2])


def _tells(name: str) -> bool:
    return len(name.rpartition(".")[0]) >= _SHORTEST_STEM


def _reason(figure: Figure, stated: set[str]) -> str:
    if stated.intersection(figure.image_urls):
        return _("Its captions list gives the address that the page cites.")
    return _("Its file has the name that the page cites: %(name)s") % {"name": figure.image_name}
