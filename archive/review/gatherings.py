"""
Propose to which event items belong: the one that covers their leading dates and places, else a new one where three or
more gather. A proposal is the answer to a query, not a record: nothing is linked until a person says so.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import ceil

import numpy as np
from django.db.models import Exists, OuterRef, Prefetch
from django.db.models.functions import Coalesce

from archive.authorities.geometry import bounds, distances_metres, encloses
from archive.authorities.models import Event, Place
from archive.catalogue.models import ItemEvent, ItemQuerySet
from archive.review.models import Dismissal
from archive.review.place_day_clusters import NEAR_METRES, Columns, clusters
from archive.standards.edtf import parse
from archive.standards.vocabulary import SourceKind

# Longer than that, an event is an umbrella for others, and what falls under it is not yet told apart.
LONGEST_EVENT_DAYS = 31
_KINDS = ["", *(str(kind) for kind in SourceKind)]
_OUTLINED = (Place.Kind.COAST, Place.Kind.SEA_AREA)


@dataclass(frozen=True)
class Rows:
    """What is asked of every item that may gather, as columns of equal length, by the items' keys."""

    items: np.ndarray
    columns: Columns
    place: np.ndarray  # key of the leading place, -1 for none
    date_ground: np.ndarray
    place_ground: np.ndarray
    places: dict[int, Place]


@dataclass
class Gathering:
    """Items proposed to an event: to one that is recorded, or to a new one."""

    of: Rows
    rows: np.ndarray
    middle: int
    event: Event | None
    key: str = ""

    @cached_property
    def items(self) -> list[int]:
        """The items' keys, ascending."""
        return [int(key) for key in self.of.items[self.rows]]

    @cached_property
    def places(self) -> list[tuple[Place, int]]:
        """The items' leading places with how many items each, most first."""
        counted = Counter(int(key) for key in self.of.place[self.rows] if key >= 0)
        return [(self.of.places[key], n) for key, n in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))]

    @property
    def date_edtf(self) -> str:
        first = date.fromordinal(int(self.of.columns.first_day[self.rows].min()))
        last = date.fromordinal(int(self.of.columns.last_day[self.rows].max()))
        return str(first) if first == last else f"{first}/{last}"

    @property
    def date_label(self) -> str:
        return parse(self.date_edtf).label()

    @cached_property
    def place(self) -> Place | None:
        """What to name the event after: the place of all, or else the town of most of those in the middle."""
        middle = self.of.places.get(int(self.of.place[self.middle])) or (self.places[0][0] if self.places else None)
        if middle is None or len(self.places) == 1:
            return middle
        town = middle.parent
        is_of_town = town is not None and town.kind == Place.Kind.TOWN and middle.kind in Place.POINT_KINDS
        return town if is_of_town else middle

    @property
    def name(self) -> str:
        return self.event.name if self.event else f"{self.place}, {self.date_label}" if self.place else self.date_label

    @cached_property
    def spread_metres(self) -> float | None:
        """How far the outermost item lies from the middle; None where none has a point."""
        columns = self.of.columns
        here = columns.latitude_degrees[self.middle], columns.longitude_degrees[self.middle]
        metres = distances_metres(*here, columns.latitude_degrees[self.rows], columns.longitude_degrees[self.rows])
        return None if np.isnan(metres).all() else float(np.nanmax(metres))

    @property
    def spread_km(self) -> int | None:
        """The same in kilometres, rounded up."""
        return None if self.spread_metres is None else ceil(self.spread_metres / 1000)

    @property
    def date_grounds(self) -> list[str]:
        """On which kinds of source the dates stand."""
        return [_KINDS[code] for code in np.unique(self.of.date_ground[self.rows]) if code]

    @property
    def place_grounds(self) -> list[str]:
        return [_KINDS[code] for code in np.unique(self.of.place_ground[self.rows]) if code]


