"""
The language of the search box: `beach:malo-les-bains date:2024-06-15..2024-06-20 -dover "small boats"`, and back to
text. Plain Python: whoever searches reads the same tree.

Any text is a query. What is not as the language has it stays a word of it and is told in `Query.problems`.
"""

import re
from difflib import get_close_matches

from archive.search.prefixes import PREFIXES
from archive.search.query_tree import Condition, Problem, Query, Range, Term, Value, Words
from archive.standards.normal_form import gettext_noop

# A person writes a dozen. More would be no question, and a database refuses a condition nested too deep.
MOST_CONDITIONS = 50
MOST_VALUES = 50
# Each is shown with the whole text around it.
MOST_PROBLEMS = 20
_SPACE = re.compile(r"\s+")
_PHRASE = re.compile(r'(?P<without>-?)"(?P<text>[^"]*)(?P<close>"?)')
_PREFIX = re.compile(r"(?P<without>-?)(?P<name>[a-z]+(?:-[a-z]+)*):(?!//)(?=\S)", re.IGNORECASE)
_BARE_PREFIX = re.compile(r"-?(?P<name>[a-z]+(?:-[a-z]+)*):(?=\s|$)", re.IGNORECASE)
_WORD = re.compile(r"(?P<without>-(?=\S))?(?P<text>\S+)")
_QUOTED = re.compile(r'"(?P<text>[^"]*)(?P<close>"?)')
# EDTF writes a choice of dates in brackets, with commas and points of its own.
_BRACKETED = re.compile(r"\[[^\s\]]*\]|\{[^\s}]*\}")
# Up to a comma or to the points of a range; those of EDTF's open intervals stand beside a slash.
_PLAIN = re.compile(r"(?:(?!(?<![./])\.\.(?![./]))[^\s,])+")
_POINTS = re.compile(r"\.\.(?![./])")
# What an address or an hour has before its colon is no prefix that somebody mistyped.
_SHORTEST_MISTYPED = 2


def parse(text: str) -> Query:
    """Read the text of a search box; any text."""
    return _Reader(text).read()


def print_query(query: Query) -> str:
    """Write a query as text that `parse` reads to the same tree."""
    return " ".join(print_term(term) for term in query.terms)


def print_term(term: Term) -> str:
    without = "-" if term.is_excluded else ""
    if isinstance(term, Words):
        return f'{without}"{term.text}"' if term.is_phrase else f"{without}{term.text}"
    return f"{without}{term.prefix}:{','.join(map(_print_value, term.values))}"


def nearest_prefix(name: str) -> str:
    """Return the prefix that was likely meant, or "" where none is like it."""
    return next(iter(get_close_matches(name.lower(), PREFIXES, n=1, cutoff=0.7)), "")


def _print_value(value: Value) -> str:
    if isinstance(value, Range):
        # Beside the points of a range, a point or a slash of a value's own would be read with them.
        return "..".join(_print_text(end, beside="./") if end else "" for end in (value.first, value.last))
    return _print_text(value)


def _print_text(text: str, *, beside: str = "") -> str:
    is_plain = _BRACKETED.fullmatch(text) or (
        _PLAIN.fullmatch(text) and not text.startswith(('"', "[", "{", "//")) and not {text[0], text[-1]} & set(beside)
    )
    # No value that was read holds quotation marks and what has to stand between some.
    return text if is_plain else '"' + text.replace('"', "'") + '"'


