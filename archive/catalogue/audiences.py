"""
The three audiences that a record is written for: visitors, researchers, archive staff. What search reads of an item is
projected for each of them from what it may read, so that no filter, count or suggestion tells more than the page does.
"""

from collections.abc import Hashable, Iterable
from enum import IntFlag
from typing import TypeVar

from django.db.models import Q

from archive.accounts.permissions import may


class Audience(IntFlag):
    """Who reads. A row of a projection holds the sum of those it is for."""

    PUBLIC = 1
    RESEARCH = 2
    STAFF = 4


AUDIENCES = (Audience.PUBLIC, Audience.RESEARCH, Audience.STAFF)
EVERYBODY = int(Audience.PUBLIC | Audience.RESEARCH | Audience.STAFF)


def audience_of(user: object) -> Audience:
    """Return the audience that somebody belongs to; who is not signed in is a visitor."""
    if not may(user, "catalogue.view_item"):
        return Audience.PUBLIC
    return Audience.STAFF if user.has_perm("catalogue.view_restricted_item") else Audience.RESEARCH


def may_read_held(user: object) -> bool:
    """Say whether somebody decides on the wordings that are hidden, and so reads them, whatever their audience."""
    return may(user, "catalogue.view_held_caption")


def readable_for(audience: Audience, *, column: str = "audiences") -> Q:
    """Narrow rows of a projection to those that are for an audience, by a column that holds a sum of them."""
    return Q(**{f"{column}__in": [number for number in range(EVERYBODY + 1) if number & audience]})


Key = TypeVar("Key", bound=Hashable)


def masks(by_audience: Iterable[tuple[Audience, Iterable[Key]]]) -> dict[Key, int]:
    """Return for each key the sum of the audiences it is for, in the order in which the keys come first."""
    sums: dict[Key, int] = {}
    for audience, keys in by_audience:
        for key in keys:
            sums[key] = sums.get(key, 0) | audience
    return sums
