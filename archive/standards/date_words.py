"""
Dates as people write them, in six languages: "18 June 2024", "18/06/2024 05:12", "juin 2024", "c. 1936".

Every word is used, or the whole date is refused: a word that is passed over may be the one that denies the rest.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, NoReturn

from archive.standards.edtf import WEEKDAYS, DateInterval, InvalidEDTF, parse, refused
from archive.standards.normal_form import gettext_noop, word_set

DayOrder = Literal["DMY", "MDY"]

_LONGEST = 120


# Without accents and in lower case, as `_plain` leaves them.
_MONTH_NAMES = (
    "january jan januari januar janner janvier janv enero ene gennaio gen",
    "february feb februari februar fevrier fevr febrero febbraio febr",
    "march mar maart mrt marz mars marzo maerz",
    "april apr avril avr abril abr aprile",
    "may mai mei mayo maggio mag",
    "june jun juni juin junio giugno giu",
    "july jul juli juillet juil julio luglio lug",
    "august aug augustus aout agosto ago",
    "september sep sept septembre septiembre setiembre settembre set",
    "october oct oktober okt octobre octubre ottobre ott",
    "november nov novembre noviembre",
    "december dec dezember dez decembre diciembre dic dicembre",
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_WEEKDAY_NAMES = (
    "monday mon montag mo lundi lun maandag ma lunes lunedi",
    "tuesday tue tues dienstag di mardi dinsdag martes martedi",
    "wednesday wed mittwoch mi mercredi mer woensdag wo miercoles mie mercoledi",
    "thursday thu thur thurs donnerstag do jeudi jeu donderdag jueves jue giovedi gio",
    "friday fri freitag fr vendredi ven vrijdag vr viernes vie venerdi",
    "saturday sat samstag sa sonnabend samedi sam zaterdag za sabado sab sabato",
    "sunday sun sonntag so dimanche dim zondag zo domingo dom domenica",
)
_WEEKDAYS = {name: number for number, names in enumerate(_WEEKDAY_NAMES) for name in names.split()}
# EDTF level 1 (ISO 8601-2, 4.8): 21 to 24 are the seasons.
_SEASON_NAMES = (
    "spring printemps fruhling fruhjahr fruehling lente voorjaar primavera",
    "summer ete sommer zomer verano estate",
    "autumn fall automne herbst herfst najaar otono autunno",
    "winter hiver invierno inverno",
)
_SEASONS = {name: number for number, names in enumerate(_SEASON_NAMES, 21) for name in names.split()}
# Words that join a date and say nothing of their own.
_FILLERS = word_set(
    """
    of the de del della den der dem am im on in en le la les el il al l d' dell' das jahr jahre year
    """
)
_ABOUT = word_set(
    """
    about around circa ca c approximately approx environ vers autour um etwa gegen ungefahr omstreeks rond
    ongeveer hacia alrededor verso intorno cerca ~
    """
)
_DOUBT = word_set(
    """
    probably possibly perhaps maybe presumably prob poss uncertain ? wohl vermutlich wahrscheinlich vielleicht
    probablement peut-etre possiblement waarschijnlijk misschien vermoedelijk probablemente posiblemente quizas
    probabilmente forse
    """
)
_EARLY = word_set("early beginning start debut anfang beginn begin principios inizio inizi")
_MIDDLE = word_set("mid middle mi mitte midden medio mediados meta")
_LATE = word_set("late end fin ende eind einde finales fine")
# The day is the same whichever part of it is meant; a night belongs to two days.
_DAY_PARTS = word_set(
    """
    morning afternoon evening dawn midday noon matin apres-midi soir morgen nachmittag abend ochtend middag avond
    manana tarde mattina pomeriggio sera midi mittag mediodia mezzogiorno madrugada aube alba
    """
)
_NIGHTS = word_set("night nuit nacht noche notte")
# Hours that each zone lies ahead of UTC; names that mean several zones (EST, IST) are left out and so refused.
_ZONES = {"z": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 1, "cet": 1, "west": 1, "mez": 1, "cest": 2, "mesz": 2, "eet": 2,
          "eest": 3}  # fmt: skip

_BEFORE = "before|prior to|pre|avant|vor|voor|antes de|antes del|prima di|prima del"
_AFTER = "after|post|apres|nach|na|despues de|despues del|dopo"
_SINCE = (
    "since|from|starting|not before|no earlier than|depuis|a partir du|a partir de|seit|ab|sinds|vanaf|desde|da|dal"
)
_UNTIL = (
    "until|till|up to|by|to|not after|no later than|not later than|jusqu'au|jusqu'en|jusque|bis|tot|hasta"
    "|fino al|fino a"
)
_BOUNDED = re.compile(
    rf"(?:(?P<before>{_BEFORE})|(?P<after>{_AFTER})|(?P<since>{_SINCE})|(?P<until>{_UNTIL}))(?:\s+|\s*-\s*)(?P<rest>.+)"
)
_BETWEEN = re.compile(
    r"(?:between|entre|zwischen|tussen|tra|fra)\s+(?P<first>.+?)\s+(?:and|et|und|en|y|e|&)\s+(?P<last>.+)"
)
_FROM_TO = re.compile(
    r"(?:(?:(?:in|dans|en)\s+)?(?:the |la |der |de )?(?:night|nuit|nacht|noche|notte)\s+)?"
    r"(?:from|du|de|vom|von|van|del|dal)\s+(?P<first>.+?)\s+(?:to|until|till|through|au|a|bis|tot|al|-)\s+(?P<last>.+)"
)
_ALTERNATIVES = re.compile(r"\s+(?:or|ou|oder|o|ofwel)\s+")
# The two ends of a span that has no word before it. Tried in this order: what stands apart before what stands tight.
_JOINS = [
    re.compile(join)
    for join in (
        r"\s+-\s+",
        r"\s+(?:to|until|till|through|and|&|et|und|y|au|bis|tot|al)\s+",
        r"\s*/\s*",
        r"(?<=[\da-z.])\s*-\s*(?=[\da-z])",
    )
]

_CLOCK = (
    r"(?P<hour>[01]?\d|2[0-3])(?:(?:[:.]|\s?h\s?)(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:[.,]\d+)?)?)?"
    r"\s?(?P<half>[ap]\.?\s?m\b\.?)?"
)
_CLOCK_AFTER = re.compile(
    rf"(?:\s*t|[\s,]+(?:(?:at|a|um|om|alle|a las|las|kl|ore|alle ore)\s+)?){_CLOCK}(?:\s?(?:hrs?|hours|uhr|uur|h)\b)?$"
)
_CLOCK_BEFORE = re.compile(rf"{_CLOCK}(?:\s?(?:hrs?|hours|uhr|uur|h)\b)?(?:,?\s+(?:on|am|le|op|el|il)?\s*)(?=\D*\d)")
_MILITARY = re.compile(r"(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)\s?(?P<unit>hrs?|hours|h|uhr|z)?[\s,]+(?=\D*\d)")
_MILITARY_AFTER = re.compile(r"[\s,]+(?:at\s+)?(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)\s?(?:hrs?|hours|h|uhr)$")
_OFFSET = re.compile(r"(?<=\d)\s*(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)$")
_ZONE = re.compile(rf"(?<=[\dm])\s*\(?(?P<zone>{'|'.join(_ZONES)})\)?$")

_LIKE_EDTF = re.compile(r"\d{4}-\d\d")
_YEAR_FIRST = re.compile(r"(?P<year>[12]\d{3})(?P<by>[-/.:\s])(?P<month>\d\d?)(?P=by)(?P<day>\d\d?)")
_YEAR_LAST = re.compile(r"(?P<one>\d\d?)\s?(?P<by>[-/.\s])\s?(?P<two>\d\d?)\s?(?P=by)\s?(?P<year>[12]\d{3}|\d\d)")
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)")
# ISO 8601 in its basic format, and as cameras write it into names of files.
_COMPACT_TIME = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)[t_ -]([01]\d|2[0-3])([0-5]\d)([0-5]\d)?(z|[+-]\d\d:?\d\d)?")
# "Tue Jun 18 05:12:00 2024", as C and Unix write it.
_TIME_WITHIN = re.compile(
    r"(?P<day>[a-z.,]+ .*\d) (?P<clock>\d\d?:\d\d(?::\d\d)?)(?P<zone> [a-z]{1,4})? (?P<year>[12]\d{3})"
)
_ROMAN = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
    "xi": 11,
    "xii": 12,
}
_ROMAN_MONTH = re.compile(rf"(\d\d?)[\s./-]+({'|'.join(_ROMAN)})[\s./-]+([12]\d{{3}})(?!\d)")
# "30.5.-2.6.2024": the year stands once, behind the last day.
_DAYS_OF_ONE_YEAR = re.compile(r"(\d\d?[./]\d\d?)[./]?\s?-\s?(\d\d?([./])\d\d?\3([12]\d{3}))")
_WEEK = re.compile(
    r"(?:week|kw|kalenderwoche|woche|semaine|sem|semana|settimana)[ .]?(?P<week>\d\d?)[\s,/.-]+(?:of )?"
    r"(?P<year>[12]\d{3})|(?P<year_>[12]\d{3})-?w(?P<week_>\d\d)"
)
# A word behind is taken whole: tried in parts, forty letters would take days.
_WORDS_AROUND = re.compile(
    r"(?P<before>(?:[a-z.,']+\s+|~\s?)*)(?P<numbers>\d[\d\s/.:-]*\d)(?P<behind>\s?\?|(?:\s*+\(?[a-z.?]++\)?)*+)"
)
_MONTH_OF_YEAR = re.compile(r"(?P<month>\d\d?)[-/.](?P<year>[12]\d{3})|(?P<year_>[12]\d{3})[-/.:](?P<month_>\d\d?)")
_QUARTER = re.compile(
    r"q(?P<number>[1-4])|(?P<ordinal>[1-4])(?:st|nd|rd|th|\.|er|e)? (?:quarter|quartal|trimestre|kwartaal)"
)
_DECADE = re.compile(r"(?P<decade>[12]\d\d)0(?:'?s|er|ern)|(?:annees|jaren|anos|anni) (?P<decade_>[12]\d\d)0")
_CENTURY = re.compile(
    r"(?:(?P<number>\d\d?)|(?P<roman>[xvi]+))(?:st|nd|rd|th|\.|e|eme)? "
    r"(?:century|cent\.?|c\.|jahrhundert|jh\.?|siecle|eeuw|secolo|sec\.?)"
    r"|(?P<number_>\d\d?)(?:st|nd|rd|th) c|(?:siglo|secolo|sec\.?|s\.) (?P<roman_>[xvi]+)"
)
_ROMAN_CENTURIES = {"xv": 15, "xvi": 16, "xvii": 17, "xviii": 18, "xix": 19, "xx": 20, "xxi": 21}
_HALF = re.compile(
    r"h(?P<number>[12])"
    r"|(?P<ordinal>first|second|1st|2nd|premier|erste|eerste|zweite|tweede) (?:half|halfte|semestre|helft)"
)
# "1936-40"; a winter lies in two years and may name both: "winter 2023/24".
_YEAR_SPAN = re.compile(
    r"(?P<winter>(?:winter|hiver|invierno|inverno)(?: of)? )?(?P<first>[12]\d{3})\s?[-/]\s?(?P<last>\d{4}|\d\d)"
)
_STILL = re.compile(r"(?P<rest>.+?)\s*(?:-|to|until|till)\s*(?:the )?(?:present|now|today|date)")
_OR_BEYOND = re.compile(
    r"(?P<rest>.+?),? (?:or|ou|oder|o) (?:(?P<before>before|earlier|avant|fruher)|(?:after|later|apres|spater))"
)
_TOKEN = re.compile(
    r"(?P<day>\d\d?)(?:st|nd|rd|th|er|eme|e|º|ª)(?![a-z])|'(?P<short>\d\d)(?!\d)|(?P<number>\d+)|(?P<word>l'|d'|[a-z]+(?:-etre|-midi)?)"
    r"|(?P<mark>[?~])|(?P<space>[\s,.;()\-/]+)"
)
_NEXT_WORD = re.compile(r"[\s-]+([a-z]+)")
_NO_DATE = word_set("undated unknown none nd sd od zd ? - na n/a unbekannt inconnu onbekend") | {
    "no date", "date unknown", "unknown date", "not known", "not dated", "n d", "s d", "sans date", "date inconnue",
    "sin fecha", "fecha desconocida", "ohne datum", "datum unbekannt", "undatiert", "geen datum", "datum onbekend",
    "senza data", "null", "tbd", "tbc", "oj", "o j", "o d", "ohne jahr", "sans annee", "zonder datum", "zonder jaar",
    "sin ano", "senza anno", "desconocida", "desconocido", "sconosciuta", "sconosciuto", "data sconosciuta",
}  # fmt: skip
# What databases and cameras write where they have no date.
_PLACEHOLDERS = ("9999-12-31", "0001-01-01", "0000-00-00")
_PLACEHOLDERS_DAY_FIRST = re.compile(
    r"(?:31[-/.]12[-/.]9999|12[-/.]31[-/.]9999|01[-/.]01[-/.]0001|00[-/.]00[-/.]0000)(?!\d).*"
)


# Season 21 to 24 of EDTF: "1923-24" is winter, and what archives write for 1923 to 1924.
_SEASON_OR_YEARS = re.compile(r"(?P<year>\d{4})-(?P<next>2[1-4])")


class _NoSuchDay(InvalidEDTF):
    """The words have the form of a date and name no day or no span: no other reading is tried."""


class NoDate(InvalidEDTF):
    """The words say that there is no date ("unknown", "n.d.", "-", "0000-00-00")."""


class AmbiguousDate(InvalidEDTF):
    """
    A date can be read in two ways; `readings` holds both.

    The numbers of a day, day first and month first; or a season in EDTF that looks like two years, "1923-24".
    """

    def __init__(self, sentence: str, *, readings: tuple[str, str], **values: Any) -> None:
        super().__init__(sentence, **values)
        self.readings = readings


def understand(text: str, *, order: DayOrder | None = None, today: date | None = None) -> DateInterval:
    """
    Read a date as a person writes it: EDTF, or words and numbers in six languages.

    :param order: how "06/07/2024" is meant, where other dates of the same list have settled it
    :param today: for years of two digits, which never lie ahead of it; the clock's day where none is given
    :raises NoDate: it says that there is none
    :raises AmbiguousDate: it could be two days, and no order is given; or a season and two years
    :raises InvalidEDTF: it is no date, or one of its words is not understood
    """
    written = text.strip()
    is_placeholder = written[:10].replace(":", "-").replace("/", "-") in _PLACEHOLDERS
    if is_placeholder or _PLACEHOLDERS_DAY_FIRST.fullmatch(written):
        raise NoDate(
            gettext_noop('"%(written)s" is what systems write where they have no date. Leave the date empty.'),
            written=written[:30],
        )
    if (years := _SEASON_OR_YEARS.fullmatch(written)) and int(years["next"]) == int(years["year"][2:]) + 1:
        season, both = parse(written).label(), f"{years['year']}/{int(years['year']) + 1}"
        raise AmbiguousDate(
            gettext_noop('"%(written)s" can be %(season)s or the years %(both)s. Write "%(season)s" or "%(both)s".'),
            readings=(season, both),
            written=written,
            season=parse(written),
            both=both,
        )
    try:
        interval = parse(written)
    except InvalidEDTF as no_edtf:
        try:
            return _Words(order, today or date.today()).read(written)
        except AmbiguousDate:
            raise
        except InvalidEDTF as problem:
            # What has the form of EDTF is told what is wrong with it as such: "There is no month 13".
            raise (no_edtf if _LIKE_EDTF.fullmatch(written) else problem) from None
    if interval.earliest == date.min and interval.latest == date.max:
        # "../..", "XXXX": found by every search for possible dates, and hiding what others say.
        raise NoDate(gettext_noop('"%(written)s" says that there is no date. Leave the date empty.'), written=written)
    return interval


def day_order(texts: Iterable[str]) -> DayOrder | None:
    """Return in which order dates such as "25/06/2024" of one list have day and month; None where they do not tell."""
    orders: set[DayOrder] = set()
    for text in texts:
        date_part = _CLOCK_AFTER.sub("", _plain(text))
        if numbers := _YEAR_LAST.fullmatch(date_part):
            one, two = int(numbers["one"]), int(numbers["two"])
            if one > 12 >= two:
                orders.add("DMY")
            elif two > 12 >= one:
                orders.add("MDY")
    return orders.pop() if len(orders) == 1 else None


@dataclass(frozen=True)
class _Point:
    """What one date says; what it does not say may be said by the other end of a span."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    season: int | None = None
    quarter: int | None = None
    half: int | None = None
    decade: int | None = None
    century: int | None = None
    third: str = ""
    weekday: int | None = None
    time: str = ""
    is_night: bool = False
    is_about: bool = False
    is_doubted: bool = False

    def completed(self, other: "_Point") -> "_Point":
        """Take over the year, and the month of a day, from the other end of a span."""
        year = self.year
        if year is None and self.decade is None and self.century is None:
            year = other.year
        month = other.month if self.month is None and self.day is not None else self.month
        return replace(self, year=year, month=month)

    def edtf(self, written: str) -> str:
        """Write it as EDTF; a span where it is one."""
        mark = {(False, False): "", (True, False): "~", (False, True): "?", (True, True): "%"}[
            self.is_about, self.is_doubted
        ]
        if self.day is not None and self.month is None:
            raise InvalidEDTF(
                gettext_noop('"%(written)s" names no month. Write it whole, such as 18 June 2024.'), written=written
            )
        first, last = self._ends(written)
        if self.time and (first != last or self.day is None):
            raise InvalidEDTF(
                gettext_noop('"%(written)s" has a time, but no single day that it belongs to.'), written=written
            )
        if self.time:
            if mark:
                # EDTF qualifies no times: the day keeps its doubt, the time stays in the words as written.
                raise InvalidEDTF(
                    gettext_noop('"%(written)s" doubts a time of day. Write the day alone, such as %(day)s.'),
                    written=written,
                    day=f"{first}{mark}",
                )
            return f"{first}T{self.time}"
        return f"{first}{mark}" if first == last else f"{first}{mark}/{last}{mark}"

    def _ends(self, written: str) -> tuple[str, str]:
        if self.century is not None:
            # EDTF has the century of a year (18XX), which begins a year before the one counted from 1.
            whole = f"{self.century - 1:02d}XX"
            return whole, whole
        if self.decade is not None:
            if not self.third:
                return f"{self.decade:03d}X", f"{self.decade:03d}X"
            first, last = {"early": (0, 3), "mid": (4, 6), "late": (7, 9)}[self.third]
            return f"{self.decade:03d}{first}", f"{self.decade:03d}{last}"
        if self.year is None:
            raise InvalidEDTF(
                gettext_noop('"%(written)s" names no year. Write it with its year, such as 18 June 2024.'),
                written=written,
            )
        year = f"{self.year:04d}"
        if self.season is not None:
            return f"{year}-{self.season}", f"{year}-{self.season}"
        if self.quarter is not None:
            return f"{year}-{3 * self.quarter - 2:02d}", f"{year}-{3 * self.quarter:02d}"
        if self.half is not None:
            return f"{year}-{6 * self.half - 5:02d}", f"{year}-{6 * self.half:02d}"
        if self.month is None:
            if not self.third:
                return year, year
            first, last = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}[self.third]
            return f"{year}-{first:02d}", f"{year}-{last:02d}"
        month = f"{year}-{self.month:02d}"
        if self.day is not None:
            return self._days(written)
        if not self.third:
            return month, month
        length = monthrange(self.year, self.month)[1]
        first, last = {"early": (1, 10), "mid": (11, 20), "late": (21, length)}[self.third]
        return f"{month}-{first:02d}", f"{month}-{last:02d}"

    def _days(self, written: str) -> tuple[str, str]:
        assert self.year is not None and self.month is not None and self.day is not None
        try:
            day = date(self.year, self.month, self.day)
        except ValueError as error:
            raise InvalidEDTF(gettext_noop('"%(written)s" is no day of the calendar.'), written=written) from error
        if self.weekday is not None and day.weekday() != self.weekday:
            named, is_a = WEEKDAYS[self.weekday], WEEKDAYS[day.weekday()]
            raise InvalidEDTF(
                gettext_noop('"%(written)s" names a %(named)s, but that day is a %(is_a)s. Correct one of the two.'),
                written=written,
                named=named,
                is_a=is_a,
            )
        if self.is_night and day < date.max:
            return str(day), str(date.fromordinal(day.toordinal() + 1))
        return str(day), str(day)


