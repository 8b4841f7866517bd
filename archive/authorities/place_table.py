"""
All places and their names, in columns: some 500 bytes a place, where a record of the ORM with its names takes 4,000.

A place is made a record when somebody asks for it; the records given out are for reading.
"""

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from sys import intern

from archive.authorities.models import Place, PlaceName
from archive.authorities.record_tree import path_of

_AT_ONCE = 5_000
# What is not counted, for columns that hold numbers alone.
_NONE = -1


class PlaceTable:
    """The places as they were at one moment; three queries. A place is known here by its line, or by its key."""

    def __init__(self) -> None:
        self.keys, self.parents, self.merged = array("q"), array("q"), array("q")
        self.latitudes, self.longitudes = array("d"), array("d")
        self.radii, self.populations = array("q"), array("q")
        # Two letters of each country, by them and by its three.
        self.country_codes: dict[str, str] = {}
        # What no gazetteer file brought.
        self.made_by_hand = bytearray()
        self.slugs: list[str] = []
        self.names: list[str] = []
        self.kinds: list[str] = []
        self.countries: list[str] = []
        self._outlines: dict[int, list] = {}
        self._records: dict[int, Place] = {}
        rows = Place.objects.order_by("pk").values_list(
            "pk", "slug", "name", "kind", "country_code", "latitude_degrees", "longitude_degrees", "radius_metres",
            "population", "parent", "merged_into", "source_id",
        )  # fmt: skip
        for row in rows.iterator(chunk_size=_AT_ONCE):
            key, slug, name, kind, country, latitude, longitude, radius, population, parent, merged, source_id = row
            self.keys.append(key)
            if kind == Place.Kind.COUNTRY:
                self.country_codes[country] = self.country_codes[source_id[-3:]] = country
            self.made_by_hand.append(not source_id)
            self.slugs.append(slug)
            self.names.append(name)
            self.kinds.append(intern(kind))
            self.countries.append(intern(country))
            self.latitudes.append(math.nan if latitude is None else latitude)
            self.longitudes.append(math.nan if longitude is None else longitude)
            self.radii.append(_NONE if radius is None else radius)
            self.populations.append(_NONE if population is None else population)
            self.parents.append(parent or _NONE)
            self.merged.append(merged or _NONE)
        self._outlines = dict(Place.objects.exclude(outline=[]).values_list("pk", "outline"))
        self.name_texts: list[str] = []
        self.name_lines = array("l")
        # A leading name or one in a known language; the others are spellings and transliterations from far away.
        self.name_known = bytearray()
        self._named: dict[str, int | tuple[int, ...]] = {}
        self._read_names()
        self._normals: list[str] | None = None

    def _read_names(self) -> None:
        rows = PlaceName.objects.order_by("pk").values_list("place", "name", "language", "normalised")
        for key, name, language, normalised in rows.iterator(chunk_size=_AT_ONCE):
            line = self.line(key)
            if line is None:
                continue
            leading = self.names[line]
            at = len(self.name_texts)
            self.name_texts.append(leading if name == leading else name)
            self.name_known.append(bool(language) or name == leading)
            self.name_lines.append(line)
            # One text for both, where a name is written in lower case; most names are borne once.
            before = self._named.get(normalised)
            if before is None:
                self._named[normalised] = at
            else:
                self._named[normalised] = (*before, at) if isinstance(before, tuple) else (before, at)

    def line(self, key: int) -> int | None:
        """Return the line of the place with this key, None if it is not here."""
        at = bisect_left(self.keys, key)
        return at if at < len(self.keys) and self.keys[at] == key else None

    def standing(self, line: int) -> int:
        """Return the line of the place that stands for this one: itself, if nobody merged it into another."""
        merged = self.line(self.merged[line]) if self.merged[line] != _NONE else None
        return line if merged is None else merged

    def population(self, line: int) -> int | None:
        return None if self.populations[line] == _NONE else self.populations[line]

    def named(self, normalised: str) -> tuple[int, ...]:
        """Return the numbers of the names that read so once normalised."""
        numbers = self._named.get(normalised, ())
        return numbers if isinstance(numbers, tuple) else (numbers,)

    def all_named(self) -> Iterator[str]:
        return iter(self._named)

    def beginning(self, wanted: str) -> Iterator[str]:
        """Give the normalised names that begin so, in the order of letters."""
        if self._normals is None:
            self._normals = sorted(self._named)
        at = bisect_left(self._normals, wanted)
        while at < len(self._normals) and self._normals[at].startswith(wanted):
            yield self._normals[at]
            at += 1

    def above(self, line: int) -> Iterator[int]:
        """Give the lines of the places around a place, the nearest first."""
        while self.parents[line] != _NONE:
            line = self.line(self.parents[line])  # type: ignore[assignment] # a parent is a place
            yield line

    def place(self, line: int) -> Place:
        """Return the record, all above it linked in memory: `full_name` and `current` ask nothing of the database."""
        if line not in self._records:
            parent = None if self.parents[line] == _NONE else self.place(self.line(self.parents[line]))
            merged = None if self.merged[line] == _NONE else self.place(self.line(self.merged[line]))
            point = self.latitudes[line], self.longitudes[line]
            values = {
                "id": self.keys[line],
                "slug": self.slugs[line],
                "name": self.names[line],
                "kind": self.kinds[line],
                "country_code": self.countries[line],
                "latitude_degrees": None if math.isnan(point[0]) else point[0],
                "longitude_degrees": None if math.isnan(point[1]) else point[1],
                "radius_metres": None if self.radii[line] == _NONE else self.radii[line],
                "population": self.population(line),
                "outline": self._outlines.get(self.keys[line], []),
                "parent_id": parent and parent.pk,
                "merged_into_id": merged and merged.pk,
                "path": "",
            }
            # The columns that are not held here are fetched where somebody asks for them.
            columns = [field.attname for field in Place._meta.concrete_fields if field.attname in values]
            record = Place.from_db(Place.objects.db, columns, [values[column] for column in columns])
            record.parent, record.merged_into = parent, merged
            record.path = path_of(record, parent)
            self._records[line] = record
        return self._records[line]


class PlacesBySlug(Mapping[str, Place]):
    """The standing places of a table by their slugs."""

    def __init__(self, table: PlaceTable) -> None:
        self._table = table
        self._lines = {slug: line for line, slug in enumerate(table.slugs) if table.merged[line] == _NONE}

    def __getitem__(self, slug: str) -> Place:
        return self._table.place(self._lines[slug])

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)
