"""
Ask the gazetteer: which place a name means, which place is nearest to a point, what a few typed letters could become.

Places are held in memory and read again when one of them changed, so that a file of a large batch costs one small
query here and no more. The places given out are for reading.
"""

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import get_language

from archive.authorities.geometry import METRES_PER_DEGREE, distances_metres
from archive.authorities.models import (
    Event,
    EventQuerySet,
    Outlet,
    OutletName,
    OutletQuerySet,
    Place,
    PlaceQuerySet,
)
from archive.authorities.namesakes import outweighed, weight
from archive.authorities.place_table import PlaceTable
from archive.authorities.record_tree import MOST_DEPTH
from archive.authorities.revision import Kept
from archive.authorities.slugs import rank
from archive.standards.addresses import parts_of
from archive.standards.normal_form import normalise

if TYPE_CHECKING:
    import numpy as np

_SUGGESTED_AT_MOST = 200
# So many are kept, some 300 bytes each: the pictures of a delivery are from a few places.
_MOST_NEIGHBOURHOODS = 20_000
# "Dunkirk, Nord, France", "Dunkirk (Nord)"
_AREA, _MOST_AREAS = re.compile(r"[,(/]"), 3
# "Jo Doe/AFP via Getty Images", "PA Wire (handout)", "© Sky News"
_PARTS_OF_CREDIT = re.compile(r"[/|,;()©:]|\bvia\b|\bby\b|\bfor\b| - ", re.IGNORECASE)


@dataclass(frozen=True)
class Candidate:
    """One place that a name may mean; `unambiguous` marks the one that it does mean, if any."""

    place: Place
    name: str
    unambiguous: bool


@dataclass(frozen=True)
class Suggestion:
    """
    One row of a type-ahead list: the record, the name that matched, its kind in words and what it belongs to.

    Of a place also its point, where it is on the map.
    """

    pk: int
    slug: str
    name: str
    matched: str
    kind: str
    context: str
    point: tuple[float, float] | None = None


@dataclass(frozen=True)
class Neighbourhood:
    """
    What the gazetteer knows around a point: the nearest place, and of countries and areas how near their places come.

    `countries` are by their ISO 3166-1 code, the nearest first; `areas` by key. What is farther is left out.
    """

    nearest: Place | None
    metres: float
    countries: Mapping[str, float]
    areas: Mapping[int, float]


@dataclass(frozen=True)
class _Name:
    place: Place
    name: str
    # A leading name or one in a known language; the others are spellings and transliterations from far away.
    known: bool


