"""Dates as EDTF (ISO 8601-2:2019 annex A, levels 0 to 2): the string is the record, two days bound it."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from time import struct_time
from typing import Any

from archive.standards.normal_form import gettext_noop

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PLAIN = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:T(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?P<offset>Z|[+-]\d\d(?::?\d\d)?)?)?)?)?",
    re.ASCII,
)
# Each form has a digit, or an unknown one ("XXXX"), or an end that is open ("..").
_OF_EDTF = re.compile(r"[0-9Xx.]")
_SEASON = re.compile(r"(\d{4})-(2[1-4])", re.ASCII)
_QUALIFIED = re.compile(r"(\d{4}(?:-\d\d){0,2})([?~%])", re.ASCII)
# "[1667,1668, 1670..1672]": one of these; "{…}": all of them (level 2).
_SET = re.compile(r"[\[{](?P<members>[^\[\]{}]+)[\]}]")
_LONGEST = 120


class InvalidEDTF(ValueError):
    """
    The text is no EDTF date; the message is a sentence for people, in English.

    `sentence` and `values` are what it is made of, for those who word it in another language.
    """

    def __init__(self, sentence: str, **values: Any) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence, self.values = sentence, values


@dataclass(frozen=True)
class DateInterval:
    """
    An EDTF string and the two inclusive local calendar days that bound it.

    An open or unknown end is `date.min` or `date.max`, and so is a year outside 1 to 9999.
    """

    edtf: str
    earliest: date
    latest: date

    @property
    def days(self) -> int:
        """How many days lie inside, both ends counted."""
        return (self.latest - self.earliest).days + 1

    def within(self, other: "DateInterval") -> bool:
        """Say whether every day of this lies inside the other."""
        return other.earliest <= self.earliest and self.latest <= other.latest

    def gap_days(self, other: "DateInterval") -> int:
        """Count the days from the end of the one to the beginning of the other; 0 and less where they meet."""
        return (max(self.earliest, other.earliest) - min(self.latest, other.latest)).days

    def __str__(self) -> str:
        return self.label()

    def label(self, language: str | None = "en") -> str:
        """
        Write the date for people: "18 June 2024, 05:12", "April 2024", "since 1 January 2024".

        :param language: BCP 47; a language that has no words here is written in English, as the record is
        """
        return _label_of(self, is_french=(language or "").startswith("fr"))


# A page has a hundred bars and years, of which the next page has the same.
@lru_cache(maxsize=4096)
def _label_of(days: DateInterval, *, is_french: bool) -> str:
    words = _FRENCH if is_french else _ENGLISH
    return _label(days.edtf, words) or _label_of_days(days.earliest, days.latest, words)


def label_of_day(day: date, language: str | None = "en") -> str:
    """Write one day for people, as `DateInterval.label` does."""
    return _label_day(day, _FRENCH if (language or "").startswith("fr") else _ENGLISH)


@lru_cache(maxsize=4096)
def parse(text: str) -> DateInterval:
    """
    Read an EDTF string.

    :raises InvalidEDTF: the text is no EDTF date, or no day of the calendar
    """
    written = text.strip()
    # The length bound keeps the library's backtracking in hand.
    if not 0 < len(written) <= _LONGEST:
        raise refused(text)
    if written.count("/") == 1:
        first, last = written.split("/")
        earliest, latest = _ends(first, last, text)
    elif listed := _SET.fullmatch(written):
        members = [member.partition("..") for member in re.split(r"\s*,\s*", listed["members"])]
        ends = [_ends(first, last if dots else first, text) for first, dots, last in members]
        earliest, latest = min(first for first, _last in ends), max(last for _first, last in ends)
        _refuse_by_library(written, text)
    else:
        return _parse_point(written)
    if earliest > latest:
        raise InvalidEDTF(
            gettext_noop('The date "%(written)s" ends before it begins. Swap its two ends.'), written=text
        )
    return DateInterval(written, earliest, latest)


def _ends(first: str, last: str, text: str) -> tuple[date, date]:
    """Bound what lies between two dates; an end that is open ("..") or unknown ("") bounds nothing."""
    if (first in ("", "..") and last == "") or first != first.strip() or last != last.strip():
        raise refused(text)
    try:
        earliest = date.min if first in ("", "..") else _parse_point(first).earliest
        latest = date.max if last in ("", "..") else _parse_point(last).latest
    except InvalidEDTF as error:
        raise (InvalidEDTF(error.sentence, **error.values) if first and last else refused(text)) from error
    return earliest, latest


def _refuse_by_library(written: str, text: str) -> Any:
    """Return what the library makes of a form that it knows better than we do."""
    # Words of a search come here too, and its grammar takes 3 ms to refuse one.
    if not _OF_EDTF.search(written):
        raise refused(text)
    # Its grammar takes a tenth of a second to build, and plain dates never come here.
    from edtf import EDTFParseException, parse_edtf

    try:
        if (parsed := parse_edtf(written)) is not None:
            return parsed
    except (EDTFParseException, ValueError, OverflowError, TypeError, AttributeError) as error:
        raise refused(text) from error
    raise refused(text)


def _parse_point(written: str) -> DateInterval:
    """Read one date: no interval and no set."""
    if plain := _PLAIN.fullmatch(written):
        return _parse_plain(written, plain)
    if season := _SEASON.fullmatch(written):
        return _parse_season(written, int(season[1]), season[2])
    if (qualified := _QUALIFIED.fullmatch(written)) and (season := _SEASON.fullmatch(qualified[1])):
        earliest, latest = _bounds_of_season(written, int(season[1]), season[2])
    else:
        parsed = _refuse_by_library(written, written)
        try:
            earliest, latest = _day(_lower(parsed), date.min), _day(_upper(parsed), date.max)
        except (ValueError, OverflowError, TypeError, AttributeError) as error:
            raise refused(written) from error
    # "About" one unit either way; "?" doubts the source, not the width, and stays inside its bounds.
    if (unit := _approximate_unit(written)) is not None:
        earliest, latest = _widen(earliest, latest, unit=unit)
    if earliest > latest:
        raise refused(written)
    return DateInterval(written, earliest, latest)


def _approximate_unit(written: str) -> int | None:
    """
    Return the widest unit that "~" or "%" makes approximate: 0 year, 1 month, 2 day; None where there is none.

    Behind the whole date the mark speaks of its last unit (level 1); before a part, of that part (level 2).
    """
    if qualified := _QUALIFIED.fullmatch(written):
        return qualified[1].count("-") if qualified[2] in "~%" else None
    parts = written.split("-")
    return next((at for at, part in enumerate(parts[:3]) if "~" in part or "%" in part), None)


def _parse_plain(written: str, plain: re.Match[str]) -> DateInterval:
    year, month, day = int(plain["year"]), plain["month"], plain["day"]
    if month and not day and not 1 <= int(month) <= 12:
        if season := _SEASON.fullmatch(written):
            return _parse_season(written, year, season[2])
        raise InvalidEDTF(
            gettext_noop('There is no month %(month)s: "%(written)s" is no date.'), month=month, written=written
        )
    try:
        if plain["hour"]:
            datetime.fromisoformat(written)
        earliest = date(year, int(month or 1), int(day or 1))
    except ValueError as error:
        raise InvalidEDTF(gettext_noop('"%(written)s" is no day or time of the calendar.'), written=written) from error
    if day:
        return DateInterval(written, earliest, earliest)
    last_month = int(month or 12)
    return DateInterval(written, earliest, date(year, last_month, monthrange(year, last_month)[1]))


def _parse_season(written: str, year: int, season: str) -> DateInterval:
    return DateInterval(written, *_bounds_of_season(written, year, season))


def _bounds_of_season(written: str, year: int, season: str) -> tuple[date, date]:
    if not 1 < year < 9999:
        raise refused(written)
    if season == "24":
        # "Winter 2024" is said of the one that ends in 2024 and of the one that begins in it.
        return date(year - 1, 12, 1), date(year + 1, 2, monthrange(year + 1, 2)[1])
    first = {"21": 3, "22": 6, "23": 9}[season]
    return date(year, first, 1), date(year, first + 2, monthrange(year, first + 2)[1])


def _lower(parsed: Any) -> struct_time | float:
    lower: struct_time | float = parsed.lower_strict()
    return lower


def _upper(parsed: Any) -> struct_time | float:
    upper: struct_time | float = parsed.upper_strict()
    return upper


def _day(bound: struct_time | float | None, otherwise: date) -> date:
    """Turn the library's bound into a day, held inside the years that a `date` can say."""
    if not isinstance(bound, struct_time):
        return otherwise
    if bound.tm_year < 1:
        return date.min
    if bound.tm_year > 9999:
        return date.max
    last_day = monthrange(bound.tm_year, bound.tm_mon)[1]
    return date(bound.tm_year, bound.tm_mon, min(bound.tm_mday, last_day))


