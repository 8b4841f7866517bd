"""Where the words of a search stand in a text that its asker reads anyway, such as the caption beside a result."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from archive.catalogue.text_index import Term, terms_of
from archive.standards.normal_form import normalise

_WORD = re.compile(r"[^\W_]+(?:['’ʼ`][^\W_]+)*")
# What stands before the first word found, where the text is too long to be shown whole.
_BEFORE = 60


class Part(NamedTuple):
    text: str
    is_found: bool


def marked(text: str, words: str, *, most: int) -> list[Part]:
    """
    Return a text in parts, those that the words of a search find marked; cut to so many letters around the first.

    A word is found as the full text finds it: accents and case aside, the last one may go on.
    """
    spans = list(_found(text, words))
    start = 0
    if len(text) > most and spans and spans[0][1] > most:
        start = text.rfind(" ", 0, max(spans[0][0] - _BEFORE, 0)) + 1
    end = len(text) if len(text) - start <= most else start + most
    parts, at = [Part("…", False)] if start else [], start
    for first, last in spans:
        if first < at or last > end:
            continue
        parts += [Part(text[at:first], False), Part(text[first:last], True)]
        at = last
    parts.append(Part(text[at:end] + ("…" if end < len(text) else ""), False))
    return [part for part in parts if part.text]


def _found(text: str, words: str) -> Iterator[tuple[int, int]]:
    """Yield from where to where each word or phrase stands, in the order of the text."""
    wanted = _wanted(words)
    first_words = tuple(term.words[0] for term in wanted)
    tokens = [(match.start(), match.end(), normalise(match[0])) for match in _WORD.finditer(text)] if wanted else []
    at = 0
    while at < len(tokens):
        length = 0
        # Nearly no word is the first of a term: only where one may be are the terms looked through.
        if tokens[at][2].startswith(first_words):
            length = max(
                (len(term.words) for term in wanted if _begins(term, tokens[at : at + len(term.words)])), default=0
            )
        if length:
            yield tokens[at][0], tokens[at + length - 1][1]
        at += length or 1


@lru_cache(maxsize=256)
def _wanted(words: str) -> tuple[Term, ...]:
    """Return what is looked for; a page asks it of each of its cards."""
    wanted, _unwanted = terms_of(words)
    return tuple(wanted)


def _begins(term: Term, tokens: list[tuple[int, int, str]]) -> bool:
    words, is_prefix = term.words, term.is_prefix
    if len(tokens) < len(words):
        return False
    *whole, last = zip(words, (token[2] for token in tokens), strict=True)
    return all(one == other for one, other in whole) and (
        last[1].startswith(last[0]) if is_prefix else last[0] == last[1]
    )
