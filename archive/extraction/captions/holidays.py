"""
The days that six languages name by what is celebrated: "Boxing Day", "lundi de Pâques", "Ferragosto".

A rule is a month and day ("12-25"), days from Easter Sunday ("E+1"), the nth weekday of a month ("5:mon:1", "5:mon:-1"
for the last), or a first and last day with a slash between. Moveable days follow the Western Easter.
"""

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter

_WEEKDAYS = {"mon": 0, "tue": 1, "thu": 3, "fri": 4, "sun": 6}
# Patterns are matched without case; the longest that fits is taken.
_EN = {
    r"Christmas Eve": "12-24", r"Christmas Day|Christmas morning": "12-25", r"Boxing Day|"
    r"St Stephen['’]s Day": "12-26",
    r"New Year['’]s Eve|Hogmanay": "12-31", r"New Year['’]s Day": "01-01", r"Twelfth Night": "01-05",
    r"Epiphany": "01-06", r"Burns Night": "01-25", r"Candlemas": "02-02", r"(?:St )?Valentine['’]s Day": "02-14",
    r"(?:Shrove Tuesday|Pancake Day|Mardi Gras)": "E-47", r"Ash Wednesday": "E-46", r"St David['’]s Day": "03-01",
    r"St Patrick['’]s Day": "03-17", r"(?:Mothering Sunday)": "E-21", r"Palm Sunday": "E-7",
    r"Maundy Thursday": "E-3", r"Good Friday": "E-2", r"(?:Holy|Easter) Saturday": "E-1", r"Easter (?:Sunday|"
    r"Day)": "E+0",
    r"Easter Monday": "E+1", r"Easter (?:bank holiday )?weekend": "E-2/E+1", r"St George['’]s Day": "04-23",
    r"Anzac Day": "04-25", r"May Day(?! bank holiday)": "05-01", r"VE Day": "05-08",
    r"(?:early May|May Day) bank holiday(?: Monday)?": "5:mon:1",
    r"(?:spring|late May|Whitsun) bank holiday(?: Monday)?": "5:mon:-1",
    r"(?:summer|August) bank holiday(?: Monday)?": "8:mon:-1",
    r"(?:August) bank holiday weekend": "8:mon:-1-2/8:mon:-1",
    r"(?:early May|May Day) bank holiday weekend": "5:mon:1-2/5:mon:1",
    r"(?:spring|late May|Whitsun) bank holiday weekend": "5:mon:-1-2/5:mon:-1",
    r"Ascension Day": "E+39", r"(?:Whit Sunday|Pentecost)": "E+49", r"Whit Monday": "E+50",
    r"Midsummer['’]s? (?:Eve|Night)": "06-23", r"Midsummer['’]s? Day": "06-24", r"Father['’]s Day": "6:sun:3",
    r"(?:Fourth|4th) of July|US Independence Day": "07-04", r"Bastille Day": "07-14", r"VJ Day": "08-15",
    r"(?:Halloween|Hallowe['’]en)": "10-31", r"All Saints['’]? Day": "11-01", r"All Souls['’]? Day": "11-02",
    r"(?:Bonfire|Guy Fawkes) Night": "11-05", r"(?:Armistice|Remembrance|Veterans) Day": "11-11",
    r"Remembrance Sunday": "11:sun:2", r"Thanksgiving(?: Day)?": "11:thu:4", r"Black Friday": "11:thu:4+1",
    r"St Andrew['’]s Day": "11-30", r"Trafalgar Day": "10-21", r"St Nicholas['’]? Day": "12-06",
}  # fmt: skip
_FR = {
    r"(?:veille|réveillon) de Noël": "12-24", r"(?:jour de )?Noël": "12-25",
    r"Saint-Sylvestre|réveillon du (?:jour de l['’]an|nouvel an)": "12-31",
    r"(?:jour de l['’]an|nouvel an|premier de l['’]an)": "01-01", r"Épiphanie": "01-06",
    r"Chandeleur": "02-02", r"Saint-Valentin": "02-14", r"mardi gras": "E-47",
    r"mercredi des Cendres": "E-46", r"(?:dimanche des )Rameaux": "E-7", r"jeudi saint": "E-3",
    r"vendredi saint": "E-2",
    r"samedi saint": "E-1", r"lundi de Pâques": "E+1", r"week-?end de Pâques": "E-1/E+1",
    r"(?:dimanche de )?Pâques": "E+0", r"fête du travail": "05-01",
    r"week-?end de l['’]Ascension": "E+39/E+42", r"(?:jeudi de )?l['’]Ascension": "E+39",
    r"lundi de Pentecôte": "E+50", r"week-?end de (?:la )?Pentecôte": "E+48/E+50",
    r"(?:dimanche de )?(?:la )?Pentecôte": "E+49", r"fête de la musique": "06-21",
    r"Saint-Jean": "06-24", r"fête nationale": "07-14", r"Assomption": "08-15",
    r"Toussaint": "11-01", r"Armistice(?! (?:de|du|"
    r"entre))": "11-11", r"Saint-Nicolas": "12-06",
    r"Sainte-Barbe": "12-04", r"Halloween": "10-31",
}  # fmt: skip
_DE = {
    r"(?:Heiligabend|Heilige[nrm]? Abend)": "12-24", r"(?:1\.|erste[nrm]?) Weihnachts(?:feier)?tag": "12-25",
    r"(?:2\.|zweite[nrm]?) Weihnachts(?:feier)?tag": "12-26", r"Weihnachten": "12-25/12-26",
    r"Silvester(?:abend|nacht)?": "12-31", r"Neujahr(?:stag|smorgen)?": "01-01",
    r"(?:Heilige[n]? Drei Könige|Dreikönigstag)": "01-06", r"Valentinstag": "02-14", r"Weiberfastnacht": "E-52",
    r"Rosenmontag": "E-48", r"(?:Faschingsdienstag|Fastnachtsdienstag|"
    r"Veilchendienstag)": "E-47", r"Aschermittwoch": "E-46",
    r"Palmsonntag": "E-7", r"Gründonnerstag": "E-3", r"Karfreitag": "E-2", r"Karsamstag": "E-1", r"Ostersonntag": "E+0",
    r"Ostermontag": "E+1", r"Osterwochenende": "E-2/E+1", r"Ostern": "E+0/E+1",
    r"(?:Tag der Arbeit|Maifeiertag)": "05-01", r"Muttertag": "5:sun:2",
    r"(?:(?:Christi )?Himmelfahrt(?:stag)?|Vatertag)": "E+39", r"Pfingstsonntag": "E+49", r"Pfingstmontag": "E+50",
    r"Pfingstwochenende": "E+48/E+50", r"Pfingsten": "E+49/E+50", r"Fronleichnam": "E+60",
    r"Mariä Himmelfahrt": "08-15", r"Tag der Deutschen Einheit": "10-03", r"Reformationstag": "10-31",
    r"Allerheiligen": "11-01", r"Martinstag": "11-11", r"Nikolaus(?:tag|abend)": "12-06",
}  # fmt: skip
_NL = {
    r"kerstavond": "12-24", r"(?:eerste|1e) kerstdag": "12-25", r"(?:tweede|2e) kerstdag": "12-26",
    r"(?:oudejaars(?:dag|avond)|oudjaar)": "12-31", r"(?:nieuwjaars(?:dag|ochtend)|nieuwjaar)": "01-01",
    r"Driekoningen": "01-06", r"Valentijnsdag": "02-14", r"(?:goede vrijdag)": "E-2",
    r"(?:eerste paasdag|paaszondag)": "E+0", r"(?:tweede paasdag|"
    r"paasmaandag)": "E+1", r"paasweekend": "E-1/E+1",
    r"pasen": "E+0/E+1", r"Koninginnedag": "04-30", r"Koningsdag": "04-27", r"Koningsnacht": "04-26",
    r"(?:Dodenherdenking)": "05-04", r"Bevrijdingsdag": "05-05", r"Moederdag": "5:sun:2",
    r"Hemelvaart(?:sdag)?": "E+39",
    r"(?:eerste pinksterdag|pinksterzondag)": "E+49", r"(?:tweede pinksterdag|pinkstermaandag)": "E+50",
    r"pinksterweekend": "E+48/E+50", r"pinksteren": "E+49/E+50", r"Vaderdag": "6:sun:3",
    r"Prinsjesdag": "9:tue:3", r"Allerheiligen": "11-01", r"Wapenstilstand(?:sdag)?": "11-11", r"Sint-Maarten": "11-11",
    r"(?:Sinterklaasavond|pakjesavond)": "12-05",
}  # fmt: skip
_IT = {
    r"vigilia di Natale": "12-24", r"(?:giorno di )?Natale": "12-25",
    r"giorno di Santo Stefano": "12-26", r"(?:San Silvestro|notte di Capodanno)": "12-31",
    r"Capodanno": "01-01", r"Epifania|Befana": "01-06", r"San Valentino": "02-14",
    r"giovedì grasso": "E-52", r"martedì grasso": "E-47", r"mercoledì delle Ceneri": "E-46",
    r"domenica delle Palme": "E-7", r"giovedì santo": "E-3", r"venerdì santo": "E-2", r"sabato santo": "E-1",
    r"(?:(?:lunedì di Pasqua|Pasquetta|lunedì dell['’]Angelo))": "E+1", r"(?:domenica di |giorno di )?Pasqua": "E+0",
    r"(?:(?:la )?festa della |anniversario della )Liberazione": "04-25", r"primo maggio": "05-01",
    r"festa (?:del lavoro|dei lavoratori)": "05-01", r"festa della Repubblica": "06-02",
    r"Pentecoste": "E+49", r"Corpus Domini": "E+60", r"giorno di San Giovanni": "06-24",
    r"(?:giorno di )?Ferragosto": "08-15", r"(?:Ognissanti|Tutti i Santi)": "11-01",
    r"Immacolata": "12-08", r"Halloween": "10-31",
}  # fmt: skip
_ES = {
    r"Nochebuena": "12-24", r"(?:día de )?Navidad": "12-25", r"Nochevieja": "12-31",
    r"(?:día de )?Año Nuevo": "01-01", r"noche de Reyes": "01-05",
    r"día de (?:los )?Reyes(?: Magos)?|Epifanía": "01-06", r"San Valentín": "02-14",
    r"martes de Carnaval": "E-47", r"miércoles de Ceniza": "E-46", r"domingo de Ramos": "E-7", r"jueves santo": "E-3",
    r"viernes santo": "E-2", r"sábado santo": "E-1", r"domingo de (?:Resurrección|Pascua)": "E+0",
    r"lunes de Pascua": "E+1", r"Sant Jordi": "04-23", r"(?:primero|día) de(?:l trabajo| mayo)": "05-01",
    r"día de la madre": "5:sun:1", r"Corpus(?: Christi)?": "E+60", r"noche de San Juan": "06-23",
    r"día de San Juan": "06-24", r"día de la Virgen del Carmen": "07-16",
    r"día de Santiago": "07-25",
    r"día de la (?:Hispanidad|Fiesta Nacional)": "10-12", r"día de Todos los Santos": "11-01",
    r"día de la Constitución": "12-06", r"día de la Inmaculada": "12-08", r"Semana Santa": "E-7/E+0",
}  # fmt: skip
_HOLIDAYS = {"en": _EN, "fr": _FR, "de": _DE, "nl": _NL, "it": _IT, "es": _ES}
# Until 1964 the bank holiday of August was its first Monday, since 1965 its last.
_AUGUST_BANK_HOLIDAY_MOVED = 1965
_RULE = re.compile(
    r"(?:E(?P<easter>[+-]\d+)|(?P<month>\d\d)-(?P<day>\d\d)|"
    r"(?P<of>\d+):(?P<weekday>\w+):(?P<nth>-?\d)(?P<plus>[+-]\d+)?)"
)


