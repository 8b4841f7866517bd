"""By what a search can be narrowed further, each choice with the number of items that it would leave."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from archive.authorities.models import Event, Outlet, Place
from archive.catalogue.audiences import Audience
from archive.catalogue.models import Accession, Item
from archive.provenance.checks.all_checks import BY_SLUG
from archive.provenance.checks.finding import Outcome
from archive.search.addresses import Address
from archive.search.answers import Answers, PlaceBeneath
from archive.search.filters import STANDINGS, ItemFilter

# Values of a facet that are listed; places stand in a tree and need more.
_MOST = 12
_MOST_PLACES = 40
# So many accessions are looked up at a time.
_LOOKED_UP = 100
# Kinds of places that have others beneath them.
_OPENED_TO_VISITORS = (Place.Kind.COUNTRY, Place.Kind.REGION, Place.Kind.COUNTY)
_OPENED = (*_OPENED_TO_VISITORS, Place.Kind.TOWN, Place.Kind.COAST)


@dataclass(frozen=True)
class Choice:
    """A value that can be chosen, the number of items it leaves, and the address that chooses it, or takes it away."""

    value: str
    label: str
    count: int | None
    address: str
    is_chosen: bool = False
    # Of a place: its kind in words, and whether there may be others beneath it.
    kind: str = ""
    may_open: bool = False


@dataclass(frozen=True)
class PlaceFacet:
    """The way down to the chosen place, outermost first and itself last, and the places beneath it."""

    trail: list[Choice]
    beneath: list[Choice]


def places(
    answers: Answers,
    asked: ItemFilter,
    address: Address,
    *,
    start: Place | None = None,
    opened: Place | None = None,
) -> PlaceFacet:
    """
    Return the tree around the chosen place; two queries of SQL, one more below a stretch of coast.

    :param start: the place that the page itself stands for; the tree begins beneath it
    :param opened: the place whose branch is opened instead of that of the chosen one
    """
    chosen = asked.form.cleaned_data["place"]
    way: list[Place] = []
    place = chosen
    while place is not None and place != start:
        way.insert(0, place)
        place = place.parent
    beneath = _beneath(opened or chosen or start)
    if asked.is_public:
        beneath = beneath.filter(kind__in=settings.PUBLIC_PLACE_KINDS)
        way = [place for place in way if place.kind in settings.PUBLIC_PLACE_KINDS]
    named = {row[0]: PlaceBeneath(*row) for row in beneath.values_list("pk", "slug", "name", "kind", "path")}
    counts = answers.places(list(named.values()), first=way, most=_MOST_PLACES)

    def choice(place: Place | PlaceBeneath, count: int | None) -> Choice:
        is_chosen = bool(chosen) and place.pk == chosen.pk
        further = {} if is_chosen else {"place": place.slug}
        link = address.with_(without=("place", "unplaced"), **further)
        may_open = place.kind in (_OPENED_TO_VISITORS if asked.is_public else _OPENED)
        # `get_kind_display` goes through all kinds in the reader's language, for each of forty places.
        kind = str(Place.Kind(place.kind).label)
        return Choice(place.slug, place.name, count, link, is_chosen, kind, may_open)

    return PlaceFacet(
        trail=[choice(place, counts.get(place.pk, 0)) for place in way],
        beneath=[choice(named[pk], count) for pk, count in counts.items() if pk in named],
    )


def _beneath(place: Place | None) -> QuerySet[Place]:
    if place is not None and place.kind == Place.Kind.COAST:
        inside = list(Place.objects.beneath(place).exclude(pk=place.pk).values_list("pk", flat=True))
        return Place.objects.filter(pk__in=inside)
    return Place.objects.filter(parent=place).standing()


def events(answers: Answers, asked: ItemFilter, address: Address) -> list[Choice]:
    return _records("event", Event, answers, asked, address)


def outlets(answers: Answers, asked: ItemFilter, address: Address) -> list[Choice]:
    return _records("outlet", Outlet, answers, asked, address)


def accessions(
    answers: Answers, asked: ItemFilter, address: Address, *, seen: QuerySet[Accession] | None = None
) -> list[Choice]:
    """
    Return the accessions that hold most of what is asked for.

    :param seen: those whose titles the asker may read; None: all
    """
    chosen = asked.form.cleaned_data["accession"]
    numbers = answers.values("accession", without={"accession"})
    titles = (Accession.objects.all() if seen is None else seen).values_list("pk", "title")
    first, rows = sorted(numbers, key=lambda key: (-numbers[key], key)), {}
    # A large archive has thousands of accessions, and mostly the first of them may be read.
    for start in range(0, len(first), _LOOKED_UP):
        keys = first[start : start + _LOOKED_UP]
        known = dict(titles.filter(pk__in=keys))
        rows |= {key: (known[key], numbers[key]) for key in keys if key in known}
        if len(rows) >= _MOST:
            break
    rows = dict(list(rows.items())[:_MOST])
    if chosen:
        rows.setdefault(chosen.pk, (chosen.title, answers.total()))
    code = str(chosen.pk) if chosen else ""
    return [code_choice("accession", str(key), title, number, code, address) for key, (title, number) in rows.items()]


def contradictions(answers: Answers, asked: ItemFilter, address: Address) -> list[Choice]:
    """Return the checks that contradict something of what is asked for."""
    numbers = answers.values("finding", without={"check"})
    counted = {slug: numbers.get(f"{slug}={Outcome.CONTRADICTORY}", 0) for slug in BY_SLUG}
    chosen = str(asked.form.cleaned_data["check"] or "")
    return [
        code_choice("check", f"{slug}={Outcome.CONTRADICTORY.lower()}", _(BY_SLUG[slug].title), number, chosen, address)
        for slug, number in sorted(counted.items(), key=lambda row: (-row[1], row[0]))
        if number
    ]


def kinds(answers: Answers, asked: ItemFilter, address: Address) -> list[Choice]:
    chosen = asked.form.cleaned_data["kind"]
    numbers = sorted(answers.kinds().items(), key=lambda row: (-row[1], row[0]))
    return [code_choice("kind", kind, Item.Kind(kind).label, number, chosen, address) for kind, number in numbers]


@dataclass(frozen=True)
class States:
    """How many items are contested, unreviewed and reviewed; marked as distressing, contradicted by a check, if any."""

    standings: list[Choice] = field(default_factory=list)
    marks: list[Choice] = field(default_factory=list)
    findings: list[Choice] = field(default_factory=list)


def states(answers: Answers, asked: ItemFilter, address: Address) -> States:
    """
    Return what state items are in, each sort counted under the others' conditions and not under its own.

    A visitor is told none of it, and archive staff alone what checks found.
    """
    if asked.is_public:
        return States()
    numbers, names = answers.states(), ("standing", "distressing", "check")
    chosen, mark, check = (asked.form.cleaned_data.get(name) or "" for name in names)
    standings = [code_choice("standing", code, str(label), numbers[code], chosen, address) for code, label in STANDINGS]
    marks, findings = [], []
    if numbers["distressing"] or mark == "true":
        marks = [code_choice("distressing", "true", _("distressing"), numbers["distressing"], mark, address)]
    if asked.audience == Audience.STAFF and (numbers["contradictory"] or check):
        findings = [
            code_choice("check", "contradictory", _("contradictory"), numbers["contradictory"], str(check), address)
        ]
    return States(standings, marks, findings)


def code_choice(name: str, code: str, label: str, number: int, chosen: str, address: Address) -> Choice:
    further = {} if code == chosen else {name: code}
    return Choice(code, label, number, address.with_(without=(name,), **further), code == chosen)


def _records(
    name: str, model: type[Event] | type[Outlet], answers: Answers, asked: ItemFilter, address: Address
) -> list[Choice]:
    chosen = asked.form.cleaned_data[name]
    counts = answers.records(name, first=[chosen.pk] if chosen else [], most=_MOST)
    rows = model.objects.filter(pk__in=list(counts)).values_list("pk", "slug", "name")
    named = {pk: (slug, label) for pk, slug, label in rows}
    code = chosen.slug if chosen else ""
    return [code_choice(name, *named[pk], number, code, address) for pk, number in counts.items() if pk in named]
