"""The words six languages have for months, days and stretches of time around the day of publication."""

from dataclasses import dataclass

Names = list[tuple[str, ...]]


@dataclass(frozen=True)
class Calendar:
    """Words of one language; alternatives are regular expressions, matched without case."""

    months: Names
    weekdays: Names
    # Parts of the day that may follow a day: "Monday night", "mardi soir".
    parts: str
    # Words for a span of time -> what it means, see `relative.SPANS`.
    spans: dict[str, str]
    seasons: tuple[str, str, str, str]
    last_before: str  # "last Tuesday"
    last_after: str  # "mardi dernier"
    next_before: str
    next_after: str
    this_before: str
    early: str
    middle: str
    late: str
    since: str
    joins: str  # what stands between the two ends of a range
    of: str  # "18 de junio"
    ago: str
    units: tuple[str, str, str, str]  # day, week, month, year
    month_lead: str  # what must stand before a month that stands alone
    clock: str  # what joins a time to a day
    last_year: str  # behind a day, month or season: that of the year before
    capitals: bool = False  # months and weekdays begin with a capital


_EN = Calendar(
    months=[("January", "Jan"), ("February", "Feb"), ("March", "Mar"), ("April", "Apr"), ("May",), ("June", "Jun"),
            ("July", "Jul"), ("August", "Aug"), ("September", "Sept", "Sep"), ("October", "Oct"), ("November", "Nov"),
            ("December", "Dec")],
    weekdays=[("Monday", "Mon"), ("Tuesday", "Tues", "Tue"), ("Wednesday", "Wed"), ("Thursday", "Thurs", "Thur",
    "Thu"),
              ("Friday", "Fri"), ("Saturday", "Sat"), ("Sunday", "Sun")],
    parts=r"(?:early |late )?(?:mid-)?(?:morning|afternoon|evening|night|lunchtime|teatime|midday|noon|dawn|dusk)",
    spans={
        r"the day before yesterday": "day-2",
        r"(?:early |late )?yesterday(?: (?:early |late )?(?:morning|afternoon|evening|night|lunchtime|"
        r"teatime))?": "day-1",
        r"last night": "day-1",
        r"(?:earlier |later )?today|this (?:morning|afternoon|evening|lunchtime)|tonight": "day",
        r"tomorrow(?: (?:morning|afternoon|evening|night))?": "day+1",
        r"overnight": "night",
        r"earlier (?:this|in the) week": "week-so-far",
        r"earlier this month": "month",
        r"earlier this year": "year",
        r"later this week": "week-to-come",
        r"later this (?:month|year)": "to-come",
        r"this week": "week",
        r"this month": "month",
        r"this year": "year",
        r"(?:last|the (?:past|previous)) week": "week-1",
        r"next week": "week+1",
        r"last month": "month-1",
        r"next month": "month+1",
        r"last year": "year-1",
        r"next year": "year+1",
        r"the weekend before last": "weekend-2",
        r"(?:last|this past|the|the past) weekend|last week-end": "weekend-1",
        r"this weekend": "weekend",
        r"next weekend|this coming weekend": "weekend+1",
    },
    seasons=("spring", "summer", "autumn|fall", "winter"),
    last_before=r"last|this past|the past", last_after=r"last",
    next_before=r"next|this coming|the coming|coming", next_after=r"next", this_before=r"this",
    early=r"early(?: in)?|the (?:beginning|start) of", middle=r"mid[- ]?|the middle of", late=r"late(?: in)?|the "
    r"end of",
    since=r"(?:ever )?since", joins=r"-|–|—|/|to|and|until|through", of=r"of",
    ago=r"(?P<n>NUMBER) UNIT ago",
    units=("days?", "weeks?", "months?", "years?"),
    month_lead=r"in|of|since|until|through|by|from|during|late|early|mid|last|and|to|between|this|next|[(,\-–]",
    clock=r",?\s*(?:at|around|about|by|from|(?:shortly|just|soon) (?:after|before))?\s*",
    last_year=r"last year|the (?:previous year|year before)", capitals=True,
)  # fmt: skip
_FR = Calendar(
    months=[("janvier", "janv"), ("février", "fevrier", "févr"), ("mars",), ("avril",), ("mai",), ("juin",),
            ("juillet", "juil"), ("août", "aout"), ("septembre", "sept"), ("octobre", "oct"), ("novembre", "nov"),
            ("décembre", "decembre", "déc")],
    weekdays=[("lundi",), ("mardi",), ("mercredi",), ("jeudi",), ("vendredi",), ("samedi",), ("dimanche",)],
    parts=r"(?:au |en début de |en fin de |dans la )?(?:matin(?:ée)?|midi|après-midi|soir(?:ée)?|nuit)",
    spans={
        r"avant-hier(?: (?:matin|soir|après-midi))?": "day-2",
        r"hier(?: (?:matin|soir|midi|après-midi))?": "day-1",
        r"aujourd['’]hui|ce (?:matin|midi|soir)|cet(?:te)? après-midi": "day",
        r"la nuit (?:dernière|passée)|cette nuit|dans la nuit(?! (?:de|du|d['’]))": "night",
        r"demain(?: (?:matin|soir|midi|après-midi))?": "day+1",
        r"plus tôt (?:cette|dans la) semaine|en début de semaine|ces derniers jours": "week-so-far",
        r"plus tôt (?:ce mois-ci|dans le mois)": "month",
        r"plus tôt (?:cette année|dans l['’]année)": "year",
        r"plus tard (?:cette|dans la) semaine|en fin de semaine": "week-to-come",
        r"cette semaine": "week",
        r"ce mois(?:-ci)?": "month",
        r"cette année": "year",
        r"la semaine (?:dernière|passée|précédente)": "week-1",
        r"la semaine prochaine": "week+1",
        r"le mois (?:dernier|passé)": "month-1",
        r"le mois prochain": "month+1",
        r"l['’]an(?:née)? (?:dernier|dernière|passée?)": "year-1",
        r"l['’]an(?:née)? prochaine?": "year+1",
        r"le week-?end (?:dernier|passé)|(?:durant|pendant) (?:tout )?le week-?end|"
        r"au cours du week-?end": "weekend-1",
        r"ce week-?end": "weekend",
        r"le week-?end prochain": "weekend+1",
    },
    seasons=("printemps", "été", "automne", "hiver"),
    last_before=r"le dernier", last_after=r"dernier|dernière|passée?",
    next_before=r"le prochain", next_after=r"prochaine?", this_before=r"ce|cet|cette",
    early=r"début", middle=r"mi-?\s?", late=r"fin",
    since=r"depuis(?: le)?", joins=r"-|–|—|/|au|et(?: le)?|à", of=r"de",
    ago=r"il y a (?P<n>NUMBER) UNIT",
    units=("jours?", "semaines?", "mois", "ans?|années?"),
    month_lead=r"en|de|d['’]|depuis|fin|début|mi|à|au mois de|au mois d['’]|courant|et|[(,\-–]",
    clock=r",?\s*(?:à|au|vers|aux alentours de|peu après|peu avant)?\s*",
    last_year=r"(?:de )?l['’]an(?:née)? (?:dernier|dernière|passée?)|de l['’]an passé",
)  # fmt: skip
_DE = Calendar(
    months=[("Januar", "Jänner", "Jan"), ("Februar", "Feb"), ("März", "Mrz"), ("April", "Apr"), ("Mai",),
            ("Juni", "Jun"), ("Juli", "Jul"), ("August", "Aug"), ("September", "Sept"), ("Oktober", "Okt"),
            ("November", "Nov"), ("Dezember", "Dez")],
    weekdays=[("Montag",), ("Dienstag",), ("Mittwoch",), ("Donnerstag",), ("Freitag",), ("Samstag", "Sonnabend"),
              ("Sonntag",)],
    parts=r"(?:früh|morgen|vormittag|mittag|nachmittag|abend|nacht)",
    spans={
        r"vorgestern": "day-2",
        r"gestern(?: (?:früh|morgen|vormittag|nachmittag|abend))?": "day-1",
        r"heute(?: (?:früh|morgen|vormittag|mittag|nachmittag|abend))?": "day",
        r"(?:vergangene|letzte)[nr]? Nacht|in der Nacht(?! (?:zu|auf|vo))": "night",
        r"diese[r]? Woche": "week",
        r"(?:vergangene|letzte|vorige)[nr]? Woche": "week-1",
        r"nächste[nr]? Woche": "week+1",
        r"diesen Monat": "month",
        r"(?:vergangenen|letzten|vorigen) Monat": "month-1",
        r"(?:vergangenes|letztes|voriges|vergangenen|letzten) Jahr": "year-1",
        r"diese[sm] Wochenende": "weekend",
        r"(?:vergangenes|letztes|vergangenen|letzten|am) Wochenende": "weekend-1",
    },
    seasons=("Frühjahr|Frühling", "Sommer", "Herbst", "Winter"),
    last_before=r"(?:am )?(?:vergangene[nrs]?|letzte[nrs]?|vorige[nrs]?)", last_after=r"(?!)",
    next_before=r"(?:am )?(?:nächste[nrs]?|kommende[nrs]?)", next_after=r"(?!)", this_before=r"diese[nrsm]?",
    early=r"Anfang", middle=r"Mitte", late=r"Ende",
    since=r"seit(?: dem)?", joins=r"-|–|—|/|bis(?: zum)?|zum|auf(?: den)?|und(?: dem)?", of=r"(?!)",
    ago=r"vor (?P<n>NUMBER) UNIT",
    units=("Tage?n?", "Wochen?", "Monate?n?", "Jahre?n?"),
    month_lead=r"im|seit|Anfang|Mitte|Ende|bis|vom|[(,\-–]",
    clock=r",?\s*(?:um|gegen|kurz (?:nach|vor))?\s*",
    last_year=r"(?:des )?(?:vergangenen|letzten|vorigen) Jahres", capitals=True,
)  # fmt: skip
_NL = Calendar(
    months=[("januari", "jan"), ("februari", "feb"), ("maart", "mrt"), ("april", "apr"), ("mei",), ("juni", "jun"),
            ("juli", "jul"), ("augustus", "aug"), ("september", "sept"), ("oktober", "okt"),
            ("november", "nov"), ("december", "dec")],
    weekdays=[("maandag",), ("dinsdag",), ("woensdag",), ("donderdag",), ("vrijdag",), ("zaterdag",), ("zondag",)],
    parts=r"(?:ochtend|middag|avond|nacht|morgen)",
    spans={
        r"eergisteren": "day-2",
        r"gisteren(?:ochtend|middag|avond|nacht)?|gister(?:ochtend|middag|avond)": "day-1",
        r"vandaag|vanmorgen|vanochtend|vanmiddag|vanavond": "day",
        r"vannacht|(?:afgelopen|vorige) nacht": "night",
        r"deze week": "week",
        r"(?:vorige|afgelopen) week": "week-1",
        r"volgende week": "week+1",
        r"deze maand": "month",
        r"(?:vorige|afgelopen) maand": "month-1",
        r"vorig jaar": "year-1",
        r"dit weekend": "weekend",
        r"(?:vorig|afgelopen|het) weekend": "weekend-1",
    },
    seasons=("lente|voorjaar", "zomer", "herfst|najaar", "winter"),
    last_before=r"afgelopen|vorige|vorig|jongstleden", last_after=r"jongstleden|jl\.",
    next_before=r"volgende|komende|aanstaande", next_after=r"aanstaande", this_before=r"deze|dit",
    early=r"begin", middle=r"half|medio", late=r"eind|eind van",
    since=r"sinds", joins=r"-|–|—|/|tot(?: en met)?|t/m|op|en", of=r"(?!)",
    ago=r"(?P<n>NUMBER) UNIT geleden",
    units=("dag(?:en)?", "we(?:ek|ken)", "maand(?:en)?", "jaar"),
    month_lead=r"in|sinds|begin|eind|half|medio|tot|van|[(,\-–]",
    clock=r",?\s*(?:om|rond|kort (?:na|voor)|even (?:na|voor)|tegen)?\s*",
    last_year=r"(?:van )?vorig jaar",
)  # fmt: skip
_IT = Calendar(
    months=[("gennaio", "gen"), ("febbraio", "feb"), ("marzo", "mar"), ("aprile", "apr"), ("maggio", "mag"),
            ("giugno", "giu"), ("luglio", "lug"), ("agosto", "ago"),
            ("settembre", "sett", "set"), ("ottobre", "ott"), ("novembre", "nov"), ("dicembre", "dic")],
    weekdays=[("lunedì",), ("martedì",), ("mercoledì",), ("giovedì",), ("venerdì",), ("sabato",), ("domenica",)],
    parts=r"(?:mattina|pomeriggio|sera|notte)",
    spans={
        r"l['’]altro ieri": "day-2",
        r"ieri(?: (?:mattina|pomeriggio|sera|notte))?": "day-1",
        r"oggi|stamattina|stasera|questa mattina": "day",
        r"questa notte|stanotte|nella notte(?! (?:tra|fra|di|del))|(?:la )?(?:notte scorsa|scorsa notte)": "night",
        r"questa settimana": "week",
        r"la (?:settimana scorsa|scorsa settimana)|(?:settimana scorsa|scorsa settimana)": "week-1",
        r"questo mese": "month",
        r"(?:il )?mese scorso|lo scorso mese": "month-1",
        r"(?:l['’])?anno scorso|lo scorso anno": "year-1",
        r"questo (?:fine settimana|week-?end)": "weekend",
        r"(?:lo scorso|scorso|il|nel) (?:fine settimana|week-?end)|(?:fine settimana|week-?end) scorso": "weekend-1",
    },
    seasons=("primavera", "estate", "autunno", "inverno"),
    last_before=r"(?:lo )?scorso|(?:la )?scorsa", last_after=r"scors[oa]",
    next_before=r"prossim[oa]", next_after=r"prossim[oa]", this_before=r"quest[oa]",
    early=r"inizio|primi(?: giorni)? di", middle=r"metà", late=r"fine",
    since=r"dal(?:l['’])?|da", joins=r"-|–|—|/|all['’]|al|e l['’]|e(?: il)?", of=r"(?!)",
    ago=r"(?P<n>NUMBER) UNIT fa",
    units=("giorn[oi]", "settiman[ae]", "mes[ei]", "ann[oi]"),
    month_lead=r"a|ad|in|nel|di|da|dal|fine|inizio|metà|[(,\-–]",
    clock=r",?\s*(?:(?:alle )?ore|alle|all['’]|verso le|poco (?:dopo|prima) delle)?\s*",
    last_year=r"(?:del)?l['’]anno scorso|dello scorso anno|lo scorso anno",
)  # fmt: skip
_ES = Calendar(
    months=[("enero", "ene"), ("febrero", "feb"), ("marzo", "mar"), ("abril", "abr"), ("mayo", "may"), ("junio", "jun"),
            ("julio", "jul"), ("agosto", "ago"),
            ("septiembre", "setiembre", "sept", "sep"), ("octubre", "oct"), ("noviembre", "nov"), ("diciembre", "dic")],
    weekdays=[("lunes",), ("martes",), ("miércoles",), ("jueves",), ("viernes",), ("sábado",), ("domingo",)],
    parts=r"(?:por la )?(?:mañana|tarde|noche|madrugada)",
    spans={
        r"anteayer|antes de ayer": "day-2",
        r"ayer(?: por la (?:mañana|tarde|noche))?|anoche|(?:la )?(?:pasada noche|noche pasada)": "day-1",
        r"hoy|esta (?:mañana|tarde|noche)": "day",
        r"esta madrugada": "night",
        r"esta semana": "week",
        r"la (?:semana pasada|pasada semana)": "week-1",
        r"este mes": "month",
        r"el (?:mes pasado|pasado mes)": "month-1",
        r"este año": "year",
        r"el (?:año pasado|pasado año)": "year-1",
        r"este fin de semana": "weekend",
        r"el (?:fin de semana pasado|pasado fin de semana)|el fin de semana": "weekend-1",
    },
    seasons=("primavera", "verano", "otoño", "invierno"),
    last_before=r"(?:el )?pasado", last_after=r"pasado", next_before=r"(?:el )?próximo", next_after=r"próximo",
    this_before=r"este|esta",
    early=r"principios de", middle=r"mediados de", late=r"finales de",
    since=r"desde(?: el)?", joins=r"-|–|—|/|al?|y(?: el)?", of=r"de",
    ago=r"hace (?P<n>NUMBER) UNIT",
    units=("días?", "semanas?", "mes(?:es)?", "años?"),
    month_lead=r"en|de|desde|a|[(,\-–]",
    clock=r",?\s*(?:a las?|sobre las?|hacia las?|poco (?:después|antes) de las?)?\s*",
    last_year=r"del (?:año pasado|pasado año)",
)  # fmt: skip
CALENDARS = {"en": _EN, "fr": _FR, "de": _DE, "nl": _NL, "it": _IT, "es": _ES}