@lru_cache(maxsize=8)
def holiday_pattern(language: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """Return the pattern of a language's holidays and the rule of each of its groups."""
    named = sorted(_HOLIDAYS[language].items(), key=lambda entry: -len(entry[0]))
    pattern = "|".join(f"({words})" for words, _rule in named)
    return re.compile(rf"(?:{pattern})\b", re.IGNORECASE), tuple(rule for _words, rule in named)


def day_of(rule: str, year: int) -> tuple[date, date]:
    """Return the first and last day of a holiday in a year."""
    first, _slash, last = rule.partition("/")
    return _day(first, year), _day(last or first, year)


def _day(rule: str, year: int) -> date:
    match = _RULE.fullmatch(rule)
    if match is None:
        raise ValueError(f"no rule for a holiday: {rule!r}")
    if match["easter"]:
        sunday: date = easter(year)
        return sunday + timedelta(days=int(match["easter"]))
    if match["month"]:
        return date(year, int(match["month"]), int(match["day"]))
    weekday, nth, month = _WEEKDAYS[match["weekday"]], int(match["nth"]), int(match["of"])
    if month == 8 and year < _AUGUST_BANK_HOLIDAY_MOVED:
        nth = 1
    if nth > 0:
        start = date(year, month, 1)
        day = start + timedelta(days=(weekday - start.weekday()) % 7 + 7 * (nth - 1))
    else:
        end = date(year, month, monthrange(year, month)[1])
        day = end - timedelta(days=(end.weekday() - weekday) % 7)
    return day + timedelta(days=int(match["plus"] or 0))
