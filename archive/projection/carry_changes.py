"""
Carry a change of a place, event or outlet through the items that lead to it, whose words and links search reads.

Few items are written with the change itself. Of more, the change is saved at once and stands in a row, and workers
write them anew some at a time: killed, they go on behind the last ones. Meanwhile items are found as before.

What follows from other changes is carried the same way by a `Carrier`, which its own stage has: what it does for an
item follows from what the record says at that moment, so that it may be done twice, and the last change holds.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from types import MappingProxyType
from typing import NamedTuple

from django.db import connection
from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

from archive.authorities.models import Event, Outlet, Place
from archive.catalogue.models import Item, ItemEvent, ItemOutlet, ItemPlace
from archive.claims.models import Claim, SpanClaim
from archive.files.outside_faults import is_outside_fault
from archive.projection.item_gate import Change, changing
from archive.projection.models import LONGEST_WAIT, RecordChange

logger = logging.getLogger(__name__)

# Whoever changes a record waits for so many items at most, and so does who changes an item beside a worker.
AT_ONCE = 50
_FIRST_WAIT = timedelta(seconds=5)
_LINKS: dict[str, type[ItemPlace] | type[ItemEvent] | type[ItemOutlet]] = {
    "place": ItemPlace,
    "event": ItemEvent,
    "outlet": ItemOutlet,
}


class Carrier(NamedTuple):
    """
    How the changes of one sort of record are carried: which items follow next, and what follows for some of them.

    `following` takes the row, the key behind which it goes on, and how many at most; it returns keys in their order.
    `beside` returns what else changes with some of them, and `carry` is called once these and those are locked;
    `finish` in the transaction in which the last ones followed.
    """

    following: Callable[[RecordChange, int, int], list[int]]
    beside: Callable[[RecordChange, list[Item]], list[Item]]
    carry: Callable[[RecordChange, Change, list[Item], list[Item]], None]
    finish: Callable[[RecordChange], None]


_NONE: Mapping[str, Carrier] = MappingProxyType({})


@contextmanager
def changing_record(
    record: Place | Event | Outlet,
    *,
    also: Collection[int] = (),
    by_claims: bool = False,
    shown_with: int | None = None,
) -> Iterator[None]:
    """
    Open a transaction in which a record changes, alone; the items that lead to it follow, now or by workers.

    :param also: keys of further records of its sort whose items follow
    :param by_claims: also the items that a claim leads to one of these: links may not have been written for them
    :param shown_with: key of the record on whose page it is told how far this has come; its own where none is given
    """
    sort, keys = record._meta.model_name, sorted({record.pk, *also})
    with changing(alone=True) as change:
        some = _items(sort, keys, by_claims, after=0)[: AT_ONCE + 1]
        if len(some) <= AT_ONCE:
            items = list(Item.objects.filter(pk__in=some))
            change.lock(items)
            for item in items:
                change.add(item)
        else:
            RecordChange.objects.create(
                sort=sort,
                keys=keys,
                by_claims=by_claims,
                shown_with=shown_with or record.pk,
                items=_count(sort, keys, by_claims),
                began_at=timezone.now(),
            )
        yield


def carry_some(carriers: Mapping[str, Carrier] = _NONE) -> bool:
    """
    Carry the oldest change on through some items; return whether there may be more. What another carries is its.

    A change that cannot be carried on waits for a while, and holds up no other.

    :param carriers: of further sorts than places, events and outlets
    """
    change_row = None
    try:
        with changing() as change:
            rows = RecordChange.objects.due(timezone.now()).filter(sort__in=[*_LINKS, *carriers]).order_by("pk")
            if connection.features.has_select_for_update_skip_locked:
                rows = rows.select_for_update(skip_locked=True)
            if (change_row := rows.first()) is None:
                return False
            keys = _next(change_row, carriers)
            _carry(change_row, change, keys, carriers)
            _advance(change_row, keys, carriers)
    except Exception as problem:
        if is_outside_fault(problem) or change_row is None:
            raise
        logger.exception("%s: some items could not follow it together.", change_row)
        try:
            if change_row.sort in carriers:
                _carry_singly(change_row.pk, carriers)
            else:
                _leave_to_single_tries(change_row.pk)
        except Exception as problem_with_all:
            if is_outside_fault(problem_with_all):
                raise
            logger.exception("%s: it could not be carried on, and is tried again.", change_row)
            _put_off(change_row)
    return True


def _put_off(row: RecordChange) -> None:
    wait = min(_FIRST_WAIT * 2 ** min(row.tries, 20), LONGEST_WAIT)
    again = {"tries": F("tries") + 1, "not_before": timezone.now() + wait}
    RecordChange.objects.unfinished().filter(pk=row.pk).update(**again)


def progress_of(record: Model) -> list[RecordChange]:
    """Return the changes told of on a record's page that are still carried through, the oldest first; one query."""
    changes = RecordChange.objects.unfinished().filter(sort=record._meta.model_name, shown_with=record.pk)
    return list(changes.order_by("pk"))


