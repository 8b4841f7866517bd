"""Tell with which words a pattern may begin, so that it is tried at those words alone."""

import re
from collections.abc import Iterator

from archive.extraction.captions.words import fold

_GROUP = re.compile(r"\((?:\?(?:P<\w+>|[:=!]|<[=!]|-?i:))?")
_ANY_LETTER = "abcdefghijklmnopqrstuvwxyz"


def first_words(pattern: str) -> frozenset[str]:
    """
    Return the first words, folded, of the texts that a pattern matches.

    Knows what the patterns of days are written in: letters, classes, groups, "?", "*" and "+". Where a pattern may
    begin with any word, or with a digit, that opening is left out.
    """
    words, _position = _alternatives(pattern, 0)
    return frozenset(fold(word.rstrip("\n")) for word in words if word.rstrip("\n"))


def _alternatives(pattern: str, at: int) -> tuple[set[str], int]:
    """Read alternatives up to the bracket that closes them; what is past the end of its first word ends in a line."""
    every: set[str] = set()
    while True:
        some, at = _sequence(pattern, at)
        every |= some
        if at >= len(pattern) or pattern[at] == ")":
            return every, at
        at += 1


def _sequence(pattern: str, at: int) -> tuple[set[str], int]:
    so_far = {""}
    while at < len(pattern) and pattern[at] not in "|)":
        parts, at = _atom(pattern, at)
        if pattern[at : at + 1] in ("?", "*"):
            parts, at = parts | {""}, at + 1
        elif pattern[at : at + 1] == "+":
            at += 1
        elif repeat := re.compile(r"\{(\d+)(?:,\d*)?\}").match(pattern, at):
            parts, at = parts if repeat[1] != "0" else parts | {""}, repeat.end()
        if pattern[at : at + 1] == "?":
            at += 1
        so_far = set(_joined(so_far, parts))
    return so_far, at


def _joined(so_far: set[str], parts: set[str]) -> Iterator[str]:
    for begun in so_far:
        if begun.endswith("\n"):
            yield begun
        else:
            yield from (begun + part for part in parts)


def _atom(pattern: str, at: int) -> tuple[set[str], int]:
    """Read one letter, class or group: what it may add to a word, "\n" where the word ends with it."""
    if group := _GROUP.match(pattern, at):
        if group[0][:3] in ("(?=", "(?!", "(?<") and not group[0].startswith("(?P"):
            return {""}, _behind(pattern, at)
        parts, at = _alternatives(pattern, group.end())
        return parts, at + 1
    if pattern[at] == "[":
        end = pattern.index("]", at + 2)
        letters = pattern[at + 1 : end]
        return {letter if letter.isalnum() else "\n" for letter in letters}, end + 1
    if pattern[at] == "\\":
        if pattern[at + 1] in "bB":
            return {""}, at + 2
        return set(_ANY_LETTER) if pattern[at + 1] == "w" else {"0"} if pattern[at + 1] == "d" else {"\n"}, at + 2
    if pattern[at] in "^$":
        return {""}, at + 1
    return {pattern[at] if pattern[at].isalnum() else "\n"}, at + 1


def _behind(pattern: str, at: int) -> int:
    """Return the end of the group that begins here."""
    depth = 0
    while True:
        if pattern[at] == "\\":
            at += 1
        elif pattern[at] == "[":
            at = pattern.index("]", at + 2)
        else:
            depth += (pattern[at] == "(") - (pattern[at] == ")")
        at += 1
        if not depth:
            return at
