"""In which order items are found, and what stands before and after one of them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, BooleanField, Case, F, Q, Value, When
from django.db.models.expressions import CombinedExpression
from django.db.models.lookups import GreaterThan, LessThan

from archive.catalogue.audiences import Audience
from archive.catalogue.models import ItemQuerySet
from archive.catalogue.text_index import in_heading


@dataclass(frozen=True)
class Key:
    """A column to sort by. What has no value stands last, whichever the direction."""

    name: str
    is_descending: bool = True
    is_nullable: bool = False

    def ordering(self) -> Any:
        # Said of a column that always has a value, NULLS LAST would keep PostgreSQL from its index.
        column, nulls_last = F(self.name), self.is_nullable or None
        return column.desc(nulls_last=nulls_last) if self.is_descending else column.asc(nulls_last=nulls_last)

    def before(self, value: Any) -> Q:
        if value is None:
            return Q(**{f"{self.name}__isnull": False})
        return self._beyond(value, is_more=self.is_descending)

    def after(self, value: Any) -> Q:
        if value is None:
            # Nothing stands after what stands last.
            return Q(pk__in=[])
        further = self._beyond(value, is_more=not self.is_descending)
        return further | Q(**{f"{self.name}__isnull": True}) if self.is_nullable else further

    def _beyond(self, value: Any, *, is_more: bool) -> Q:
        # SQLite (3.40) passes over a bound of the key where that is in an index and among a list too: so it is bounded
        # by what is no column.
        column: Any = F(self.name)
        if self.name == "id":
            column = CombinedExpression(column, "+", Value(0), output_field=BigIntegerField())
        return Q(GreaterThan(column, Value(value)) if is_more else LessThan(column, Value(value)))

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})


_NEWEST = (Key("date_created_earliest", is_nullable=True), Key("id"))
# Each ends in the key of the item, so that no two pages share one.
_ORDERS = {
    "newest": _NEWEST,
    "oldest": (
        Key("date_created_earliest", is_descending=False, is_nullable=True),
        Key("id", is_descending=False),
    ),
    "added": (Key("added_at"), Key("id")),
    "best": (Key("is_in_heading"), *_NEWEST),
}


class Order:
    """One of the orders, by its name; "best" sets those first that hold the words in their heading."""

    def __init__(self, name: str, words: str, *, audience: Audience) -> None:
        self.audience = audience
        self.words = words if name == "best" else ""
        self.keys = _ORDERS["newest" if name == "best" and not words else name]

    def _ready(self, items: ItemQuerySet) -> ItemQuerySet:
        if not self.words:
            return items
        return items.annotate(
            is_in_heading=Case(
                When(in_heading(self.words, audience=self.audience), then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            )
        )

    def sorted(self, items: ItemQuerySet) -> ItemQuerySet:
        return self._ready(items).order_by(*(key.ordering() for key in self.keys))

    def around(self, items: ItemQuerySet, item_id: int) -> tuple[ItemQuerySet, ItemQuerySet] | None:
        """Return what stands before an item, nearest last, and after it, nearest first; None where it is not there."""
        ready = self.sorted(items)
        values = ready.filter(pk=item_id).values_list(*(key.name for key in self.keys)).first()
        if values is None:
            return None
        before, after, same = Q(pk__in=[]), Q(pk__in=[]), Q()
        for key, value in zip(self.keys, values, strict=True):
            before |= same & key.before(value)
            after |= same & key.after(value)
            same &= key.same(value)
        return ready.filter(before), ready.filter(after)
