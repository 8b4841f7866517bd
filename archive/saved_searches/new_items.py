"""
What is new in a kept search since somebody looked.

New is what the search finds now and did not find then, for whichever reason: it was added to the archive, opened to the
person, or given a date, a place or words that the search asks for. So the keys of what it found are remembered, up to
2,000; of a search that finds more, new is what was added to the archive since.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Coalesce

from archive.accounts.models import User
from archive.catalogue.models import Item
from archive.saved_searches.models import SavedSearch, SearchLook
from archive.saved_searches.read_search import read_search
from archive.search.find_items import keys_found

MOST_REMEMBERED = 2000


@dataclass(frozen=True)
class NewItems:
    """
    The keys of what is new, the latest added first, not all where `is_capped`. `total` is None for more than 2,000 in
    all; `looked_at` is None where the person has not looked yet, and then nothing is new.
    """

    is_understood: bool = True
    looked_at: datetime | None = None
    keys: list[int] = field(default_factory=list)
    is_capped: bool = False
    is_by_added: bool = False
    total: int | None = 0


def new_items(search: SavedSearch, *, person: User) -> NewItems:
    """Return what is new for a person who may see the search; at most three queries beside those that read it."""
    read = read_search(search, person)
    if not read.is_understood:
        return NewItems(is_understood=False)
    keys, is_large = keys_found(read.asked, most=MOST_REMEMBERED)
    total = None if is_large else len(keys)
    seen_before = SearchLook.objects.filter(search=search, person=person).first()
    if seen_before is None:
        return NewItems(total=total)
    is_by_added = total is None or seen_before.seen is None
    if is_by_added:
        since = read.asked.narrowed().filter(added_at__gt=seen_before.looked_at)
        keys = list(since.order_by().values_list("pk", flat=True)[: MOST_REMEMBERED + 1])
    else:
        keys = sorted(set(keys) - set(seen_before.seen))
    return NewItems(
        looked_at=seen_before.looked_at,
        keys=_latest_first(keys[:MOST_REMEMBERED]),
        is_capped=len(keys) > MOST_REMEMBERED,
        is_by_added=is_by_added,
        total=total,
    )


def look(search: SavedSearch, *, person: User, at: datetime) -> None:
    """
    Remember what the search finds for a person as looked at. Two tabs at once remember what both have shown.

    :param at: when the page was made that they looked at: what came or changed later is still new
    """
    read = read_search(search, person)
    if not read.is_understood:
        return
    with transaction.atomic():
        row, _is_new = SearchLook.objects.select_for_update().get_or_create(
            search=search, person=person, defaults={"looked_at": at, "seen": []}
        )
        keys, is_large = keys_found(read.asked, most=MOST_REMEMBERED)
        if is_large:
            row.seen = None
        else:
            stood = Item.objects.filter(pk__in=keys).annotate(stands_since=Coalesce("projected_at", "added_at"))
            shown = set(stood.filter(stands_since__lte=at).values_list("pk", flat=True))
            row.seen = sorted(set(keys) & (shown | set(row.seen or [])))
        row.looked_at = max(row.looked_at, at)
        row.save(update_fields=["looked_at", "seen"])


def _latest_first(keys: list[int]) -> list[int]:
    return list(Item.objects.filter(pk__in=keys).order_by("-added_at", "-pk").values_list("pk", flat=True))
