"""Turn the statements of a reading into assertions on properties, each on its own ground: twins are kept apart."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, NamedTuple

from archive.extraction.readers.dates import (
    ImpossibleDate,
    WrittenDate,
    is_clock_start,
    is_receiver_start,
    parse_container_time,
    parse_gps_time,
    parse_written,
)
from archive.extraction.readers.positions import (
    ImpossiblePosition,
    Point,
    iso_6709_position,
    number,
    position,
    xmp_position,
)
from archive.extraction.readers.statements import IPTC_GROUPS, Problem, Reading, Value, as_text, decoded_text
from archive.standards.edtf import DateInterval, parse
from archive.standards.mappings import (
    CITY,
    CONTAINER_ACCURACY_TAG,
    CONTAINER_DATES,
    CONTAINER_POSITIONS,
    CONTAINER_TIMES,
    COUNTRY,
    COUNTRY_CODE,
    CREATOR,
    DESCRIPTION,
    DIGITAL_SOURCE_TYPE,
    DIGITAL_SOURCE_TYPES,
    DIGITIZED,
    HEADLINE,
    INFO_SOURCE_TAG,
    LEGACY_PLACE,
    LOCATION_CREATED_TAG,
    LOCATION_FIELDS,
    LOCATION_SHOWN_TAG,
    MAKE,
    MODEL,
    NEWS_DATE_TAGS,
    NEWS_LOCATION_CREATED_TAGS,
    NEWS_LOCATION_SHOWN_TAGS,
    PROGRAM_TAG,
    PROVIDER_TAG,
    PROVINCE,
    SUBLOCATION,
    TEXT_CLAIMS,
    TITLE,
)
from archive.standards.vocabulary import Property, SourceKind

# By-line, Credit and Source of IIM 4.2 (2:80, 2:110, 2:115).
IIM_TEXT_BYTES = 32
# Compiled on import, as all that most files need: each is read in a process of its own, which would do it again.
_MIDNIGHT = re.compile(r"[T ]00:?00(?::?00(?:[.,]0+)?)?(?:Z|[+-]\d\d:?\d\d)?$")
_TIME_OF_SATELLITE = re.compile(r"(?:(\d{4}[:-]\d\d[:-]\d\d)[T ])?(\d\d?):(\d\d)(?::(\d\d(?:\.\d+)?))?(?:Z|\+00:?00)?")
_IIM_CLOCK = re.compile(r"(\d\d):?(\d\d):?(\d\d)([+-]\d\d:?\d\d)?")
_CLOCK_ALONE = re.compile(r"T?\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?")
# How often one file may say something of one property; no honest file comes near.
MOST_ASSERTIONS = 100
# And how many wordings it may bring.
MOST_WORDINGS = 40


@dataclass(frozen=True)
class PlaceWords:
    """A place in the file's own words, from the small to the large."""

    sublocation: str | None = None
    city: str | None = None
    province: str | None = None
    country: str | None = None
    country_code: str | None = None

    def __str__(self) -> str:
        return ", ".join(word for word in (self.sublocation, self.city, self.province, self.country) if word) or (
            self.country_code or ""
        )


@dataclass(frozen=True)
class Assertion:
    """One statement of a file on one property, its value typed, with the words as written and the tag they stand in."""

    property: Property
    as_written: str
    group: str
    tag: str
    ground: SourceKind
    date: DateInterval | None = None
    moment: datetime | None = None
    point: Point | None = None
    place: PlaceWords | None = None
    text: str = ""
    note: str = ""


@dataclass(frozen=True)
class Wording:
    """One wording of a description, headline or title; the language is "" where the file names none."""

    role: str
    text: str
    language: str
    group: str
    tag: str


def assertions(reading: Reading, *, today: date | None = None) -> list[Assertion]:
    """List what a reading asserts, in the order in which the tags of one property lead."""
    return assess(reading, today=today)[0]


