"""What a search page asks, answered by the index of items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import tantivy

from archive.authorities.models import Place
from archive.catalogue.audiences import Audience, audience_of
from archive.item_index import reader
from archive.item_index.fields import NUMBERS, IndexFailed, Refused, asking, days_of, months_of, place_step
from archive.search.answers import Box, Cell, Neighbours, PlaceBeneath, Positions, Standing
from archive.search.day_spans import DaySpans, Numbers, days_of_months
from archive.search.filters import ItemFilter
from archive.search.index_questions import (
    NotInIndex,
    Questions,
    between,
    code,
    every_one,
    in_heading,
    no,
    numbers,
    within_degrees,
)

if TYPE_CHECKING:
    from tantivy import Query, Searcher

T = TypeVar("T")

# So many values the engine counts in one request, those of all its fields together: it refuses more. Numbers are then
# counted in stretches; of words, SQL answers.
_MOST_VALUES = 65_000
# A field that has so many is counted by itself from then on.
_MANY_VALUES = 10_000
# A page further down is looked for from the month in which it begins.
_FAR_DOWN = 1000
# Of these the items that lead to none are counted with the others, under this number.
_MAY_LACK = ("event", "outlet")
_NONE = -1
# Places down to this step, a county, are few in each country.
_WIDE_STEPS = 3
# So many places are counted one by one.
_FEW_PLACES = 8


@dataclass(frozen=True)
class _Lane:
    """Those found that are sorted by one field, and by key where that is the same; lanes follow one another."""

    question: Query
    field: str
    is_descending: bool = True


# What a page counts, field by field, and the conditions that are left out there: a facet's own.
_OF_PAGE: tuple[tuple[tuple[str, ...], frozenset[str]], ...] = (
    (("kind", "months", "camera_model"), frozenset()),
    (("event",), frozenset({"event"})),
    (("outlet",), frozenset({"outlet"})),
    (("kind",), frozenset({"kind"})),
    (("state", "kind"), frozenset({"standing"})),
    (("state",), frozenset({"distressing"})),
    (("state",), frozenset({"check"})),
    (("accession",), frozenset({"accession"})),
)
_OF_TIME, _OF_PLACE = frozenset({"dates", "undated"}), frozenset({"place", "unplaced"})
_OF_PAGE_OF_STAFF = ((("finding",), frozenset({"check"})), (("verdict", "kind"), frozenset({"verdict"})))


def asked_of_index(user: object, ask: Callable[[reader.Asked], T]) -> T:
    """
    Ask the index of the audience that somebody belongs to.

    :raises NotInIndex: it does not hold what is asked, or does not answer, or may not
    """
    index = reader.opened(audience_of(user), for_user=user)
    if index is None:
        raise NotInIndex("there is no index, or it is too old")
    with told_not_in_index():
        return ask(index)


@contextmanager
def told_not_in_index() -> Iterator[None]:
    """
    Tell the log where the engine does not take a question, or fails.

    :raises NotInIndex: it did
    """
    try:
        yield
    except Refused as problem:
        reader.tell_refusal(problem)
        raise NotInIndex(str(problem)) from problem
    except IndexFailed as problem:
        reader.tell_failure(problem)
        raise NotInIndex(str(problem)) from problem


def numbers_with(searcher: Searcher, field: str, keys: Iterable[int]) -> dict[int, int]:
    """Return how many items have each of these numbers in a field."""
    return {key: _number(searcher, code(field, key)) for key in keys}


def all_values(searcher: Searcher, field: str) -> dict[Any, int]:
    """Return how many items have each value of a field that has few."""
    return _values(searcher, every_one([]), {field})[field]


class IndexAnswers:
    """
    See `Answers`. All that is counted is counted when the first of it is asked for.

    :raises NotInIndex: something asked is not in the index
    :raises Refused: the engine does not take the question
    :raises IndexFailed: the index does not answer
    """

    def __init__(self, asked: ItemFilter, index: reader.Asked) -> None:
        self._asked = asked
        self._searcher = index.searcher
        self._is_moving = index.is_moving
        self._questions = Questions(asked, index)

    def total(self, *, without: Collection[str] = ()) -> int:
        if kinds := self._if_counted("kind", without):
            return sum(kinds.values())
        return self._number(self._questions.ask(without=without))

    def certain_and_all(self) -> tuple[int, int]:
        touching = self._questions.ask(self._questions.of("dates", self._asked.dates), without={"dates"})
        return self._number(every_one([touching, self._questions.certain])), self._number(touching)

    def undated(self) -> int:
        return self._in_state("undated", without=_OF_TIME)

    def unplaced(self) -> int:
        return self._in_state("unplaced", without=_OF_PLACE)

    def places(self, beneath: Sequence[Place | PlaceBeneath], *, first: Sequence[Place], most: int) -> dict[int, int]:
        question = self._questions.ask(without=_OF_PLACE)
        counted = {} if self._is_moving else self._on_the_way(question, first)
        by_step = defaultdict(set)
        for place in (*first, *beneath):
            if place.pk not in counted:
                step = place_step(place.path.count("/"))
                by_step["place" if self._is_moving else step].add(place.pk)
        for step, keys in by_step.items():
            if len(keys) <= _FEW_PLACES:
                counted |= {key: self._number(every_one([question, code(step, key)])) for key in keys}
            elif known := self._if_counted(step, _OF_PLACE):
                counted |= known
            else:
                # Of deeper ones there are more in all than the engine counts at once.
                counted |= self._values(every_one([question, numbers(step, keys)]), {step})[step]
        wanted = {place.pk for place in (*first, *beneath)}
        chosen = {key: number for key, number in counted.items() if number and key in wanted}
        return _most(chosen.items(), [place.pk for place in first], most)

    def _on_the_way(self, question: Query, way: Sequence[Place]) -> dict[int, int]:
        """Count the wide places on the way to the chosen one at once: much of the archive may stand beneath each."""
        steps = {place.pk: place_step(depth) for place in way if (depth := place.path.count("/")) <= _WIDE_STEPS}
        if len(steps) < 2:
            return {}
        top = next(iter(steps))
        values = self._values(every_one([question, code(steps[top], top)]), set(steps.values()))
        return {key: values[step].get(key, 0) for key, step in steps.items()}

    def records(self, name: str, *, first: Sequence[int], most: int) -> dict[int, int]:
        counted = self._counted[name, self._left_out({name})]
        return _most(((key, number) for key, number in counted.items() if key != _NONE), first, most)

    def kinds(self) -> dict[str, int]:
        return self._counted["kind", self._left_out({"kind"})]

    def values(self, name: str, *, without: Collection[str]) -> dict[Any, int]:
        numbers = self._if_counted(name, without)
        if numbers is None:
            numbers = self._values(self._questions.ask(without=without), {name})[name]
        if name == "camera_model":
            numbers = numbers | {"": self.total(without=without) - sum(numbers.values())}
        return {value: number for value, number in numbers.items() if number}

    def lacking(self, name: str, *, without: Collection[str]) -> int:
        counted = self._if_counted(name, without)
        if counted is None:
            return self._number(self._questions.ask(no(code("is", name)), without=without))
        return counted.get(_NONE, 0)

    def all_spans(self) -> DaySpans:
        if self._asked.is_certain_only:
            question = self._questions.ask(self._questions.uncontested, without=_OF_TIME)
            counted = self._values(question, {"months"})["months"]
        else:
            counted = self._counted["months", self._left_out(_OF_TIME)]
        packed, number = _columns(counted)
        first, last, _is_contested = months_of(packed)
        return DaySpans.of_months(first, last, number, is_contested=np.zeros(len(number), bool))

    def states(self) -> dict[str, int]:
        standing, of_mark, of_check = (
            self._counted["state", self._left_out({name})] for name in ("standing", "distressing", "check")
        )
        reviewed = standing.get("reviewed", 0)
        return {
            "contested": standing.get("contested", 0),
            "unreviewed": self.total(without={"standing"}) - reviewed,
            "reviewed": reviewed,
            "distressing": of_mark.get("distressing", 0),
            "contradictory": of_check.get("contradicted", 0),
        }

    def spans(self, *, by_month: bool = False) -> DaySpans:
        if by_month:
            packed, number = _columns(self._counted["months", self._left_out(())])
            first, last, is_contested = months_of(packed)
            return DaySpans.of_months(first, last, number, is_contested=is_contested)
        packed, number = _columns(self._values(self._questions.ask(), {"span"})["span"])
        first, last, is_contested = days_of(packed)
        return DaySpans.of_days(first, last, number, is_contested=is_contested)

    def keys(self, start: int, stop: int) -> list[int]:
        found: list[int] = []
        for lane in self._lanes:
            if stop <= start:
                break
            keys, number = self._page(lane, start, stop - start)
            found += keys
            start, stop = max(start - number, 0), stop - number
        return found

    def neighbours(self, item_id: int) -> Neighbours | None:
        before = 0
        for at, lane in enumerate(self._lanes):
            number = self._number(lane.question)
            itself = self._sorted(lane, every_one([lane.question, code("id", item_id)]), 1)
            if not itself:
                before += number
                continue
            ahead, behind = self._beside(lane, itself[0]), self._beside(lane, itself[0], is_ahead=False)
            place = sum(map(self._number, ahead))
            # At the end of a lane, the next one goes on.
            previous_id = self._nearest(lane, ahead, is_ahead=True) or self._end(reversed(self._lanes[:at]), last=True)
            next_id = self._nearest(lane, behind, is_ahead=False) or self._end(self._lanes[at + 1 :], last=False)
            return Neighbours(before + place + 1, self.total(), previous_id, next_id)
        return None

    def positions(self) -> Positions:
        self._refuse_while_moving()
        question = self._questions.ask()
        found = self._aggregated(question, {"north": _stats("north"), "east": _stats("east"), "at": _stats("at")})
        north, east, number = found["north"], found["east"], int(found["north"]["count"])
        whole = Box(north["min"], east["min"], north["max"], east["max"]) if number else None
        return Positions(self._number(question), number, number - int(found["at"]["count"]), whole)

    def cells(self, box: Box, step_north: float, step_east: float) -> list[Cell]:
        of_cell = {name: _stats(name) for name in ("north", "east", "at", "metres", "id")}
        columns = {"columns": _steps("east", step_east) | {"aggs": of_cell}}
        rows = {"rows": _steps("north", step_north) | {"aggs": columns}}
        found = self._aggregated(self._in_box(box), rows)["rows"]["buckets"]
        return [
            _cell(cell, round(row["key"] / step_north), round(cell["key"] / step_east))
            for row in found
            for cell in row["columns"]["buckets"]
        ]

    def standing(self, box: Box, most: int) -> Standing:
        there = self._in_box(box)
        at = self._aggregated(there, {"at": _stats("at")})["at"]
        dated, undated = (
            self._rows(_Lane(question, field), question, most)
            for question, field in (
                (every_one([there, code("is", "dated")]), "newest"),
                (every_one([there, code("state", "undated")]), "id"),
            )
        )
        keys = [key for _value, key in dated[0] + undated[0]][:most]
        place = int(at["min"]) if at["count"] and at["min"] == at["max"] else None
        return Standing(keys, dated[1] + undated[1], place)

    def _in_box(self, box: Box) -> Query:
        self._refuse_while_moving()
        return self._questions.ask(
            within_degrees("north", box.south, box.north), within_degrees("east", box.west, box.east)
        )

    def _refuse_while_moving(self) -> None:
        """:raises NotInIndex: places were moved, and some of their items stand where they were"""
        if self._is_moving:
            raise NotInIndex("places were moved just now")

    def _aggregated(self, question: Query, wanted: dict[str, Any]) -> dict[str, Any]:
        return _aggregated(self._searcher, question, wanted)

    def _left_out(self, without: Collection[str]) -> frozenset[str]:
        """Return which of these conditions there are."""
        return self._questions.names & frozenset(without)

    @cached_property
    def _counted(self) -> dict[tuple[str, frozenset[str]], dict[Any, int]]:
        """Count all that a page shows, by the field and what was left out; at once for one question."""
        fields: dict[frozenset[str], set[str]] = defaultdict(set)
        counted = list(_OF_PAGE)
        if self._asked.audience == Audience.STAFF:
            counted += _OF_PAGE_OF_STAFF
        # What is left out may leave most of the archive: then the few numbers of it that a page shows are asked for.
        if not self._asked.is_certain_only:
            counted.append((("months", "state"), _OF_TIME))
        if "place" not in self._questions.names:
            counted.append(((place_step(1), "state"), _OF_PLACE))
        for names, own in counted:
            fields[self._left_out(own)].update(names)
        return {
            (field, left_out): values
            for left_out, names in fields.items()
            for field, values in self._values(self._questions.ask(without=left_out), names).items()
        }

    def _if_counted(self, field: str, without: Collection[str]) -> dict[Any, int] | None:
        """Return what was counted already; None where nothing was, or not this: the one number is asked for then."""
        counted = self.__dict__.get("_counted", {})
        return counted.get((field, self._left_out(without)))

    def _in_state(self, state: str, *, without: Collection[str]) -> int:
        states = self._if_counted("state", without)
        if states is None:
            return self._number(self._questions.ask(code("state", state), without=without))
        return states.get(state, 0)

    def _values(self, question: Query, fields: Collection[str]) -> dict[str, dict[Any, int]]:
        return _values(self._searcher, question, fields)

    def _number(self, question: Query) -> int:
        return _number(self._searcher, question)

    @cached_property
    def _lanes(self) -> list[_Lane]:
        found, order = self._questions.ask(), self._asked.order
        if order == "added":
            return [_Lane(found, "added")]
        words = self._asked.form.cleaned_data["q"]
        parts = [found]
        if order == "best" and words:
            heading = in_heading(words)
            parts = [every_one([found, heading]), every_one([found, no(heading)])]
        is_descending = order != "oldest"
        dated, undated = code("is", "dated"), code("state", "undated")
        return [
            _Lane(every_one([part, question]), field, is_descending)
            for part in parts
            for question, field in ((dated, "newest"), (undated, "id"))
        ]

    def _page(self, lane: _Lane, start: int, length: int) -> tuple[list[int], int]:
        """Return the keys of a stretch of a lane, and how many there are in all of it."""
        question, skipped = lane.question, 0
        if lane.field == "newest" and start > _FAR_DOWN:
            day, skipped = self._month_at(lane, start)
            question = every_one([question, between("first", *((None, day) if lane.is_descending else (day, None)))])
        rows, number = self._rows(lane, question, length, offset=start - skipped)
        return self._in_order(lane, rows, question, start - skipped), number + skipped

    def _month_at(self, lane: _Lane, start: int) -> tuple[int, int]:
        """
        Return where the month begins in which the item at a place of a lane was made, and how many stand before that.

        In a descending lane a month begins with its last day.
        """
        packed, number = _columns(self._values(lane.question, {"months"})["months"])
        months, of_each = np.unique(months_of(packed)[0], return_inverse=True)
        numbers = np.bincount(of_each, number, len(months)).astype(np.int64)
        if lane.is_descending:
            months, numbers = months[::-1], numbers[::-1]
        up_to = np.cumsum(numbers)
        at = int(np.searchsorted(up_to, start, side="right"))
        if at == len(months):
            return (0 if lane.is_descending else date.max.toordinal() + 1), int(numbers.sum())
        first, last = days_of_months(months[at : at + 1])
        return int((last if lane.is_descending else first)[0]), int(up_to[at] - numbers[at])

    def _rows(
        self, lane: _Lane, question: Query, length: int, *, offset: int = 0, is_descending: bool | None = None
    ) -> tuple[list[tuple[int, int]], int]:
        """Return the sorted field and the key of each, in the order of the field, and how many there are."""
        descending = lane.is_descending if is_descending is None else is_descending
        order = tantivy.Order.Desc if descending else tantivy.Order.Asc
        with asking():
            found = self._searcher.search(question, length, order_by_field=lane.field, offset=offset, order=order)
            keys = self._searcher.fast_field_values("id", [address for _value, address in found.hits])
            return [(hit[0], key) for hit, key in zip(found.hits, keys, strict=True)], found.count

    def _in_order(self, lane: _Lane, rows: list[tuple[int, int]], question: Query, start: int) -> list[int]:
        """Return the keys of rows in the order of the lane, those of one value by their keys."""
        if lane.field != "added" or not rows:
            return [key for _value, key in rows]
        # Items that came at the same moment may stand across the ends of the page.
        (first, _key), (last, _other) = rows[0], rows[-1]
        keys = self._of_value(question, first, start - self._number(every_one([question, _beyond(first)])), len(rows))
        inner = sorted(((value, key) for value, key in rows if first > value > last), reverse=True)
        keys += [key for _value, key in inner]
        if last != first:
            keys += self._of_value(question, last, 0, len(rows) - len(keys))
        return keys

    def _of_value(self, question: Query, added: int, offset: int, length: int) -> list[int]:
        same = every_one([question, between("added", added, added)])
        rows, _number = self._rows(_Lane(same, "id"), same, max(length, 1), offset=offset)
        return [key for _value, key in rows][:length]

    def _sorted(self, lane: _Lane, question: Query, length: int) -> list[tuple[int, int]]:
        return self._rows(lane, question, length)[0]

    def _beside(self, lane: _Lane, itself: tuple[int, int], *, is_ahead: bool = True) -> list[Query]:
        """Return the questions for what stands before an item in its lane, or behind; the nearest last."""
        value, key = itself
        goes_up = lane.is_descending == is_ahead
        further = between(lane.field, *((value + 1, None) if goes_up else (None, value - 1)))
        asks = [every_one([lane.question, further])]
        if lane.field == "added":
            other = between("id", *((key + 1, None) if goes_up else (None, key - 1)))
            asks.append(every_one([lane.question, between("added", value, value), other]))
        return asks

    def _nearest(self, lane: _Lane, asks: Sequence[Query], *, is_ahead: bool) -> int | None:
        is_descending = lane.is_descending != is_ahead
        for question in reversed(asks):
            rows, _number = self._rows(lane, question, 1, is_descending=is_descending)
            if rows:
                value, key = rows[0]
                if lane.field != "added":
                    return key
                same = every_one([question, between("added", value, value)])
                return self._rows(_Lane(same, "id"), same, 1, is_descending=is_descending)[0][0][1]
        return None

    def _end(self, lanes: Iterable[_Lane], *, last: bool) -> int | None:
        """Return the last item of the first lane that has one, or the first."""
        for lane in lanes:
            rows, _number = self._rows(lane, lane.question, 1, is_descending=lane.is_descending != last)
            if rows:
                return rows[0][1]
        return None


def _number(searcher: Searcher, question: Query) -> int:
    with asking():
        # The engine gives up where it is to find nothing.
        return searcher.search(question, 1).count


def _aggregated(searcher: Searcher, question: Query, wanted: dict[str, Any]) -> dict[str, Any]:
    with asking():
        answer: dict[str, Any] = searcher.aggregate(question, wanted)
        return answer


_fields_of_many: set[str] = set()


def _values(searcher: Searcher, question: Query, fields: Collection[str]) -> dict[str, dict[Any, int]]:
    """
    Count the items by the values of fields.

    :raises Refused: there are too many words
    """
    apart = _fields_of_many.intersection(fields)
    together = [field for field in fields if field not in apart]
    counted: dict[str, dict[Any, int]] = {}
    try:
        counted = _values_at_once(searcher, question, together) if together else {}
    except Refused:
        apart.update(together)
    for field in apart:
        counted[field] = _values_of_one(searcher, question, field)
    _fields_of_many.update(field for field, values in counted.items() if len(values) >= _MANY_VALUES)
    return counted


def _values_of_one(searcher: Searcher, question: Query, field: str) -> dict[Any, int]:
    try:
        return _values_at_once(searcher, question, [field])[field]
    except Refused:
        if field not in NUMBERS and not field.startswith("place_"):
            raise
        ends = _aggregated(searcher, question, {"ends": _stats(field)})["ends"]
        counted = dict(_in_stretches(searcher, question, field, int(ends["min"]), int(ends["max"])))
        if field in _MAY_LACK:
            counted[_NONE] = _number(searcher, every_one([question, no(code("is", field))]))
        return counted


def _in_stretches(searcher: Searcher, question: Query, field: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the values from `first` to `last` and their numbers, halved until the engine counts them."""
    if first == last:
        yield first, _number(searcher, every_one([question, code(field, first)]))
        return
    try:
        there = every_one([question, between(field, first, last)])
        counted = _values_at_once(searcher, there, [field])[field]
    except Refused:
        middle = (first + last) // 2
        yield from _in_stretches(searcher, question, field, first, middle)
        yield from _in_stretches(searcher, question, field, middle + 1, last)
        return
    # An item that has several values is found by any of them.
    yield from ((value, number) for value, number in counted.items() if first <= value <= last)


