"""Which one record a name means, as far as the name alone can tell. Where two records could be meant, none is."""

import re
from collections.abc import Sequence

from archive.authorities.geometry import distances_metres
from archive.authorities.models import Event, Outlet, Place
from archive.standards.wording import normalise

# "NAME/AFP via Getty Images": the parts of a credit line, the one that made the picture before those who passed it on.
_CREDIT_PARTS = re.compile(r"\s*(?:/|,|;|\||\bvia\b|\bcourtesy of\b|©|\(c\))\s*", re.IGNORECASE)
# Records of one name this near to one another are a town and its harbour, not two towns.
_SAME_SPOT_METRES = 15_000


def place_meant(name: str, *, country: str = "", province: str = "") -> Place | None:
    """
    Return the place that a name means, or None where the gazetteer has none or leaves it open.

    :param country: ISO 3166-1 alpha-2 or a country's name; empty: not said
    :param province: a county's or département's name; empty: not said
    """
    if not normalise(name):
        return None
    found = list(Place.objects.named(name).standing().with_card())
    if country:
        code = country.upper() if len(country) == 2 else ""
        in_country = [p for p in found if p.country_code == code or _stands_in(p, country)]
        found = in_country if code or in_country else found
    if province and len(found) > 1:
        found = [place for place in found if _stands_in(place, province)] or found
    if len(found) > 1:
        found = _one_spot(found)
    return found[0] if len(found) == 1 else None


def outlet_meant(written: str) -> Outlet | None:
    """Return the outlet that a name or the first known part of a credit line means, or None."""
    for part in [written, *_CREDIT_PARTS.split(written)]:
        if normalise(part):
            found = list(Outlet.objects.named(part).select_related("merged_into")[:2])
            if len(found) == 1:
                return found[0].merged_into or found[0]
    return None


def event_meant(name: str) -> Event | None:
    """Return the one event of this name, or None."""
    found = list(Event.objects.standing().filter(name__iexact=name.strip())[:2])
    return found[0] if len(found) == 1 else None


def _stands_in(place: Place, name: str) -> bool:
    wanted, above = normalise(name), place.parent
    while above is not None:
        if normalise(above.name) == wanted:
            return True
        above = above.parent
    return False


def _one_spot(places: Sequence[Place]) -> list[Place]:
    """Return the widest of the places where all of them lie about one spot: the town for its harbour and beach."""
    widest = min(places, key=lambda place: (place.kind != Place.Kind.TOWN, place.depth, place.pk))
    if any(place.point is None for place in places):
        holds_all = all(place.path.startswith(widest.path) for place in places)
        return [widest] if holds_all else list(places)
    near = distances_metres(*widest.point, [p.latitude_degrees for p in places], [p.longitude_degrees for p in places])
    return [widest] if max(near) <= _SAME_SPOT_METRES else list(places)
