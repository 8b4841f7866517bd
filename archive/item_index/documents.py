"""What the index holds of an item for each audience that may see it, read from the projection in the database."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q

from archive.authorities.models import Place
from archive.catalogue.audiences import AUDIENCES, EVERYBODY, Audience
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
_SIGNED_IN = Audience.RESEARCH | Audience.STAFF
_LOCATIONS = (Property.LOCATION_SHOWN, Property.LOCATION_CREATED)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS = (
    "pk", "access", "kind", "media_file__format_name", "camera_model", "accession_id", "added_by_id", "added_at",
    "date_created_earliest", "date_created_latest", "contested", "people_min", "people_max", "is_placed",
    "is_contested", "is_reviewed", "is_distressing", "is_contradicted", "latitude_degrees", "longitude_degrees",
    "uncertainty_metres", "lead_place_id", "lead_caption", "headline",
)  # fmt: skip


def documents(keys: Sequence[int]) -> Iterator[tuple[Audience, Fields]]:
    """
    Yield the fields of these items, once for each audience that may see the item; fourteen queries.

    :param keys: rising
    """
    rows = {row[0]: dict(zip(_COLUMNS, row, strict=True)) for row in _items(keys)}
    shared = {key: _shared(row) for key, row in rows.items()}
    of_places = _links_to_places(keys)
    places = _places({row["lead_place_id"] for row in rows.values()} | {row[1] for row in of_places})
    positions = _positions(rows, places)
    links = _links(keys, of_places, places, {key for key, row in rows.items() if row["latitude_degrees"] is not None})
    for audience in AUDIENCES:
        seen = [key for key, row in rows.items() if row["access"] in SEEN_BY.get(audience, (row["access"],))]
        words = stored_words(seen, audience=audience)
        is_of_staff = audience == Audience.STAFF
        of_staff = _of_staff(seen) if is_of_staff else {}
        of_audience = {key: _told_to_visitors(shared[key]) for key in seen} if audience == Audience.PUBLIC else shared
        for key in seen:
            fields = of_audience[key] | positions[audience].get(key, {}) | links[audience].get(key, {})
            if key in of_staff:
                fields |= of_staff[key]
            fields["is"] = fields["is"] + [name for name in ("event", "outlet", "credits", "printed") if name in fields]
            fields.pop("printed", None)
            if is_of_staff and rows[key]["is_contradicted"]:
                fields["state"] = [*fields["state"], "contradicted"]
            heading, captions, places, statements = words.get(key, ("", "", "", ""))
            yield (
                audience,
                fields
                | {
                    "words": f" {GAP} ".join(filter(None, (heading, captions, places))),
                    "heading": heading,
                    "statements": statements,
                },
            )


def _among(column: str, keys: Sequence[int]) -> Q:
    """Narrow to rows of these items; where they are all there are from the first to the last, by those two alone."""
    if keys and keys[-1] - keys[0] == len(keys) - 1:
        return Q(**{f"{column}__gte": keys[0], f"{column}__lte": keys[-1]})
    return Q(**{f"{column}__in": keys})


def _items(keys: Sequence[int]) -> Any:
    return Item.objects.filter(_among("pk", keys)).values_list(*_COLUMNS)


def _shared(row: dict[str, Any]) -> Fields:
    """Return the fields of an item that are the same for every audience that sees it."""
    key, first, last = row["pk"], row["date_created_earliest"], row["date_created_latest"]
    is_dated = first is not None
    states = {
        "undated": not is_dated,
        "unplaced": not row["is_placed"],
        "contested": row["is_contested"],
        "reviewed": row["is_reviewed"],
        "distressing": row["is_distressing"],
    }
    known = {
        "dated": is_dated,
        "placed": row["is_placed"],
        "gps": row["latitude_degrees"] is not None,
        "caption": row["lead_caption"] != "",
        "headline": row["headline"] != "",
        "people": row["people_min"] is not None or row["people_max"] is not None,
        "camera_model": row["camera_model"] != "",
    }
    contested = row["contested"] if row["is_contested"] else []
    fields: Fields = {
        "id": key,
        "kind": row["kind"],
        "format": row["media_file__format_name"].lower(),
        "access": row["access"],
        "accession": row["accession_id"],
        "added": microseconds(row["added_at"]),
        "state": [state for state, holds in states.items() if holds],
        "is": [name for name, holds in known.items() if holds] + [f"contested {name}" for name in contested],
    }
    if is_dated:
        is_contested = Property.DATE_CREATED in contested
        fields |= {
            "first": first.toordinal(),
            "last": last.toordinal(),
            "newest": newest_key(first, key),
            "span": span(first, last, is_contested=is_contested),
            "months": months(first, last, is_contested=is_contested),
        }
    for name in ("people_min", "people_max", "camera_model"):
        if row[name] not in (None, ""):
            fields[name] = row[name]
    if row["added_by_id"]:
        fields["added_by"] = row["added_by_id"]
    return fields


# What of `_shared` a visitor can neither ask nor see: an index that does not hold it tells it by no mistake of ours.
_WITHHELD_FIELDS = ("format", "access", "accession", "added_by", "camera_model")
_WITHHELD_STATES = ("contested", "reviewed", "distressing")
_TOLD_CONTESTED = {f"contested {name}" for name in (Property.DATE_CREATED, *_LOCATIONS)}


def _told_to_visitors(shared: Fields) -> Fields:
    """Return the fields of an item that visitors may ask for."""
    fields = {name: value for name, value in shared.items() if name not in _WITHHELD_FIELDS}
    fields["state"] = [state for state in shared["state"] if state not in _WITHHELD_STATES]
    fields["is"] = [
        name
        for name in shared["is"]
        if name not in ("gps", "camera_model") and (name in _TOLD_CONTESTED or not name.startswith("contested "))
    ]
    return fields


def _positions(rows: dict[int, dict[str, Any]], places: dict[int, dict[str, Any]]) -> dict[Audience, dict[int, Fields]]:
    """
    Return where each item stands on the map of each audience: where its camera stood, else at the place it is led to.

    Visitors are told no camera, and the nearest place that the public may know.
    """
    signed_in: dict[int, Fields] = {}
    public: dict[int, Fields] = {}
    for key, row in rows.items():
        place = places.get(row["lead_place_id"])
        if place and (nearest := _public(place, places)):
            public[key] = _standing_at(nearest)
        if (north := row["latitude_degrees"]) is not None:
            east, metres = row["longitude_degrees"], row["uncertainty_metres"]
            signed_in[key] = {"north": north, "east": east, "cell": cells_of(north, east)}
            if metres is not None:
                signed_in[key]["metres"] = float(metres)
        elif place:
            signed_in[key] = _standing_at(place)
    return {audience: public if audience == Audience.PUBLIC else signed_in for audience in AUDIENCES}


_PLACE = ("pk", "parent_id", "kind", "latitude_degrees", "longitude_degrees", "radius_metres", "path")


def _places(keys: set[int]) -> dict[int, dict[str, Any]]:
    """Return these places and those above them, by their keys."""
    places = {row["pk"]: row for row in Place.objects.filter(pk__in=keys).values(*_PLACE)}
    above = {int(key) for row in places.values() for key in _steps(row)} - set(places)
    return places | {row["pk"]: row for row in Place.objects.filter(pk__in=above).values(*_PLACE)}


def _steps(place: dict[str, Any]) -> list[str]:
    """Return the keys of the places from the top of the tree down to this one."""
    return [key for key in place["path"].split("/") if key]


def _public(place: dict[str, Any], known: dict[int, dict[str, Any]]) -> dict[str, Any] | None:
    found: dict[str, Any] | None = place
    for _step in range(LEVELS_TO_PUBLIC):
        if found is None or found["kind"] in settings.PUBLIC_PLACE_KINDS:
            return found
        found = known.get(found["parent_id"])
    return None


def _standing_at(place: dict[str, Any]) -> Fields:
    north, east, metres = place["latitude_degrees"], place["longitude_degrees"], place["radius_metres"]
    if north is None:
        return {}
    return {"north": north, "east": east, "at": place["pk"]} | ({} if metres is None else {"metres": float(metres)})


def _links_to_places(keys: Sequence[int]) -> list[tuple[int, int, int, int, int, bool]]:
    links = ItemPlace.objects.filter(_among("item", keys)).order_by("item", "place")
    return list(links.values_list("item", "place", "audiences", "shown_for", "camera_for", "is_stated"))


def _links(
    keys: Sequence[int],
    of_places: list[tuple[int, int, int, int, int, bool]],
    places: dict[int, dict[str, Any]],
    by_camera: set[int],
) -> dict[Audience, dict[int, Fields]]:
    """
    Return what each audience may know that the items lead to.

    :param by_camera: the items of which is known where the camera stood; in areas, the others are where a place is
    """
    links: dict[Audience, dict[int, Fields]] = {audience: defaultdict(dict) for audience in AUDIENCES}

    # Of a million items this is asked ten million times: looked up, not worked out.
    for_mask = [[links[audience] for audience in AUDIENCES if mask & audience] for mask in range(EVERYBODY + 1)]

    def add(name: str, item: int, value: Any, mask: int) -> None:
        for of_audience in for_mask[mask]:
            of_audience[item].setdefault(name, []).append(value)

    steps = {key: place_step(len(_steps(place))) for key, place in places.items()}
    cells = {
        key: cells_of(place["latitude_degrees"], place["longitude_degrees"])
        for key, place in places.items()
        if place["latitude_degrees"] is not None and place["kind"] in Place.POINT_KINDS
    }
    for item, place, mask, shown, camera, is_stated in of_places:
        add("place", item, place, mask)
        add(steps[place], item, place, mask)
        add("shown", item, place, mask & shown)
        add("camera", item, place, mask & camera)
        if is_stated and item not in by_camera and place in cells:
            for cell in cells[place]:
                add("cell", item, cell, mask & _SIGNED_IN)
    printed = Appearance.objects.filter(_among("item", keys)).order_by("item").values_list("item", "accession__access")
    for item, access in printed:
        add("printed", item, True, Audience.STAFF if access == Access.RESTRICTED else _SIGNED_IN)
    for model, name in ((ItemEvent, "event"), (ItemOutlet, "outlet")):
        rows = model.objects.filter(_among("item", keys)).order_by("item", name)
        for item, record, mask in rows.values_list("item", name, "audiences"):
            add(name, item, record, mask)
    credits = ItemCredit.objects.filter(_among("item", keys)).order_by("item", "name")
    for item, name, mask in credits.values_list("item", "name", "audiences"):
        add("credits", item, f"{name.strip()} {GAP}", mask)
    return links


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