class _Words:
    """Reads one date; `order` and `today` as in `understand`."""

    def __init__(self, order: DayOrder | None, today: date) -> None:
        self.order = order
        self.today = today

    def read(self, written: str) -> DateInterval:
        words = _plain(written)
        bare = re.sub(r"[.()\[\]\s]+", " ", words.replace(".", "")).strip()
        if bare in _NO_DATE or (written and not re.search(r"\w", written)):
            raise NoDate(
                gettext_noop('"%(written)s" says that there is no date. Leave the date empty.'), written=written
            )
        if not words or len(words) > _LONGEST:
            raise refused(written)
        return parse(self._read(_in_usual_order(words), written))

    def _read(self, words: str, written: str) -> str:
        if week := _WEEK.fullmatch(words):
            return _week(int(week["year"] or week["year_"]), int(week["week"] or week["week_"]), written)
        ways: list[Callable[[str, str], str | None]] = [self._point_or_none, self._bounded, self._span, self._one_of]
        for way in ways:
            if edtf := way(words, written):
                return edtf
        # Nothing fits: the plain reading says best what is wrong.
        return self._point(words, written).edtf(written)

    def _point_or_none(self, words: str, written: str) -> str | None:
        try:
            return self._point(words, written).edtf(written)
        except (AmbiguousDate, _NoSuchDay):
            raise
        except InvalidEDTF:
            return None

    def _bounded(self, words: str, written: str) -> str | None:
        """Read "before 1940", "since June 2024"."""
        bounded = _BOUNDED.fullmatch(words)
        match = bounded or _STILL.fullmatch(words) or _OR_BEYOND.fullmatch(words)
        if match is None:
            return None
        try:
            point = self._point(match["rest"], written)
        except (AmbiguousDate, _NoSuchDay):
            raise
        except InvalidEDTF:
            return None
        edtf = point.edtf(written)
        interval = parse(edtf)
        first, last = edtf.split("/") if "/" in edtf else (edtf, edtf)
        if bounded is None:
            return f"../{last}" if match.groupdict().get("before") else f"{first}/.."
        if bounded["since"]:
            return f"{first}/.."
        if bounded["until"]:
            return f"../{last}"
        if bounded["before"]:
            if interval.earliest == date.min:
                raise refused(written)
            return f"../{_just_outside(first, interval, -1)}"
        if interval.latest == date.max:
            raise refused(written)
        return f"{_just_outside(last, interval, 1)}/.."

    def _span(self, words: str, written: str) -> str | None:
        """Read "18-20 June 2024", "between May and July 2024", "du 18 au 20 juin 2024"."""
        if years := _YEAR_SPAN.fullmatch(words):
            first = int(years["first"])
            last = int(years["last"] if len(years["last"]) == 4 else years["first"][:2] + years["last"])
            if years["winter"]:
                return f"{first}-12/{last}-02" if last == first + 1 else None
            return f"{first}/{last}" if first < last else None
        for pattern in (_BETWEEN, _FROM_TO):
            if (ends := pattern.fullmatch(words)) and (edtf := self._between(ends["first"], ends["last"], written)):
                return edtf
        for join in _JOINS:
            for at in join.finditer(words):
                if edtf := self._between(words[: at.start()], words[at.end() :], written):
                    return edtf
        return None

    def _between(self, first_words: str, last_words: str, written: str) -> str | None:
        # Where one end settles which number is the month, it settles the other end too.
        order = self.order or day_order((first_words, last_words))
        reader = self if order == self.order else _Words(order, self.today)
        try:
            first, last = reader._point(first_words, written), reader._point(last_words, written)
            first, last = first.completed(last), last.completed(first)
            if last.is_doubted and not first.is_doubted and last_words.endswith("?"):
                first = replace(first, is_doubted=True)
            if first.is_about and not last.is_about:
                last = replace(last, is_about=True)
            start, end = first.edtf(written), last.edtf(written)
        except (AmbiguousDate, _NoSuchDay):
            raise
        except InvalidEDTF:
            return None
        start, end = start.split("/")[0], end.split("/")[-1]
        if parse(start).earliest > parse(end).latest:
            raise _NoSuchDay(
                gettext_noop('The date "%(written)s" ends before it begins. Swap its two ends.'), written=written
            )
        return f"{start}/{end}"

    def _one_of(self, words: str, written: str) -> str | None:
        """Read "2024 or 2025" as a set of which one holds (ISO 8601-2, 4.7)."""
        parts = _ALTERNATIVES.split(words)
        if not 2 <= len(parts) <= 6:
            return None
        try:
            points = [self._point(part, written) for part in parts]
            points = [point.completed(points[-1]).completed(points[0]) for point in points]
            each = [point.edtf(written) for point in points]
        except (AmbiguousDate, _NoSuchDay):
            raise
        except InvalidEDTF:
            return None
        return f"[{','.join(edtf.replace('/', '..') for edtf in each)}]"

    def _point(self, words: str, written: str) -> _Point:
        """Read one date, each word of it."""
        words, time = self._without_time(words.strip(" ,;."))
        if words.startswith("-") or words.endswith("-"):
            raise refused(written)
        rest, around = _without_words_around(words)
        if point := self._in_numbers(rest, written):
            for word in around:
                point = self._with_word(point, word, written)
        else:
            point = self._in_words(words, written)
        return replace(point, time=time) if time else point

    def _without_time(self, words: str) -> tuple[str, str]:
        """Take a time of day off either end, as EDTF writes it ("05:12:00+01:00")."""
        offset = ""
        rest = words
        if zone := _ZONE.search(rest):
            hours = _ZONES[zone["zone"]]
            offset = f"+{hours:02d}:00" if hours else "Z"
            rest = rest[: zone.start()]
        elif shift := _OFFSET.search(rest):
            offset = f"{shift['sign']}{shift['hours']}:{shift['minutes']}"
            rest = rest[: shift.start()]
        for clock in (_CLOCK_AFTER.search(rest), _MILITARY_AFTER.search(rest)):
            if clock and self._is_clock(clock) and (before := rest[: clock.start()].strip(" ,")):
                return before, self._time(clock, offset)
        if not offset:
            for clock in (_MILITARY.match(rest), _CLOCK_BEFORE.match(rest)):
                # "1830 to 1840" and "1936 June" begin with a year: a time needs a whole date with a year after it.
                after = rest[clock.end() :] if clock else ""
                if clock and self._is_clock(clock) and re.search(r"(?<!\d)[12]\d{3}(?!\d)", after):
                    zulu = "Z" if clock.groupdict().get("unit") == "z" else ""
                    return after, self._time(clock, zulu)
        return words, ""

    @staticmethod
    def _is_clock(clock: re.Match[str]) -> bool:
        """Tell a time from a number: it has minutes, or "am", or its unit."""
        parts = clock.groupdict()
        return bool(parts["minute"] or parts.get("half") or re.search(r"\d\s?(?:hrs?|hours|uhr|uur|h)\b", clock[0]))

    @staticmethod
    def _time(clock: re.Match[str], offset: str) -> str:
        parts = clock.groupdict()
        hour, minute, second = int(parts["hour"]), parts["minute"] or "00", parts.get("second") or "00"
        if half := parts.get("half"):
            if not 1 <= hour <= 12:
                raise InvalidEDTF(gettext_noop('"%(written)s" is no time of the day.'), written=clock[0].strip())
            hour = hour % 12 + (12 if half.startswith("p") else 0)
        return f"{hour:02d}:{minute}:{second}{offset}"

    def _in_numbers(self, words: str, written: str) -> _Point | None:
        """Read a date of numbers alone: "18/06/2024", "2024:06:18", "20240618", "06/2024", "Q2 2024"."""
        if numbers := _YEAR_FIRST.fullmatch(words) or _COMPACT.fullmatch(words):
            return self._numbered(int(numbers["year"]), int(numbers["month"]), int(numbers["day"]), written)
        if numbers := _YEAR_LAST.fullmatch(words):
            return self._year_last(numbers, written)
        if numbers := _MONTH_OF_YEAR.fullmatch(words):
            month = int(numbers["month"] or numbers["month_"])
            if 1 <= month <= 12:
                return _Point(year=int(numbers["year"] or numbers["year_"]), month=month)
        return None

    @staticmethod
    def _numbered(year: int, month: int, day: int, written: str) -> _Point:
        try:
            date(year, month, day)
        except ValueError as error:
            raise _NoSuchDay(gettext_noop('"%(written)s" is no day of the calendar.'), written=written) from error
        return _Point(year=year, month=month, day=day)

    def _year_last(self, numbers: re.Match[str], written: str) -> _Point:
        one, two = int(numbers["one"]), int(numbers["two"])
        year = int(numbers["year"]) if len(numbers["year"]) == 4 else self._whole_year(int(numbers["year"]))
        if len(numbers["year"]) == 2 and numbers["by"] == "-" and self.order is None and one > 12:
            # With hyphens the year may stand first, as ISO 8601 had it until 2000: 18-06-24.
            first = self._whole_year(one)
            if 1 <= two <= 12 and 1 <= int(numbers["year"]) <= 31 and (first, int(numbers["year"])) != (year, one):
                self._refuse_ambiguous(
                    written, f"{year:04d}-{two:02d}-{one:02d}", f"{first:04d}-{two:02d}-{int(numbers['year']):02d}"
                )
        if one > 12 or two > 12 or one == two:
            day, month = (two, one) if two > 12 else (one, two)
            return self._numbered(year, month, day, written)
        if self.order is None:
            self._refuse_ambiguous(written, f"{year:04d}-{two:02d}-{one:02d}", f"{year:04d}-{one:02d}-{two:02d}")
        day, month = (one, two) if self.order == "DMY" else (two, one)
        return self._numbered(year, month, day, written)

    @staticmethod
    def _refuse_ambiguous(written: str, *readings: str) -> NoReturn:
        try:
            first, second = (parse(edtf) for edtf in readings)
        except InvalidEDTF as error:
            raise _NoSuchDay(gettext_noop('"%(written)s" is no day of the calendar.'), written=written) from error
        raise AmbiguousDate(
            gettext_noop(
                '"%(written)s" can be %(first)s or %(second)s. Write it as YYYY-MM-DD, or with the month\'s name.'
            ),
            readings=(readings[0], readings[1]),
            written=written,
            first=first,
            second=second,
        )

    def _whole_year(self, short: int) -> int:
        """Complete a year of two digits to the latest that does not lie ahead."""
        century = self.today.year // 100 * 100
        return century + short if century + short <= self.today.year else century - 100 + short

    def _in_words(self, words: str, written: str) -> _Point:
        """Read a date that has words; each is used or refused."""
        point = _Point()
        whole = words
        for pattern, read in ((_QUARTER, _quarter), (_HALF, _half), (_DECADE, _decade), (_CENTURY, _century)):
            if match := re.search(rf"(?<![\w])(?:{pattern.pattern})(?!\w)", whole):
                point = read(point, match)
                whole = f"{whole[: match.start()]} {whole[match.end() :]}"
                break
        numbers: list[tuple[str, int]] = []
        day_before_month = False
        at = 0
        while at < len(whole):
            token = _TOKEN.match(whole, at)
            if token is None:
                raise _not_understood(written, whole[at : at + 12].split(" ")[0])
            at = token.end()
            if token["word"] or token["mark"]:
                word = token["word"] or token["mark"]
                following = _NEXT_WORD.match(whole, at)
                # French "mi-juin"; before the number of a day it is a German Wednesday.
                is_middle = word == "mi" and not numbers and following and following[1] in _MONTHS
                point = self._with_word(point, "mid" if is_middle else word, written)
            elif token["day"]:
                numbers.append(("day", int(token["day"])))
                day_before_month = point.month is None
            elif token["short"]:
                numbers.append(("year", self._whole_year(int(token["short"]))))
            elif token["number"] and len(token["number"]) > 2:
                numbers.append(("year", _year_of(token["number"], written)))
            elif token["number"] and point.month and len(numbers) == 1 and day_before_month:
                # "18-Jun-24": two digits are a year where the month parts them from the day, and nowhere else.
                numbers.append(("year", self._whole_year(int(token["number"]))))
            elif token["number"]:
                numbers.append(("day", int(token["number"])))
                day_before_month = point.month is None
        return self._with_numbers(point, numbers, written)

    @staticmethod
    def _with_word(point: _Point, word: str, written: str) -> _Point:
        def once(name: str, value: Any) -> _Point:
            if getattr(point, name) not in (None, "", False):
                raise _not_understood(written, word)
            return replace(point, **{name: value})

        if word in _MONTHS:
            return once("month", _MONTHS[word])
        if word in _WEEKDAYS:
            return once("weekday", _WEEKDAYS[word])
        if word in _SEASONS:
            return once("season", _SEASONS[word])
        if word in _ABOUT:
            return once("is_about", True)
        if word in _DOUBT:
            return replace(point, is_doubted=True)
        for third, names in (("early", _EARLY), ("mid", _MIDDLE), ("late", _LATE)):
            if word in names:
                return once("third", third)
        if word in _NIGHTS:
            return once("is_night", True)
        if word in _DAY_PARTS or word in _FILLERS:
            return point
        raise _not_understood(written, word)

    def _with_numbers(self, point: _Point, numbers: list[tuple[str, int]], written: str) -> _Point:
        """Give each number its place, which has to be free."""
        for kind, number in numbers:
            has_year = point.year is not None or point.decade is not None or point.century is not None
            if kind == "year" and not has_year:
                point = replace(point, year=number)
            elif kind == "day" and point.day is None and 1 <= number <= 31:
                point = replace(point, day=number)
            else:
                raise _not_understood(written, str(number))
        has_span = point.season or point.quarter or point.half or point.decade is not None or point.century is not None
        if has_span and (point.month or point.day):
            raise refused(written)
        if point.third and (point.day or point.season or point.quarter or point.half or point.century is not None):
            raise refused(written)
        if (point.weekday is not None or point.is_night) and point.day is None:
            raise InvalidEDTF(
                gettext_noop('"%(written)s" names no day of a month. Write it with its date, such as 18 June 2024.'),
                written=written,
            )
        if not numbers and not has_span and point.month is None:
            raise refused(written)
        return point


