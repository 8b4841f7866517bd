"""News pages: the list, the page of one with its figures, and the word of a person on which picture a figure shows."""

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from archive.authorities.models import Outlet
from archive.catalogue.models import Item
from archive.catalogue.names import name_of
from archive.claims.caption_claims import would_claim
from archive.extraction.readers.statements import as_text
from archive.ingest.models import AccessionLine
from archive.ingest.record_news_page import READER
from archive.press.figures import items_for, outlet_of
from archive.press.hidden_print import readable_article, searched_by, withheld_in_print
from archive.press.models import Appearance, Article, ArticleQuerySet, Figure
from archive.review.identify_pictures import identify
from archive.web.presenters.articles import ShownFigure, blocks, dates_stated, pieces, published_ground
from archive.web.views.accessions import may_read
from archive.web.views.outlets import head, known_outlet

PAGE_SIZE = 50
_OUTLETS_SHOWN = 12


@may_read
@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    """The news pages, the latest first; by words and by outlet."""
    chosen = request.GET.get("outlet", "")
    visible, words = _asked_for(request)
    outlets = _outlets_of(visible)
    if chosen:
        visible = visible.published_in(slug=chosen)
        chosen = next((outlet.slug for outlet in Outlet.objects.standing().alike(slug=chosen)), chosen)
    context = {"outlets": outlets, "chosen": chosen, "words_here": words} | _page_of(request, visible)
    return render(request, "articles/index.html", context)


@never_cache
@require_safe
def outlet_articles(request: HttpRequest, slug: str) -> HttpResponse:
    """The same list of one outlet alone."""
    outlet = known_outlet(request, slug)
    if outlet.slug != slug:
        return redirect("outlet_articles", slug=outlet.slug)
    visible, words = _asked_for(request)
    context = {"words_here": words} | head(outlet, request.user) | _page_of(request, visible.published_in(pk=outlet.pk))
    return render(request, "outlets/articles.html", context)


def _asked_for(request: HttpRequest) -> tuple[ArticleQuerySet, str]:
    """Return the news pages that this user may read and that hold the words of the address, and these words."""
    visible, words = Article.objects.visible_to(request.user), request.GET.get("q", "").strip()[:200]
    return (searched_by(request.user, visible).saying(words) if words else visible), words


def _page_of(request: HttpRequest, articles: ArticleQuerySet) -> dict[str, Any]:
    """Return one page of a list of news pages: each with the first of its pictures that this user may see."""
    shown = articles.select_related("outlet__merged_into").with_figure_counts(_items(request)).latest_first()
    page = Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page"))
    pictures: dict[int, Item] = {}
    for appearance in (
        _seen(request).filter(figure__article__in=[row.pk for row in page]).order_by("figure__position", "pk")
    ):
        pictures.setdefault(appearance.figure.article_id, appearance.item)
    withheld = withheld_in_print(request.user, list(page))
    for row in page:
        readable_article(row, (), withheld)
    return {
        "page": page,
        "rows": [(row, pictures.get(row.pk)) for row in page],
    }


def _outlets_of(articles: QuerySet[Article]) -> list[Outlet]:
    """Return the outlets that printed most of these pages, with their `count`; a merged one is its successor."""
    standing = Coalesce("outlet__merged_into", "outlet")
    counts = dict(
        articles.exclude(outlet=None)
        .order_by()
        .annotate(standing=standing)
        .values_list("standing")
        .annotate(count=Count("pk"))
        .order_by("-count", "standing")[:_OUTLETS_SHOWN]
    )
    outlets = list(Outlet.objects.filter(pk__in=counts))
    for outlet in outlets:
        outlet.count = counts[outlet.pk]
    return sorted(outlets, key=lambda outlet: (-outlet.count, outlet.name, outlet.pk))


