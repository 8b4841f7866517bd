"""The search page, and the list of results that other pages show for a place, an event, an outlet or an accession."""

from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from archive.catalogue.text_index import sole_letter
from archive.search.find_items import Found, find, points
from archive.search.query_language import unread_prefixes
from archive.standards.date_words import understand
from archive.standards.edtf import InvalidEDTF
from archive.web.presenters.search import HEIGHT_PX, columns
from archive.web.views.fragments import wants_fragment

VIEWS = {"grid": _("grid"), "list": _("list"), "days": _("days"), "map": _("map")}
# What the form beside the results asks itself; everything else of the search goes along hidden.
_DATES_ASKED = {"date_from", "date_to", "date"}
_ASKED_BESIDE = {*_DATES_ASKED, "certainty", "page"}


@require_safe
@vary_on_headers("HX-Request")
def search(request: HttpRequest) -> HttpResponse:
    context = results(request)
    context |= {"words": context["found"].box, "is_home": True}
    if wants_fragment(request):
        return render(request, "search/_results.html", context | {"swaps_words": True})
    return render(request, "search/index.html", context)


def results(request: HttpRequest, *, fixed: dict[str, str] | None = None) -> dict[str, Any]:
    """
    Return what `search/_results.html` shows.

    :param fixed: conditions that the page itself sets, such as {"place": "dunkirk"}; they stand in no address
    """
    fixed = fixed or {}
    found = find(request.GET, user=request.user, fixed=fixed)
    view = request.GET.get("view")
    view = view if view in VIEWS else "grid"
    own_words = [] if not fixed else ["q"]
    context = {
        "found": found,
        "view": view,
        "views": VIEWS.items(),
        "columns": columns(found.histogram),
        "histogram_height_px": HEIGHT_PX,
        "carried": [pair for pair in parse_qsl(found.address[1:]) if pair[0] not in {*_ASKED_BESIDE, *own_words}],
        "days": _days(found.form),
        "asks_words": bool(fixed),
        "unread": unread_prefixes(found.box),
        "letter": sole_letter(found.form.cleaned_data["q"]) if found.is_valid else "",
        "meant": _date_meant(found),
        "may_select": any(
            request.user.has_perm(name)
            for name in ("claims.add_claim", "catalogue.clear_item", "catalogue.release_item")
        ),
    }
    if view == "map":
        found_points = points(request.GET, user=request.user, fixed=fixed)
        context |= {"points": found_points, "point_rows": list(found_points.rows)}
    return context


def _days(form: Form) -> tuple[str, str]:
    """Return what the two fields for days show: what was written in them, else the bounds of the one date asked for."""
    written = form["date_from"].value() or "", form["date_to"].value() or ""
    if any(written) or not form["date"].value():
        return written
    try:
        asked = understand(form["date"].value())
    except InvalidEDTF:
        return written
    return (
        "" if asked.earliest == date.min else str(asked.earliest),
        "" if asked.latest == date.max else str(asked.latest),
    )


def _date_meant(found: Found) -> tuple[str, str] | None:
    """Where words that are a date find nothing: return the date in words and the address of the search for it."""
    words = found.form["q"].value() or ""
    if not found.is_valid or found.counts.total or not words:
        return None
    try:
        label = understand(words).label(get_language())
    except InvalidEDTF:
        return None
    kept = [pair for pair in parse_qsl(found.address[1:]) if pair[0] not in {*_DATES_ASKED, "q", "undated", "page"}]
    return label, f"?{urlencode([*kept, ('date', words)])}"
