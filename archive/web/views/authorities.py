"""Places, events and outlets: their pages with the items they lead to, their lists, and how they are kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from archive.authorities.attribution import BASEMAP, attributions
from archive.authorities.edit_records import Nameless
from archive.authorities.likely_duplicates import Likely, LikelyDuplicates
from archive.authorities.merge_records import CannotMerge, CannotUnmerge, what_was_merged, why_not
from archive.authorities.models import Event, Outlet, OutletName, Place, PlaceName
from archive.authorities.record_tree import CannotNest
from archive.catalogue.models import ItemEvent, ItemOutlet, ItemPlace
from archive.ingest.wake_worker import wake
from archive.projection.carry_changes import progress_of
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
from archive.standards.whole_numbers import whole_number, whole_numbers
from archive.web.forms.authorities import EventForm, MergeForm, OutletForm, PlaceForm, UnmergeForm
from archive.web.presenters.authorities import acts_on
from archive.web.presenters.merging_records import distance_between, rows_of, sides_of
from archive.web.views import outlets
from archive.web.views.fragments import wants_fragment, whole_page_anew
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
    known_to: Callable[[object], QuerySet]
    order: tuple[Any, ...]

    @property
    def plural(self) -> str:
        return f"{self.name}s"


_BY_NAME = ("name", "pk")
# Said outright, for the databases differ in where they put what has no date.
_LATEST_FIRST = (F("date_earliest").desc(nulls_last=True), "name", "pk")
PLACE = Sort("place", Place, ItemPlace, PlaceForm, places_known_to, _BY_NAME)
EVENT = Sort("event", Event, ItemEvent, EventForm, events_known_to, _LATEST_FIRST)
OUTLET = Sort("outlet", Outlet, ItemOutlet, OutletForm, outlets_known_to, _BY_NAME)
SORTS = (PLACE, EVENT, OUTLET)


@require_safe
@vary_on_headers("HX-Request")
def record(request: HttpRequest, slug: str, sort: Sort) -> HttpResponse:
    if anew := whole_page_anew(request):
        return anew
    record = get_object_or_404(sort.model.objects.with_card(), slug=slug)
    there = _where_to(request, record, sort)
    if there != record:
        return redirect(f"{sort.name}", slug=there.slug)
    context = results(request, fixed={sort.name: record.slug})
    if wants_fragment(request):
        return render(request, "search/_results.html", context)
    may_change = request.user.has_perm(f"authorities.change_{sort.name}")
    context |= {"record": record, "sort": sort, "may_change": may_change, "changes": progress_of(record)}
    if may_change:
        context |= {"acts": acts_on(record), "merged": record.merged.order_by("name", "pk")}
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
@vary_on_headers("HX-Request")
def new(request: HttpRequest, sort: Sort) -> HttpResponse:
    """
    Add a record: on a page of its own, or in a dialog beside the field that asks for one.

    What may be a record of it already is shown before anything is saved; `shown` sends back which of them were seen.
    """
    if not request.user.has_perm(f"authorities.add_{sort.name}"):
        raise PermissionDenied
    in_dialog = wants_fragment(request)
    # Beside the fields of the page, which have such names too.
    ids = {"auto_id": "added_%s"} if in_dialog else {}
    form = sort.form(request.POST or None, initial={"name": request.GET.get("name", "")[:200]}, **ids)
    likely: list[Likely] = []
    if request.method == "POST" and form.is_valid():
        shown = whole_numbers(request.POST.get("shown", "").split(","))
        try:
            made = authority_records.create(sort.model, by=request.user, shown=shown, **form.arguments())
        except Nameless as problem:
            form.add_error("name", str(problem))
        except LikelyDuplicates as problem:
            likely = list(problem.likely)
        else:
            address = reverse(sort.name, args=[made.slug])
            if in_dialog:
                return JsonResponse({"value": made.pk, "label": made.name, "url": address}, status=201)
            messages.success(request, _("%(name)s is recorded.") % {"name": made})
            return redirect(address)
    counts = counts_of(sort.links, sort.name, request.user, [each.record.pk for each in likely])
    return _show_form(
        request,
        form,
        sort,
        in_dialog=in_dialog,
        likely=[(each.record, each.reasons, counts.get(each.record.pk, 0)) for each in likely],
        shown=",".join(str(each.record.pk) for each in likely),
    )


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
            wake()
            messages.success(request, _("Saved."))
            return redirect(sort.name, slug=record.slug)
    return _show_form(request, form, sort, record)


@require_http_methods(["GET", "HEAD", "POST"])
def merge_record(request: HttpRequest, slug: str, sort: Sort) -> HttpResponse:
    """Choose another record, see both side by side, and let this one stand for it."""
    record = _to_change(request, slug, sort)
    form = MergeForm(request.POST or (request.GET if "into" in request.GET else None), model=sort.model)
    into = form.cleaned_data["into"] if form.is_bound and form.is_valid() else None
    if request.method == "POST" and into:
        try:
            into = authority_records.merge(record, into=into, by=request.user, reason=form.cleaned_data["reason"])
        except (CannotMerge, CannotNest) as problem:
            form.add_error("into", str(problem))
        else:
            wake()
            messages.success(request, _("%(one)s now reads %(other)s.") % {"one": record, "other": into})
            return redirect(sort.name, slug=into.slug)
    elif into:
        if problem := why_not(record, into):
            form.add_error("into", problem)
        else:
            sides = sides_of((record, into), user=request.user)
            points = [[None, *side.point, side.reach, side.record.name, "shown"] for side in sides if side.point]
            context = {"form": form, "sort": sort, "record": record, "into": into, "sides": sides, "points": points}
            context |= {"rows": rows_of(sides), "distance": distance_between(*sides)}
            return render(request, "authorities/compare.html", context)
    into_text = into.name if into else (request.POST or request.GET).get("into_text", "")
    context = {"form": form, "sort": sort, "record": record, "into": into, "into_text": into_text}
    return render(request, "authorities/merge.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def unmerge_record(request: HttpRequest, slug: str, sort: Sort) -> HttpResponse:
    """See what goes back to a merged record and what stays, and let it stand by itself again."""
    if not request.user.has_perm(f"authorities.change_{sort.name}"):
        raise PermissionDenied
    record = get_object_or_404(sort.model.objects.exclude(merged_into=None).with_card(), slug=slug)
    form, problem = UnmergeForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            authority_records.unmerge(record, by=request.user, reason=form.cleaned_data["reason"])
        except (CannotUnmerge, CannotNest) as refusal:
            problem = str(refusal)
        else:
            wake()
            messages.success(request, _("%(one)s stands by itself again.") % {"one": record})
            return redirect(sort.name, slug=record.slug)
    merged = what_was_merged(record)
    context = {
        "form": form,
        "sort": sort,
        "record": record,
        "into": record.merged_into,
        "merged": merged,
        "beneath": sort.model.objects.filter(pk__in=merged.beneath).order_by("name", "pk") if merged.beneath else [],
        "claims": authority_records.claims_of(record, user=request.user).count(),
        "since": authority_records.linked_since(record, user=request.user),
        "problem": problem,
    }
    return render(request, "authorities/unmerge.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_safe
def progress(request: HttpRequest, slug: str, sort: Sort) -> HttpResponse:
    """Tell how far changes of a record are carried through its items; its page asks every few seconds."""
    record = get_object_or_404(sort.model.objects.with_card(), slug=slug)
    record = _where_to(request, record, sort)
    return render(request, "authorities/_progress.html", {"record": record, "sort": sort, "asks": True,
                                                          "changes": progress_of(record)})  # fmt: skip


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


def _show_form(
    request: HttpRequest, form: Any, sort: Sort, record: Record | None = None, *, in_dialog: bool = False, **more: Any
) -> HttpResponse:
    context = {"form": form, "sort": sort, "record": record, "in_dialog": in_dialog} | more
    # What was chosen of the list is shown again by its name.
    for field, model in (("parent", sort.model), ("further_place", Place)):
        if field in form.fields and (chosen := form[field].value()):
            known = chosen if isinstance(chosen, model) else form.fields[field].queryset.filter(pk=_key(chosen)).first()
            context |= {field: known}
    if sort is EVENT:
        form.fields["places"].queryset = record.places.order_by("name", "pk") if record else Place.objects.none()
    template = "authorities/_form.html" if in_dialog else "authorities/form.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _key(written: object) -> int | None:
    return whole_number(str(written))
