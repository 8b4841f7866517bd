"""The queue of proposals on captions: a query, the oldest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from archive.accounts.models import User
from archive.authorities.models import Outlet, Place
from archive.catalogue.models import Accession, Item, ItemOutlet, ItemPlace
from archive.review.models import Proposal

# So many are tried before the queue counts as worked on by others.
_TRIED = 50


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


def following(proposals: QuerySet[Proposal], passed: Proposal | None) -> Iterator[Proposal]:
    """Walk round the queue from behind the one that was passed, or from its beginning; at most two queries."""
    if passed:
        behind = Q(proposed_at__gt=passed.proposed_at) | Q(proposed_at=passed.proposed_at, pk__gt=passed.pk)
        yield from proposals.filter(behind)[:_TRIED]
        proposals = proposals.exclude(pk=passed.pk)
    yield from proposals[:_TRIED]


def to_do(user: User) -> tuple[int, int]:
    """Return how many proposals wait for this user's decision, and how many answers wait to be seen; one query."""
    # Whoever decides on captions sees all items: roles build on one another.
    decides = user.has_perm("review.decide_on_proposal")
    unseen = Q(proposed_by=user, decision__isnull=False, decision__seen=None)
    counted = Proposal.objects.filter(unseen | Q(decision=None) if decides else unseen)
    numbers = counted.aggregate(
        waiting=Count("pk", filter=Q(decision=None)), unseen=Count("pk", filter=Q(decision__isnull=False))
    )
    return numbers["waiting"], numbers["unseen"]


def accessions_of(proposals: QuerySet[Proposal]) -> QuerySet[Accession]:
    """Return the deliveries that the proposals speak of."""
    items = proposals.order_by().values("caption__item")
    return Accession.objects.filter(items__in=items).distinct().order_by("title", "pk")


def outlets_of(proposals: QuerySet[Proposal]) -> QuerySet[Outlet]:
    """Return the outlets that the proposals' items are linked to."""
    links = ItemOutlet.objects.filter(item__in=proposals.order_by().values("caption__item"))
    return Outlet.objects.filter(pk__in=links.values("outlet")).order_by("name", "pk")


def places_of(proposals: QuerySet[Proposal]) -> QuerySet[Place]:
    """Return the places that the proposals' items are linked to, and those above them."""
    links = ItemPlace.objects.filter(item__in=proposals.order_by().values("caption__item"))
    return Place.objects.filter(pk__in=links.values("place")).order_by("name", "pk")
