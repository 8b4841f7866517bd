"""By what a search can be narrowed further, each choice with the number of items that it would leave."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Case, Count, Exists, Model, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from archive.authorities.models import Event, Outlet, Place
from archive.catalogue.audiences import Audience, readable_for
from archive.catalogue.models import Item, ItemEvent, ItemOutlet, ItemPlace
from archive.search.addresses import Address
from archive.search.filters import STANDINGS, ItemFilter

# Values of a facet that are listed; places stand in a tree and need more.
_MOST = 12
_MOST_PLACES = 40


@dataclass(frozen=True)
class Choice:
    """A value that can be chosen, the number of items it leaves, and the address that chooses it, or takes it away."""

    value: str
    label: str
    count: int | None
    address: str
    is_chosen: bool = False


@dataclass(frozen=True)
class PlaceFacet:
    """The way down to the chosen place, outermost first and itself last, and the places beneath it."""

    trail: list[Choice]
    beneath: list[Choice]


def places(asked: ItemFilter, address: Address, *, start: Place | None = None) -> PlaceFacet:
    """
    Return the tree around the chosen place; two queries, one more below a stretch of coast.

    :param start: the place that the page itself stands for; the tree begins beneath it
    """
    chosen = asked.form.cleaned_data["place"]
    way: list[Place] = []
    place = chosen
    while place is not None and place != start:
        way.insert(0, place)
        place = place.parent
    beneath = _beneath(chosen or start)
    if asked.is_public:
        beneath = beneath.filter(kind__in=settings.PUBLIC_PLACE_KINDS)
        way = [place for place in way if place.kind in settings.PUBLIC_PLACE_KINDS]
    # Keys written out lead both databases to the links by place, where a subquery leads them through every item.
    named = {place.pk: place for place in beneath}
    on_the_way = [place.pk for place in way]
    links = ItemPlace.objects.filter(readable_for(asked.audience), place__in=[*on_the_way, *named])
    items = asked.narrowed(without={"place", "unplaced"})
    if items.query.where:
        # Asked with IN, SQLite would look up every pair of a place and an item.
        links = links.filter(Exists(items.order_by().filter(pk=OuterRef("item"))))
    counts = _counts(links, "place", most=_MOST_PLACES, first=on_the_way)

    def choice(place: Place, count: int | None) -> Choice:
        is_chosen = place == chosen
        further = {} if is_chosen else {"place": place.slug}
        return Choice(place.slug, place.name, count, address.with_(without=("place", "unplaced"), **further), is_chosen)

    return PlaceFacet(
        trail=[choice(place, counts.get(place.pk, 0)) for place in way],
        beneath=[choice(named[pk], count) for pk, count in counts.items() if pk in named],
    )


def _beneath(place: Place | None) -> QuerySet[Place]:
    if place is not None and place.kind == Place.Kind.COAST:
        inside = list(Place.objects.beneath(place).exclude(pk=place.pk).values_list("pk", flat=True))
        return Place.objects.filter(pk__in=inside)
    return Place.objects.filter(parent=place).standing()


def events(asked: ItemFilter, address: Address) -> list[Choice]:
    return _records(ItemEvent, "event", Event, asked, address)


def outlets(asked: ItemFilter, address: Address) -> list[Choice]:
    return _records(ItemOutlet, "outlet", Outlet, asked, address)


def kinds(asked: ItemFilter, address: Address) -> list[Choice]:
    counted = asked.narrowed(without={"kind"}).order_by().values_list("kind").annotate(number=Count("pk"))
    chosen = asked.form.cleaned_data["kind"]
    numbers = sorted(counted, key=lambda row: (-row[1], row[0]))
    return [_code("kind", kind, Item.Kind(kind).label, number, chosen, address) for kind, number in numbers]


@dataclass(frozen=True)
class States:
    """How many items are contested, unreviewed and reviewed; marked as distressing, contradicted by a check, if any."""

    standings: list[Choice] = field(default_factory=list)
    marks: list[Choice] = field(default_factory=list)
    findings: list[Choice] = field(default_factory=list)


def states(asked: ItemFilter, address: Address) -> States:
    """
    Return what state items are in, each sort counted under the others' conditions and not under its own; one query.

    A visitor is told none of it, and archive staff alone what checks found.
    """
    if asked.is_public:
        return States()
    names = ("standing", "distressing", "check")
    of_standing, of_mark, of_check = (asked.conditions.get(name, Q()) for name in names)
    numbers = asked.narrowed(without=names).aggregate(
        contested=Count("pk", filter=of_mark & of_check & Q(is_contested=True)),
        unreviewed=Count("pk", filter=of_mark & of_check & Q(is_reviewed=False)),
        reviewed=Count("pk", filter=of_mark & of_check & Q(is_reviewed=True)),
        distressing=Count("pk", filter=of_standing & of_check & Q(is_distressing=True)),
        contradictory=Count("pk", filter=of_standing & of_mark & Q(is_contradicted=True)),
    )
    chosen, mark, check = (asked.form.cleaned_data.get(name) or "" for name in names)
    standings = [_code("standing", code, str(label), numbers[code], chosen, address) for code, label in STANDINGS]
    marks, findings = [], []
    if numbers["distressing"] or mark == "true":
        marks = [_code("distressing", "true", _("distressing"), numbers["distressing"], mark, address)]
    if asked.audience == Audience.STAFF and (numbers["contradictory"] or check):
        findings = [_code("check", "contradictory", _("contradictory"), numbers["contradictory"], str(check), address)]
    return States(standings, marks, findings)


def _code(name: str, code: str, label: str, number: int, chosen: str, address: Address) -> Choice:
    further = {} if code == chosen else {name: code}
    return Choice(code, label, number, address.with_(without=(name,), **further), code == chosen)


def _records(links: type[Model], name: str, model: type[Model], asked: ItemFilter, address: Address) -> list[Choice]:
    chosen = asked.form.cleaned_data[name]
    items = asked.narrowed(without={name})
    linked = links.objects.filter(readable_for(asked.audience))
    if items.query.where:
        linked = linked.filter(item__in=items.order_by().values("pk"))
    counts = _counts(linked, name, most=_MOST, first=[chosen.pk] if chosen else [])
    named = model.objects.in_bulk(list(counts))
    return [
        _code(name, named[pk].slug, named[pk].name, number, chosen.slug if chosen else "", address)
        for pk, number in counts.items()
    ]


def _counts(links: QuerySet, name: str, *, most: int, first: list[int]) -> dict[int, int]:
    """Count the items linked to each record, biggest first; those of `first` are there whatever their number."""
    counted = (
        links.order_by()
        .values_list(name)
        .annotate(number=Count("item"))
        .order_by(Case(When(**{f"{name}__in": first}, then=Value(0)), default=Value(1)), "-number", name)
    )
    return dict(counted[: most + len(first)])
