"""
Write what search reads of an item from its claims: the leading values, and the places, events and outlets they name.

Links and words are written for each audience, from what it may read: so search, filters, counts and type-ahead tell
nobody more than the item's page does.

Derived from claims; safe to run again.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from archive.authorities.models import Event, Outlet, OutletName, Place, PlaceName
from archive.catalogue.audiences import AUDIENCES, Audience, masks
from archive.catalogue.hidden_wordings import Withheld, held_on_each
from archive.catalogue.models import (
    Caption,
    Item,
    ItemCredit,
    ItemEvent,
    ItemOutlet,
    ItemPlace,
    ItemWording,
    Projection,
)
from archive.catalogue.text_index import Texts, write
from archive.catalogue.words_in_pictures import PictureWords, readable_lines, words_in_files
from archive.claims.hidden_claims import is_readable
from archive.claims.later_versions import replaced
from archive.claims.leading_claims import Grounds, grounds_of
from archive.claims.models import Claim, Ruling, SpanClaim, closed_among
from archive.claims.picture_words import mended
from archive.claims.spans import ShownSpan, readable_spans, spans_of, standing_spans
from archive.extraction.models import Reading
from archive.extraction.readers.statements import as_text
from archive.files.models import MediaFile, Rendition
from archive.files.rendition_requests import ask_anew
from archive.press.models import Appearance
from archive.standards.batches import batches
from archive.standards.mappings import MAKE, MODEL
from archive.standards.normal_form import normalise, wording_digest
from archive.standards.orientation import AS_IT_IS
from archive.standards.vocabulary import Property, SourceKind, Standing

log = logging.getLogger(__name__)
_Row = TypeVar("_Row", Claim, Caption, Appearance)

# Raised with every change that writes something else of the same claims; workers then write every item anew.
VERSION = 3
# What is set before the texts are written, and so in one statement.
COLUMNS = [field.name for field in Projection._meta.get_fields() if field.name != "unsearched_words"]
# How a picture is turned tells nothing, and its copies are made by it.
_NOTHING_TOLD = {
    field.name: field.get_default()
    for field in Projection._meta.get_fields()
    if field.name not in ("orientation", "projected_at")
}
LOCATIONS = (Property.LOCATION_SHOWN, Property.LOCATION_CREATED)
# What says that a place is shown, and that the camera stood there, by the property that is claimed of it.
ROLES = {"shown_for": Property.LOCATION_SHOWN, "camera_for": Property.LOCATION_CREATED}
OUTLETS = (Property.PUBLISHED_BY, Property.SUPPLIED_BY, Property.CREDIT_LINE)
AT_ONCE = 200
# The rule of claims that a person made while looking at the item; `linking` writes it.
BY_HAND = "linked by hand"


@transaction.atomic
def project(items: Iterable[Item]) -> None:
    """
    Rebuild the projection of these items from their claims and captions.

    Costs some 20 queries for up to 200 items, and one more for each item that is written.
    """
    for some in batches(list(items), AT_ONCE):
        _project(some)


@dataclass
class _Told:
    """What one audience may read of the items that it may see, by the key of the item."""

    items: set[int]
    claims: dict[int, list[Claim]]
    captions: dict[int, list[Caption]]
    printed: dict[int, list[Appearance]]
    grounds: dict[int, dict[Property, Grounds]] = field(default_factory=dict)
    places: dict[int, list[Place]] = field(default_factory=dict)
    events: dict[int, list[Event]] = field(default_factory=dict)
    outlets: dict[int, list[Outlet]] = field(default_factory=dict)


def _project(items: Sequence[Item]) -> None:
    withheld = held_on_each([item.pk for item in items])
    records = _records(items, withheld)
    by_audience = {audience: _told(items, audience, records) for audience in AUDIENCES}
    gone = [item for item in items if item.pk not in by_audience[Audience.STAFF].items]
    if gone:
        _take_out(gone)
        items = [item for item in items if item.pk in by_audience[Audience.STAFF].items]
    ruled = set(
        # How a picture is turned says nothing of what it shows.
        Ruling.objects.filter(claim__item__in=[item.pk for item in items], ruled_by__isnull=False)
        .exclude(claim__property=Property.ORIENTATION)
        .values_list("claim__item", flat=True)
    )
    cameras = _camera_models(items, withheld)
    # Cards, dates and sorting are one for all, so they tell what the widest audience of the item may read.
    widest_of = {
        item.pk: next(by_audience[audience] for audience in AUDIENCES if item.pk in by_audience[audience].items)
        for item in items
    }
    gone = replaced(caption for key, told in widest_of.items() for caption in told.captions[key])
    for item in items:
        widest = widest_of[item.pk]
        current = [caption for caption in widest.captions[item.pk] if caption.pk not in gone]
        by_hand = any(claim.source.rule == BY_HAND for claim in widest.claims[item.pk])
        _set_leading(item, widest.grounds[item.pk], current)
        item.orientation = _orientation(by_audience[Audience.STAFF].grounds[item.pk])
        item.camera_model = cameras.get(item.media_file_id, "")
        item.is_placed = bool(widest.places[item.pk])
        item.is_reviewed = by_hand or item.pk in ruled
        item.projected_at, item.projection_version = timezone.now(), VERSION
        item.save(update_fields=COLUMNS)
    _have_turned_copies_made([item for item in items if _says_how_it_lies(records.claims[item.pk])])

    above_places = _link(
        ItemPlace, "place", {audience: of.places for audience, of in by_audience.items()}, _roles(by_audience)
    )
    above_events = _link(ItemEvent, "event", {audience: of.events for audience, of in by_audience.items()})
    for_outlets = _link(ItemOutlet, "outlet", {audience: of.outlets for audience, of in by_audience.items()})
    _link_wordings([item.pk for item in items], by_audience, withheld)
    _link_credits([item.pk for item in items], by_audience, withheld)

    names = _Names(
        places=_names(PlaceName, "place", above_places),
        outlets=_names(OutletName, "outlet", for_outlets),
        events=_event_names(above_events),
    )
    statements = _statements(items, withheld)
    pictured = _pictured(items, withheld)
    spanned = _spanned(items, withheld)
    left_out = write(
        {
            item.pk: {
                audience: _texts(
                    item,
                    of,
                    withheld[item.pk],
                    place_names=[n for place in above_places[audience][item.pk] for n in names.places[place]],
                    outlet_names=[n for outlet in for_outlets[audience][item.pk] for n in names.outlets[outlet]],
                    event_names=[names.events[event] for event in above_events[audience][item.pk]],
                    statements=statements[audience][item.media_file_id],
                    pictured=pictured[item.pk],
                    spanned=spanned.get(item.pk, _OfSpans()),
                    is_public=audience == Audience.PUBLIC,
                )
                for audience, of in by_audience.items()
                if item.pk in of.items
            }
            for item in items
        }
    )
    _tell_left_out(items, left_out)


def _take_out(items: Sequence[Item]) -> None:
    """Let withdrawn items be found by nothing; what they say of themselves is led anew when they come back."""
    keys = [item.pk for item in items]
    _unlink(keys)
    Item.objects.filter(pk__in=keys).update(projected_at=timezone.now(), projection_version=VERSION)


def _unlink(keys: list[int]) -> None:
    for model in (ItemPlace, ItemEvent, ItemOutlet, ItemWording, ItemCredit):
        model.objects.filter(item__in=keys).delete()
    write({key: {} for key in keys})


@transaction.atomic
def leave_untold(keys: Iterable[int]) -> None:
    """
    Let search and cards tell nothing of these items but that they are there, until workers have written them anew.

    For what must be told no longer from now on, and is more than can be written at once.
    """
    for some in batches(list(keys), AT_ONCE):
        _unlink(some)
        Item.objects.filter(pk__in=some).update(**_NOTHING_TOLD)


@dataclass(frozen=True)
class _Names:
    """All names of the records that items lead to, by the key of the record."""

    places: dict[int, list[str]]
    outlets: dict[int, list[str]]
    events: dict[int, str]


@dataclass
class _OfSpans:
    """The words of the spans of footage: what everybody reads, what readers of the archive do, and names of places."""

    public: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)


@dataclass
class _Records:
    """What is recorded of items, whoever may read it, by the key of the item."""

    claims: dict[int, list[Claim]]
    captions: dict[int, list[Caption]]
    printed: dict[int, list[Appearance]]


def _records(items: Sequence[Item], withheld: Mapping[int, Withheld]) -> _Records:
    """Gather what is recorded of items, as archive staff reads it; three queries."""
    keys = [item.pk for item in items]
    claims = Claim.objects.filter(item__in=keys).told_for(Audience.STAFF).with_grounds().order_by("pk")
    captions = Caption.objects.current().filter(item__in=keys).order_by("pk")
    return _Records(
        claims=by_item(claims),
        captions=by_item(caption for caption in captions if not withheld[caption.item_id].covers(caption)),
        printed=by_item(Appearance.objects.filter(item__in=keys).order_by("pk")),
    )


def _told(items: Sequence[Item], audience: Audience, records: _Records) -> _Told:
    """
    Choose from what is recorded of items what an audience may read.

    One query, and for others than staff up to three more: none of a sort of record that these items have none of.
    """
    keys = list(
        Item.objects.filter(pk__in=[item.pk for item in items]).for_audience(audience).values_list("pk", flat=True)
    )
    of = _Told(
        items=set(keys),
        claims=_readable(Claim, records.claims, keys, audience),
        captions=_readable(Caption, records.captions, keys, audience),
        printed=_readable(Appearance, records.printed, keys, audience),
    )
    for key in keys:
        of.grounds[key] = grounds_of(of.claims[key])
        of.places[key] = _places_of(of.grounds[key])
        of.events[key] = _named(of.grounds[key], [Property.EVENT], "value_event")
        of.outlets[key] = _named(of.grounds[key], OUTLETS, "value_outlet")
    return of


def _readable(model: type[_Row], rows: dict[int, list[_Row]], keys: list[int], audience: Audience) -> dict[int, list]:
    """Return those of the rows of these items that an audience may read."""
    of_items = [row for key in keys for row in rows.get(key, ())]
    if of_items and audience != Audience.STAFF:
        told = set(model.objects.filter(item__in=keys).told_for(audience).values_list("pk", flat=True))
        of_items = [row for row in of_items if row.pk in told]
    return by_item(of_items)


def _texts(
    item: Item,
    of: _Told,
    withheld: Withheld,
    *,
    place_names: list[str],
    outlet_names: list[str],
    event_names: list[str],
    statements: str,
    pictured: str,
    spanned: _OfSpans,
    is_public: bool,
) -> Texts:
    """Return the words by which an audience finds an item: none that it may not read on the item's page."""
    captions = of.captions[item.pk]
    heads = [caption.text for caption in captions if caption.role in (Caption.Role.HEADLINE, Caption.Role.TITLE)]
    heading = " ".join(heads + event_names + outlet_names)
    wordings = [caption.text for caption in captions]
    if is_public:
        # A visitor reads what leads, and neither print nor file names nor precise places.
        leading = [of_property.leading for of_property in of.grounds[item.pk].values() if of_property.leading]
        texts = wordings + _credits(leading, withheld) + spanned.public
        return Texts(heading=heading, captions=" ".join(texts), pictured=pictured)
    standing = [claim for claim in of.claims[item.pk] if claim.standing in (Standing.ACCEPTED, Standing.PROPOSED)]
    in_print = [text for seen in of.printed[item.pk] for text in (seen.headline, seen.caption, seen.credit)]
    return Texts(
        heading=heading,
        captions=" ".join(
            wordings
            + [text for text in in_print if not withheld.hides(text)]
            + _credits(standing, withheld)
            + spanned.public
            + spanned.notes
        ),
        places=" ".join(
            place_names
            + spanned.places
            + [claim.as_written for claim in standing if claim.property in LOCATIONS and is_readable(claim, withheld)]
        ),
        statements=f"{'' if withheld.hides(item.file_name) else item.file_name} {statements}",
        pictured=pictured,
    )


