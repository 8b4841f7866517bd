"""Find items: one page of them, how many there are and of what sort, and where to go from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from urllib.parse import urlencode

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from archive.authorities.models import Place
from archive.authorities.record_tree import with_those_above
from archive.catalogue.models import Item, ItemQuerySet
from archive.provenance.checks.all_checks import BY_SLUG
from archive.provenance.checks.finding import Question
from archive.provenance.models import OUTCOMES, QUESTIONS
from archive.review.models import CurrentVerdict
from archive.search import facets
from archive.search.addresses import Address
from archive.search.answers import Answers, Neighbours
from archive.search.conditions import SORTS as SORTS_OF_CONDITION
from archive.search.conditions import label_of_days
from archive.search.day_spans import DaySpans
from archive.search.facets import Choice, PlaceFacet, States
from archive.search.filters import (
    CERTAINTIES,
    LOCATIONS,
    SORTS,
    STANDINGS,
    Further,
    ItemFilter,
    PairAsked,
)
from archive.search.further_facets import Facet, further_facets, unknown_of
from archive.search.index_answers import IndexAnswers, asked_of_index, told_not_in_index
from archive.search.index_questions import NotInIndex
from archive.search.public import public_place
from archive.search.query_language import print_query, print_term
from archive.search.query_tree import Condition, Query, Term
from archive.search.search_box import box
from archive.search.sql_answers import SqlAnswers
from archive.search.timeline import Histogram, histogram, may_be_by_day
from archive.standards.edtf import parse
from archive.standards.vocabulary import Property
from archive.standards.whole_numbers import whole_number

T = TypeVar("T")
PAGE_SIZE = 48
_YES_NO = {
    "distressing": (gettext_lazy("marked as distressing"), gettext_lazy("not marked as distressing")),
    "has_gps": (gettext_lazy("with GPS"), gettext_lazy("without GPS")),
    "undated": (gettext_lazy("undated"), gettext_lazy("dated")),
    "unplaced": (gettext_lazy("unplaced"), gettext_lazy("placed")),
}
# So many conditions are tried one by one where nothing is found; each costs a query.
MOST_EASINGS = 8
# Of so many words it is asked whether they are names, where nothing is found; a shorter word is one too often.
MOST_NAMES_MEANT = 4
_SHORTEST_NAME_MEANT = 5


@dataclass(frozen=True)
class Chip:
    """One condition in words, and the address of the search without it."""

    name: str
    label: str
    address: str


@dataclass(frozen=True)
class Unread:
    """A part of the box's text that is not as the language has it, what stands around it, and what would be right."""

    before: str
    part: str
    after: str
    sentence: str
    instead: str = ""
    address: str = ""


@dataclass(frozen=True)
class ReadAs:
    """Words of a sentence, what they were taken for in the box's own language, and the address that looks for them."""

    part: str
    written: str
    address: str


@dataclass(frozen=True)
class NameMeant:
    """A word that no item has, the place or outlet whose name it may be, and the address that asks for that."""

    word: str
    label: str
    address: str


@dataclass(frozen=True)
class Counts:
    """
    How many items there are. What lacks a date or a place is counted beside, whatever dates and places are asked.

    `certain` and `possible` are None where no dates are asked for.
    """

    total: int = 0
    certain: int | None = None
    possible: int | None = None
    undated: int = 0
    unplaced: int = 0
    undated_address: str = "?"
    unplaced_address: str = "?"


@dataclass(frozen=True)
class PageOf:
    """Where a page stands among the pages; `first` and `last` are places in the result, counted from 1."""

    number: int = 1
    pages: int = 1
    first: int = 0
    last: int = 0
    previous_address: str = ""
    next_address: str = ""


@dataclass(frozen=True)
class DayGroup:
    label: str
    items: list[Item]


