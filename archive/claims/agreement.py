"""Whether two claims on one property can both be true. In doubt they can: only a plain contradiction contests."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from heapq import nlargest, nsmallest
from itertools import combinations, pairwise, product
from typing import NamedTuple, TypeVar

from archive.authorities.geometry import distances_metres, metres_between
from archive.authorities.models import Place
from archive.claims.models import Claim
from archive.standards.normal_form import normalise
from archive.standards.vocabulary import Property, SourceKind, Standing

# From a dune or a deck the far shore stands a few kilometres off; high land shows at some 25.
FARTHEST_SIGHT_METRES = 25_000
# A place without a stated extent is taken to reach this far.
USUAL_REACH_METRES = {"BEACH": 2_000, "HARBOUR": 1_500, "PORT": 3_000, "TOWN": 6_000}
# Between the names of a list; "Jane Doe/Coast Pictures" is a list as well, of which one name is an agency.
_BETWEEN_CREATORS = re.compile(r"[;\n/|+]|\s(?:and|und|et|en|y|e)\s|\s&\s", re.IGNORECASE)

_NO_END = float("inf")

# The names of a list, each as its words.
_Creators = tuple[tuple[str, ...], ...]
_Block = TypeVar("_Block")
_Value = TypeVar("_Value")

# One file may carry thousands of by-lines. So many pairs of words, or the like, are compared of one property in about
# a tenth of a second. Where more is told that differs, it is a question for people whatever the rest would say.
MOST_COMPARED = 200_000


def can_both_be_true(name: Property, claim: Claim, other: Claim) -> bool:
    """Say whether two claims on the property `name` could both hold."""
    if _teller(claim) == _teller(other):
        return True
    match name:
        case Property.DATE_CREATED:
            return _days_meet(claim, other)
        case Property.LOCATION_CREATED | Property.LOCATION_SHOWN:
            return _places_meet(claim, other)
        case Property.CREATOR:
            return _names_meet(claim.value_text, other.value_text)
        case Property.CREDIT_LINE:
            return _words_meet(claim, other)
        case Property.DIGITAL_SOURCE_TYPE:
            return normalise(claim.value_text) == normalise(other.value_text)
        case Property.PEOPLE_COUNT:
            return _ranges_meet(claim, other)
        case Property.EVENT:
            # A picture may show two events, but a copy of it shows no other than it does.
            return SourceKind.MATCH not in (claim.source.kind, other.source.kind) or events_meet(claim, other)
        case _:
            # A picture may be supplied by one body and another, be in print in many outlets.
            return True


def all_can_be_true(name: Property, claims: Sequence[Claim]) -> bool:
    """
    Say whether each two of the claims could both hold, without asking of each two: a file may carry thousands.

    Days and counts are answered in linear time. Words and places are compared where those of two tellers may differ, up
    to `MOST_COMPARED`: what is different beyond that is taken to contradict, so that nothing is hidden among it.
    """
    match name:
        case Property.DATE_CREATED:
            dated = [claim for claim in claims if claim.value_earliest is not None]
            in_utc = {claim.pk for claim in dated if "Z" in claim.value_edtf}
            spans = [_Span(_teller(c), c.value_earliest.toordinal(), c.value_latest.toordinal()) for c in dated]
            local = [span for claim, span in zip(dated, spans, strict=True) if claim.pk not in in_utc]
            # Between two local days there is no slack; a day told in UTC has one to all others.
            return _spans_meet(local, slack=0) and _spans_meet(spans, slack=1)
        case Property.LOCATION_CREATED | Property.LOCATION_SHOWN:
            witnesses = [claim for claim in claims if claim.source.kind != SourceKind.INFERENCE]
            return _all_words_meet([c for c in witnesses if _is_only_words(c)]) and _all_points_meet(name, witnesses)
        case Property.CREATOR:
            return _all_names_meet(claims)
        case Property.CREDIT_LINE:
            return _all_words_meet(claims)
        case Property.DIGITAL_SOURCE_TYPE:
            kinds = {normalise(claim.value_text) for claim in claims}
            return len(kinds) <= 1 or len(set(map(_teller, claims))) <= 1
        case Property.PEOPLE_COUNT:
            spans = [
                _Span(_teller(c), c.value_min or 0, _NO_END if c.value_max is None else c.value_max) for c in claims
            ]
            is_none = any(span.first > span.last for span in spans) and len({span.teller for span in spans}) > 1
            return not is_none and _spans_meet(spans, slack=0)
        case Property.EVENT:
            of_copies = [claim for claim in claims if claim.source.kind == SourceKind.MATCH]
            return _all_meet(
                ((claim, other) for claim in of_copies for other in claims),
                meet=lambda claim, other: can_both_be_true(name, claim, other),
                cost=lambda _one, _other: 10,
            )
        case _:
            return True


def confirms(name: Property, claim: Claim, other: Claim) -> bool:
    """Say whether two claims say the same, as far as both go. In doubt they do not."""
    match name:
        case Property.DATE_CREATED:
            known = claim.value_earliest is not None and other.value_earliest is not None
            return known and _days_meet(claim, other) and (_holds_days(claim, other) or _holds_days(other, claim))
        case Property.LOCATION_CREATED | Property.LOCATION_SHOWN:
            if claim.value_place and other.value_place and _one_holds_the_other(claim.value_place, other.value_place):
                return True
            apart = _metres_between(claim, other)
            return apart is not None and apart <= _reach(claim) + _reach(other)
        case _:
            in_words = bool(normalise(claim.value_text) and normalise(other.value_text))
            return _same_outlet(claim, other) or (in_words and can_both_be_true(name, claim, other))


def camera_could_see(stood: Claim, shown: Claim) -> bool:
    """Say whether a camera at the one claim's location can show the other's; what is not on the map may be seen."""
    apart = _metres_between(stood, shown)
    return apart is None or apart <= FARTHEST_SIGHT_METRES + _reach(stood) + _reach(shown)


def events_meet(claim: Claim, other: Claim) -> bool:
    """Say whether two claims name one event, or one that lies within the other; where that is open, they may."""
    mine, theirs = claim.value_event, other.value_event
    if mine and theirs:
        same = mine.current_key == theirs.current_key
        return same or mine.path.startswith(theirs.path) or theirs.path.startswith(mine.path)
    return bool(mine or theirs) or _words_meet(claim, other)


class _Span(NamedTuple):
    """What a claim allows, first and last included, and who says so."""

    teller: tuple[str, int]
    first: float
    last: float


def _teller(claim: Claim) -> tuple[str, int]:
    """
    Return who makes a claim: claims of one teller never contradict one another.

    A caption that names two beaches, or counts officers and children, does not contradict itself.
    """
    if claim.source.caption_id is not None and claim.source.start is not None:
        return "caption", claim.source.caption_id
    return "source", claim.source_id


def _spans_meet(spans: Iterable[_Span], *, slack: float) -> bool:
    """Say whether no span begins more than `slack` after another teller's has ended."""
    latest_start: dict[tuple[str, int], float] = {}
    earliest_end: dict[tuple[str, int], float] = {}
    for teller, first, last in spans:
        latest_start[teller] = max(first, latest_start.get(teller, first))
        earliest_end[teller] = min(last, earliest_end.get(teller, last))
    # Of the two farthest at each side, two at least are of different tellers.
    starts = nlargest(2, latest_start, key=latest_start.__getitem__)
    ends = nsmallest(2, earliest_end, key=earliest_end.__getitem__)
    return all(latest_start[a] - earliest_end[b] <= slack for a in starts for b in ends if a != b)


