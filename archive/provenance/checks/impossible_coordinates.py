"""What would coordinates mean that are no position, or none that fits, if they were mended?"""

from collections.abc import Iterator
from itertools import product

from archive.claims.agreement import FARTHEST_SIGHT_METRES
from archive.extraction.readers.file_assertions import RefusedPosition
from archive.extraction.readers.positions import Fault
from archive.provenance.checks.evidence import ClaimFacts, Evidence, Ground
from archive.provenance.checks.finding import Check, Observation, Outcome, Question, Value, degrees, metres
from archive.provenance.checks.locations import (
    Point,
    apart,
    camera_positions,
    claimed_places,
    error_metres,
    name_of,
    nearest_claimed,
)
from archive.standards.normal_form import gettext_noop
from archive.standards.vocabulary import Property

_BEYOND_MENDING = {Fault.NO_FIX: "no-fix", Fault.OUT_OF_RANGE: "out-of-range", Fault.INCOMPLETE: "incomplete"}
_CODES = {Fault.NO_HEMISPHERE: "sign-lost", Fault.SWAPPED: "swapped"}


def _weigh(evidence: Evidence) -> Iterator[Observation]:
    stood = claimed_places(evidence, Property.LOCATION_CREATED)
    shown = claimed_places(evidence, Property.LOCATION_SHOWN)
    refused = evidence.refused_positions
    positions = camera_positions(evidence)
    for each in refused:
        yield from _mended(each, [*stood, *shown])
    told = False
    for position in positions:
        for claim in (*stood, *shown):
            if observation := _turned(position, claim, sight=FARTHEST_SIGHT_METRES if claim in shown else 0):
                told = True
                yield observation
    if not refused and not told:
        grounds = tuple(position.ground for position in positions)
        if positions:
            yield Observation(Outcome.CONSISTENT, "possible", {}, grounds)
        else:
            yield Observation(Outcome.NOT_APPLICABLE, "no-coordinates")


def _mended(refused: RefusedPosition, claimed: list[ClaimFacts]) -> Iterator[Observation]:
    """Tell what refused coordinates would mean, nearest to a claimed place first."""
    ground: Ground = ("tag", refused.name)
    error = refused.error
    readings = _readings(refused)
    if not readings:
        code = _BEYOND_MENDING.get(error.fault) or ("out-of-range" if error.degrees else "incomplete")
        yield Observation(Outcome.UNREADABLE, code, {"tag": refused.name}, (ground,))
        return
    code = _CODES[error.fault]
    placed = [(nearest_claimed(reading, claimed), reading) for reading in readings]
    for near, reading in sorted(placed, key=lambda each: each[0][0] if each[0] else 0.0):
        values: dict[str, Value] = {"position": degrees(reading)}
        if near is None:
            yield Observation(Outcome.INCONCLUSIVE, f"{code}-alone", values, (ground,))
            continue
        distance, claim = near
        values |= {"distance": metres(distance), "place": name_of(claim)}
        yield Observation(Outcome.INCONCLUSIVE, code, values, (ground, claim.ground))


def _readings(refused: RefusedPosition) -> list[Point]:
    """Return what the coordinates can be mended to: swapped back, or each sign that is lost tried."""
    error = refused.error
    if error.degrees is None or error.fault not in _CODES:
        return []
    latitude, longitude = error.degrees
    if error.fault is Fault.SWAPPED:
        return [(longitude, latitude)]
    norths, easts = (
        (abs(size), -abs(size)) if has_lost else (size,)
        for size, has_lost in zip(error.degrees, error.has_lost, strict=True)
    )
    return [(north, east) for north, east in product(norths, easts) if abs(north) <= 90 and abs(east) <= 180]


def _turned(position: ClaimFacts, claim: ClaimFacts, *, sight: float) -> Observation | None:
    """Tell that a position would fit a claimed place with another sign, or swapped, while as written it does not."""
    assert position.point
    latitude, longitude = position.point
    there = apart(position.point, claim)
    if there is None or there.metres <= there.reach_metres + error_metres(position) + FARTHEST_SIGHT_METRES:
        return None
    twins = [
        ("sign-flipped-fits", (latitude, -longitude)),
        ("sign-flipped-fits", (-latitude, longitude)),
        ("sign-flipped-fits", (-latitude, -longitude)),
        ("swapped-fits", (longitude, latitude)),
    ]
    for code, twin in twins:
        near = apart(twin, claim) if abs(twin[0]) <= 90 else None
        if near and near.metres <= near.reach_metres + error_metres(position) + sight:
            values: dict[str, Value] = {
                "written": degrees(position.point),
                "far": metres(there.metres),
                "place": name_of(claim),
                "position": degrees(twin),
                "distance": metres(near.metres),
            }
            return Observation(Outcome.INCONCLUSIVE, code, values, (position.ground, claim.ground))
    return None


CHECK = Check(
    slug="impossible-coordinates",
    version="1",
    title=gettext_noop("Impossible coordinates"),
    question=Question.WHERE,
    meaning=gettext_noop(
        "Tells of coordinates that are no position (zero, incomplete, outside the globe, swapped, without their "
        "hemisphere), and what they would mean if they were mended: swapped back, or with each sign that is lost. "
        "Tells as well where a position would fit a claimed place only if one of its signs were turned."
    ),
    limits=gettext_noop(
        "A mended position is a guess, and is put on no map: that it fits may be chance, and that it does not fit says "
        "nothing against the picture. Programs lose signs when they copy metadata. Countries and counties are not "
        "compared with."
    ),
    sentences={
        "no-coordinates": gettext_noop("The file gives no coordinates of the camera."),
        "possible": gettext_noop("The coordinates of the camera are those of a place on the globe."),
        "no-fix": gettext_noop(
            "The coordinates (%(tag)s) are zero, as a receiver without a fix writes them: they tell of no place."
        ),
        "out-of-range": gettext_noop("The coordinates (%(tag)s) lie outside the globe, whichever way they are read."),
        "incomplete": gettext_noop("The coordinates (%(tag)s) are incomplete, or no numbers."),
        "sign-lost": gettext_noop(
            "The coordinates lost a hemisphere; read as %(position)s they lie %(distance)s from %(place)s."
        ),
        "sign-lost-alone": gettext_noop("The coordinates lost a hemisphere; they may mean %(position)s."),
        "swapped": gettext_noop(
            "Latitude and longitude seem to be swapped; read as %(position)s they lie %(distance)s from %(place)s."
        ),
        "swapped-alone": gettext_noop("Latitude and longitude seem to be swapped; they may mean %(position)s."),
        "sign-flipped-fits": gettext_noop(
            "As written (%(written)s) the position lies %(far)s from %(place)s; in the other hemisphere, %(position)s, "
            "it would lie %(distance)s from there."
        ),
        "swapped-fits": gettext_noop(
            "As written (%(written)s) the position lies %(far)s from %(place)s; with latitude and longitude swapped, "
            "%(position)s, it would lie %(distance)s from there."
        ),
    },
    weigh=_weigh,
)
