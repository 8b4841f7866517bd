"""Does the position that the camera recorded fit the places that are claimed?"""

from collections.abc import Iterator
from itertools import combinations

from archive.authorities.geometry import metres_between
from archive.claims.agreement import FARTHEST_SIGHT_METRES
from archive.provenance.checks.evidence import ClaimFacts, Evidence, Surroundings
from archive.provenance.checks.finding import Check, Observation, Outcome, Question, Value, metres
from archive.provenance.checks.locations import (
    AREAS,
    apart,
    camera_positions,
    claimed_places,
    error_metres,
    holds,
    name_of,
)
from archive.standards.normal_form import gettext_noop
from archive.standards.vocabulary import Property

# What the gazetteer says of a place's extent is a circle: up to so many times its reach is beside it, not elsewhere.
BESIDE = 2
# From a cliff or a mast one sees farther than from a beach, and high land is seen farther than a boat.
BARELY_SEEN_METRES = 10_000
# The nearest known place in an area may lie so far from where the area begins.
BORDER_METRES = 10_000
# A country is no circle: the longest reach some four times as far as a circle of their size would.
LONGEST_COUNTRY = 5
# Two positions of one file that lie nearer to each other may be the camera's and the town's.
ONE_TOWN_METRES = 10_000


def _weigh(evidence: Evidence) -> Iterator[Observation]:
    positions = camera_positions(evidence)
    claimed = [
        (prefix, claim)
        for prefix, name in (("stood", Property.LOCATION_CREATED), ("shown", Property.LOCATION_SHOWN))
        for claim in claimed_places(evidence, name)
    ]
    if not positions:
        yield Observation(Outcome.NOT_APPLICABLE, "no-position")
        return
    yield from _among_themselves(positions)
    if not claimed:
        yield Observation(Outcome.NOT_APPLICABLE, "no-place", {}, tuple(each.ground for each in positions))
    for position in positions:
        for prefix, claim in claimed:
            yield _compared(evidence, position, prefix, claim)


def _among_themselves(positions: list[ClaimFacts]) -> Iterator[Observation]:
    for position, other in combinations(positions, 2):
        distance = metres_between(*position.point, *other.point)
        outcome = Outcome.CONTRADICTORY if distance > ONE_TOWN_METRES else Outcome.INCONCLUSIVE
        yield Observation(outcome, "positions-differ", {"distance": metres(distance)}, (position.ground, other.ground))


def _compared(evidence: Evidence, position: ClaimFacts, prefix: str, claim: ClaimFacts) -> Observation:
    around = evidence.surroundings.get(position.point, Surroundings())
    if claim.place and claim.place.kind in AREAS:
        outcome, code, values = _against_area(position, prefix, claim, around)
    else:
        outcome, code, values = _against_point(position, prefix, claim, around)
    return Observation(outcome, code, {"place": name_of(claim), **values}, (position.ground, claim.ground))


Answer = tuple[Outcome, str, dict[str, Value]]


def _against_point(position: ClaimFacts, prefix: str, claim: ClaimFacts, around: Surroundings) -> Answer:
    assert position.point
    there = apart(position.point, claim)
    if there is None:
        return Outcome.INCONCLUSIVE, "not-on-map", {}
    allowed = there.reach_metres + error_metres(position)
    values: dict[str, Value] = {"distance": metres(there.metres), "allowed": metres(allowed)}
    if there.is_inside:
        return Outcome.CONSISTENT, f"{prefix}-inside", {}
    if there.metres <= allowed:
        return Outcome.CONSISTENT, f"{prefix}-within", values
    if claim.place and holds(claim.place, around.nearest) and there.metres <= BESIDE * allowed:
        # A harbour or a beach of the town, though beyond the circle that stands for the town.
        return Outcome.CONSISTENT, f"{prefix}-inside", {}
    if prefix == "shown":
        sight = allowed + FARTHEST_SIGHT_METRES
        if there.metres <= sight:
            return Outcome.CONSISTENT, "shown-in-sight", values
        is_near = there.metres <= sight + BARELY_SEEN_METRES
        return (
            (Outcome.INCONCLUSIVE, "shown-barely-in-sight", values)
            if is_near
            else (Outcome.CONTRADICTORY, "shown-out-of-sight", values)
        )
    if there.metres <= BESIDE * allowed:
        return Outcome.INCONCLUSIVE, "stood-beside", values
    return Outcome.CONTRADICTORY, "stood-apart", values


