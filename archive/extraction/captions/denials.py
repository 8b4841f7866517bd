"""
Find what a caption denies: "not Dunkirk", "et non le 14 juin", "rather than Dover", "wrongly described as Worthing".

A denial has a word that denies, then at most small words or a verb of picturing, then names, days or numbers; it ends
where the names end. The names may also come first: "Dunkirk is not shown", "Dunkirk was incorrect", "Dunkirk? No:".
"Not far from Dover" and "not on the picture" deny no name and are none. What is denied is blanked, so that no other
rule reads it.
"""

import re
from functools import lru_cache

from archive.extraction.captions.calendars import CALENDARS
from archive.extraction.captions.likenesses import find_likenesses
from archive.extraction.captions.words import merged
from archive.standards.normal_form import word_set

# Between the denying word and the name: "not taken off the", "et non pas à", "nicht vor der".
_SMALL = word_set("""
    in at on off near from by for of the to as a an outside along around inside de du des d le la les l à au aux
    en dans sur devant près depuis chez vers large face am im auf vor bei von vom zu zum zur der die das den dem
    nach aus um küste op bij van uit voor te het een aan naar kust el los las del al desde hacia frente por costa
    par langs
    il lo gli i nel nella nei ad alla dal dalla di da della su sul sulla per presso largo
    that those celle celui celles ceux quella quello quelle quelli aquella aquel
""")
_PICTURING = word_set("""
    been being was is es est ist were taken shot made filmed photographed recorded captured show shows showing
    depict depicts happen happened occurred été prise pris prises photographiée photographié filmée montre aufgenommen
    entstanden zeigt genomen gemaakt toont tomada tomado muestra fue è stata scattata mostra
    seen sighted pictured vu vue vus vues aperçu aperçue gesehen gezien visto vista vistos vistas viste visti
""")
_BEFORE_DAY = word_set(
    "on in last this dernier letzten vergangenen vorige pasado scorso le am im op el il de del du der den dem"
)
# Small words inside a name or between two names that are both denied.
_WITHIN = word_set("of the de du des la le les d l sur sous or nor ou ni oder noch of o né upon on-the und and")
_OR = frozenset(["or", "nor", "ou", "ni", "oder", "noch", "o", "né"])
_BUT = frozenset(["but", "mais", "sondern", "maar", "sino", "pero", "ma", "bensì"])
_NUMBERS = word_set("""
    two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty deux trois quatre cinq sept huit neuf dix onze douze treize
    quatorze quinze seize vingt trente zwei drei vier fünf sechs sieben acht neun zehn elf zwölf twee drie vijf
    zes zeven negen tien dos tres cuatro cinco seis siete ocho nueve diez due tre quattro cinque sei sette otto
    nove dieci
    dreizehn vierzehn fünfzehn zwanzig dreißig vierzig fünfzig twaalf dertien veertien vijftien twintig dertig veertig
    vijftig quarante cinquante doce trece catorce veinte treinta cuarenta cincuenta undici dodici tredici quattordici
    quindici venti trenta quaranta cinquanta
""")
_DENYING = {
    "en": r"\bnot\b|\b(?:is|was|are|were|did|does|do)n['’]t\b|\bneither\b|\bnor\b|\brather than\b|"
    r"\binstead of\b|\bas opposed to\b|\bnowhere near\b|\bnever (?:reached|arrived|got|made it)\b|"
    r"\b(?:is|was|are|were|been) never (?=(?:near|at|in|off|close to)\b)|\bunlike\b|"
    r"\b(?:wrong|incorrect|false) caption:",
    # The county is "Pas de Calais" too, but not behind "et" in small letters.
    "fr": r"\bnon(?: pas)?\b|(?<![\w-])pas(?![\w-]|\s+de calais)|(?<=\bet )(?-i:pas)(?= de (?-i:C)alais)|"
    r"\bplutôt qu(?:e\b|['’])|"
    r"\bau lieu d(?:e\b|u\b|es\b|['’])|\bni\b|"
    r"\bjamais (?:atteint|rejoint|gagné|arrivée?s?|passée?s?|allée?s?|venue?s?)\b|"
    r"\bcontrairement à\b|\bà la différence d(?:e\b|u\b|es\b|['’])|"
    r"\blégende (?:erronée|fausse|incorrecte)\s?:",
    "de": r"\bnicht\b|\b(?:an)?statt\b|\banstelle von\b|\bkeine?[nrms]?\b|\bweder\b|\bnoch\b|"
    r"\bnie(?:mals)?(?= (?:in|bei|vor|nach|an)\b)|\banders als\b",
    "nl": r"\bniet\b|\bin plaats van\b|\bgeen\b|\bnoch\b|\bnooit(?= (?:in|bij|voor|naar|langs)\b)|\banders dan\b",
    "es": r"\bno\b|\ben (?:lugar|vez) de(?:l\b|\b)|\bni\b|\bnunca (?:estuvo|llegó|pasó|alcanzó)\b|"
    r"\ba diferencia de(?:l\b|\b)",
    "it": r"\bnon\b|\banziché\b|\binvece (?:di|che)\b|\bal posto di\b|\bn[ée]\b|"
    r"\bmai (?:arrivat[aoei]|passat[aoei]|stat[aoei]|giunt[aoei])\b|\ba differenza d(?:i\b|el\b|ella\b|['’])",
}
# "Off Gravelines, no Dunkerque": so few words may not tell their language.
_BARE_NO = r"|(?<=,\s)non?(?=\s(?-i:[A-ZÀ-Ý]))"
# "Noch" is "still" too, unless it stands behind "weder", another denial, or before another "noch".
_NOCH = re.compile(r"[^.;:!?\n]{1,60}?\bnoch\b", re.IGNORECASE)
_MOST_BETWEEN = 60
_NEITHER = frozenset(["neither", "nor", "ni", "weder", "noch", "né", "ne"])
# "not, as stated, Dunkirk", "not - as we wrote - off Dunkirk"
_ASIDE = re.compile(
    r"\s?(?:,|\s[-–—]|—)\s?(?:as|comme|wie|zoals|como|come)\s[^,;:.()\n—–]{1,60}?(?:,|\s[-–—]|—)(?=\s)", re.IGNORECASE
)
# "A drill off Taranto, not a rescue near Malta": a thing with its place, set against another.
_SET_AGAINST = re.compile(r"[,–—(]\s?(?:and |et |und |en |y |e )?$", re.IGNORECASE)
_THING = re.compile(
    r"\s(?:an?|the|une?|le|la|eine?[nmrs]?|een|het|de|el|una|il|lo)\s(?:[a-zà-ÿ’'-]+\s){1,3}?(?:near|off|in|at|from|"
    r"près de|"
    r"à|en|dans|bei|vor|bij|van|cerca de|frente a|vicino a|di)(?=\s[A-ZÀ-Ý])"
)
# "Ne montre pas des migrants à Calais", "does not show a boat off Dover"
_SHOWS_BEFORE = re.compile(r"\b(?:montre(?:nt)?|does|do|did|zeigt|toont|muestra|mostra)\s?$", re.IGNORECASE)
_SHOWN_THING = re.compile(
    r"\s(?:(?:show|depict)\s)?(?:[a-zà-ÿ’'-]+\s){1,4}?(?:near|off|in|at|from|près de|à|en|dans|bei|vor|bij|van|"
    r"cerca de|"
    r"frente a|vicino a|di)(?=\s[A-ZÀ-Ý])"
)
# Behind names: that they are not what is shown, or were wrong.
_NOT_SHOWN = re.compile(
    r"\s(?:(?:is|was|are|were)(?:\snot|n['’]t)\s(?:(?:the|in the|in this|on the) (?:correct |right |"
    r"actual )?(?:place|"
    r"location|site|scene|spot|picture|photo|photograph|image|frame|shot)|where|shown|pictured|seen|visible|depicted|"
    r"correct|right|here)"
    r"|(?:is|was|were) (?:(?:stated|given|named|captioned|listed|mentioned|written) )?(?:incorrect|wrong|a mistake|"
    r"an error|mistaken|in error|erroneous|inaccurate|by mistake)(?! (?:to|about|for|with|in|on|that))"
    r"|(?:is|was|were) (?:wrongly|incorrectly|mistakenly|erroneously) (?:given|stated|named|mentioned)"
    r"(?! as (?-i:[A-Z]))"
    r"|n['’](?:est|était|apparaît)\spas\s(?:(?:le|la|l['’]|sur|dans|à|ici|où|là)\s?(?:bon |bonne )?(?:lieu|endroit|"
    r"plage|photo|l['’]image|image|la photo|où)?|montrée?|visible|photographiée?|représentée?|correcte?)"
    r"|(?:est|était|a été (?:indiquée?|écrite?|mentionnée?|donnée?))\s(?:incorrecte?|inexacte?|faux|fausse|erronée?|"
    r"une erreur|par erreur|à tort)"
    r"|(?:ist|war|sind)\snicht\s(?:der (?:richtige )?ort|die (?:richtige )?stelle|dort|zu sehen|abgebildet|gezeigt|"
    r"richtig|korrekt|im bild|auf dem (?:bild|foto))"
    r"|(?:ist|war|wurde)\s(?:falsch|unrichtig|inkorrekt|ein fehler|ein irrtum|irrtümlich|fälschlich)"
    r"|(?:is|was|zijn)\sniet\s(?:de (?:juiste )?(?:plaats|plek|locatie)|waar|te zien|zichtbaar|getoond|"
    r"afgebeeld|juist|"
    r"correct|in beeld|op de foto)"
    r"|(?:is|was)\s(?:onjuist|fout|verkeerd|een fout|een vergissing)"
    r"|no\s(?:(?:es|era|fue|está)\s(?:donde|el lugar|la playa|el sitio|visible|correct[oa])|se (?:ve|muestra|"
    r"aprecia)|"
    r"aparece)"
    r"|(?:es|era|fue|estaba)\s(?:incorrect[oa]|erróne[oa]|un error|equivocad[oa])"
    r"|non\s(?:(?:è|era)\s(?:dove|il luogo|il posto|la spiaggia|visibile|mostrat[oa]|corrett[oa])|si vede|appare|"
    r"compare)"
    r"|(?:è|era)\s(?:sbagliat[oa]|errat[oa]|scorrett[oa]|un errore))\b"
    # "Dunkirk? No: Gravelines"
    r"|\s?\?\s(?:no|non|nein|neen?)(?=\s?[:,.;!—–-]\s?"
    r"(?:(?:in|at|off|near|it|this|is|was|à|au|large|de|c['’]est|das|ist|vor|bei|dit|het|bij|voor|en|es|esto|"
    r"frente|a|è|"
    r"al|di)\s)*(?-i:[A-ZÀ-Ý]))",
    re.IGNORECASE,
)
# "No boat was seen in Dunkirk; this is Calais" is no picture of Dunkirk; without its end it may be one.
_UNSEEN = re.compile(
    r"\b(?:no|aucune?|keine?|geen|ning[uú]na?|nessuna?)\s[\w-]+\s(?:[\w-]+\s)?(?:was|were|is|are|has been|have been|"
    r"n['’](?:a été|ont été|est)|wurden?|werd(?:en)?|fue(?:ron)?|è stat[ao]|sono stat[ei])(?=\s)",
    re.IGNORECASE,
)
_UNSEEN_BEHIND = re.compile(
    r"\s(?:wurden?|werd(?:en)?|war|was)\s(?:keine?|geen)\s[\w-]+\s(?:gesehen|zu sehen|gezien|"
    r"te zien)\b",
    re.IGNORECASE,
)
_SHOWS_ANOTHER = re.compile(
    r"[^.;:,—–\n]{0,40}[.;:,—–]\s?(?:but |mais |aber |maar |pero |ma |sondern )?(?:(?:this|these|it|that|here|"
    r"(?:the|this) (?:picture|photo|image|boat)) (?:is|was|are|were|shows)|ici|c['’]est|il s['’]agit d['’e]|la photo "
    r"montre|(?:das|dies|hier|es) (?:ist|war)|hier|(?:dit|het|hier) (?:is|was)|(?:esto|esta|éste?|aquí) es|es|"
    r"quest[aoi] è|qui|la foto (?:muestra|mostra)|das (?:foto|bild) zeigt|de foto toont)\s"
    r"(?:(?:in|at|off|near|the|à|au|large|de|bei|vor|bij|voor|en|frente|a|al|largo|di)\s)*(?-i:[A-ZÀ-Ý])",
    re.IGNORECASE,
)
_HINTS_OF_SHOWN = (
    " not ", "n't ", "n’t ", " pas ", "nicht ", "niet ", " no ", " non ", "? n", "wrong", "correct", "error", "mistake",
    "erreur", "inexact", "faux", "fausse", "erron", "errat", "fals", "irrt", "fehler", "unricht", "inkorr", "onjuist",
    "fout", "verkeerd", "vergissing", "erróne", "equivoc", "sbagliat", "scorrett", "inaccurate",
)  # fmt: skip
_HINTS_OF_UNSEEN = ("no ", "aucun", "kein", "geen ", "ningún", "ningun", "nessun")
# "Dunkirk beach is not shown"
_KIND_OF_PLACE = word_set("beach harbour harbor port town city coast shore itself")
_AS_STATED = re.compile(
    r"[,\s]*\b(?:as (?:was |is )?(?:previously|earlier|first|initially|originally|wrongly|incorrectly|mistakenly|"
    r"erroneously|stated|captioned|reported|given|we)\b"
    r"|comme (?:indiqué|annoncé|écrit|mentionné|précédemment|initialement|nous|cela|il a été|précisé)"
    r"|wie (?:zuvor|zunächst|ursprünglich|irrtümlich|fälschlich|angegeben|berichtet|gemeldet|in einer)"
    r"|zoals (?:eerder|eerst|aanvankelijk|vermeld|gemeld)|como (?:se|indicaba|figuraba|decía|por error)"
    r"|come (?:indicato|scritto|riportato|precedentemente|erroneamente))[^.;,)]{0,80}",
    re.IGNORECASE,
)
# From here to the end of the clause all is what was wrong.
_WRONG = re.compile(
    r"\b(?:(?:wrongly|incorrectly|mistakenly|erroneously|falsely)\s+\w+|(?:previously|originally|initially|formerly|"
    r"earlier) (?:captioned|described|identified|labell?ed|dated|given|listed|located)"
    r"|(?:earlier|previous|original|initial|first) (?:(?:photo |picture )?captions?|versions?|editions?|"
    r"descriptions?)"
    r"|à tort|par erreur|erronément|(?:initialement|précédemment|d['’]abord) (?:indiquée?|annoncée?|légendée?|"
    r"située?|"
    r"datée?|présentée?|identifiée?)|(?:précédente|première|ancienne) (?:légende|version)|(?:légende|version) "
    r"(?:précédente|antérieure|initiale)"
    r"|fälschlich(?:erweise)?|irrtümlich(?:erweise)?|(?:früheren?|ersten?|ursprünglichen?|vorherigen?) "
    r"(?:fassung|version|bildunterschrift|meldung)"
    r"|ten onrechte|abusievelijk|per abuis|verkeerdelijk|(?:eerdere?|vorige?) (?:versie|bijschrift|onderschrift)"
    r"|erróneamente|por error|equivocadamente|versión anterior|anterior versión|pie de foto anterior"
    r"|erroneamente|per errore|precedente (?:versione|didascalia)|(?:versione|didascalia) precedente)"
    r"(?P<wrong>[^.;)]{0,120})",
    re.IGNORECASE,
)
_ENDS_WRONG = re.compile(r"\bbut\b|\bmais\b|\baber\b|\bsondern\b|\bmaar\b|\bpero\b|\bma\b|,\s", re.IGNORECASE)
# "CORRECTS DATE FROM JUNE 17 TO JUNE 18" and the other way round.
_FROM_TO = re.compile(
    r"\b(?:correct(?:s|ed|ing)?|chang(?:es|ed|ing)|amend(?:s|ed)|updat(?:es|ed))\b[^.;:)]{0,40}?\s(?:from\s"
    r"(?P<old>[^.;:)]{1,40}?)\sto\s|to\s[^.;:)]{1,40}?\sfrom\s(?P<older>[^.;:)]{1,40}))",
    re.IGNORECASE,
)
# Most captions hold none of these, and need not be searched.
_HINTS_OF_WRONG = (
    "wrong", "incorrect", "mistaken", "errone", "false", "previous", "original", "initial", "former", "earlier",
    "first ",
    "tort", "erreur", "erroném", "précéd", "d'abord", "d’abord", "première", "ancienne", "version", "légende", "fälsch",
    "irrt", "früher", "erste", "ursprüng", "vorherige", "onrechte", "abusiev", "abuis", "verkeerd", "eerder", "vorige",
    "error", "erróne", "equivoc", "anterior", "precedente",
)  # fmt: skip
_HINTS_OF_CHANGE = ("correct", "chang", "amend", "updat")
_NOTICE = re.compile(
    r"\W*(?:caption |please note|attention editors?[,:]? )?(?:correct(?:ion|s|ed|ing)\b|clarification|rectifi\w+|"
    r"corrig\w+|errat\w+|bericht?igung|korrektur|korrigiert|correctie|rectificatie|gecorrigeerd|corrección|"
    r"corrige|fe de err|"
    r"correzione)",
    re.IGNORECASE,
)
_SPACES = re.compile(r"[ \u00a0]{0,2}")
_SHOUT_ENDS = re.compile(r"\s*(?:$|[,;:.)\]!–—]|(?<=\s)-\s)")
_DAY = r"\d{1,2}(?:st|nd|rd|th|er|\.|º|°)?"
_NOUN = re.compile(r"[,)–—]?\s(?P<noun>[^\W\d_]{2,})")
_LIST_GOES_ON = re.compile(r"\s(?:[\w-]+,?\s){0,3}(?:or|nor|ou|ni|oder|noch|o)\s")
_HELD_BEFORE = re.compile(r",\s[A-ZÀ-Ý][\w’'-]*(?:\s[A-ZÀ-Ý][\w’'-]*)?,?\s(?:and\s|et\s|y\s|e\s|en\s|und\s)?$")
_HOLDER = re.compile(r",\s([A-ZÀ-Ý][\w’'-]*)(?:\s[A-ZÀ-Ý][\w’'-]*)?(?=\s*(?:[,.;:)]|$))")
_TOKEN = re.compile(r"\w+(?:['’.-]\w+)*|[,;:.()!?\[\]—–/+|\n\"“”]")


