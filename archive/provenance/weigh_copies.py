"""
Which of two copies is likelier the source of the other: the less cropped, the larger, the one whose file says more, the
one known earlier. Each is a reason in words; where none speaks for either, nothing is said.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from archive.matching.kinds import Kind
from archive.matching.models import Match
from archive.provenance.date_bounds import Bound

# Smaller differences are a matter of how finely a shared area can be told, or of a messenger's rounding.
CLEARLY_MORE_SHARED = 0.05
CLEARLY_LARGER = 1.2


@dataclass(frozen=True)
class Copy:
    """What is weighed of a copy: its upright size, how many statements its file makes, until when it was made."""

    file: int
    width_px: int
    height_px: int
    statements: int
    known: Bound

    @property
    def pixels(self) -> int:
        return self.width_px * self.height_px


@dataclass(frozen=True)
class Lineage:
    """One copy is likelier the source of the other, and why."""

    source: int
    copy: int
    match: Match
    reasons: list[str]


def weigh(match: Match, held: Copy, other: Copy) -> Lineage | None:
    """Say which of two is likelier the source: the one with more reasons, then the one with the firmer."""
    reasons: dict[int, list[tuple[int, str]]] = {held.file: [], other.file: []}
    for firmness, reason in enumerate((_more_of_the_picture, _larger, _says_more, _known_earlier)):
        if answer := reason(match, held, other):
            source, words = answer
            reasons[source.file].append((firmness, words))
    best, least = sorted(reasons.items(), key=lambda side: (-len(side[1]), side[1][:1]))
    if not best[1]:
        return None
    return Lineage(best[0], least[0], match, [words for _firmness, words in best[1]])


def likeliest_sources(copies: Iterable[Copy], weighed: Iterable[Lineage]) -> tuple[list[int], list[Lineage]]:
    """
    Rank the copies of a cluster, the likeliest original first, and choose for each other one the likeliest source.

    A copy has a source only above itself in the ranking, so that nothing comes to derive from itself.
    """
    weighed = list(weighed)
    wins: Counter[int] = Counter()
    for lineage in weighed:
        wins[lineage.source] += 1
        wins[lineage.copy] -= 1
    ranking = sorted(copies, key=lambda copy: (-wins[copy.file], -copy.pixels, copy.known.rank, copy.file))
    place = {copy.file: number for number, copy in enumerate(ranking)}
    chosen: dict[int, Lineage] = {}
    for lineage in sorted(weighed, key=lambda lineage: (place[lineage.source], place[lineage.copy])):
        if place[lineage.source] < place[lineage.copy]:
            chosen.setdefault(lineage.copy, lineage)
    return [copy.file for copy in ranking], list(chosen.values())


def _more_of_the_picture(match: Match, held: Copy, other: Copy) -> tuple[Copy, str] | None:
    if match.shared_of_held is None or match.shared_of_other is None:
        return None
    if abs(match.shared_of_held - match.shared_of_other) < CLEARLY_MORE_SHARED:
        return None
    # Who shares the smaller part of itself shows more around it.
    wide, narrow = (held, other) if match.shared_of_held < match.shared_of_other else (other, held)
    share = min(match.shared_of_held, match.shared_of_other)
    if match.kind_now not in (Kind.CROPPED, Kind.MIRRORED):
        # A screen, a frame, a border: what is around it is not of the picture.
        return narrow, _("the copy shows it within something else, on %(share)d %% of its area") % {
            "share": round(share * 100)
        }
    return wide, _("it shows more: the copy has %(share)d %% of its area") % {"share": round(share * 100)}


def _larger(match: Match, held: Copy, other: Copy) -> tuple[Copy, str] | None:
    large, small = (held, other) if held.pixels >= other.pixels else (other, held)
    if large.pixels < CLEARLY_LARGER * small.pixels:
        return None
    sizes = (large.width_px, large.height_px, small.width_px, small.height_px)
    return large, _("it is larger: {} × {} px, the copy {} × {}").format(*sizes)


def _says_more(match: Match, held: Copy, other: Copy) -> tuple[Copy, str] | None:
    much, little = (held, other) if held.statements >= other.statements else (other, held)
    if much.statements == little.statements:
        return None
    numbers = {"much": much.statements, "little": little.statements}
    return much, _("its file says more of it: %(much)d claims, the copy's %(little)d") % numbers


def _known_earlier(match: Match, held: Copy, other: Copy) -> tuple[Copy, str] | None:
    early, late = (held, other) if held.known.day <= other.known.day else (other, held)
    if early.known.day == late.known.day:
        return None
    days = {"early": date_format(early.known.day, "j F Y"), "late": date_format(late.known.day, "j F Y")}
    return early, _("it is known since %(early)s, the copy since %(late)s") % days
