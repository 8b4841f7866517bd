"""Do the satellite's time and the camera's time fit each other, and the zone at the place?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from archive.provenance.checks.evidence import OF_THE_FILE, ClaimFacts, Evidence, Ground
from archive.provenance.checks.finding import Check, Observation, Outcome, Question, Value, metres, minutes
from archive.provenance.checks.locations import ZoneNear, camera_positions, offsets_near, places_to_lead
from archive.standards.normal_form import gettext_noop
from archive.standards.time_zones import LEAST_OFFSET, MOST_OFFSET, QUARTER, written_offset
from archive.standards.vocabulary import Property

# In the order in which they are believed; XMP repeats what the receiver and the camera wrote.
SATELLITE_TAGS = (("GPS", "GPSDateStamp"), ("XMP-exif", "GPSTimeStamp"))
CAMERA_TAGS = (("EXIF", "DateTimeOriginal"), ("IFD0", "DateTimeOriginal"), ("XMP-exif", "DateTimeOriginal"))
# A camera's clock drifts by minutes, and a receiver may repeat the time of a fix that is some minutes old.
DRIFT = timedelta(minutes=10)
# Farther off than a quarter of an hour a clock is wrong, or was set for another zone.
MOST_DRIFT = timedelta(minutes=45)
# Summer time that was forgotten, in a clock or in the offset that is written beside it.
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def _weigh(evidence: Evidence) -> Iterator[Observation]:
    satellites = _times(evidence, SATELLITE_TAGS)
    cameras = _times(evidence, CAMERA_TAGS)
    if not satellites or not cameras:
        code = "no-satellite-time" if not satellites else "no-camera-time"
        yield Observation(Outcome.NOT_APPLICABLE, code, {}, tuple(each.ground for each in satellites or cameras))
        return
    satellite = satellites[0]
    for camera in cameras:
        yield _compared(evidence, satellite, camera)


def _times(evidence: Evidence, tags: tuple[tuple[str, str], ...]) -> list[ClaimFacts]:
    """Return the claims of these tags that tell a time of day, each time once, that with an offset first."""
    stated = [
        claim
        for claim in evidence.standing(Property.DATE_CREATED)
        if claim.source in OF_THE_FILE
        and (claim.group, claim.tag) in tags
        and (claim.moment if tags is SATELLITE_TAGS else claim.dates and "T" in claim.dates.edtf)
    ]
    stated.sort(key=lambda each: (each.moment is None, tags.index((each.group, each.tag)), each.key))
    once: dict[datetime, ClaimFacts] = {}
    for claim in stated:
        once.setdefault(_clock(claim), claim)
    return list(once.values())


def _clock(claim: ClaimFacts) -> datetime:
    """Return what a clock showed: the camera's own, or UTC for a satellite's."""
    if (claim.group, claim.tag) in SATELLITE_TAGS:
        assert claim.moment
        return claim.moment.astimezone(UTC).replace(tzinfo=None)
    assert claim.dates
    return datetime.fromisoformat(claim.dates.edtf[:19])


def _compared(evidence: Evidence, satellite: ClaimFacts, camera: ClaimFacts) -> Observation:
    ahead = _clock(camera) - _clock(satellite)
    of_both: dict[str, Value] = {
        "camera": {"edtf": f"{_clock(camera):%Y-%m-%dT%H:%M:%S}"},
        "satellite": {"edtf": f"{_clock(satellite):%Y-%m-%dT%H:%M:%S}"},
    }
    grounds: tuple[Ground, ...] = (satellite.ground, camera.ground)
    if camera.moment:
        stated = _clock(camera) - camera.moment.astimezone(UTC).replace(tzinfo=None)
        stated = timedelta(minutes=round(stated.total_seconds() / 60))
        outcome, code, values = _with_offset(ahead - stated, stated)
    else:
        located = camera_positions(evidence)[:1] or places_to_lead(evidence)
        zones = offsets_near(evidence, located, _clock(camera))
        grounds += tuple(claim.ground for claim in located) if zones else ()
        outcome, code, values = _without_offset(ahead, zones)
    return Observation(outcome, code, {**of_both, **values}, grounds)


Answer = tuple[Outcome, str, dict[str, Value]]


def _with_offset(gap: timedelta, stated: timedelta) -> Answer:
    """Compare the two moments exactly, for the file says what offset the camera's clock had."""
    values: dict[str, Value] = {"offset": written_offset(stated), "apart": minutes(gap)}
    if abs(gap) <= DRIFT:
        return Outcome.CONSISTENT, "same-moment", values
    if abs(abs(gap) - HOUR) <= DRIFT:
        return Outcome.INCONCLUSIVE, "one-hour-off", values
    if abs(gap) <= MOST_DRIFT:
        return Outcome.INCONCLUSIVE, "minutes-off", values
    return Outcome.CONTRADICTORY, "apart", values


