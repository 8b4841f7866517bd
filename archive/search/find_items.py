"""Find items: one page of them, how many there are and of what sort, and where to go from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Count
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive.authorities.models import Place
from archive.catalogue.models import Item, ItemQuerySet
from archive.provenance.checks.all_checks import BY_SLUG
from archive.provenance.checks.finding import Question
from archive.provenance.models import OUTCOMES, QUESTIONS
from archive.review.models import Verdict
from archive.search import facets
from archive.search.addresses import Address
from archive.search.facets import Choice, PlaceFacet, States
from archive.search.filters import (
    CERTAINTIES,
    LOCATIONS,
    SORTS,
    FindingAsked,
    ItemFilter,
    overlapping,
    uncontested,
)
from archive.search.item_order import Order
from archive.search.public import shown_place
from archive.search.query_language import box
from archive.search.timeline import Histogram, histogram
from archive.standards.edtf import parse
from archive.standards.vocabulary import Property
from archive.standards.whole_numbers import whole_number

PAGE_SIZE = 48
MOST_POINTS = 5000


@dataclass(frozen=True)
class Chip:
    """One condition in words, and the address of the search without it."""

    name: str
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
    items: list[Item] = field(default_factory=list)
    page: PageOf = PageOf()
    counts: Counts = Counts()
    chips: list[Chip] = field(default_factory=list)
    certainties: list[Choice] = field(default_factory=list)
    places: PlaceFacet = field(default_factory=lambda: PlaceFacet([], []))
    events: list[Choice] = field(default_factory=list)
    outlets: list[Choice] = field(default_factory=list)
    kinds: list[Choice] = field(default_factory=list)
    states: States = field(default_factory=States)
    histogram: Histogram | None = None

    @property
    def days(self) -> list[DayGroup]:
        """The items of the page, those of one date together, in the order they are in."""

        def label(item: Item) -> str:
            return (
                parse(item.date_created_edtf.split("T")[0]).label(get_language())
                if item.date_created_edtf
                else _("undated")
            )

        return [DayGroup(date, list(items)) for date, items in groupby(self.items, key=label)]


@dataclass(frozen=True)
class Neighbours:
    """Where an item stands in a search, counted from 1, and the keys of those beside it."""

    position: int
    total: int
    previous_id: int | None
    next_id: int | None


@dataclass(frozen=True)
class Points:
    """Positions of cameras: item, latitude, longitude in degrees, uncertainty in metres; not all where `is_capped`."""

    rows: list[tuple[int, float, float, float | None]] = field(default_factory=list)
    total: int = 0

    @property
    def is_capped(self) -> bool:
        return self.total > len(self.rows)


def find(params: Mapping[str, str], *, user: object, fixed: Mapping[str, str] | None = None) -> Found:
    """
    Find the items that are asked for and that this user may see; some twenty queries, whatever is found.

    :param params: of the request; the search box's prefixes are understood in `q`
    :param fixed: conditions of the page itself, such as the place it is about; they are no part of any address
    :raises ValueError: this user cannot ask for what is fixed, such as a visitor for a beach
    """
    base, asked = _asked(params, user=user, fixed=fixed)
    address = Address(asked.asked | {name: params[name] for name in ("view",) if params.get(name)})
    known: dict[str, Any] = {
        "form": asked.form,
        "address": str(address),
        "is_public": asked.is_public,
        "sorts": _codes("sort", SORTS, asked.asked.get("sort", "newest"), address),
    }
    if not asked.form.is_valid():
        return Found(**known, box=box(asked.asked), is_valid=False)
    place = asked.form.cleaned_data["place"]
    start = base.form.cleaned_data["place"] if base else None
    items = asked.narrowed()
    counts = _counts(asked, items, address)
    page = _page(params.get("page", ""), counts.total, address)
    states = facets.states(asked, address)
    return Found(
        **known,
        box=box(asked.asked, place_prefix="beach" if place and place.kind == Place.Kind.BEACH else "place"),
        items=_cards(asked, _order(asked).sorted(items)[max(page.first - 1, 0) : page.last]),
        page=page,
        counts=counts,
        chips=[Chip(name, label, address.with_(without=(name,))) for name, label in _said(asked).items()],
        certainties=_codes("certainty", CERTAINTIES, "certain" if asked.is_certain_only else "possible", address)
        if asked.dates or asked.is_at_place
        else [],
        places=facets.places(asked, address, start=start),
        events=facets.events(asked, address),
        outlets=facets.outlets(asked, address),
        kinds=facets.kinds(asked, address),
        states=states,
        histogram=histogram(
            items.exclude(date_created_earliest=None)
            .order_by()
            .values("date_created_earliest", "date_created_latest")
            .annotate(
                number=Count("pk", filter=uncontested(Property.DATE_CREATED)),
                contested=Count("pk", filter=~uncontested(Property.DATE_CREATED)),
            )
            .values_list("date_created_earliest", "date_created_latest", "number", "contested"),
            asked=asked.dates,
            address=lambda edtf: address.with_(without=("date", "date_from", "date_to", "undated"), date=edtf),
        ),
    )


def neighbours(
    params: Mapping[str, str], *, user: object, item_id: int, fixed: Mapping[str, str] | None = None
) -> Neighbours | None:
    """Return where an item stands in a search, in six queries; None where it is not among what the search finds."""
    _base, asked = _asked(params, user=user, fixed=fixed)
    if not asked.form.is_valid():
        return None
    items = asked.narrowed()
    around = _order(asked).around(items, item_id)
    if around is None:
        return None
    before, after = around
    return Neighbours(
        position=before.count() + 1,
        total=items.count(),
        previous_id=before.reverse().values_list("pk", flat=True).first(),
        next_id=after.values_list("pk", flat=True).first(),
    )


def points(params: Mapping[str, str], *, user: object, fixed: Mapping[str, str] | None = None) -> Points:
    """Return where the cameras of what is found stood, the first 5000; a visitor is told none."""
    _base, asked = _asked(params, user=user, fixed=fixed)
    if asked.is_public or not asked.form.is_valid():
        return Points()
    located = asked.narrowed().exclude(latitude_degrees=None)
    columns = ("pk", "latitude_degrees", "longitude_degrees", "uncertainty_metres")
    return Points(list(_order(asked).sorted(located).values_list(*columns)[:MOST_POINTS]), located.count())


def _asked(
    params: Mapping[str, str], *, user: object, fixed: Mapping[str, str] | None
) -> tuple[ItemFilter | None, ItemFilter]:
    if not fixed:
        return None, ItemFilter(params, user=user)
    base = ItemFilter(fixed, user=user)
    if not base.form.is_valid():
        raise ValueError(f"the page fixes what cannot be asked: {base.form.errors.as_json()}")
    asked = ItemFilter(params, base.narrowed(), user=user)
    asked.is_of_place = base.is_at_place
    return base, asked


def _order(asked: ItemFilter) -> Order:
    fields = asked.form.cleaned_data
    return Order(fields["sort"] or "newest", fields["q"], audience=asked.audience)


def _cards(asked: ItemFilter, items: ItemQuerySet) -> list[Item]:
    # Keys first: a page far down in the result is reached without fetching all that stands on the cards before it.
    keys = list(items.values_list("pk", flat=True))
    cards = asked.queryset.with_card().select_related("lead_place__parent__parent__parent__parent").in_bulk(keys)
    for item in cards.values():
        item.match = match_of(item, asked)
        item.shown_place = shown_place(item.lead_place, user=asked.user)
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


def _counts(asked: ItemFilter, items: ItemQuerySet, address: Address) -> Counts:
    certain = possible = None
    if asked.dates:
        touching = asked.narrowed(without={"dates"}).filter(overlapping(asked.dates))
        numbers = touching.aggregate(all=Count("pk"), certain=Count("pk", filter=asked.certain))
        certain, possible = numbers["certain"], numbers["all"] - numbers["certain"]
        total = certain if asked.is_certain_only else numbers["all"]
    else:
        total = items.count()
    return Counts(
        total=total,
        certain=certain,
        possible=possible,
        undated=asked.narrowed(without={"dates", "undated"}).undated().count(),
        unplaced=asked.narrowed(without={"place", "unplaced"}).unplaced().count(),
        undated_address=address.with_(without=("dates", "undated"), undated="true"),
        unplaced_address=address.with_(without=("place", "unplaced"), unplaced="true"),
    )


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


def _said(asked: ItemFilter) -> dict[str, str]:
    """Return each condition in words, by its name."""
    fields = asked.form.cleaned_data
    yes = {name: fields.get(name) == "true" for name in ("distressing", "has_gps", "undated", "unplaced")}
    words = {
        "q": lambda words: f"“{words}”",
        "place": lambda place: (
            _("at %(place)s, certain only") % {"place": place}
            if asked.is_certain_only and not asked.dates
            else _("at %(place)s") % {"place": place}
        ),
        "dates": lambda dates: (
            _("%(dates)s, certain only") % {"dates": _label(asked)} if asked.is_certain_only else _label(asked)
        ),
        "event": str,
        "outlet": str,
        "kind": lambda kind: str(Item.Kind(kind).label),
        "standing": lambda standing: str(dict(asked.form.fields["standing"].choices)[standing]),
        "distressing": lambda _value: (
            _("marked as distressing") if yes["distressing"] else _("not marked as distressing")
        ),
        "has_gps": lambda _value: _("with GPS") if yes["has_gps"] else _("without GPS"),
        "undated": lambda _value: _("undated") if yes["undated"] else _("dated"),
        "unplaced": lambda _value: _("unplaced") if yes["unplaced"] else _("placed"),
        "accession": lambda accession: _("from “%(title)s”") % {"title": accession.title},
        "format": str,
        "check": _label_of_finding,
        "verdict": lambda verdict: (
            _("%(question)s: %(word)s")
            % {
                "question": QUESTIONS[Question(verdict.question)],
                "word": Verdict.Word(verdict.word).label,
            }
        ),
        "statement": lambda words: _("raw metadata “%(words)s”") % {"words": words},
    }
    return {name: say(fields[name]) for name, say in words.items() if fields.get(name)}


def _label_of_finding(asked: FindingAsked) -> str:
    outcome = str(dict(OUTCOMES)[asked.outcome])
    return (
        f"{_(BY_SLUG[asked.slug].title)}: {outcome}" if asked.slug else _("a check: %(outcome)s") % {"outcome": outcome}
    )


def _label(asked: ItemFilter) -> str:
    """Write the days asked for, "18 June 2024" where first and last are one day."""
    dates = asked.dates
    return parse(dates.earliest.isoformat()).label(get_language()) if dates.days == 1 else dates.label(get_language())
