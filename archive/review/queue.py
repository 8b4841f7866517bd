"""The queue of proposals on captions: a query, the oldest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from archive.accounts.models import User
from archive.authorities.models import Outlet, Place
from archive.catalogue.models import Accession, Item
from archive.review.models import Proposal


@dataclass(frozen=True)
class Narrowing:
    """What the queue is narrowed to; empty: all of it."""

    reason: str = ""
    accession: Accession | None = None
    outlet: Outlet | None = None
    place: Place | None = None


def waiting(user: object, narrowing: Narrowing = Narrowing()) -> QuerySet[Proposal]:
    """Return the undecided proposals on what this user may see, the oldest first."""
    items = Item.objects.visible_to(user)
    if narrowing.accession:
        items = items.filter(accession=narrowing.accession)
    if narrowing.outlet:
        items = items.of_outlet(narrowing.outlet)
    if narrowing.place:
        items = items.at_place(narrowing.place)
    proposals = Proposal.objects.undecided().filter(caption__item__in=items)
    if narrowing.reason:
        proposals = proposals.filter(reason=narrowing.reason)
    return proposals.order_by("proposed_at", "pk")


def with_row(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Fetch what a row of the queue shows: two queries."""
    return proposals.select_related(
        "proposed_by", "lease__holder", "caption__item__media_file", "caption__item__accession"
    ).prefetch_related("caption__item__media_file__renditions")


def free_for(proposals: QuerySet[Proposal], *, user: User, at: datetime) -> QuerySet[Proposal]:
    """Leave out what another moderator works on."""
    return proposals.filter(Q(lease=None) | Q(lease__holder=user) | Q(lease__until__lte=at))


def count_by_reason(proposals: QuerySet[Proposal]) -> dict[str, int]:
    """Return how many wait for each reason; one query."""
    return dict(proposals.order_by().values_list("reason").annotate(number=Count("pk")))


def number_waiting(user: object) -> int:
    """Return how many wait in all; one query."""
    return waiting(user).order_by().count()


def after(proposals: Iterable[Proposal], passed: int) -> list[Proposal]:
    """Return the proposals from the one behind `passed` on, then those before it: going round the queue."""
    rows = list(proposals)
    at = next((place for place, one in enumerate(rows) if one.pk == passed), -1) + 1
    return rows[at:] + [one for one in rows[:at] if one.pk != passed]
