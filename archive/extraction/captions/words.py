"""Cut a caption into words and sentences, and tell its language."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from archive.extraction.captions.calendars import CALENDARS
from archive.standards.normal_form import normalise

# More of one kind names no picture; it makes the reading long.
MOST_MENTIONS = 100
_WORD = re.compile(r"\w+")
# Runs that no language writes. Patterns may try every length of a run, so runs are kept short.
_LONG_RUN = re.compile(r"\s{9,}|\w{61,}|[\w’'&.,@/-]{201,}")
_LONG_WORD = re.compile(r"\w{61,}")
# What is left of a longer run of spaces, of a longer word, and of a longer run without a space.
_SPACES = 8
_LETTERS = 60
_MARKS = 200
_BLANK = "\x00"
_BREAK = re.compile(
    r"(?:[.!?…][\"”»)\]]*|\))\s+(?=[\"“«(\[©|/]?\s?[A-ZÀ-Ý0-9©@📷📸]|"
    # agencies and libraries that write themselves small
    r"(?:d?pa|epa|ddp|imago|laif|bpk|ullstein bild|picture alliance|action press|akg-images|mauritius images)\b)|\n+"
)
_BRACKET_FIRST = re.compile(r"\s*\(")
_ABBREVIATION = re.compile(
    r"\b(?:[A-Z]|Jan|Feb|Mar|Apr|Aug|Sept|Sep|Oct|Nov|Dec|Mr|Mrs|Ms|Dr|St|Ste|Lt|Gen|Gov|Sen|Rep|No|Calif|Fla|Mass|"
    r"Wash|[Ii]nv|[Rr]ef|[Nn]eg|[Aa]cc|[Cc]oll|[Pp]h|Co|o"
    r"|janv|févr|juil|déc|approx|Col|Capt|Sgt|Rev|vs|a\.m|p\.m)$"
)
_SHORT_MONTH = re.compile(r"Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|janv|févr|juil|déc|[ap]\.m")
_STOPWORDS = {
    "en": "the a an of in on at and is are was were by with from off to for after as their his her who has have",
    "fr": "le la les des du un une de d l et au aux dans sur est sont été à par en une pour avec près large qui",
    "de": "der die das ein eine und im am auf vor von mit nach bei ist sind den dem zum zur",
    "nl": "de het een en van op in bij met voor naar aan zijn is vanuit uit",
    "it": "il lo la gli un una di del della dei nel nella a con per dopo al da che",
    "es": "el la los las un una de del en y con por para tras al frente cerca se",
}
_LANGUAGES_OF: dict[str, list[str]] = {}
for _language, _words in _STOPWORDS.items():
    for _word in _words.split():
        _LANGUAGES_OF.setdefault(_word, []).append(_language)
# Months and weekdays tell twice as much: place names hold small words of other languages ("Boulogne-sur-Mer").
for _language, _calendar in CALENDARS.items():
    for _group in (*_calendar.months, *_calendar.weekdays):
        _LANGUAGES_OF.setdefault(_group[0].lower(), []).extend([_language] * 2)


class Word(NamedTuple):
    """One word: where it stands, as written, and without case and accents."""

    start: int
    end: int
    text: str
    folded: str

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """Reduce one word to lower case without accents; "Saint" and "St" meet."""
    return normalise(word)


def small_letters(text: str) -> str:
    """Return the text in small letters, letter for letter, as a pattern that ignores case would read it."""
    return text.replace("İ", "i").replace("ı", "i").replace("ſ", "s").lower()


def tame(text: str) -> str:
    """Blank out the rest of endless runs of spaces, letters or marks; the text keeps its length, and so its spans."""
    return _LONG_RUN.sub(_shortened, text)


def _shortened(match: re.Match[str]) -> str:
    run = match[0]
    if run.isspace():
        kept = "\n" + run[: _SPACES - 1] if "\n" in run else run[:_SPACES]
    else:
        kept = _LONG_WORD.sub(lambda word: word[0][:_LETTERS].ljust(len(word[0]), _BLANK), run)[:_MARKS]
    return kept.ljust(len(run), _BLANK)


def words_of(text: str) -> list[Word]:
    return [Word(m.start(), m.end(), m[0], fold(m[0])) for m in _WORD.finditer(text)]


def sentences_of(text: str) -> list[tuple[int, int]]:
    """Return the spans of the sentences; abbreviations of months, titles and states end none."""
    spans, start = [], 0
    for match in _BREAK.finditer(text):
        # "10 Aug. PA Media" has ended; "Nov. 8" and "Mr. Roe" have not.
        short = _ABBREVIATION.search(text, max(start, match.start() - 8), match.start()) if match[0][0] == "." else None
        if short and (text[match.end()].isdigit() or not _SHORT_MONTH.fullmatch(short[0])):
            continue
        if text[match.start()] == ")" and not text[match.end() : match.end() + 1].isupper():
            continue
        if text[match.start()] == ")" and not _stands_alone(text, start, match.start()):
            continue
        spans.append((start, match.end()))
        start = match.end()
    if start < len(text):
        spans.append((start, len(text)))
    return spans


def _stands_alone(text: str, start: int, end: int) -> bool:
    return _BRACKET_FIRST.match(text, start, end) is not None


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in their order, those that overlap as one."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if kept and start < kept[-1][1]:
            kept[-1] = kept[-1][0], max(end, kept[-1][1])
        else:
            kept.append((start, end))
    return kept


def touches(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Say whether a stretch overlaps one of the spans, which are merged."""
    at = bisect_left(spans, end, key=lambda span: span[0]) - 1
    return at >= 0 and start < spans[at][1]


def language_of(words: list[Word]) -> str:
    """Tell the language by its small words, months and weekdays; English where nothing tells."""
    scores = dict.fromkeys(_STOPWORDS, 0)
    for word in words:
        for language in _LANGUAGES_OF.get(word.text.lower(), ()):
            scores[language] += 1
    return max(scores, key=lambda language: scores[language])
