"""
On whose access somebody decided: that stands, whoever else may see the accession that it came with.

All other items follow their accession. What the ledger tells of an item says which: an act on its access that nobody
undid, and that is not the correction of the accession, is a decision.
"""

import json
from collections.abc import Iterable

from archive.catalogue.models import Access, Item
from archive.ledger.models import LedgerEntry
from archive.review.own_acts import ITEM, SET_ACCESS
from archive.standards.batches import batches

_AT_ONCE = 1000
# In the payload of an entry: the accession whose correction let the item follow.
FOLLOWS = "accession"


def decisions_on(items: Iterable[int], *, before: int | None = None) -> dict[int, LedgerEntry]:
    """
    Return, by the key of the item, the entry of the decision on its access that stands; one query for some thousand.

    :param before: as it was before the entry of this number
    """
    standing: dict[int, LedgerEntry] = {}
    undone: dict[int, int] = {}
    for some in batches(list(items), _AT_ONCE):
        entries = LedgerEntry.objects.filter(verb=SET_ACCESS, subject__in=[f"{ITEM}{key}" for key in some])
        if before is not None:
            entries = entries.filter(sequence__lt=before)
        for entry in entries.order_by("-sequence"):
            key, payload = int(entry.subject.removeprefix(ITEM)), json.loads(entry.payload)
            if key in standing or FOLLOWS in payload or entry.sequence >= undone.get(key, entry.sequence + 1):
                continue
            if "undoes" in payload:
                # All that was said of the item since its first entry: also that it was restricted with what was undone.
                undone[key] = payload["undoes"][0]
            else:
                standing[key] = entry
    return standing


def closed_with_accession(items: Iterable[Item], *, before: int | None = None) -> set[int]:
    """
    Return the keys of those of these items that only archive staff may see, as their accession says now.

    :param before: as `decisions_on`
    """
    keys = [item.pk for item in items]
    closed = set(Item.objects.filter(pk__in=keys, accession__access=Access.RESTRICTED).values_list("pk", flat=True))
    return closed - decisions_on(closed, before=before).keys()
