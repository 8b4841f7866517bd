"""Places, events and outlets: their pages with the items they lead to, their lists, and how they are kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from archive.authorities import edit_records
from archive.authorities.attribution import BASEMAP, attributions
from archive.authorities.edit_records import Nameless
from archive.authorities.merge_records import CannotMerge
from archive.authorities.models import Event, Outlet, OutletName, Place, PlaceName
from archive.authorities.record_tree import CannotNest
from archive.catalogue.models import ItemEvent, ItemOutlet, ItemPlace
from archive.review import authority_records
from archive.search.public import (
    events_known_to,
    is_visitor,
    outlets_known_to,
    places_known_to,
    public_place,
    searched_places,
    shown_place,
)
from archive.standards.normal_form import normalise
from archive.web.forms.authorities import EventForm, MergeForm, OutletForm, PlaceForm
from archive.web.views import outlets
from archive.web.views.fragments import wants_fragment
from archive.web.views.search import results
from archive.web.views.suggestions import counts_of

PAGE_SIZE = 60
Record = Place | Event | Outlet


@dataclass(frozen=True)
class Sort:
    """One of the three sorts of records; `name` is its word in addresses, permissions and templates."""

    name: str
    model: type[Place] | type[Event] | type[Outlet]
    links: type[ItemPlace] | type[ItemEvent] | type[ItemOutlet]
    form: type[PlaceForm] | type[EventForm] | type[OutletForm]
    create: Callable[..., Record]
    known_to: Callable[[object], QuerySet]
    order: tuple[Any, ...]

    @property
    def plural(self) -> str:
        return f"{self.name}s"


_BY_NAME = ("name", "pk")
# Said outright, for the databases differ in where they put what has no date.
_LATEST_FIRST = (F("date_earliest").desc(nulls_last=True), "name", "pk")
PLACE = Sort("place", Place, ItemPlace, PlaceForm, edit_records.create_place, places_known_to, _BY_NAME)
EVENT = Sort("event", Event, ItemEvent, EventForm, edit_records.create_event, events_known_to, _LATEST_FIRST)
OUTLET = Sort("outlet", Outlet, ItemOutlet, OutletForm, edit_records.create_outlet, outlets_known_to, _BY_NAME)
SORTS = (PLACE, EVENT, OUTLET)


@require_safe
@vary_on_headers("HX-Request")
def record(request: HttpRequest, slug: str, sort: Sort) -> HttpResponse:
    record = get_object_or_404(sort.model.objects.with_card(), slug=slug)
    there = _where_to(request, record, sort)
    if there != record:
        return redirect(f"{sort.name}", slug=there.slug)
    context = results(request, fixed={sort.name: record.slug})
    if wants_fragment(request):
        return render(request, "search/_results.html", context)
    context |= {"record": record, "sort": sort, "may_change": request.user.has_perm(f"authorities.change_{sort.name}")}
    context |= {PLACE: _place_facts, EVENT: _event_facts, OUTLET: _outlet_facts}[sort](record, request.user)
    return render(request, f"authorities/{sort.name}.html", context)


@require_safe
def index(request: HttpRequest, sort: Sort) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:200]
    rows = _open_to(request.user, sort)
    may_add = request.user.has_perm(f"authorities.add_{sort.name}")
    context: dict[str, Any] = {"sort": sort, "words_here": words, "may_add": may_add}
    if sort is PLACE and not words:
        context["roots"] = _tree(request.user, rows)
    else:
        page = Paginator(_named(rows, sort, words).with_card().order_by(*sort.order), PAGE_SIZE).get_page(
            request.GET.get("page")
        )
        counts = counts_of(sort.links, sort.name, request.user, [row.pk for row in page])
        context |= {"page": page, "rows": [(row, counts.get(row.pk, 0)) for row in page]}
    return render(request, f"authorities/{sort.plural}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, sort: Sort) -> HttpResponse:
    if not request.user.has_perm(f"authorities.add_{sort.name}"):
        raise PermissionDenied
    form = sort.form(request.POST or None, initial={"name": request.GET.get("name", "")})
    if request.method == "POST" and form.is_valid():
        try:
            made = sort.create(by=request.user, **form.arguments())
        except Nameless as problem:
            form.add_error("name", str(problem))
        else:
            messages.success(request, _("%(name)s is recorded.") % {"name": made})
            return redirect(sort.name, slug=made.slug)
    return _show_form(request, form, sort)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, sort: Sort) -> HttpResponse:
    record = _to_change(request, slug, sort)
    form = sort.form(request.POST or None, initial=sort.form.values_of(record))
    if request.method == "POST" and form.is_valid():
        try:
            authority_records.edit(record, by=request.user, **form.arguments())
        except Nameless as problem:
            form.add_error("name", str(problem))
        except CannotNest as problem:
            form.add_error("parent", str(problem))
        else:
            messages.success(request, _("Saved."))
            return redirect(sort.name, slug=record.slug)
    return _show_form(request, form, sort, record)


@require_http_methods(["GET", "HEAD", "POST"])
def merge_record(request: HttpRequest, slug: str, sort: Sort) -> HttpResponse:
    record = _to_change(request, slug, sort)
    form = MergeForm(request.POST or None, model=sort.model)
    if request.method == "POST" and form.is_valid():
        try:
            into = authority_records.merge(
                record, into=form.cleaned_data["into"], by=request.user, reason=form.cleaned_data["reason"]
            )
        except CannotMerge as problem:
            form.add_error("into", str(problem))
        else:
            messages.success(request, _("%(one)s now reads %(other)s.") % {"one": record, "other": into})
            return redirect(sort.name, slug=into.slug)
    context = {"form": form, "sort": sort, "record": record}
    return render(request, "authorities/merge.html", context, status=422 if form.is_bound else 200)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Name the sources and licences of all that the archive did not make itself."""
    return render(request, "authorities/about.html", {"sources": attributions(), "basemap": BASEMAP})