_LANGUAGE_CODE = re.compile(r"(?=.{1,20}$)[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
# What cameras and programs write into the description by themselves.
_NO_CAPTION = re.compile(
    r"(?:olympus|minolta|konica minolta|samsung|kodak|pentax|sanyo|vivitar|casio|jenoptik|praktica)?[ _]*"
    r"(?:digital (?:still )?camera|dig ?cam)|sony dsc|dsc[ _\d]*|dcim[ _\w]*|exif[_ ]jpeg(?:_picture|_t\w*)?|"
    r"\S{0,12}digital camera\S{0,6}|default|untitled|image|picture|screenshot|"
    r"<?\s*(?:samsung|kenox|digimax)(?:[ /_-]+(?:samsung|kenox|digimax|cyber|digital|camera|techwin|\S*\d\S*))*\s*>?|"
    r"(?:cof|dav|rbt|sdr|ptr|edf|mde|oznor|rhdr?|hdr(?:pl)?|btf|ytr|bty|nor|tpz|vtr|qrf|burst|hpd)(?:_\w*)?|"
    r"processed with (?:vsco|moldiv|pixlr)\b.{0,40}|created with gimp|ascii|charset=.{0,20}|"
    r"(?:lead technologies|ms paint|file written by adobe photoshop|created by \S+camera)\b.{0,60}",
    re.IGNORECASE,
)


def is_camera_text(text: str) -> bool:
    """Say whether a description is what a camera or program writes by itself ("OLYMPUS DIGITAL CAMERA")."""
    return len(text) < 100 and _NO_CAPTION.fullmatch(text.strip()) is not None


def wordings(reading: Reading) -> list[Wording]:
    """List the first wordings that people gave the picture, each with the tag it stands in."""
    return list(islice(_wordings(reading), MOST_WORDINGS))


def _wordings(reading: Reading) -> Iterator[Wording]:
    for role, mapped in (("DESCRIPTION", DESCRIPTION), ("HEADLINE", HEADLINE), ("TITLE", TITLE)):
        for name in mapped.tags:
            for source, value in reading.sourced_values(name):
                group, _, tag = source.partition(":")
                for language, text in _by_language(value):
                    if not is_camera_text(text):
                        yield Wording(role, text, language, group, tag)


def _by_language(value: Value) -> list[tuple[str, str]]:
    if not isinstance(value, dict):
        text = as_text(value).strip()
        return [("", text)] if text else []
    texts = [(_language(code), as_text(text).strip()) for code, text in value.items()]
    named = {text for language, text in texts if language}
    # The default repeats one of the languages in most files.
    return [(language, text) for language, text in texts if text and (language or text not in named)]


def _language(code: str) -> str:
    """Keep a BCP 47 code; "" for "x-default" and for what is none."""
    return code if code != "x-default" and _LANGUAGE_CODE.fullmatch(code) else ""


@dataclass(frozen=True)
class RefusedPosition:
    """Coordinates of a file that are no position, under "Group:Tag" of the latitude, with what is wrong with them."""

    name: str
    error: ImpossiblePosition


@dataclass
class _Notes:
    """What one pass over a reading has found so far."""

    reading: Reading
    today: date
    assertions: list[Assertion] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refused: list[RefusedPosition] = field(default_factory=list)
    is_placed: bool = False
    disbelieved_days: set[str] = field(default_factory=set)

    def text(self, name: str) -> str:
        value = self.reading.first(name)
        return "" if value is None else as_text(value).strip()

    def block_text(self, name: str) -> str:
        """Give the text of this one block: a place of a second IIM record is no half of the first one's."""
        group, _, tag = name.partition(":")
        return self.reading.block(group, tag)


class Assessment(NamedTuple):
    """What a reading asserts, what was not believed of it, and which coordinates were no position."""

    assertions: list[Assertion]
    problems: list[Problem]
    refused_positions: list[RefusedPosition]


def assess(reading: Reading, *, today: date | None = None) -> tuple[list[Assertion], list[Problem]]:
    """
    List what a reading asserts, and the dates and positions that were not believed, with the reason.

    :param today: the day of the reading; later dates are impossible
    """
    assessment = assess_whole(reading, today=today)
    return assessment.assertions, assessment.problems


def assess_whole(reading: Reading, *, today: date | None = None) -> Assessment:
    """Do as `assess`, and list the refused coordinates with what is wrong with them."""
    notes = _Notes(reading, today or datetime.now(UTC).date())
    point = _exif_position(notes) or _container_position(notes)
    described = _xmp_position(notes)
    point = point or described
    notes.is_placed = point is not None
    _dates(notes, point)
    _places(notes)
    _texts(notes)
    _camera_texts(notes)
    _twice_encoded(notes)
    _tell_of_wordings_left_out(notes)
    return Assessment(_bounded(notes), notes.problems, notes.refused)


def _twice_encoded(notes: _Notes) -> None:
    """Tell of texts that were encoded in UTF-8 twice and are read as they were meant."""
    for statement in notes.reading.statements:
        written, meant = as_text(statement.value), as_text(decoded_text(statement.value))
        if written != meant:
            sentence = (
                f'The text of {statement.name} was encoded twice ("{written[:60]}"). It is read as "{meant[:60]}"; '
                "what is written stands in the metadata of the file."
            )
            notes.problems.append(Problem("NOTED", statement.group.partition("-")[0], sentence))


def _bounded(notes: _Notes) -> list[Assertion]:
    """Keep of each property what a file says first, and tell of the rest; it stays in the file's metadata."""
    kept: list[Assertion] = []
    asserted: Counter[Property] = Counter()
    for assertion in notes.assertions:
        asserted[assertion.property] += 1
        if asserted[assertion.property] <= MOST_ASSERTIONS:
            kept.append(assertion)
    for name, count in asserted.items():
        if count > MOST_ASSERTIONS:
            _limit(notes, f"statements of the {name.replace('_', ' ')}", count, MOST_ASSERTIONS)
    return kept


def _tell_of_wordings_left_out(notes: _Notes) -> None:
    count = sum(1 for _wording in _wordings(notes.reading))
    if count > MOST_WORDINGS:
        _limit(notes, "captions, headlines and titles", count, MOST_WORDINGS)


def _limit(notes: _Notes, what: str, count: int, most: int) -> None:
    sentence = f"Of {count:,} {what} in the file the first {most} were taken over; all stand in its metadata."
    notes.problems.append(Problem("LIMIT", "", sentence))


def _dates(notes: _Notes, point: Point | None) -> None:
    _camera_dates(notes)
    _gps_date(notes, point)
    _xmp_gps_date(notes, point)
    stated = (("XMP-photoshop:DateCreated", False), ("XMP-exif:DateTimeOriginal", True))
    for name, is_camera in (*stated, *((name, False) for name in NEWS_DATE_TAGS)):
        text = notes.text(name)
        written = _date(notes, name, text)
        is_suspect = _is_clock_start if is_camera else _repeats_clock_start
        if written and not is_suspect(notes, name, text, written):
            _add_date(notes, name, text, _without_midnight(written, text), SourceKind.EMBEDDED_DESCRIPTION)
    for group in IPTC_GROUPS:
        if group in notes.reading.groups():
            _iim_date(notes, group)
    _container_dates(notes, point)
    if not any(assertion.property is Property.DATE_CREATED for assertion in notes.assertions):
        _date_of_the_file(notes)
    if not any(assertion.property is Property.DATE_CREATED for assertion in notes.assertions):
        _container_times(notes, point, SourceKind.INFERENCE)


def _camera_dates(notes: _Notes) -> None:
    """Assert when the camera says that it was; programs that know only one directory write it into IFD0."""
    seen: set[str] = set()
    for group in ("EXIF", "IFD0"):
        name = f"{group}:DateTimeOriginal"
        text = notes.text(name)
        # Never OffsetTime: that is the zone of DateTime, the last change, which may have been made elsewhere.
        offset = notes.text(f"{group}:OffsetTimeOriginal")
        fraction = notes.text(f"{group}:SubSecTimeOriginal")
        written = None if text in seen else _date(notes, name, text, offset=offset, fraction=fraction)
        seen.add(text)
        if written is None or _is_clock_start(notes, name, text, written):
            continue
        as_written = f"{text}{f'.{fraction}' if fraction else ''}{f' {offset}' if offset else ''}"
        note = "" if written.moment else "The camera's clock without a zone: it bounds a local day and is no moment."
        _add_date(notes, name, as_written, written, SourceKind.DEVICE_METADATA, note)


def _is_clock_start(notes: _Notes, name: str, text: str, written: WrittenDate) -> bool:
    """Say, and note, that a camera's time is one from which clocks start, or soon after it."""
    if not is_clock_start(written, make=_make(notes), is_placed=notes.is_placed):
        return False
    notes.disbelieved_days.add(written.interval.edtf[:10])
    _tell_of_clock(notes, name, text)
    return True


def _repeats_clock_start(notes: _Notes, name: str, text: str, written: WrittenDate) -> bool:
    """Say, and note, that a description repeats the day of a camera's time that was not believed."""
    if written.interval.edtf[:10] not in notes.disbelieved_days:
        return False
    _tell_of_clock(notes, name, text)
    return True


def _tell_of_clock(notes: _Notes, name: str, text: str) -> None:
    sentence = (
        f'The time "{text}" of {name} is one that clocks start from after losing power, or soon after that, and '
        "was not believed."
    )
    notes.problems.append(Problem("SUSPECT", name.partition(":")[0], sentence))


def _make(notes: _Notes) -> str:
    return next((text for name in MAKE.tags if (text := notes.text(name))), "")


def _without_midnight(written: WrittenDate, text: str) -> WrittenDate:
    """Take midnight for a day: programs that know only the day write it."""
    if not _MIDNIGHT.search(text):
        return written
    return WrittenDate(parse(written.interval.edtf[:10]), None)


def _gps_date(notes: _Notes, point: Point | None) -> None:
    name = "GPS:GPSDateStamp"
    day, clock = notes.text(name), notes.reading.first("GPS:GPSTimeStamp")
    numbers = [number(part) for part in clock] if isinstance(clock, list) else []
    known = [part for part in numbers if part is not None]
    if len(known) != 3:
        return
    if not day:
        _tell_of_time_without_day(notes, "GPS:GPSTimeStamp", as_text(clock))
        return
    _add_gps_date(notes, name, day, known, "", point, is_device=True)


def _add_gps_date(
    notes: _Notes, name: str, day: str, clock: list[float], text: str, point: Point | None, *, is_device: bool
) -> None:
    try:
        longitude = point.longitude_degrees if point else None
        written = parse_gps_time(day, clock, longitude_degrees=longitude, today=notes.today)
    except ImpossibleDate as error:
        _refuse_date(notes, name, text or f"{day} {as_text(clock)}", error)
        return
    if written is None or written.moment is None:
        return
    as_written = text or f"{day} {written.moment:%H:%M:%S} UTC"
    if is_receiver_start(written.moment, is_placed=notes.is_placed):
        sentence = (
            f'The satellite time "{as_written}" is one that receivers start from before they have heard a satellite, '
            "or soon after it, and was not believed."
        )
        notes.problems.append(Problem("SUSPECT", name.partition(":")[0], sentence))
        return
    note = "Satellite time, in UTC; a receiver may repeat the time of its last fix."
    ground = SourceKind.DEVICE_METADATA if is_device else SourceKind.EMBEDDED_DESCRIPTION
    _add_date(notes, name, as_written, written, ground, note)


def _xmp_gps_date(notes: _Notes, point: Point | None) -> None:
    """XMP (ISO 16684-2) writes the satellite's day and time in one, in UTC; some programs write them apart."""
    name = "XMP-exif:GPSTimeStamp"
    text, day = notes.text(name) or notes.text("XMP-exif:GPSDateTime"), notes.text("XMP-exif:GPSDateStamp")
    parts = _TIME_OF_SATELLITE.fullmatch(text)
    if parts is None:
        if text and (written := _date(notes, name, text)):
            _add_date(notes, name, text, written, SourceKind.EMBEDDED_DESCRIPTION)
        return
    day = parts[1] or day
    if not day:
        _tell_of_time_without_day(notes, name, text)
        return
    clock = [float(part or 0) for part in parts.groups()[1:]]
    _add_gps_date(notes, name, day, clock, f"{day} {text}" if not parts[1] else text, point, is_device=False)


def _tell_of_time_without_day(notes: _Notes, name: str, text: str) -> None:
    sentence = f'{name} gives a time ("{text[:60]}") without its day; it dates nothing.'
    notes.problems.append(Problem("NOTED", name.partition(":")[0], sentence))


def _iim_date(notes: _Notes, group: str) -> None:
    """IIM 4.2, 2:55 and 2:60: CCYYMMDD and HHMMSS±HHMM, each with its own gaps."""
    name = f"{group}:DateCreated"
    text = _iim_day_and_time(notes, name, f"{group}:TimeCreated")
    if written := _date(notes, name, text):
        day, clock = notes.reading.block(group, "DateCreated"), notes.reading.block(group, "TimeCreated")
        as_written = f"{day} {clock}".strip()
        if not _repeats_clock_start(notes, name, as_written, written):
            _add_date(notes, name, as_written, written, SourceKind.EMBEDDED_DESCRIPTION)


def _iim_day_and_time(notes: _Notes, day_name: str, clock_name: str) -> str:
    """Write the two data sets of a date of IIM as one; "" where there is no day."""
    group, _, day_tag = day_name.partition(":")
    day, clock = notes.reading.block(group, day_tag), notes.reading.block(group, clock_name.partition(":")[2])
    if not day:
        if clock:
            _tell_of_time_without_day(notes, clock_name, clock)
        return ""
    parts = _IIM_CLOCK.fullmatch(clock)
    # Programs that know only the day write midnight.
    if not parts or not any(int(part) for part in parts.groups()[:3]):
        return day
    return f"{day}T{parts[1]}:{parts[2]}:{parts[3]}{parts[4] or ''}"


def _date_of_the_file(notes: _Notes) -> None:
    """
    Take the date of the digital file where nothing dates the picture.

    xmp:CreateDate, DateTimeDigitized and IIM's 2:62 say when the file came to be: by the camera, but as well by a
    scanner or an export decades later. Beside a date of the picture they would only make false contradictions; alone
    they are a hint, hence the "?" of EDTF and the weakest ground.
    """
    digitized = [(name, notes.text(name)) for name in DIGITIZED]
    digitized += [
        (
            f"{group}:DigitalCreationDate",
            _iim_day_and_time(notes, f"{group}:DigitalCreationDate", f"{group}:DigitalCreationTime"),
        )
        for group in IPTC_GROUPS
    ]
    for name, text in digitized:
        written = _date(notes, name, text)
        if written and not _is_clock_start(notes, name, text, written):
            day = written.interval.edtf.partition("T")[0]
            note = "When the digital file was made; nothing in it says when the picture was."
            _add_date(notes, name, text, WrittenDate(parse(f"{day}?"), None), SourceKind.INFERENCE, note)


def _container_dates(notes: _Notes, point: Point | None) -> None:
    """Assert the dates of a container: local ones as they are written, that in UTC where a device wrote it."""
    for name, ground in CONTAINER_DATES:
        written = _date(notes, name, notes.text(name))
        if written is None or _is_clock_start(notes, name, notes.text(name), written):
            continue
        if ground == SourceKind.EMBEDDED_DESCRIPTION:
            written = _without_midnight(written, notes.text(name))
        _add_date(notes, name, notes.text(name), written, SourceKind(ground))
    if any(notes.text(name) for name in (*MAKE.tags, *MODEL.tags)):
        _container_times(notes, point, SourceKind.DEVICE_METADATA)


def _container_times(notes: _Notes, point: Point | None, ground: SourceKind) -> None:
    """
    Assert the time at which a container was made.

    Without the name of a device, a program may have made it long after the camera: then it is a hint, with the "?" of
    EDTF and the weakest ground.
    """
    longitude = point.longitude_degrees if point else None
    for name in CONTAINER_TIMES:
        text = notes.text(name)
        try:
            written = parse_container_time(text, longitude_degrees=longitude, today=notes.today)
        except ImpossibleDate as error:
            _refuse_date(notes, name, text, error)
            continue
        if written is None or _is_container_clock_start(notes, name, text):
            continue
        note = "UTC by the standard, but many cameras write their local time: it bounds the days and is no moment."
        if ground is SourceKind.INFERENCE:
            days = [day.partition("T")[0] for day in written.interval.edtf.split("/")]
            written = WrittenDate(parse("/".join(f"{day}?" for day in days)), None)
            note = f"When the file was made; nothing in it says that a camera made it. {note}"
        _add_date(notes, name, text, written, ground, note)


def _is_container_clock_start(notes: _Notes, name: str, text: str) -> bool:
    """Say, and note, that a time is one from which clocks start: 1904 is the epoch of QuickTime, 2001 of Matroska."""
    written = _date(notes, name, text)
    if text[:10] not in ("1904-01-01", "1970-01-01", "1980-01-01", "2000-01-01", "2001-01-01") and not (
        written and is_clock_start(written, make=_make(notes), is_placed=notes.is_placed)
    ):
        return False
    sentence = f'The creation time "{text}" is one that clocks start from, or soon after it, and was not believed.'
    notes.problems.append(Problem("SUSPECT", name.partition(":")[0], sentence))
    return True


def _container_position(notes: _Notes) -> Point | None:
    """Assert where the camera stood, as a container writes it (ISO 6709)."""
    name = next((name for name in CONTAINER_POSITIONS if notes.text(name)), None)
    if name is None:
        return None
    try:
        point = iso_6709_position(notes.text(name), accuracy_metres=number(notes.reading.first(CONTAINER_ACCURACY_TAG)))
    except ImpossiblePosition as error:
        _refuse_position(notes, name, error, " It is to say where it was shot.")
        return None
    _add_point(notes, Property.LOCATION_CREATED, name, point, "", SourceKind.DEVICE_METADATA)
    return point


def _date(notes: _Notes, name: str, text: str, *, offset: str = "", fraction: str = "") -> WrittenDate | None:
    try:
        return parse_written(text, offset=offset, fraction=fraction, today=notes.today)
    except ImpossibleDate as error:
        _refuse_date(notes, name, text, error)
        return None


def _refuse_date(notes: _Notes, name: str, text: str, error: ImpossibleDate) -> None:
    if _CLOCK_ALONE.fullmatch(text.strip()):
        _tell_of_time_without_day(notes, name, text)
        return
    group = name.partition(":")[0]
    notes.problems.append(Problem("IMPOSSIBLE", group, f'The date "{text[:60]}" of {name} {error}; it was not used.'))


def _add_date(
    notes: _Notes, name: str, as_written: str, written: WrittenDate, ground: SourceKind, note: str = ""
) -> None:
    group, _, tag = name.partition(":")
    notes.assertions.append(
        Assertion(Property.DATE_CREATED, as_written, group, tag, ground, written.interval, written.moment, note=note)
    )


def _exif_position(notes: _Notes) -> Point | None:
    """Assert where the camera stood, and where it was pointed at if the file says so."""
    stood = _gps_point(notes, "GPS:GPS", "where the camera stood")
    if stood:
        first = notes.reading.first
        stood = Point(
            stood.latitude_degrees,
            stood.longitude_degrees,
            number(first("GPS:GPSHPositioningError")),
            _altitude(first("GPS:GPSAltitude"), first("GPS:GPSAltitudeRef")),
            _bearing(first("GPS:GPSImgDirection")),
        )
        remarks = []
        if notes.text("GPS:GPSStatus").startswith("V"):
            remarks.append("The receiver says that it had no valid fix.")
        if stood.bearing_degrees is not None and notes.text("GPS:GPSImgDirectionRef").startswith("M"):
            remarks.append("The bearing is from magnetic north.")
        _add_point(
            notes, Property.LOCATION_CREATED, "GPS:GPSLatitude", stood, " ".join(remarks), SourceKind.DEVICE_METADATA
        )
    if target := _gps_point(notes, "GPS:GPSDest", "what the camera was pointed at"):
        _add_point(notes, Property.LOCATION_SHOWN, "GPS:GPSDestLatitude", target, "", SourceKind.DEVICE_METADATA)
    return stood


def _gps_point(notes: _Notes, prefix: str, what: str) -> Point | None:
    names = ("Latitude", "LatitudeRef", "Longitude", "LongitudeRef")
    try:
        coordinates = position(*(notes.reading.first(f"{prefix}{name}") for name in names))
    except ImpossiblePosition as error:
        _refuse_position(notes, f"{prefix}Latitude", error, f" They are to say {what}.")
        return None
    return Point(*coordinates) if coordinates else None


def _xmp_position(notes: _Notes) -> Point | None:
    first = notes.reading.first
    fields = {
        name: first(f"XMP-exif:{name}")
        for name in (
            *("GPSLatitude", "GPSLatitudeRef", "GPSLongitude", "GPSLongitudeRef"),
            *("GPSAltitude", "GPSAltitudeRef"),
        )
    }
    if point := _xmp_point(notes, fields, "XMP-exif:GPSLatitude"):
        _add_point(notes, Property.LOCATION_CREATED, "XMP-exif:GPSLatitude", point, "", SourceKind.EMBEDDED_DESCRIPTION)
    return point


def _refuse_position(notes: _Notes, name: str, error: ImpossiblePosition, meant: str = "") -> None:
    notes.refused.append(RefusedPosition(name, error))
    notes.problems.append(Problem("IMPOSSIBLE", name.partition(":")[0], f"{error}{meant}"))


def _xmp_point(notes: _Notes, fields: dict[str, Any], name: str) -> Point | None:
    try:
        names = ("GPSLatitude", "GPSLatitudeRef", "GPSLongitude", "GPSLongitudeRef")
        coordinates = xmp_position(*(fields.get(name) for name in names))
    except ImpossiblePosition as error:
        _refuse_position(notes, name, error)
        return None
    altitude = _altitude(fields.get("GPSAltitude"), fields.get("GPSAltitudeRef"))
    return Point(*coordinates, altitude_metres=altitude) if coordinates else None


def _altitude(value: Value, reference: Value) -> float | None:
    metres = number(value)
    if metres is None:
        return None
    # Exif 3.0, 4.6.7: 1 below sea level, 3 below the ellipsoid.
    return -abs(metres) if str(reference).strip() in ("1", "3") else metres


def _bearing(value: Value) -> float | None:
    degrees = number(value)
    return degrees if degrees is not None and 0 <= degrees <= 360 else None


def _add_point(notes: _Notes, property: Property, name: str, point: Point, note: str, ground: SourceKind) -> None:
    group, _, tag = name.partition(":")
    as_written = f"{point.latitude_degrees:.6f}, {point.longitude_degrees:.6f}"
    notes.assertions.append(Assertion(property, as_written, group, tag, ground, point=point, note=note))


_NARROWEST = (SUBLOCATION, CITY, PROVINCE, COUNTRY, COUNTRY_CODE)


def _places(notes: _Notes) -> None:
    groups = notes.reading.groups()
    is_in_xmp = any(group.startswith("XMP") for group in groups)
    # XMP first, then its IIM twins, of which most files have none.
    blocks = [(0, "")] * is_in_xmp + [(1, group) for group in IPTC_GROUPS if group in groups]
    for index, group in blocks:
        tags = {mapped: _in_block(mapped.tags[index], group) for mapped in (*_NARROWEST, *LEGACY_PLACE)}
        words = {mapped.key: notes.block_text(tags[mapped]) or None for mapped in LEGACY_PLACE}
        # The claim points at the narrowest tag that has words.
        narrowest = next((tags[mapped] for mapped in _NARROWEST if words[mapped.key]), "")
        if narrowest:
            _add_place(notes, Property.LOCATION_SHOWN, narrowest, PlaceWords(**words))
    for property, name in (
        (Property.LOCATION_CREATED, LOCATION_CREATED_TAG),
        (Property.LOCATION_SHOWN, LOCATION_SHOWN_TAG),
    ):
        for structure in _structures(notes.reading.first(name)):
            words = {key: as_text(leading_text(structure.get(tag))) or None for key, tag in LOCATION_FIELDS.items()}
            if words["sublocation"] is None:
                words["sublocation"] = as_text(leading_text(structure.get("Iptc4xmpExt:LocationName"))) or None
            gps = {key.removeprefix("exif:"): part for key, part in structure.items() if key.startswith("exif:GPS")}
            point = _xmp_point(notes, gps, name)
            if any(words.values()) or point:
                _add_place(notes, property, name, PlaceWords(**words), point)
    _news_places(notes)


def _news_places(notes: _Notes) -> None:
    """NewsML-G2 and ninjs name a place, and what lies above it."""
    for property, names in (
        (Property.LOCATION_CREATED, NEWS_LOCATION_CREATED_TAGS),
        (Property.LOCATION_SHOWN, NEWS_LOCATION_SHOWN_TAGS),
    ):
        for name in names:
            for value in notes.reading.values(name):
                words = value if isinstance(value, dict) else {"name": as_text(value)}
                place = PlaceWords(city=words.get("name"), province=words.get("within"), country=words.get("country"))
                if str(place):
                    _add_place(notes, property, name, place)


def _in_block(name: str, group: str) -> str:
    return f"{group}:{name.partition(':')[2]}" if group else name


def _add_place(notes: _Notes, property: Property, name: str, words: PlaceWords, point: Point | None = None) -> None:
    group, _, tag = name.partition(":")
    place = words if str(words) else None
    as_written = str(words) or (f"{point.latitude_degrees:.6f}, {point.longitude_degrees:.6f}" if point else "")
    notes.assertions.append(
        Assertion(property, as_written, group, tag, SourceKind.EMBEDDED_DESCRIPTION, point=point, place=place)
    )


def _structures(value: Value) -> Iterator[dict[str, Any]]:
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, dict):
            yield part