def failed_of(record: Model) -> list[int]:
    """Return the keys of items that could not follow the latest change of a record; one query."""
    changes = RecordChange.objects.filter(sort=record._meta.model_name, shown_with=record.pk)
    return changes.order_by("-pk").values_list("failed", flat=True).first() or []


def _next(row: RecordChange, carriers: Mapping[str, Carrier] = _NONE) -> list[int]:
    if row.sort in carriers:
        return carriers[row.sort].following(row, row.after_item, AT_ONCE)
    return _items(row.sort, row.keys, row.by_claims, after=row.after_item)[:AT_ONCE]


def _carry(row: RecordChange, change: Change, keys: list[int], carriers: Mapping[str, Carrier]) -> None:
    items = list(Item.objects.filter(pk__in=keys).order_by("pk"))
    if row.sort in carriers:
        beside = carriers[row.sort].beside(row, items)
        change.lock([*items, *beside])
        carriers[row.sort].carry(row, change, items, beside)
        return
    change.lock(items)
    for item in items:
        change.add(item)


def _advance(row: RecordChange, keys: list[int], carriers: Mapping[str, Carrier] = _NONE) -> None:
    row.done += len(keys)
    row.tries, row.not_before = 0, None
    row.after_item = max(keys, default=row.after_item)
    if len(keys) < AT_ONCE:
        row.finished_at = timezone.now()
    row.save(update_fields=["done", "after_item", "finished_at", "failed", "tries", "not_before"])
    if row.finished_at and row.sort in carriers:
        carriers[row.sort].finish(row)


def _leave_to_single_tries(key: int) -> None:
    """Pass by items of which writing failed: each is tried by itself then, and told of on the status page."""
    with changing():
        row = RecordChange.objects.select_for_update().get(pk=key)
        keys = _next(row)
        Item.objects.filter(pk__in=keys).update(projection_version=0)
        _advance(row, keys)


def _carry_singly(key: int, carriers: Mapping[str, Carrier]) -> None:
    """Carry the next items each by itself, and note those that cannot follow."""
    row = RecordChange.objects.get(pk=key)
    keys, failed = _next(row, carriers), []
    for item_key in keys:
        try:
            with changing() as change:
                # Whoever puts another change in its place waits for this item, and it goes no further.
                row = RecordChange.objects.select_for_update().get(pk=key)
                if row.finished_at:
                    return
                _carry(row, change, [item_key], carriers)
        except Exception as problem:
            if is_outside_fault(problem):
                raise
            logger.exception("%s: item %s could not follow it.", row, item_key)
            failed.append(item_key)
    with changing():
        row = RecordChange.objects.select_for_update().get(pk=key)
        # Another worker may have gone on meanwhile.
        if row.finished_at is None and keys == _next(row, carriers):
            row.failed = [*row.failed, *failed]
            _advance(row, keys, carriers)


def _items(sort: str, keys: list[int], by_claims: bool, *, after: int) -> list[int]:
    """Return the keys of the next items that lead to one of the records, one more than are carried at once."""
    found = {key for rows in _leading(sort, keys, by_claims) for key in _first(rows, after)}
    return sorted(found)[: AT_ONCE + 1]


def _first(rows: QuerySet, after: int) -> list[int]:
    behind = rows.filter(item__gt=after).order_by("item")
    return list(behind.values_list("item", flat=True).distinct()[: AT_ONCE + 1])


def _leading(sort: str, keys: list[int], by_claims: bool) -> list[QuerySet]:
    leading: list[QuerySet] = [_LINKS[sort].objects.filter(**{f"{sort}__in": keys})]
    if by_claims:
        leading.append(Claim.objects.filter(**{f"value_{sort}__in": keys}))
    if sort in ("place", "event"):
        leading.append(_said_of_spans(sort, keys))
    return leading


def _said_of_spans(sort: str, keys: list[int]) -> QuerySet:
    """Return what names one of the records of a span of footage: it links nothing, and is found by the names."""
    if sort == "event":
        named = Event.objects.filter(Q(pk__in=keys) | Q(merged_into__in=keys))
    else:
        # By the names of all places above it too.
        beneath = Q(pk__in=keys)
        for path in Place.objects.filter(pk__in=keys).exclude(path="").values_list("path", flat=True):
            beneath |= Q(path__startswith=path)
        places = Place.objects.filter(beneath)
        named = Place.objects.filter(Q(pk__in=places) | Q(merged_into__in=places))
    return SpanClaim.objects.filter(**{f"value_{sort}__in": named}).annotate(item=F("span__item"))


def _count(sort: str, keys: list[int], by_claims: bool) -> int:
    linked, *claimed = (rows.order_by().values_list("item") for rows in _leading(sort, keys, by_claims))
    if not claimed:
        return linked.distinct().count()
    return linked.union(*claimed).count()