def is_correction(text: str) -> bool:
    """Say whether a caption opens as a notice that corrects an earlier one: "CORRECTS LOCATION TO …"."""
    return _NOTICE.match(text) is not None


def denied_spans(text: str, language: str) -> list[tuple[int, int]]:
    """Return what the text denies, with the word that denies it; spans in their order, none inside another."""
    pattern, names_of_days, day_behind = _grammar(language if language in _DENYING else "en")
    spans = []
    paired = -1
    for match in pattern.finditer(text):
        word = match[0].lower()
        if word == "noch" and match.start() > paired and not _NOCH.match(text, match.end()):
            continue
        paired = match.end() + _MOST_BETWEEN if word in ("weder", "noch") else paired
        end = _end_of_names(text, match, names_of_days, day_behind)
        if end > match.end():
            if _HELD_BEFORE.search(text, max(0, match.start() - 60), match.start()):
                # "In Zarzis, Tunisia, not Zuwara, Libya": what holds the denied place is denied with it.
                holder = _HOLDER.match(text, end)
                end = holder.end() if holder and holder[1].lower() not in names_of_days else end
            stated = _AS_STATED.match(text, end)
            # "Neither Dunkirk" with its capitals would read as one name.
            start = match.end() if word in _NEITHER else match.start()
            spans.append((start, stated.end() if stated else end))
            paired = max(paired, end + _MOST_BETWEEN)
    lowered = text.lower()
    if any(hint in lowered for hint in _HINTS_OF_SHOWN):
        spans += [(_start_of_names(text, match), match.end()) for match in _NOT_SHOWN.finditer(text)]
    if any(hint in lowered for hint in _HINTS_OF_UNSEEN):
        for match in _UNSEEN.finditer(text):
            end = _end_of_names(text, match, names_of_days, day_behind)
            if end > match.end() and _SHOWS_ANOTHER.match(text, end):
                spans.append((match.start(), end))
        for match in _UNSEEN_BEHIND.finditer(text):
            if _SHOWS_ANOTHER.match(text, match.end()):
                spans.append((_start_of_names(text, match), match.end()))
    for match in _WRONG.finditer(text) if any(hint in lowered for hint in _HINTS_OF_WRONG) else ():
        after = match["wrong"]
        ends = _ENDS_WRONG.search(after)
        spans.append((match.start(), match.start("wrong") + (ends.start() if ends else len(after))))
    for match in _FROM_TO.finditer(text) if any(hint in lowered for hint in _HINTS_OF_CHANGE) else ():
        spans.append(match.span("old" if match["old"] else "older"))
    spans += find_likenesses(text)
    return merged((start, end) for start, end in spans if start < end)