def _credits(claims: Iterable[Claim], withheld: Withheld) -> list[str]:
    names = (Property.CREATOR, Property.CREDIT_LINE)
    return [claim.value_text for claim in claims if claim.property in names and is_readable(claim, withheld)]


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
    leading = {name: of_property.leading for name, of_property in grounds.items() if of_property.leading}
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

    people = leading.get(Property.PEOPLE_COUNT)
    item.people_min = people.value_min if people else None
    item.people_max = people.value_max if people else None

    stood = leading.get(Property.LOCATION_CREATED)
    item.latitude_degrees = stood.latitude_degrees if stood else None
    item.longitude_degrees = stood.longitude_degrees if stood else None
    item.uncertainty_metres = stood.uncertainty_metres if stood else None

    item.headline = _lead_text(captions, Caption.Role.HEADLINE, Caption.Role.TITLE)[:300]
    item.lead_caption = _lead_text(captions, Caption.Role.DESCRIPTION)
    item.contested = [str(name) for name, of_property in grounds.items() if of_property.is_contested]
    item.is_contested = bool(item.contested)


def _orientation(grounds: dict[Property, Grounds]) -> int | None:
    """Return how a picture is turned from how its file shows it, the same for every audience; None: it is not."""
    ground = grounds.get(Property.ORIENTATION)
    value = int(ground.leading.value_text) if ground and ground.leading else AS_IT_IS
    return None if value == AS_IT_IS else value