def _against_area(position: ClaimFacts, prefix: str, claim: ClaimFacts, around: Surroundings) -> Answer:
    """Compare with a country, a region or a county, of which the gazetteer knows the places but not the border."""
    area = claim.place
    assert area and position.point
    if holds(area, around.nearest):
        return Outcome.CONSISTENT, f"{prefix}-inside", {}
    from_middle = metres_between(*position.point, *area.point) if area.point else None
    if around.nearest is None:
        # At sea, or where the gazetteer knows no town: only a distance that no country spans tells anything.
        if from_middle is not None and area.reach_metres and from_middle > LONGEST_COUNTRY * area.reach_metres:
            return Outcome.CONTRADICTORY, f"{prefix}-far-outside", {"distance": metres(from_middle)}
        return Outcome.INCONCLUSIVE, "area-unknown", {}
    error = error_metres(position)
    allowed = around.metres + BORDER_METRES + error
    sight = FARTHEST_SIGHT_METRES if prefix == "shown" else 0
    distance = around.areas.get(area.key)
    values: dict[str, Value] = {"nearest": around.nearest.name}
    if distance is None:
        if from_middle is not None and from_middle <= (area.reach_metres or 0):
            # Few places of it are known: its middle is nearer than the nearest of them.
            return Outcome.INCONCLUSIVE, "area-unknown", {}
        return Outcome.CONTRADICTORY, f"{prefix}-outside", values
    values["distance"] = metres(distance)
    if sight and distance <= sight + BORDER_METRES + error:
        return Outcome.CONSISTENT, "shown-area-in-sight", values
    if distance <= allowed + (sight + BARELY_SEEN_METRES if sight else 0):
        return Outcome.INCONCLUSIVE, f"{prefix}-near-border", values
    return Outcome.CONTRADICTORY, f"{prefix}-outside-by", values


CHECK = Check(
    slug="gps-against-place",
    version="1",
    title=gettext_noop("Camera position against place"),
    question=Question.WHERE,
    meaning=gettext_noop(
        "Measures how far the position that the camera recorded lies from each place that is claimed. Where the camera "
        "stood and what the picture shows are weighed apart: what is shown may be as far off as a camera can see."
    ),
    limits=gettext_noop(
        "A position can be written into a file by anybody, and a receiver may repeat an earlier one. That it fits does "
        "not prove that the picture was made there. Places are circles or rough outlines here, countries are known by "
        "the towns in them, and from the air one sees farther than is allowed for. Most pictures arrive without a "
        "position: that never counts against them."
    ),
    sentences={
        "no-position": gettext_noop("The file gives no position of the camera."),
        "no-place": gettext_noop(
            "The file gives a position of the camera, but nobody names a place to compare it with."
        ),
        "positions-differ": gettext_noop("The file gives two positions of the camera, %(distance)s apart."),
        "not-on-map": gettext_noop(
            "%(place)s is not on the archive's map: how far the camera was from there cannot be measured."
        ),
        "area-unknown": gettext_noop(
            "No place is known near the camera's position: whether it lies in %(place)s is open."
        ),
        "stood-inside": gettext_noop("The camera's position lies in %(place)s, where it is said to have stood."),
        "stood-within": gettext_noop(
            "The camera's position lies %(distance)s from %(place)s, where it is said to have stood: within the "
            "%(allowed)s that the place and the error of the position allow."
        ),
        "stood-beside": gettext_noop(
            "The camera's position lies %(distance)s from %(place)s, where it is said to have stood: a little more "
            "than the %(allowed)s that the place and the error of the position allow."
        ),
        "stood-apart": gettext_noop(
            "The camera's position lies %(distance)s from %(place)s, where it is said to have stood: the place and the "
            "error of the position allow %(allowed)s."
        ),
        "stood-near-border": gettext_noop(
            "The camera's position lies near %(nearest)s, and %(distance)s from the nearest known place in %(place)s, "
            "where it is said to have stood: the border may run between."
        ),
        "stood-outside-by": gettext_noop(
            "The camera's position lies near %(nearest)s, and %(distance)s from the nearest known place in %(place)s, "
            "where it is said to have stood."
        ),
        "stood-outside": gettext_noop(
            "The camera's position lies near %(nearest)s; %(place)s, where it is said to have stood, has no known "
            "place within 100 km of that."
        ),
        "stood-far-outside": gettext_noop(
            "The camera's position lies %(distance)s from the middle of %(place)s, where it is said to have stood."
        ),
        "shown-inside": gettext_noop("The camera's position lies in %(place)s, which the picture is said to show."),
        "shown-within": gettext_noop(
            "The camera's position lies %(distance)s from %(place)s, which the picture is said to show."
        ),
        "shown-in-sight": gettext_noop(
            "The camera's position lies %(distance)s from %(place)s, which the picture is said to show: a camera can "
            "see that far."
        ),
        "shown-barely-in-sight": gettext_noop(
            "The camera's position lies %(distance)s from %(place)s, which the picture is said to show: only from high "
            "ground, or of high land, does one see that far."
        ),
        "shown-out-of-sight": gettext_noop(
            "The camera's position lies %(distance)s from %(place)s, which the picture is said to show: farther than a "
            "camera can see."
        ),
        "shown-area-in-sight": gettext_noop(
            "The camera's position lies near %(nearest)s; the nearest known place in %(place)s, which the picture is "
            "said to show, is %(distance)s away: a camera can see that far."
        ),
        "shown-near-border": gettext_noop(
            "The camera's position lies near %(nearest)s; the nearest known place in %(place)s, which the picture is "
            "said to show, is %(distance)s away: perhaps within sight."
        ),
        "shown-outside-by": gettext_noop(
            "The camera's position lies near %(nearest)s; the nearest known place in %(place)s, which the picture is "
            "said to show, is %(distance)s away: farther than a camera can see."
        ),
        "shown-outside": gettext_noop(
            "The camera's position lies near %(nearest)s; %(place)s, which the picture is said to show, has no known "
            "place within 100 km of that."
        ),
        "shown-far-outside": gettext_noop(
            "The camera's position lies %(distance)s from the middle of %(place)s, which the picture is said to show."
        ),
    },
    weigh=_weigh,
)