class _Index(PlaceTable):
    """All places with their names and points, as they were at one moment."""

    def __init__(self) -> None:
        super().__init__()
        self._neighbourhoods: dict[tuple, Neighbourhood] = {}
        self._columns: tuple[np.ndarray, ...] | None = None
        self._country_names: list[str] = []
        self._keys_of_kind: dict[str, list[int]] = {}

    def keys_of_kind(self, kind: str) -> list[int]:
        if kind not in self._keys_of_kind:
            self._keys_of_kind[kind] = [key for key, other in zip(self.keys, self.kinds, strict=True) if other == kind]
        return self._keys_of_kind[kind]

    def bearers(self, normalised: str) -> list[_Name]:
        """Return the names that read so, each with the place that stands for the one it was given to."""
        return [
            _Name(self.place(self.standing(self.name_lines[n])), self.name_texts[n], bool(self.name_known[n]))
            for n in self.named(normalised)
        ]

    def neighbourhood(self, point: tuple[float, float], areas: frozenset[int], within_metres: float) -> Neighbourhood:
        """Return what lies around a point; those that were asked for last are kept."""
        asked = point, areas, within_metres
        if (known := self._neighbourhoods.get(asked)) is None:
            if len(self._neighbourhoods) >= _MOST_NEIGHBOURHOODS:
                self._neighbourhoods.clear()
            known = self._neighbourhoods[asked] = self._around(*asked)
        return known

    def _around(self, point: tuple[float, float], areas: frozenset[int], within_metres: float) -> Neighbourhood:
        import numpy as np  # loaded where a point is asked for alone

        lines, latitudes, longitudes, countries, above = self._northwards()
        reach = within_metres / METRES_PER_DEGREE
        first, last = latitudes.searchsorted([point[0] - reach, point[0] + reach])
        # Most of that belt lies far to the east or west; only the rest is worth its sines.
        beside = np.abs(longitudes[first:last] - point[1])
        beside = np.minimum(beside, 360 - beside)
        most_north = min(89.9, abs(point[0]) + reach)
        at = np.flatnonzero(beside <= reach / math.cos(math.radians(most_north))) + first
        metres = distances_metres(*point, latitudes[at], longitudes[at])
        near = np.flatnonzero(metres <= within_metres)
        near = near[metres[near].argsort(kind="stable")]
        metres, at = metres[near], at[near]
        if not len(at):
            return Neighbourhood(None, within_metres, {}, {})
        numbers, firsts = np.unique(countries[at], return_index=True)
        by_country = sorted((float(metres[f]), self._country_names[n]) for n, f in zip(numbers, firsts, strict=True))
        of_areas = {}
        for key in areas:
            if (line := self.line(key)) is not None and (beneath := (above[at] == line).any(axis=1)).any():
                of_areas[key] = float(metres[beneath.argmax()])
        nearest = self.place(int(lines[at[0]]))
        return Neighbourhood(nearest, float(metres[0]), {code: m for m, code in by_country if code}, of_areas)

    def _northwards(self) -> "tuple[np.ndarray, ...]":
        """Return all places that have points, from south to north: lines, points, countries, and what is above."""
        import numpy as np

        if self._columns is None:
            latitudes, longitudes = np.array(self.latitudes), np.array(self.longitudes)
            kinds = np.array([kind in Place.POINT_KINDS for kind in self.kinds], dtype=bool)
            standing = np.flatnonzero(kinds & (np.array(self.merged) < 0) & ~np.isnan(latitudes)).astype(np.int32)
            standing = standing[latitudes[standing].argsort(kind="stable")]
            self._country_names = sorted(set(self.countries))
            numbers = {name: number for number, name in enumerate(self._country_names)}
            countries = np.array([numbers[name] for name in self.countries], dtype=np.int32)[standing]
            keys, parents = np.array(self.keys), np.array(self.parents)
            # A line stands above itself too; beyond the topmost there is none, -1.
            parent_lines = np.where(parents < 0, -1, keys.searchsorted(parents)).astype(np.int32)
            above = [standing]
            for _step in range(MOST_DEPTH):
                above.append(np.where(above[-1] < 0, -1, parent_lines[above[-1]]))
            self._columns = (standing, latitudes[standing], longitudes[standing], countries, np.stack(above, axis=1))
        return self._columns


kept = Kept(_Index, of=(Place,))


def known_places() -> PlaceTable:
    """Return the places held in this process, read anew if one changed since; one small query."""
    return kept.get()


def keys_of_kind(kind: str) -> list[int]:
    """Return the keys of all places of a kind, merged ones too; one small query, where SQL looks through all places."""
    return kept.get().keys_of_kind(kind)


def neighbourhoods(
    asked: Mapping[tuple[float, float], frozenset[int]], *, within_metres: float
) -> dict[tuple[float, float], Neighbourhood]:
    """
    Return what lies around each point, in degrees, and how near the areas come that are asked about with it, by key.

    Costs one small query for all of them.
    """
    if not asked:
        return {}
    index = kept.get()
    return {point: index.neighbourhood(point, areas, within_metres) for point, areas in asked.items()}


def country_code(text: str) -> str:
    """Return the ISO 3166-1 alpha-2 code for such a code, an alpha-3 code or a country's name; "" if unknown."""
    return _country_code(kept.get(), text)