@dataclass(frozen=True)
class Found:
    """What a search page shows. Where something asked is not understood, only the form speaks."""

    form: forms.Form
    address: str
    box: str
    is_public: bool
    sorts: list[Choice]
    is_valid: bool = True
    unread: list[Unread] = field(default_factory=list)
    read_as: list[ReadAs] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    taken: list[tuple[str, str]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    page: PageOf = PageOf()
    counts: Counts = Counts()
    chips: list[Chip] = field(default_factory=list)
    easings: list[Choice] = field(default_factory=list)
    names_meant: list[NameMeant] = field(default_factory=list)
    certainties: list[Choice] = field(default_factory=list)
    places: PlaceFacet = field(default_factory=lambda: PlaceFacet([], []))
    events: list[Choice] = field(default_factory=list)
    outlets: list[Choice] = field(default_factory=list)
    kinds: list[Choice] = field(default_factory=list)
    states: States = field(default_factory=States)
    facets: list[Facet] = field(default_factory=list)
    unplaced: Choice | None = None
    histogram: Histogram | None = None

    @property
    def days(self) -> list[DayGroup]:
        """The items of the page, those of one date together, where the first of them stands."""

        def label(item: Item) -> str:
            return (
                parse(item.date_created_edtf.split("T")[0]).label(get_language())
                if item.date_created_edtf
                else _("undated")
            )

        # Beside one another by their first day stand dates of one day, of several and open ones.
        together: dict[str, list[Item]] = {}
        for item in self.items:
            together.setdefault(label(item), []).append(item)
        return [DayGroup(date, items) for date, items in together.items()]


def find(params: Mapping[str, str], *, user: object, fixed: Mapping[str, str] | None = None) -> Found:
    """
    Find the items that are asked for and that this user may see; some twenty questions, whatever is found.

    :param params: of the request; the search box's prefixes are understood in `q`
    :param fixed: conditions of the page itself, such as the place it is about; they are no part of any address
    :raises ValueError: this user cannot ask for what is fixed, such as a visitor for a beach
    """
    asked = read_search(params, user=user, fixed=fixed)
    if not asked.form.is_valid():
        address = Address(asked.asked)
        return Found(**_known(asked, address), box=box(asked.asked), is_valid=False)
    return answered(asked, lambda answers: _found(params, asked, answers))


def _known(asked: ItemFilter, address: Address) -> dict[str, Any]:
    """Return what a page shows of a search whether it is understood or not."""
    return {
        "form": asked.form,
        "address": str(address),
        "is_public": asked.is_public,
        "unread": _unread(asked, address),
        "read_as": [
            ReadAs(each.part, " ".join(map(print_term, each.conditions)), f"?{urlencode({'q': each.instead})}")
            for each in asked.understood
        ],
        "passed_over": asked.passed_over,
        "withheld": asked.withheld,
        "sorts": _codes("sort", SORTS, asked.asked.get("sort", "newest"), address),
    }


def _found(params: Mapping[str, str], asked: ItemFilter, answers: Answers) -> Found:
    address = Address(asked.asked)
    place = asked.form.cleaned_data["place"]
    # First: with it the index counts all that the page shows.
    spans = spans_of(answers, asked)
    counts = _counts(asked, answers, address)
    page = _page(params.get("page", ""), counts.total, address)
    return Found(
        **_known(asked, address),
        box=box(asked.asked, place_prefix="beach" if place and place.kind == Place.Kind.BEACH else "place"),
        items=with_cards(asked, answers.keys(max(page.first - 1, 0), page.last)),
        page=page,
        counts=counts,
        chips=_chips(asked, address),
        easings=_easings(asked, answers, address) if not counts.total else [],
        names_meant=_names_meant(asked, address) if not counts.total else [],
        taken=[
            (written, str(record))
            for name in ("place", "outlet")
            for written, record in dict.fromkeys(asked.form.fields[name].taken)
        ],
        certainties=_codes("certainty", CERTAINTIES, "certain" if asked.is_certain_only else "possible", address)
        if asked.dates or asked.is_at_place
        else [],
        places=facets.places(
            answers, asked, address, start=asked.base.form.cleaned_data["place"] if asked.base else None
        ),
        events=[*facets.events(answers, asked, address), *unknown_of("event", answers, asked, address)],
        outlets=[*facets.outlets(answers, asked, address), *unknown_of("outlet", answers, asked, address)],
        kinds=facets.kinds(answers, asked, address),
        states=facets.states(answers, asked, address),
        unplaced=_unplaced(asked, counts),
        facets=further_facets(answers, asked, address, undated=counts.undated),
        histogram=histogram(
            spans,
            asked=asked.dates,
            address=lambda edtf: address.with_(without=("date", "date_from", "date_to", "undated"), date=edtf),
        ),
    )


def spans_of(answers: Answers, asked: ItemFilter) -> DaySpans:
    """Return what the bars over time are drawn of: whole months, of which there are few, unless bars may be days."""
    months = answers.spans(by_month=True)
    return answers.spans() if may_be_by_day(months, asked=asked.dates) else months


class FoundItems:
    """What a search finds, in its order, for who goes through it page by page: counted, and cut into pages."""

    ordered = True

    def __init__(self, asked: ItemFilter, items: ItemQuerySet) -> None:
        """:param items: all that this user may see, with what is to be fetched of each"""
        self._asked, self._items = asked, items
        self._answers: Answers | None = None

    def count(self) -> int:
        return self.answer(lambda answers: answers.total())

    def answer(self, compose: Callable[[Answers], T]) -> T:
        """Have something made of the answers; who asked once is asked again, as it was then."""
        if self._answers is not None:
            with suppress(NotInIndex), told_not_in_index():
                return compose(self._answers)
            self._answers = SqlAnswers(self._asked)
            return compose(self._answers)
        result, self._answers = answered(self._asked, lambda answers: (compose(answers), answers))
        return result

    def __getitem__(self, part: slice) -> list[Item]:
        keys = self.answer(lambda answers: answers.keys(part.start, part.stop))
        items = self._items.in_bulk(keys)
        return [items[key] for key in keys if key in items]


def keys_found(asked: ItemFilter, *, most: int) -> tuple[list[int], bool]:
    """Return the keys of what a search finds, which is understood, in its order, and whether more are found than so."""
    keys = answered(asked, lambda answers: answers.keys(0, most + 1))
    # What the index knows of a moment ago is asked again: what was closed meanwhile is neither shown nor counted.
    return asked.queryset.among(keys[:most]), len(keys) > most


def neighbours(
    params: Mapping[str, str], *, user: object, item_id: int, fixed: Mapping[str, str] | None = None
) -> Neighbours | None:
    """Return where an item stands in a search; None where it is not among what the search finds."""
    asked = read_search(params, user=user, fixed=fixed)
    if not asked.form.is_valid():
        return None
    return answered(asked, lambda answers: answers.neighbours(item_id))


def read_search(params: Mapping[str, str], *, user: object, fixed: Mapping[str, str] | None) -> ItemFilter:
    """
    Return what is asked, within what a page itself fixes, if anything.

    :raises ValueError: this user cannot ask for what is fixed
    """
    if not fixed:
        return ItemFilter(params, user=user)
    base = ItemFilter(fixed, user=user)
    if not base.form.is_valid():
        raise ValueError(f"the page fixes what cannot be asked: {base.form.errors.as_json()}")
    return ItemFilter(params, user=user, base=base)


def answered(asked: ItemFilter, compose: Callable[[Answers], T]) -> T:
    """Have something made of what the index answers; where it cannot or may not, of what SQL does."""
    with suppress(NotInIndex):
        return asked_of_index(asked.user, lambda index: compose(IndexAnswers(asked, index)))
    return compose(SqlAnswers(asked))


def with_cards(asked: ItemFilter, keys: list[int]) -> list[Item]:
    """Fetch what the cards of these items show, in their order; three queries."""
    # What the index knows of a moment ago is asked again: nobody is shown an item that they may not see any more.
    cards = asked.queryset.with_card().in_bulk(keys)
    with_those_above([item.lead_place for item in cards.values() if item.lead_place])
    for item in cards.values():
        item.match = match_of(item, asked)
        item.shown_place = public_place(item.lead_place) if asked.is_public else item.lead_place
    return [cards[key] for key in keys if key in cards]


def match_of(item: Item, asked: ItemFilter) -> str:
    """
    Return "certain" or "possible", how an item meets the dates and the place asked for; what is contested is possible.

    "" where no dates are asked and its place is not contested.
    """
    dates = asked.dates
    if asked.is_at_place and any(name in item.contested for name in LOCATIONS):
        return "possible"
    if dates is None or item.date_created_earliest is None:
        return ""
    is_within = dates.earliest <= item.date_created_earliest and item.date_created_latest <= dates.latest
    return "certain" if is_within and Property.DATE_CREATED not in item.contested else "possible"


def _counts(asked: ItemFilter, answers: Answers, address: Address) -> Counts:
    certain = possible = None
    if asked.dates:
        certain, every = answers.certain_and_all()
        possible = every - certain
        total = certain if asked.is_certain_only else every
    else:
        total = answers.total()
    return Counts(
        total=total,
        certain=certain,
        possible=possible,
        undated=answers.undated(),
        unplaced=answers.unplaced(),
        undated_address=address.with_(without=("dates", "undated"), undated="true"),
        unplaced_address=address.with_(without=("place", "unplaced"), unplaced="true"),
    )


def _unplaced(asked: ItemFilter, counts: Counts) -> Choice | None:
    """Return the choice of what has no place, which stands in the tree of places; None where each item has one."""
    is_chosen = asked.form.cleaned_data["unplaced"] == "true"
    if not counts.unplaced and not is_chosen:
        return None
    link = Address(asked.asked).with_(without=("unplaced",)) if is_chosen else counts.unplaced_address
    return Choice("unplaced", _("unplaced"), counts.unplaced, link, is_chosen)


def _page(asked: str, total: int, address: Address) -> PageOf:
    """Return the page asked for, or the nearest there is."""
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(whole_number(asked) or 1, 1), pages)
    return PageOf(
        number=number,
        pages=pages,
        first=(number - 1) * PAGE_SIZE + 1 if total else 0,
        last=min(number * PAGE_SIZE, total),
        previous_address=address.with_(page=number - 1) if number > 1 else "",
        next_address=address.with_(page=number + 1) if number < pages else "",
    )


