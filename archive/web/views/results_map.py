"""The map of a search: its marks as JSON, and what stands at one of them."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from archive.search.map_marks import NoArea, box_of, items_in, label_of, marks, names_of, zoom_of
from archive.web.views import errors
from archive.web.views.search import NotAbout, fixed_by


@require_safe
def map_marks(request: HttpRequest) -> HttpResponse:
    """
    Answer the marks of a part of the map: `box` is south, west, north, east; `zoom` from 0 to 18.

    The other parameters are those of the search, and `of`, such as place:dunkirk, is what its page is about.
    """
    try:
        box, zoom, fixed = (
            box_of(request.GET.get("box", "")),
            zoom_of(request.GET.get("zoom", "")),
            fixed_by(request.GET.get("of", "")),
        )
        found = marks(request.GET, box=box, zoom=zoom, user=request.user, fixed=fixed)
    except ValueError as problem:
        return _refused(request, problem)
    places = names_of(found)
    rows = [
        {
            "at": [mark.north, mark.east],
            "count": mark.count,
            "cameras": mark.cameras,
            "box": mark.box,
            "item": mark.item,
            "metres": mark.metres,
            "label": label_of(mark, places.get(mark.place) if mark.place else None),
        }
        for mark in found
    ]
    response = JsonResponse({"marks": rows})
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def map_items(request: HttpRequest) -> HttpResponse:
    """Show the first items that stand in a part of the map, as a mark brings them up."""
    try:
        box, fixed = box_of(request.GET.get("box", "")), fixed_by(request.GET.get("of", ""))
        shown = items_in(request.GET, box=box, user=request.user, fixed=fixed)
    except ValueError as problem:
        return _refused(request, problem)
    return render(request, "search/_map_items.html", {"shown": shown, "is_wide": not box.is_point})


def _refused(request: HttpRequest, problem: ValueError) -> HttpResponse:
    words = str(problem) if isinstance(problem, NoArea | NotAbout) else _("This page is not open to you.")
    return errors.answer(request, 400, words)