def leading_text(value: Value) -> Value:
    """Choose one text of a language alternative: the default, then English, then the first."""
    if not isinstance(value, dict):
        return "" if value is None else value
    english = next((text for language, text in value.items() if language.lower().startswith("en")), None)
    return value.get("x-default") or english or next(iter(value.values()), "")


def _texts(notes: _Notes) -> None:
    for mapped in TEXT_CLAIMS:
        before: list[str] = []
        for name in mapped.tags:
            if name == PROVIDER_TAG and notes.text(INFO_SOURCE_TAG):
                continue
            for source, value in notes.reading.sourced_values(name):
                parts = value if isinstance(value, list) else [leading_text(value)]
                texts = [text for part in parts if (text := as_text(part).strip())]
                whole = [_whole_of(text, before) if name.startswith("IPTC:") else text for text in texts]
                if name == PROVIDER_TAG:
                    # Codes of IPTC's list of providers: "nprov:AFP".
                    whole = [text.removeprefix("nprov:") for text in whole]
                before += whole
                if mapped is CREATOR:
                    # Several creators are one list: By-line repeated, the sequence of dc:creator, "A; B" in Exif.
                    texts, whole = _as_list(notes, texts), _as_list(notes, whole)
                for text, meant in zip(texts, whole, strict=True):
                    if mapped.claim:
                        note = "" if text == meant else f"IIM has room for {IIM_TEXT_BYTES} bytes: it is cut off there."
                        _add_text(notes, mapped.claim, source, text, meant, note)
    _tell_of_program(notes)
    for supplier in _structures(notes.reading.first("XMP-plus:ImageSupplier")):
        if text := as_text(supplier.get("plus:ImageSupplierName", "")).strip():
            _add_text(notes, Property.SUPPLIED_BY, "XMP-plus:ImageSupplier", text, text)
    for name in DIGITAL_SOURCE_TYPE.tags:
        if text := notes.text(name):
            code = text.rstrip("/").rpartition("/")[2]
            note = "" if code in DIGITAL_SOURCE_TYPES else "This is no term of the IPTC list."
            _add_text(notes, Property.DIGITAL_SOURCE_TYPE, name, text, code, note)


