"""
Facets beside places, events, outlets, kinds and states: time, verdicts, checks, cameras, accessions, what is unknown.

Each is counted under all other conditions and not under its own. A visitor is told of time and of what is unknown
alone; verdicts and checks are for archive staff.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive.authorities.models import Place
from archive.catalogue.audiences import Audience
from archive.catalogue.models import Accession
from archive.provenance.checks.finding import Question
from archive.provenance.models import QUESTIONS
from archive.review.models import CurrentVerdict
from archive.search import facets
from archive.search.addresses import Address
from archive.search.answers import Answers
from archive.search.day_spans import DaySpans, Numbers, days_of_months, months_of_days
from archive.search.facets import Choice
from archive.search.filters import ItemFilter
from archive.search.query_language import print_query
from archive.search.query_tree import Condition, Query
from archive.standards.edtf import DateInterval, parse
from archive.standards.normal_form import normalise

_MOST = 12


@dataclass(frozen=True)
class Facet:
    """One way to filter further; `is_open` where something of it is chosen."""

    name: str
    title: str
    choices: list[Choice]

    @property
    def is_open(self) -> bool:
        return any(choice.is_chosen for choice in self.choices)


def further_facets(answers: Answers, asked: ItemFilter, address: Address, *, undated: int) -> list[Facet]:
    """
    Return the facets that stand below the others, those without a choice left out.

    :param undated: how many items have no date
    """
    found = [Facet("time", _("Year and month"), _times(answers, asked, address, undated))]
    if not asked.is_public:
        found.append(Facet("accession", _("Accession"), _accessions(answers, asked, address)))
        found.append(Facet("camera", _("Camera"), _cameras(answers, asked, address)))
    if asked.audience == Audience.STAFF:
        found.append(Facet("check", _("Contradicted by a check"), facets.contradictions(answers, asked, address)))
        found.append(Facet("verdict", _("Verdict"), _verdicts(answers, asked, address)))
    return [facet for facet in found if facet.choices]


def unknown_of(name: str, answers: Answers, asked: ItemFilter, address: Address) -> list[Choice]:
    """Return the choice of what has no event, or no outlet. None where each item has one."""
    condition = Condition("has", (name,), is_excluded=True)
    own = _own(asked, "has", name)
    number = answers.lacking(name, without={name, *own.names})
    is_chosen = any(term.is_excluded for term in own.conditions)
    words = {"event": _("no event"), "outlet": _("no outlet")}[name]
    if not number and not is_chosen:
        return []
    return [_in_box(words, number, condition, own, asked, address, without=(name,), is_chosen=is_chosen)]


def places_beneath(answers: Answers, asked: ItemFilter, address: Address, place: Place) -> list[Choice]:
    """Return the places beneath one, as the tree shows them when it is opened there; two queries or three."""
    return facets.places(answers, asked, address, start=place, opened=place).beneath


@dataclass(frozen=True)
class _Own:
    """The conditions of the box that a facet is counted without, and their names among those of the search."""

    conditions: list[Condition]
    names: list[str]


def _own(asked: ItemFilter, prefix: str, value: str = "") -> _Own:
    conditions, names = [], []
    for number, further in enumerate(asked.form.cleaned_data["further"]):
        if further.condition.prefix == prefix and (not value or further.condition.values == (value,)):
            conditions.append(further.condition)
            names.append(f"further {number}")
    return _Own(conditions, names)


def _in_box(
    label: str, number: int, condition: Condition, own: _Own, asked: ItemFilter, address: Address, *,
    without: tuple[str, ...] = (), is_chosen: bool = False,
) -> Choice:  # fmt: skip
    """Return a choice that stands in the box's own words, in the place of those of its own sort."""
    rest = print_query(asked.query.without(*own.conditions))
    written = print_query(Query((condition,)))
    words = rest if is_chosen else " ".join(filter(None, [rest, written]))
    link = address.with_(without=("q", *without), **({"q": words} if words else {}))
    return Choice(written, label, number, link, is_chosen)


def _times(answers: Answers, asked: ItemFilter, address: Address, undated: int) -> list[Choice]:
    """Return the years that hold most, or of one year asked for its months."""
    spans = answers.all_spans()
    dates = asked.dates
    years = _by_year(spans, is_certain=asked.is_certain_only)
    chosen_year = dates.earliest.year if dates and dates.earliest.year == dates.latest.year else None
    shown = sorted(sorted(years, key=lambda year: (-years[year], -year))[:_MOST], reverse=True)
    if chosen_year and chosen_year not in shown:
        shown = sorted([*shown, chosen_year], reverse=True)
    choices = []
    for year in shown:
        choices.append(_time(f"{year:04}", years[year], dates, address))
        if year == chosen_year:
            months = _by_month(spans, year, is_certain=asked.is_certain_only)
            choices += [_time(f"{year:04}-{month:02}", months[month], dates, address) for month in sorted(months)]
    if undated:
        is_chosen = asked.form.cleaned_data["undated"] == "true"
        further = {} if is_chosen else {"undated": "true"}
        link = address.with_(without=("dates", "undated"), **further)
        choices.append(Choice("undated", _("undated"), undated, link, is_chosen))
    return choices


