"""Type-ahead: typed letters answered by records, each with its kind, what it lies in and how many items it has."""

from collections.abc import Callable

from django.conf import settings
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from archive.authorities.gazetteer import Suggestion, suggest_events, suggest_outlets, suggest_places
from archive.catalogue.models import ItemEvent, ItemOutlet, ItemPlace
from archive.search.date_field import problem_with_date
from archive.search.public import events_known_to, is_staff, is_visitor, outlets_known_to, places_known_to
from archive.search.type_ahead import complete
from archive.standards.date_words import understand
from archive.standards.edtf import InvalidEDTF
from archive.standards.normal_form import normalise
from archive.standards.whole_numbers import whole_number

SHOWN = 10
# Of what stands in the search box; a longer text is completed by nobody.
MOST_TYPED = 1000
# The fields that take a date, by the names they have in their forms.
_DATES = ("date", "date_edtf", "date_from", "date_to")


@require_safe
def suggest_place(request: HttpRequest) -> HttpResponse:
    # A visitor who saw how many pictures a beach has would know more than the pages tell.
    kinds = settings.PUBLIC_PLACE_KINDS if is_visitor(request.user) else None
    known = None if is_staff(request.user) else places_known_to(request.user)
    rows = suggest_places(request.GET.get("q", ""), limit=SHOWN, kinds=kinds, known=known)
    return _answer(request, rows, counts_of(ItemPlace, "place", request.user, [row.pk for row in rows]), "place")


@require_safe
def suggest_event(request: HttpRequest) -> HttpResponse:
    return _counted(request, suggest_events, ItemEvent, "event", events_known_to(request.user))


@require_safe
def suggest_outlet(request: HttpRequest) -> HttpResponse:
    return _counted(request, suggest_outlets, ItemOutlet, "outlet", outlets_known_to(request.user))


@require_safe
def suggest_search(request: HttpRequest) -> HttpResponse:
    """Offer what may stand where somebody types in the search box: `q` up to and behind the place `at`."""
    text = request.GET.get("q", "")[:MOST_TYPED]
    at = whole_number(request.GET.get("at", ""))
    rows = complete(text, len(text) if at is None else min(at, len(text)), user=request.user)
    return render(
        request, "suggestions/_completions.html", {"rows": rows, "list_id": request.GET.get("for", "list")[:60]}
    )


@require_safe
def understood_date(request: HttpRequest) -> HttpResponse:
    """Say how a typed date is understood, while it is being typed."""
    written = next((request.GET[name] for name in _DATES if request.GET.get(name)), "").strip()
    try:
        date = understand(written) if written else None
    except InvalidEDTF as problem:
        return render(request, "suggestions/_understood_date.html", {"problem": problem_with_date(problem)})
    return render(request, "suggestions/_understood_date.html", {"date": date})


def counts_of(
    links: type[ItemPlace] | type[ItemEvent] | type[ItemOutlet], name: str, user: object, keys: list[int]
) -> dict[int, int]:
    """Return how many items this user may see at each of these records; one query."""
    linked = links.objects.known_to(user).filter(**{f"{name}__in": keys})
    return dict(linked.order_by().values_list(name).annotate(number=Count("item")))


def _counted(
    request: HttpRequest, suggest: Callable[..., list[Suggestion]], links: type, name: str, known: QuerySet
) -> HttpResponse:
    rows = suggest(request.GET.get("q", ""), limit=SHOWN, known=known)
    counts = counts_of(links, name, request.user, [row.pk for row in rows])
    return _answer(request, rows, counts, name)


def _answer(request: HttpRequest, rows: list[Suggestion], counts: dict[int, int], name: str) -> HttpResponse:
    typed = request.GET.get("q", "").strip()[:200]
    context = {"rows": [(row, counts.get(row.pk, 0)) for row in rows], "list_id": request.GET.get("for", "list")[:60]}
    # Where a record is linked, and not where one is looked for, a missing one can be added.
    if "adds" in request.GET and normalise(typed):
        may_add = request.user.has_perm(f"authorities.add_{name}")
        context |= {"typed": typed, "may_add": may_add, "add_address": f"new_{name}"}
    return render(request, "suggestions/_suggestions.html", context)
