"""
Which matches a person sees: those of which they may see both pictures. Of others they learn nothing.

And how two pictures lie on each other as they are shown now: one may have been turned since the two were compared.
"""

from dataclasses import dataclass

import numpy as np
from django.db.models import Case, Q, When

from archive.accounts.permissions import may
from archive.catalogue.models import Item
from archive.matching.models import Match, MatchQuerySet
from archive.standards.orientation import AS_IT_IS, from_to, matrix_of, turned_points
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


@dataclass(frozen=True)
class Laid:
    """How two pictures lie on each other: nine numbers from the other to the held one, and the area of each."""

    transform: list[float] | None
    held_outline: list[list[float]]
    other_outline: list[list[float]]


def laid_as_shown(match: Match) -> Laid:
    """Return how the two pictures of a match lie on each other as they are shown now; free of queries."""
    return laid(
        Laid(match.transform, match.held_outline, match.other_outline),
        held=from_to(match.held_orientation or AS_IT_IS, match.held.item.orientation or AS_IT_IS),
        other=from_to(match.other_orientation or AS_IT_IS, match.other.item.orientation or AS_IT_IS),
    )


def laid(measured: Laid, *, held: int, other: int) -> Laid:
    """Return how two pictures lie on each other once each is turned from how it was when that was measured."""
    if held == other == AS_IT_IS:
        return measured
    transform = measured.transform
    if transform:
        turned = np.array(matrix_of(held)) @ np.array(transform, dtype=float).reshape(3, 3)
        transform = (turned @ np.linalg.inv(matrix_of(other))).ravel().round(8).tolist()
    return Laid(transform, turned_points(measured.held_outline, held), turned_points(measured.other_outline, other))
