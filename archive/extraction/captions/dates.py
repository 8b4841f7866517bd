"""
Find the dates of a caption and give each as EDTF.

Days without a year, weekdays and words as "yesterday" resolve against the publication day, into the past unless the
words look ahead. What would need a publication day and has none is left out.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from archive.extraction.captions.calendars import CALENDARS, Names
from archive.extraction.captions.holidays import day_of, holiday_pattern
from archive.extraction.captions.openings import first_words
from archive.extraction.captions.words import MOST_MENTIONS, Word, fold, touches

_ORDINAL = r"(?:st|nd|rd|th|er|re|\.|º|°)?"
_NUMBERS = {
    word: number
    for number, words in enumerate(
        ("a un une ein einem einer een un'uno una", "two deux zwei twee due dos", "three trois drei drie tre tres",
         "four quatre vier quattro cuatro", "five cinq fünf vijf cinque cinco", "six sechs zes sei seis",
         "seven sept sieben zeven sette siete", "eight huit acht otto ocho", "nine neuf neun negen nove nueve",
         "ten dix zehn tien dieci diez"), start=1)
    for word in words.split()
} | {"an": 1, "one": 1}  # fmt: skip
_TIME_12 = re.compile(r"(?P<h>\d{1,2})(?:[:.](?P<m>\d\d))?\s?(?P<ap>[ap])\.?m\b\.?", re.IGNORECASE)
_TIME_24 = re.compile(
    r"(?P<h>[01]?\d|2[0-4])(?:[:.](?P<m>[0-5]\d)(?!\d|[./]\d)(?:\s?(?:hrs|hours|horas|uur|Uhr|GMT|BST|CET|h\b))?"
    r"|\s?(?:heures?|h|Uhr|uur)(?:\s?(?P<m2>[0-5]\d))?\b|(?P<m3>[0-5]\d)\s?(?:hrs?|hours|h|GMT|BST|UTC|Z)\b)"
)
_NOON = re.compile(r"\b(?:noon|midday)\b", re.IGNORECASE)
_ABOUT_TIME = re.compile(
    r"(?:around|about|by|shortly|just|soon|after|before|alentours|vers|gegen|nach|vor|rond|na|voor|tegen|verso|"
    r"dopo|prima|"
    r"sobre|hacia|después|antes|peu|from)\b",
    re.IGNORECASE,
)
_AHEAD = {
    language: re.compile(rf"\b(?:{words})\b|\b(?:by|before|avant|d['’]ici)\s+(?:the )?$", re.IGNORECASE)
    for language, words in {
        "en": r"will|join us|due|planned|scheduled|upcoming|expected|ahead of|to be (?:\w+ed|\w{3,}en|held|"
        r"built|sold|"
        r"torn)|later|"
        r"shall|set to|until|forthcoming|deadline|on the eve of",
        "fr": r"prévue?s?|prochaine?s?|aura|auront|sera|seront|ira|iront|(?<!au )rendez-vous|doit|doivent|"
        r"jusqu['’]\w+|d['’]ici|à la veille d\w*",
        "de": r"soll|sollen|geplant|erwartet|bis|voraussichtlich|stattfinden",
        "nl": r"zal|zullen|gepland|verwacht|tot|moet|moeten",
        "it": r"\w{2,}r(?:à|anno)|previst\w|entro|fino|prossim\w",
        "es": r"\w{2,}(?:[aei]rá|drá)n?|previst\w|hasta|habrá|próxim\w",
    }.items()
}
# The French future shows in the ending.
_FUTURE_FR = re.compile(r"\b\w{2,}(?:dra|dront|sera|seront|aura|auront|[^aeiou]era|eront|ira|iront)\b")
# A caption names its own year in many names of events; those years are no dates.
_YEAR_OF_NAME = re.compile(
    r"(?:Euro|Cup|Games|Olympics|Olympiques|Paris|London|Jeux|Coupe|Copa|World|EURO|Week|Show|Festival|Fair|"
    r"Windows|Agenda|Vision|Brexit)\s$"
)
_YEAR_LEAD = re.compile(
    r"(?:\b(?:in|since|until|till|by|of|from|von|uit|al|entstand|en|depuis|de|dès|fin|début|au|à|an|im|seit|"
    r"sinds|nel|dal|del|desde|"
    r"during|this|aus|van|"
    r"before|after|avant|après|late|early|circa|around|about|vers|um|rond|omstreeks|hacia|verso|ca?\.|country|"
    r"archives?|between|entre|zwischen|tussen|tra(?: il)?|fra(?: il)?|"
    r"taken|dated|jahre?|jaar|anno|année|año|and|et|und|y|e|to)\s+|[(\[,;:–-]\s*|^\s*|\n\s*)$",
    re.IGNORECASE,
)
_NOT_YEAR_AFTER = re.compile(
    r"\s?(?:%|(?:people|migrants|personnes|men|women|troops|euros?|metres|kilometres|kg|km|m|jobs|"
    r"pounds|dollars|boats|homes|arrivals|crossings|deaths)\b)",
    re.IGNORECASE,
)
_DECADE = re.compile(r"(?:(?P<y>(?:1[89]|20)\d)0['’]?(?:s|er)|(?P<tens>[1-9])0er(?=[ -]Jahre))\b", re.IGNORECASE)
# "Circa 1890", "c 1890", "um 1930": in any language, for archives mix them.
_ABOUT_YEAR = re.compile(
    r"(?:^|(?<=[\s(\[]))(?:(?:around|about|circa|c|ca|c\.a|approx|approximately|vers|autour de|env|environ|um|etwa|"
    r"ungefähr|rond|omstreeks|ong|ongeveer|hacia|sobre|alrededor de|h|verso(?: il)?|intorno al|attorno al|"
    r"v)\b\.?|±)\s*$",
    re.IGNORECASE,
)
_UNCERTAIN_BEHIND = re.compile(r"\s?(?:\(\?\)|\?(?!\w))")
# "anni Cinquanta", "les années 50", "the fifties", "fünfziger Jahre": of the last century.
_TENS = {
    name: number
    for number, names in {
        2: "twenties vingt zwanziger twintig venti veinte 20", 3: "thirties trente dreißiger dertig trenta treinta 30",
        4: "forties quarante vierziger veertig quaranta cuarenta 40",
        5: "fifties cinquante fünfziger vijftig cinquanta cincuenta 50",
        6: "sixties soixante sechziger zestig sessanta sesenta 60",
        7: "seventies soixante-dix siebziger zeventig settanta setenta 70",
        8: "eighties quatre-vingt quatre-vingts achtziger tachtig ottanta ochenta 80",
        9: "nineties quatre-vingt-dix neunziger negentig novanta noventa 90",
    }.items()
    for name in names.split()
}  # fmt: skip
_DECADE_OF_YEAR = re.compile(
    r"(?:(?:les\s+)?années|(?:gli\s+)?anni|años|(?:de\s+)?jaren|década de|décennie)\s+"
    r"(?P<y>(?:1[89]|20)\d)0\b(?!\s?[-–/]\s?\d)",
    re.IGNORECASE,
)
_CIRCA_BEHIND = re.compile(
    r",?\s+\(?(?:circa|ca\.?|approx\.?|environ|ungefähr|ongeveer|aproximadamente)(?!\w)\)?", re.IGNORECASE
)
_CIRCA_GLUED = re.compile(r"(?P<circa>ca?)1[5-9]\d\d", re.IGNORECASE)
# "That evening", "ce soir-là": some other evening.
_FAR = re.compile(r"-l[àa]\b")
_BY_TENS = "|".join(sorted(_TENS, key=len, reverse=True))
_TENS_ALONE = "|".join(name for name in _TENS if name.endswith(("ies", "iger")))
_DECADE_NAMED = re.compile(
    rf"(?:(?:années|anni|años|jaren|década de los)\s+['’]?(?P<n>{_BY_TENS})\b|(?P<n2>{_TENS_ALONE})\b)", re.IGNORECASE
)
_ISO = re.compile(
    r"(?P<y>(?:1[89]|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?:[T ](?P<h>\d\d):(?P<mi>\d\d)(?::(?P<s>\d\d))?)?\b"
)
_NUMERIC = re.compile(r"(?P<d>\d{1,2})(?P<sep>[/.-])(?P<m>\d{1,2})(?P=sep)(?P<y>(?:1[89]|20)\d\d|(?<!-)\d\d)(?!\d|-\d)")
# "Am 17.06. vor Dover"
_DAY_POINT_MONTH = re.compile(r"(?P<d>\d{1,2})\.(?P<mon>\d{1,2})\.(?!\d)")
_SHORT_YEAR = re.compile(r"\b(?:in|of|im|en|nel|de|van)\s['’]$")
_TWO_DIGITS = re.compile(r"\d\d\b")
# A year of two digits lies in the years up to this one, or the publication's.
_LATEST_SHORT_YEAR = 2030
# "At 5 am this morning, 18 June" is a time, a stretch of the day and a date; nothing is said in more steps.
_MOST_STEPS = 3
_ARTICLE_BEFORE = re.compile(r"\b(?:the|of the|la|le|les)\s$")
_LAST_WORD = re.compile(r"(\w+)\s$")
_UNCERTAIN = re.compile(
    r"\b(?:probably|perhaps|possibly|presumably|(?:believed|thought|said) to (?:be|date from)|probablement|"
    r"sans doute|"
    r"peut-être|wahrscheinlich|vermutlich|"
    r"wohl|waarschijnlijk|vermoedelijk|probabilmente|forse|probablemente|quizás?)\s+(?:in |en |nel |im )?$",
    re.IGNORECASE,
)
_BETWEEN_DAYS = re.compile(r"\s+(?:(?P<into>into)|between|from|on)?\s*(?=[A-Z\d])")
# "In der Nacht zu Freitag" begins on Thursday.
_NIGHT_TO = re.compile(r"\bNacht (?:zu|zum|auf)(?: den| diesen)?\s$|\bnacht op\s$")
_LETTERS = re.compile(r"\w+")
# "Halloween", "Noël" alone is a season and a style as well as a day; "Karfreitag" and "Boxing Day" are days.
_NAMES_A_SEASON = re.compile(r"[^\s-]+(?<!tag)(?<!abend)(?<!woch)(?<!dag)(?<!avond)", re.IGNORECASE)
_AT_A_TIME = re.compile(
    r"\b(?:on|at|over|since|until|this|last|during|à|le|de|du|pour|en|zu|an|am|über|seit|op|met|tijdens|a|ad|in|"
    r"il|per|di|"
    r"por|el|durante)\s+(?:l['’]|la\s+|het\s+)?$|\bl['’]$",
    re.IGNORECASE,
)
_SURNAME = re.compile(r"\s[A-ZÀ-Ý][a-zà-ÿ]")
_YEARS = re.compile(
    r"(?P<y>(?:1[89]|20)\d\d)(?:\s?[-–/]\s?(?P<y2>(?:1[89]|20)\d\d|\d\d)"
    r"|\s(?:and|to|et|à|und|bis|en|tot|e(?: il)?|y|a)\s(?P<y3>(?:1[89]|20)\d\d))?(?!\d|[.,]\d)"
)
# "Kiel 1930.": a label of a place and a year.
_NAME_BEFORE = re.compile(r"(?:^|[.\n]\s*|\s)([A-ZÀ-Ý][\w'’-]+)\s$")
_LABEL_ENDS = re.compile(r"\s*(?:$|[.\n;(]|[-–—]\s)")
_LABEL_ENDS_DE = re.compile(r"\s*(?:$|[.\n;(,)]|[-–—]\s|(?:in|bei|auf|am|vor|an|im|zu|mit|beim)\b)")
_BETWEEN_YEARS = re.compile(
    r"\b(?:between|from|entre|de|zwischen|von|tussen|van|tra(?: il)?|fra(?: il)?|dal)\s(?:c(?:a|irca)?\.?\s?)?$",
    re.IGNORECASE,
)


# "By Sunday evening the harbour had emptied"
_PAST_BEHIND = re.compile(r"[^.;]{0,60}?\b(?:had|was|were)\b")
# So far before a day may stand what counts from it.
_COUNTED_CHARACTERS = 120
_UNIT_STARTS = {
    "week": ("week", "semaine", "woche", "semana", "settiman"),
    "month": ("month", "mois", "monat", "maand", "mes"),
}
_NUMBER = r"\d{1,2}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True))
_COUNTED = {
    language: re.compile(rf"\b(?:{words.replace('NUMBER', _NUMBER)})\b", re.IGNORECASE)
    for language, words in {
        "en": r"(?P<years>NUMBER) years to the day (?:after|since)|(?:(?P<n>NUMBER) (?P<unit>days?|weeks?|"
        r"months?)|the (?:day|morning|night)) (?:after|"
        r"following|on from|"
        r"later than|(?P<before>before))",
        "fr": r"(?P<years>NUMBER) ans,? jour pour jour,? après|(?:(?P<n>NUMBER) (?P<unit>jours?|semaines?|"
        r"mois) (?:après|(?P<before>avant))|(?:le |"
        r"au )lendemain "
        r"d\w*|(?P<eve>la veille d\w*))",
        "de": r"(?:(?P<n>NUMBER) (?P<unit>Tage?n?|Wochen?|Monate?n?)|(?:am|der|den) Tag) (?:nach|"
        r"(?P<before>vor))",
        "nl": r"(?:(?P<n>NUMBER) (?P<unit>dag(?:en)?|we(?:ek|ken)|maand(?:en)?)|(?:de|op de) dag) (?:na|"
        r"(?P<before>voor))",
        "es": r"(?:(?P<n>NUMBER) (?P<unit>días?|semanas?|mes(?:es)?) (?:después|(?P<before>antes))|"
        r"al día siguiente) del?",
        "it": r"(?:(?P<n>NUMBER) (?P<unit>giorn[oi]|settiman[ae]|mes[ei])|il giorno) (?:dopo|"
        r"(?P<before>prima))",
    }.items()
}


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text: its span, its EDTF value, the rule that found it; `ahead` if its words look forward."""

    start: int
    end: int
    edtf: str
    rule: str
    resolved_against: str = ""
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    end: int
    edtf: str
    rule: str
    relative: bool = False
    ahead: bool = False
    start: int = -1