def _country_code(index: _Index, text: str) -> str:
    written = text.strip()
    for name in index.bearers(normalise(written)):
        if name.place.kind == Place.Kind.COUNTRY and name.known:
            return name.place.country_code
    return index.country_codes.get(written.upper(), "") if len(written) in (2, 3) else ""


def resolve(
    name: str, *, country: str | None = None, province: str | None = None, kind: str | None = None
) -> list[Candidate]:
    """
    Return every place that bears the name, likeliest first, and mark the one that is meant if there is only one.

    A place that agrees with the country (code or name), with the province (any place above it) and with the kind comes
    before one that does not; then names in use before far spellings; then the town before the beach and the port that
    share its name, for they stand beneath it. One outside the stated country, or outside the stated province where no
    country is stated, is never marked: the Dover of Delaware is not the one of Kent.
    """
    return _resolve(kept.get(), name, country, province, kind)


def bearers(names: Iterable[str]) -> dict[str, list[Place]]:
    """Return for each of the names the places that bear it, likeliest first; one small query."""
    index = kept.get()
    return {name: [candidate.place for candidate in _resolve(index, name, None, None, None)] for name in names}


def _resolve(
    index: "_Index", name: str, country: str | None, province: str | None, kind: str | None
) -> list[Candidate]:
    code = _country_code(index, country) if country else ""
    above = normalise(province or "")
    best: dict[int, tuple[tuple, _Name]] = {}
    for each in index.bearers(normalise(name)):
        place = each.place
        if kind and place.kind != kind:
            continue
        misses = (
            bool(code) and place.country_code != code,
            bool(above) and not _lies_in(index, place, above),
            not each.known,
        )
        likeness = (*misses, rank(place.kind), place.pk)
        if place.pk not in best or likeness < best[place.pk][0]:
            best[place.pk] = (likeness, each)
    if not best:
        return []
    nearest_misses = min(likeness[:3] for likeness, _each in best.values())
    weights = {
        key: weight(each.place.population) for key, (likeness, each) in best.items() if likeness[:3] == nearest_misses
    }
    heaviest = max(weights.values())

    def order(entry: tuple[tuple, _Name]) -> tuple:
        (*misses, place_rank, key) = entry[0]
        # A village comes behind the city, the county or the beach that it shares its name with.
        return *misses, outweighed(weights.get(key, 0), heaviest), place_rank, -weight(entry[1].place.population), key

    ordered = sorted(best.values(), key=order)
    (abroad, elsewhere, *_rest), first = ordered[0]
    rivals = [
        each.place
        for likeness, each in ordered[1:]
        if likeness[:3] == nearest_misses and not outweighed(weights[each.place.pk], heaviest)
    ]
    outside = abroad or (elsewhere and not code)
    alone = not outside and all(place.path.startswith(first.place.path) for place in rivals)
    return [
        Candidate(each.place, each.name, unambiguous=alone and position == 0)
        for position, (_likeness, each) in enumerate(ordered)
    ]


def _lies_in(index: _Index, place: Place, normalised_area: str) -> bool:
    areas = {named.place.pk for named in index.bearers(normalised_area)}
    return not areas.isdisjoint([*place.ancestor_ids, place.pk])


def place_meant(name: str, *, country: str | None = None, province: str | None = None) -> Place | None:
    """
    Return the one place that a name means, or None where none bears it or several might be meant.

    Without country and province both may stand behind it: "Calais, France", "Dunkirk (Nord, France)".
    """
    candidates = resolve(name, country=country, province=province)
    if candidates or country or province:
        return next((candidate.place for candidate in candidates if candidate.unambiguous), None)
    return _with_its_areas(name)


def _with_its_areas(written: str) -> Place | None:
    """Return the one place whose name is followed by places above it; every one of them has to be above it."""
    parts = [part.strip() for part in _AREA.split(written.strip(" )."))]
    name, areas = parts[0], [part for part in parts[1:] if part]
    if not name or not 1 <= len(areas) <= _MOST_AREAS:
        return None
    country = areas[-1] if country_code(areas[-1]) else None
    above = areas[:-1] if country else areas
    index = kept.get()
    for candidate in resolve(name, country=country, province=above[0] if above else None):
        place = candidate.place
        is_within = all(_lies_in(index, place, normalise(area)) for area in above)
        if candidate.unambiguous and is_within and (not country or place.country_code == country_code(country)):
            return place
    return None