def _without_words_around(words: str) -> tuple[str, list[str]]:
    """Take off what stands before and behind a date of numbers: "Tuesday 18/06/2024 (approx)"."""
    around = _WORDS_AROUND.fullmatch(words)
    if around is None:
        return words, []
    return around["numbers"], re.findall(r"[a-z']+|[?~]", around["before"] + around["behind"])


def _year_of(digits: str, written: str) -> int:
    if len(digits) == 4 and 1000 <= int(digits) <= 2999:
        return int(digits)
    raise _not_understood(written, digits)


def _quarter(point: _Point, match: re.Match[str]) -> _Point:
    return replace(point, quarter=int(match["number"] or match["ordinal"]))


def _half(point: _Point, match: re.Match[str]) -> _Point:
    is_second = match["number"] == "2" or match["ordinal"] in ("second", "2nd", "zweite", "tweede")
    return replace(point, half=2 if is_second else 1)


def _decade(point: _Point, match: re.Match[str]) -> _Point:
    return replace(point, decade=int(match["decade"] or match["decade_"]))


def _century(point: _Point, match: re.Match[str]) -> _Point:
    roman = match["roman"] or match["roman_"]
    number = _ROMAN_CENTURIES.get(roman, 0) if roman else int(match["number"] or match["number_"])
    if not 1 <= number <= 21:
        raise refused(match[0])
    return replace(point, century=number)