def _codes(name: str, codes: list[tuple[str, Any]], chosen: str, address: Address) -> list[Choice]:
    return [
        Choice(code, str(label), None, address.with_(without=(name,), **{name: code}), code == chosen)
        for code, label in codes
    ]


@dataclass(frozen=True)
class Said:
    """What a search asks, for a page with a list of its own: the text of its box, its chips, what is not understood."""

    box: str
    chips: list[Chip]
    unread: list[Unread]


def said(asked: ItemFilter, address: Address) -> Said:
    chips = _chips(asked, address) if asked.form.is_valid() else []
    return Said(box(asked.asked), chips, _unread(asked, address))


def _unread(asked: ItemFilter, address: Address) -> list[Unread]:
    text = asked.written
    return [
        Unread(
            before=text[: problem.start],
            part=text[problem.start : problem.end],
            after=text[problem.end :],
            sentence=_(problem.sentence) % problem.values,
            instead=problem.instead,
            address=address.with_(q=text[: problem.start] + problem.instead + text[problem.end :])
            if problem.instead
            else "",
        )
        for problem in asked.query.problems
    ]


def _chips(asked: ItemFilter, address: Address) -> list[Chip]:
    """Return a chip for each condition, and one for the free words; a phrase and an exclusion have their own."""
    fields = asked.form.cleaned_data
    words = [term for term in asked.query.words if not term.is_phrase and not term.is_excluded]
    chips = [_chip_of("q", f"“{' '.join(term.text for term in words)}”", words, asked, address)] if words else []
    for term in asked.query.words:
        if term.is_phrase or term.is_excluded:
            label = _("not “%(words)s”") if term.is_excluded else "“%(words)s”"
            chips.append(_chip_of("q", label % {"words": term.text}, [term], asked, address))
    chips += [
        Chip(name, _said(name, fields[name], asked), address.with_(without=(name,)))
        for name in _SAID
        if fields.get(name)
    ]
    for further in fields["further"]:
        chips.append(_chip_of("q", _said_further(further, asked), [further.condition], asked, address))
    return chips


