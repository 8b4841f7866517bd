"""Turn the dates that cameras and programs write into EDTF, and tell those that no day can have."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from archive.standards.edtf import DateInterval, InvalidEDTF, parse

_PARTS = re.compile(
    r"(?P<year>\d{4})(?:[:/.-]?(?P<month>\d\d)(?:[:/.-]?(?P<day>\d\d))?)?"
    r"(?:[T ]+(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?)?"
    r"\s*(?P<offset>Z|[+-]\d\d:?\d\d)?"
)
_NO_COUNT = re.compile(r"\D|0")
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)")
_FIRST_PHOTOGRAPH = 1826  # Niépce's view from the window at Le Gras
_CLOCK_STARTS = {1970, 1980, 1990, 2000, 2001}  # Unix, DOS, early and later camera clocks, Apple
# A clock that is set to a zone shows the start of Unix time anywhere within these days, and nobody took a digital
# picture on them.
_UNIX_DAYS = {date(1969, 12, 31), date(1970, 1, 1)}
_REACH_HOURS = 6
_HOURS_AFTER = {f"{start + hour:02}" for start in (0, 12) for hour in range(_REACH_HOURS)}
# GPS counts weeks from the first of these days, in ten bits: on the others the count began anew (IS-GPS-200, 3.3.4).
_RECEIVER_STARTS = {date(1980, 1, 6), date(1999, 8, 22), date(2019, 4, 7)}
_LIKELY_DAYS = {date(2019, 4, 7)}
# Whose clocks start there, as parts of the make: of cameras that fell back, and of telephones with Android.
_PHONES = (
    *(
        "samsung",
        "htc",
        "huawei",
        "honor",
        "xiaomi",
        "oppo",
        "vivo",
        "oneplus",
        "realme",
        "motorola",
        "lg",
        "lge",
        "zte",
    ),
    *("sony ericsson", "sony mobile", "google", "nokia", "hmd", "lenovo", "alcatel", "asus", "tcl", "wiko", "tecno"),
)
_STARTS_OF_MAKES = {
    **{date(year, 1, 1): ("gopro",) for year in range(2010, 2031)},
    date(2002, 12, 8): _PHONES,
    # FIT, in which Garmin's devices write, counts from this day.
    date(1989, 12, 31): ("garmin",),
}
# Zones run from UTC-12 to UTC+14; legal time lies up to two hours before and three and a half behind the sun's.
_WIDEST_ZONES = timedelta(hours=-12), timedelta(hours=14)


class ImpossibleDate(ValueError):
    """The text names a day on which no picture can have been made; the message completes 'The date "..." '."""


@dataclass(frozen=True)
class WrittenDate:
    """A date as a file gives it: an interval, and a moment (aware, UTC) where the zone is known."""

    interval: DateInterval
    moment: datetime | None


def parse_written(text: str, *, offset: str = "", fraction: str = "", today: date) -> WrittenDate | None:
    """
    Read "2024:06:18 05:12:00", "2024-06", "2024-06-18T05:12Z"; None for a field that was left blank.

    :param offset: the zone as another tag gives it ("+02:00"); one in the text itself goes first
    :param fraction: decimals of the second from another tag
    :param today: no picture was made later than the day after it (zones differ)
    :raises ImpossibleDate: no such day, no day of photography, or still to come
    """
    written = text.strip(" \x00:-/")
    if not written:
        return None
    parts = _PARTS.fullmatch(written)
    if parts is None:
        raise ImpossibleDate("is written in no form that the archive reads")
    if parts["year"] == "0000" or not _NO_COUNT.sub("", written):
        raise ImpossibleDate("is all zeros: the clock was never set")
    # IIM and some programs write 00 for a month or day that is not known.
    month = None if parts["month"] == "00" else parts["month"]
    day = None if parts["day"] == "00" or month is None else parts["day"]
    edtf = "-".join(part for part in (parts["year"], month, day) if part)
    offset = _plain_offset(parts["offset"] or offset)
    if day and parts["hour"]:
        edtf += f"T{int(parts['hour']):02}:{parts['minute']}:{parts['second'] or '00'}{offset}"
    try:
        interval = parse(edtf)
    except InvalidEDTF as error:
        raise ImpossibleDate("is no day or time of the calendar") from error
    if interval.earliest.year < _FIRST_PHOTOGRAPH:
        raise ImpossibleDate("lies before photography")
    if interval.earliest > today + timedelta(days=1):
        raise ImpossibleDate("lies in the future")
    return WrittenDate(interval, _moment(edtf, offset, parts["fraction"] or fraction))


def is_clock_start(written: WrittenDate, *, make: str = "", is_placed: bool = False) -> bool:
    """
    Say whether a camera's time looks like the one its clock starts from when the battery was out, or soon after that.

    January 1st on the stroke of midnight or noon in any year; the first hours of a day that clocks count from. What is
    a likely day for a picture as well counts only where no other make and no position speaks for it.
    """
    _, _, clock = written.interval.edtf.partition("T")
    day = written.interval.earliest
    if not clock or written.interval.days != 1:
        return False
    if day in _UNIX_DAYS:
        return True
    on_the_stroke = clock[:8] in ("00:00:00", "12:00:00")
    if (day.month, day.day) == (1, 1) and (on_the_stroke or (day.year in _CLOCK_STARTS and clock[:2] < "06")):
        return True
    if day in _RECEIVER_STARTS:
        return on_the_stroke or (clock[:2] < "06" and not (is_placed and day in _LIKELY_DAYS))
    makes = _STARTS_OF_MAKES.get(day)
    if makes is None:
        return False
    return on_the_stroke or (clock[:2] in _HOURS_AFTER and (not make or any(name in make.casefold() for name in makes)))


def is_receiver_start(moment: datetime, *, is_placed: bool) -> bool:
    """
    Say whether a satellite time is the one that receivers count from, or some hours after: they had heard no satellite.

    Weeks are counted in ten bits: besides 6 January 1980 there are the days on which the count began anew.
    """
    if moment.date() not in _RECEIVER_STARTS:
        return False
    if moment.date() in _LIKELY_DAYS and is_placed and moment.time() != time():
        return False
    return moment.hour < _REACH_HOURS


def parse_gps_time(day: str, clock: list[float], *, longitude_degrees: float | None, today: date) -> WrittenDate | None:
    """
    Read GPSDateStamp and GPSTimeStamp, which are UTC.

    The local day is known as far as the longitude tells the zone: near midnight it may be one of two.

    :param clock: hours, minutes, seconds
    :raises ImpossibleDate: as `parse_written`, and for a time that no clock shows
    """
    whole = parse_written(day, today=today)
    if whole is None or whole.interval.days != 1 or len(clock) != 3:
        return None
    hours, minutes, seconds = clock
    if not (0 <= hours < 24 and 0 <= minutes < 60 and 0 <= seconds < 61):
        raise ImpossibleDate("has a time that no clock shows")
    start = datetime.combine(whole.interval.earliest, time(), UTC)
    moment = start + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    least, most = _zones(longitude_degrees)
    first, last = (moment + least).date(), (moment + most).date()
    if first == last == moment.date():
        return WrittenDate(parse(f"{moment:%Y-%m-%dT%H:%M:%S}Z"), moment)
    return WrittenDate(parse(str(first) if first == last else f"{first}/{last}"), moment)


def parse_container_time(text: str, *, longitude_degrees: float | None, today: date) -> WrittenDate | None:
    """
    Read the creation time of a container: UTC by its standard (ISO/IEC 14496-12, 8.2.2; RFC 9559, 5.1.2.11).

    Many cameras write their local time there all the same. So the day as written and the days that zones make of it
    are all possible, and it is no moment.

    :raises ImpossibleDate: as `parse_written`
    """
    written = parse_written(text, today=today)
    if written is None or written.moment is None:
        return written
    least, most = _zones(longitude_degrees)
    days = [(written.moment + zone).date() for zone in (least, timedelta(), most)]
    first, last = min(days), max(days)
    return WrittenDate(parse(str(first) if first == last else f"{first}/{last}"), None)


def _zones(longitude_degrees: float | None) -> tuple[timedelta, timedelta]:
    """Return the least and the greatest offset that clocks may have, there where the longitude is known."""
    least, most = _WIDEST_ZONES
    if longitude_degrees is not None:
        sun = timedelta(hours=longitude_degrees / 15)
        least, most = max(least, sun - timedelta(hours=2)), min(most, sun + timedelta(hours=3.5))
    return least, most


def _plain_offset(offset: str) -> str:
    """Bring "+0200" to "+02:00"; "" for what is no offset ("   :  ")."""
    offset = offset.strip(" \x00")
    if offset == "Z":
        return offset
    parts = _OFFSET.fullmatch(offset)
    if parts is None or int(parts["hours"]) > 14 or int(parts["minutes"]) > 59:
        return ""
    return f"{parts['sign']}{parts['hours']}:{parts['minutes']}"


def _moment(edtf: str, offset: str, fraction: str) -> datetime | None:
    if not offset or "T" not in edtf:
        return None
    local = datetime.fromisoformat(edtf.replace("Z", "+00:00"))
    digits = fraction.strip() if fraction.strip().isdecimal() else ""
    microseconds = int(digits[:6].ljust(6, "0")) if digits else 0
    try:
        return local.replace(microsecond=microseconds).astimezone(UTC)
    except OverflowError:
        return None