class _Reader:
    """Reads one text, from its start to its end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.terms: list[Term] = []
        self.conditions = 0
        self.problems: list[Problem] = []

    def read(self) -> Query:
        while self.at < len(self.text):
            if space := _SPACE.match(self.text, self.at):
                self.at = space.end()
            elif phrase := _PHRASE.match(self.text, self.at):
                self._take_phrase(phrase)
            elif (prefix := _PREFIX.match(self.text, self.at)) and prefix["name"].lower() in PREFIXES:
                self._take_condition(prefix)
            else:
                self._take_word()
        return Query(tuple(self.terms), problems=tuple(self.problems))

    def _tell(self, start: int, end: int, sentence: str, instead: str = "", **values: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(start, end, sentence, values, instead))

    def _take_phrase(self, phrase: re.Match[str]) -> None:
        self.at = phrase.end()
        if phrase["text"].strip():
            self._tell_unclosed(phrase)
            self.terms.append(Words(phrase["text"].strip(), True, bool(phrase["without"]), *phrase.span()))
        else:
            self._tell(*phrase.span(), gettext_noop("Nothing stands between the quotation marks."))

    def _tell_unclosed(self, quoted: re.Match[str]) -> None:
        if not quoted["close"]:
            self._tell(
                *quoted.span(),
                gettext_noop("The quotation marks are not closed; all that follows was taken to stand within them."),
                f'{quoted[0].rstrip()}"',
            )

    def _take_word(self) -> None:
        start = self.at
        word = _WORD.match(self.text, start)
        assert word  # something other than space stands here
        self.at = word.end()
        if bare := _BARE_PREFIX.match(self.text, start):
            self._tell_bare(bare)
        elif prefix := _PREFIX.match(self.text, start):
            self._tell_unknown(prefix)
        self.terms.append(Words(word["text"], False, bool(word["without"]), start, self.at))

    def _tell_bare(self, bare: re.Match[str]) -> None:
        if (name := bare["name"].lower()) in PREFIXES:
            sentence = gettext_noop(
                "Nothing stands behind “%(name)s:”; it was looked for as a word. Write the value without a space."
            )
            self._tell(*bare.span(), sentence, name=name)

    def _tell_unknown(self, prefix: re.Match[str]) -> None:
        name = prefix["name"]
        if len(name) < _SHORTEST_MISTYPED:
            return
        meant = nearest_prefix(name)
        self._tell(
            *prefix.span(),
            gettext_noop("“%(name)s:” is no word of the search; it was looked for as a word."),
            f"{prefix['without']}{meant}:" if meant else "",
            name=f"{prefix['without']}{name}",
        )

    def _take_condition(self, prefix: re.Match[str]) -> None:
        start, self.at = self.at, prefix.end()
        values: list[Value] = []
        missing: list[int] = []
        while True:
            value = self._value()
            if value is None:
                missing.append(self.at)
            else:
                values.append(value)
            if not self.text.startswith(",", self.at):
                break
            self.at += 1
        self._tell_missing(prefix, missing, are_all=not values)
        is_excluded = bool(prefix["without"])
        if not values:
            self.terms.append(Words(f"{prefix['name']}:", False, is_excluded, start, self.at))
        elif len(values) > MOST_VALUES or self.conditions >= MOST_CONDITIONS:
            self._tell(start, self.at, gettext_noop("This is more than one search can ask; it was left out."))
        else:
            self.conditions += 1
            self.terms.append(Condition(prefix["name"].lower(), tuple(values), is_excluded, start, self.at))
        self._tell_tight()

    def _tell_missing(self, prefix: re.Match[str], places: list[int], *, are_all: bool) -> None:
        if are_all:
            sentence = gettext_noop("Behind “%(name)s:” stand marks and no value; it was looked for as a word.")
            self._tell(prefix.start(), self.at, sentence, name=prefix["name"].lower())
            return
        for at in places:
            self._tell(
                max(prefix.start(), at - 1), min(at + 1, len(self.text)),
                gettext_noop("A value is missing at the comma; it was passed over."),
            )  # fmt: skip

    def _tell_tight(self) -> None:
        if self.at < len(self.text) and not self.text[self.at].isspace():
            self._tell(
                self.at, self.at + 1, gettext_noop("A space is missing here; what follows was looked for as a word.")
            )

    def _value(self) -> Value | None:
        first = self._end()
        if points := _POINTS.match(self.text, self.at):
            self.at = points.end()
            last = self._end()
            return Range(first or "", last or "") if first or last else None
        return first

    def _end(self) -> str | None:
        if quoted := _QUOTED.match(self.text, self.at):
            self.at = quoted.end()
            self._tell_unclosed(quoted)
            return quoted["text"].strip() or None
        if plain := _BRACKETED.match(self.text, self.at) or _PLAIN.match(self.text, self.at):
            self.at = plain.end()
            return plain[0]
        return None