def _all_names_meet(claims: Iterable[Claim]) -> bool:
    tellers: dict[_Creators, set[tuple[str, int]]] = defaultdict(set)
    for claim in claims:
        if creators := _creators(claim.value_text):
            tellers[creators].add(_teller(claim))
    # What one teller alone says is compared with what others say, never among itself.
    blocks: dict[tuple[str, int] | _Creators, list[_Creators]] = defaultdict(list)
    for creators, of_it in tellers.items():
        blocks[next(iter(of_it)) if len(of_it) == 1 else creators].append(creators)
    return _all_meet(_across(blocks), meet=_lists_meet, cost=_word_pairs)


def _all_words_meet(claims: Iterable[Claim]) -> bool:
    tellers: dict[tuple[str, int | None], set[tuple[str, int]]] = defaultdict(set)
    for claim in claims:
        if text := normalise(claim.value_text):
            outlet = claim.value_outlet
            tellers[text, outlet.current_key if outlet else None].add(_teller(claim))
    if _is_chain({text for text, _outlet in tellers}):
        return True
    # Texts of one outlet meet, and texts of one teller alone: they stand in one block, where nothing is compared.
    blocks: dict[tuple[tuple[str, int] | None, int | None], list[str]] = defaultdict(list)
    for (text, outlet), of_it in tellers.items():
        blocks[next(iter(of_it)) if len(of_it) == 1 else None, outlet].append(text)
    if not _is_chain(blocks.get((None, None), ())):
        return False

    def apart(block: tuple, other: tuple) -> bool:
        return bool((block[0] and block[0] == other[0]) or (block[1] and block[1] == other[1]))

    return _all_meet(
        _across(blocks, apart=apart),
        meet=lambda mine, theirs: mine in theirs or theirs in mine,
        # To look for a text in another of a thousand letters takes as long as to look into ten short ones.
        cost=lambda mine, theirs: 1 + (len(mine) + len(theirs)) // 100,
    )


