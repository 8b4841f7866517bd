"""
Find what a caption denies: "not Dunkirk", "et non le 14 juin", "rather than Dover", "wrongly described as Worthing".

A denial has a word that denies, then at most small words or a verb of picturing, then names, days or numbers; it ends
where the names end. "Not far from Dover" and "not on the picture" deny no name and are none. What is denied is blanked,
so that no other rule reads it.
"""

import re
from functools import lru_cache

from archive.extraction.captions.calendars import CALENDARS
from archive.extraction.captions.words import word_set

# Between the denying word and the name: "not taken off the", "et non pas à", "nicht vor der".
_SMALL = word_set("""
    in at on off near from by for of the to as a an outside along around inside de du des d le la les l à au aux
    en dans sur devant près depuis chez vers large face am im auf vor bei von vom zu zum zur der die das den dem
    nach aus um küste op bij van uit voor te het een aan naar kust el los las del al desde hacia frente por costa
    il lo gli i nel nella nei ad alla dal dalla di da della su sul sulla per presso largo
""")
_PICTURING = word_set("""
    been being was is were taken shot made filmed photographed recorded captured show shows showing depict depicts
    happen happened occurred été prise pris prises photographiée photographié filmée montre aufgenommen entstanden
    zeigt genomen gemaakt toont tomada tomado muestra fue è stata scattata mostra
""")
_BEFORE_DAY = word_set("on in le am im op el il de del du der")
# Small words inside a name or between two names that are both denied.
_WITHIN = word_set("of the de du des la le les d l sur sous or nor ou ni oder noch of o né upon on-the und and")
_OR = frozenset(["or", "nor", "ou", "ni", "oder", "noch", "o", "né"])
_NUMBERS = word_set("""
    two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty deux trois quatre cinq sept huit neuf dix onze douze treize
    quatorze quinze seize vingt trente zwei drei vier fünf sechs sieben acht neun zehn elf zwölf twee drie vijf
    zes zeven negen tien dos tres cuatro cinco seis siete ocho nueve diez due tre quattro cinque sei sette otto
    nove dieci
""")
_DENYING = {
    "en": r"\bnot\b|\brather than\b|\binstead of\b|\bas opposed to\b",
    "fr": r"\bnon(?: pas)?\b|(?<![\w-])pas(?![\w-]|\s+de calais)|\bplutôt qu(?:e\b|['’])|"
    r"\bau lieu d(?:e\b|u\b|es\b|['’])",
    "de": r"\bnicht\b|\b(?:an)?statt\b|\banstelle von\b|\bkeine?[nrms]?\b",
    "nl": r"\bniet\b|\bin plaats van\b|\bgeen\b",
    "es": r"\bno\b|\ben (?:lugar|vez) de(?:l\b|\b)",
    "it": r"\bnon\b|\banziché\b|\binvece (?:di|che)\b|\bal posto di\b",
}
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
    r"|(?:earlier|previous|original|initial|first) (?:(?:photo |picture )?captions?|versions?|editions?|descriptions?)"
    r"|à tort|par erreur|erronément|(?:initialement|précédemment|d['’]abord) (?:indiquée?|annoncée?|légendée?|située?|"
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
_LIST_GOES_ON = re.compile(r"\s(?:[\w-]+,?\s){0,3}(?:or|nor|ou|ni|oder|noch|o)\s")
_HELD_BEFORE = re.compile(r",\s[A-ZÀ-Ý][\w’'-]*(?:\s[A-ZÀ-Ý][\w’'-]*)?,?\s(?:and\s|et\s|y\s|e\s|en\s|und\s)?$")
_HOLDER = re.compile(r",\s([A-ZÀ-Ý][\w’'-]*)(?:\s[A-ZÀ-Ý][\w’'-]*)?(?=\s*(?:[,.;:)]|$))")
_TOKEN = re.compile(r"\w+(?:['’.-]\w+)*|[,;:.()!?\[\]—–/+|\n\"“”]")


def is_correction(text: str) -> bool:
    """Say whether a caption opens as a notice that corrects an earlier one: "CORRECTS LOCATION TO …"."""
    return _NOTICE.match(text) is not None


def denied_spans(text: str, language: str) -> list[tuple[int, int]]:
    """Return what the text denies, with the word that denies it; spans in their order, none inside another."""
    pattern, names_of_days = _grammar(language if language in _DENYING else "en")
    spans = []
    for found in pattern.finditer(text):
        end = _end_of_names(text, found, names_of_days)
        if end > found.end():
            if _HELD_BEFORE.search(text, max(0, found.start() - 60), found.start()):
                # "In Zarzis, Tunisia, not Zuwara, Libya": what holds the denied place is denied with it.
                holder = _HOLDER.match(text, end)
                end = holder.end() if holder and holder[1].lower() not in names_of_days else end
            stated = _AS_STATED.match(text, end)
            spans.append((found.start(), stated.end() if stated else end))
    lowered = text.lower()
    for found in _WRONG.finditer(text) if any(hint in lowered for hint in _HINTS_OF_WRONG) else ():
        after = found["wrong"]
        ends = _ENDS_WRONG.search(after)
        spans.append((found.start(), found.start("wrong") + (ends.start() if ends else len(after))))
    for found in _FROM_TO.finditer(text) if any(hint in lowered for hint in _HINTS_OF_CHANGE) else ():
        spans.append(found.span("old" if found["old"] else "older"))
    return _joined(spans)


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
def _grammar(language: str) -> tuple[re.Pattern[str], frozenset[str]]:
    calendar = CALENDARS[language]
    names = {name.lower() for group in (*calendar.months, *calendar.weekdays) for name in group}
    return re.compile(_DENYING[language], re.IGNORECASE), frozenset(names)


def _end_of_names(text: str, found: re.Match[str], days: frozenset[str]) -> int:
    """Return the end of the names, days and numbers behind a denying word; its own end if there are none."""
    shouted = found[0].isupper()
    dated = any(word in days for word in re.findall(r"\w+", text[max(0, found.start() - 80) : found.start()].lower()))
    end, position, named, pictured, pending = found.end(), found.end(), 0, False, False
    for _step in range(14):
        gap = _SPACES.match(text, position)
        token = _TOKEN.match(text, gap.end() if gap else position)
        if token is None:
            break
        written, word = token[0], token[0].lower()
        if not written[0].isalnum():
            # "not Dunkirk, Calais or Ostend": a list goes on to its "or".
            if written == "," and named and _LIST_GOES_ON.match(text, token.end()):
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
    if shouted and named and not re.match(r"\s*(?:$|[,;:.)\]!])", text[end:]):
        return found.end()
    return end


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        elif end > start:
            joined.append((start, end))
    return joined