def gatherings(items: ItemQuerySet) -> list[Gathering]:
    """
    Return what is proposed for these items, the most items first; seven queries, whatever there is.

    Items that an event leads for are left out, and so are those whose date is doubtful or longer than two days, or
    whose camera stood elsewhere than the place that leads. What is known only to lie in a county or at sea comes to a
    recorded event there, but makes no new one. A new event that was dismissed is proposed again when another item
    joins; for a recorded event, what was dismissed stays so and only others are proposed.

    :param items: those that the asker may see
    """
    rows = _rows(items)
    dismissed = list(Dismissal.objects.order_by("pk").values_list(Coalesce("event__merged_into", "event"), "items"))
    proposed = list(_covered(rows, [(event, items) for event, items in dismissed if event is not None]))
    # What has neither a point nor a coast lies nowhere that could be near.
    is_left = ~np.isnan(rows.columns.latitude_degrees) | (rows.columns.coast >= 0)
    for gathering in proposed:
        is_left[gathering.rows] = False
    left = np.flatnonzero(is_left)
    new = [
        Gathering(rows, left[cluster.rows], int(left[cluster.middle]), None)
        for cluster in clusters(rows.columns.only(left))
    ]
    proposed += _not_dismissed(new, [items for event, items in dismissed if event is None])
    proposed.sort(key=lambda gathering: (-len(gathering.rows), gathering.items[0]))
    _give_keys(proposed)
    return proposed


def _rows(items: ItemQuerySet) -> Rows:
    dated = (
        items.exclude(date_created_earliest=None)
        .exclude(date_created_edtf__contains="?")
        .exclude(lead_place=None, latitude_degrees=None)
        .filter(~Exists(ItemEvent.objects.filter(item=OuterRef("pk"))))
        .order_by("pk")
        .values_list(
            "pk",
            "date_created_earliest",
            "date_created_latest",
            "lead_place",
            "latitude_degrees",
            "longitude_degrees",
            "date_created_ground",
            "lead_place_ground",
        )
    )
    # Dates longer than two days are many, and need no further look.
    kept = [row for row in dated if (row[2] - row[1]).days < 2]
    pks, firsts, lasts, place_keys, norths, easts, dated_by, placed_by = zip(*kept, strict=True) if kept else [()] * 8
    code = {kind: number for number, kind in enumerate(_KINDS)}
    place = np.array([-1 if key is None else key for key in place_keys], dtype=np.int64)
    places = Place.objects.select_related("parent").in_bulk({int(key) for key in np.unique(place) if key >= 0})
    latitude = np.array([np.nan if value is None else value for value in norths], dtype=float)
    longitude = np.array([np.nan if value is None else value for value in easts], dtype=float)
    latitude, longitude, is_at_odds = _points(place, places, latitude, longitude)
    rows = Rows(
        items=np.array(pks, dtype=np.int64),
        columns=Columns(
            first_day=np.array([day.toordinal() for day in firsts], dtype=np.int64),
            last_day=np.array([day.toordinal() for day in lasts], dtype=np.int64),
            latitude_degrees=latitude,
            longitude_degrees=longitude,
            coast=_coasts(place, places, latitude, longitude),
        ),
        place=place,
        date_ground=np.array([code.get(kind, 0) for kind in dated_by], dtype=np.int8),
        place_ground=np.array([code.get(kind, 0) for kind in placed_by], dtype=np.int8),
        places=places,
    )
    if not is_at_odds.any():
        return rows
    kept = ~is_at_odds
    return Rows(
        rows.items[kept], rows.columns.only(kept), rows.place[kept], rows.date_ground[kept], rows.place_ground[kept],
        places,
    )  # fmt: skip