def _across(
    blocks: Mapping[_Block, list[_Value]], *, apart: Callable[[_Block, _Block], bool] = lambda _one, _other: False
) -> Iterator[tuple[_Value, _Value]]:
    """Yield each two values of different blocks, but for blocks that are not to be compared."""
    for block, other in combinations(blocks, 2):
        if not apart(block, other):
            yield from product(blocks[block], blocks[other])


def _all_meet(
    pairs: Iterable[tuple[_Value, _Value]],
    *,
    meet: Callable[[_Value, _Value], bool],
    cost: Callable[[_Value, _Value], int],
) -> bool:
    """Say whether each pair meets; it counts as no when that would cost more than `MOST_COMPARED`."""
    left = MOST_COMPARED
    for mine, theirs in pairs:
        left -= cost(mine, theirs)
        if left < 0 or not meet(mine, theirs):
            return False
    return True


def _is_chain(texts: Iterable[str]) -> bool:
    """Say whether of each two of these texts one holds the other: then each holds the next shorter one."""
    ordered = sorted(set(texts), key=len)
    return all(shorter in longer for shorter, longer in pairwise(ordered))


def _all_points_meet(name: Property, claims: Iterable[Claim]) -> bool:
    """Say whether no two claims lie too far apart; each is measured against all others at once."""
    import numpy as np  # loaded where places are compared alone

    once = {
        (_teller(c), c.value_place_id, c.latitude_degrees, c.longitude_degrees, c.uncertainty_metres): c for c in claims
    }
    placed = [claim for claim in once.values() if _point(claim)]
    if len(placed) < 2:
        return True
    latitudes, longitudes = np.array([_point(claim) for claim in placed]).T
    reaches = np.array([_reach(claim) for claim in placed])
    beyond = distances_metres(latitudes[0], longitudes[0], latitudes, longitudes) - reaches
    if np.sort(beyond)[-2:].sum() <= -1:
        # So near to the first that no two are farther apart than they reach; a metre for what is rounded.
        return True
    left = MOST_COMPARED
    for at, claim in enumerate(placed[:-1]):
        # All others are measured at once; those that lie too far are looked at one by one.
        left -= 1 + (len(placed) - at) // 20
        apart = distances_metres(latitudes[at], longitudes[at], latitudes[at + 1 :], longitudes[at + 1 :])
        for far in np.flatnonzero(apart > reaches[at] + reaches[at + 1 :]):
            left -= 1
            if left < 0 or not can_both_be_true(name, claim, placed[at + 1 + int(far)]):
                return False
    return True


def _is_only_words(claim: Claim) -> bool:
    return claim.value_place is None and claim.latitude_degrees is None


def _days_meet(claim: Claim, other: Claim) -> bool:
    if claim.value_earliest is None or other.value_earliest is None:
        return True
    # A day told in UTC may be the day before or after where it happened.
    slack = 1 if "Z" in claim.value_edtf + other.value_edtf else 0
    return (claim.value_earliest - other.value_latest).days <= slack and (
        other.value_earliest - claim.value_latest
    ).days <= slack


def _holds_days(claim: Claim, other: Claim) -> bool:
    # A day of slack for times in UTC stands in `_days_meet`.
    day = timedelta(days=1)
    return claim.value_earliest <= other.value_earliest + day and other.value_latest <= claim.value_latest + day


def _places_meet(claim: Claim, other: Claim) -> bool:
    # An inferred place repeats a position in words; it is no second witness.
    if SourceKind.INFERENCE in (claim.source.kind, other.source.kind):
        return True
    if claim.value_place and other.value_place and _one_holds_the_other(claim.value_place, other.value_place):
        return True
    if _is_only_words(claim) and _is_only_words(other):
        return _words_meet(claim, other)
    apart = _metres_between(claim, other)
    return apart is None or apart <= _reach(claim) + _reach(other)


def _one_holds_the_other(place: Place, other: Place) -> bool:
    return place.path.startswith(other.path) or other.path.startswith(place.path)


def _metres_between(claim: Claim, other: Claim) -> float | None:
    here, there = _point(claim), _point(other)
    return metres_between(*here, *there) if here and there else None


def _point(claim: Claim) -> tuple[float, float] | None:
    if claim.latitude_degrees is not None:
        return claim.latitude_degrees, claim.longitude_degrees
    # Seas, counties and countries have a point, but no distance that would say anything.
    if claim.value_place and claim.value_place.kind in USUAL_REACH_METRES:
        return claim.value_place.point
    return None


