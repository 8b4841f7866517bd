"""Whether two claims on one property can both be true. In doubt they can: only a plain contradiction contests."""

from datetime import timedelta

from archive.authorities.geometry import distances_metres
from archive.authorities.models import Place
from archive.claims.models import Claim
from archive.standards.vocabulary import Property, SourceKind
from archive.standards.wording import normalise

# From a dune or a deck the far shore stands a few kilometres off; high land shows at some 25.
FARTHEST_SIGHT_METRES = 25_000
# A place without a stated extent is taken to reach this far.
USUAL_REACH_METRES = {"BEACH": 2_000, "HARBOUR": 1_500, "PORT": 3_000, "TOWN": 6_000}


def can_both_be_true(name: Property, one: Claim, other: Claim) -> bool:
    """Say whether two claims on the property `name` could both hold."""
    if one.source_id == other.source_id or _told_together(one, other):
        return True
    match name:
        case Property.DATE_CREATED:
            return _days_meet(one, other)
        case Property.LOCATION_CREATED | Property.LOCATION_SHOWN:
            return _places_meet(one, other)
        case Property.CREATOR | Property.CREDIT_LINE:
            return _words_meet(one, other)
        case Property.DIGITAL_SOURCE_TYPE:
            return normalise(one.value_text) == normalise(other.value_text)
        case Property.PEOPLE_COUNT:
            return _ranges_meet(one, other)
        case _:
            # A picture may show two events, be supplied by one body and another, be in print in many outlets.
            return True


def confirms(name: Property, one: Claim, other: Claim) -> bool:
    """Say whether two claims say the same, as far as both go. In doubt they do not."""
    match name:
        case Property.DATE_CREATED:
            known = one.value_earliest is not None and other.value_earliest is not None
            return known and _days_meet(one, other) and (_holds_days(one, other) or _holds_days(other, one))
        case Property.LOCATION_CREATED | Property.LOCATION_SHOWN:
            if one.value_place and other.value_place and _one_holds_the_other(one.value_place, other.value_place):
                return True
            apart = _metres_between(one, other)
            return apart is not None and apart <= _reach(one) + _reach(other)
        case _:
            told = bool(normalise(one.value_text) and normalise(other.value_text))
            return _same_outlet(one, other) or (told and can_both_be_true(name, one, other))


def camera_could_see(stood: Claim, shown: Claim) -> bool:
    """Say whether a camera at the one claim's location can show the other's; what is not on the map may be seen."""
    apart = _metres_between(stood, shown)
    return apart is None or apart <= FARTHEST_SIGHT_METRES + _reach(stood) + _reach(shown)


def _told_together(one: Claim, other: Claim) -> bool:
    # A caption that names two beaches, or counts officers and children, does not contradict itself.
    return (
        one.source.caption_id is not None
        and one.source.caption_id == other.source.caption_id
        and one.source.start is not None
        and other.source.start is not None
    )


def _days_meet(one: Claim, other: Claim) -> bool:
    if one.value_earliest is None or other.value_earliest is None:
        return True
    # A day told in UTC may be the day before or after where it happened.
    slack = 1 if "Z" in one.value_edtf + other.value_edtf else 0
    return (one.value_earliest - other.value_latest).days <= slack and (
        other.value_earliest - one.value_latest
    ).days <= slack


def _holds_days(one: Claim, other: Claim) -> bool:
    # A day of slack for times in UTC stands in `_days_meet`.
    day = timedelta(days=1)
    return one.value_earliest <= other.value_earliest + day and other.value_latest <= one.value_latest + day


def _places_meet(one: Claim, other: Claim) -> bool:
    # An inferred place repeats a position in words; it is no second witness.
    if SourceKind.INFERENCE in (one.source.kind, other.source.kind):
        return True
    if one.value_place and other.value_place and _one_holds_the_other(one.value_place, other.value_place):
        return True
    if one.value_place is None and other.value_place is None and one.latitude_degrees is None:
        return _words_meet(one, other)
    apart = _metres_between(one, other)
    return apart is None or apart <= _reach(one) + _reach(other)


def _one_holds_the_other(one: Place, other: Place) -> bool:
    return one.path.startswith(other.path) or other.path.startswith(one.path)


def _metres_between(one: Claim, other: Claim) -> float | None:
    here, there = _point(one), _point(other)
    return float(distances_metres(*here, *there)) if here and there else None


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


def _same_outlet(one: Claim, other: Claim) -> bool:
    mine, theirs = one.value_outlet, other.value_outlet
    return bool(mine and theirs) and (mine.merged_into_id or mine.pk) == (theirs.merged_into_id or theirs.pk)


def _words_meet(one: Claim, other: Claim) -> bool:
    if _same_outlet(one, other):
        return True
    mine, theirs = normalise(one.value_text), normalise(other.value_text)
    return not mine or not theirs or mine in theirs or theirs in mine


def _ranges_meet(one: Claim, other: Claim) -> bool:
    least, most = max(one.value_min or 0, other.value_min or 0), [one.value_max, other.value_max]
    return all(bound is None or least <= bound for bound in most)
