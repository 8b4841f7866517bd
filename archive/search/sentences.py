"""
Plain sentences in the search box, English and French: "beaches between Calais and Dunkirk in mid June 2024".

Names, dates and words that stand in them become conditions, each told with the words it was read from. Words within
quotation marks are words; so is a name or a date that stands alone, without a word such as "between", "in" or "near".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from archive.search.query_language import print_query
from archive.search.query_tree import Condition, Query, Term, Words
from archive.standards.date_words import understand
from archive.standards.edtf import InvalidEDTF
from archive.standards.normal_form import word_set

# A longer text is no question; each word may ask the gazetteer some.
MOST_WORDS = 40
_LONGEST_NAME = 4
_MARKS = "?.,;:!()"
_LONGEST_DATE = 7
_BETWEEN = word_set("between entre")
_AND = word_set("and et &")
_BEFORE_DATE = word_set("a in on during from of en le au du dans")
_BEFORE_PLACE = word_set("at in near off from around a au aux en pres de depuis vers")
_ARTICLES = word_set("the la le les l' de du des")
_PLACE_KINDS = {
    "beach": "beach", "beaches": "beach", "plage": "beach", "plages": "beach", "harbour": "harbour",
    "harbours": "harbour", "port": "port", "ports": "port", "town": "town", "towns": "town", "ville": "town",
    "villes": "town", "bay": "bay", "bays": "bay", "baie": "bay", "baies": "bay", "headland": "headland",
    "headlands": "headland",
}  # fmt: skip
_KINDS = {"footage": "footage", "video": "footage", "videos": "footage", "stills": "still"}
# What says no more than that something is asked.
_EMPTY = word_set(
    """
    what which do does did we you have hold show me find all any the a an of from in on at by near with and or are is
    were was there our picture pictures photo photos photograph photographs image images taken made
    que quoi quels quelles quel quelle avons nous detenons conservons avez montre montrez moi trouve trouver tous toutes
    les le la des de du un une et ou sont est etaient en dans sur a au aux il y prises prise pris faites
    avons-nous detenons-nous conservons-nous avez-vous montrez-moi montre-moi qu'avons-nous a-t-on a-t-il y-a-t-il
    qu'est-ce qu'y
    """
)
_PHRASES: dict[tuple[str, ...], tuple[Condition, ...]] = {
    tuple(words.split()): conditions
    for written, conditions in (
        # Both are found unless one is asked for alone.
        ("possible or certain|certain or possible|possible ou certain|certain ou possible|possible ou certaine"
         "|certaine ou possible|possibles ou certains|certains ou possibles|possibles ou certaines"
         "|certaines ou possibles", ()),
        ("only certain|certain only|certain seulement|certaine seulement|certains seulement|certaines seulement",
         (Condition("certainty", ("certain",)),)),
        ("not yet contradicted|not contradicted|pas encore contredit|pas encore contredite|pas encore contredits"
         "|pas encore contredites|non contredit|non contredite|non contredits|non contredites",
         (Condition("check", ("contradictory",), is_excluded=True),)),
        # Outlets stand beside the results, and the credit with each picture.
        ("by whom|par qui", ()),
    )
    for words in written.split("|")
}  # fmt: skip


@dataclass(frozen=True)
class Understood:
    """Words of a sentence and the conditions they were taken for; `instead` is the text that looks for the words."""

    part: str
    conditions: tuple[Condition, ...]
    instead: str


@dataclass(frozen=True)
class Sentence:
    """
    A query as it was understood, and what of it was understood, and which words were passed over.

    `withheld` are the words of a condition that the asker may not ask; it is no part of the query.
    """

    query: Query
    understood: list[Understood] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)


def read_sentence(
    query: Query, *, place_named: Callable[[str], str | None], may_ask: Callable[[Condition], bool]
) -> Sentence:
    """
    Read the free words of a query as a sentence; the query itself where they are none.

    :param place_named: returns how the one place that a name means is written in the box, None where there is none
    :param may_ask: whether the asker is answered such a condition; else the words that say it are told as withheld
    """
    words = [term for term in query.words if not term.is_phrase and not term.is_excluded]
    if not 3 <= len(words) <= MOST_WORDS:
        return Sentence(query)
    reader = _Reader(words, place_named)
    reader.read()
    if not any(conditions for _words, conditions in reader.parts):
        return Sentence(query)
    untold = [part for part in reader.parts if not all(map(may_ask, part[1]))]
    reader.parts = [part for part in reader.parts if part not in untold]
    left = [word for word in words if not any(word is taken for part, _conditions in reader.parts for taken in part)]
    empty = [word for word in left if _plain(word.text) in _EMPTY]
    marks = [word for word in left if not _plain(word.text)]
    gone: list[Term] = [*empty, *marks, *(word for part, _conditions in [*reader.parts, *untold] for word in part)]
    conditions = tuple(condition for _words, found in reader.parts for condition in found)
    rest = query.without(*gone)
    return Sentence(
        replace(rest, terms=(*rest.terms, *conditions)),
        [
            Understood(_text(part).strip(f"{_MARKS} "), found, _quoted(query, part))
            for part, found in reader.parts
        ],
        [word.text for word in empty],
        [_text(part).strip(f"{_MARKS} ") for part, _conditions in untold],
    )  # fmt: skip


def _text(words: Sequence[Words]) -> str:
    return " ".join(word.text for word in words)


def _quoted(query: Query, part: Sequence[Words]) -> str:
    """Write the query with these words as a phrase, which is never read as anything else."""
    terms: list[Term] = []
    for term in query.terms:
        if term is part[0]:
            terms.append(Words(_text(part).replace('"', ""), is_phrase=True))
        elif not any(term is word for word in part):
            terms.append(term)
    return print_query(replace(query, terms=tuple(terms)))


def _plain(word: str) -> str:
    folded = unicodedata.normalize("NFKD", word.casefold().replace("’", "'"))
    return "".join(letter for letter in folded if not unicodedata.combining(letter)).strip(_MARKS)


class _Reader:
    """Goes through the words once; what it understands stands in `parts`, words and conditions, in their order."""

    def __init__(self, words: list[Words], place_named: Callable[[str], str | None]) -> None:
        self.words = words
        self.plain = [_plain(word.text) for word in words]
        self.place_named = place_named
        self.parts: list[tuple[list[Words], tuple[Condition, ...]]] = []

    def read(self) -> None:
        at = 0
        while at < len(self.words):
            for reads in (self._phrase, self._between, self._date, self._place):
                end, conditions = reads(at)
                if end > at:
                    if reads in (self._between, self._place):
                        self._take_kind_before(at)
                    self.parts.append((self.words[at:end], conditions))
                    at = end
                    break
            else:
                if kind := _KINDS.get(self.plain[at]):
                    self.parts.append(([self.words[at]], (Condition("kind", (kind,)),)))
                at += 1
        # A sort of picture alone, "night footage of boats", makes no sentence.
        if all(condition.prefix == "kind" for _words, found in self.parts for condition in found):
            self.parts = []

    def _take_kind_before(self, at: int) -> None:
        """ "beaches between …", "plages de …": the word before says what sort of places."""
        if at and (kind := _PLACE_KINDS.get(self.plain[at - 1])):
            self.parts.append(([self.words[at - 1]], (Condition("place-kind", (kind,)),)))

    def _phrase(self, at: int) -> tuple[int, tuple[Condition, ...]]:
        for words, conditions in _PHRASES.items():
            if tuple(self.plain[at : at + len(words)]) == words:
                return at + len(words), conditions
        return at, ()

    def _between(self, at: int) -> tuple[int, tuple[Condition, ...]]:
        if self.plain[at] not in _BETWEEN:
            return at, ()
        joints = (n for n in range(at + 2, min(at + 2 + _LONGEST_NAME, len(self.plain))) if self.plain[n] in _AND)
        for joint in joints:
            start = self.place_named(self._name(at + 1, joint))
            end, last = self._longest_place(joint + 1)
            if start and last:
                return end, (Condition("between", (start, last)),)
        return at, ()

    def _place(self, at: int) -> tuple[int, tuple[Condition, ...]]:
        if self.plain[at] not in _BEFORE_PLACE:
            return at, ()
        start = self._behind_articles(at + 1)
        end, place = self._longest_place(start)
        return (end, (Condition("place", (place,)),)) if place else (at, ())

    def _behind_articles(self, start: int) -> int:
        while start < len(self.plain) and self.plain[start] in _ARTICLES:
            start += 1
        return start

    def _longest_place(self, start: int) -> tuple[int, str | None]:
        for end in range(min(start + _LONGEST_NAME, len(self.words)), start, -1):
            if place := self.place_named(self._name(start, end)):
                return end, place
        return start, None

    def _name(self, start: int, end: int) -> str:
        # French writes a space before "?", which is a word of its own then.
        return _text(self.words[start:end]).strip(f"{_MARKS} ")

    def _date(self, at: int) -> tuple[int, tuple[Condition, ...]]:
        if self.plain[at] not in _BEFORE_DATE:
            return at, ()
        start = self._behind_articles(at + 1)
        for end in range(min(start + _LONGEST_DATE, len(self.words)), start, -1):
            written = self._name(start, end)
            # Without a number "may" and "march" are words.
            if any(letter.isdigit() for letter in written) and _is_date(written):
                return end, (Condition("date", (written,)),)
        return at, ()


def _is_date(written: str) -> bool:
    try:
        understand(written)
    except InvalidEDTF:
        return False
    return True