def _whole_of(text: str, before: Iterable[str]) -> str:
    """Return the text of XMP of which a text of IIM is the beginning, cut where IIM 4.2 has no more room for it."""
    if IIM_TEXT_BYTES - 3 <= len(text.encode()) <= IIM_TEXT_BYTES:
        return next((whole for whole in before if whole.startswith(text.rstrip("\ufffd"))), text)
    return text


def _as_list(notes: _Notes, names: list[str]) -> list[str]:
    if len(names) > MOST_ASSERTIONS:
        _limit(notes, "creators", len(names), MOST_ASSERTIONS)
    return ["; ".join(names[:MOST_ASSERTIONS])] if names else []


def _tell_of_program(notes: _Notes) -> None:
    """Tell that pdf:Creator, which by ISO 32000-1, 14.3.3 names the program, was not taken for the photographer."""
    if text := notes.text(PROGRAM_TAG):
        sentence = (
            f'{PROGRAM_TAG} ("{text[:60]}") names the program a document was made with, by its standard; it was not '
            "taken for who made the picture."
        )
        notes.problems.append(Problem("NOTED", PROGRAM_TAG.partition(":")[0], sentence))


def _add_text(notes: _Notes, property: Property, name: str, as_written: str, text: str, note: str = "") -> None:
    group, _, tag = name.partition(":")
    notes.assertions.append(
        Assertion(property, as_written, group, tag, SourceKind.EMBEDDED_DESCRIPTION, text=text, note=note)
    )


def _camera_texts(notes: _Notes) -> None:
    for name in (*DESCRIPTION.tags, *HEADLINE.tags, *TITLE.tags):
        text = as_text(leading_text(notes.reading.first(name))).strip()
        if text and is_camera_text(text):
            group = name.partition(":")[0]
            sentence = f'"{text[:60]}" is what a camera or program writes by itself; it was not taken for a caption.'
            notes.problems.append(Problem("NOTED", group, sentence))
