"""
Which records may be the same one already, before another is made: by name, by distance, by days and places.

Asked of the database and not of what is held in memory, so that it may be asked under the lock of `changing_names`: of
two people who record one beach at the same moment the second is shown what the first has made.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Generic, TypeVar

from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from archive.authorities.gazetteer import outlet_at
from archive.authorities.geometry import METRES_PER_DEGREE, metres_between
from archive.authorities.models import Event, EventPlace, Outlet, OutletName, Place, PlaceName
from archive.authorities.slugs import rank
from archive.ledger.not_done import NotDone
from archive.standards.edtf import parse
from archive.standards.normal_form import normalise, one_slip_from

Record = TypeVar("Record", Place, Event, Outlet)

# Two of one name are the same at most so far from each other; what reaches farther is told by its own reach.
SAME_NAME_METRES = 50_000
LIKE_NAME_METRES = 20_000
# So near to each other two of one kind may be the same, whatever they are called.
SAME_SPOT_METRES = 300
# Longer ones, such as a year of crossings, overlap with everything that happened in it.
MOST_DAYS = 14
SHOWN = 8
_LEAST_LIKE = 0.8
_MOST_OVERLAPPING = 500
_SHORTEST_WORD = 4


@dataclass(frozen=True)
class Likely(Generic[Record]):
    """A record that may be the one that is to be made, and why, in words."""

    record: Record
    reasons: tuple[str, ...]


class LikelyDuplicates(NotDone):
    """Records that whoever makes another has not been shown may be the same; `likely` has them, likeliest first."""

    def __init__(self, likely: Sequence[Likely]) -> None:
        super().__init__(_("There may be a record of it already."))
        self.likely = likely


def likely_duplicates(model: type[Record], fields: dict[str, Any]) -> list[Likely[Record]]:
    """Return what may be the same as a record of these fields, those of `edit_records.create_…`; up to 5 queries."""
    likely: Callable[[dict[str, Any]], list[Likely]] = {Place: _places, Event: _events, Outlet: _outlets}[model]
    return likely(fields)[:SHOWN]


def _places(fields: dict[str, Any]) -> list[Likely[Place]]:
    wanted = _normalised([fields["name"], *(name for name, _language in fields.get("names", ()))])
    point = _point(fields.get("latitude_degrees"), fields.get("longitude_degrees"))
    parent = fields.get("parent")
    country = (fields.get("country_code") or (parent.country_code if parent else "")).upper()
    named = list(_names_of_places().filter(normalised__in=wanted | _slips(wanted)))
    near = _names_near(point) if point else []
    by_place: dict[Place, list[PlaceName]] = {}
    for name in [*named, *near]:
        by_place.setdefault(name.place, []).append(name)
    found = []
    for place, names in by_place.items():
        metres = metres_between(*point, *place.point) if point and place.point else None
        how_alike = min(_how_alike(name.normalised, wanted) for name in names)
        if metres is None:
            may_be = how_alike < 2 and (not country or not place.country_code or place.country_code == country)
        elif how_alike < 3:
            reach = max(place.radius_metres or 0, fields.get("radius_metres") or 0)
            may_be = metres <= reach + (SAME_NAME_METRES if how_alike == 0 else LIKE_NAME_METRES)
        else:
            may_be = metres <= SAME_SPOT_METRES and place.kind == fields.get("kind")
        if may_be:
            name = min(names, key=lambda each: (_how_alike(each.normalised, wanted), each.name != place.name, each.pk))
            reasons = [_name_reason(name.name, place.name, how_alike)] if how_alike < 3 else [_("the same kind")]
            if metres is not None:
                reasons.append(_distance(metres))
            # A namesake that is nowhere near is a name alone.
            order = (how_alike, metres is None, metres or 0, rank(place.kind), place.pk)
            found.append((order, Likely(place, tuple(reasons))))
    return [likely for _order, likely in sorted(found, key=lambda pair: pair[0])]


def _events(fields: dict[str, Any]) -> list[Likely[Event]]:
    wanted = _normalised([fields["name"]])
    interval = parse(fields["date_edtf"]) if fields.get("date_edtf") else None
    there = _events_there(list(fields.get("places") or ()))
    events = Event.objects.standing().select_related("parent").order_by("-date_earliest", "pk")
    asked = list(events.filter(normalised__in=wanted | _slips(wanted)))
    if interval:
        asked += events.overlapping(interval.earliest, interval.latest)[:_MOST_OVERLAPPING]
    found = {}
    for event in asked:
        how_alike = _how_alike(event.normalised, wanted)
        is_then = bool(interval and event.interval and interval.gap_days(event.interval) <= 0)
        is_short = is_then and max(interval.days, event.interval.days) <= MOST_DAYS
        # An event of the same name in another year is another one; it is shown, for the year may be wrong.
        if how_alike == 0 or (how_alike < 3 and is_then) or (is_short and event.pk in there):
            reasons = [_name_reason(event.name, event.name, how_alike)] if how_alike < 3 else []
            reasons += [_("days that overlap")] if is_then else []
            reasons += [_("at the same place")] if event.pk in there else []
            found[how_alike, not is_then, event.pk not in there, event.pk] = Likely(event, tuple(reasons))
    return [found[order] for order in sorted(found)]


def _outlets(fields: dict[str, Any]) -> list[Likely[Outlet]]:
    wanted = _normalised([fields["name"], *fields.get("aliases", ())])
    names = OutletName.objects.filter(normalised__in=wanted | _slips(wanted), outlet__merged_into=None)
    found: dict[Outlet, tuple[int, str]] = {}
    for name in names.select_related("outlet").order_by("pk"):
        how_alike = _how_alike(name.normalised, wanted)
        reason = _name_reason(name.name, name.outlet.name, how_alike)
        found[name.outlet] = min(found.get(name.outlet, (9, "")), (how_alike, reason))
    reasons = {outlet: [reason] for outlet, (_how, reason) in sorted(found.items(), key=lambda pair: pair[1][0])}
    if (website := fields.get("website")) and (outlet := outlet_at(website)):
        reasons.setdefault(outlet, []).append(_("the same website"))
    return [Likely(outlet, tuple(why)) for outlet, why in reasons.items()]


def _normalised(names: Iterable[str]) -> set[str]:
    return {normalise(name) for name in names} - {""}


def _slips(wanted: set[str]) -> set[str]:
    return {slip for name in wanted for slip in one_slip_from(name)}


def _how_alike(name: str, wanted: set[str]) -> int:
    """Return 0 for the same name, 1 for one letter's difference, 2 for a like one, 3 for another."""
    if name in wanted:
        return 0
    return min((_alike(name, other) for other in wanted), default=3)


