"""What appeared in an outlet; its news pages are in `articles.py`."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from archive.authorities.models import Outlet
from archive.catalogue.audiences import audience_of
from archive.catalogue.models import Item
from archive.catalogue.text_index import NoWords, matching
from archive.press.appearances import EARLIEST_FIRST, LATEST_FIRST, appearances_in, printed
from archive.press.models import Article
from archive.search.public import is_visitor, outlets_known_to

PAGE_SIZE = 40


@never_cache
@require_safe
def outlet_appearances(request: HttpRequest, slug: str) -> HttpResponse:
    """List which pictures the outlet printed, when and how; words narrow to the pictures that they stand with."""
    outlet = known_outlet(request, slug)
    if outlet.slug != slug:
        return redirect("outlet_appearances", slug=outlet.slug)
    words, order = request.GET.get("q", "").strip()[:200], request.GET.get("order", "")[:200]
    is_latest = order == "latest"
    appearances, problem = appearances_in(outlet, user=request.user), ""
    if words:
        try:
            appearances = appearances.filter(
                item__in=Item.objects.filter(matching(words, audience=audience_of(request.user)))
                .order_by()
                .values("pk")
            )
        except NoWords as refusal:
            appearances, problem = appearances.none(), str(refusal)
    page = Paginator(appearances.order_by(*(LATEST_FIRST if is_latest else EARLIEST_FIRST)), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "printed": printed(list(page), user=request.user),
        "words_here": words,
        "is_latest": is_latest,
        "unknown_order": "" if order in ("", "latest") else order,
        "problem": problem,
    }
    return render(request, "outlets/appearances.html", head(outlet, request.user) | context)


def head(outlet: Outlet, user: object) -> dict[str, Any]:
    """Return what the head of the three pages of an outlet says; two queries."""
    return {
        "record": outlet,
        "appearance_count": appearances_in(outlet, user=user).count(),
        "article_count": Article.objects.visible_to(user).published_in(pk=outlet.pk).count(),
    }


def known_outlet(request: HttpRequest, slug: str) -> Outlet:
    """Return the outlet, or the one it was merged into; lists of what was printed are for readers of the archive."""
    if is_visitor(request.user):
        raise Http404
    outlet = get_object_or_404(Outlet.objects.select_related("merged_into"), slug=slug).current
    return get_object_or_404(outlets_known_to(request.user), pk=outlet.pk)
