"""The queue of items to review: a query, what contradicts itself first, then what is contested, then the oldest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from archive.accounts.models import User
from archive.catalogue.models import Item
from archive.provenance.checks.finding import Question
from archive.review.models import CurrentVerdict

ORDER = ("-is_contradicted", "-is_contested", "added_at", "pk")
# So many are tried before the queue counts as worked on by others.
_TRIED = 50


def to_review(items: QuerySet[Item]) -> QuerySet[Item]:
    """Keep the items of which a question is open, or to be looked at again, in the order in which they are reviewed."""
    standing = CurrentVerdict.objects.filter(is_changed=False).exclude(word__in=CurrentVerdict.UNANSWERED)
    answered = standing.values("item").annotate(number=Count("pk"))
    whole = answered.filter(number=len(Question)).values("item")
    return items.exclude(pk__in=whole).order_by(*ORDER)


def free_for(items: QuerySet[Item], *, user: User, at: datetime) -> QuerySet[Item]:
    """Leave out what somebody else reviews at the moment."""
    return items.filter(Q(review_lease=None) | Q(review_lease__holder=user) | Q(review_lease__until__lte=at))


def following(items: QuerySet[Item], passed: Item | None) -> Iterator[Item]:
    """Walk round the queue from behind the item that was passed, or from its beginning; at most two queries."""
    if passed:
        # What stands behind it: less grave, or as grave and younger.
        behind = Q(is_contradicted__lt=passed.is_contradicted)
        same = Q(is_contradicted=passed.is_contradicted)
        behind |= same & Q(is_contested__lt=passed.is_contested)
        same &= Q(is_contested=passed.is_contested)
        behind |= same & (Q(added_at__gt=passed.added_at) | Q(added_at=passed.added_at, pk__gt=passed.pk))
        yield from items.filter(behind)[:_TRIED]
        items = items.exclude(pk=passed.pk)
    yield from items[:_TRIED]