def _says_how_it_lies(claims: list[Claim]) -> bool:
    return any(claim.property == Property.ORIENTATION for claim in claims)


def _have_turned_copies_made(items: Sequence[Item]) -> None:
    """Have the copies made anew of those of these pictures that lie otherwise than their copies; a worker does it."""
    if items:
        copies = Rendition.objects.filter(media_file__in=[item.media_file_id for item in items]).annotate(
            lies=Coalesce("orientation", AS_IT_IS), shown=Coalesce("media_file__item__orientation", AS_IT_IS)
        )
        ask_anew(MediaFile.objects.filter(pk__in=copies.exclude(lies=F("shown")).values("media_file")))


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


def _standing(of_property: Grounds) -> list[Claim]:
    """Return the leading claim and, where a position leads, the place inferred from it."""
    if of_property.leading is None:
        return []
    if of_property.leading.value_place or of_property.leading.latitude_degrees is None:
        return [of_property.leading]
    inferred = [c for c in of_property.rivals if c.source.kind == SourceKind.INFERENCE]
    return [of_property.leading, *inferred[:1]]


def _first_with_place(grounds: dict[Property, Grounds], properties: Iterable[Property]) -> Claim | None:
    return next(
        (c for name in properties if name in grounds for c in _standing(grounds[name]) if c.value_place is not None),
        None,
    )


