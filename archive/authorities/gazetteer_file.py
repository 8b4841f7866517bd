"""Load places from gazetteer files. Loading again changes nothing; a changed row changes its place."""

import csv
import gzip
import hashlib
import io
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext as _

from archive.authorities import revision
from archive.authorities.geometry import distances_metres
from archive.authorities.models import AuthorityRevision, Place, PlaceName
from archive.authorities.record_tree import nest, path_of
from archive.authorities.slugs import place_slugs
from archive.ledger.record_acts import act, recording
from archive.standards.batches import batches
from archive.standards.normal_form import normalise

DATA = Path(__file__).parent / "data"
COUNTRIES = DATA / "countries.csv"
EUROPE = DATA / "europe.csv.gz"
SHIPPED = (COUNTRIES, DATA / "gazetteer.csv", DATA / "additions.csv", DATA / "coasts.csv", EUROPE)
NEEDED_COLUMNS = ("name", "alt_names", "kind", "country_code", "admin1", "admin2", "lat", "lon", "source_id", "source")
# A beach is a town's own when the town's centre is this near; farther ones stand beneath the county.
NEAREST_TOWN_METRES = 8_000
USUAL_RADIUS_METRES = {
    Place.Kind.TOWN: 2_500,
    Place.Kind.BEACH: 800,
    # The World Port Index rounds to a minute of arc.
    Place.Kind.HARBOUR: 2_000,
    Place.Kind.PORT: 2_000,
    Place.Kind.BATHING_LAKE: 800,
    Place.Kind.BAY: 3_000,
    Place.Kind.HEADLAND: 800,
}
_KINDS = frozenset(Place.Kind.values)
_TIERS = (Place.Kind.COUNTRY, Place.Kind.REGION, Place.Kind.COUNTY, Place.Kind.TOWN)
_BENEATH_TOWNS = (Place.Kind.BEACH, Place.Kind.HARBOUR, Place.Kind.PORT, Place.Kind.BATHING_LAKE)
_PROBLEMS_SHOWN = 20
_BATCH_ROWS = 2_000
_CHANGED_ROWS = 400
_FIELDS = (
    "name",
    "kind",
    "country_code",
    "latitude_degrees",
    "longitude_degrees",
    "radius_metres",
    "outline",
    "population",
    "licence",
)
# The row of the table of marks that says which files were loaded last.
_LOADED_LAST = "gazetteer files"
_CREATED = ("id", "slug", *_FIELDS, "source", "source_id", "row_digest", "path", "parent_id")


class BadGazetteer(ValueError):
    """A file could not be loaded; the message names each bad line. Nothing of the file was stored."""


@dataclass(frozen=True)
class Row:
    """One line of a gazetteer file, understood."""

    where: str
    name: str
    names: list[tuple[str, str]]
    kind: str
    country_code: str
    region: str
    county: str
    latitude_degrees: float | None
    longitude_degrees: float | None
    radius_metres: int | None
    outline: list[list[float]]
    population: int | None
    source: str
    source_id: str
    licence: str
    parent_name: str
    digest: str

    @cached_property
    def key(self) -> tuple[str, str]:
        return self.source, self.source_id

    @property
    def origin(self) -> str:
        """How the names that came with this row are known again, wherever a merge has taken them."""
        return f"{self.source}/{self.source_id}"


@dataclass(frozen=True)
class Loaded:
    created: int
    updated: int
    unchanged: int
    # Names that rows no longer have, each as "name (place)".
    names_removed: tuple[str, ...] = ()


