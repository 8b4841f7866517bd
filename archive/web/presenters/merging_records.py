"""Two records side by side, before the one is merged into the other: what each is, and how much leads to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive.authorities.geometry import metres_between
from archive.authorities.models import Event, Outlet, Place
from archive.catalogue.models import ItemEvent, ItemOutlet, ItemPlace
from archive.review.authority_records import claims_of
from archive.standards.normal_form import normalise

_LINKS = {Place: ItemPlace, Event: ItemEvent, Outlet: ItemOutlet}


@dataclass(frozen=True)
class Side:
    """One of the two records, with its facts by their labels, in the order in which they are shown."""

    record: Any
    facts: dict[str, str]
    point: tuple[float, float] | None = None
    reach: int | None = None


@dataclass(frozen=True)
class Row:
    """One fact of both records; `differs` where they do not agree in it."""

    label: str
    values: tuple[str, ...]
    differs: bool


def sides_of(records: Iterable[Place | Event | Outlet], *, user: object) -> list[Side]:
    """Return both records as this user may read of them; some ten queries each."""
    return [_side(record, user) for record in records]


def rows_of(sides: list[Side]) -> list[Row]:
    rows = []
    for label in sides[0].facts:
        values = tuple(side.facts[label] for side in sides)
        rows.append(Row(label, values, differs=len({normalise(value) or value for value in values}) > 1))
    return rows


def distance_between(one: Side, other: Side) -> str:
    """Return how far apart the points of two places are, in words, or ""."""
    if one.point is None or other.point is None:
        return ""
    return _("%(n)s km apart") % {"n": number_format(metres_between(*one.point, *other.point) / 1000, 1)}


def _side(record: Place | Event | Outlet, user: object) -> Side:
    facts = {_("Kind"): str(record.get_kind_display())}
    if isinstance(record, Event):
        interval = record.interval
        facts[_("When")] = interval.label(get_language()) if interval else ""
        facts[_("Where")] = " · ".join(place.name for place in record.places.order_by("name", "pk"))
        facts[_("Part of")] = str(record.parent or "")
        facts[_("What happened")] = record.description
    else:
        names = record.names.exclude(name=record.name).order_by("pk").values_list("name", flat=True)
        facts[_("Also")] = ", ".join(dict.fromkeys(names))
        facts[_("Country")] = record.country_code
    if isinstance(record, Place):
        facts[_("Lies in")] = record.parent.full_name if record.parent else ""
        facts[_("Position")] = "{:.5f}, {:.5f}".format(*record.point) if record.point else ""
        facts[_("Reach, metres")] = number_format(record.radius_metres) if record.radius_metres else ""
        source = _("this archive") if record.source == "Strandline" else record.source
        facts[_("Recorded from")] = ", ".join(filter(None, [source, record.licence]))
    if isinstance(record, Outlet):
        facts[_("Website")] = record.website
    facts |= {
        label: number_format(number, use_l10n=True, force_grouping=True) for label, number in _counts(record, user)
    }
    return Side(record, facts, getattr(record, "point", None), getattr(record, "radius_metres", None))


def _counts(record: Place | Event | Outlet, user: object) -> list[tuple[str, int]]:
    name = record._meta.model_name
    links = _LINKS[type(record)].objects.known_to(user).filter(**{name: record}).order_by()
    counts = [(_("Items"), links.aggregate(number=Count("item"))["number"])]
    counts.append((_("Claims that name it"), claims_of(record, user=user).count()))
    if isinstance(record, Outlet):
        return counts
    beneath = type(record).objects.standing().filter(parent=record).count()
    counts.append((_("Records in it"), beneath))
    if isinstance(record, Place):
        counts.append((_("Events"), record.events.filter(merged_into=None).count()))
    return counts