def _easings(asked: ItemFilter, answers: Answers, address: Address) -> list[Choice]:
    """Return the conditions without which something would be found, and how much; at most eight questions."""
    without = {chip.name: chip for chip in _chips(asked, address) if chip.name != "q"}
    for number, further in enumerate(asked.form.cleaned_data["further"]):
        without[f"further {number}"] = _chip_of("q", _said_further(further, asked), [further.condition], asked, address)
    if words := asked.query.words:
        without["q"] = _chip_of("q", f"“{print_query(Query(words))}”", words, asked, address)
    tried = [(without[name], name) for name in list(asked.parts)[:MOST_EASINGS] if name in without]
    if len(tried) < 2:
        return []
    numbers = [(chip, answers.total(without={name})) for chip, name in tried]
    return [Choice(chip.name, chip.label, number, chip.address) for chip, number in numbers if number]


def _names_meant(asked: ItemFilter, address: Address) -> list[NameMeant]:
    """Return the places and outlets that the words which no item has may name, also with a slip of the fingers."""
    words = [
        word
        for word in asked.query.words
        if not word.is_phrase
        and not word.is_excluded
        and len(word.text) >= _SHORTEST_NAME_MEANT
        and word.text.isalpha()
    ]
    meant = []
    for word in words[:MOST_NAMES_MEANT]:
        alone = ItemFilter({"q": word.text}, user=asked.user)
        if not alone.form.is_valid() or answered(alone, lambda answers: answers.total()):
            continue
        for name in ("place", "outlet"):
            named = ItemFilter({name: word.text}, user=asked.user)
            if named.form.is_valid():
                record = named.form.cleaned_data[name]
                rest = asked.query.without(word)
                text = print_query(replace(rest, terms=(*rest.terms, Condition(name, (record.slug,)))))
                meant.append(NameMeant(word.text, _said(name, record, named), address.with_(q=text)))
    return meant


