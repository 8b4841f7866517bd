"""
Write what search reads of an item from its claims: the leading values, and the places, events and outlets they name.

It may run at any time and any number of times; the claims are the record, this is only their shadow.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from archive.authorities.models import Event, OutletName, Place, PlaceName
from archive.catalogue.models import Caption, Item, ItemEvent, ItemOutlet, ItemPlace, ItemWording, Projection
from archive.catalogue.text_index import Texts, write
from archive.catalogue.withholding import NOTHING, Withheld, held_on_each
from archive.claims.leading import Grounds, grounds_of
from archive.claims.models import Appearance, Claim, Ruling
from archive.claims.withholding import is_readable
from archive.extraction.models import Reading
from archive.standards.vocabulary import Property, SourceKind
from archive.standards.wording import wording_digest

log = logging.getLogger(__name__)

# What is set before the texts are written, and so in one statement.
COLUMNS = [field.name for field in Projection._meta.get_fields() if field.name != "unsearched_words"]
LOCATIONS = (Property.LOCATION_SHOWN, Property.LOCATION_CREATED)
OUTLETS = (Property.PUBLISHED_BY, Property.SUPPLIED_BY, Property.CREDIT_LINE)
AT_ONCE = 200
# The rule of claims that a person made while looking at the item; `linking` writes it.
BY_HAND = "linked by hand"


@transaction.atomic
def project(items: Iterable[Item]) -> None:
    """
    Rebuild the projection of these items from their claims and captions.

    Costs some fourteen queries for up to 200 items, and one more for each item that is written.
    """
    items = list(items)
    for start in range(0, len(items), AT_ONCE):
        _project(items[start : start + AT_ONCE])


def _project(items: Sequence[Item]) -> None:
    keys = [item.pk for item in items]
    claims = by_item(Claim.objects.filter(item__in=keys).with_grounds().order_by("pk"))
    withheld = defaultdict(lambda: NOTHING, held_on_each(keys))
    current = Caption.objects.filter(item__in=keys, superseded_by=None).order_by("pk")
    captions = by_item(caption for caption in current if not withheld[caption.item_id].covers(caption))
    printed = by_item(Appearance.objects.filter(item__in=keys).order_by("pk"))
    ruled = set(
        Ruling.objects.filter(claim__item__in=keys, ruled_by__isnull=False).values_list("claim__item", flat=True)
    )
    statements = _statements(items, withheld)

    grounds = {item.pk: grounds_of(claims[item.pk]) for item in items}
    places = {item.pk: _places_of(grounds[item.pk]) for item in items}
    events = {item.pk: _named(grounds[item.pk], [Property.EVENT], "value_event") for item in items}
    outlets = {item.pk: _named(grounds[item.pk], OUTLETS, "value_outlet") for item in items}
    for item in items:
        by_hand = any(claim.source.rule == BY_HAND for claim in claims[item.pk])
        _set_leading(item, grounds[item.pk], captions[item.pk])
        item.is_placed = bool(places[item.pk])
        item.is_reviewed = by_hand or item.pk in ruled
        item.projected_at = timezone.now()
        item.save(update_fields=COLUMNS)

    above_places = _link(ItemPlace, "place", places)
    above_events = _link(ItemEvent, "event", events)
    for_outlets = {key: {outlet.pk for outlet in named} for key, named in outlets.items()}
    ItemOutlet.objects.filter(item__in=keys).delete()
    ItemOutlet.objects.bulk_create(ItemOutlet(item_id=i, outlet_id=o) for i, ids in for_outlets.items() for o in ids)

    _link_wordings(keys, captions, printed, withheld)

    place_names = _names(PlaceName, "place", above_places)
    outlet_names = _names(OutletName, "outlet", for_outlets)
    event_names = _event_names(above_events)
    left_out = write(
        {
            item.pk: Texts(
                heading=" ".join(
                    [c.text for c in captions[item.pk] if c.role in (Caption.Role.HEADLINE, Caption.Role.TITLE)]
                    + [event_names[event] for event in above_events[item.pk]]
                    + [name for outlet in for_outlets[item.pk] for name in outlet_names[outlet]]
                ),
                captions=" ".join(
                    [c.text for c in captions[item.pk]]
                    + [
                        text
                        for seen in printed[item.pk]
                        for text in (seen.headline, seen.caption, seen.credit)
                        if not withheld[item.pk].hides(text)
                    ]
                    + [
                        claim.value_text
                        for claim in claims[item.pk]
                        if claim.property in (Property.CREATOR, Property.CREDIT_LINE)
                        and is_readable(claim, withheld[item.pk])
                    ]
                ),
                places=" ".join(
                    [name for place in above_places[item.pk] for name in place_names[place]]
                    + [
                        claim.as_written
                        for claim in claims[item.pk]
                        if claim.property in LOCATIONS and is_readable(claim, withheld[item.pk])
                    ]
                ),
                # A visitor reads no file name, and cannot search by it: it may tell a place.
                statements=f"{item.file_name} {statements[item.media_file_id]}",
            )
            for item in items
        }
    )
    _tell_left_out(items, left_out)


def _tell_left_out(items: Sequence[Item], left_out: Mapping[int, int]) -> None:
    for item in items:
        if item.unsearched_words != left_out[item.pk]:
            item.unsearched_words = left_out[item.pk]
            Item.objects.filter(pk=item.pk).update(unsearched_words=item.unsearched_words)
            if item.unsearched_words:
                log.warning("item %d: %d words had no room in the full text", item.pk, item.unsearched_words)


def by_item(rows: Iterable) -> dict[int, list]:
    """Gather rows by the item they belong to; an item without any has an empty list."""
    gathered: dict[int, list] = defaultdict(list)
    for row in rows:
        gathered[row.item_id].append(row)
    return gathered


def _set_leading(item: Item, grounds: dict[Property, Grounds], captions: list[Caption]) -> None:
    leading = {name: said.leading for name, said in grounds.items() if said.leading}
    date = leading.get(Property.DATE_CREATED)
    item.date_created_edtf = date.value_edtf if date else ""
    item.date_created_earliest = date.value_earliest if date else None
    item.date_created_latest = date.value_latest if date else None
    item.date_created_ground = date.source.kind if date else ""

    shown = _first_with_place(grounds, LOCATIONS)
    item.lead_place = shown.value_place.current if shown else None
    item.lead_place_ground = shown.source.kind if shown else ""
    in_print = next((leading[p] for p in OUTLETS if p in leading and leading[p].value_outlet), None)
    item.lead_outlet = in_print.value_outlet.current if in_print else None
    item.lead_outlet_ground = in_print.source.kind if in_print else ""

    stood = leading.get(Property.LOCATION_CREATED)
    item.latitude_degrees = stood.latitude_degrees if stood else None
    item.longitude_degrees = stood.longitude_degrees if stood else None
    item.uncertainty_metres = stood.uncertainty_metres if stood else None

    item.headline = _lead_text(captions, Caption.Role.HEADLINE, Caption.Role.TITLE)[:300]
    item.lead_caption = _lead_text(captions, Caption.Role.DESCRIPTION)
    item.contested = [str(name) for name, said in grounds.items() if said.is_contested]
    item.is_contested = bool(item.contested)


def _lead_text(captions: list[Caption], *roles: str) -> str:
    """Return the wording to show first: a person's, then the one that came with the picture, then the file's own."""
    order = [
        Caption.Origin.PERSON,
        Caption.Origin.LIST,
        Caption.Origin.SIDECAR,
        Caption.Origin.EMBEDDED,
        Caption.Origin.PRINT,
    ]
    fitting = [caption for caption in captions if caption.role in roles]
    fitting.sort(key=lambda caption: (order.index(caption.origin), roles.index(caption.role), caption.pk))
    return fitting[0].text if fitting else ""


def _standing(said: Grounds) -> list[Claim]:
    """Return the leading claim and, where a position leads, the place inferred from it."""
    if said.leading is None:
        return []
    if said.leading.value_place or said.leading.latitude_degrees is None:
        return [said.leading]
    inferred = [c for c in said.rivals if c.source.kind == SourceKind.INFERENCE]
    return [said.leading, *inferred[:1]]


def _first_with_place(grounds: dict[Property, Grounds], properties: Iterable[Property]) -> Claim | None:
    return next(
        (c for name in properties if name in grounds for c in _standing(grounds[name]) if c.value_place is not None),
        None,
    )


def _places_of(grounds: dict[Property, Grounds]) -> list[Place]:
    return [
        c.value_place.current
        for name in LOCATIONS
        if name in grounds
        for c in _standing(grounds[name])
        if c.value_place
    ]


def _named(grounds: dict[Property, Grounds], properties: Iterable[Property], value: str) -> list:
    """Return what the properties name: all that stands, since a picture may have several events and outlets."""
    found = []
    for name in properties:
        if said := grounds.get(name):
            agreed = [c for c in [said.leading, *said.rivals] if c and c.standing == said.leading.standing]
            found += [record.current for c in agreed if (record := getattr(c, value)) is not None]
    return found


def _link(model: type[ItemPlace] | type[ItemEvent], name: str, records: dict[int, list]) -> dict[int, set[int]]:
    """Write the links of items to records and to all that those stand in; return the ids, item by item."""
    model.objects.filter(item__in=records).delete()
    rows, all_ids = [], {}
    for key, named in records.items():
        stated = {record.pk for record in named}
        above = {ancestor for record in named for ancestor in record.ancestor_ids}
        all_ids[key] = stated | above
        rows += [model(item_id=key, **{f"{name}_id": pk}, is_stated=pk in stated) for pk in all_ids[key]]
    model.objects.bulk_create(rows)
    return all_ids


def _link_wordings(
    keys: Sequence[int],
    captions: Mapping[int, list[Caption]],
    printed: Mapping[int, list[Appearance]],
    withheld: Mapping[int, Withheld],
) -> None:
    """Write by which wordings an item is found that another one bears too; what is held is not among them."""
    rows = []
    for key in keys:
        texts = [caption.text for caption in captions[key] if caption.role == Caption.Role.DESCRIPTION]
        texts += [seen.caption for seen in printed[key] if not withheld[key].hides(seen.caption)]
        rows += [ItemWording(item_id=key, digest=digest) for digest in set(map(wording_digest, texts)) if digest]
    ItemWording.objects.filter(item__in=keys).delete()
    ItemWording.objects.bulk_create(rows)


def _names(model: type[PlaceName] | type[OutletName], name: str, ids: dict[int, set[int]]) -> dict[int, list[str]]:
    wanted = set().union(*ids.values()) if ids else set()
    names: dict[int, list[str]] = defaultdict(list)
    for key, written in model.objects.filter(**{f"{name}__in": wanted}).order_by("pk").values_list(name, "name"):
        names[key].append(written)
    return names


def _event_names(ids: dict[int, set[int]]) -> dict[int, str]:
    wanted = set().union(*ids.values()) if ids else set()
    return dict(Event.objects.filter(pk__in=wanted).values_list("pk", "name"))


def _statements(items: Sequence[Item], withheld: Mapping[int, Withheld]) -> dict[int, str]:
    """Return the words of all raw statements of each file, but for held wordings."""
    held = {item.media_file_id: withheld[item.pk] for item in items}
    words: dict[int, str] = defaultdict(str)
    for key, said in Reading.objects.filter(media_file__in=held).values_list("media_file", "statements"):
        words[key] += " ".join(f"{tag} {value}" for _, tag, value in said if not held[key].hides(str(value)))
    return words