def _where_to(request: HttpRequest, record: Record, sort: Sort) -> Record:
    """Return the record whose page this reader is shown: the one it was merged into, for a visitor a coarser place."""
    current = record.current
    if sort is PLACE and is_visitor(request.user):
        # A place that may not be told leads nowhere, not to the coarser one around it.
        current = public_place(current) if searched_places(request.user).filter(pk=current.pk).exists() else None
    elif not sort.known_to(request.user).filter(pk=current.pk).exists():
        current = None
    if current is None:
        raise Http404
    return current


def _open_to(user: object, sort: Sort) -> QuerySet:
    return sort.known_to(user).standing()


def _named(rows: QuerySet, sort: Sort, words: str) -> QuerySet:
    if not words:
        return rows
    wanted = normalise(words) or words
    if sort is EVENT:
        return rows.filter(normalised__contains=wanted)
    names = PlaceName if sort is PLACE else OutletName
    return rows.filter(pk__in=names.objects.filter(normalised__contains=wanted).values(sort.name))


def _tree(user: object, rows: QuerySet) -> list[tuple[Place, int, list[tuple[Place, int]]]]:
    """Return the places that lie in no other, those with most items first, each with what lies in it; three queries."""
    roots = list(rows.filter(parent=None).order_by("name", "pk"))
    beneath: dict[int, list[Place]] = {}
    for place in rows.filter(parent__in=roots).order_by("name", "pk"):
        beneath.setdefault(place.parent_id, []).append(place)
    shown = [*roots, *(place for places in beneath.values() for place in places)]
    counts = counts_of(ItemPlace, "place", user, [place.pk for place in shown])
    tree = [
        (root, counts.get(root.pk, 0), [(place, counts.get(place.pk, 0)) for place in beneath.get(root.pk, [])])
        for root in roots
    ]
    return sorted(tree, key=lambda branch: (-branch[1], not branch[2]))


def _above(record: Place | Event, user: object) -> list[Record]:
    """Return the records above that this user may read of, outermost first; one query."""
    above = (EVENT if isinstance(record, Event) else PLACE).known_to(user).in_bulk(record.ancestor_ids)
    return [above[key] for key in record.ancestor_ids if key in above]


def _with_counts(rows: QuerySet, sort: Sort, user: object) -> list[tuple[Record, int]]:
    listed = list(rows)
    counts = counts_of(sort.links, sort.name, user, [row.pk for row in listed])
    return [(row, counts.get(row.pk, 0)) for row in listed]


def _place_facts(place: Place, user: object) -> dict[str, Any]:
    beneath = _open_to(user, PLACE).filter(parent=place).order_by("name", "pk")
    events = _open_to(user, EVENT).filter(pk__in=Event.objects.at(place).values("pk")).order_by(*EVENT.order)[:20]
    point = [[None, *place.point, place.radius_metres, place.name, "shown"]] if place.point else []
    return {
        "above": _above(place, user),
        "names": [row for row in place.names.order_by("language", "pk") if row.name != place.name],
        "beneath": _with_counts(beneath, PLACE, user),
        "events": events,
        "point": point,
    }


def _event_facts(event: Event, user: object) -> dict[str, Any]:
    named = event.places.filter(pk__in=searched_places(user).values("pk")).with_card().order_by("name", "pk")
    places = [shown_place(place, user=user) for place in named]
    places = list(dict.fromkeys(place for place in places if place))
    return {
        "above": _above(event, user),
        "beneath": _with_counts(_open_to(user, EVENT).filter(parent=event).order_by(*EVENT.order), EVENT, user),
        "places": places,
        "point": [[None, *place.point, place.radius_metres, place.name, "shown"] for place in places if place.point],
        "is_public": is_visitor(user),
    }


def _outlet_facts(outlet: Outlet, user: object) -> dict[str, Any]:
    names = [row for row in outlet.names.all() if row.name != outlet.name]
    return {"names": names, "is_public": is_visitor(user)} | outlets.head(outlet, user)


def _to_change(request: HttpRequest, slug: str, sort: Sort) -> Record:
    if not request.user.has_perm(f"authorities.change_{sort.name}"):
        raise PermissionDenied
    return get_object_or_404(sort.model.objects.standing(), slug=slug)


def _show_form(request: HttpRequest, form: Any, sort: Sort, record: Record | None = None) -> HttpResponse:
    parent = form["parent"].value() if "parent" in form.fields else None
    context = {"form": form, "sort": sort, "record": record}
    if parent:
        chosen = parent if isinstance(parent, sort.model) else sort.model.objects.filter(pk=parent).first()
        context |= {"parent": chosen}
    if sort is EVENT:
        form.fields["places"].queryset = record.places.order_by("name", "pk") if record else Place.objects.none()
    return render(request, "authorities/form.html", context, status=422 if form.is_bound else 200)
