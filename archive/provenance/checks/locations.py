"""Where the camera stood and what is claimed of it: what the checks of place share, in degrees and metres."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from archive.authorities.geometry import METRES_PER_DEGREE, metres_between, metres_outside
from archive.provenance.checks.evidence import OF_THE_FILE, ClaimFacts, Evidence, PlaceFacts, Surroundings
from archive.standards.time_zones import offset_of, zones_of
from archive.standards.vocabulary import Property, SourceKind

Point = tuple[float, float]
# Countries, regions and counties: their point says nothing of where they end, the places in them do.
AREAS = ("COUNTRY", "REGION", "COUNTY")
# Where a receiver does not say how far off it may be: most are better, between high houses some are not.
USUAL_ERROR_METRES = 100
# Outlines are drawn by hand through some corners of the coast.
OUTLINE_ERROR_METRES = 2_000
# Of a bay, a lake or a headland whose extent the gazetteer does not say.
UNSTATED_REACH_METRES = 10_000


@dataclass(frozen=True)
class Apart:
    """How far a point lies from a place, from its edge where that is known as an outline, and how far it reaches."""

    metres: float
    reach_metres: float
    is_inside: bool = False


class ZoneNear(NamedTuple):
    """A zone whose clocks people go by at a place or within `AROUND_METRES`; `metres` is how near its country comes."""

    name: str
    offset: timedelta
    metres: float


def camera_positions(evidence: Evidence) -> list[ClaimFacts]:
    """
    Return the claims by which the file says where its camera stood, as a point; what repeats another is left out.

    Those of the device come first. What a person rejected does not count.
    """
    kept: list[ClaimFacts] = []
    for claim in sorted(_stated_positions(evidence), key=lambda each: (each.source.rank, each.key)):
        if all(
            metres_between(*claim.point, *other.point) > error_metres(claim) + error_metres(other) for other in kept
        ):
            kept.append(claim)
    return kept


def claimed_places(evidence: Evidence, name: Property) -> list[ClaimFacts]:
    """Return the claims that could lead which name a place, in the gazetteer, as a point or in words alone."""
    positions = {claim.key for claim in _stated_positions(evidence)}
    return [
        claim
        for claim in evidence.leading(name, but=(SourceKind.MATCH, SourceKind.INFERENCE))
        if claim.key not in positions and (claim.place or claim.point or claim.text)
    ]


def _stated_positions(evidence: Evidence) -> Iterator[ClaimFacts]:
    for claim in evidence.standing(Property.LOCATION_CREATED):
        if claim.point is not None and claim.source in OF_THE_FILE:
            yield claim


def name_of(claim: ClaimFacts) -> str:
    """Return what people call the place that a claim names."""
    if claim.place:
        return claim.place.name
    return claim.text or claim.as_written or f"{claim.point[0]:.4f}, {claim.point[1]:.4f}"


def error_metres(claim: ClaimFacts) -> float:
    """Return how far off a position may be: as its receiver says, or as coarsely as it is written."""
    assert claim.point
    return max(claim.uncertainty_metres or USUAL_ERROR_METRES, _coarseness_metres(claim.point))


def _coarseness_metres(point: Point) -> float:
    """Return half of what the last digit of a position stands for, where it is written in few of them."""
    for share in (1, 10, 60, 100, 1000):
        if all(abs(degrees * share - round(degrees * share)) < 1e-5 for degrees in point):
            return METRES_PER_DEGREE / share / 2
    return 0.0


def apart(point: Point, claim: ClaimFacts) -> Apart | None:
    """Return how far a point lies from what a claim names; None for areas and for what is not on the map."""
    if claim.point is not None:
        return Apart(metres_between(*point, *claim.point), error_metres(claim))
    place = claim.place
    if place is None or place.kind in AREAS:
        return None
    # "Off Dunkirk", "near Dover": as far beside the place as the words allow.
    beside = claim.uncertainty_metres or 0
    if place.outline:
        outside = metres_outside(place.outline, *point)
        return Apart(outside, OUTLINE_ERROR_METRES + beside, is_inside=outside == 0)
    if place.point is None:
        return None
    reach = UNSTATED_REACH_METRES if place.reach_metres is None else place.reach_metres
    return Apart(metres_between(*point, *place.point), reach + beside)


def holds(area: PlaceFacts, place: PlaceFacts | None) -> bool:
    """Say whether a place stands beneath another, or is it."""
    return place is not None and place.path.startswith(area.path)


def nearest_claimed(point: Point, claims: Iterable[ClaimFacts]) -> tuple[float, ClaimFacts] | None:
    """Return the claim whose place lies nearest to a point, and how far that is; None where none is on the map."""
    measured = [(there.metres, claim) for claim in claims if (there := apart(point, claim))]
    return min(measured, key=lambda each: each[0], default=None)


def places_to_lead(evidence: Evidence) -> list[ClaimFacts]:
    """Return the claims that could lead on where the camera stood, and without one those on what is shown."""
    return claimed_places(evidence, Property.LOCATION_CREATED) or claimed_places(evidence, Property.LOCATION_SHOWN)


def offsets_near(evidence: Evidence, located: Iterable[ClaimFacts], local: datetime) -> list[ZoneNear]:
    """Return the zones of all countries at or near the places of these claims, as clocks went on a local day."""
    near: dict[str, float] = {}
    for claim in located:
        point = claim.point or (claim.place.point if claim.place else None)
        around = evidence.surroundings.get(point, Surroundings()) if point else Surroundings()
        for country, distance in around.countries.items():
            near[country] = min(distance, near.get(country, distance))
        if claim.place and claim.place.country_code:
            near[claim.place.country_code] = 0.0
    return [
        ZoneNear(name, offset_of(name, local), distance)
        for country, distance in near.items()
        for name in zones_of(country)
    ]