def _in_usual_order(words: str) -> str:
    """Write what stands in an order of its own as the rest is: times behind the date, months as numbers or names."""
    if compact := _COMPACT_TIME.fullmatch(words):
        year, month, day, hour, minute, second, zone = compact.groups(default="")
        return f"{year}-{month}-{day}t{hour}:{minute}:{second or '00'}{zone}"
    if within := _TIME_WITHIN.fullmatch(words):
        return f"{within['day']} {within['year']} {within['clock']}{within['zone'] or ''}"
    if days := _DAYS_OF_ONE_YEAR.fullmatch(words):
        return f"{days[1]}{days[3]}{days[4]} - {days[2]}"
    return _ROMAN_MONTH.sub(
        lambda month: f"{month[1]} {_MONTH_NAMES[_ROMAN[month[2]] - 1].split()[0]} {month[3]}", words
    )


def _week(year: int, number: int, written: str) -> str:
    """Return the days of a week of ISO 8601, which begins with its Monday."""
    try:
        first = date.fromisocalendar(year, number, 1)
        return f"{first}/{date.fromisocalendar(year, number, 7)}"
    except ValueError as error:
        raise _NoSuchDay(
            gettext_noop('"%(written)s" names a week that its year does not have.'), written=written
        ) from error


def _just_outside(edtf: str, interval: DateInterval, side: int) -> str:
    """Return the day next to the interval; the year or month next to it where those bound it."""
    edge = interval.earliest if side < 0 else interval.latest
    day = date.fromordinal(edge.toordinal() + side)
    plain = edtf.rstrip("?~%")
    if re.fullmatch(r"\d{4}|\d{3}X|\d\dXX", plain):
        return f"{day.year:04d}"
    return f"{day.year:04d}-{day.month:02d}" if re.fullmatch(r"\d{4}-\d\d", plain) else str(day)