def _points(
    place: np.ndarray, places: dict[int, Place], latitude: np.ndarray, longitude: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a point for each item, the camera's before the place's, and whether the two lie too far apart."""
    known = {key: record.point for key, record in places.items() if record.point and record.kind in Place.POINT_KINDS}
    nowhere = (np.nan, np.nan)
    points = np.array([known.get(key, nowhere) for key in place.tolist()], dtype=float).reshape(-1, 2)
    apart = distances_metres(latitude, longitude, points[:, 0], points[:, 1])
    is_at_odds = apart > NEAR_METRES
    latitude = np.where(np.isnan(latitude), points[:, 0], latitude)
    longitude = np.where(np.isnan(longitude), points[:, 1], longitude)
    return latitude, longitude, is_at_odds


def _coasts(place: np.ndarray, places: dict[int, Place], latitude: np.ndarray, longitude: np.ndarray) -> np.ndarray:
    """Return the narrowest stretch of coast that each item lies on, by its key; -1 for none."""
    coasts = [coast for coast in Place.objects.standing().filter(kind=Place.Kind.COAST).order_by("pk") if coast.outline]
    coasts.sort(key=lambda coast: -_breadth(coast))
    cells = np.round(np.column_stack([latitude, longitude]), 3)
    spots, spot_of_item = np.unique(cells, axis=0, return_inverse=True)
    coast_of_spot = np.full(len(spots), -1, dtype=np.int64)
    for coast in coasts:
        for spot in np.flatnonzero(_inside(coast, spots[:, 0], spots[:, 1])):
            coast_of_spot[spot] = coast.pk
    coast = coast_of_spot[spot_of_item.reshape(-1)] if len(spots) else np.full(len(place), -1, dtype=np.int64)
    stated = [key for key, record in places.items() if record.kind == Place.Kind.COAST]
    return np.where(np.isnan(latitude) & np.isin(place, stated), place, coast)


def _breadth(place: Place) -> float:
    south, west, north, east = bounds(place.outline)
    return (north - south) * (east - west)


def _inside(place: Place, latitudes: np.ndarray, longitudes: np.ndarray) -> np.ndarray:
    south, west, north, east = bounds(place.outline)
    is_inside = (latitudes >= south) & (latitudes <= north) & (longitudes >= west) & (longitudes <= east)
    for spot in np.flatnonzero(is_inside):
        is_inside[spot] = encloses(place.outline, float(latitudes[spot]), float(longitudes[spot]))
    return is_inside


def _covered(rows: Rows, dismissed: Iterable[tuple[int, list[int]]]) -> Iterator[Gathering]:
    """Yield the items that each recorded event covers; where several do, the shortest of them takes an item."""
    refused: dict[int, set[int]] = defaultdict(set)
    for key, items in dismissed:
        refused[key].update(items)
    places = Prefetch("places", Place.objects.select_related("merged_into"))
    events = [
        event
        for event in Event.objects.standing().exclude(date_earliest=None).prefetch_related(places).order_by("pk")
        if (event.date_latest - event.date_earliest).days < LONGEST_EVENT_DAYS
    ]
    events.sort(key=lambda event: ((event.date_latest - event.date_earliest).days, event.pk), reverse=True)
    columns, chosen = rows.columns, np.full(len(rows.items), -1, dtype=np.int64)
    by_first_day = np.argsort(columns.first_day, kind="stable")
    days = columns.first_day[by_first_day]
    for number, event in enumerate(events):
        since, until = np.searchsorted(days, [event.date_earliest.toordinal(), event.date_latest.toordinal() + 1])
        some = by_first_day[since:until]
        some = some[columns.last_day[some] <= event.date_latest.toordinal()]
        some = some[~np.isin(rows.items[some], list(refused[event.pk]))]
        for place in event.places.all() if len(some) else ():
            chosen[some[_at(place.current, rows, some)]] = number
    for number in np.unique(chosen[chosen >= 0]):
        members = np.flatnonzero(chosen == number)
        yield Gathering(rows, members, int(members[0]), events[number])


def _at(place: Place, rows: Rows, some: np.ndarray) -> np.ndarray:
    """Say of each of these rows whether it lies at a place of an event: beneath it, within 25 km, or on that coast."""
    here = (int(key) for key in np.unique(rows.place[some]) if key >= 0)
    is_there = np.isin(rows.place[some], [key for key in here if rows.places[key].path.startswith(place.path)])
    latitudes, longitudes = rows.columns.latitude_degrees[some], rows.columns.longitude_degrees[some]
    if place.kind in Place.POINT_KINDS and place.point:
        is_there |= distances_metres(*place.point, latitudes, longitudes) <= NEAR_METRES
    if place.kind in _OUTLINED and place.outline:
        is_there |= _inside(place, latitudes, longitudes) | (rows.columns.coast[some] == place.pk)
    return is_there


def _not_dismissed(proposed: Iterable[Gathering], dismissed: Iterable[list[int]]) -> Iterator[Gathering]:
    """Leave out what a person dismissed, be it the same items or some of them."""
    sets_of_item: dict[int, list[set[int]]] = defaultdict(list)
    for items in map(set, dismissed):
        for item in items:
            sets_of_item[item].append(items)
    for gathering in proposed:
        if not any(items.issuperset(gathering.items) for items in sets_of_item.get(gathering.items[0], [])):
            yield gathering


def _give_keys(proposed: list[Gathering]) -> None:
    """Name each proposal for its address, after its event or its days and place."""
    taken: Counter[str] = Counter()
    for gathering in proposed:
        about = gathering.event.slug if gathering.event else gathering.place.slug if gathering.place else "unnamed"
        key = f"event-{about}" if gathering.event else f"{gathering.date_edtf.replace('/', '-')}-{about}"
        taken[key] += 1
        gathering.key = key if taken[key] == 1 else f"{key}-{taken[key]}"
