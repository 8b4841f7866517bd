"""Which matches a person sees: those of which they may see both pictures. Of others they learn nothing."""

from django.db.models import Case, Q, When

from archive.accounts.permissions import may
from archive.catalogue.models import Item
from archive.matching.models import Match, MatchQuerySet
from archive.standards.vocabulary import Standing


def matches_visible_to(user: object) -> MatchQuerySet:
    """Return the matches with their standing and both items, in one query."""
    seen = Item.objects.visible_to(user).values("media_file")
    both = Match.objects.filter(held__in=seen, other__in=seen)
    return both.with_standing().select_related("held__item", "other__item")


def matches_of(item: Item, user: object) -> MatchQuerySet:
    """Return the matches of one item, denied ones too: confirmed first, then strong, then weak."""
    at = Q(held=item.media_file_id) | Q(other=item.media_file_id)
    rank = Case(*(When(standing=standing, then=place) for place, standing in enumerate(_ORDER)), default=len(_ORDER))
    return matches_visible_to(user).filter(at).order_by(rank, "-is_strong", "pk")


_ORDER = (Standing.ACCEPTED, Standing.PROPOSED)


def undecided(user: object) -> MatchQuerySet:
    """Return the matches that wait for an answer, the oldest first; for who may not answer there are none."""
    if not may(user, "matching.rule_on_match"):
        return Match.objects.none()
    return matches_visible_to(user).filter(standing=Standing.PROPOSED).order_by("pk")


def other_side(match: Match, item: Item) -> Item:
    """Return the item that a match joins with this one; free of queries after `matches_visible_to`."""
    return match.other.item if match.held_id == item.media_file_id else match.held.item