def _without_offset(ahead: timedelta, zones: list[ZoneNear]) -> Answer:
    """Look for the zone in which the camera's clock would have been right."""
    offset = round(ahead / QUARTER) * QUARTER
    values: dict[str, Value] = {"offset": written_offset(offset), "apart": minutes(ahead)}
    if not LEAST_OFFSET <= offset <= MOST_OFFSET:
        nearer = ahead - DAY if ahead > timedelta() else ahead + DAY
        if any(abs(nearer - zone.offset) <= DRIFT for zone in zones) if zones else _is_legal(nearer):
            return Outcome.INCONCLUSIVE, "one-day-off", values
        return Outcome.CONTRADICTORY, "no-offset", values
    if not zones:
        return Outcome.CONSISTENT, "legal-offset", values
    here = min(zones, key=lambda zone: zone.metres)
    values |= {"here": here.name, "there": written_offset(here.offset)}
    # Of those that fit, the nearest; where a country has several, the one that most people live in.
    if fitting := [zone for zone in zones if abs(ahead - zone.offset) <= DRIFT]:
        zone = min(fitting, key=lambda each: each.metres)
        off = {"apart": minutes(ahead - zone.offset), "offset": written_offset(zone.offset)}
        if zone.metres == here.metres:
            return Outcome.CONSISTENT, "fits-zone", {**values, **off, "zone": zone.name}
        return Outcome.CONSISTENT, "fits-neighbour", {**values, **off, "zone": zone.name, "away": metres(zone.metres)}
    least = min((abs(ahead - zone.offset) for zone in zones), default=DAY)
    if least <= MOST_DRIFT:
        return Outcome.INCONCLUSIVE, "minutes-off-zone", {**values, "apart": minutes(least)}
    if abs(least - HOUR) <= DRIFT:
        return Outcome.INCONCLUSIVE, "one-hour-off-zone", values
    return Outcome.INCONCLUSIVE, "another-zone", values


def _is_legal(ahead: timedelta) -> bool:
    return LEAST_OFFSET <= round(ahead / QUARTER) * QUARTER <= MOST_OFFSET


CHECK = Check(
    slug="satellite-time-against-camera-time",
    version="1",
    title=gettext_noop("Satellite time against camera time"),
    question=Question.WHEN,
    meaning=gettext_noop(
        "Compares the time that a satellite receiver wrote into the file, in UTC, with the time of the camera's clock: "
        "exactly where the file says what offset that clock had, and otherwise with the legal offsets, and with the "
        "zones of the countries within 100 km of the place, summer time included."
    ),
    limits=gettext_noop(
        "Few cameras set their clock by satellite, many travel with the time of home, and a receiver may repeat "
        "the time of an older fix. Both times can be written into a file by anybody. Any offset within the legal ones "
        "fits some zone, so without a place this tells only of days. In a country with several zones each counts."
    ),
    sentences={
        "no-satellite-time": gettext_noop("The file gives no satellite time."),
        "no-camera-time": gettext_noop("The file gives a satellite time, but no time of the camera's clock."),
        "same-moment": gettext_noop(
            "The camera's clock (%(camera)s, %(offset)s) and the satellite time (%(satellite)s UTC) agree to %(apart)s."
        ),
        "minutes-off": gettext_noop(
            "The camera's clock (%(camera)s, %(offset)s) and the satellite time (%(satellite)s UTC) are %(apart)s "
            "apart: clocks drift by minutes, and a receiver may repeat the time of an older fix."
        ),
        "one-hour-off": gettext_noop(
            "The camera's clock (%(camera)s, %(offset)s) and the satellite time (%(satellite)s UTC) are an hour apart: "
            "often summer time that was forgotten."
        ),
        "apart": gettext_noop(
            "The camera's clock (%(camera)s, %(offset)s) and the satellite time (%(satellite)s UTC) are %(apart)s "
            "apart: more than a drifting clock or an older fix explains."
        ),
        "fits-zone": gettext_noop(
            "The camera's clock (%(camera)s) and the satellite time (%(satellite)s UTC) agree to %(apart)s, as clocks "
            "went there (%(zone)s, %(offset)s)."
        ),
        "fits-neighbour": gettext_noop(
            "The camera's clock (%(camera)s) and the satellite time (%(satellite)s UTC) agree to %(apart)s as clocks "
            "went %(away)s away (%(zone)s, %(offset)s); at the place itself it was %(there)s (%(here)s). Between two "
            "coasts that is usual."
        ),
        "minutes-off-zone": gettext_noop(
            "The camera's clock (%(camera)s) is %(apart)s off the satellite time (%(satellite)s UTC) and the clocks "
            "there (%(here)s, %(there)s): clocks drift by minutes, and a receiver may repeat the time of an older fix."
        ),
        "one-hour-off-zone": gettext_noop(
            "By the satellite time (%(satellite)s UTC) the camera's clock (%(camera)s) ran at %(offset)s, an hour off "
            "the clocks there (%(here)s, %(there)s): often summer time that was forgotten."
        ),
        "another-zone": gettext_noop(
            "By the satellite time (%(satellite)s UTC) the camera's clock (%(camera)s) ran at %(offset)s, while clocks "
            "there ran at %(there)s (%(here)s): it was set for another zone, or wrongly."
        ),
        "legal-offset": gettext_noop(
            "By the satellite time (%(satellite)s UTC) the camera's clock (%(camera)s) ran at %(offset)s, as clocks do "
            "in some zone; no place is known to compare that with."
        ),
        "one-day-off": gettext_noop(
            "The camera's clock (%(camera)s) and the satellite time (%(satellite)s UTC) fit but for one whole day: "
            "some devices write the local day beside the satellite's time."
        ),
        "no-offset": gettext_noop(
            "The camera's clock (%(camera)s) and the satellite time (%(satellite)s UTC) are %(apart)s apart: no zone "
            "of the world explains that."
        ),
    },
    weigh=_weigh,
)
