"""What an earlier version wrote for search is written anew: workers do it by themselves, some items at a time."""

import logging
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from archive.catalogue.models import Item
from archive.files.outside_faults import is_outside_fault
from archive.ledger.record_acts import recording
from archive.projection.item_gate import changing
from archive.projection.write_projection import COLUMNS, VERSION

logger = logging.getLogger(__name__)

# A file that came in waits for so many at most, and so does whoever changes one of them.
AT_ONCE = 50
# In the place of the version, of an item on which writing failed: it is not tried again until the next version.
FAILED = -VERSION
_WHEN_WRITTEN = ("projected_at", "projection_version")


def older() -> QuerySet[Item]:
    """Keep the items of which search reads what an earlier version wrote, and that this one did not try in vain."""
    return Item.objects.filter(projection_version__lt=VERSION).exclude(projection_version=FAILED)


def project_some() -> bool:
    """
    Write anew what search reads of some items, if any is older; return whether there may be more.

    What another worker has locked is left to it.
    """
    some = older().order_by("projection_version", "pk")[:AT_ONCE]
    if not some.exists():
        return False
    try:
        return _write_anew(some) == AT_ONCE
    except Exception as problem:
        if is_outside_fault(problem):
            raise
    keys = list(some.values_list("pk", flat=True))
    for key in keys:
        _project_alone(key)
    return len(keys) == AT_ONCE


def _write_anew(items: QuerySet[Item]) -> int:
    """Write anew those of the items that nobody else has locked; return how many these are."""
    if connection.features.has_select_for_update_skip_locked:
        items = items.select_for_update(skip_locked=True, no_key=True)
    with recording():
        # The gate asks once it is open: what another worker wrote since is older no more.
        with changing() as change:
            taken = list(items.all())
            change.lock(taken)
            for item in taken:
                change.add(item)
            before = {item.pk: (_columns(item), item.projected_at) for item in taken}
        # Feeds and saved searches tell as changed what was projected since: another version alone is no change.
        same = [item for item in taken if _columns(item) == before[item.pk][0]]
        for item in same:
            item.projected_at = before[item.pk][1]
        Item.objects.bulk_update(same, ["projected_at"])
    return len(taken)


def _columns(item: Item) -> list[Any]:
    return [getattr(item, item._meta.get_field(name).attname) for name in COLUMNS if name not in _WHEN_WRITTEN]


def _project_alone(key: int) -> None:
    try:
        _write_anew(older().filter(pk=key))
    except Exception as problem:
        if is_outside_fault(problem):
            raise
        logger.exception("What search reads of item %s could not be written anew.", key)
        # Whoever changed the item meanwhile may have written it well.
        Item.objects.filter(pk=key, projection_version__lt=VERSION).update(projection_version=FAILED)
