"""Read a date as pages write it in their markup: ISO 8601 with its slips, RFC 2822, or words."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from archive.extraction.captions.dates import find_dates
from archive.extraction.captions.words import language_of, words_of

_ISO = re.compile(
    r"^\s*(?P<y>\d{4})-?(?P<m>\d\d)-?(?P<d>\d\d)"
    r"(?:[T ,/]+(?P<h>\d\d):?(?P<mi>\d\d)(?::?(?P<s>\d\d)(?:[.,]\d+)?)?\s*"
    r"(?P<zone>Z\b|[+-]\d\d:?\d\d(?!\d)|[+-]\d\d\b|[A-Z]{2,4}\b)?)?"
)
_TIME = re.compile(
    r"\b(?P<h>[01]?\d|2[0-3])(?:[:.hH](?P<mi>[0-5]\d))(?::(?P<s>[0-5]\d))?\s*(?P<ap>[AaPp])?\.?(?:[Mm]\b\.?)?"
    r"(?:\s*(?P<zone>Z\b|(?:GMT|UTC)?[+-]\d\d:?\d\d|[A-Z]{2,4}\b))?"
)
_ZONES = {"Z": 0.0, "GMT": 0, "UTC": 0, "WET": 0, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2,
          "EEST": 3, "MSK": 3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8,
          "PDT": -7}  # fmt: skip
_JAVASCRIPT = re.compile(
    r"^[A-Za-z]{3,9},? (?P<month>[A-Z][a-z]{2}) (?P<d>\d{1,2}) (?:(?P<y>\d{4}) )?(?P<time>\d\d:\d\d:\d\d)"
    r"(?: (?P<zone>[A-Z]{2,4}(?:[+-]\d{4})?))?(?: (?P<y2>\d{4}))?"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# What clocks give when they know nothing.
_UNSET = "1970-01-01"


@dataclass(frozen=True)
class Moment:
    """A day, with the time and the zone as far as they are stated."""

    value: str
    day: str
    at: datetime | None = None

    @property
    def moment(self) -> datetime | None:
        """The moment in UTC; None without time and zone."""
        return self.at.astimezone(UTC) if self.at is not None and self.at.tzinfo is not None else None


def read_moment(text: str, *, language: str = "") -> Moment | None:
    """Read a date out of an attribute or a short line; None if there is no whole date in it."""
    text = text.strip()[:200]
    for reader in (_read_iso, _read_javascript, _read_mail):
        if (moment := reader(text)) is not None:
            return moment
    return _read_words(text, language)


def _read_iso(text: str) -> Moment | None:
    match = _ISO.match(text)
    return (
        _moment(match["y"], match["m"], match["d"], match["h"], match["mi"], match["s"], match["zone"])
        if match
        else None
    )


def _read_javascript(text: str) -> Moment | None:
    """Read "Wed Nov 20 2019 08:00:58 GMT+0000" and "Tue Nov 19 21:57:01 UTC 2019"."""
    match = _JAVASCRIPT.match(text)
    if match is None or match["month"] not in _MONTHS or not (match["y"] or match["y2"]):
        return None
    hour, minute, second = match["time"].split(":")
    month = _MONTHS.index(match["month"]) + 1
    return _moment(match["y"] or match["y2"], str(month), match["d"], hour, minute, second, match["zone"])


def _read_mail(text: str) -> Moment | None:
    if not re.match(r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d", text):
        return None
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return _of(at)


def _read_words(text: str, language: str) -> Moment | None:
    words = words_of(text)
    tried = [code for code in (language.partition("-")[0], language_of(words), "en", "fr", "de") if code]
    for code in dict.fromkeys(tried):
        for mention in find_dates(text, words, language=code, published=None, skip=[]):
            day = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(?:T.*)?", mention.edtf)
            if day is None:
                continue
            rest = f"{text[: mention.start]} {text[mention.start :]}"
            written = re.sub(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}", " ", rest)
            time = _TIME.search(written)
            hour = _hour(time) if time else None
            return _moment(day[1], day[2], day[3], hour, time["mi"] if time else None,
                           time["s"] if time else None, time["zone"] if time else None)  # fmt: skip
    return None


def _hour(time: re.Match[str]) -> str:
    hour, half = int(time["h"]), (time["ap"] or "").lower()
    return str(hour % 12 + (12 if half == "p" else 0) if half and hour <= 12 else hour)


def _moment(
    year: str, month: str, day: str, hour: str | None, minute: str | None, second: str | None, zone: str | None
) -> Moment | None:
    try:
        if hour is None:
            return _of(date(int(year), int(month), int(day)))
        at = datetime(
            int(year), int(month), int(day), int(hour), int(minute or 0), int(second or 0), tzinfo=_zone(zone)
        )
    except (ValueError, OverflowError):
        return None
    return _of(at)


def _zone(written: str | None) -> timezone | None:
    if not written:
        return None
    if written in _ZONES:
        return timezone(timedelta(hours=_ZONES[written]))
    match = re.search(r"([+-])(\d\d):?(\d\d)?$", written)
    if match is None:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return timezone(-offset if match[1] == "-" else offset) if offset < timedelta(hours=24) else None


def _of(stated: date | datetime) -> Moment | None:
    if not 1600 <= stated.year <= 2200 or stated.isoformat()[:10] == _UNSET:
        return None
    if isinstance(stated, datetime):
        return Moment(stated.isoformat(), stated.date().isoformat(), stated)
    return Moment(stated.isoformat(), stated.isoformat())