def load_gazetteer(
    files: Iterable[Path] = SHIPPED, *, by: str = "load_gazetteer", progress: Callable[[int, int], None] | None = None
) -> Loaded:
    """
    Load gazetteer files as one: later rows of a source's own key replace earlier ones. All or nothing.

    A name that came with a row and that the row no longer has is removed; what people added stays.

    A place is known again by its source and the source's key. Its slug, and what people changed by hand since, stay as
    they are until the row itself changes. Countries come first, from the project's own list, whatever the files.

    The very files that were loaded last are not read again.

    :param progress: called with the places stored so far and their total
    :raises BadGazetteer: a file or a line cannot be understood
    """
    files = list(dict.fromkeys([COUNTRIES, *files]))
    digest = _digest(files)
    if AuthorityRevision.objects.filter(sort=_LOADED_LAST, mark=digest).exists():
        return Loaded(0, 0, Place.objects.exclude(source_id="").count())
    rows = list({row.key: row for path in files for row in read_rows(path)}.values())
    with recording():
        revision.lock_alone()
        known = _Known()
        is_first = not known.held
        rows += _areas_named_only(rows, known)
        new = [row for row in rows if row.key not in known.held]
        changed = [row for row in rows if row.key in known.held and known.held[row.key].row_digest != row.digest]
        _create(new, known, progress or (lambda done, total: None))
        before = [(known.held[row.key].name, known.held[row.key].parent_id) for row in changed]
        _change(changed, known)
        removed_of = {} if is_first else _remove_names(rows)
        removed = [f"{name} ({place})" for of_row in removed_of.values() for name, place in of_row]
        if new or changed or removed:
            revision.advance(Place)
            # What names them follows, as after a change by hand.
            for row, (former_name, former_parent) in zip(changed, before, strict=True):
                place = known.held[row.key]
                payload: dict[str, object] = {"former_name": former_name}
                if row.origin in removed_of:
                    payload["former_names"] = [name for name, _place in removed_of[row.origin]]
                if place.parent_id != former_parent:
                    payload["parent"] = place.parent.slug if place.parent else ""
                act(verb="load gazetteer", subject=place, actor=by, payload=payload)
            counts = {"created": len(new), "updated": len(changed), "files": [path.name for path in files]}
            if removed:
                counts["names removed"] = removed
            act(verb="load gazetteer", subject="authorities.place", actor=by, payload=counts)
        AuthorityRevision.objects.update_or_create(sort=_LOADED_LAST, defaults={"mark": digest})
    return Loaded(len(new), len(changed), len(rows) - len(new) - len(changed), tuple(removed))


def _digest(files: list[Path]) -> str:
    digest = hashlib.blake2s(digest_size=16)
    for path in files:
        try:
            digest.update(hashlib.blake2s(path.read_bytes()).digest())
        except OSError:
            # Reading its rows tells what is wrong.
            digest.update(path.name.encode())
    return digest.hexdigest()


def read_rows(path: Path) -> list[Row]:
    """
    Read one gazetteer file (CSV, UTF-8, with the columns of `NEEDED_COLUMNS`; packed by gzip if its name ends so).

    `licence`, `parent` (the name of the place above), `radius_metres`, `population` and `outline` ("lat lon;lat lon;…")
    may be there too. A name in `alt_names` may begin with its language: "nl:Duinkerke".

    :raises BadGazetteer: with the first bad lines by number
    """
    try:
        with _opened(path) as stream:
            lines = csv.DictReader(stream)
            missing = [column for column in NEEDED_COLUMNS if column not in (lines.fieldnames or ())]
            if missing:
                raise BadGazetteer(
                    _("%(file)s has no column %(columns)s. Its first line must name the columns: %(needed)s.")
                    % {"file": path.name, "columns": ", ".join(missing), "needed": ", ".join(NEEDED_COLUMNS)}
                )
            rows, problems = [], []
            place_in_file = _("%(file)s line %(number)d")
            for line in lines:
                where = place_in_file % {"file": path.name, "number": lines.line_num}
                try:
                    rows.append(_row(line, where))
                except ValueError as problem:
                    problems.append(f"{where}: {problem}")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as problem:
        raise BadGazetteer(
            _("%(file)s cannot be read as a table: %(problem)s. It must be CSV in UTF-8.")
            % {"file": path.name, "problem": problem}
        ) from problem
    for key, count in Counter(row.key for row in rows).items():
        if count > 1:
            problems.append(
                _("%(file)s: source_id %(id)s stands in %(count)d lines.")
                % {"file": path.name, "id": key[1], "count": count}
            )
    _refuse(problems)
    return rows


