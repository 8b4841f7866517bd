"""Make the gazetteer that captions are read against from the authorities held in the database."""

import math
import re
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from archive.authorities.gazetteer import known_places
from archive.authorities.models import Outlet, OutletName, Place
from archive.authorities.place_table import PlacesBySlug, PlaceTable
from archive.authorities.revision import Kept
from archive.extraction.captions.gazetteer import (
    Gazetteer,
    PlaceRecord,
    counts,
    folded_outlets,
    put_start,
    shortened_county,
    shortened_town,
    without_article,
    words_of_name,
)
from archive.extraction.captions.read_caption import CaptionReading, read_caption
from archive.standards.normal_form import normalise

# Readings kept in a process, by the characters of their texts: some 10,000 captions.
_KEPT_CHARACTERS = 2_000_000
_NAMES_KEPT = 20_000
_POSSESSIVE = re.compile(r"['’ʼ`]s\b")
_ARTICLE = re.compile(r"(?:the|le|la|les|de|het)\b|l['’]", re.IGNORECASE)


@dataclass(frozen=True)
class Known:
    """The gazetteer of captions and the records that its names lead to; these are for reading."""

    gazetteer: Gazetteer
    # slug -> place, all above it linked in memory: `full_name` asks nothing of the database
    places: Mapping[str, Place]
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
    """Read all standing outlets, and the places where they changed since. A merged place's names lead to its heir."""
    outlet_names = list(
        OutletName.objects.filter(outlet__merged_into=None)
        .order_by("pk")
        .values_list("name", "outlet__kind", "outlet_id")
    )
    outlets: dict[str, set[int]] = defaultdict(set)
    for name, _kind, outlet_id in outlet_names:
        outlets[normalise(name)].add(outlet_id)
    table = known_places()
    names = _NamesOfCaptions(table)
    return Known(
        Gazetteer(
            names.bearers,
            names.starts,
            names.beneath,
            folded_outlets((name, kind) for name, kind, _id in outlet_names),
        ),
        PlacesBySlug(table),
        {name: next(iter(ids)) for name, ids in outlets.items() if len(ids) == 1},
    )


class _NamesOfCaptions:
    """The names of a table of places as captions are read by them; a record is made where a caption asks for it."""

    def __init__(self, table: PlaceTable) -> None:
        self._table = table
        self._records: dict[int, PlaceRecord] = {}
        self._above: dict[int, frozenset[str]] = {}
        self._borne: dict[str, tuple[PlaceRecord, ...]] = {}
        # Where the words of a caption part otherwise than the words of the table: "margaret s bay", "havre".
        self._further: dict[str, list[int]] = defaultdict(list)
        self.starts: dict[str, int] = {}
        self.beneath: dict[str, list[PlaceRecord]] = defaultdict(list)
        for normalised in table.all_named():
            put_start(self.starts, normalised)
        for number, name in enumerate(table.name_texts):
            line = table.standing(table.name_lines[number])
            words = words_of_name(name) if _POSSESSIVE.search(name) else ""
            if words:
                self._put_further(words, number)
            if short := shortened_county(name):
                self._put_further(short, number)
            if ("on" in name or "by" in name) and (short := shortened_town(name, table.population(line))):
                self._put_further(short, number)
            if _ARTICLE.match(name):
                melted = without_article(words or words_of_name(name), table.kinds[line], table.population(line))
                if melted:
                    self._put_further(melted, number)
        for line, kind in enumerate(table.kinds):
            if kind in ("BEACH", "HARBOUR", "PORT") and table.standing(line) == line:
                record = self._record(line)
                for slug in record.above:
                    self.beneath[slug].append(record)

    def _put_further(self, words: str, number: int) -> None:
        self._further[words].append(number)
        put_start(self.starts, words)

    def bearers(self, words: str) -> tuple[PlaceRecord, ...]:
        """Return the places that bear the name, each once."""
        if words not in self._borne:
            if len(self._borne) >= _NAMES_KEPT:
                self._borne.clear()
            self._borne[words] = tuple(self._bearing(words).values())
        return self._borne[words]

    def _bearing(self, words: str) -> dict[int, PlaceRecord]:
        table, borne = self._table, {}
        for number in (*table.named(words), *self._further.get(words, ())):
            line = table.standing(table.name_lines[number])
            if line not in borne and counts(
                table.name_texts[number], table.names[line], known=bool(table.name_known[number])
            ):
                borne[line] = self._record(line)
        return borne

    def _record(self, line: int) -> PlaceRecord:
        if line not in self._records:
            table = self._table
            point = (table.latitudes[line], table.longitudes[line])
            self._records[line] = PlaceRecord(
                table.slugs[line],
                table.names[line],
                table.kinds[line],
                table.countries[line],
                self._around(line),
                None if math.isnan(point[0]) else point,
                table.population(line),
            )
        return self._records[line]

    def _around(self, line: int) -> frozenset[str]:
        parent = self._table.parents[line]
        if parent not in self._above:
            self._above[parent] = frozenset(self._table.slugs[above] for above in self._table.above(line))
        return self._above[parent]


kept = Kept(_load, of=(Place, Outlet))
