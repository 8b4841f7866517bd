"""What the index holds of an item for each audience that may see it, read from the projection in the database."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Q

from archive.authorities.models import Place
from archive.catalogue.audiences import AUDIENCES, Audience
from archive.catalogue.models import SEEN_BY, Access, Item, ItemCredit, ItemEvent, ItemOutlet, ItemPlace
from archive.catalogue.text_index import stored_words
from archive.item_index.cells import cells_of
from archive.item_index.fields import GAP, months, newest_key, place_step, span
from archive.press.models import Appearance
from archive.provenance.models import CurrentFinding
from archive.review.models import CurrentVerdict
from archive.standards.vocabulary import Property

Fields = dict[str, Any]
# So many steps upwards lead to a place that the public may know; from one deeper down the item is on no map of theirs.
LEVELS_TO_PUBLIC = 5
# Plain numbers: to reckon with flags takes ten times as long.
_STAFF = int(Audience.STAFF)
_SIGNED_IN = int(Audience.RESEARCH | Audience.STAFF)
_MASK_OF = {audience: int(audience) for audience in AUDIENCES}
_LOCATIONS = (Property.LOCATION_SHOWN, Property.LOCATION_CREATED)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Row(NamedTuple):
    """What the table of items holds of one."""

    pk: int
    access: str
    kind: str
    media_file__format_name: str
    camera_model: str
    accession_id: int
    added_by_id: int | None
    added_at: datetime
    date_created_earliest: date | None
    date_created_latest: date | None
    contested: list[str]
    people_min: int | None
    people_max: int | None
    is_placed: bool
    is_contested: bool
    is_reviewed: bool
    is_distressing: bool
    is_contradicted: bool
    latitude_degrees: float | None
    longitude_degrees: float | None
    uncertainty_metres: float | None
    lead_place_id: int | None
    lead_caption: str
    headline: str


class _PlaceRow(NamedTuple):
    """What the gazetteer holds of a place; its path leads from the top of the tree down to it."""

    pk: int
    parent_id: int | None
    kind: str
    latitude_degrees: float | None
    longitude_degrees: float | None
    radius_metres: int | None
    path: str


# Made once: it is asked a million times and more.
_written = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
_NO_WORDS = ("", "", "", "")
_NOTHING: Fields = {}


def documents(keys: Sequence[int]) -> Iterator[tuple[Audience, str]]:
    """
    Yield these items as JSON for the engine, once for each audience that may see the item; eleven queries at most, on
    SQLite thirteen.

    :param keys: rising
    """
    rows = _items(keys)
    of_places = _links_to_places(keys)
    places = _places({row.lead_place_id for row in rows} | {link[1] for link in of_places})
    positions = _positions(rows, places)
    links = _links(keys, of_places, places, {row.pk for row in rows if row.latitude_degrees is not None})
    words = stored_words(keys)
    of_staff = _of_staff(keys)
    for row in rows:
        key, shared, states = row.pk, _shared(row), _states(row)
        before: tuple[Fields, tuple[str, ...]] | None = None
        for audience in AUDIENCES:
            if row.access not in SEEN_BY[audience]:
                continue
            leads_to, read = links[audience].get(key, _NOTHING), words[audience].get(key, _NO_WORDS)
            position = positions[audience].get(key, _NOTHING)
            if audience == Audience.PUBLIC:
                fields = _fields(_told_to_visitors(shared), position, leads_to, read)
                fields["state"] = [state for state in states if state not in _WITHHELD_STATES]
                yield audience, _written(fields)
                continue
            # What researchers and archive staff read of an item is mostly the same, and is written once.
            if before != (leads_to, read):
                body = _written(_fields(shared, position, leads_to, read))
                before = leads_to, read
            own: Fields = {"state": states}
            if audience == Audience.STAFF:
                own |= of_staff.get(key, _NOTHING)
                if row.is_contradicted:
                    own["state"] = [*states, "contradicted"]
            yield audience, f"{body[:-1]},{_written(own)[1:]}"


def _among(column: str, keys: Sequence[int]) -> Q:
    """Narrow to rows of these items; where they are all there are from the first to the last, by those two alone."""
    if keys and keys[-1] - keys[0] == len(keys) - 1:
        return Q(**{f"{column}__gte": keys[0], f"{column}__lte": keys[-1]})
    return Q(**{f"{column}__in": keys})


def _items(keys: Sequence[int]) -> list[_Row]:
    return [_Row._make(row) for row in Item.objects.filter(_among("pk", keys)).values_list(*_Row._fields)]


def _shared(row: _Row) -> Fields:
    """Return the fields of an item that are the same for every audience that sees it, but for its states."""
    key, first, last = row.pk, row.date_created_earliest, row.date_created_latest
    known = [f"contested {name}" for name in row.contested] if row.is_contested else []
    if first is not None:
        known.append("dated")
    if row.is_placed:
        known.append("placed")
    if row.latitude_degrees is not None:
        known.append("gps")
    if row.lead_caption:
        known.append("caption")
    if row.headline:
        known.append("headline")
    if row.people_min is not None or row.people_max is not None:
        known.append("people")
    fields: Fields = {
        "id": key,
        "kind": row.kind,
        "format": row.media_file__format_name.lower(),
        "access": row.access,
        "accession": row.accession_id,
        "added": microseconds(row.added_at),
        "is": known,
    }
    if first is not None and last is not None:
        is_contested = row.is_contested and Property.DATE_CREATED in row.contested
        fields["first"] = first.toordinal()
        fields["last"] = last.toordinal()
        fields["newest"] = newest_key(first, key)
        fields["span"] = span(first, last, is_contested=is_contested)
        fields["months"] = months(first, last, is_contested=is_contested)
    if row.people_min is not None:
        fields["people_min"] = row.people_min
    if row.people_max is not None:
        fields["people_max"] = row.people_max
    if row.camera_model:
        known.append("camera_model")
        fields["camera_model"] = row.camera_model
    if row.added_by_id:
        fields["added_by"] = row.added_by_id
    return fields


def _states(row: _Row) -> list[str]:
    states = {
        "undated": row.date_created_earliest is None,
        "unplaced": not row.is_placed,
        "contested": row.is_contested,
        "reviewed": row.is_reviewed,
        "distressing": row.is_distressing,
    }
    return [state for state, holds in states.items() if holds]


def _fields(shared: Fields, position: Fields, links: Fields, words: tuple[str, ...]) -> Fields:
    """Return the fields of an item for one audience, but for its states and what archive staff alone may ask."""
    heading, captions, places, statements = words
    fields = {**shared, **position, **links}
    fields["is"] = [*shared["is"], *(name for name in ("event", "outlet", "credits", "printed") if name in links)]
    fields.pop("printed", None)
    if text := f" {GAP} ".join(filter(None, (heading, captions, places))):
        fields["words"] = text
    if heading:
        fields["heading"] = heading
    if statements:
        fields["statements"] = statements
    return fields


# What of `_shared` a visitor can neither ask nor see: an index that does not hold it tells it by no mistake of ours.
_WITHHELD_FIELDS = ("format", "access", "accession", "added_by", "camera_model")
_WITHHELD_STATES = ("contested", "reviewed", "distressing")
_TOLD_CONTESTED = {f"contested {name}" for name in (Property.DATE_CREATED, *_LOCATIONS)}


def _told_to_visitors(shared: Fields) -> Fields:
    """Return the fields of an item that visitors may ask for."""
    fields = {name: value for name, value in shared.items() if name not in _WITHHELD_FIELDS}
    fields["is"] = [
        name
        for name in shared["is"]
        if name not in ("gps", "camera_model") and (name in _TOLD_CONTESTED or not name.startswith("contested "))
    ]
    return fields


def _positions(rows: Sequence[_Row], places: dict[int, _PlaceRow]) -> dict[Audience, dict[int, Fields]]:
    """
    Return where each item stands on the map of each audience: where its camera stood, else at the place it is led to.

    Visitors are told no camera, and the nearest place that the public may know.
    """
    signed_in: dict[int, Fields] = {}
    public: dict[int, Fields] = {}
    for row in rows:
        key, place = row.pk, places.get(row.lead_place_id or 0)
        if place and row.access in SEEN_BY[Audience.PUBLIC] and (nearest := _public(place, places)):
            public[key] = _standing_at(nearest)
        north, east, metres = row.latitude_degrees, row.longitude_degrees, row.uncertainty_metres
        if north is not None and east is not None:
            signed_in[key] = {"north": north, "east": east, "cell": cells_of(north, east)}
            if metres is not None:
                signed_in[key]["metres"] = metres
        elif place:
            signed_in[key] = _standing_at(place)
    return {audience: public if audience == Audience.PUBLIC else signed_in for audience in AUDIENCES}


def _places(keys: set[int | None]) -> dict[int, _PlaceRow]:
    """Return these places and those above them, by their keys."""
    places = _place_rows(keys)
    above = {int(key) for place in places.values() for key in _steps(place)} - set(places)
    return places | _place_rows(above)


def _place_rows(keys: Collection[int | None]) -> dict[int, _PlaceRow]:
    rows = Place.objects.filter(pk__in=keys).values_list(*_PlaceRow._fields)
    return {row[0]: _PlaceRow._make(row) for row in rows}


def _steps(place: _PlaceRow) -> list[str]:
    """Return the keys of the places from the top of the tree down to this one."""
    return [key for key in place.path.split("/") if key]


def _public(place: _PlaceRow, known: dict[int, _PlaceRow]) -> _PlaceRow | None:
    found: _PlaceRow | None = place
    for _step in range(LEVELS_TO_PUBLIC):
        if found is None or found.kind in settings.PUBLIC_PLACE_KINDS:
            return found
        found = known.get(found.parent_id or 0)
    return None


def _standing_at(place: _PlaceRow) -> Fields:
    north, east, metres = place.latitude_degrees, place.longitude_degrees, place.radius_metres
    if north is None:
        return {}
    return {"north": north, "east": east, "at": place.pk} | ({} if metres is None else {"metres": float(metres)})


def _links_to_places(keys: Sequence[int]) -> list[tuple[int, int, int, int, int, bool]]:
    links = ItemPlace.objects.filter(_among("item", keys)).order_by("item", "place")
    return list(links.values_list("item", "place", "audiences", "shown_for", "camera_for", "is_stated"))


def _links(
    keys: Sequence[int],
    of_places: list[tuple[int, int, int, int, int, bool]],
    places: dict[int, _PlaceRow],
    by_camera: set[int],
) -> dict[Audience, dict[int, Fields]]:
    """
    Return what each audience may know that the items lead to; where two may know the same, it is one object.

    :param by_camera: the items of which is known where the camera stood; in areas, the others are where a place is
    """
    # Of each item: a field, a value, and who may know it.
    links: dict[int, list[tuple[str, Any, int]]] = defaultdict(list)
    steps = {key: place_step(len(_steps(place))) for key, place in places.items()}
    cells = {
        key: cells_of(place.latitude_degrees, place.longitude_degrees)
        for key, place in places.items()
        if place.latitude_degrees is not None
        and place.longitude_degrees is not None
        and place.kind in Place.POINT_KINDS
    }
    for item, place, mask, shown, camera, is_stated in of_places:
        of_item = links[item]
        of_item += (("place", place, mask), (steps[place], place, mask))
        if shown:
            of_item.append(("shown", place, mask & shown))
        if camera:
            of_item.append(("camera", place, mask & camera))
        if is_stated and item not in by_camera and place in cells:
            of_item += [("cell", cell, mask & _SIGNED_IN) for cell in cells[place]]
    printed = Appearance.objects.filter(_among("item", keys)).order_by("item").values_list("item", "accession__access")
    for item, access in printed:
        links[item].append(("printed", True, _STAFF if access == Access.RESTRICTED else _SIGNED_IN))
    for model, name in ((ItemEvent, "event"), (ItemOutlet, "outlet")):
        rows = model.objects.filter(_among("item", keys)).order_by("item", name)
        for item, record, mask in rows.values_list("item", name, "audiences"):
            links[item].append((name, record, mask))
    credits = ItemCredit.objects.filter(_among("item", keys)).order_by("item", "name")
    for item, name, mask in credits.values_list("item", "name", "audiences"):
        links[item].append(("credits", f"{name.strip()} {GAP}", mask))
    by_audience: dict[Audience, dict[int, Fields]] = {audience: {} for audience in AUDIENCES}
    for item, of_item in links.items():
        masks = {mask for _name, _value, mask in of_item}
        by_known: dict[tuple[int, ...], Fields] = {}
        for audience in AUDIENCES:
            known = tuple(mask for mask in masks if mask & _MASK_OF[audience])
            if known not in by_known:
                by_known[known] = _known(of_item, known)
            by_audience[audience][item] = by_known[known]
    return by_audience


def _known(links: list[tuple[str, Any, int]], masks: Collection[int]) -> Fields:
    fields: Fields = {}
    for name, value, mask in links:
        if mask in masks:
            if name in fields:
                fields[name].append(value)
            else:
                fields[name] = [value]
    return fields


def _of_staff(keys: Sequence[int]) -> dict[int, Fields]:
    """Return what archive staff alone may ask: what checks found, and the verdicts that hold."""
    fields: dict[int, Fields] = defaultdict(lambda: {"finding": [], "verdict": []})
    found = CurrentFinding.objects.filter(_among("item", keys)).order_by("item", "check_slug")
    for item, slug, outcome in found.values_list("item", "check_slug", "outcome"):
        fields[item]["finding"].append(f"{slug}={outcome}")
    held = CurrentVerdict.objects.filter(_among("item", keys)).order_by("item", "question")
    for item, question, word in held.values_list("item", "question", "word"):
        fields[item]["verdict"].append(f"{question}={word}")
    return fields


def microseconds(at: datetime) -> int:
    """Return the microseconds from 1970 to a moment."""
    return (at - _EPOCH) // timedelta(microseconds=1)