@may_read
@require_safe
def article(request: HttpRequest, article_id: int) -> HttpResponse:
    """One news page as plain text, its figures where they stood; nothing of its own markup comes through."""
    article = get_object_or_404(
        Article.objects.visible_to(request.user).select_related(
            "outlet__merged_into", "accession", "media_file", "recorded_by"
        ),
        pk=article_id,
    )
    url = article.url
    reading = article.media_file.readings.filter(reader=READER).order_by("-pk").first()
    figures = _figures(request, article)
    withheld = withheld_in_print(request.user, [article])
    readable_article(article, figures, withheld)
    stated = reading.statements if reading else []
    statements = [statement for statement in stated if not withheld.hides(as_text(statement[2]))]
    context = {
        "article": article,
        "outlet": outlet_of(article),
        "statements": statements,
        "blocks": blocks(article.text.split("\n\n") if article.text else [], _shown(request, article, figures)),
        "dates": dates_stated(statements, reading.properties) if reading else [],
        "published_ground": published_ground(article, reading),
        "savings": _savings(request, article, url),
    }
    return render(request, "articles/article.html", context)


@may_read
@require_POST
def identify_figure(request: HttpRequest, figure_id: int) -> HttpResponse:
    """Take a person's word that a held picture is the picture of a figure."""
    seen = Article.objects.visible_to(request.user)
    if not request.user.has_perm("claims.add_claim"):
        raise PermissionDenied
    figure = get_object_or_404(Figure.objects.select_related("article__outlet").filter(article__in=seen), pk=figure_id)
    # A number, or the address of the item's page as it was copied.
    number = re.search(r"(\d{1,18})/?\s*(?:[?#].*)?$", request.POST.get("item", ""))
    item = _items(request).filter(pk=number[1]).first() if number else None
    if item is None:
        messages.error(request, _("There is no such item. Give its number, or the address of its page."))
    else:
        identify(figure, item, by=request.user)
        messages.success(request, _("“%(name)s” is recorded as the picture of this figure.") % {"name": name_of(item)})
    if item and request.POST.get("from") == "item":
        return redirect(reverse("item", args=[item.pk]) + "#appearances")
    return redirect(reverse("article", args=[figure.article_id]) + f"#figure-{figure.position}")


def _items(request: HttpRequest) -> QuerySet[Item]:
    return Item.objects.visible_to(request.user)


def _seen(request: HttpRequest) -> QuerySet[Appearance]:
    """Return appearances of items that this user may see, with what a thumbnail shows; three queries."""
    return (
        Appearance.objects.filter(item__in=_items(request).values("pk"))
        .select_related("figure", "wording", "item__media_file")
        .prefetch_related("item__media_file__renditions")
    )


def _figures(request: HttpRequest, article: Article) -> list[Figure]:
    """Return the figures with their appearances as `seen` and, for archive staff, their lines as `came`."""
    return list(
        article.figures.prefetch_related(
            Prefetch("appearances", _seen(request).order_by("pk"), to_attr="seen"),
            Prefetch("lines", AccessionLine.objects.visible_to(request.user).order_by("pk"), to_attr="came"),
        ).order_by("position")
    )


def _shown(request: HttpRequest, article: Article, figures: list[Figure]) -> list[ShownFigure]:
    """
    Return the figures as the page shows them: captions as they are read, and what may be the picture of those not held.

    Captions are read anew, held or not; nothing of that is stored. What was decided on them stands with the item.
    """
    is_one_day = article.published_earliest == article.published_latest
    day = article.published_earliest if is_one_day else None
    read = would_claim([figure.caption for figure in figures], day=day, language=article.language) if figures else []
    may_say = request.user.has_perm("claims.add_claim")
    offers = items_for([f for f in figures if not f.seen], _items(request).with_card()) if may_say else {}
    return [
        ShownFigure(
            position=figure.position,
            after_paragraph=figure.after_paragraph,
            caption=figure.caption,
            credit=figure.credit,
            alternative_text=figure.alternative_text,
            addresses=figure.image_urls,
            item=figure.seen[0].item if figure.seen else None,
            figure=figure,
            line=figure.came[-1] if figure.came else None,
            offers=offers.get(figure.pk, []),
            pieces=pieces(figure.caption, claims),
        )
        for figure, claims in zip(figures, read, strict=True)
    ]


def _savings(request: HttpRequest, article: Article, url: str) -> QuerySet[Article]:
    """Return the other savings of the same page."""
    same = Article.objects.visible_to(request.user).filter(url=url).exclude(pk=article.pk)
    return (same if url else same.none()).select_related("media_file").order_by("recorded_at", "pk")