def _places_of(grounds: dict[Property, Grounds], properties: Iterable[Property] = LOCATIONS) -> list[Place]:
    return [
        c.value_place.current
        for name in properties
        if name in grounds
        for c in _standing(grounds[name])
        if c.value_place
    ]


def _named(grounds: dict[Property, Grounds], properties: Iterable[Property], value: str) -> list:
    """Return what the properties name: all that stands, since a picture may have several events and outlets."""
    records = []
    for name in properties:
        if of_property := grounds.get(name):
            agreed = [
                c
                for c in [of_property.leading, *of_property.rivals]
                if c and c.standing == of_property.leading.standing
            ]
            records += [record.current for c in agreed if (record := getattr(c, value)) is not None]
    return records


def _link(
    model: type[ItemPlace] | type[ItemEvent] | type[ItemOutlet],
    name: str,
    by_audience: dict[Audience, dict[int, list]],
    roles: Mapping[tuple[int, int], dict[str, int]] | None = None,
) -> dict[Audience, dict[int, list[int]]]:
    """
    Write the links of items to records and to all that those stand in, each with the audiences that it is for.

    Return the ids, by audience and item.
    """
    keys = by_audience[Audience.STAFF].keys()
    model.objects.filter(item__in=keys).delete()
    above: dict[Audience, dict[int, list[int]]] = {audience: {} for audience in by_audience}
    stated: set[tuple[int, int]] = set()
    for audience, records in by_audience.items():
        for key, named in records.items():
            stated |= {(key, record.pk) for record in named}
            above[audience][key] = sorted(
                {record.pk for record in named}
                | {ancestor for record in named for ancestor in getattr(record, "ancestor_ids", ())}
            )
    for_whom = masks((audience, [(key, pk) for key in ids for pk in ids[key]]) for audience, ids in above.items())
    is_nested = model is not ItemOutlet
    model.objects.bulk_create(
        model(
            item_id=key,
            audiences=mask,
            **{f"{name}_id": pk},
            **({"is_stated": (key, pk) in stated} if is_nested else {}),
            **(roles or {}).get((key, pk), {}),
        )
        for (key, pk), mask in for_whom.items()
    )
    return above


