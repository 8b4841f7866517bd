"""
A search as its address has it: what a parameter can say stands in one, and the rest in the box's own language in `q`.

So the controls beside the box, the chips and the box itself say the same, and a search has one address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from archive.search.prefixes import PREFIXES
from archive.search.query_language import parse, print_query, print_term
from archive.search.query_tree import Condition, Query, Range, Term, Value

DATES = ("date", "date_from", "date_to")
# The two ends of a stretch of coast, as a form has them: the box says between:calais,dunkirk.
COAST = ("coast_from", "coast_to")
# "is:undated" and the like, by the parameter that says the same; excluded, it says "false".
FLAGS = {
    ("is", "undated"): "undated",
    ("is", "unplaced"): "unplaced",
    ("is", "distressing"): "distressing",
    ("has", "gps"): "has_gps",
}
STANDINGS = ("contested", "unreviewed", "reviewed")
_PREFIX_OF = {prefix.parameter: name for name, prefix in reversed(PREFIXES.items()) if prefix.parameter}
_PREFIX_OF |= {"standing": "is"}
# In the order in which a box has them that is written from parameters.
_WRITTEN = (*dict.fromkeys(prefix.parameter for prefix in PREFIXES.values() if prefix.parameter), "standing")


class Asked(NamedTuple):
    """
    The parameters of a search, its words and further conditions in `q`; and `query`, which `q` is the text of.

    The problems of the query are those of `written`, the text of the box as it came.
    """

    params: dict[str, str]
    query: Query
    written: str


def asked(params: Mapping[str, str], *, read: Callable[[str], Query] = parse) -> Asked:
    """
    Return the parameters of a search, those written in its box among them, empty ones left out.

    What is written in the box replaces what a parameter of the same name says. Said more than once, or for several
    values at once, it stays in `q`, with what the parameter says.

    :param read: how the text of the box is read
    """
    fields = {name: text for name in params if (text := str(params[name]).strip())}
    text = _with_coast(fields.pop("q", ""), [fields.pop(name, "") for name in COAST])
    written = read(text)
    by_group: dict[str, list[tuple[Condition, dict[str, str]]]] = {}
    for condition in written.conditions:
        said = _parameters_of(condition)
        if said or not condition.is_excluded:
            by_group.setdefault(_group_of(condition, said), []).append((condition, said))
    query = written
    for group, entries in by_group.items():
        names = DATES if group == "dates" else (group,)
        said_before = {name: fields.pop(name) for name in names if name in fields}
        if _can_stand_in_parameters([said for _condition, said in entries]):
            query = query.without(*(condition for condition, _said in entries))
            for _condition, said in entries:
                fields |= said
        else:
            query = replace(query, terms=(*query.terms, *_terms_of(said_before)))
    words = print_query(query)
    return Asked(({"q": words} if words else {}) | fields, query, text)


class Coast(NamedTuple):
    """The two ends of a stretch of coast that a box asks for, and what else it says."""

    first: str
    last: str
    rest: str


def coast_of(text: str) -> Coast | None:
    """Return the stretch of coast that the text of a box asks for; None where it asks for none, or several."""
    query = parse(text)
    stretches = [each for each in query.conditions if each.prefix == "between" and not each.is_excluded]
    if len(stretches) != 1 or len(stretches[0].values) != 2:
        return None
    first, last = stretches[0].values
    if not isinstance(first, str) or not isinstance(last, str):
        return None
    return Coast(first, last, print_query(query.without(*stretches)))


def _with_coast(text: str, ends: list[str]) -> str:
    """Write the stretch of coast that a form asks for behind the text of the box."""
    # One end alone is refused as it is in the box, which says how it is written.
    stretch = print_term(Condition("between", tuple(filter(None, ends)))) if any(ends) else ""
    return " ".join(filter(None, [text, stretch]))


def whole(fields: Mapping[str, str], *, place_prefix: str = "place") -> Query:
    """Return all that parameters as `asked` returns them say, as one query."""
    query = parse(fields.get("q", ""))
    return replace(query, terms=(*query.terms, *_terms_of(fields, place_prefix=place_prefix)))


def box(fields: Mapping[str, str], *, place_prefix: str = "place") -> str:
    """Write parameters as `asked` returns them into the text of a search box."""
    return print_query(whole(fields, place_prefix=place_prefix))


def parameter_of(prefix: str, value: Value) -> str:
    """Return the name of the parameter that says what a prefix says with this value; "" where none does."""
    if flag := FLAGS.get((prefix, value.lower() if isinstance(value, str) else "")):
        return flag
    if prefix == "is" or (prefix == "status" and isinstance(value, str) and value.lower() in STANDINGS):
        return "standing"
    return PREFIXES[prefix].parameter


def _group_of(condition: Condition, said: Mapping[str, str]) -> str:
    name = next(iter(said), "") or parameter_of(condition.prefix, condition.values[0])
    return "dates" if name in DATES else name


def _parameters_of(condition: Condition) -> dict[str, str]:
    """Return the parameters that say what this condition says; none where no parameter can."""
    if len(condition.values) > 1:
        return {}
    (value,) = condition.values
    name = parameter_of(condition.prefix, value)
    if isinstance(value, Range):
        ends = {"date_from": value.first, "date_to": value.last}
        is_dates = condition.prefix == "date" and not condition.is_excluded
        return {end: text for end, text in ends.items() if text} if is_dates else {}
    if (condition.prefix, value.lower()) in FLAGS:
        return {name: "false" if condition.is_excluded else "true"}
    return {name: value} if name and not condition.is_excluded else {}


def _can_stand_in_parameters(all_said: Iterable[Mapping[str, str]]) -> bool:
    """Say whether each condition can be said by a parameter and no parameter has to say two."""
    names: list[str] = []
    for said in all_said:
        if not said:
            return False
        names += said
    return len(set(names)) == len(names) and not ("date" in names and len(names) > 1)


def _terms_of(fields: Mapping[str, str], *, place_prefix: str = "place") -> Iterator[Term]:
    first, last = fields.get("date_from", ""), fields.get("date_to", "")
    for name in _WRITTEN:
        if name == "date_from" and first and last:
            yield Condition("date", (Range(first, last),))
        elif (value := fields.get(name, "")) and not (name == "date_to" and first):
            yield Condition(place_prefix if name == "place" else _PREFIX_OF[name], (value,))
    for (prefix, value), name in FLAGS.items():
        if name in fields:
            yield Condition(prefix, (value,), is_excluded=fields[name] == "false")
