"""What an outlet printed: its appearances of pictures, and its news pages that the archive holds."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from archive.authorities.models import Outlet
from archive.catalogue.audiences import audience_of
from archive.catalogue.models import Accession, Item
from archive.catalogue.text_index import NoWords, matching
from archive.press.appearances import EARLIEST_FIRST, LATEST_FIRST, appearances_in, printed
from archive.press.models import Appearance, Article, Figure
from archive.press.withholding import readable_article, withheld_in_print
from archive.search.public import is_visitor, outlets_known_to

PAGE_SIZE = 40
_LATEST_PAGE_FIRST = (F("published_latest").desc(nulls_last=True), "-pk")


@never_cache
@require_safe
def outlet_appearances(request: HttpRequest, slug: str) -> HttpResponse:
    """List which pictures the outlet printed, when and how; words narrow to the pictures that they stand with."""
    outlet = _outlet(request, slug)
    if outlet.slug != slug:
        return redirect("outlet_appearances", slug=outlet.slug)
    words, is_latest = request.GET.get("q", "").strip()[:200], request.GET.get("order") == "latest"
    found, problem = appearances_in(outlet, user=request.user), ""
    if words:
        try:
            found = found.filter(
                item__in=Item.objects.filter(matching(words, audience=audience_of(request.user)))
                .order_by()
                .values("pk")
            )
        except NoWords as refusal:
            found, problem = found.none(), str(refusal)
    page = Paginator(found.order_by(*(LATEST_FIRST if is_latest else EARLIEST_FIRST)), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "printed": printed(list(page), user=request.user),
        "words_here": words,
        "is_latest": is_latest,
        "problem": problem,
        "carried": urlencode([(name, value) for name in ("q", "order") if (value := request.GET.get(name))]),
    }
    return render(request, "outlets/appearances.html", head(outlet, request.user) | context)


@never_cache
@require_safe
def outlet_articles(request: HttpRequest, slug: str) -> HttpResponse:
    """List the outlet's news pages, the latest first, with how many of their pictures the archive holds."""
    outlet = _outlet(request, slug)
    if outlet.slug != slug:
        return redirect("outlet_articles", slug=outlet.slug)
    articles = articles_of(outlet, user=request.user).order_by(*_LATEST_PAGE_FIRST)
    page = Paginator(articles, PAGE_SIZE).get_page(request.GET.get("page"))
    counts = _figure_counts(page, request.user)
    withheld = withheld_in_print(request.user, list(page))
    for article in page:
        readable_article(article, (), withheld)
    rows = [(article, *counts.get(article.pk, (0, 0))) for article in page]
    return render(request, "outlets/articles.html", head(outlet, request.user) | {"page": page, "rows": rows})


def articles_of(outlet: Outlet, *, user: object) -> QuerySet[Article]:
    """Return the outlet's news pages that came with deliveries this user may read of; unordered."""
    return Article.objects.filter(
        outlet__in=Outlet.objects.alike(pk=outlet.pk), accession__in=Accession.objects.visible_to(user).values("pk")
    )


def head(outlet: Outlet, user: object) -> dict[str, Any]:
    """Return what the head of the three pages of an outlet says; two queries."""
    return {
        "record": outlet,
        "appearance_count": appearances_in(outlet, user=user).count(),
        "article_count": articles_of(outlet, user=user).count(),
    }


def _figure_counts(articles: Iterable[Article], user: object) -> dict[int, tuple[int, int]]:
    """
    Return for each article, by its id, how many figures it has, and how many of them are cited but not held.

    A picture that the reader may not see is as one that is not held: the number would tell that there is one.
    """
    seen = Item.objects.visible_to(user).values("pk")
    held = Exists(Appearance.objects.filter(figure=OuterRef("pk"), item__in=seen))
    counted = (
        Figure.objects.filter(article__in=[article.pk for article in articles])
        .annotate(is_held=held)
        .values("article")
        .annotate(figures=Count("pk"), cited=Count("pk", filter=Q(is_held=False)))
        .order_by("article")
    )
    return {row["article"]: (row["figures"], row["cited"]) for row in counted}


def _outlet(request: HttpRequest, slug: str) -> Outlet:
    """Return the outlet, or the one it was merged into; lists of what was printed are for readers of the archive."""
    if is_visitor(request.user):
        raise Http404
    outlet = get_object_or_404(Outlet.objects.select_related("merged_into"), slug=slug).current
    return get_object_or_404(outlets_known_to(request.user), pk=outlet.pk)
