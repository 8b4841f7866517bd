"""Make the gazetteer that captions are read against from the authorities held in the database."""

import threading
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from datetime import date

from archive.authorities.models import Outlet, OutletName, Place, PlaceName
from archive.authorities.revision import Kept
from archive.extraction.captions.gazetteer import Gazetteer, PlaceRecord
from archive.extraction.captions.reading import CaptionReading, read_caption
from archive.standards.wording import normalise

# Readings kept in a process, by the characters of their texts: some 10,000 captions.
_KEPT_CHARACTERS = 2_000_000


@dataclass(frozen=True)
class Known:
    """The gazetteer of captions and the records that its names lead to; these are for reading."""

    gazetteer: Gazetteer
    # slug -> place, all above it linked in memory: `full_name` asks nothing of the database
    places: dict[str, Place]
    # normalised name -> key of the one outlet that bears it
    outlets: dict[str, int]
    readings: "_Readings" = field(default_factory=lambda: _Readings())

    def read(self, text: str, *, published: date | None, language: str) -> CaptionReading:
        """
        Read a caption, or return what it read before: the same text, day and language read the same.

        What a rule or a place changes makes a new `Known`, which has read nothing yet.
        """
        return self.readings.read(text, published, language, self.gazetteer)


class _Readings:
    """The readings of the captions asked for last, as many as a bounded number of characters allows."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, date | None, str], CaptionReading] = OrderedDict()
        self._characters = 0

    def read(self, text: str, published: date | None, language: str, gazetteer: Gazetteer) -> CaptionReading:
        key = (text, published, language)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        reading = read_caption(text, gazetteer=gazetteer, published=published, language=language)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = reading
                self._characters += len(text)
            while self._characters > _KEPT_CHARACTERS:
                (dropped, _day, _language), _reading = self._kept.popitem(last=False)
                self._characters -= len(dropped)
        return reading


def known_names() -> Known:
    """Return what is held in this process, read anew if a place or outlet changed since; one small query."""
    return kept.get()


def _load() -> Known:
    """Read all standing places and outlets; three queries. A merged place's names lead to the one that took it in."""
    outlet_names = list(
        OutletName.objects.filter(outlet__merged_into=None)
        .order_by("pk")
        .values_list("name", "outlet__kind", "outlet_id")
    )
    places = {place.pk: place for place in Place.objects.order_by("pk")}
    names: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for place_id, name, language in PlaceName.objects.order_by("pk").values_list("place", "name", "language"):
        if place := places.get(place_id):
            names[place.merged_into_id or place_id].append((name, language))
    records = []
    for place in places.values():
        place.parent = places.get(place.parent_id)
        if place.merged_into_id is None:
            above = frozenset(places[pk].slug for pk in place.ancestor_ids if pk in places)
            record = PlaceRecord(place.slug, place.name, place.kind, place.country_code, above, place.point)
            records.append((record, names[place.pk]))
    bearers: dict[str, set[int]] = defaultdict(set)
    for name, _kind, outlet_id in outlet_names:
        bearers[normalise(name)].add(outlet_id)
    return Known(
        Gazetteer.of(records, [(name, kind) for name, kind, _id in outlet_names]),
        {place.slug: place for place in places.values() if place.merged_into_id is None},
        {name: next(iter(ids)) for name, ids in bearers.items() if len(ids) == 1},
    )


kept = Kept(_load, of=(Place, Outlet))