def find_dates(
    text: str, words: list[Word], *, language: str, published: date | None, skip: list[tuple[int, int]]
) -> list[DateMention]:
    """Return the first dates outside the spans to skip (credits; merged), in their order."""
    grammar = _grammar(language if language in CALENDARS else "en")
    triggers, found_so_far, position = grammar.triggers, [], 0
    for word in words:
        glued = _CIRCA_GLUED.fullmatch(word.text) if word.text[0] in "cC" else None
        if word.start < position or not (glued or word.text[0].isdigit() or word.folded in triggers):
            continue
        if touches(skip, word.start, word.start + 1):
            continue
        at = word.start + (len(glued["circa"]) if glued else 0)
        parsed = grammar.match(text, at, published)
        if parsed is None:
            continue
        start, end, edtf = grammar.extend(text, at if parsed.start < 0 else parsed.start, parsed, position)
        found_so_far.append(
            DateMention(
                start,
                end,
                edtf,
                parsed.rule,
                published.isoformat() if parsed.relative and published else "",
                parsed.ahead,
            )
        )
        position = end
        if len(found_so_far) == MOST_MENTIONS:
            break
    return found_so_far


def counted_from(text: str, mention: DateMention, *, language: str, opening: int) -> DateMention | None:
    """
    Return the day that words count from another day of the text: "three days after the sinking of 2 February".

    :param opening: the start of the sentence; words before it count nothing
    """
    day = mention.edtf[:10]
    if mention.start < opening or not re.fullmatch(r"\d{4}-\d\d-\d\d(?:T.*)?", mention.edtf):
        return None
    before = max(opening, mention.start - _COUNTED_CHARACTERS), mention.start
    grammar = _grammar(language if language in CALENDARS else "en")
    counted = next(reversed(list(grammar.counted.finditer(text, *before))), None)
    if counted is None or re.search(r"[.;]", text[counted.end() : mention.start]):
        return None
    groups = counted.groupdict()
    if years := groups.get("years"):
        # "50 years to the day after …"
        number = int(years) if years.isdigit() else _NUMBERS.get(years.lower(), 0)
        anniversary = _day(int(day[:4]) + number, day[5:7], day[8:10])
        if anniversary is None:
            return None
        edtf = f"{anniversary}"
    else:
        written = (groups.get("n") or "1").lower()
        number = int(written) if written.isdigit() else _NUMBERS.get(written, 1)
        sign = -1 if groups.get("before") or groups.get("eve") else 1
        edtf = _shifted(date.fromisoformat(day), sign * number, groups.get("unit") or "day")
    return DateMention(counted.start(), mention.end, edtf, "counted from another day", mention.resolved_against)


