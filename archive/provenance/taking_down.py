"""
Taking pictures down, each with its copies, crops and stills: what one of them shows, all of them show.

The one rule of what goes together, for the page, the bulk action and the API. A copy that arrives later is restricted
as it is recognised, and stands above the pairs that wait for an answer until a moderator has set who may see it.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from archive.accounts.models import User
from archive.catalogue.models import Access, Item
from archive.claims.models import Claim
from archive.ledger.record_acts import act
from archive.matching.kinds import Kind
from archive.matching.models import Match, MatchQuerySet
from archive.projection.item_gate import changing
from archive.provenance.clusters import MOST_MEMBERS, cluster_around
from archive.provenance.models import TakeDown
from archive.standards.vocabulary import Property, Standing

AGENT = "Strandline"


def copies_of(items: Iterable[Item]) -> list[Item]:
    """
    Return what shows the same as these items: copies and crops, stills of footage, the footage of a still.

    Other stills of that footage are not among them: they show another moment. In the order of their keys.
    """
    items = list(items)
    reached = {item.pk: item for item in items}
    to_follow = _with_ties(items) if len(items) > 1 else list(items)
    # How many are asked about does not bound how many of their copies are found.
    most = len(items) + MOST_MEMBERS * len(to_follow)
    while to_follow and len(reached) < most:
        item = to_follow.pop()
        cluster = cluster_around(item)
        beside = list(cluster.footage.values()) if item.kind == Item.Kind.FOOTAGE else []
        kept = Claim.objects.filter(property=Property.DERIVED_FROM, value_item=item).with_standing()
        keys = kept.exclude(standing__in=[Standing.REJECTED, Standing.SUPERSEDED]).values("item")
        for other in [*cluster.items.values(), *beside, *Item.objects.filter(pk__in=keys)]:
            if other.pk not in reached:
                reached[other.pk] = other
                to_follow.append(other)
        if item.kind != Item.Kind.FOOTAGE:
            for film in cluster.footage.values():
                reached.setdefault(film.pk, film)
    own = {item.pk for item in items}
    return [reached[key] for key in sorted(reached) if key not in own]


def _with_ties(items: list[Item]) -> list[Item]:
    """Return those of these items that anything ties to another; two queries."""
    files = [item.media_file_id for item in items]
    matches = Match.objects.filter(Q(held__in=files) | Q(other__in=files)).values_list("held", "other")
    tied_files = {file for match in matches for file in match}
    derived = Claim.objects.filter(property=Property.DERIVED_FROM, value_item__in=items).values_list("value_item")
    tied = {key for (key,) in derived}
    return [item for item in items if item.media_file_id in tied_files or item.pk in tied]


def open_copies_of(items: Iterable[Item]) -> list[Item]:
    """Return the copies of these items that others than archive staff may see."""
    return open_among(copies_of(items))


def open_among(items: Iterable[Item]) -> list[Item]:
    """Keep the items that others than archive staff may see."""
    return [item for item in items if item.access not in (Access.RESTRICTED, Access.WITHDRAWN)]


def taken_down() -> QuerySet[Item]:
    """Return the items that are taken down now."""
    return Item.objects.filter(pk__in=_standing().values("item"))


def followed(items: Iterable[Item], *, since: datetime) -> QuerySet[TakeDown]:
    """Return what of these items is taken down by itself since then, for a copy, and waits for somebody's word."""
    by_itself = _standing().filter(set_by=None, match__isnull=False, set_at__gte=since)
    return by_itself.filter(item__in=[item.pk for item in items]).select_related("item", "match").order_by("pk")


def _standing() -> QuerySet[TakeDown]:
    """Return the latest word on each item, where it takes the item down."""
    return _latest().filter(is_down=True)


def _latest() -> QuerySet[TakeDown]:
    return TakeDown.objects.filter(
        pk__in=TakeDown.objects.order_by().values("item").annotate(last=Max("pk")).values("last")
    )


def record(items: Iterable[Item], *, is_down: bool, by: User | None, reason: str, match: Match | None = None) -> None:
    """Note that items are taken down, or may be shown again; called where their access changes."""
    now = timezone.now()
    TakeDown.objects.bulk_create(
        TakeDown(item=item, is_down=is_down, reason=reason, match=match, set_at=now, set_by=by) for item in items
    )


def follow() -> int:
    """
    Restrict the copies that have come since of what was taken down; return how many. May run again.

    Only what a strong match or a person says to be the same picture; a weak match is asked among the pairs.
    """
    number = 0
    for match, item in _newly_matched(Match.objects.all()):
        with changing([item]):
            # Asked again now that it is locked: a person may have decided on it a moment before, or denied the match.
            if item.pk not in {each.pk for _match, each in _newly_matched(Match.objects.filter(pk=match.pk))}:
                continue
            reason = gettext_noop("It shows the same as a picture that was taken down.")
            access = Item.objects.values_list("access", flat=True).get(pk=item.pk)
            Item.objects.filter(pk=item.pk).update(access=Access.RESTRICTED)
            payload = {"from": access, "to": str(Access.RESTRICTED), "reason": reason, "match": match.pk}
            act(verb="set access", subject=item, actor=AGENT, payload=payload)
            record([item], is_down=True, by=None, reason=reason, match=match)
            number += 1
    return number


def _newly_matched(matches: MatchQuerySet) -> list[tuple[Match, Item]]:
    """
    Return strong or confirmed matches of what is taken down with what is open and was never decided on by itself.

    Of footage that was taken down because of one still, the other stills that were known stay as they are.
    """
    down_since = dict(_standing().values_list("item", "set_at"))
    if not down_since:
        return []
    down = taken_down().values("media_file")
    touching = (
        matches.counting()
        .exclude(kind_now=Kind.SIMILAR_SCENE)
        .touching(down)
        .exclude(held__item__access=Access.RESTRICTED, other__item__access=Access.RESTRICTED)
    )
    # The latest word counts: who undid what they decided leaves it as if they never had.
    decided = set(_latest().filter(set_by__isnull=False).values_list("item", flat=True))
    pairs = []
    for match in touching.order_by("pk"):
        sides = (match.held.item, match.other.item)
        for item, other in (sides, sides[::-1]):
            if item.access in (Access.RESTRICTED, Access.WITHDRAWN) or item.pk in decided or other.pk not in down_since:
                continue
            is_still = match.kind_now == Kind.STILL_OF and other.kind == Item.Kind.FOOTAGE
            if not (is_still and match.said_at <= down_since[other.pk]):
                pairs.append((match, item))
    return pairs


def to_look_at(user: object) -> QuerySet[TakeDown]:
    """Return what was restricted by itself and waits for a moderator's word, the oldest first."""
    waiting = _standing().filter(Item.objects.visible_to(user).named_by("item"), set_by=None)
    return waiting.select_related("item__media_file").prefetch_related("item__media_file__renditions").order_by("pk")