def _roles(by_audience: Mapping[Audience, _Told]) -> dict[tuple[int, int], dict[str, int]]:
    """Return by item and place who may know that the place is shown, and that the camera stood there."""
    roles: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    for role, claimed in ROLES.items():
        sums = masks(
            (
                audience,
                {
                    (key, pk)
                    for key in of.items
                    for place in _places_of(of.grounds[key], [claimed])
                    for pk in (place.pk, *place.ancestor_ids)
                },
            )
            for audience, of in by_audience.items()
        )
        for pair, mask in sums.items():
            roles[pair][role] = mask
    return roles


def _link_credits(keys: Sequence[int], by_audience: Mapping[Audience, _Told], withheld: Mapping[int, Withheld]) -> None:
    """Write by whose name an item is found; none that its audience may not read on the item's page."""

    def names(audience: Audience, of: _Told, key: int) -> set[str]:
        claims = [c for c in of.claims[key] if c.standing in (Standing.ACCEPTED, Standing.PROPOSED)]
        printed = [seen.credit for seen in of.printed[key] if not withheld[key].hides(seen.credit)]
        if audience == Audience.PUBLIC:
            claims, printed = [g.leading for g in of.grounds[key].values() if g.leading], []
        written = _credits(claims, withheld[key]) + printed
        return {f" {name[:200]} " for text in written if (name := normalise.__wrapped__(text).lower())}

    for_whom = masks(
        (audience, [(key, name) for key in of.items for name in names(audience, of, key)])
        for audience, of in by_audience.items()
    )
    ItemCredit.objects.filter(item__in=keys).delete()
    ItemCredit.objects.bulk_create(
        ItemCredit(item_id=key, name=name, audiences=mask) for (key, name), mask in for_whom.items()
    )


def _camera_models(items: Sequence[Item], withheld: Mapping[int, Withheld]) -> dict[int, str]:
    """Return make and model as each file says them itself, normalised, by the key of the file; one query."""
    withheld_of_file = {item.media_file_id: withheld[item.pk] for item in items}
    rows = Reading.objects.filter(media_file__in=withheld_of_file, reader="embedded").order_by("pk")
    models: dict[int, str] = {}
    for key, statements in rows.values_list("media_file", "statements"):
        said = {f"{group}:{tag}": as_text(value) for group, tag, value in reversed(statements)}
        text = " ".join(next((said[tag] for tag in field.tags if tag in said), "") for field in (MAKE, MODEL))
        if text.strip() and not withheld_of_file[key].hides(text):
            models[key] = normalise.__wrapped__(text).lower()[:120]
    return models


def _link_wordings(
    keys: Sequence[int], by_audience: Mapping[Audience, _Told], withheld: Mapping[int, Withheld]
) -> None:
    """Write by which wordings an item is found that another one bears too; what is held is not among them."""

    def digests(of: _Told, key: int) -> set[str]:
        texts = [caption.text for caption in of.captions[key] if caption.role == Caption.Role.DESCRIPTION]
        texts += [seen.caption for seen in of.printed[key] if not withheld[key].hides(seen.caption)]
        return set(filter(None, map(wording_digest, texts)))

    for_whom = masks(
        (audience, [(key, digest) for key in of.items for digest in digests(of, key)])
        for audience, of in by_audience.items()
    )
    ItemWording.objects.filter(item__in=keys).delete()
    ItemWording.objects.bulk_create(
        ItemWording(item_id=key, digest=digest, audiences=mask) for (key, digest), mask in for_whom.items()
    )


