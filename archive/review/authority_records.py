"""People change and merge places, events and outlets; what search reads of the items that lead there follows."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from archive.accounts.models import User
from archive.authorities import edit_records, merge_records
from archive.authorities.models import Event, Outlet, Place
from archive.catalogue.models import Item, ItemEvent, ItemOutlet, ItemPlace
from archive.projection.item_gate import changing

Record = TypeVar("Record", Place, Event, Outlet)

_EDIT: dict[type, Callable[..., Any]] = {
    Place: edit_records.edit_place,
    Event: edit_records.edit_event,
    Outlet: edit_records.edit_outlet,
}


def edit(record: Record, *, by: User, **changes: Any) -> Record:
    """Change a record, as the function of `authorities.describing` for its sort does, which says what it refuses."""
    # Names and the places above are part of what search reads of an item.
    with changing(_items_of(record), alone=True):
        return _EDIT[type(record)](record, by=by, **changes)


def merge(record: Record, *, into: Record, by: User, reason: str = "") -> Record:
    """
    Let one record stand for another, and return it.

    :raises archive.authorities.merge_records.CannotMerge: the two cannot become one
    """
    with changing(_items_of(record), alone=True):
        return merge_records.merge(record, into=into, by=by, reason=reason)


def _items_of(record: Record) -> QuerySet[Item]:
    """Return the items that lead to the record or to anything beneath it."""
    if isinstance(record, Outlet):
        links = ItemOutlet.objects.filter(outlet=record)
    elif isinstance(record, Place):
        links = ItemPlace.objects.filter(Q(place=record) | Q(place__in=Place.objects.beneath(record).values("pk")))
    else:
        links = ItemEvent.objects.filter(Q(event=record) | Q(event__in=Event.objects.beneath(record).values("pk")))
    return Item.objects.filter(pk__in=links.values("item")).order_by("pk")
