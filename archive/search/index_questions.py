"""
What is asked of items, as questions for the index: each finds the very items that the condition of the same name in
`filters` and `conditions` finds in SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import Q
from tantivy import FieldType, Occur, Query

from archive.authorities.gazetteer import keys_of_kind
from archive.authorities.models import Place
from archive.catalogue import text_index
from archive.catalogue.audiences import readable_for
from archive.catalogue.models import Item, ItemPlace
from archive.catalogue.text_index import IN_PICTURE, Term
from archive.item_index.documents import microseconds
from archive.item_index.fields import asking, schema
from archive.item_index.reader import Asked
from archive.review.models import CurrentVerdict
from archive.search.area_cells import cover
from archive.search.conditions import Area, Circle, keys_alike, with_beneath
from archive.search.filters import LOCATIONS, STANDINGS, ItemFilter, PairAsked, Part
from archive.standards.edtf import DateInterval
from archive.standards.normal_form import normalise
from archive.standards.vocabulary import Property

_TEXTS = ("words", "statements")


# So many items that a condition holds for are looked up in the database and given to the index by their keys.
MOST_KEYS = 50_000


class NotInIndex(Exception):
    """Something is asked that the index does not hold, and that too many items meet."""


class Questions:
    """The questions that a search makes; what several of them share is made once."""

    def __init__(self, asked: ItemFilter, index: Asked) -> None:
        self._asked = asked
        self._index = index
        self._made: dict[str, Query] = {}
        self._base = Questions(asked.base, index) if asked.base else None

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._asked.parts)

    def ask(self, *further: Query, without: Collection[str] = ()) -> Query:
        """
        Return the question for what meets every condition but those named, and these further ones.

        :raises NotInIndex: the index does not hold what a condition asks for
        :raises Refused: the engine does not take it
        """
        every = [self._part(name) for name in self.names if name not in without]
        if self._base:
            every.append(self._base.ask())
        return every_one([*every, *further])

    def _part(self, name: str) -> Query:
        if name not in self._made:
            self._made[name] = self._question(self._asked.parts[name])
        return self._made[name]

    def _question(self, part: Part) -> Query:
        questions = [self.of(name, value) for name, value in part.values]
        question = questions[0] if len(questions) == 1 else any_one(questions)
        return no(question) if part.is_excluded else question

    def of(self, name: str, value: Any) -> Query:
        """Return the question that one value makes."""
        if name == "certainly":
            return self.certain
        if isinstance(value, Circle | Area):
            return self._standing_in(value)
        make = _MAKERS.get(name)
        if make is None:
            return numbers("id", _keys(self._asked.asks(name, value), name))
        with asking():
            return make(value)

    def _standing_in(self, area: Circle | Area) -> Query:
        """Find what lies in cells that are wholly inside, and of what lies in those at the edge what SQL finds."""
        if self._index.is_moving:
            raise NotInIndex("places were moved just now")
        covered = cover(area)
        candidates = numbers("cell", covered.edge.tolist())
        with asking():
            found = self._index.searcher.search(candidates, MOST_KEYS, count=True, order_by_field="id")
            if found.count > MOST_KEYS:
                raise NotInIndex("so many items at the edge of the area")
            keys = self._index.searcher.fast_field_values("id", [address for _value, address in found.hits])
        # Plain questions: of the condition of SQL as a whole PostgreSQL makes a walk over all links to places.
        there = Item.objects.having(keys)
        positions = dict(there.filter(Q(latitude_degrees=None) | area.holds()).values_list("pk", "latitude_degrees"))
        at_edge = {key for key, north in positions.items() if north is not None}
        # A place on the edge of an area is seldom: cells are narrow, and places few.
        if unknown := [key for key, north in positions.items() if north is None]:
            named = ItemPlace.objects.filter(
                readable_for(self._asked.audience),
                item__in=Item.objects.having(unknown).values("pk"),
                place__in=Place.objects.filter(area.holds(), kind__in=Place.POINT_KINDS).values("pk"),
                is_stated=True,
            )
            at_edge.update(named.values_list("item", flat=True))
        return any_one([numbers("cell", covered.inside.tolist()), numbers("id", at_edge)])

    @property
    def certain(self) -> Query:
        """What certainly meets the dates and the place that are asked for."""
        return _certainly(self._asked.dates, is_at_place=self._asked.is_at_place)

    @property
    def uncontested(self) -> Query:
        """What nobody contests of its date, nor of its place where one is asked for."""
        return _uncontested(Property.DATE_CREATED, *(LOCATIONS if self._asked.is_at_place else ()))


def _keys(condition: Q, name: str) -> list[int]:
    """
    Return the keys of the items that meet a condition, as the database has it.

    :raises NotInIndex: there are too many
    """
    keys = list(Item.objects.filter(condition).order_by().values_list("pk", flat=True)[: MOST_KEYS + 1])
    if len(keys) > MOST_KEYS:
        raise NotInIndex(name)
    return keys


def code(field: str, value: Any) -> Query:
    with asking():
        return Query.term_query(schema(), field, value, "basic")


def every_one(questions: Sequence[Query]) -> Query:
    with asking():
        if not questions:
            return Query.all_query()
        if len(questions) == 1:
            return questions[0]
        return Query.boolean_query([(Occur.Must, question) for question in questions])


def any_one(questions: Iterable[Query]) -> Query:
    with asking():
        return Query.boolean_query([(Occur.Should, question) for question in questions])


def no(question: Query) -> Query:
    with asking():
        # Alone, what must not be finds nothing.
        return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, question)])


def within_degrees(field: str, first: float, last: float) -> Query:
    """Return the question for a number of degrees from `first` to `last`, both inclusive."""
    with asking():
        return Query.range_query(schema(), field, FieldType.Float, first, last)


def between(field: str, first: int | None, last: int | None) -> Query:
    """Return the question for a number from `first` to `last`, both inclusive; what has none is not found."""
    with asking():
        return Query.range_query(schema(), field, FieldType.Integer, first, last)


def in_heading(words: str) -> Query:
    return _words(words, ("heading",))


def _words(written: str, fields: Sequence[str], *, mark: str = "") -> Query:
    """Find every word, or phrase, in one of the fields; what is excluded in none."""
    wanted, unwanted = text_index.terms_of(written, mark=mark)
    found = [any_one(_term(field, term) for field in fields) for term in wanted]
    if unwanted:
        found.append(no(any_one(_term(field, term) for term in unwanted for field in fields)))
    return every_one(found)


def _term(field: str, term: Term) -> Query:
    *before, last = term.words
    with asking():
        # A word has letters and digits alone: nothing of it means anything in a pattern.
        if not term.is_prefix:
            if before:
                return Query.phrase_query(schema(), field, list(term.words))
            return Query.term_query(schema(), field, last, "basic")
        # The engine's own question for beginnings looks at no more than fifty words.
        if before:
            return Query.regex_phrase_query(schema(), field, [*before, f"{last}.*"])
        return Query.regex_query(schema(), field, f"{last}.*")


def numbers(field: str, keys: Collection[int]) -> Query:
    with asking():
        return Query.term_set_query(schema(), field, list(keys)) if keys else Query.empty_query()


def _overlapping(dates: DateInterval) -> Query:
    return every_one(
        [between("first", None, dates.latest.toordinal()), between("last", dates.earliest.toordinal(), None)]
    )


def _within(dates: DateInterval) -> list[Query]:
    days = between("first", dates.earliest.toordinal(), None), between("last", None, dates.latest.toordinal())
    return [*days, _uncontested(Property.DATE_CREATED)]


def _uncontested(*properties: Property) -> Query:
    return no(any_one(code("is", f"contested {name}") for name in properties))


def _certainly(dates: DateInterval | None, *, is_at_place: bool) -> Query:
    return every_one((_within(dates) if dates else []) + ([_uncontested(*LOCATIONS)] if is_at_place else []))


def _yes_no(field: str, value: str) -> Callable[[str], Query]:
    return lambda yes: code(field, value) if yes == "true" else no(code(field, value))


def _status(status: str) -> Query:
    if status == "unreviewed":
        return no(code("state", "reviewed"))
    return code("state", status) if status in dict(STANDINGS) else code("access", status.upper())


def _received(dates: DateInterval) -> Query:
    first = datetime.combine(dates.earliest, time.min, UTC) if dates.earliest > date.min else None
    last = datetime.combine(dates.latest, time.max, UTC) if dates.latest < date.max else None
    return between("added", first and microseconds(first), last and microseconds(last))


def _by(name: str) -> Query:
    return _term("credits", Term(tuple(normalise(name).lower().split())))


def _people(asked: tuple[int, int | None]) -> Query:
    first, last = asked
    enough = any_one([no(Query.exists_query("people_max")), between("people_max", first, None)])
    few = [] if last is None else [any_one([no(Query.exists_query("people_min")), between("people_min", None, last)])]
    return every_one([code("is", "people"), enough, *few])


def _has(known: str) -> Query:
    names = {"date": "dated", "place": "placed", "by": "credits", "print": "printed"}
    return code("is", names.get(known, known.replace("-", "_")))


def _found(asked: PairAsked) -> Query:
    return code("finding", f"{asked.name}={asked.code}") if asked.name else code("state", "contradicted")


def _decided(asked: PairAsked) -> Query:
    if asked.code != CurrentVerdict.Word.OPEN:
        return code("verdict", f"{asked.name}={asked.code}")
    answered = [word for word in CurrentVerdict.Word if word not in CurrentVerdict.UNANSWERED]
    return no(any_one(code("verdict", f"{asked.name}={word}") for word in answered))


def _camera_model(words: str) -> Query:
    return Query.regex_query(schema(), "camera_model", f".*{normalise(words).lower()}.*")


_MAKERS: dict[str, Callable[[Any], Query]] = {
    "q": lambda words: _words(words, _TEXTS),
    "statement": lambda words: _words(words, ("statements",)),
    "text": lambda words: _words(words, ("statements",), mark=IN_PICTURE),
    "place": lambda place: numbers("place", with_beneath(place)),
    "shown": lambda place: numbers("shown", with_beneath(place)),
    "camera": lambda place: numbers("camera", with_beneath(place)),
    "between": lambda stretch: numbers("place", stretch.places),
    "place-kind": lambda kind: numbers("place", keys_of_kind(kind)),
    "dates": _overlapping,
    "certain": lambda dates: every_one(_within(dates)),
    "possible": lambda dates: every_one([_overlapping(dates), no(every_one(_within(dates)))]),
    "event": lambda event: numbers("event", keys_alike(event)),
    "outlet": lambda outlet: numbers("outlet", keys_alike(outlet)),
    "kind": lambda kind: code("kind", kind),
    "standing": _status,
    "status": _status,
    "distressing": _yes_no("state", "distressing"),
    "undated": _yes_no("state", "undated"),
    "unplaced": _yes_no("state", "unplaced"),
    "has_gps": _yes_no("is", "gps"),
    "has": _has,
    "accession": lambda accession: code("accession", accession.pk),
    "format": lambda name: code("format", name.lower()),
    "received": _received,
    "added-by": lambda user: code("added_by", user.pk),
    "by": _by,
    "people": _people,
    "camera-model": _camera_model,
    "check": _found,
    "verdict": _decided,
}