def _time(edtf: str, number: int, dates: DateInterval | None, address: Address) -> Choice:
    days = parse(edtf)
    is_chosen = bool(dates and (dates.earliest, dates.latest) == (days.earliest, days.latest))
    further = {} if is_chosen else {"date": edtf}
    link = address.with_(without=("date", "date_from", "date_to", "undated"), **further)
    return Choice(edtf, days.label(get_language()), number, link, is_chosen)


def _by_year(spans: DaySpans, *, is_certain: bool) -> Counter[int]:
    """Count the items that touch each year, or lie within it; what has no end makes no years of its own beyond."""
    first, last = months_of_days(spans.first) // 12, months_of_days(spans.last) // 12
    is_endless = spans.last == date.max.toordinal()
    has_no_beginning = spans.first == date.min.toordinal()
    has_both = ~is_endless & ~has_no_beginning
    is_touched = _in_each_year(first[has_both], last[has_both], spans.number[has_both]) > 0
    is_touched[first[is_endless & ~has_no_beginning]] = True
    is_touched[last[has_no_beginning]] = True
    is_counted = first == last if is_certain else np.ones(len(first), bool)
    numbers = _in_each_year(first[is_counted], last[is_counted], spans.number[is_counted])
    years = np.flatnonzero(is_touched & (numbers > 0))
    return Counter(dict(zip(years.tolist(), numbers[years].tolist(), strict=True)))


def _in_each_year(first: Numbers, last: Numbers, number: Numbers) -> Numbers:
    """Return how many there are in each year, from the year 0 to the last there is."""
    # How much the number rises or falls at each year.
    changes = np.zeros(date.max.year + 2, np.int64)
    np.add.at(changes, first, number)
    np.subtract.at(changes, last + 1, number)
    return np.cumsum(changes)


def _by_month(spans: DaySpans, year: int, *, is_certain: bool) -> Counter[int]:
    months: Counter[int] = Counter()
    begin, end = (each.tolist() for each in days_of_months(np.arange(12 * year, 12 * year + 12)))
    for month, (first, last) in enumerate(zip(begin, end, strict=True), 1):
        if is_certain:
            is_there = (spans.first >= first) & (spans.last <= last)
        else:
            is_there = (spans.first <= last) & (spans.last >= first)
        if is_there.any():
            months[month] = int(spans.number[is_there].sum())
    return months


def _accessions(answers: Answers, asked: ItemFilter, address: Address) -> list[Choice]:
    """Return the accessions that hold most, those alone whose titles the asker may read."""
    if asked.audience == Audience.STAFF:
        return facets.accessions(answers, asked, address)
    return facets.accessions(answers, asked, address, seen=Accession.objects.visible_to(asked.user))


def _cameras(answers: Answers, asked: ItemFilter, address: Address) -> list[Choice]:
    """Return the cameras that made most, by the files themselves."""
    own, unknown = _own(asked, "camera-model"), _own(asked, "has", "camera-model")
    both = _Own([*own.conditions, *unknown.conditions], [*own.names, *unknown.names])
    counted = answers.values("camera_model", without=set(both.names))
    numbers = dict(sorted(counted.items(), key=lambda row: (-row[1], row[0])))
    nameless = numbers.pop("", 0)
    chosen = {str(value) for term in own.conditions if not term.is_excluded for value in term.values}
    named = [name for name in numbers if name.strip()][:_MOST]
    named += [name for name in sorted(chosen) if normalise(name).lower() not in {other.strip() for other in named}]
    choices = []
    for name in named:
        written = " ".join(name.split())
        # The search finds each name that has this one in it.
        number = sum(count for other, count in numbers.items() if normalise(written).lower() in other)
        condition = Condition("camera-model", (written,))
        choices.append(_in_box(written, number, condition, both, asked, address, is_chosen=written in chosen))
    is_chosen = any(term.is_excluded for term in unknown.conditions)
    if choices and (nameless or is_chosen):
        condition = Condition("has", ("camera-model",), is_excluded=True)
        choices.append(_in_box(_("unknown"), nameless, condition, both, asked, address, is_chosen=is_chosen))
    return choices


def _verdicts(answers: Answers, asked: ItemFilter, address: Address) -> list[Choice]:
    """Return for each question how many verdicts of each kind hold, and where none does."""
    counted = answers.values("verdict", without={"verdict"})
    numbers = {tuple(pair.split("=")): number for pair, number in counted.items()}
    if not numbers:
        return []
    total = answers.total(without={"verdict"})
    chosen = str(asked.form.cleaned_data["verdict"] or "")
    choices = []
    for question in Question:
        given = {word: number for (of, word), number in numbers.items() if of == question}
        answered = sum(number for word, number in given.items() if word not in CurrentVerdict.UNANSWERED)
        rows = [
            (word, given[word]) for word in CurrentVerdict.Word if word in given and word != CurrentVerdict.Word.OPEN
        ]
        if rows or chosen.startswith(f"{question}=".lower()):
            rows.append((CurrentVerdict.Word.OPEN, total - answered))
        for word, number in rows:
            is_open = word == CurrentVerdict.Word.OPEN
            label = _("%(question)s: %(word)s") % {
                "question": QUESTIONS[question], "word": _("open") if is_open else word.label
            }  # fmt: skip
            choices.append(facets.code_choice("verdict", f"{question}={word}".lower(), label, number, chosen, address))
    return choices
