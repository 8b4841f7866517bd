"""
Which items are to be checked anew after acts: those that the acts speak of, and those that weigh what these say.

An act on a place, an event or an outlet speaks of all items whose evidence names it: by a claim, by the places of an
event, by who published or supplied it, or by words in the picture. One on a place or an event that moved speaks too of
all items whose evidence names something beneath it. One on an accession speaks of its items once these have followed
it.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Model, Q, QuerySet

from archive.authorities.models import Event, Outlet, OutletName, Place, PlaceName
from archive.authorities.record_tree import Nested
from archive.catalogue.audiences import Audience
from archive.catalogue.models import Caption, Item
from archive.catalogue.text_index import in_picture
from archive.claims.models import Claim
from archive.ledger.models import Told
from archive.matching.models import Match
from archive.press.models import Appearance
from archive.provenance.gather_evidence import MOST_STEPS, joining_matches, naming
from archive.standards.batches import batches
from archive.standards.normal_form import normalise

# So many keys are asked for by one statement, and so many names.
KEYS_AT_ONCE, NAMES_AT_ONCE = 1000, 50
_SUBJECT = re.compile(r"(catalogue\.(?:item|accession)|matching\.match|authorities\.(?:event|place|outlet)):(\d+)")
# The columns by which an item's evidence names a record, each with where its row has the item.
_NAMED_BY: dict[type[Model], list[tuple[type[Model], str, str]]] = {
    Event: [(Claim, "value_event", "item"), (Claim, "value_event__merged_into", "item")],
    Place: [
        (Claim, "value_place", "item"),
        (Claim, "value_event__places", "item"),
        (Claim, "value_event__merged_into__places", "item"),
    ],
    Outlet: [(Claim, "value_outlet", "item"), (Appearance, "outlet", "item"), (Item, "accession__outlet", "pk")],
}


def changed_items(entries: Iterable[Told]) -> set[int]:
    """Return the keys of the items that these entries speak of, and of those that weigh what these items say."""
    return _with_copies(_spoken_of(list(entries)))


def _spoken_of(entries: list[Told]) -> set[int]:
    named: dict[str, set[int]] = defaultdict(set)
    moved: dict[str, set[int]] = defaultdict(set)
    words: set[str] = set()
    for entry in entries:
        if not (parsed := _SUBJECT.fullmatch(entry.subject)):
            continue
        if parsed[1] == "catalogue.accession" and not json.loads(entry.payload).get("followed"):
            continue
        named[parsed[1]].add(int(parsed[2]))
        if parsed[1].startswith("authorities."):
            payload = json.loads(entry.payload)
            words |= {payload.get("former_name", ""), *payload.get("former_names", ())}
            if "parent" in payload or "into" in payload:
                moved[parsed[1]].add(int(parsed[2]))
    pairs = Match.objects.filter(pk__in=named["matching.match"]).values_list("held", "other")
    files = {file for pair in pairs for file in pair}
    asked = Q(pk__in=named["catalogue.item"]) | Q(media_file__in=files)
    items = set(Item.objects.filter(asked).values_list("pk", flat=True))
    items |= _column(Item.objects.all(), "accession", named["catalogue.accession"], "pk")
    items |= _column(Caption.objects.all(), "accession", named["catalogue.accession"], "item")
    for model, columns in _NAMED_BY.items():
        if keys := named[model._meta.label_lower]:
            # What a merged one had, its places and names, is now of the one that stands for it.
            keys |= _column(model._default_manager.exclude(merged_into=None), "pk", keys, "merged_into")
            beneath = _beneath(model, moved[model._meta.label_lower])
            for rows, name, item in columns:
                items |= _column(rows._default_manager.all(), name, keys | beneath, item)
    words |= _column(PlaceName.objects.all(), "place", named["authorities.place"], "name")
    words |= _column(OutletName.objects.all(), "outlet", named["authorities.outlet"], "name")
    return items | _pictured(words)


def _beneath(model: type[Model], moved: set[int]) -> set[int]:
    """Return the keys of what stands beneath these records, or beneath those that stand for them: it moved too."""
    if not moved or not issubclass(model, Nested):
        return set()
    records = model._default_manager.all()
    standing = moved | _column(records.exclude(merged_into=None), "pk", moved, "merged_into")
    keys: set[int] = set()
    for some in batches(sorted(_column(records, "pk", standing, "path") - {""}), NAMES_AT_ONCE):
        stands = reduce(or_, (Q(path__startswith=path) for path in some))
        keys |= set(records.filter(stands).values_list("pk", flat=True))
    return keys


def _pictured(names: set[str]) -> set[int]:
    """Return the keys of the items in whose picture one of these names stands."""
    items: set[int] = set()
    for some in batches(sorted({normalise(name) for name in names} - {""}), NAMES_AT_ONCE):
        stands = reduce(or_, (in_picture(f'"{name}"', audience=Audience.STAFF) for name in some))
        items |= set(Item.objects.filter(stands).values_list("pk", flat=True))
    return items


def _with_copies(items: set[int]) -> set[int]:
    """Add the items that weigh what these say: those that matches join with them, or a document that both name."""
    files = _column(Item.objects.all(), "pk", items, "media_file")
    reached, edge = set(files), files
    for _step in range(MOST_STEPS):
        matches = joining_matches()
        edge = (_column(matches, "held", edge, "other") | _column(matches, "other", edge, "held")) - reached
        reached |= edge
    for some in batches(sorted(files), KEYS_AT_ONCE):
        reached |= {file for file, _identifier, _part in naming(some)}
    return items | _column(Item.objects.all(), "media_file", reached - files, "pk")


def _column(records: QuerySet, name: str, keys: Iterable[int], column: str) -> set:
    """Return a column of the records of which another is one of these keys, however many these are."""
    return {
        value
        for some in batches(sorted(keys), KEYS_AT_ONCE)
        for value in records.filter(**{f"{name}__in": some}).values_list(column, flat=True)
    }