def _opened(path: Path) -> io.TextIOBase:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _row(line: dict[str, str], where: str) -> Row:
    if None in line or None in line.values():
        raise ValueError(_("the line has more or fewer fields than the first line has columns."))
    cell = {column: value.strip() for column, value in line.items()}
    kind = cell["kind"].upper().replace("-", "_").replace(" ", "_")
    if kind not in _KINDS:
        kinds = ", ".join(code.lower() for code in Place.Kind.values)
        raise ValueError(_('kind "%(kind)s" is none of %(kinds)s.') % {"kind": cell["kind"], "kinds": kinds})
    for column in ("name", "source", "source_id"):
        if not cell[column]:
            raise ValueError(_("%(column)s is empty.") % {"column": column})
    for column, longest in (("name", 200), ("source", 100), ("source_id", 100)):
        if len(cell[column]) > longest:
            raise ValueError(
                _("%(column)s is longer than %(longest)d characters.") % {"column": column, "longest": longest}
            )
    country = cell["country_code"].upper()
    if kind != Place.Kind.SEA_AREA and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise ValueError(_('country_code "%(code)s" is not two letters, such as FR.') % {"code": cell["country_code"]})
    if not cell["lat"] and not cell["lon"]:
        point = (None, None)
    else:
        point = (_degrees("lat", cell["lat"], 90), _degrees("lon", cell["lon"], 180))
    whole = {column: cell.get(column, "") for column in ("radius_metres", "population")}
    for column, number in whole.items():
        if number and not (number.isdecimal() and len(number) < 10):
            raise ValueError(
                _('%(column)s "%(number)s" is no whole number below 1000000000.') % {"column": column, "number": number}
            )
    return Row(
        where=where,
        name=cell["name"],
        names=list(_names(cell["name"], cell["alt_names"])),
        kind=kind,
        country_code=country,
        region=cell["admin1"],
        county=cell["admin2"],
        latitude_degrees=point[0],
        longitude_degrees=point[1],
        radius_metres=int(whole["radius_metres"]) if whole["radius_metres"] else USUAL_RADIUS_METRES.get(kind),
        outline=_outline(cell.get("outline", "")),
        population=int(whole["population"]) if whole["population"] else None,
        source=cell["source"],
        source_id=cell["source_id"],
        licence=cell.get("licence", ""),
        parent_name=cell.get("parent", ""),
        digest=hashlib.blake2s(repr(sorted(cell.items())).encode(), digest_size=16).hexdigest(),
    )


def _degrees(column: str, written: str, limit: int) -> float:
    try:
        degrees = float(written)
    except ValueError:
        degrees = float("nan")
    if not abs(degrees) <= limit:
        raise ValueError(
            _('%(column)s "%(written)s" is no number of degrees from -%(limit)d to %(limit)d.')
            % {"column": column, "written": written, "limit": limit}
        )
    return degrees


def _outline(written: str) -> list[list[float]]:
    corners = [corner.split() for corner in written.split(";") if corner.strip()]
    if corners and (len(corners) < 3 or any(len(corner) != 2 for corner in corners)):
        raise ValueError(_('outline needs three corners or more, written "lat lon;lat lon;lat lon".'))
    return [[_degrees("outline", north, 90), _degrees("outline", east, 180)] for north, east in corners]


def _names(name: str, alt_names: str) -> Iterator[tuple[str, str]]:
    """Give each name once with its language or "", the leading one first."""
    languages: dict[str, str] = {name: ""}
    for written in alt_names.split("|"):
        tag, colon, rest = written.partition(":")
        tagged = colon and 2 <= len(tag) <= 3 and tag.isascii() and tag.islower()
        language, alternative = (tag, rest.strip()) if tagged else ("", written.strip())
        if alternative and len(alternative) <= 200 and normalise(alternative):
            languages[alternative] = languages.get(alternative) or language
    yield from languages.items()


def _refuse(problems: list[str]) -> None:
    if problems:
        shown = problems[:_PROBLEMS_SHOWN]
        if len(problems) > len(shown):
            shown.append(_("and %(count)d lines more.") % {"count": len(problems) - len(shown)})
        raise BadGazetteer("\n".join([*shown, _("Nothing was stored. Correct the lines and load the file again.")]))


