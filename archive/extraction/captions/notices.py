"""
Find the notices of suppliers that forbid or bound the use of a picture: embargo, expiry, hold, kill, editorial
use only.

In English, French, German, Dutch, Spanish and Italian. Only words that say so: an arms embargo is none, and nothing is
concluded from what is missing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from archive.extraction.captions.calendars import CALENDARS

_LONGEST_WORDS = 200


class NoticeKind(StrEnum):
    """What a supplier says of the use of a picture."""

    EMBARGO = "EMBARGO"
    EXPIRY = "EXPIRY"
    HOLD = "HOLD"
    KILL = "KILL"
    EDITORIAL_ONLY = "EDITORIAL_ONLY"


@dataclass(frozen=True)
class NoticeWords:
    """A notice as it is written: its kind, and the sentence or line that says so."""

    kind: NoticeKind
    words: str


def _any(*patterns: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), flags)


# Where words of a whole sentence may stand beside it: an embargo with its end, "under embargo", the word as a heading.
_EMBARGO = _any(
    r"\b(?:embargo(?:ed|ée?s?)?|embargad[ao]s?)\W{0,3}"
    r"(?:until|till|up to|ends?|expires|lifts|for release|jusqu|bis\b|tot\b|hasta\b|fino\b|al\b|au\b)",
    r"\b(?:under|strict|sous|unter|onder|bajo|sotto)\s+(?:strict(?:e[sm]?)?\s+|streng(?:e[msr]?)?\s+)?embargo\b",
    r"\bembargoed\b(?!\s+(?:goods|oil|arms|country|countries|weapons|products|cargo))",
    r"\bsperrfrist\b",
    r"\bgesperrt\s+bis\b",
    r"\b(?:do not (?:use|publish|release)|not (?:for (?:use|publication|release)|to be (?:used|published|released)))"
    r"\s+(?:before|until|till)\b",
    r"\bne pas (?:publier|diffuser|utiliser) avant\b",
    r"\bnicht vor\b[^.\n]{1,60}\b(?:veröffentlichen|verwenden|freigeben)\b",
    r"\bniet (?:publiceren|gebruiken|vrijgeven) (?:voor|vóór)\b",
    r"\bno (?:publicar|difundir|usar) (?:antes|hasta)\b",
    r"\bnon (?:pubblicare|diffondere|usare) prima\b",
)
_EMBARGO_HEADING = _any(r"(?:^|\n)\W*EMBARGO(?:ED|ÉE?)?\b(?=\s*[:\-–—!.*+/]|\s*$|\s+\d)", flags=re.MULTILINE)
# In a field for instructions the word alone says it; a trade may be embargoed in a caption.
_EMBARGO_INSTRUCTED = _any(r"\b(?:embargo(?:ed|ée?s?)?|embargad[ao]s?)\b")
_LIFTED = _any(
    r"\bembargo\W{1,3}(?:is |has been |was |now |est |a été |ist |wurde |is |wird |ha sido |è |è stato )?"
    r"(?:lifted|over|expired|ended|no longer|levé|aufgehoben|abgelaufen|opgeheven|vervallen|levantado|vencido|"
    r"revocato|scaduto|tolto)",
    r"\b(?:no|not under|not|no longer|without|free of|sans|kein|keine|geen|sin|senza|nessun)"
    r"\s+(?:an?\s+|under\s+)?(?:embargo|sperrfrist)",
    r"\b(?:levée? de l.embargo|lifting of the embargo)\b",
)
_USE_ENDS = _any(
    r"\b(?:no|not for|not to be|do not|never to be)\s+(?:further\s+)?us(?:e|ed|age)\s+after\s+(?!the\b|this\b|it\b)",
    r"\buse (?:is )?(?:prohibited|forbidden)\s+after\b",
    r"\b(?:to|must) be used (?:within|before|by) (?:the )?(?:\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+\d)",
    r"\bno (?:access|archives?|use|usage) (?:after|beyond) \d+ (?:hours|days|weeks|months)\b",
    r"\buse within \d+ (?:hours|days|weeks|months)\b",
    r"\b(?:usage|use|licen[cs]e)(?: rights?)? (?:expires?|ends?) (?:on|at|after|in)\b",
    r"\bne (?:pas|plus) (?:utiliser|publier|diffuser) après\b",
    r"\b(?:verwendung|nutzung)\b[^.\n]{0,20}\bnur bis\b",
    r"\bnach dem [^.\n]{1,40}\bnicht mehr (?:zu )?(?:verwenden|veröffentlichen)\b",
    r"\bniet (?:meer )?(?:gebruiken|publiceren) na\b",
    r"\bno (?:usar|utilizar|publicar) después\b",
    r"\bnon (?:utilizzare|usare|pubblicare) dopo\b",
)
_HOLD = _any(
    r"\bhold(?:ing)? for (?:release|publication)\b",
    r"\bon hold (?:until|pending)\b",
    r"\bnot (?:yet )?(?:for|cleared for) (?:release|publication)\b",
    r"\b(?:do not (?:release|publish)|ne pas (?:publier|diffuser)|nicht (?:veröffentlichen|freigegeben)|"
    r"niet (?:publiceren|vrijgeven)|no publicar|non pubblicare)\b"
    r"(?!\s+(?:without|unless|sans|ohne|zonder|sin|senza)\b)",
)
_HOLD_INSTRUCTED = _any(r"(?:^|\n)\W*HOLD\b", flags=re.MULTILINE)
_KILL = _any(
    r"\b(?:mandatory|advisory|photo|picture|image|caption)[\s/-]+kill\b",
    r"\bkill (?:notice|advisory|order|this (?:photo|picture|image)|the (?:photo|picture|image))\b",
    r"\b(?:please|must|immediately|veuillez|bitte|gelieve|por favor)\b[^.\n]{0,60}"
    r"\b(?:kill|delete|withdraw|remove|supprimer|détruire|verwijderen|eliminar|borrar)\b[^.\n]{0,40}"
    r"\b(?:photo|picture|image|archives?|systems?|foto|imagen|systèmes?)\b",
    r"\bbitte\b[^.\n]{0,20}\bbild\b[^.\n]{0,30}\blöschen\b",
    r"\bfoto\b[^.\n]{0,30}\bverwijderen\b",
    r"\b(?:photo|image|cliché|picture)s? (?:annulée?s?|retirée?s?|withdrawn|killed)\b",
    r"\bavis (?:d.annulation|de retrait)\b",
    r"\b(?:bildrückruf|bildrückzug|rückruf des bildes|bild (?:wurde )?zurückgezogen|bild gesperrt)\b",
    r"\bfoto (?:ingetrokken|anulada|retirada|annullata|ritirata)\b",
)
_KILL_HEADING = _any(
    r"(?:^|\n|[*+=]\s*)\W*(?:MANDATORY\s+)?KILL(?:ED)?\b(?=\s*[:\-–—!.*+/]|\s*$)",
    r"(?:^|\n)\W*(?:ANNUL(?:É|E|ATION)|ANNULÉE|ZURÜCKGEZOGEN|INGETROKKEN|ANULAD[AO]|ANNULLAT[AO]|"
    r"RITIRAT[AO])\b(?=\s*[:\-–—!.*+/]|\s*$)",
    flags=re.MULTILINE,
)
_EDITORIAL = _any(
    r"\beditorial[\s-]+us(?:e|age)\s+only\b",
    r"\b(?:only|solely|exclusively) for editorial (?:use|usage|purposes)\b",
    r"\bfor editorial (?:use|purposes) (?:only|solely|exclusively)\b",
    r"\b(?:usage|utilisation|fins?) éditoriale?s? (?:uniquement|exclusivement|seulement)\b",
    r"\b(?:uniquement|exclusivement|strictement|seulement|réservée?s?)\b[^.\n]{0,30}"
    r"\b(?:usage|utilisation|fins) éditoriale?s?\b",
    r"\busage (?:strictement|exclusivement|uniquement) éditorial\b",
    r"\b(?:nur|ausschließlich|ausschliesslich)\b[^.\n]{0,20}\bredaktionell(?:e[nrms]?)?\b",
    r"\b(?:alleen|uitsluitend|enkel)\b[^.\n]{0,20}\bredactione(?:el|le)\b",
    r"\b(?:solo|sólo|solamente|únicamente|exclusivamente)\b[^.\n]{0,20}\buso editoriale?\b",
    r"\buso editoriale? (?:solamente|únicamente|exclusiv[ao]|exclusivamente|esclusivo|esclusivamente|solo|sólo)\b",
    r"\buso (?:exclusivamente|esclusivamente|únicamente|solo|sólo) editoriale?\b",
    r"\b(?:esclusivamente|soltanto)\b[^.\n]{0,20}\buso editoriale\b",
)
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+|\n+")
# "Until 6 a.m. 1 January", "Sperrfrist: 1. Januar", "fino al 1 gen. 2025": the full stop ends no sentence.
_NAMES = [names for calendar in CALENDARS.values() for names in (*calendar.months, *calendar.weekdays)]
_SHORT_NAMES = "|".join(sorted({name for _whole, *short in _NAMES for name in short}))
_ALL_NAMES = "|".join(sorted({name for names in _NAMES for name in names}))
_STOP_WITHIN_DAY = re.compile(rf"\b(?:[ap]\.?\s?m|\d{{1,2}}|{_SHORT_NAMES})\.$", re.IGNORECASE)
_DAY_GOES_ON = re.compile(rf"\d|[a-zà-ÿ]|(?:(?i:{_ALL_NAMES})|GMT|UTC|BST|CES?T|E[SD]?T)\b")


def find_notices(text: str, *, is_instruction: bool = False) -> list[NoticeWords]:
    """
    Return the notices that a text gives, each kind once.

    :param is_instruction: it is a field for instructions or terms, where a word alone is a notice
    """
    notices: dict[NoticeKind, NoticeWords] = {}
    for sentence in _sentences(text):
        for kind in _kinds(sentence, is_instruction):
            notices.setdefault(kind, NoticeWords(kind, sentence[:_LONGEST_WORDS]))
    return list(notices.values())


def _sentences(text: str) -> Iterator[str]:
    text, start = text[:20_000], 0
    for end in (*_SENTENCE_ENDS.finditer(text), None):
        stop = end.start() if end else len(text)
        if end and _DAY_GOES_ON.match(text, end.end()) and _STOP_WITHIN_DAY.search(text, max(0, stop - 12), stop):
            continue
        if sentence := text[start:stop].strip():
            yield sentence
        start = end.end() if end else stop


def _kinds(sentence: str, is_instruction: bool) -> Iterator[NoticeKind]:
    is_embargo = _EMBARGO.search(sentence) or _EMBARGO_HEADING.search(sentence)
    if is_instruction:
        is_embargo = is_embargo or _EMBARGO_INSTRUCTED.search(sentence)
    if is_embargo and not _LIFTED.search(sentence):
        yield NoticeKind.EMBARGO
    elif _USE_ENDS.search(sentence):
        yield NoticeKind.EXPIRY
    elif _HOLD.search(sentence) or (is_instruction and _HOLD_INSTRUCTED.search(sentence)):
        yield NoticeKind.HOLD
    if _KILL.search(sentence) or _KILL_HEADING.search(sentence):
        yield NoticeKind.KILL
    if _EDITORIAL.search(sentence):
        yield NoticeKind.EDITORIAL_ONLY
