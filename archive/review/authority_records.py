"""People change and merge places, events and outlets; what search reads of the items that lead there follows."""

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from django.db.models import Count, QuerySet

from archive.accounts.models import User
from archive.authorities import edit_records, merge_records
from archive.authorities.likely_duplicates import LikelyDuplicates, likely_duplicates
from archive.authorities.models import Event, Outlet, Place
from archive.authorities.revision import advance, current, lock_alone
from archive.catalogue.models import Item, ItemEvent, ItemOutlet, ItemPlace
from archive.claims.models import Claim
from archive.ledger.record_acts import recording
from archive.projection.carry_changes import changing_record, progress_of

Record = TypeVar("Record", Place, Event, Outlet)

_CREATE: dict[type, Callable[..., Any]] = {
    Place: edit_records.create_place,
    Event: edit_records.create_event,
    Outlet: edit_records.create_outlet,
}
_LINKS: dict[type, type[ItemPlace] | type[ItemEvent] | type[ItemOutlet]] = {
    Place: ItemPlace,
    Event: ItemEvent,
    Outlet: ItemOutlet,
}
_EDIT: dict[type, Callable[..., Any]] = {
    Place: edit_records.edit_place,
    Event: edit_records.edit_event,
    Outlet: edit_records.edit_outlet,
}


def create(model: type[Record], *, by: User, shown: Collection[int] = (), **fields: Any) -> Record:
    """
    Make a record, as the function of `authorities.edit_records` for its sort does, which says what it refuses.

    :param shown: keys of records that whoever makes this one has seen, and says are others
    :raises LikelyDuplicates: it may be one that they have not seen
    """

    def look() -> None:
        likely = likely_duplicates(model, fields)
        if not {each.record.pk for each in likely} <= set(shown):
            raise LikelyDuplicates(likely)

    # Before all others wait: it takes long among many names.
    marks = current(*_CREATE)
    look()
    with recording():
        lock_alone()
        # Again where one came meanwhile: of two people who record one beach at once the second is shown the first's.
        if current(*_CREATE) != marks:
            look()
        advance(model)
        return _CREATE[model](by=by, **fields)


def edit(record: Record, *, by: User, **changes: Any) -> Record:
    """Change a record, as the function of `authorities.edit_records` for its sort does, which says what it refuses."""
    # Names and the places above are part of what search reads of an item.
    with changing_record(record):
        return _EDIT[type(record)](record, by=by, **changes)


def merge(record: Record, *, into: Record, by: User, reason: str = "") -> Record:
    """
    Let one record stand for another, and return it.

    :raises archive.authorities.merge_records.CannotMerge: the two cannot become one
    """
    with changing_record(record, shown_with=into.pk):
        return merge_records.merge(record, into=into, by=by, reason=reason)


def unmerge(record: Record, *, by: User, reason: str = "") -> Record:
    """
    Let a merged record stand by itself again: claims that name it read it, its names and what stood in it go back.

    What was linked with the other record since stays there.

    :raises archive.authorities.merge_records.CannotUnmerge: it is not merged, or the other was itself merged since
    :raises archive.authorities.record_tree.CannotNest: it cannot stand where it stood
    """
    merged = merge_records.what_was_merged(record)
    with changing_record(record, also=[*merged.merged, *merged.beneath], by_claims=True):
        return merge_records.unmerge(record, by=by, reason=reason)


def linked_since(record: Record, *, user: object) -> int:
    """Return how many claims that this user may read name the record that a merged one leads to, made since then."""
    merged = merge_records.what_was_merged(record)
    return claims_of(record.merged_into, user=user).filter(claimed_at__gt=merged.at).count()


def item_counts(model: type[Record], keys: Collection[int], *, user: object) -> dict[int, int]:
    """Return how many items this user may see at each of these records; one query."""
    sort = model._meta.model_name
    linked = _LINKS[model].objects.known_to(user).filter(**{f"{sort}__in": keys})
    return dict(linked.order_by().values_list(sort).annotate(number=Count("item")))


def what_hangs_on(record: Record, *, user: object) -> dict[str, Any]:
    """Return what a record is and how much hangs on it, for whoever weighs a merge; three queries."""
    return {
        "slug": record.slug,
        "name": record.name,
        "kind": record.kind,
        "items": item_counts(type(record), [record.pk], user=user).get(record.pk, 0),
        "claims": claims_of(record, user=user).count(),
        "beneath": 0 if isinstance(record, Outlet) else type(record).objects.standing().filter(parent=record).count(),
    }


def what_goes_back(record: Record, *, user: object) -> dict[str, Any]:
    """
    Return what taking a merge back would move, and what would stay.

    :raises archive.authorities.merge_records.CannotUnmerge: it is not merged
    """
    merged = merge_records.what_was_merged(record)
    return {
        "record": record.slug,
        "into": record.merged_into.slug,
        "merged_by": merged.by,
        "merged_at": merged.at,
        "reason": merged.reason,
        "names": [name for name, *_rest in merged.names],
        "beneath": len(merged.beneath),
        "claims": claims_of(record, user=user).count(),
        "linked_since": linked_since(record, user=user),
    }


def items_to_follow(record: Record) -> int:
    """Return how many items workers have still to write anew after changes told of at a record; one query."""
    return sum(max(0, change.items - change.done) for change in progress_of(record))


def claims_of(record: Record, *, user: object) -> QuerySet[Claim]:
    """Return the claims that name a record itself, as this user may read them, of items that they may see."""
    named = Claim.objects.filter(**{f"value_{record._meta.model_name}": record})
    return named.told_to(user).filter(Item.objects.visible_to(user).named_by("item"))
