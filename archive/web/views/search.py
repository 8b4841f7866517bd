"""The search page, and the list of results that other pages show for a place, an event, an outlet or an accession."""

from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from archive.catalogue.text_index import sole_letter
from archive.exports.citations import cite_each
from archive.search.addresses import Address
from archive.search.find_items import Found, answered, find, read_search
from archive.search.further_facets import places_beneath
from archive.search.map_marks import overview
from archive.search.public import places_known_to
from archive.search.query_language import print_term
from archive.search.query_tree import Condition
from archive.search.search_box import coast_of
from archive.search.type_ahead import prefixes_for
from archive.standards.date_words import understand
from archive.standards.edtf import InvalidEDTF
from archive.web.presenters.search import HEIGHT_PX, columns
from archive.web.views import errors
from archive.web.views.fragments import wants_fragment, whole_page_anew

VIEWS = {"grid": _("grid"), "list": _("list"), "days": _("days"), "map": _("map")}
# What the form beside the results asks itself; everything else of the search goes along hidden.
_DATES_ASKED = {"date_from", "date_to", "date"}
_ASKED_BESIDE = {*_DATES_ASKED, "certainty", "page"}


# What is written, and what it means, on the help sheet.
FORMS = (
    ("boats at dawn", _("every word is met, of caption, headline, file name and tags")),
    ('"small boats"', _("the words stand together")),
    ("boats -sand", _("what is found has not this word; before a prefix, does not meet it")),
    ("place:calais,dunkirk", _("one of several values is enough")),
    ("place:dunkirk place:calais", _("said twice, both are met")),
    ('date:"mid June 2024".."20 June 2024"', _("a range, open where an end is left out; quotation marks hold spaces")),
)


@require_safe
def language(request: HttpRequest) -> HttpResponse:
    """Show what a search can say, by the prefixes that the reader may ask by."""
    return render(request, "search/language.html", {"forms": FORMS, "prefixes": prefixes_for(request.user)})


@require_safe
@vary_on_headers("HX-Request")
def search(request: HttpRequest) -> HttpResponse:
    if anew := whole_page_anew(request):
        return anew
    context = results(request)
    found = context["found"]
    # Before anything is asked, a visitor reads what this archive is; where nothing is released, nothing else.
    is_front = found.is_public and found.is_valid and not found.chips and not found.unread
    is_bare = is_front and not found.counts.total
    context |= {"words": found.box, "is_home": True, "is_front": is_front, "is_bare": is_bare}
    if wants_fragment(request):
        return render(request, "search/_results.html", context | {"swaps_words": True})
    return render(request, "search/index.html", context)


class NotAbout(ValueError):
    """No page of results is about this; the message says what would be right."""


def fixed_by(of: str) -> dict[str, str]:
    """
    Read what a page of results is about, such as "place:dunkirk", as its parts send it; "" is nothing.

    :raises NotAbout: it is no place, event or outlet
    """
    name, _colon, slug = of.partition(":")
    if not name:
        return {}
    if name not in ("place", "event", "outlet") or not slug:
        raise NotAbout(gettext("Write what the page is about as place:, event: or outlet: and its name in addresses."))
    return {name: slug}


@require_safe
def place_branch(request: HttpRequest) -> HttpResponse:
    """Show the places beneath one, `under`, with how many items of the search each would leave."""
    of = request.GET.get("of", "")
    place = get_object_or_404(places_known_to(request.user), slug=request.GET.get("under", ""))
    try:
        asked = read_search(request.GET, user=request.user, fixed=fixed_by(of))
    except ValueError:
        return errors.answer(request, 400)
    address = Address(asked.asked)
    places = []
    if asked.form.is_valid():
        places = answered(asked, lambda answers: places_beneath(answers, asked, address, place))
    return render(request, "search/_branch.html", {"places": places, "search": str(address), "of": of})


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
    # Where the form has a box of its own, what it says stands there alone.
    coast = None if fixed else coast_of(dict(parse_qsl(found.address[1:])).get("q", ""))
    context = {
        "found": found,
        "view": view,
        "views": VIEWS.items(),
        "columns": columns(found.histogram),
        "histogram_height_px": HEIGHT_PX,
        "keep_address": _whole_address(found, fixed),
        "range_address": _range_address(found),
        "carried": [
            (name, coast.rest if coast and name == "q" else text)
            for name, text in parse_qsl(found.address[1:])
            if name not in {*_ASKED_BESIDE, *own_words}
        ],
        "days": _days(found.form),
        "coast": coast,
        "asks_words": bool(fixed),
        # What the page is about, as the parts of it say that are fetched later.
        "of": next((f"{name}:{slug}" for name, slug in fixed.items()), ""),
        "letter": sole_letter(found.form.cleaned_data["q"]) if found.is_valid else "",
        "meant": _date_meant(found),
        "marked_words": found.form.cleaned_data["q"] if found.is_valid else "",
        "has_area": found.is_valid
        and any(further.condition.prefix in ("near", "within") for further in found.form.cleaned_data["further"]),
        "shows_findings": request.user.has_perm("catalogue.view_restricted_item"),
        "may_select": any(
            request.user.has_perm(name)
            for name in ("folders.add_folder", "claims.add_claim", "catalogue.clear_item", "catalogue.release_item")
        ),
    }
    if found.is_public and found.is_valid and view != "map":
        # Whom to credit for what is released, beneath each picture.
        items = list(found.items)
        cited = cite_each(items, reader=request.user)
        for item in items:
            item.credited = cited[item.pk].credited
    if view == "map":
        there = overview(request.GET, user=request.user, fixed=fixed)
        context["overview"] = there
        context["map_data"] = {
            "extent": there.extent,
            "whole": there.whole,
            "onMap": there.on_map,
            "areas": there.areas,
            "areaAddress": there.area_address,
        }
    return context


def _whole_address(found: Found, fixed: dict[str, str]) -> str:
    """Return the query of the address that asks on the search page what this page asks, with what it is about."""
    params = dict(parse_qsl(found.address[1:]))
    for name, value in fixed.items():
        if own := params.pop(name, ""):
            terms = [params.get("q", ""), *(print_term(Condition(name, (each,))) for each in (own, value))]
            params["q"] = " ".join(filter(None, terms))
        else:
            params[name] = value
    return f"?{urlencode({name: value for name, value in params.items() if name != 'view'})}"


def _range_address(found: Found) -> str:
    """Return the address of the search between two other days, which are to be written for `__from__` and `__to__`."""
    kept = [pair for pair in parse_qsl(found.address[1:]) if pair[0] not in {*_DATES_ASKED, "undated"}]
    return f"?{urlencode([*kept, ('date_from', '__from__'), ('date_to', '__to__')])}"


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
    """Where the words are nothing but a date: return the date in words and the address of the search for it."""
    words = found.form["q"].value() or ""
    if not found.is_valid or not words:
        return None
    try:
        label = understand(words).label(get_language())
    except InvalidEDTF:
        return None
    kept = [pair for pair in parse_qsl(found.address[1:]) if pair[0] not in {*_DATES_ASKED, "q", "undated", "page"}]
    return label, f"?{urlencode([*kept, ('date', words)])}"