def _names(
    model: type[PlaceName] | type[OutletName], name: str, ids: dict[Audience, dict[int, list[int]]]
) -> dict[int, list[str]]:
    names: dict[int, list[str]] = defaultdict(list)
    wanted = {f"{name}__in": _all_of(ids)}
    for key, written in model.objects.filter(**wanted).order_by("pk").values_list(name, "name"):
        names[key].append(written)
    return names


def _event_names(ids: dict[Audience, dict[int, list[int]]]) -> dict[int, str]:
    return dict(Event.objects.filter(pk__in=_all_of(ids)).values_list("pk", "name"))


def _all_of(ids: dict[Audience, dict[int, list[int]]]) -> set[int]:
    return {pk for of_items in ids.values() for keys in of_items.values() for pk in keys}


def _pictured(items: Sequence[Item], withheld: Mapping[int, Withheld]) -> dict[int, str]:
    """
    Return the words that stand in each picture, but for held wordings: whoever sees it reads them. One query.

    A line that the model may have misread stands both ways.
    """
    read = words_in_files([item.media_file_id for item in items])
    return {
        item.pk: " ".join(
            text
            for line in readable_lines(read.get(item.media_file_id, PictureWords()).lines, withheld[item.pk])
            for text in dict.fromkeys((line.text, mended(line.text)))
        )
        for item in items
    }


def _spanned(items: Sequence[Item], withheld: Mapping[int, Withheld]) -> dict[int, _OfSpans]:
    """
    Return the words by which footage is found for what is said of its spans, but for held wordings.

    Nothing of it leads: an hour of footage has many days and places. No query where there is no footage, six else.
    """
    footage = [item for item in items if item.kind == Item.Kind.FOOTAGE]
    spans = {
        key: standing_spans(readable_spans(shown, withheld[key]))
        for key, shown in (spans_of(footage) if footage else {}).items()
    }
    claims = [claim for shown in spans.values() for claim in _claims_of(shown)]
    places = {claim.value_place_id: claim.value_place.current for claim in claims if claim.value_place}
    above = {key: [place.pk, *place.ancestor_ids] for key, place in places.items()}
    names: dict[int, list[str]] = defaultdict(list)
    if above:
        wanted = {pk for keys in above.values() for pk in keys}
        for key, name in PlaceName.objects.filter(place__in=wanted).order_by("pk").values_list("place", "name"):
            names[key].append(name)
    return {
        key: _OfSpans(
            public=_words_of_spans(shown),
            notes=[span.now.note for span in shown if span.now.note],
            places=[
                name
                for claim in _claims_of(shown)
                if claim.value_place_id
                for pk in above[claim.value_place_id]
                for name in names[pk]
            ],
        )
        for key, shown in spans.items()
    }


def _words_of_spans(shown: Iterable[ShownSpan]) -> list[str]:
    """Return titles, what the spans show in words, and the events in them."""
    words = []
    for span in shown:
        words.append(span.now.title)
        for said in span.standing:
            event = said.claim.value_event
            words.append(event.current.name if event else said.claim.value_text)
    return list(filter(None, words))


def _claims_of(shown: Iterable[ShownSpan]) -> list[SpanClaim]:
    return [said.claim for span in shown for said in span.standing]


def _statements(items: Sequence[Item], withheld: Mapping[int, Withheld]) -> dict[Audience, dict[int, str]]:
    """Return the words of the raw statements of each file, but for held wordings, as each audience may read them."""
    withheld_of_file = {item.media_file_id: withheld[item.pk] for item in items}
    words: dict[Audience, dict[int, str]] = {audience: defaultdict(str) for audience in AUDIENCES}
    readings = Reading.objects.filter(media_file__in=withheld_of_file)
    rows = list(readings.order_by("pk").values_list("pk", "media_file", "statements"))
    closed = set(closed_among([pk for pk, *_told in rows]).values_list("pk", flat=True)) if rows else set()
    for pk, key, statements in rows:
        text = " ".join(
            f"{tag} {value}" for _, tag, value in statements if not withheld_of_file[key].hides(as_text(value))
        )
        words[Audience.STAFF][key] += f" {text}"
        if pk not in closed:
            words[Audience.RESEARCH][key] += f" {text}"
    return words