def _shifted(day: date, number: int, unit: str) -> str:
    unit = fold(unit)
    if unit.startswith(_UNIT_STARTS["week"]):
        return f"{day + timedelta(weeks=number)}"
    if unit.startswith(_UNIT_STARTS["month"]):
        return _month_from(day, number)
    return f"{day + timedelta(days=number)}"


def _alternatives(names: Names) -> str:
    return "|".join(sorted((name for group in names for name in group), key=len, reverse=True))


def _index(names: Names) -> dict[str, int]:
    return {fold(name): at for at, group in enumerate(names) for name in group}


class _Grammar:
    """The patterns of one language, made once."""

    def __init__(self, language: str) -> None:
        self.calendar = calendar = CALENDARS[language]
        self.ahead = _AHEAD[language]
        self.holiday, self.holiday_rules = holiday_pattern(language)
        self.holiday_words = first_words(self.holiday.pattern)
        self.counted = _COUNTED[language]
        self.months, self.weekdays = _index(calendar.months), _index(calendar.weekdays)
        month, day = _alternatives(calendar.months), rf"(?P<d>\d{{1,2}}){_ORDINAL}"
        weekday, joins, of = _alternatives(calendar.weekdays), calendar.joins, calendar.of
        before = rf"(?:(?P<on>{weekday})\b[.,]?(?:\s+{calendar.parts})?,?\s+(?:(?:le|den|the|el|dem)\s+)?)?"
        year = r"(?:,?\s+(?:de\s+|del\s+)?(?P<y>(?:1[5-9]|20)\d\d)\b(?!\s?[-–]\s?\d))"
        mon = rf"(?P<mon>{month})\b"
        last = rf"(?:\s+(?P<last>{calendar.last_after}))"
        nxt = rf"(?:\s+(?P<next>{calendar.next_after}))"
        before_last = rf"(?:,?\s+(?P<lastyear>{calendar.last_year}))"
        tail = rf"(?:{year}|{before_last}\b|{last}(?!\w)|{nxt}\b)?"

        def compiled(pattern: str) -> re.Pattern[str]:
            return re.compile(pattern, re.IGNORECASE)

        self.meanings = tuple(calendar.spans.values())
        self.spans = compiled(rf"(?:{'|'.join(f'({words})' for words in calendar.spans)})\b")
        self.range_days = compiled(
            rf"{before}{day}\s*(?:{joins})\s*(?:(?:{weekday})\s+)?(?P<d2>\d{{1,2}}){_ORDINAL}\s+(?:{of}\s+)?{mon}\.?{tail}"
        )
        self.range_months = compiled(
            rf"{before}{day}\s+(?:{of}\s+)?{mon}\.?(?:\s+(?P<y>\d{{4}}))?\s*(?:{joins})\s*(?:le\s+|the\s+)?"
            rf"(?:(?:{weekday})\s+)?(?P<d2>\d{{1,2}}){_ORDINAL}\s+(?:{of}\s+)?(?P<mon2>{month})\b\.?(?:,?\s+(?P<y2>\d{{4}})\b)?"
        )
        self.range_month_first = compiled(
            rf"{before}{mon}\.?\s+{day}\s*(?:{joins})\s*(?:(?P<mon2>{month})\b\.?\s+)?(?P<d2>\d{{1,2}})\b{_ORDINAL}(?!:){year}?"
        )
        self.day_month = compiled(rf"{before}{day}(?:\s+(?:{of}\s+)?|-){mon}(?:\.(?=,?\s+\d))?{tail}")
        self.holiday_tail = compiled(
            rf"(?:\s+{calendar.parts})?(?:(?:,|\s+in|\s+of|\s+del?)?\s+(?P<y>(?:1[5-9]|20)\d\d)\b|{before_last}\b)?"
        )
        self.month_day = compiled(
            rf"{before}{mon}\.?\s+(?:the\s+)?(?P<d>\d{{1,2}})(?!\d|:\d)(?:st|nd|rd|th)?(?!,\d|\s?[ap]m\b){year}?"
        )
        self.month_year = compiled(rf"{mon}\.?(?:,?\s+|\s+{of}\s+)(?P<y>(?:1[5-9]|20)\d\d)\b")
        self.range_of_months = compiled(
            rf"{mon}\s*(?:{joins})\s*(?P<mon2>{month})\b(?:\s+(?:{of}\s+)?(?P<y>(?:1[5-9]|20)\d\d)\b)?"
        )
        # "Mar", "sep" alone are words.
        whole = "|".join(name for names in calendar.months for name in names if name == names[0] or len(name) > 4)
        self.month = compiled(rf"(?P<mon>{whole})\b(?!\s+\d)(?:{before_last}\b|{last}(?!\w)|{nxt}\b)?")
        self.part_of = compiled(
            rf"(?:(?P<early>{calendar.early})|(?P<middle>{calendar.middle})|(?P<late>{calendar.late}))[\s-]*"
            rf"(?:(?:de |d['’]|van |di |of )\s*)?(?:{mon}(?:,?\s+(?:de\s+)?(?P<y>(?:1[5-9]|"
            rf"20)\d\d)\b)?|(?P<only>(?:1[89]|20)\d\d)\b)"
        )
        self.last_weekday = compiled(rf"(?:{calendar.last_before})\s+(?P<wd>{weekday})\b(?:\s+{calendar.parts}\b)?")
        self.next_weekday = compiled(rf"(?:{calendar.next_before})\s+(?P<wd>{weekday})\b(?:\s+{calendar.parts}\b)?")
        self.this_weekday = compiled(rf"(?:{calendar.this_before})\s+(?P<wd>{weekday})\b(?:\s+{calendar.parts}\b)?")
        self.last_month = compiled(
            rf"(?:(?P<last>{calendar.last_before})|(?P<next>{calendar.next_before})|"
            rf"(?:{calendar.this_before}))\s+{mon}"
        )
        self.weekdays_range = compiled(
            rf"(?P<wd>{weekday})(?:\s+{calendar.parts})?\s*(?:{joins}|into|or)\s*(?P<wd2>{weekday})\b"
            rf"(?:\s+{calendar.parts}\b)?"
        )
        glue = r"\s*" if calendar in (CALENDARS["de"], CALENDARS["nl"]) else r"\s+"
        self.weekday = compiled(
            rf"(?P<wd>{weekday})(?:{glue}{calendar.parts})?\b(?:\s+(?P<last>{calendar.last_after})\b|"
            rf"\s+(?P<next>{calendar.next_after})\b|"
            rf",?\s(?:the\s)?(?P<dom>\d{{1,2}}){_ORDINAL}(?![\w%]|[.:,/-]\d|\s?[a-z(]))?"
        )
        spring, summer, autumn, winter = calendar.seasons
        season = rf"(?:(?P<s1>{spring})|(?P<s2>{summer})|(?P<s3>{autumn})|(?P<s4>{winter}))\b"
        self.season = compiled(
            rf"(?:(?P<lastb>{calendar.last_before})\s+|(?P<thisb>{calendar.this_before})\s+|"
            rf"l['’](?=\w+\s(?:{calendar.last_after})\b))?{season}"
            rf"(?:,?\s+(?:of\s+|del?\s+|van\s+)?(?P<y>(?:1[5-9]|20)\d\d)(?:\s?[-–/]\s?(?:\d\d){{1,2}})?\b|"
            rf"\s+(?P<last>{calendar.last_after}|{calendar.last_year})\b)?"
        )
        numbers = r"\d{1,2}|" + "|".join(_NUMBERS)
        units = "|".join(f"({unit})" for unit in calendar.units)
        self.ago = compiled(calendar.ago.replace("NUMBER", numbers).replace("UNIT", rf"(?:{units})\b"))
        self.month_lead = compiled(rf"(?:(?:^|(?<![\w]))(?:{calendar.month_lead})\s*)$")
        self.since = compiled(rf"\b(?:{calendar.since})\s+$")
        self.clock = compiled(calendar.clock)
        self.time_joins = compiled(
            r"\s*(?:,\s*|\(local time\)\s*)?(?:(?:on|le|am|op|el|del?|di|ce|of|von|van|"
            r"du)\s+)?(?:the\s+)?"
        )
        self.week_of = compiled(r"\s*,?\s*(?:(?:of|de|d['’]|der|van|della|in)\s+)?")
        # The words at which anything is tried.
        worded = (self.spans, self.day_month, self.month_day, self.weekday, self.part_of, self.last_weekday,
                  self.next_weekday, self.this_weekday, self.last_month, self.season, self.ago, _NOON, _DECADE_NAMED,
                  _DECADE_OF_YEAR)  # fmt: skip
        self.triggers = self.holiday_words.union(*(first_words(pattern.pattern) for pattern in worded))

    # -- one try at one place -------------------------------------------------------------------------------------

    def match(self, text: str, at: int, published: date | None, *, step: int = 1) -> _Found | None:
        """Try all forms that may begin here, the longest first; "the night to Friday" begins on Thursday."""
        if step > _MOST_STEPS:
            return None
        parsed = self._match(text, at, published, step)
        if parsed and re.fullmatch(r"\d{4}-\d\d-\d\d", parsed.edtf) and _NIGHT_TO.search(text, max(0, at - 24), at):
            return _night(parsed, -1)
        return parsed

    def _match(self, text: str, at: int, published: date | None, step: int) -> _Found | None:
        if parsed := self._holiday(text, at, published):
            return parsed
        if (text[at].isalpha() and (m := _DECADE_NAMED.match(text, at))) and (
            tens := _TENS.get((m["n"] or m["n2"]).lower())
        ):
            return _Found(m.end(), f"19{tens}X", "decade")
        if text[at].isalpha() and (m := _DECADE_OF_YEAR.match(text, at)):
            return _Found(m.end(), f"{m['y']}X", "decade")
        if text[at].isdigit():
            return self._match_digits(text, at, published, step)
        return self._match_words(text, at, published, step)

    def _match_digits(self, text: str, at: int, published: date | None, step: int) -> _Found | None:
        if at and (text[at - 1] in "£$€#@" or (text[at - 1] in ",." and at > 1 and text[at - 2].isdigit())):
            return None
        if m := _ISO.match(text, at):
            if day := _day(m["y"], m["m"], m["d"]):
                time = f"T{m['h']}:{m['mi']}:{m['s'] or '00'}" if m["h"] and int(m["h"]) < 24 else ""
                return _Found(m.end(), day.isoformat() + time, "iso")
            return None
        if m := _NUMERIC.match(text, at):
            year = m["y"] if len(m["y"]) == 4 else _whole_year(m["y"], published)
            day = _day(year, m["m"], m["d"]) or _day(year, m["d"], m["m"])
            return self._with_time(text, m.end(), day, "numeric", False, published) if day else None
        if parsed := self._ranges(text, at, published):
            return parsed
        if m := self.day_month.match(text, at):
            return self._dated(text, at, m, published)
        if self.calendar is CALENDARS["de"] and published and (m := _DAY_POINT_MONTH.match(text, at)):
            year = self._year_of(text, at, min(max(int(m["mon"]), 1), 12), int(m["d"]), m, published)
            day = _day(year or 0, m["mon"], m["d"])
            return _Found(m.end() - 1, day.isoformat(), "day and month", True) if day else None
        if _SHORT_YEAR.search(text, max(0, at - 6), at) and (m := _TWO_DIGITS.match(text, at)):
            return _Found(m.end(), _whole_year(m[0], published), "year")
        if m := self.ago.match(text, at):
            return self._ago(m, published)
        for pattern in (_TIME_12, _TIME_24):
            if m := pattern.match(text, at):
                return self._time_then_date(text, at, m, published, step)
        return self._years(text, at, published)

    def _match_words(self, text: str, at: int, published: date | None, step: int) -> _Found | None:
        if (m := self.spans.match(text, at)) and m.lastindex:
            meaning = self.meanings[m.lastindex - 1]
            return None if _FAR.match(text, m.end()) else self._span(text, m, meaning, published, step)
        if self._begins_name(text, at):
            if parsed := self._ranges(text, at, published):
                return parsed
            for pattern in (self.day_month, self.month_day):
                if m := pattern.match(text, at):
                    return self._dated(text, at, m, published)
            if re.search(r"\d\w{0,2}\s$", text[max(0, at - 4) : at]):
                return None  # "31 June" is no day of the calendar
            if m := self.month_year.match(text, at):
                return _Found(m.end(), f"{m['y']}-{self._month(m['mon']):02d}", "month and year")
            if m := self.range_of_months.match(text, at):
                return self._months(text, at, m, published)
            if m := self.month.match(text, at):
                return self._month_alone(text, at, m, published)
            if m := self.weekdays_range.match(text, at):
                return self._weekdays(m, published, ahead=self._looks_ahead(text, at))
            if m := self.weekday.match(text, at):
                ahead = bool(m["next"]) or self._looks_ahead(text, at)
                return self._weekday(m, published, ahead=ahead, strictly=bool(m["last"]))
        if m := self.part_of.match(text, at):
            return self._part(text, at, m, published)
        if m := self.last_weekday.match(text, at):
            return self._weekday(m, published, ahead=False, strictly=True)
        if m := self.next_weekday.match(text, at):
            return self._weekday(m, published, ahead=True, strictly=True)
        if m := self.this_weekday.match(text, at):
            return self._weekday(m, published, ahead=self._looks_ahead(text, at), strictly=False)
        if m := self.last_month.match(text, at):
            return self._month_alone(text, at, m, published)
        if m := self.season.match(text, at):
            return self._season(m, published)
        if m := self.ago.match(text, at):
            return self._ago(m, published)
        if m := _NOON.match(text, at):
            return self._time_then_date(text, at, m, published, step)
        return None

    def _holiday(self, text: str, at: int, published: date | None) -> _Found | None:
        begins = _LETTERS.match(text, at)
        if begins is None or fold(begins[0]) not in self.holiday_words:
            return None
        m = self.holiday.match(text, at)
        # "Natale Rossi", "Noël Dupont": small letters or a mark follow a day, a capital a person's name.
        if m is None or m.lastindex is None or (" " not in m[0] and m[0].islower() and len(m[0]) < 8):
            return None
        if _NAMES_A_SEASON.fullmatch(m[0]) and not _AT_A_TIME.search(text, max(0, at - 12), at):
            return None
        tail = self.holiday_tail.match(text, m.end())
        if tail is None or (_SURNAME.match(text, tail.end()) and " " not in m[0] and not self.calendar.capitals):
            return None
        rule = self.holiday_rules[m.lastindex - 1]
        if tail["y"]:
            year = int(tail["y"])
        elif published is None:
            return None
        elif tail["lastyear"]:
            year = published.year - 1
        else:
            year = published.year
            if self._looks_ahead(text, at):
                year += day_of(rule, year)[1] < published
            else:
                year -= day_of(rule, year)[0] > published + timedelta(days=2)
        first, last = day_of(rule, year)
        relative = not tail["y"]
        ahead = relative and published is not None and first > published
        if first == last:
            return self._with_time(text, tail.end(), first, "holiday", relative, published)
        return _Found(tail.end(), f"{first}/{last}", "holiday", relative, ahead)

    def _begins_name(self, text: str, at: int) -> bool:
        """Months and weekdays that also are words ("may", "march", "sun") need their capital."""
        return not self.calendar.capitals or text[at].isupper()

    # -- what each form means -------------------------------------------------------------------------------------

    def _month(self, name: str) -> int:
        return self.months[fold(name)] + 1

    def _year_of(
        self, text: str, at: int, month: int, day: int, m: re.Match[str], published: date | None
    ) -> int | None:
        groups = m.groupdict()
        if groups.get("y"):
            return int(groups["y"])
        if published is None:
            return None
        if groups.get("lastyear"):
            return published.year - 1
        if (on := groups.get("on")) and not groups.get("d2"):
            # "Sunday 23 June" was or will be a Sunday: that tells the year.
            for year in (published.year, published.year - 1, published.year + 1):
                if (named := _day(year, month, day)) and named.weekday() == self.weekdays[fold(on)]:
                    return year
        ahead = bool(groups.get("next")) or self._looks_ahead(text, at)
        this = _clipped(published.year, month, day)
        if ahead:
            return published.year if this >= published else published.year + 1
        # Two days of grace: pages are dated by their first version and corrected afterwards.
        late = published if groups.get("last") else published + timedelta(days=2)
        return published.year if this <= late else published.year - 1

    def _looks_ahead(self, text: str, at: int) -> bool:
        start = max(text.rfind(". ", 0, at), text.rfind("; ", 0, at), at - 90, 0)
        before = text[start:at]
        # "after ..." and "on ..." closer by bring the reader back from what lies ahead.
        ahead = self.ahead.search(before) or (self.calendar is CALENDARS["fr"] and _FUTURE_FR.search(before))
        if ahead and ahead[0].lower().split()[0] == "by" and _PAST_BEHIND.match(text, at):
            return False
        return bool(ahead) and not re.search(r"\b(?:after|following|après|since)\b[^,]*$", before)

    def _dated(self, text: str, at: int, m: re.Match[str], published: date | None) -> _Found | None:
        month = self._month(m["mon"])
        year = self._year_of(text, at, month, int(m["d"]), m, published)
        day = _day(year, month, m["d"]) if year else None
        if day is None:
            return None
        relative = not m.groupdict().get("y")
        parsed = self._with_time(text, m.end(), day, "day and month" if relative else "full date", relative, published)
        if published and day > published and not relative and self._looks_ahead(text, at):
            return replace(parsed, ahead=True)
        return parsed

    def _with_time(self, text: str, end: int, day: date, rule: str, relative: bool, published: date | None) -> _Found:
        ahead = relative and published is not None and day > published
        if joined := self.clock.match(text, end):
            exact = not _ABOUT_TIME.search(joined[0])
            for pattern in (_TIME_12, _TIME_24):
                if (
                    exact
                    and (time := pattern.match(text, joined.end()))
                    and joined.end() > end
                    and (clock := _clock(time))
                ):
                    return _Found(time.end(), f"{day.isoformat()}T{clock}", f"{rule} with time", relative, ahead)
        return _Found(end, day.isoformat(), rule, relative, ahead)

    def _time_then_date(self, text: str, at: int, m: re.Match[str], published: date | None, step: int) -> _Found | None:
        clock = "12:00:00" if m.re is _NOON else _clock(m)
        joined = self.time_joins.match(text, m.end())
        if clock is None or joined is None or joined.end() >= len(text) or joined.end() == m.end():
            return None
        parsed = self.match(text, joined.end(), published, step=step + 1)
        if parsed is None or not re.fullmatch(r"\d{4}-\d\d-\d\d", parsed.edtf):
            return None
        # EDTF has no "about" for a time of day: an approximate hour says the day alone.
        before = text[max(0, at - 16) : at]
        about = _LAST_WORD.search(before.split(".")[-1])
        if about and _ABOUT_TIME.fullmatch(about[1]):
            return _Found(parsed.end, parsed.edtf, parsed.rule, parsed.relative, parsed.ahead, start=joined.end())
        return _Found(parsed.end, f"{parsed.edtf}T{clock}", f"time, {parsed.rule}", parsed.relative, parsed.ahead)

    def _ranges(self, text: str, at: int, published: date | None) -> _Found | None:
        m = self.range_months.match(text, at)
        if m is None:
            m = self.range_days.match(text, at) or self.range_month_first.match(text, at)
        if m is None:
            return None
        groups = m.groupdict()
        last_month = self._month(groups.get("mon2") or m["mon"])
        first_month = self._month(m["mon"])
        if groups.get("y2"):
            year: int | None = int(groups["y2"])
        else:
            year = self._year_of(text, at, last_month, int(m["d2"]), m, published)
        if year is None:
            return None
        written = groups.get("y")
        first_year = int(written) if written and groups.get("y2") else year - (first_month > last_month)
        first, last = _day(first_year, first_month, m["d"]), _day(year, last_month, m["d2"])
        if first is None or last is None or first >= last:
            return None
        relative = not (written or groups.get("y2"))
        return _Found(
            m.end(), f"{first}/{last}", "range of days", relative, bool(published and relative and first > published)
        )

    def _months(self, text: str, at: int, m: re.Match[str], published: date | None) -> _Found | None:
        first, last = self._month(m["mon"]), self._month(m["mon2"])
        year = self._year_of(text, at, last, 1, m, published)
        if year is None:
            return None
        return _Found(m.end(), f"{year - (first > last)}-{first:02d}/{year}-{last:02d}", "range of months", not m["y"])

    def _month_alone(self, text: str, at: int, m: re.Match[str], published: date | None) -> _Found | None:
        year_before = m.groupdict().get("lastyear")
        stated = m.re is self.last_month or m["last"] or m["next"] or year_before
        if published is None or not (stated or self.month_lead.search(text, max(0, at - 14), at)):
            return None
        # "June Brown", "April Jones": a capital follows a first name. "in May" before a lower-case word does not.
        if not stated and re.match(r"[^\S\n][A-ZÀ-Ý][a-zà-ÿ]", text[m.end() : m.end() + 3]) and self.calendar.capitals:
            return None
        month = self._month(m["mon"])
        ahead = bool(m["next"]) or not (m["last"] or year_before or not self._looks_ahead(text, at))
        if year_before:
            year = published.year - 1
        elif ahead:
            year = published.year + (month < published.month)
        else:
            year = published.year - (month >= published.month if m["last"] else month > published.month)
        return _Found(m.end(), f"{year}-{month:02d}", "month", True, ahead)

    def _part(self, text: str, at: int, m: re.Match[str], published: date | None) -> _Found | None:
        third = 0 if m["early"] else 1 if m["middle"] else 2
        if m["only"]:
            first = 1 + third * 4
            return _Found(m.end(), f"{m['only']}-{first:02d}/{m['only']}-{first + 3:02d}", "part of a year")
        if self.calendar.capitals and not m["mon"][0].isupper():
            return None
        month = self._month(m["mon"])
        if m["y"]:
            year: int | None = int(m["y"])
        else:
            year = self._year_of(text, at, month, 1 + third * 10, m, published)
        if year is None:
            return None
        last = (10, 20, monthrange(year, month)[1])[third]
        start = f"{year}-{month:02d}-{1 + third * 10:02d}"
        return _Found(m.end(), f"{start}/{year}-{month:02d}-{last:02d}", "part of a month", not m["y"])

    def _weekday(self, m: re.Match[str], published: date | None, *, ahead: bool, strictly: bool) -> _Found | None:
        name = m["wd"]
        # "Sat", "Sun", "Wed", "Mon" alone are words.
        if published is None or (len(name) <= 3 and self.calendar.capitals):
            return None
        weekday, end = self.weekdays[fold(name)], m.end()
        day = _nearest_weekday(weekday, published, ahead=ahead, strictly=strictly)
        if of_month := m.groupdict().get("dom"):
            # "Saturday 8": the last Saturday that was an eighth.
            nth = next((d for d in (day - timedelta(weeks=n) for n in range(9)) if d.day == int(of_month)), None)
            if nth is None:
                end -= len(m[0]) - len(m[0][: m.start("dom") - m.start()].rstrip(" ,"))
            day = nth or day
        elif monday := self._week_behind(m.string, end, published):
            # "Tuesday of last week"
            end, day = monday[0], monday[1] + timedelta(days=weekday)
        return self._with_time(m.string, end, day, "weekday", True, published)

    def _week_behind(self, text: str, at: int, published: date) -> tuple[int, date] | None:
        """Return the end and the Monday of "of last week" behind a weekday."""
        of = self.week_of.match(text, at)
        week = self.spans.match(text, of.end()) if of else None
        if week is None or week.lastindex is None:
            return None
        weeks = {"week-1": -1, "week": 0, "week+1": 1}.get(self.meanings[week.lastindex - 1])
        monday = published - timedelta(days=published.weekday())
        return None if weeks is None else (week.end(), monday + timedelta(weeks=weeks))

    def _weekdays(self, m: re.Match[str], published: date | None, *, ahead: bool) -> _Found | None:
        if published is None:
            return None
        weekday, other = self.weekdays[fold(m["wd"])], self.weekdays[fold(m["wd2"])]
        if ahead:
            first = _nearest_weekday(weekday, published, ahead=True, strictly=False)
            last = _nearest_weekday(other, first, ahead=True, strictly=True)
        else:
            last = _nearest_weekday(other, published, ahead=False, strictly=False)
            first = _nearest_weekday(weekday, last, ahead=False, strictly=True)
        return _Found(m.end(), f"{first}/{last}", "range of weekdays", True, ahead)

    def _season(self, m: re.Match[str], published: date | None) -> _Found | None:
        number = next(at for at in (1, 2, 3, 4) if m[f"s{at}"])
        if m["y"]:
            return _Found(m.end(), f"{m['y']}-2{number}", "season and year")
        if published is None or not (m["lastb"] or m["last"] or m["thisb"]):
            return None
        if m["thisb"]:
            return _Found(m.end(), f"{published.year}-2{number}", "season", True)
        # The last season of that name that was over by then; winter bears the year in which it began.
        over = {1: 6, 2: 9, 3: 12}
        year = published.year - (number == 4 or published.month < over[number])
        return _Found(m.end(), f"{year}-2{number}", "season", True)

    def _ago(self, m: re.Match[str], published: date | None) -> _Found | None:
        if published is None or m.lastindex is None:
            return None
        scale = ("day", "week", "month", "year")[m.lastindex - self.ago.groups + 3]
        number = int(m["n"]) if m["n"].isdigit() else _NUMBERS.get(m["n"].lower(), 0)
        if scale == "day":
            return _Found(m.end(), (published - timedelta(days=number)).isoformat(), "ago", True)
        if scale == "week":
            return _Found(m.end(), (published - timedelta(weeks=number)).isoformat(), "ago", True)
        if scale == "month":
            months = published.year * 12 + published.month - 1 - number
            return _Found(m.end(), f"{months // 12}-{months % 12 + 1:02d}", "ago", True)
        return _Found(m.end(), str(published.year - number), "ago", True)

    def _span(self, text: str, m: re.Match[str], meaning: str, published: date | None, step: int) -> _Found | None:
        if published is None:
            return None
        if meaning in ("day", "day-1") and (named := re.match(r",?\s*\(?(?=\d|[A-Z])", text[m.end() : m.end() + 4])):
            # "this morning, 18 June": the date says which morning.
            begin = m.end() + named.end()
            inner = self.match(text, begin, published, step=step + 1) if begin < len(text) else None
            if inner and re.fullmatch(r"\d{4}-\d\d-\d\d", inner.edtf) and inner.rule in ("day and month", "full date"):
                return inner
        if meaning == "night" and (between := _BETWEEN_DAYS.match(text, m.end())):
            # "Overnight between Wednesday and Thursday" says which night.
            inner = self.match(text, between.end(), published, step=step + 1)
            if inner and "/" in inner.edtf:
                return inner
            if (
                inner
                and re.fullmatch(r"\d{4}-\d\d-\d\d", inner.edtf)
                and inner.rule in ("weekday", "day and month", "full date")
            ):
                return _night(inner, -1 if between["into"] else 0)
        edtf = SPANS[meaning](published)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", edtf):
            return self._with_time(text, m.end(), date.fromisoformat(edtf), meaning, True, published)
        return _Found(m.end(), edtf, meaning, True, ahead=meaning.endswith(("+1", "to-come")))

    def _years(self, text: str, at: int, published: date | None) -> _Found | None:
        if m := _DECADE.match(text, at):
            return _Found(m.end(), f"{m['y'] or '19' + m['tens']}X", "decade")
        m = _YEARS.match(text, at)
        if (
            m is None
            or (at and ((text[at - 1].isalnum() and text[at - 1] not in "acAC") or text[at - 1] in "/_"))
            or text[m.end() : m.end() + 1].isalnum()
        ):
            return None
        if _YEAR_OF_NAME.search(text, max(0, at - 12), at) or _NOT_YEAR_AFTER.match(text, m.end()):
            return None
        before = text[max(0, at - 30) : at]
        if not (
            _YEAR_LEAD.search(before)
            or _ABOUT_YEAR.search(before)
            or _UNCERTAIN.search(before)
            or (
                (name := _NAME_BEFORE.search(before))
                and fold(name[1]) not in self.months
                and (_LABEL_ENDS_DE if self.calendar is CALENDARS["de"] else _LABEL_ENDS).match(text, m.end())
            )
        ):
            return None
        if m["y3"] and m["y3"] > m["y"] and _BETWEEN_YEARS.search(text, max(0, at - 12), at):
            return _Found(m.end(), f"{m['y']}/{m['y3']}", "range of years")
        if m["y3"]:
            return _Found(at + 4, m["y"], "year", ahead=published is not None and int(m["y"]) > published.year)
        if m["y2"]:
            last = m["y2"] if len(m["y2"]) == 4 else m["y"][:2] + m["y2"]
            return _Found(m.end(), f"{m['y']}/{last}", "range of years") if last > m["y"] else None
        # "the 2019 election" says which election.
        if re.match(r"\s+[a-z]+", text[m.end() : m.end() + 40]) and _ARTICLE_BEFORE.search(text, max(0, at - 8), at):
            return None
        return _Found(m.end(), m["y"], "year", ahead=published is not None and int(m["y"]) > published.year)

    def extend(self, text: str, at: int, parsed: _Found, floor: int) -> tuple[int, int, str]:
        """Take in what stands before a date and changes it: "since", "circa"."""
        left = text[max(floor, at - 22) : at]
        if "/" not in parsed.edtf and (since := self.since.search(left)):
            day = parsed.edtf.split("T")[0]
            return at - len(left) + since.start(), parsed.end, f"{day}/.."
        if "T" not in parsed.edtf and "/" not in parsed.edtf and (uncertain := _UNCERTAIN.search(left)):
            return at - len(left) + uncertain.start(), parsed.end, f"{parsed.edtf}?"
        if parsed.rule in ("year", "month and year"):
            if behind := _CIRCA_BEHIND.match(text, parsed.end):
                return at, behind.end(), f"{parsed.edtf}~"
            if about := _ABOUT_YEAR.search(left):
                return at - len(left) + about.start(), parsed.end, f"{parsed.edtf}~"
            if behind := _UNCERTAIN_BEHIND.match(text, parsed.end):
                return at, behind.end(), f"{parsed.edtf}?"
        return at, parsed.end, parsed.edtf