def _alike(name: str, other: str) -> int:
    if abs(len(name) - len(other)) <= 1 and name in one_slip_from(other):
        return 1
    long_words = [{word for word in text.split() if len(word) >= _SHORTEST_WORD} for text in (name, other)]
    # "Plage de Malo" and "Malo": all that one is called is in the other.
    has_all = all(long_words) and (long_words[0] <= long_words[1] or long_words[1] <= long_words[0])
    return 2 if has_all or SequenceMatcher(None, name, other).ratio() >= _LEAST_LIKE else 3


def _names_of_places() -> Any:
    """Return the names of standing places, each with its place and what that lies in."""
    above = "place__parent__parent__parent__parent"
    return PlaceName.objects.filter(place__merged_into=None).select_related(above).order_by("pk")


def _names_near(point: tuple[float, float]) -> list[PlaceName]:
    """Return the names of places whose points lie near, in a box on the map; not across the antimeridian."""
    north = LIKE_NAME_METRES / METRES_PER_DEGREE
    east = north / max(0.05, math.cos(math.radians(point[0])))
    box = {
        "place__latitude_degrees__range": (point[0] - north, point[0] + north),
        "place__longitude_degrees__range": (point[1] - east, point[1] + east),
    }
    return list(_names_of_places().filter(**box))


def _events_there(places: list[Place]) -> set[int]:
    """Return the keys of the events at these places, at one beneath them or at what these lie in, but for countries."""
    wide = (Place.Kind.COUNTRY, Place.Kind.REGION)
    asked = Q()
    for place in places:
        if place.kind not in wide:
            asked |= Q(place__path__startswith=place.path) | Q(place__in=place.ancestor_ids)
    links = EventPlace.objects.filter(asked).exclude(place__kind__in=wide) if asked else EventPlace.objects.none()
    return set(links.values_list("event", flat=True))


def _point(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    return None if latitude is None or longitude is None else (latitude, longitude)


def _name_reason(name: str, leading: str, how_alike: int) -> str:
    if how_alike == 0:
        return _("the same name") if name == leading else _("also called %(name)s") % {"name": name}
    return _("a like name") if name == leading else _("also called %(name)s") % {"name": name}


def _distance(metres: float) -> str:
    if metres < 1000:
        return _("%(number)s m away") % {"number": number_format(round(metres, -1), 0)}
    return _("%(number)s km away") % {"number": number_format(metres / 1000, 1)}