def _values_at_once(searcher: Searcher, question: Query, fields: Collection[str]) -> dict[str, dict[Any, int]]:
    terms = {
        field: {"terms": {"field": field, "size": _MOST_VALUES} | ({"missing": _NONE} if field in _MAY_LACK else {})}
        for field in fields
    }
    answer = _aggregated(searcher, question, terms)
    for field, values in answer.items():
        if values["sum_other_doc_count"] or values["doc_count_error_upper_bound"]:
            raise Refused(f"there are too many values of {field} to count them all")
    return {field: {each["key"]: each["doc_count"] for each in values["buckets"]} for field, values in answer.items()}


def _columns(counted: dict[int, int]) -> tuple[Numbers, Numbers]:
    """Return the values that were counted, and their numbers."""
    values, numbers = (np.fromiter(each, np.int64, len(counted)) for each in (counted.keys(), counted.values()))
    return values, numbers


def _stats(field: str) -> dict[str, Any]:
    return {"stats": {"field": field}}


def _steps(field: str, step: float) -> dict[str, Any]:
    return {"histogram": {"field": field, "interval": step, "min_doc_count": 1}}


def _cell(found: dict[str, Any], row: int, column: int) -> Cell:
    north, east, at, count = found["north"], found["east"], found["at"], int(found["doc_count"])
    return Cell(
        row=row,
        column=column,
        count=count,
        cameras=count - int(at["count"]),
        north=north["avg"],
        east=east["avg"],
        box=Box(north["min"], east["min"], north["max"], east["max"]),
        first=int(found["id"]["min"]),
        place=int(at["min"]) if at["count"] == count and at["min"] == at["max"] else None,
        metres=found["metres"]["max"],
    )


def _beyond(added: int) -> Query:
    return between("added", added + 1, None)


def _most(counted: Iterable[tuple[int, int]], first: Sequence[int], most: int) -> dict[int, int]:
    return dict(sorted(counted, key=lambda row: (row[0] not in first, -row[1], row[0]))[: most + len(first)])