def event_meant(text: str) -> Event | None:
    """Return the one event of this name, accents and punctuation aside, or None; one query."""
    named = Event.objects.filter(normalised=normalise(text)).select_related("merged_into")
    meant = {event.current for event in named if normalise(text)}
    return meant.pop() if len(meant) == 1 else None


def outlet_meant(text: str) -> Outlet | None:
    """
    Return the outlet that a credit or byline names: the whole of it, else the first of its parts that is an outlet.

    "Jo Doe/AFP via Getty Images" gives AFP, which made the picture; Getty Images passed it on. Costs one query.
    """
    parts = [part for part in map(normalise, (text, *_PARTS_OF_CREDIT.split(text))) if part]
    if not parts:
        return None
    known: dict[str, set[Outlet]] = defaultdict(set)
    for named in OutletName.objects.filter(normalised__in=parts).select_related("outlet__merged_into"):
        known[named.normalised].add(named.outlet.current)
    return next((next(iter(known[part])) for part in parts if len(known.get(part, ())) == 1), None)


def outlet_at(address: str) -> Outlet | None:
    """
    Return the one outlet whose website an address, or a bare host, lies in; the longest host that fits decides.

    Where a website has a path of its own ("www.gov.uk/government/organisations/home-office"), the address must lie
    beneath it. A further domain stands among an outlet's names ("bbc.com"). Costs one query.
    """
    parts = parts_of(address if "//" in address else f"//{address}")
    labels = (parts.hostname or "").split(".")
    hosts = [".".join(labels[at:]) for at in range(len(labels) - 1)]
    if not hosts or not all(labels):
        return None
    asked = Q(names__normalised__in=map(normalise, hosts))
    for host in hosts:
        asked |= Q(website__icontains=f"//{host}") | Q(website__icontains=f"//www.{host}")
    likely = Outlet.objects.filter(asked).select_related("merged_into").prefetch_related("names").distinct()
    fitting: dict[tuple[int, int], set[Outlet]] = defaultdict(set)
    for outlet in likely:
        site = parts_of(outlet.website)
        host, path = (site.hostname or "").removeprefix("www."), site.path.rstrip("/")
        if host in hosts and f"{parts.path}/".startswith(f"{path}/"):
            fitting[len(host), len(path)].add(outlet.current)
        for name in outlet.names.all():
            if "." in name.name and name.name.lower() in hosts:
                fitting[len(name.name), 0].add(outlet.current)
    best = fitting[max(fitting)] if fitting else set()
    return best.pop() if len(best) == 1 else None


def suggest_places(
    text: str, limit: int = 10, kinds: Collection[str] | None = None, known: PlaceQuerySet | None = None
) -> list[Suggestion]:
    """
    Return places with a name that begins so, or has a word that begins so, likeliest first; one small query.

    :param known: the places that may be named to the asker; None: all. One query more
    """
    index, wanted = kept.get(), normalise(text)
    if not wanted:
        return []
    best = _told_of(_suggested(index, wanted, index.beginning(wanted), kinds), index, known)
    if len(best) < limit:
        # What only has a word that begins so stands behind all that begins so itself.
        inside = (name for name in index.all_named() if f" {wanted}" in name and not name.startswith(wanted))
        best = _told_of(_suggested(index, wanted, inside, kinds), index, known) | best
    chosen = sorted(best.items(), key=lambda entry: entry[1][0])[:limit]
    return [
        Suggestion(
            pk=place.pk,
            slug=place.slug,
            name=place.name,
            matched=index.name_texts[number],
            kind=place.get_kind_display(),
            context=place.parent.full_name if place.parent else "",
            point=place.point,
        )
        for place, number in ((index.place(line), number) for line, (_likeness, number) in chosen)
    ]