def _widen(earliest: date, latest: date, *, unit: int) -> tuple[date, date]:
    """Move both bounds outward by one year (unit 0), month (1) or day (2), inside the years that a `date` can say."""
    if unit == 0:
        return date(max(earliest.year - 1, 1), 1, 1), date(min(latest.year + 1, 9999), 12, 31)
    before = earliest if earliest == date.min else earliest - timedelta(days=1)
    after = latest if latest == date.max else latest + timedelta(days=1)
    if unit == 1:
        return before.replace(day=1), after.replace(day=monthrange(after.year, after.month)[1])
    return before, after


def refused(text: str) -> InvalidEDTF:
    """Say in a sentence that a text is no date, and what to write instead."""
    sentence = gettext_noop(
        '"%(written)s" is no date that the archive can read. Write 2024-06-18, 2024-06, 2024, 1936~ or 2024-01-01/..'
    )
    return InvalidEDTF(sentence, written=text if len(text) <= 60 else f"{text[:57]}...")


@dataclass(frozen=True)
class _Words:
    """How a language writes dates; in the phrases a whole date stands for each {}."""

    months: tuple[str, ...]
    seasons: dict[str, str]
    first_day: str
    about: str
    uncertain: str
    decade: str
    either: str
    # By the precision of the date that stands in it: a day, a month or a year, anything else.
    since: tuple[str, str, str]
    until: tuple[str, str, str]
    span: tuple[str, str, str]
    between: str
    unknown: str


