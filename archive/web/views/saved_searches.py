"""Searches that people keep: the list, one with what is new in it, and its feed."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.dateparse import parse_datetime
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archive.catalogue.models import Item
from archive.ledger.not_done import NotDone
from archive.saved_searches import atom
from archive.saved_searches.feed_addresses import feed_at, make_feed, token_of_feed, withdraw_feed
from archive.saved_searches.keep_searches import (
    change_search,
    keep_search,
    read_anew,
    remove_search,
    text_of,
)
from archive.saved_searches.models import SavedSearch, SearchFeed
from archive.saved_searches.new_items import MOST_REMEMBERED, look, new_items
from archive.saved_searches.read_search import read_search
from archive.search.filters import ItemFilter
from archive.search.find_items import PAGE_SIZE
from archive.search.public import shown_place
from archive.web.forms.saved_searches import SavedSearchForm

SHOWN = 25
may_keep = permission_required("saved_searches.add_savedsearch", raise_exception=True)


@never_cache
@may_keep
@require_safe
def saved_searches(request: HttpRequest) -> HttpResponse:
    """One's own searches, then those that others share; what is new in each is counted by a request of its own."""
    visible = SavedSearch.objects.visible_to(request.user)
    own = visible.filter(owner=request.user).order_by("name", "pk")
    shared = visible.exclude(owner=request.user).select_related("owner").order_by("name", "pk")
    context = {
        "own": own,  # keep_search bounds them
        "page": Paginator(shared, SHOWN).get_page(request.GET.get("page")),
        "most_remembered": MOST_REMEMBERED,
    }
    return render(request, "saved_searches/list.html", context)


@never_cache
@may_keep
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the search of the address under a name."""
    params = request.GET.dict()
    asked = ItemFilter(params, user=request.user)
    form = SavedSearchForm(request.POST if request.method == "POST" else None, initial={"name": text_of(asked)[:120]})
    if request.method == "POST" and form.is_valid():
        try:
            search = keep_search(params, by=request.user, at=timezone.now(), **form.cleaned_data)
        except NotDone as problem:
            form.add_error("name", str(problem))
        else:
            messages.success(request, _("The search is kept. What is new in it is counted from now on."))
            return redirect("saved_search", search.pk)
    context = {
        "form": form,
        "text": text_of(asked),
        "is_understood": asked.form.is_valid(),
        "address": f"?{request.GET.urlencode()}",
    }
    return render(request, "saved_searches/keep.html", context, status=422 if form.errors else 200)


@never_cache
@may_keep
@require_http_methods(["GET", "HEAD", "POST"])
def saved_search(request: HttpRequest, search_id: int) -> HttpResponse:
    """One search: what is new in it, what it is called, who sees it, its feed."""
    search = _visible(request, search_id)
    if request.method == "POST" and search.owner_id != request.user.pk:
        raise PermissionDenied
    form = SavedSearchForm(
        request.POST if request.method == "POST" else None, initial={"name": search.name, "is_shared": search.is_shared}
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_search(search, by=request.user, **form.cleaned_data)
        except NotDone as problem:
            form.add_error("name", str(problem))
        else:
            messages.success(request, _("Saved: %(name)s.") % {"name": changed.name})
            return redirect("saved_search", search.pk)
    shown_at = timezone.now()
    new = new_items(search, person=request.user)
    page = Paginator(new.keys, PAGE_SIZE).get_page(request.GET.get("page"))
    cards = Item.objects.visible_to(request.user).filter(pk__in=list(page)).with_card().in_bulk()
    for item in cards.values():
        item.shown_place = shown_place(item.lead_place, user=request.user)
    feed = SearchFeed.objects.select_related("person").filter(search=search, person=request.user).first()
    context: dict[str, Any] = {
        "search": search,
        "is_own": search.owner_id == request.user.pk,
        "read": read_search(search, request.user),
        "new": new,
        "page": page,
        "items": [cards[key] for key in page if key in cards],
        "shown_at": shown_at.isoformat(),
        "form": form,
        "feed_address": _feed_address(feed) if feed else "",
        "most_remembered": MOST_REMEMBERED,
    }
    return render(request, "saved_searches/search.html", context, status=422 if form.errors else 200)


@never_cache
@may_keep
@require_safe
def count_new(request: HttpRequest, search_id: int) -> HttpResponse:
    """How much is new in one search, for the list to put beside it."""
    search = _visible(request, search_id)
    context = {"search": search, "new": new_items(search, person=request.user)}
    return render(request, "saved_searches/_new.html", context)


@may_keep
@require_POST
def looked(request: HttpRequest, search_id: int) -> HttpResponse:
    """Count what the page has shown as looked at."""
    search, now = _visible(request, search_id), timezone.now()
    look(search, person=request.user, at=_moment(request.POST.get("shown_at", ""), now))
    messages.success(request, _("You have looked at it. What comes from now on is new."))
    return redirect("saved_searches")


def _moment(written: str, now: datetime) -> datetime:
    """Return the moment that a form carries; now where it carries none, or one to come."""
    try:
        moment = parse_datetime(written)
    except ValueError:
        moment = None
    return min(moment, now) if moment and timezone.is_aware(moment) else now


@may_keep
@require_POST
def anew(request: HttpRequest, search_id: int) -> HttpResponse:
    search = get_object_or_404(SavedSearch.objects.own(request.user), pk=search_id)
    try:
        read_anew(search, by=request.user)
    except NotDone as problem:
        messages.error(request, str(problem))
        return redirect("saved_searches")
    return redirect("saved_search", search_id)


@never_cache
@may_keep
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, search_id: int) -> HttpResponse:
    """Ask before a search is removed, then remove it."""
    search = get_object_or_404(SavedSearch.objects.own(request.user), pk=search_id)
    if request.method != "POST":
        return render(request, "saved_searches/remove.html", {"search": search})
    try:
        remove_search(search, by=request.user)
    except NotDone as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Removed: %(name)s.") % {"name": search.name})
    return redirect("saved_searches")


@may_keep
@require_POST
def make_address(request: HttpRequest, search_id: int) -> HttpResponse:
    make_feed(_visible(request, search_id), person=request.user, at=timezone.now())
    return redirect(f"{reverse('saved_search', args=[search_id])}#feed")


@may_keep
@require_POST
def withdraw_address(request: HttpRequest, search_id: int) -> HttpResponse:
    withdraw_feed(_visible(request, search_id), person=request.user)
    messages.success(request, _("The feed is withdrawn: its address opens nothing any more."))
    return redirect("saved_search", search_id)


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Answer the feed at a secret address, as its person may read it; whoever is signed in makes no difference."""
    found = feed_at(token)
    if found is None:
        raise Http404
    written = atom.write_feed(found, address=_feed_address(found))
    response = HttpResponse(written.body, content_type=atom.MEDIA_TYPE)
    response["ETag"] = quote_etag(sha256(written.body.encode()).hexdigest())
    modified = int(written.updated_at.timestamp())
    # Of two changes within one second a reader that asks by the second would miss the later one.
    modified -= modified == int(timezone.now().timestamp())
    response["Last-Modified"] = http_date(modified)
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    response["X-Content-Type-Options"] = "nosniff"
    return get_conditional_response(request, response["ETag"], modified, response)


def _visible(request: HttpRequest, search_id: int) -> SavedSearch:
    return get_object_or_404(SavedSearch.objects.visible_to(request.user).select_related("owner"), pk=search_id)


def _feed_address(feed: SearchFeed) -> str:
    return f"{settings.SITE_URL}{reverse('search_feed', args=[token_of_feed(feed)])}"