def _told_of(
    best: dict[int, tuple[tuple, int]], index: _Index, known: PlaceQuerySet | None
) -> dict[int, tuple[tuple, int]]:
    """Leave out the places that the asker may not be told of; at most one query."""
    # Many gazetteer places begin alike; those made by hand are few, and they are the ones that may not be told.
    by_hand = {index.keys[line]: line for line in best if index.made_by_hand[line]} if known is not None else {}
    if known is None or not by_hand:
        return best
    hidden = set(by_hand) - set(known.filter(pk__in=by_hand).values_list("pk", flat=True))
    return {line: entry for line, entry in best.items() if index.keys[line] not in hidden}


def _suggested(
    index: _Index, wanted: str, names: Iterable[str], kinds: Collection[str] | None
) -> dict[int, tuple[tuple, int]]:
    """Return the lines of the places that bear one of the names: how likely each is meant, and the name's number."""
    best: dict[int, tuple[tuple, int]] = {}
    for normalised in names:
        for number in index.named(normalised):
            line = index.standing(index.name_lines[number])
            kind = index.kinds[line]
            if kinds is None or kind in kinds:
                likeness = (
                    normalised != wanted,
                    not normalised.startswith(wanted),
                    not index.name_known[number],
                    index.name_texts[number] != index.names[line],
                    # Whole countries are seldom what is looked for in a few letters.
                    kind == Place.Kind.COUNTRY,
                    # A village behind a city, and behind what was listed by hand.
                    -weight(index.population(line)),
                    rank(kind),
                    len(normalised),
                    index.keys[line],
                )
                if line not in best or likeness < best[line][0]:
                    best[line] = (likeness, number)
    return best


def suggest_events(text: str, limit: int = 10, known: EventQuerySet | None = None) -> list[Suggestion]:
    """
    Return events with a word of the name that begins so, the latest first among equals; one query.

    :param known: the events that may be named to the asker; None: all
    """
    events = (
        (Event.objects.all() if known is None else known)
        .standing()
        .filter(_begins("normalised", text))
        .select_related("parent")
    )
    return [
        Suggestion(
            pk=event.pk,
            slug=event.slug,
            name=event.name,
            matched=event.name,
            kind=event.get_kind_display(),
            context=", ".join(
                filter(None, [event.interval.label(get_language()) if event.interval else "", str(event.parent or "")])
            ),
        )
        for event in _in_order(events.order_by("-date_earliest", "pk")[:_SUGGESTED_AT_MOST], text, limit)
    ]


def suggest_outlets(text: str, limit: int = 10, known: OutletQuerySet | None = None) -> list[Suggestion]:
    """
    Return outlets with a name or alias of which a word begins so; one query.

    :param known: the outlets that may be named to the asker; None: all
    """
    names = OutletName.objects.filter(_begins("normalised", text), outlet__merged_into=None).select_related("outlet")
    if known is not None:
        names = names.filter(outlet__in=known.values("pk"))
    rows: dict[int, Suggestion] = {}
    for named in _in_order(names.order_by("normalised", "pk")[:_SUGGESTED_AT_MOST], text, _SUGGESTED_AT_MOST):
        outlet = named.outlet
        rows.setdefault(
            outlet.pk,
            Suggestion(
                pk=outlet.pk,
                slug=outlet.slug,
                name=outlet.name,
                matched=named.name,
                kind=outlet.get_kind_display(),
                context=outlet.country_code,
            ),
        )
    return list(rows.values())[:limit]


def _begins(field: str, text: str) -> Q:
    wanted = normalise(text)
    # An empty text suggests nothing: no normalised name holds two spaces.
    return Q(**{f"{field}__startswith": wanted or "  "}) | Q(**{f"{field}__contains": f" {wanted}" if wanted else "  "})


def _in_order(records: Iterable, text: str, limit: int) -> list:
    wanted = normalise(text)
    return sorted(records, key=lambda each: (each.normalised != wanted, not each.normalised.startswith(wanted)))[:limit]