_ENGLISH = _Words(
    months=(
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    seasons={"21": "spring", "22": "summer", "23": "autumn", "24": "winter"},
    first_day="1",
    about="about {}",
    uncertain="{} (uncertain)",
    decade="{}s",
    either="or",
    since=("since {}",) * 3,
    until=("until {}",) * 3,
    span=("{} to {}",) * 3,
    between="between {} and {}",
    unknown="unknown",
)
_FRENCH = _Words(
    months=(
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    seasons={"21": "printemps", "22": "été", "23": "automne", "24": "hiver"},
    first_day="1er",
    about="vers {}",
    uncertain="{} (incertain)",
    decade="années {}",
    either="ou",
    since=("depuis le {}", "depuis {}", "depuis {}"),
    until=("jusqu’au {}", "jusqu’en {}", "jusqu’à : {}"),
    span=("du {} au {}", "{} à {}", "{} à {}"),
    between="entre le {} et le {}",
    unknown="inconnue",
)


def _precision(written: str) -> int:
    """Return the place of a date's phrase: 0 for a day, 1 for a month or a year, 2 for anything else."""
    plain = _PLAIN.fullmatch(written)
    if not plain or (plain["month"] or "01") > "12":
        return 2
    return 0 if plain["day"] else 1


def _label(written: str, words: _Words) -> str:
    """Write a label from the EDTF string itself; "" where only the bounds can say it."""
    if plain := _PLAIN.fullmatch(written):
        return _label_plain(plain, words)
    if season := _SEASON.fullmatch(written):
        return f"{words.seasons[season[2]]} {season[1]}"
    if qualified := _QUALIFIED.fullmatch(written):
        inner, about = _label(qualified[1], words), words.about.format(_label(qualified[1], words))
        return {"?": words.uncertain.format(inner), "~": about, "%": words.uncertain.format(about)}[qualified[2]]
    if re.fullmatch(r"[?~%]\d{4}", written):
        return _label(written[1:] + written[0], words)
    if decade := re.fullmatch(r"(\d{3})X", written):
        return words.decade.format(f"{decade[1]}0")
    if month := re.fullmatch(r"(\d{4}-\d\d)-XX", written):
        return _label(month[1], words)
    if year := re.fullmatch(r"(\d{4})-XX(-XX)?", written):
        return year[1]
    if (chosen := _SET.fullmatch(written)) and written[0] == "[" and ".." not in written:
        labels = [_label(member.strip(), words) for member in chosen["members"].split(",")]
        if 1 < len(labels) <= 3 and all(labels):
            return f"{', '.join(labels[:-1])} {words.either} {labels[-1]}"
    if written.count("/") == 1:
        start, end = written.split("/")
        if start in ("", "..") and end not in ("", ".."):
            return words.until[_precision(end)].format(_label(end, words) or end)
        if end in ("", "..") and start not in ("", ".."):
            return words.since[_precision(start)].format(_label(start, words) or start)
        if "." not in written and start and end:
            phrase = words.span[max(_precision(start), _precision(end))]
            return phrase.format(_label(start, words) or start, _label(end, words) or end)
    return ""


def _label_plain(plain: re.Match[str], words: _Words) -> str:
    label = plain["year"]
    if plain["month"]:
        month = int(plain["month"])
        label = f"{words.months[month - 1]} {label}" if 1 <= month <= 12 else f"{words.seasons[plain['month']]} {label}"
    if plain["day"]:
        day = int(plain["day"])
        label = f"{words.first_day if day == 1 else day} {label}"
    if plain["hour"]:
        offset = {None: "", "Z": " UTC"}.get(plain["offset"], f" {plain['offset']}")
        label = f"{label}, {plain['hour']}:{plain['minute']}{offset}"
    return label


def _label_day(day: date, words: _Words) -> str:
    return f"{words.first_day if day.day == 1 else day.day} {words.months[day.month - 1]} {day.year}"


def _label_of_days(earliest: date, latest: date, words: _Words) -> str:
    if earliest == date.min:
        return words.unknown if latest == date.max else words.until[0].format(_label_day(latest, words))
    if latest == date.max:
        return words.since[0].format(_label_day(earliest, words))
    if earliest == latest:
        return _label_day(earliest, words)
    return words.between.format(_label_day(earliest, words), _label_day(latest, words))
