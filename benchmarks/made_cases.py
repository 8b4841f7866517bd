"""
Made-up items for `checks.py`: what a true picture's file, caption and publication say, and contradictions planted.

A true case is honest, not clean: receivers are off, clocks drift or are set for home, captions name the next town, the
county or the sea. `PLANTED` is the table of contradictions: a function takes a true case and returns one in which one
thing is not true any more, or None where the case has nothing that it could change. A new one is a function and a line.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import count
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from astral import Observer
from astral.sun import elevation

from archive.authorities.gazetteer import known_places
from archive.authorities.geometry import METRES_PER_DEGREE
from archive.authorities.models import Place
from archive.catalogue.words_in_pictures import WordsLine
from archive.claims.picture_words import said_in
from archive.extraction.gazetteer_of_captions import known_names
from archive.extraction.readers.file_assertions import assess
from archive.extraction.readers.statements import Reading, Statement
from archive.provenance.checks.evidence import (
    AccessionFacts,
    AppearanceFacts,
    CaptionFacts,
    ClaimFacts,
    CopyFacts,
    EventFacts,
    Evidence,
    WordsFacts,
)
from archive.provenance.gather_evidence import place_facts, surroundings_of, words_facts
from archive.standards.edtf import DateInterval, parse
from archive.standards.normal_form import text_digest
from archive.standards.time_zones import zones_of
from archive.standards.vocabulary import WORDS_IN_PICTURE, Property, SourceKind, Standing

RECEIVED = datetime(2026, 11, 1, 9, tzinfo=UTC)
COUNTRIES = ("FR", "GB", "BE", "NL", "ES", "IT", "GR")
KINDS = (Place.Kind.BEACH, Place.Kind.HARBOUR, Place.Kind.PORT, Place.Kind.TOWN)
REACH_METRES = {"BEACH": 2_000, "HARBOUR": 1_500, "PORT": 3_000, "TOWN": 6_000}
FIRST, DAYS = date(2015, 1, 1), 4000
WORDS = "People in a small boat wait for daylight, seen from {where} on {day}."
_keys = count(1)


@dataclass(frozen=True)
class Case:
    """
    One item: its file's statements, what its caption claims, and when it was first published.

    `of_copy` is what the caption of a confirmed copy says, `event` where and when what it shows is recorded to have
    gone on; None for what has none. `elsewhere` is another picture's place, for a caption that is exchanged.
    `banner` is what was laid over the picture when it was shown: a place and a day, as if read without a fault; None
    without one.
    """

    statements: Mapping[str, Any]
    property: Property
    place: Place
    day: date
    published: date
    local: datetime
    point: tuple[float, float] | None
    beside_metres: float | None = None
    of_copy: tuple[Place, str] | None = None
    event: tuple[Place, str] | None = None
    elsewhere: Place | None = None
    banner: tuple[Place, date] | None = None


def known_shores() -> list[Place]:
    """Return the beaches, harbours, ports and towns that the cases are made at."""
    table = known_places()
    return [
        table.place(line)
        for line, kind in enumerate(table.kinds)
        if kind in KINDS and table.countries[line] in COUNTRIES and not math.isnan(table.latitudes[line])
    ]


def true_case(random: Random, shores: list[Place]) -> Case:
    """Make an item of which everything that is said is true, as far as such things are."""
    place = random.choice(shores)
    stood, where, beside, name = _stood_and_claimed(random, place)
    local = datetime.combine(FIRST + timedelta(days=random.randrange(DAYS)), time()) + timedelta(
        minutes=random.randrange(5 * 60, 23 * 60), seconds=random.randrange(60)
    )
    zone = ZoneInfo(zones_of(place.country_code)[0])
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    device = random.choices(("phone", "camera with receiver", "camera", "messenger"), (40, 15, 30, 15))[0]
    statements: dict[str, Any] = {}
    point = None
    if device != "messenger":
        statements |= _exposure(random, elevation(Observer(*stood), moment))
        statements |= _clock(random, device, local, moment, zone)
    if device == "camera with receiver" or (device == "phone" and random.random() < 0.8):
        point = _moved(stood, abs(random.gauss(0, 15)), random.uniform(0, 360))
        statements |= _receiver(random, device, point, moment)
    published = local.date() + timedelta(
        days=random.choices((random.randrange(2), random.randrange(2, 8), random.randrange(8, 31)), (60, 30, 10))[0]
    )
    day = local.date()
    of_copy = (random.choice([place, *_above(place)]), random.choice((f"{day}", f"{day:%Y-%m}")))
    event = (where, random.choice((f"{day}", f"{day}/{day + timedelta(days=2)}", f"{day:%Y-%m}")))
    return Case(
        *(statements, name, where, day, published, local, point, beside),
        of_copy=of_copy if random.random() < 0.4 else None,
        event=event if random.random() < 0.4 else None,
        elsewhere=random.choice(shores),
        # The day of the banner is at times that of the news.
        banner=(where, random.choices((day, published), (70, 30))[0]) if random.random() < 0.3 else None,
    )


def _stood_and_claimed(random: Random, place: Place) -> tuple[tuple[float, float], Place, float | None, Property]:
    """Return where the camera stood, and what the caption calls that."""
    assert place.point
    reach = place.radius_metres or REACH_METRES[place.kind]
    bearing = random.uniform(0, 360)
    name = random.choices((Property.LOCATION_SHOWN, Property.LOCATION_CREATED), (75, 25))[0]
    how = random.choices(("there", "the town", "off", "the country", "the county"), (68, 12, 8, 6, 6))[0]
    if how == "off":
        # "Off Dunkirk", from a boat or from the beach.
        return _moved(place.point, random.uniform(0, 15_000), bearing), place, 10_000, Property.LOCATION_SHOWN
    stood = _moved(place.point, min(abs(random.gauss(0, reach / 2)), 1.5 * reach), bearing)
    above = [
        each for each in _above(place) if each.kind == {"the town": "TOWN", "the country": "COUNTRY"}.get(how, "COUNTY")
    ]
    return stood, above[0] if above and how != "there" else place, None, name


def _above(place: Place) -> list[Place]:
    found = []
    while place.parent:
        place = place.parent
        found.append(place)
    return found


def _moved(point: tuple[float, float], metres: float, bearing: float) -> tuple[float, float]:
    north, east = math.cos(math.radians(bearing)) * metres, math.sin(math.radians(bearing)) * metres
    latitude = point[0] + north / METRES_PER_DEGREE
    return latitude, point[1] + east / METRES_PER_DEGREE / math.cos(math.radians(latitude))


def _exposure(random: Random, altitude: float) -> dict[str, Any]:
    """Expose for the light that there is: outdoors or, a fifth of the time, in a room or a cabin."""
    light = 15 if altitude > 20 else 13 if altitude > 6 else 11 if altitude > 0 else 6 if altitude > -6 else 2
    light = random.uniform(5, 8) if random.random() < 0.2 else random.gauss(light, 0.8)
    has_flashed = light < 5 and random.random() < 0.3
    iso = 100 if light > 11 else 400 if light > 6 else 3200
    aperture = random.choice((1.8, 2.8, 4.0, 5.6))
    seconds = aperture**2 / 2 ** (light + math.log2(iso / 100))
    time_of_it = f"1/{max(1, round(1 / seconds))}" if seconds < 0.5 else f"{round(seconds * 10)}/10"
    return {
        "EXIF:FNumber": f"{round(aperture * 10)}/10",
        "EXIF:ExposureTime": time_of_it,
        "EXIF:ISOSpeedRatings": iso,
        "EXIF:Flash": 9 if has_flashed else 16,
    }


def _clock(random: Random, device: str, local: datetime, moment: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """Set the clock: a phone's to the second; a camera's drifts, and is at times still set for another country."""
    if device == "phone":
        shown, offset = local, local.replace(tzinfo=zone).utcoffset()
    else:
        home = random.choices((zone, ZoneInfo("Europe/London"), ZoneInfo("Europe/Paris")), (80, 10, 10))[0]
        drift = timedelta(seconds=max(-900.0, min(900.0, random.gauss(0, 120))))
        shown, offset = moment.astimezone(home).replace(tzinfo=None) + drift, None
    written = {"IFD0:Make": "Made", "EXIF:DateTimeOriginal": f"{shown:%Y:%m:%d %H:%M:%S}"}
    if offset is not None and random.random() < 0.8:
        written["EXIF:OffsetTimeOriginal"] = _written_offset(offset)
    return written


def _written_offset(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _receiver(random: Random, device: str, point: tuple[float, float], moment: datetime) -> dict[str, Any]:
    fix = moment - timedelta(seconds=random.uniform(0, 180))
    written = _coordinates(point) | {
        "GPS:GPSDateStamp": f"{fix:%Y:%m:%d}",
        "GPS:GPSTimeStamp": [fix.hour, fix.minute, fix.second],
    }
    if device == "phone":
        written["GPS:GPSHPositioningError"] = f"{random.randrange(3, 65)}/1"
    return written


def _coordinates(point: tuple[float, float]) -> dict[str, Any]:
    (latitude, north), (longitude, east) = (
        (abs(degrees), letters[degrees < 0]) for degrees, letters in zip(point, ("NS", "EW"), strict=True)
    )
    return {
        "GPS:GPSLatitude": _sexagesimal(latitude),
        "GPS:GPSLatitudeRef": north,
        "GPS:GPSLongitude": _sexagesimal(longitude),
        "GPS:GPSLongitudeRef": east,
    }


def _sexagesimal(degrees: float) -> list[int | str]:
    whole, minutes = int(degrees), int(degrees * 60 % 60)
    seconds = Fraction(round((degrees * 3600 - whole * 3600 - minutes * 60) * 100), 100)
    return [whole, minutes, f"{seconds.numerator}/{seconds.denominator}"]


Planted = Callable[[Case, Random], Case | None]


def _claimed_later(days: int) -> Planted:
    def plant(case: Case, random: Random) -> Case | None:
        return replace(case, day=case.day + timedelta(days=days))

    return plant


def _clock_moved(days: int) -> Planted:
    def plant(case: Case, random: Random) -> Case | None:
        if "EXIF:DateTimeOriginal" not in case.statements:
            return None
        shown = datetime.strptime(case.statements["EXIF:DateTimeOriginal"], "%Y:%m:%d %H:%M:%S")
        return _with(case, {"EXIF:DateTimeOriginal": f"{shown + timedelta(days=days):%Y:%m:%d %H:%M:%S}"})

    return plant


def _position_moved(kilometres: int) -> Planted:
    def plant(case: Case, random: Random) -> Case | None:
        if case.point is None:
            return None
        moved = _moved(case.point, kilometres * 1000, random.uniform(0, 360))
        return _with(replace(case, point=moved), _coordinates(moved))

    return plant


def _offset_shifted(case: Case, random: Random) -> Case | None:
    if "EXIF:OffsetTimeOriginal" not in case.statements or case.point is None:
        return None
    written = case.statements["EXIF:OffsetTimeOriginal"]
    hours = int(written[:3])
    shifted = random.choice([each for each in range(-11, 13) if abs(each - hours) >= 2])
    return _with(case, {"EXIF:OffsetTimeOriginal": _written_offset(timedelta(hours=shifted))})


def _sign_lost(case: Case, random: Random) -> Case | None:
    return None if case.point is None else _with(case, {"GPS:GPSLongitudeRef": ""})


def _sign_turned(case: Case, random: Random) -> Case | None:
    # Near Greenwich it makes no difference.
    if case.point is None or abs(case.point[1]) < 1:
        return None
    return _with(case, _coordinates((case.point[0], -case.point[1])))


def _swapped(case: Case, random: Random) -> Case | None:
    return None if case.point is None else _with(case, _coordinates((case.point[1], case.point[0])))


def _half_a_day_off(case: Case, random: Random) -> Case | None:
    """Turn a picture of the middle of the day into one of the middle of the night, position and claims kept."""
    if "EXIF:DateTimeOriginal" not in case.statements or not 11 <= case.local.hour <= 14:
        return None
    night = datetime.combine(case.local.date(), time(1, 0)) + timedelta(minutes=random.randrange(90))
    without_fix = dict.fromkeys(("GPS:GPSDateStamp", "GPS:GPSTimeStamp"))
    return _with(case, {"EXIF:DateTimeOriginal": f"{night:%Y:%m:%d %H:%M:%S}", **without_fix})


def _resaved(case: Case, random: Random) -> Case | None:
    return _with(case, {"IFD0:Software": "Adobe Photoshop 25.0 (Windows)"}) if case.statements else None


def _of_a_younger_camera(case: Case, random: Random) -> Case | None:
    """Let the file name a telephone that was announced in September 2024, and lent to nobody before June."""
    telephone = {"IFD0:Make": "Apple", "IFD0:Model": "iPhone 16"}
    return _with(case, telephone) if case.statements and case.local.date() < date(2024, 6, 1) else None


def _caption_exchanged(case: Case, random: Random) -> Case | None:
    """Give it the caption of another picture: another place, and a day some weeks or months before."""
    day = case.day - timedelta(days=random.randrange(10, 300))
    return replace(case, place=case.elsewhere, day=day, beside_metres=None) if case.elsewhere else None


def _banner_of_an_earlier_day(case: Case, random: Random) -> Case | None:
    if case.banner is None:
        return None
    return replace(case, banner=(case.banner[0], case.day - timedelta(days=random.randrange(1, 30))))


def _banner_of_elsewhere(case: Case, random: Random) -> Case | None:
    """Let the banner name a place far from the true one."""
    if case.banner is None or case.elsewhere is None or not (case.banner[0].point and case.elsewhere.point):
        return None
    north, east = (there - here for there, here in zip(case.elsewhere.point, case.banner[0].point, strict=True))
    return replace(case, banner=(case.elsewhere, case.banner[1])) if math.hypot(north, east) > 2 else None


def _with(case: Case, statements: Mapping[str, Any]) -> Case:
    merged = {**case.statements, **statements}
    return replace(case, statements={name: value for name, value in merged.items() if value is not None})


PLANTED: dict[str, Planted] = {
    "claimed 2 days later": _claimed_later(2),
    "claimed 1 month later": _claimed_later(30),
    "claimed 3 years later": _claimed_later(3 * 365),
    "camera date moved 2 days": _clock_moved(2),
    "camera date moved 1 month": _clock_moved(-30),
    "camera date moved 3 years": _clock_moved(-3 * 365),
    "position moved 5 km": _position_moved(5),
    "position moved 50 km": _position_moved(50),
    "position moved 500 km": _position_moved(500),
    "offset shifted 2 h and more": _offset_shifted,
    "longitude's hemisphere lost": _sign_lost,
    "longitude's hemisphere turned": _sign_turned,
    "latitude, longitude swapped": _swapped,
    "midday told as night": _half_a_day_off,
    "re-saved by an editor": _resaved,
    "a camera younger than the day": _of_a_younger_camera,
    "caption exchanged": _caption_exchanged,
    "a banner of an earlier day": _banner_of_an_earlier_day,
    "a banner of a place far away": _banner_of_elsewhere,
}


def reading_of(case: Case) -> Reading:
    return Reading(statements=[Statement(*name.split(":", 1), value) for name, value in case.statements.items()])


def words_of(case: Case) -> str:
    return WORDS.format(where=case.place.name, day=case.day)


def _words_in(case: Case) -> tuple[WordsFacts, ...]:
    """Return what the words of its banner say, by the rules that read them; none are read of pixels here."""
    if case.banner is None:
        return ()
    place, day = case.banner
    text = f"Small boat seen at {place.name}, {day.day} {day:%B %Y}"
    line = WordsLine(1, text, 0.99, ((0.05, 0.9), (0.6, 0.9), (0.6, 0.95), (0.05, 0.95)))
    known = known_names()
    said = said_in([line], known=known, day=case.published)
    slugs = {each.proposal.place for each in said if each.proposal and each.proposal.place}
    return (words_facts(line, said, {slug: place_facts(known.places[slug]) for slug in slugs}, {}),)


def evidence_on(case: Case) -> Evidence:
    """Return what the checks see of a case, its claims made of the reading as they are when a file comes in."""
    reading = reading_of(case)
    asserted, _problems = assess(reading, today=RECEIVED.date())
    claims = [
        _claim(
            each.property,
            each.ground,
            group=each.group,
            tag=each.tag,
            as_written=each.as_written,
            dates=each.date,
            moment=each.moment,
            point=(each.point.latitude_degrees, each.point.longitude_degrees) if each.point else None,
            uncertainty_metres=each.point.uncertainty_metres if each.point else None,
            text=each.text,
        )
        for each in asserted
    ]
    caption = CaptionFacts(next(_keys), "DESCRIPTION", words_of(case), text_digest(words_of(case)), "EMBEDDED")
    of_caption = {"source": SourceKind.CAPTION, "caption": caption.key}
    claims.append(_claim(Property.DATE_CREATED, dates=parse(str(case.day)), **of_caption))
    claims.append(
        _claim(case.property, place=place_facts(case.place), uncertainty_metres=case.beside_metres, **of_caption)
    )
    copies = []
    if case.of_copy:
        there, days = case.of_copy
        of_other = {"source": SourceKind.CAPTION, "caption": next(_keys)}
        said = (
            _claim(Property.DATE_CREATED, dates=parse(days), **of_other),
            _claim(Property.LOCATION_SHOWN, place=place_facts(there), **of_other),
        )
        copies.append(CopyFacts(next(_keys), next(_keys), True, said))
    if case.event:
        there, days = case.event
        event = EventFacts(next(_keys), "Crossing", f"{next(_keys):06}/", parse(days), (place_facts(there),))
        claims.append(_claim(Property.EVENT, SourceKind.PERSON, event=event))
    return Evidence(
        item=1,
        kind="PHOTOGRAPH",
        format_name="JPEG",
        size_bytes=2_000_000,
        width_px=4000,
        height_px=3000,
        file_name="IMG_0001.jpg",
        received_at=RECEIVED,
        accession=AccessionFacts(1),
        embedded=reading,
        claims=tuple(claims),
        captions=(caption,),
        copies=tuple(copies),
        appearances=(AppearanceFacts(next(_keys), "The Kentish Post", _day(case.published)),),
        surroundings=surroundings_of({1: claims})[1],
        examinations={WORDS_IN_PICTURE: {"lines": []}},
        words=_words_in(case),
    )


def _day(day: date) -> DateInterval:
    return parse(str(day))


def _claim(name: Property, source: SourceKind, **fields: Any) -> ClaimFacts:
    return ClaimFacts(key=next(_keys), property=name, standing=Standing.PROPOSED, source=source, **fields)