def _said_further(further: Further, asked: ItemFilter) -> str:
    label = _(" or ").join(_said(name, value, asked, is_alone=False) for name, value in further.values)
    return _("not: %(condition)s") % {"condition": label} if further.condition.is_excluded else label


def _chip_of(name: str, label: str, terms: Sequence[Term], asked: ItemFilter, address: Address) -> Chip:
    """Return the chip of what stands in the box's own words."""
    rest = print_query(asked.query.without(*terms))
    return Chip(name, label, address.with_(q=rest) if rest else address.with_(without=("q",)))


_SAID = (
    "place", "dates", "event", "outlet", "kind", "standing", "distressing", "has_gps", "undated", "unplaced",
    "accession", "format", "check", "verdict", "statement", "text",
)  # fmt: skip


def _said(name: str, value: Any, asked: ItemFilter, *, is_alone: bool = True) -> str:
    """
    Write a condition in words.

    :param is_alone: it is that of a parameter, which the choice between certain and possible speaks of
    """
    if sort := SORTS_OF_CONDITION.get(name):
        return sort.say(value)
    if name in ("place", "dates"):
        label = _("at %(place)s") % {"place": value} if name == "place" else label_of_days(value)
        is_certain = is_alone and asked.is_certain_only and not (name == "place" and asked.dates)
        return _("%(condition)s, certain only") % {"condition": label} if is_certain else label
    if name in _YES_NO:
        yes, no = _YES_NO[name]
        return str(yes if value == "true" else no)
    words: dict[str, Callable[[Any], str]] = {
        "kind": lambda kind: str(Item.Kind(kind).label),
        "standing": lambda standing: str(dict(STANDINGS)[standing]),
        "accession": lambda accession: _("from “%(title)s”") % {"title": accession.title},
        "check": _label_of_finding,
        "verdict": _label_of_verdict,
        "text": lambda words: _("in the picture “%(words)s”") % {"words": words},
        "statement": lambda words: _("raw metadata “%(words)s”") % {"words": words},
    }
    return words.get(name, str)(value)


def _label_of_finding(asked: PairAsked) -> str:
    outcome = str(dict(OUTCOMES)[asked.code])
    return (
        f"{_(BY_SLUG[asked.name].title)}: {outcome}" if asked.name else _("a check: %(outcome)s") % {"outcome": outcome}
    )


def _label_of_verdict(asked: PairAsked) -> str:
    # Asked is where no verdict holds, and not only what was opened again.
    word = _("open") if asked.code == CurrentVerdict.Word.OPEN else CurrentVerdict.Word(asked.code).label
    return _("%(question)s: %(word)s") % {"question": QUESTIONS[Question(asked.name)], "word": word}