def spread_shared(
    text: str, denied: list[tuple[int, int]], language: str
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """
    Give the words that a denial shares with what it is set against to both: "le 19 et non le 18 juin" names two days.

    Return what is to be blanked, and what is to be read as denied. Shared are the month and the year behind two days,
    the year behind two months, and the noun behind two numbers ("12, not 14 people").
    """
    blank, whole = [], []
    for start, end in denied:
        shared = _shared_words(text, start, end, language if language in _DENYING else "en")
        blank.append((shared[0], shared[1]) if shared else (start, end))
        whole.append((start, max(end, shared[2])) if shared else (start, end))
    return merged(blank), merged(whole)


def _shared_words(text: str, start: int, end: int, language: str) -> tuple[int, int, int] | None:
    """Return the end of what is affirmed before a denial, and the bounds of the words behind that belong to it too."""
    before, inside, behind = _shared_grammar(language)
    affirmed = before.search(text, max(0, start - _MOST_BETWEEN), start)
    denied = inside.search(text, start, end) if affirmed else None
    if affirmed is None or denied is None:
        return None
    at = denied.end("number") if denied["number"] else denied.end("month")
    tail = behind.match(text, at)
    if affirmed["dated"]:
        first = tail.start("year") if tail and tail["year"] else -1
    elif tail and tail["month"]:
        first = tail.start("month")
    elif denied["number"] and (tail := _NOUN.match(text, at)):
        first = tail.start("noun")
    else:
        first = -1
    return (affirmed.end("affirmed"), first, tail.end()) if tail and first >= 0 else None


@lru_cache(maxsize=8)
def _shared_grammar(language: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    calendar = CALENDARS[language]
    month = _month_names(language)
    number = rf"(?:{_DAY}|\d{{3,5}}|{'|'.join(sorted(_NUMBERS))})"
    of = rf"(?:(?:{calendar.of})\s?)?"
    dated = rf"(?:{_DAY}\s{of}(?:{month})|(?:{month})(?:\s\d{{1,2}}(?:st|nd|rd|th)?)?)\b"
    year = r"(?P<year>(?:1[5-9]|20)\d\d)\b"
    return (
        re.compile(
            rf"\b(?P<affirmed>(?P<dated>{dated})|{number})\s?[,(–—-]?\s?(?:(?:and|et|und|en|y|e)\s)?$", re.IGNORECASE
        ),
        # Behind the number the span may hold the month, the year or a German noun.
        re.compile(
            rf"\s(?:(?P<number>{number})(?:\s{of}(?:{month}))?|(?P<month>{month}))\.?(?:,?\s(?:de\s)?\d{{4}})?"
            r"(?:\s(?-i:[A-ZÄÖÜ])\w+)?$",
            re.IGNORECASE,
        ),
        re.compile(rf"\.?[,)–—]?\s?(?:{of}(?P<month>{month})\b\.?)?(?:,?\s?(?:de\s)?{year})?", re.IGNORECASE),
    )


def blanked(text: str, spans: list[tuple[int, int]]) -> str:
    """Return the text with spaces in place of the spans, so that all else stays where it stood."""
    parts, position = [], 0
    for start, end in spans:
        parts += [text[position:start], " " * (end - start)]
        position = end
    return "".join([*parts, text[position:]])


def kept_alone(text: str, spans: list[tuple[int, int]]) -> str:
    """Return the text with all but the spans blank."""
    around = [0, *(bound for span in spans for bound in span), len(text)]
    return blanked(text, list(zip(around[::2], around[1::2], strict=True)))


@lru_cache(maxsize=8)
def _grammar(language: str) -> tuple[re.Pattern[str], frozenset[str], re.Pattern[str]]:
    calendar = CALENDARS[language]
    names = {name.lower() for group in (*calendar.months, *calendar.weekdays) for name in group}
    month = _month_names(language)
    day = rf"\s(?:(?:den|dem|le|the|il|el|de)\s)?(?:{_DAY}\s(?:(?:{calendar.of})\s?)?(?:{month})|(?:{month})\s\d)"
    return (
        re.compile(_DENYING[language] + _BARE_NO, re.IGNORECASE),
        frozenset(names),
        re.compile(day, re.IGNORECASE),
    )


def _month_names(language: str) -> str:
    return "|".join(sorted((name for names in CALENDARS[language].months for name in names), key=len, reverse=True))


def _end_of_names(text: str, match: re.Match[str], days: frozenset[str], day_behind: re.Pattern[str]) -> int:
    """Return the end of the names, days and numbers behind a denying word; its own end if there are none."""
    shouted = match[0].isupper()
    dated = any(word in days for word in re.findall(r"\w+", text[max(0, match.start() - 80) : match.start()].lower()))
    aside = _ASIDE.match(text, match.end())
    if aside is None and _SET_AGAINST.search(text, max(0, match.start() - 8), match.start()):
        aside = _THING.match(text, match.end())
    if aside is None:
        shows = _SHOWS_BEFORE.search(text, max(0, match.start() - 10), match.start())
        aside = _SHOWN_THING.match(text, match.end(), min(len(text), match.end() + _MOST_BETWEEN)) if shows else None
    end, position, named, pictured, pending = match.end(), aside.end() if aside else match.end(), 0, False, False
    weekday = False
    for _step in range(14):
        gap = _SPACES.match(text, position)
        token = _TOKEN.match(text, gap.end() if gap else position)
        if token is None:
            break
        written, word = token[0], token[0].lower()
        if not written[0].isalnum():
            # "not Dunkirk, Calais or Ostend": a list goes on to its "or".
            # "not Tuesday, 18 June", "nicht am Dienstag, den 18. Juni": a weekday goes on to its day.
            if (
                written == ","
                and named
                and (_LIST_GOES_ON.match(text, token.end()) or (weekday and day_behind.match(text, token.end())))
            ):
                position = token.end()
                continue
            break
        name = (
            written[0].isdigit()
            or word in days
            or (word in _NUMBERS and word != "sei")
            or (written[0].isupper() and not (shouted and word in _SMALL))
        )
        if shouted and name and len(written) > 2 and word in _PICTURING:
            name = False
        if shouted and named and word in _BUT:
            return end
        weekday = word in days
        if name:
            if pending and not (dated or pictured or not named):
                break
            named, pending, end = named + 1, False, token.end()
        elif not named and (word in _SMALL or re.match(r"d['’]|l['’]", word)):
            pass
        elif not named and word in _PICTURING:
            pictured = True
        elif named and word in _OR:
            pass
        elif named and word in _BEFORE_DAY and word not in _WITHIN:
            pending = True
        elif not (named and word in _WITHIN):
            break
        position = token.end()
    # Shouted words are capitals all: a denial of names is short and ends at a mark.
    if shouted and named and not _SHOUT_ENDS.match(text, end):
        return match.end()
    return end


def _start_of_names(text: str, match: re.Match[str]) -> int:
    """Return the start of the names right before a phrase that denies them; the end of the phrase if there are none."""
    start, shouted = match.end(), match[0].isupper()
    position = match.start()
    tokens = list(_TOKEN.finditer(text, max(0, position - _MOST_BETWEEN), position))
    for token in tokens[: -(3 if shouted else 7) : -1]:
        written, word = token[0], token[0].lower()
        if text[token.end() : position].strip(" \u00a0"):
            break
        if written[0].isupper():
            start = token.start()
        elif not (word in _WITHIN or (start == match.end() and word in _KIND_OF_PLACE)):
            break
        position = token.start()
    return start