@lru_cache(maxsize=8)
def _grammar(language: str) -> _Grammar:
    return _Grammar(language)


def _day(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _whole_year(digits: str, published: date | None) -> str:
    """ "24" is of the century that has been there by the publication day."""
    latest = published.year + 1 if published else _LATEST_SHORT_YEAR
    return f"20{digits}" if 2000 + int(digits) <= latest else f"19{digits}"


def _night(parsed: _Found, first: int) -> _Found:
    """Return the night that begins so many days from the day found."""
    begins = date.fromisoformat(parsed.edtf[:10]) + timedelta(days=first)
    return _Found(parsed.end, f"{begins}/{begins + timedelta(days=1)}", "night", parsed.relative, parsed.ahead)


def _clipped(year: int, month: int, day: int) -> date:
    return date(year, month, min(max(day, 1), monthrange(year, month)[1]))


def _clock(m: re.Match[str]) -> str | None:
    groups = m.groupdict()
    hour, minute = int(m["h"]), int(groups.get("m") or groups.get("m2") or groups.get("m3") or 0)
    if groups.get("ap"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if m["ap"].lower() == "p" else 0)
    return f"{hour % 24:02d}:{minute:02d}:00" if hour <= 24 and minute < 60 else None


def _nearest_weekday(weekday: int, day: date, *, ahead: bool, strictly: bool) -> date:
    if ahead:
        return day + timedelta(days=(weekday - day.weekday() - strictly) % 7 + strictly)
    return day - timedelta(days=(day.weekday() - weekday - strictly) % 7 + strictly)


def _week(day: date, weeks: int) -> str:
    monday = day - timedelta(days=day.weekday()) + timedelta(weeks=weeks)
    return f"{monday}/{monday + timedelta(days=6)}"


def _month_from(day: date, months: int) -> str:
    at = day.year * 12 + day.month - 1 + months
    return f"{at // 12}-{at % 12 + 1:02d}"


def _weekend(day: date, weeks: int) -> str:
    """
    The weekend that was last over or is going on (-1), "this weekend" (0), the next (1).

    Early in a week "this weekend" is the one just over, later the one to come.
    """
    saturday = day + timedelta(days=5 - day.weekday())
    if (weeks == -1 and day.weekday() < 5) or (weeks == 0 and day.weekday() < 3):
        saturday -= timedelta(weeks=1)
    elif weeks == 1 and day.weekday() >= 5:
        saturday += timedelta(weeks=1)
    return f"{saturday}/{saturday + timedelta(days=1)}"


def _up_to_yesterday(first: date, day: date) -> str:
    yesterday = max(first, day - timedelta(days=1))
    return f"{first}" if first == yesterday else f"{first}/{yesterday}"


SPANS: dict[str, Callable[[date], str]] = {
    "day": lambda day: f"{day}",
    "day-1": lambda day: f"{day - timedelta(days=1)}",
    "day-2": lambda day: f"{day - timedelta(days=2)}",
    "day+1": lambda day: f"{day + timedelta(days=1)}",
    "night": lambda day: f"{day - timedelta(days=1)}/{day}",
    "week": lambda day: f"{day - timedelta(days=day.weekday())}/{day}" if day.weekday() else f"{day}",
    "week-1": lambda day: _week(day, -1),
    "week+1": lambda day: _week(day, 1),
    "week-so-far": lambda day: _up_to_yesterday(day - timedelta(days=day.weekday()), day),
    "week-to-come": lambda day: f"{day + timedelta(days=1)}/{day + timedelta(days=max(1, 6 - day.weekday()))}",
    "to-come": lambda day: f"{day}/..",
    "month": lambda day: _month_from(day, 0),
    "month-1": lambda day: _month_from(day, -1),
    "month+1": lambda day: _month_from(day, 1),
    "year": lambda day: str(day.year),
    "year-1": lambda day: str(day.year - 1),
    "year+1": lambda day: str(day.year + 1),
    "weekend": lambda day: _weekend(day, 0),
    "weekend-1": lambda day: _weekend(day, -1),
    "weekend-2": lambda day: _weekend(day - timedelta(weeks=1), -1),
    "weekend+1": lambda day: _weekend(day, 1),
}