def _not_understood(written: str, word: str) -> InvalidEDTF:
    if word == _plain(written):
        return refused(written)
    if re.search(r"\d:\d|t\d", _plain(written)) and (":" in word or word == "t"):
        clocks = [(int(hour), int(minute)) for hour, minute in re.findall(r"(\d{1,9}):(\d{1,9})", written)]
        if any(hour > 23 or minute > 59 for hour, minute in clocks):
            sentence = gettext_noop(
                '"%(written)s" has a time that no clock shows. Write it as 05:12, from 00:00 to 23:59.'
            )
        else:
            sentence = gettext_noop(
                'The time in "%(written)s" is not understood. Write it behind the date, such as 2024-06-18 05:12.'
            )
        return InvalidEDTF(sentence, written=written[:60])
    shown = written if len(written) <= 60 else f"{written[:57]}..."
    sentence = gettext_noop(
        '"%(word)s" in "%(written)s" is not understood as part of a date. Write 2024-06-18, June 2024, or c. 1936.'
    )
    return InvalidEDTF(sentence, word=word.strip(), written=shown)


def _plain(text: str) -> str:
    """Lower-case, without accents, one kind of dash and apostrophe, single spaces."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    bare = re.sub(r"[‐‑‒–—−]", "-", bare)
    # Cataloguers put what they supply themselves into brackets.
    bare = bare.translate({ord("["): "(", ord("]"): ")"})
    return " ".join(re.sub(r"[’ʼ`´]", "'", bare).split()).strip(" ,;.\"'")