def _reach(claim: Claim) -> float:
    if claim.latitude_degrees is not None:
        return claim.uncertainty_metres or 100
    if claim.value_place:
        reach = claim.value_place.radius_metres or USUAL_REACH_METRES.get(claim.value_place.kind, 0)
        # "Off Dunkirk", "near Dover": as far beside the place as the words allow.
        return reach + (claim.uncertainty_metres or 0)
    return 0


def _same_outlet(claim: Claim, other: Claim) -> bool:
    mine, theirs = claim.value_outlet, other.value_outlet
    return bool(mine and theirs) and mine.current_key == theirs.current_key


def _words_meet(claim: Claim, other: Claim) -> bool:
    if _same_outlet(claim, other):
        return True
    mine, theirs = normalise(claim.value_text), normalise(other.value_text)
    return not mine or not theirs or mine in theirs or theirs in mine


def _names_meet(mine: str, theirs: str) -> bool:
    """
    Compare creators as lists, whatever their order: a shorter list says less of the same where all its names are known.

    "Doe, Jane" is Jane Doe, "J. Doe" may be, and "Jane Doe/Coast Pictures" names her too.
    """
    return _lists_meet(_creators(mine), _creators(theirs))


def _lists_meet(mine: _Creators, theirs: _Creators) -> bool:
    if not mine or not theirs or mine == theirs:
        return True
    if _word_pairs(mine, theirs) > MOST_COMPARED:
        # No lists of names, but books: the one says less of the same where all its words stand in the other.
        fewer, more = sorted(({word for name in names for word in name} for names in (mine, theirs)), key=len)
        return fewer <= more
    fewer, more = sorted((mine, theirs), key=len)
    return all(any(_is_one_person(name, other) for other in more) for name in fewer)


def _word_pairs(mine: _Creators, theirs: _Creators) -> int:
    return sum(map(len, mine)) * sum(map(len, theirs))


# The same by-lines are compared with one another over and over.
@lru_cache(maxsize=10_000)
def _creators(text: str) -> _Creators:
    parts = [part for part in _BETWEEN_CREATORS.split(text) if part.strip()]
    # "Jane Doe, John Roe" are two, "Doe, Jane" and "Jane Doe, Dover" are one.
    by_comma = [part for part in text.split(",") if part.strip()]
    if len(parts) == 1 and len(by_comma) > 1 and all(len(part.split()) > 1 for part in by_comma):
        parts = by_comma
    # A name written twice is one, and the order of names and of their words says nothing: "Doe, Jane" is "Jane Doe".
    return tuple(sorted({tuple(sorted(words)) for part in parts if (words := normalise(part).split())}))


def _is_one_person(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    fewer, more = sorted((mine, theirs), key=len)
    left = list(more)
    for word in sorted(fewer, key=len, reverse=True):
        same = next((each for each in left if each == word or _is_initial_of(each, word)), None)
        if same is None:
            return False
        left.remove(same)
    return any(len(word) > 1 for word in fewer)


def _is_initial_of(name: str, other: str) -> bool:
    return 1 in (len(name), len(other)) and name[0] == other[0]


def _ranges_meet(claim: Claim, other: Claim) -> bool:
    least, most = max(claim.value_min or 0, other.value_min or 0), [claim.value_max, other.value_max]
    return all(bound is None or least <= bound for bound in most)


OF_THE_FILE = (SourceKind.DEVICE_METADATA, SourceKind.EMBEDDED_DESCRIPTION)
# What a caption says is in the picture, a file may say of the camera too.
_LOCATIONS = (Property.LOCATION_SHOWN, Property.LOCATION_CREATED)


@dataclass(frozen=True)
class Agreement:
    """A reading of a caption, and the statement of the file that confirms it."""

    claim: Claim
    statement: Claim


def agreements(readings: Iterable[Claim], claims: Iterable[Claim]) -> list[Agreement]:
    """
    Return the readings of captions that agree with the file of their item, so that a person may accept them together.

    A reading agrees where the file states the same matter, every statement of the file can be true beside the reading,
    and one at least confirms it. Where the file is silent nothing agrees: that is for a person to look at.

    :param claims: all claims of the same items, from `Claim.objects.with_grounds()`
    """
    stated: dict[int, list[Claim]] = {}
    for claim in claims:
        if claim.source.kind in OF_THE_FILE and claim.standing in (Standing.PROPOSED, Standing.ACCEPTED):
            stated.setdefault(claim.item_id, []).append(claim)
    agreed = []
    for reading in readings:
        name = Property(reading.property)
        matters = _LOCATIONS if name in _LOCATIONS else (name,)
        own = [claim for claim in stated.get(reading.item_id, []) if claim.property in matters]
        if all(can_both_be_true(name, reading, claim) for claim in own):
            confirming = next((claim for claim in own if confirms(name, reading, claim)), None)
            if confirming:
                agreed.append(Agreement(reading, confirming))
    return agreed