class _Known:
    """The places held so far, by the source's key and by name, and the towns on the map."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], Place] = {}
        self._named: dict[tuple[str, str, str], list[Place]] = defaultdict(list)
        self._towns: dict[str, list[Place]] = defaultdict(list)
        self._points: dict[str, np.ndarray] = {}
        names = defaultdict(list)
        for place_id, normalised in PlaceName.objects.values_list("place", "normalised"):
            names[place_id].append(normalised)
        for place in Place.objects.all():
            self.add(place, names[place.pk])

    def add(self, place: Place, normalised_names: Iterable[str]) -> None:
        self.held[place.source, place.source_id] = place
        if place.merged_into_id is None:
            for name in normalised_names:
                self._named[place.kind, place.country_code, name].append(place)
            if place.kind == Place.Kind.COUNTRY:
                self._named[place.kind, place.country_code, ""].append(place)
            if place.kind == Place.Kind.TOWN and place.point:
                self._towns[place.country_code].append(place)
                self._points.pop(place.country_code, None)

    def named(self, kind: str, country_code: str, name: str) -> list[Place]:
        return self._named.get((kind, country_code, normalise(name)), [])

    def parent_of(self, row: Row) -> Place | None:
        """Return the place that a row stands beneath: the one it names, else the nearest town, else its area."""
        if row.parent_name:
            return self._hinted(row)
        if row.kind in (Place.Kind.COUNTRY, Place.Kind.SEA_AREA):
            return None
        areas = self.named(Place.Kind.COUNTRY, row.country_code, "")
        if not areas:
            problem = _("%(where)s: there is no country %(code)s.")
            _refuse([problem % {"where": row.where, "code": row.country_code}])
        if row.kind != Place.Kind.REGION and row.region:
            areas = self.named(Place.Kind.REGION, row.country_code, row.region) or areas
        if row.kind not in (Place.Kind.REGION, Place.Kind.COUNTY) and row.county:
            areas = self.named(Place.Kind.COUNTY, row.country_code, row.county) or areas
        return (row.kind in _BENEATH_TOWNS and self._nearest_town(row)) or areas[0]

    def _hinted(self, row: Row) -> Place:
        kinds = (Place.Kind.SEA_AREA,) if row.kind == Place.Kind.SEA_AREA else reversed(_TIERS)
        for kind in kinds:
            if named := self.named(kind, row.country_code, row.parent_name):
                return min(named, key=lambda place: self._metres(row, [place.point or (-90, 0)])[0])
        problem = _(
            '%(where)s: there is no place "%(parent)s" for %(name)s to stand beneath. Name it in a line before.'
        )
        _refuse([problem % {"where": row.where, "parent": row.parent_name, "name": row.name}])

    def _nearest_town(self, row: Row) -> Place | None:
        towns = self._towns[row.country_code]
        if not towns or row.latitude_degrees is None:
            return None
        if row.country_code not in self._points:
            self._points[row.country_code] = np.array([town.point for town in towns])
        metres = self._metres(row, self._points[row.country_code])
        nearest = int(metres.argmin())
        return towns[nearest] if metres[nearest] <= NEAREST_TOWN_METRES else None

    @staticmethod
    def _metres(row: Row, points: np.ndarray | list) -> np.ndarray:
        latitudes, longitudes = np.array(points).T
        return distances_metres(row.latitude_degrees or 0, row.longitude_degrees or 0, latitudes, longitudes)


def _areas_named_only(rows: list[Row], known: _Known) -> list[Row]:
    """Make rows of the regions and counties that rows name but no row describes, at the middle of what they hold."""
    described = {(row.kind, row.country_code, normalise(name)) for row in rows for name, _language in row.names}
    holding: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.kind in (Place.Kind.COUNTRY, Place.Kind.REGION, Place.Kind.SEA_AREA):
            continue
        areas = [(Place.Kind.REGION, row.region)]
        if row.kind != Place.Kind.COUNTY:
            areas.append((Place.Kind.COUNTY, row.county))
        for kind, name in areas:
            key = (kind, row.country_code, normalise(name))
            if name and key not in described and (row.latitude_degrees is not None):
                holding[key].append(row)
    return [
        _area(kind, country_code, within)
        for (kind, country_code, _name), within in holding.items()
        if not known.named(kind, country_code, within[0].region if kind == Place.Kind.REGION else within[0].county)
    ]


def _area(kind: str, country_code: str, within: list[Row]) -> Row:
    first = within[0]
    name = first.region if kind == Place.Kind.REGION else first.county
    points = np.array([(row.latitude_degrees, row.longitude_degrees) for row in within])
    middle = points.mean(axis=0)
    reach = distances_metres(*middle, points[:, 0], points[:, 1]).max()
    # An area that holds nothing but towns of a long list is no better known than they are together.
    people = [row.population for row in within if row.population is not None]
    return Row(
        where=first.where,
        name=name,
        names=[(name, "")],
        kind=kind,
        country_code=country_code,
        region=first.region if kind == Place.Kind.COUNTY else "",
        county="",
        latitude_degrees=round(float(middle[0]), 2),
        longitude_degrees=round(float(middle[1]), 2),
        radius_metres=max(5_000, round(float(reach), -3)),
        outline=[],
        population=min(sum(people), 999_999_999) if len(people) == len(within) else None,
        source="GeoNames administrative names",
        source_id=f"{country_code}/{kind}/{name}",
        licence="CC-BY-4.0",
        parent_name="",
        digest="",
    )


def _create(rows: list[Row], known: _Known, progress: Callable[[int, int], None]) -> None:
    places = {row.key: Place(source=row.source, source_id=row.source_id, **_values(row)) for row in rows}
    taken = {place.slug for place in known.held.values()}
    # A long list of towns takes no plain name from the places of this archive's own coasts.
    for listed in (False, True):
        some = [row for row in rows if (row.population is not None) == listed]
        place_slugs([(places[row.key], row.county or row.region) for row in some], taken)
    keys, created = _free_keys(len(rows)), 0
    for batch in _parents_first(rows):
        names = []
        for row in batch:
            place = places[row.key]
            place.pk, place.parent = next(keys), known.parent_of(row)
            place.path = path_of(place, place.parent)
            names += [(place.pk, name, language, normalise(name), row.origin) for name, language in row.names]
        _insert(Place, _CREATED, [[getattr(places[row.key], field) for field in _CREATED] for row in batch])
        _insert(PlaceName, ("place_id", "name", "language", "normalised", "origin"), names)
        for row in batch:
            known.add(places[row.key], [normalise(name) for name, _language in row.names])
        created += len(batch)
        progress(created, len(rows))


def _free_keys(count: int) -> Iterator[int]:
    """Reserve keys for places; nobody else makes places until the end of the transaction."""
    table = connection.ops.quote_name(Place._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            cursor.execute(sequence, [Place._meta.db_table, count])
            return iter([key for (key,) in cursor.fetchall()])
        # Places are never deleted: no key above the highest was ever used.
        cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}")
        last = cursor.fetchone()[0]
    return iter(range(last + 1, last + 1 + count))


def _insert(model: type[Model], fields: Sequence[str], rows: list[Sequence[object]]) -> None:
    """Insert rows by one prepared statement: the ORM takes ten times as long for as many places."""
    if not rows:
        return
    quote, meta = connection.ops.quote_name, model._meta
    columns = ", ".join(quote(field) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    if "outline" in fields:
        at, outline = fields.index("outline"), meta.get_field("outline")
        # Hardly any place has one.
        none = outline.get_db_prep_save([], connection)
        prepared = [outline.get_db_prep_save(row[at], connection) if row[at] else none for row in rows]
        rows = [[*row[:at], shape, *row[at + 1 :]] for row, shape in zip(rows, prepared, strict=True)]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({marks})", rows)


def _parents_first(rows: list[Row]) -> Iterator[Sequence[Row]]:
    """Give the rows in batches whose parents are in batches before; sea areas nest in one another, one by one."""
    for kind in _TIERS:
        yield from batches([row for row in rows if row.kind == kind], _BATCH_ROWS)
    for row in rows:
        if row.kind == Place.Kind.SEA_AREA:
            yield [row]
    yield from batches([row for row in rows if row.kind not in (*_TIERS, Place.Kind.SEA_AREA)], _BATCH_ROWS)


def _change(rows: list[Row], known: _Known) -> None:
    places = {row.key: known.held[row.key] for row in rows}
    for row in rows:
        for name, value in _values(row).items():
            setattr(places[row.key], name, value)
    for batch in batches(rows, _CHANGED_ROWS):
        Place.objects.bulk_update([places[row.key] for row in batch], [*_FIELDS, "licence", "row_digest"])
        names = _place_names(batch, places)
        PlaceName.objects.bulk_create(names, ignore_conflicts=True)
        tagged = [name for name in names if name.language]
        PlaceName.objects.bulk_create(
            tagged, update_conflicts=True, unique_fields=["place", "name"], update_fields=["language"]
        )
    for row in rows:
        place, parent = places[row.key], known.parent_of(row)
        # A merged place stays beneath the one that stands for it.
        if place.merged_into_id is None and place.parent_id != (parent.pk if parent else None):
            nest(place, parent)


def _remove_names(rows: list[Row]) -> dict[str, list[tuple[str, str]]]:
    """Remove the names that these rows brought and no longer have; return each with its place, by the row's origin."""
    names = {row.origin: {name for name, _language in row.names} for row in rows}
    stored = PlaceName.objects.exclude(origin="").order_by("place", "pk")
    gone = []
    by_origin: dict[str, list[tuple[str, str]]] = {}
    for key, name, origin, place in stored.values_list("pk", "name", "origin", "place__name").iterator():
        if name not in names.get(origin, (name,)):
            gone.append(key)
            by_origin.setdefault(origin, []).append((name, place))
    PlaceName.objects.filter(pk__in=gone).delete()
    return by_origin


def _values(row: Row) -> dict[str, object]:
    return {name: getattr(row, name) for name in _FIELDS} | {"licence": row.licence, "row_digest": row.digest}


def _place_names(rows: list[Row], places: dict[tuple[str, str], Place]) -> list[PlaceName]:
    return [
        PlaceName(place=places[row.key], name=name, language=language, normalised=normalise(name), origin=row.origin)
        for row in rows
        for name, language in row.names
    ]
