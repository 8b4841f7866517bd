"""Could there have been as much light as the exposure tells, where and when the picture is said to have been made?"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from astral import Observer
from astral.sun import elevation

from archive.authorities.geometry import METRES_PER_DEGREE
from archive.extraction.readers.positions import number
from archive.extraction.readers.statements import Reading
from archive.provenance.checks.evidence import ClaimFacts, Evidence
from archive.provenance.checks.finding import Check, Observation, Outcome, Question, Value, degrees
from archive.provenance.checks.locations import Point, camera_positions, name_of, offsets_near, places_to_lead
from archive.standards.normal_form import gettext_noop
from archive.standards.vocabulary import Property

# Sunlit scenes have an exposure value of 14 to 16 at ISO 100, overcast ones 12 to 13; floodlit ones stay below 10.
BRIGHT_EV = 13
# Street light, candles, a long exposure: nothing that is exposed so is lit by the sun, if no filter is before the lens.
DARK_EV = 5
# Bands of the sun's altitude: by day higher than the first, night below the last, twilight and a low sun between.
DAY_DEGREES, HORIZON_DEGREES, NIGHT_DEGREES = 6, 0, -12
# A longer interval has day and night everywhere but near the poles.
MOST_DAYS = 31
# Of a claim that names more places, the first ones: the sun is the same for neighbours.
MOST_PLACES = 3
# How far a country may reach beyond the circle of its size.
_AREA_REACH = 2


@dataclass(frozen=True)
class Exposure:
    aperture: float
    seconds: float
    iso: float

    @property
    def value(self) -> float:
        """The exposure value at ISO 100: one more for each halving of the light (ISO 2720)."""
        return math.log2(self.aperture**2 / self.seconds) - math.log2(self.iso / 100)

    def __str__(self) -> str:
        seconds = f"1/{1 / self.seconds:.0f}" if self.seconds < 0.4 else f"{self.seconds:g}"
        return f"f/{self.aperture:g}, {seconds} s, ISO {self.iso:g}"


def _weigh(evidence: Evidence) -> Iterator[Observation]:
    exposure = _exposure(evidence.embedded)
    if exposure is None or _has_flashed(evidence.embedded):
        yield Observation(Outcome.NOT_APPLICABLE, "flash" if exposure else "no-exposure")
        return
    dates = [claim for claim in evidence.leading(Property.DATE_CREATED) if claim.dates and _is_short(claim)]
    places = [claim for claim in camera_positions(evidence)[:1] or places_to_lead(evidence) if _point(claim)]
    if not dates or not places:
        yield Observation(Outcome.NOT_APPLICABLE, "no-place" if dates else "no-date")
        return
    for claim in {claim.dates.edtf: claim for claim in reversed(dates)}.values():
        for place in places[:MOST_PLACES]:
            yield _compared(evidence, exposure, claim, place)


def _compared(evidence: Evidence, exposure: Exposure, claim: ClaimFacts, place: ClaimFacts) -> Observation:
    low, high = _altitudes(evidence, claim, place)
    slack = _reach_metres(place) / METRES_PER_DEGREE
    values: dict[str, Value] = {
        "exposure": str(exposure),
        "ev": round(exposure.value),
        "date": {"edtf": f"{claim.moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if claim.moment else claim.dates.edtf},
        "place": name_of(place) if place.place else degrees(place.point),
        "low": round(low),
        "high": round(high),
    }
    outcome, code = Outcome.CONSISTENT, "fits" if round(low) == round(high) else "fits-between"
    if exposure.value >= BRIGHT_EV:
        if high + slack < NIGHT_DEGREES:
            outcome, code = Outcome.CONTRADICTORY, "bright-at-night"
        elif high + slack < HORIZON_DEGREES:
            outcome, code = Outcome.INCONCLUSIVE, "bright-at-twilight"
    elif exposure.value < DARK_EV and low - slack > DAY_DEGREES:
        outcome, code = Outcome.INCONCLUSIVE, "dark-by-day"
    grounds = claim.ground, place.ground, ("tag", "EXIF:ExposureTime")
    return Observation(outcome, code, values, grounds)


def _exposure(reading: Reading) -> Exposure | None:
    aperture, seconds, iso = (
        _first_number(reading, *(f"{group}:{tag}" for group in ("EXIF", "XMP-exif") for tag in tags))
        for tags in (("FNumber",), ("ExposureTime",), ("ISOSpeedRatings", "PhotographicSensitivity"))
    )
    # Lenses without contacts write no aperture or one that no lens has, and scanners no time.
    if not aperture or not seconds or not iso or not 0.7 <= aperture <= 128 or not 1e-5 <= seconds <= 3600:
        return None
    return Exposure(aperture, seconds, iso)


def _first_number(reading: Reading, *names: str) -> float | None:
    for name in names:
        value: Any = reading.first(name)
        read = number(value[0] if isinstance(value, list) and value else value)
        if read is not None and read > 0:
            return read
    return None


def _has_flashed(reading: Reading) -> bool:
    value = number(reading.first("EXIF:Flash"))
    # Exif 3.0, 4.6.6.7: the lowest bit says that the flash fired.
    return value is not None and int(value) % 2 == 1


def _is_short(claim: ClaimFacts) -> bool:
    assert claim.dates
    return claim.dates.earliest != date.min and claim.dates.latest != date.max and claim.dates.days <= MOST_DAYS


def _point(claim: ClaimFacts) -> Point | None:
    return claim.point or (claim.place.point if claim.place else None)


def _reach_metres(claim: ClaimFacts) -> float:
    if claim.point or claim.place is None:
        return 0.0
    return _AREA_REACH * (claim.place.reach_metres or 0) + (claim.uncertainty_metres or 0)


def _altitudes(evidence: Evidence, claim: ClaimFacts, place: ClaimFacts) -> tuple[float, float]:
    """Return the lowest and the highest that the sun stood within what is claimed, in degrees above the horizon."""
    point = _point(place)
    assert claim.dates and point
    rounded = round(point[0], 2), round(point[1], 2)
    altitudes = [_altitude(*rounded, moment) for moment in _moments(evidence, claim, place, point)]
    return min(altitudes), max(altitudes)


def _moments(evidence: Evidence, claim: ClaimFacts, place: ClaimFacts, point: Point) -> list[datetime]:
    """Return the moments in UTC that a claim may mean: one, one for each zone near the place, or all hours of days."""
    assert claim.dates
    if claim.moment:
        return [claim.moment.astimezone(UTC).replace(second=0, microsecond=0)]
    if "T" in claim.dates.edtf and "/" not in claim.dates.edtf:
        local = datetime.fromisoformat(claim.dates.edtf[:16])
        offsets = {offset for _zone, offset, _metres in offsets_near(evidence, [place], local)}
        # Where no zone is known, legal time lies up to two hours before and three and a half behind the sun's.
        sun = timedelta(hours=point[1] / 15)
        offsets = offsets or {sun + timedelta(hours=hours) for hours in (-2, -1, 0, 1, 2, 3.5)}
        return [(local - offset).replace(tzinfo=UTC) for offset in offsets]
    first, last = claim.dates.earliest, claim.dates.latest
    # The sun is highest at its own noon and lowest at its own midnight; the equation of time is a quarter of an hour.
    midday = timedelta(hours=12 - point[1] / 15)
    return [
        datetime.combine(day, time(), UTC) + midday + timedelta(hours=hours)
        for day in {first, first + (last - first) / 2, last}
        for hours in (-12, 0)
    ]


@lru_cache(maxsize=16_384)
def _altitude(latitude: float, longitude: float, moment: datetime) -> float:
    return elevation(Observer(latitude, longitude), moment)


CHECK = Check(
    slug="sun-against-light",
    version="2",
    title=gettext_noop("Sun against light"),
    question=Question.WHEN,
    meaning=gettext_noop(
        "Works out how high the sun stood at the place and time that are claimed, and compares it with the light that "
        "the exposure tells of (aperture, time and ISO): what is exposed as for daylight was not lit by night."
    ),
    limits=gettext_noop(
        "Only daylight at night is a contradiction, and even that can be a lamp, a fire or a picture that was meant to "
        "be black. By day a dark exposure can be a room, a filter or a choice. A camera's time without a place, or a "
        "whole day without a time, tells almost nothing. The exposure can be written into a file by anybody."
    ),
    sentences={
        "no-exposure": gettext_noop("The file does not say with what aperture, time and ISO it was exposed."),
        "flash": gettext_noop("The flash fired: its light tells nothing of the sun."),
        "no-date": gettext_noop("No date is claimed that is narrow enough to tell day from night."),
        "no-place": gettext_noop("No place is claimed for which the sun could be worked out."),
        "fits": gettext_noop(
            "The exposure (%(exposure)s) is possible for %(place)s, %(date)s: the sun stood at %(high)s°."
        ),
        "fits-between": gettext_noop(
            "The exposure (%(exposure)s) is possible for %(place)s, %(date)s: the sun stood between %(low)s° and "
            "%(high)s°."
        ),
        "bright-at-night": gettext_noop(
            "The exposure (%(exposure)s) is one for daylight, but for %(place)s, %(date)s, the sun stood no higher "
            "than %(high)s°: it was night."
        ),
        "bright-at-twilight": gettext_noop(
            "The exposure (%(exposure)s) is one for daylight, but for %(place)s, %(date)s, the sun stood no higher "
            "than %(high)s°: it was twilight."
        ),
        "dark-by-day": gettext_noop(
            "The exposure (%(exposure)s) is one for little light, though for %(place)s, %(date)s, the sun stood at "
            "%(low)s° or higher: a room, a filter or a choice of the photographer can be the reason."
        ),
    },
    weigh=_weigh,
)
