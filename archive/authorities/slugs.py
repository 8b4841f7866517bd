"""Slugs of authority records: short where nothing else could be meant, and never changed afterwards."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import models

from archive.authorities.models import Place
from archive.standards.normal_form import slug

_LONGEST = 100
# Who bears a plain name when several places share it: the town, not its beach; "Plymouth" is the city.
_RANKS = {
    Place.Kind.COUNTRY: 0,
    Place.Kind.TOWN: 1,
    Place.Kind.REGION: 2,
    Place.Kind.COUNTY: 3,
    Place.Kind.SEA_AREA: 4,
    Place.Kind.COAST: 5,
}
_LOWEST_RANK = 6


def rank(kind: str) -> int:
    """Return how far up a kind of place stands among namesakes; 0 is first."""
    return _RANKS.get(kind, _LOWEST_RANK)


def free_slug(name: str, model: type[models.Model]) -> str:
    """Return a slug for the name that no record of the model has yet, numbered where it must be."""
    plain = slug(name)[:_LONGEST] or model._meta.model_name
    taken = set(model.objects.filter(slug__startswith=plain).values_list("slug", flat=True))
    return plain if plain not in taken else _numbered(plain, taken)


def place_slugs(places: Iterable[tuple[Place, str]], taken: set[str]) -> None:
    """
    Give each unsaved place its slug: "dover", "dover-port", "newhaven-gb-east-sussex", in this order of likeness.

    The plain name goes to the one place of the highest kind that bears it; where two towns share it, neither has it.

    :param places: each with the name of the county or region it lies in, or ""
    :param taken: the slugs in use; it grows by those given
    """
    namesakes = defaultdict(list)
    for place, county in places:
        namesakes[slug(place.name)[:_LONGEST] or "place"].append((place, county))
    # Plain names first, so that no numbered or suffixed one can take a plain name away.
    for plain, sharing in namesakes.items():
        highest = min(rank(place.kind) for place, _ in sharing)
        first = [place for place, _ in sharing if rank(place.kind) == highest]
        if len(first) == 1 and plain not in taken:
            first[0].slug = plain
            taken.add(plain)
    for plain, sharing in namesakes.items():
        for place, county in sharing:
            if not place.slug:
                place.slug = _suffixed(plain, place, slug(county), taken)
                taken.add(place.slug)


def _suffixed(plain: str, place: Place, county: str, taken: set[str]) -> str:
    kind = place.kind.lower().replace("_", "-")
    where = "-".join(part for part in (place.country_code.lower(), county) if part)
    with_kind, with_where = f"{plain}-{kind}", f"{plain}-{where}" if where else plain
    # A town's namesakes are other towns, told apart by county; a beach's namesake is its town, told apart by kind.
    wishes = (
        [with_where, f"{with_where}-{kind}"] if place.kind == Place.Kind.TOWN else [with_kind, f"{with_where}-{kind}"]
    )
    return next((wish for wish in wishes if wish not in taken), None) or _numbered(wishes[-1], taken)


def _numbered(stem: str, taken: set[str]) -> str:
    number = 2
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"
