"""
What the prefixes of the box mean that no parameter says: how their values are read, asked of the database, and told.

Each sort of condition reads the values once (`read`, which refuses in a sentence), and each reading is asked (`asks`)
and said in words (`say`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import F, FloatField, IntegerField, Q, TextField, Value
from django.db.models.expressions import Case, CombinedExpression, When
from django.db.models.functions import Cast, Mod
from django.db.models.lookups import Contains, LessThan, LessThanOrEqual
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.authorities.geometry import METRES_PER_DEGREE
from archive.authorities.models import Event, Outlet, Place
from archive.catalogue.audiences import Audience, readable_for
from archive.catalogue.models import SEEN_BY, Access, Item, ItemCredit, ItemEvent, ItemOutlet, ItemPlace
from archive.folders.models import Folder
from archive.press.models import Appearance
from archive.search.coast import NoWayAlong, places_between
from archive.search.public import searched_places
from archive.search.query_tree import Range
from archive.search.query_tree import Value as Written
from archive.standards.edtf import DateInterval, parse
from archive.standards.normal_form import normalise
from archive.standards.vocabulary import Property
from archive.standards.whole_numbers import whole_number

# Beyond it a circle is no circle on a plane map any more, and nobody's beach.
MOST_KILOMETRES = 300
# A database refuses an expression nested too deep.
MOST_CORNERS = 60
_DISTANCE = re.compile(r"(?P<number>\d{1,4}(?:\.\d{1,6})?)\s?(?P<unit>km|m)", re.IGNORECASE)
_DEGREES = re.compile(r"-?\d{1,3}(?:\.\d{1,10})?")
_ITEM = re.compile(r"item-(\d{1,18})", re.IGNORECASE)
NEAR_AN_ITEM_KILOMETRES = 5


@dataclass(frozen=True)
class Asker:
    """Who asks, and the form whose fields read places and dates alike everywhere."""

    user: Any
    audience: Audience
    fields: Mapping[str, forms.Field]
    refuse_place: Callable[[Place], str]

    def place(self, written: str) -> Place:
        """:raises ValidationError: the archive knows no such place, or it is too precise for the asker"""
        place: Place = self.fields["place"].clean(written)
        if place and (refusal := self.refuse_place(place)):
            raise ValidationError(refusal)
        return place

    def days(self, written: Written) -> DateInterval:
        """:raises ValidationError: it is no date, or a range that ends before it begins"""
        if isinstance(written, Range):
            first, last = (self.fields["date"].clean(end) for end in (written.first, written.last))
            return between_days(first, last)
        days: DateInterval = self.fields["date"].clean(written)
        return days


@dataclass(frozen=True)
class Sort:
    """
    One sort of condition.

    `takes_all`: its values are one thing together, such as a latitude and a longitude, and no choice.
    """

    read: Callable[[Any, Asker], Any]
    asks: Callable[[Any, Asker], Q]
    say: Callable[[Any], str]
    takes_all: bool = False


def between_days(first: DateInterval | None, last: DateInterval | None) -> DateInterval:
    """:raises ValidationError: the last day comes before the first"""
    earliest = first.earliest if first else date.min
    latest = last.latest if last else date.max
    if latest < earliest:
        raise ValidationError(_("The last day comes before the first. Swap the two."))
    return DateInterval(f"{first.edtf if first else '..'}/{last.edtf if last else '..'}", earliest, latest)


def label_of_days(dates: DateInterval) -> str:
    """Write the days asked for, "18 June 2024" where first and last are one day."""
    return parse(dates.earliest.isoformat()).label(get_language()) if dates.days == 1 else dates.label(get_language())


def _text(written: Written) -> str:
    if isinstance(written, Range):
        raise ValidationError(_("No range can be asked for here."))
    return written


# --- places -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Stretch:
    """The coast from one place to another: the keys of the places on it."""

    start: Place
    end: Place
    places: list[int]


def _read_between(values: Sequence[Written], asker: Asker) -> Stretch:
    if len(values) != 2:
        raise ValidationError(_("Write two places, such as between:calais,dunkirk."))
    start, end = (asker.place(_text(value)) for value in values)
    kinds = settings.PUBLIC_PLACE_KINDS if asker.audience == Audience.PUBLIC else None
    try:
        keys = places_between(start, end, known=searched_places(asker.user), kinds=kinds)
    except NoWayAlong as problem:
        raise ValidationError(
            _("No beaches, harbours and ports lead along a coast from %(start)s to %(end)s in steps of 15 km or less. "
              "Ask for the places one by one, with commas.") % {"start": start, "end": end}
        ) from problem  # fmt: skip
    return Stretch(start, end, keys)


def _at(places: Any, asker: Asker, *, role: str = "") -> Q:
    links = ItemPlace.objects.filter(readable_for(asker.audience), place__in=places)
    if role:
        links = links.filter(readable_for(asker.audience, column=role))
    return Q(pk__in=links.values("item"))


def with_beneath(place: Place) -> list[int]:
    """Return the keys of a place that links of items lead to; those of a coast's beaches lead to their towns alone."""
    if place.kind == Place.Kind.COAST:
        return list(Place.objects.beneath(place).values_list("pk", flat=True))
    return keys_alike(place)


def keys_alike(record: Place | Event | Outlet) -> list[int]:
    """
    Return the keys of a record and of those merged into it, whose items may not have been projected anew yet.

    Keys written out lead a database to the links of these records; of a subquery PostgreSQL knows no number, and goes
    over all links and all places. One query.
    """
    key = record.current_key
    return list(type(record).objects.filter(Q(pk=key) | Q(merged_into=key)).values_list("pk", flat=True))


def _in_role(role: str, label: Callable[[Place], str]) -> Sort:
    return Sort(
        read=lambda written, asker: asker.place(_text(written)),
        asks=lambda place, asker: _at(with_beneath(place), asker, role=role),
        say=label,
    )


def _read_place_kind(written: Written, asker: Asker) -> str:
    kinds = {kind.lower().replace("_", "-"): kind for kind in Place.Kind.values}
    if asker.audience == Audience.PUBLIC:
        kinds = {name: kind for name, kind in kinds.items() if kind in settings.PUBLIC_PLACE_KINDS}
    return _one_of(_text(written), kinds)


def _one_of(written: str, codes: Mapping[str, str]) -> str:
    if (code := codes.get(written.lower().replace("_", "-"))) is None:
        raise ValidationError(_("“%(value)s” is none of: %(codes)s.") % {"value": written, "codes": ", ".join(codes)})
    return code


def _of_kind(kind: str, asker: Asker) -> Q:
    links = ItemPlace.objects.filter(readable_for(asker.audience), place__kind=kind)
    return Q(pk__in=links.values("item"))


# --- positions --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Circle:
    latitude_degrees: float
    longitude_degrees: float
    kilometres: float
    item: Item | None = None

    def holds(self) -> Q:
        """Narrow what has a latitude and a longitude to what lies in the circle; near enough on a plane map."""
        # cos, by which a degree of longitude is shorter, is that of the middle.
        shrunk = cosine(self.latitude_degrees)
        north = _minus("latitude_degrees", self.latitude_degrees)
        east = _minus("longitude_degrees", self.longitude_degrees)
        reach = self.kilometres * 1000 / METRES_PER_DEGREE
        squared = CombinedExpression(
            _times(north, north), "+", _times(_times(east, east), Value(shrunk**2)), output_field=FloatField()
        )
        return _box(
            self.latitude_degrees - reach,
            self.longitude_degrees - reach / shrunk,
            self.latitude_degrees + reach,
            self.longitude_degrees + reach / shrunk,
        ) & Q(LessThanOrEqual(squared, Value(reach**2)))


@dataclass(frozen=True)
class Area:
    """A box of two corners, or a polygon of three and more; latitude and longitude in degrees."""

    corners: tuple[tuple[float, float], ...]

    def holds(self) -> Q:
        latitudes, longitudes = zip(*self.corners, strict=True)
        box = _box(min(latitudes), min(longitudes), max(latitudes), max(longitudes))
        if len(self.corners) == 2:
            return box
        # Even-odd rule: a line westward from inside crosses an odd number of edges.
        crossings: Any = Value(0, output_field=IntegerField())
        for (north, east), (next_north, next_east) in zip(
            self.corners, (*self.corners[1:], self.corners[0]), strict=True
        ):
            if north == next_north:
                continue
            slope = (next_east - east) / (next_north - north)
            at = CombinedExpression(
                Value(east - slope * north), "+", _times(Value(slope), F("latitude_degrees")), output_field=FloatField()
            )
            low, high = sorted((north, next_north))
            crosses = Q(latitude_degrees__gte=low, latitude_degrees__lt=high) & Q(LessThan(F("longitude_degrees"), at))
            crossings += Case(When(crosses, then=Value(1)), default=Value(0), output_field=IntegerField())
        return box & Q(OddNumber(crossings))


class OddNumber(LessThan):
    """A whole number is odd."""

    def __init__(self, number: Any) -> None:
        super().__init__(Value(0), Mod(number, Value(2), output_field=IntegerField()))


def cosine(degrees: float) -> float:
    # At a pole a degree of longitude has no length.
    return max(math.cos(math.radians(degrees)), 0.01)


def _minus(column: str, number: float) -> Any:
    return CombinedExpression(F(column), "-", Value(number), output_field=FloatField())


def _times(one: Any, other: Any) -> Any:
    return CombinedExpression(one, "*", other, output_field=FloatField())


def _box(south: float, west: float, north: float, east: float) -> Q:
    return Q(latitude_degrees__range=(south, north), longitude_degrees__range=(west, east))


def _inside(area: Circle | Area, asker: Asker) -> Q:
    """Narrow to items whose camera stood inside; where that is not known, to those of a place whose point lies so."""
    holds = area.holds()
    places = Place.objects.filter(holds, kind__in=Place.POINT_KINDS).values("pk")
    links = ItemPlace.objects.filter(readable_for(asker.audience), place__in=places, is_stated=True)
    return holds | Q(latitude_degrees=None, pk__in=links.values("item"))


def _degrees(values: Sequence[Written]) -> list[float]:
    numbers = []
    for at, value in enumerate(values):
        text = _text(value)
        most = 90 if at % 2 == 0 else 180
        if not _DEGREES.fullmatch(text) or abs(float(text)) > most:
            raise ValidationError(
                _("“%(value)s” is no position in degrees: write latitude and longitude, such as 51.05,2.40.")
                % {"value": text}
            )
        numbers.append(float(text))
    return numbers


def _kilometres(written: str) -> float:
    distance = _DISTANCE.fullmatch(written)
    kilometres = float(distance["number"]) / (1000 if distance["unit"].lower() == "m" else 1) if distance else 0
    if not 0 < kilometres <= MOST_KILOMETRES:
        raise ValidationError(
            _("“%(value)s” is no distance up to %(most)s km: write 10km or 500m.")
            % {"value": written, "most": MOST_KILOMETRES}
        )
    return kilometres


def _read_near(values: Sequence[Written], asker: Asker) -> Circle:
    first = _text(values[0])
    if item := _ITEM.fullmatch(first):
        return _near_item(int(item[1]), values[1:], asker)
    if len(values) != 3:
        raise ValidationError(
            _("Write latitude, longitude and distance, such as near:51.05,2.40,10km, or near:item-12.")
        )
    latitude, longitude = _degrees(values[:2])
    return Circle(latitude, longitude, _kilometres(_text(values[2])))


def _near_item(key: int, further: Sequence[Written], asker: Asker) -> Circle:
    item = Item.objects.visible_to(asker.user).select_related("lead_place").filter(pk=min(key, 2**63 - 1)).first()
    place = item and item.lead_place
    if item and item.latitude_degrees is not None:
        point = (item.latitude_degrees, item.longitude_degrees)
    else:
        point = place.point if place else None
    if item is None or point is None:
        raise ValidationError(_("There is no item %(number)s with a position that you may see.") % {"number": key})
    kilometres = _kilometres(_text(further[0])) if further else NEAR_AN_ITEM_KILOMETRES
    return Circle(*point, kilometres, item)


def _say_near(circle: Circle) -> str:
    values = {"km": f"{circle.kilometres:g}", "item": circle.item and circle.item.pk}
    if circle.item:
        return _("within %(km)s km of item %(item)s") % values
    values["point"] = f"{circle.latitude_degrees:g}, {circle.longitude_degrees:g}"
    return _("within %(km)s km of %(point)s") % values


def _read_within(values: Sequence[Written], asker: Asker) -> Area:
    if len(values) != 4 and (len(values) < 6 or len(values) % 2 or len(values) > 2 * MOST_CORNERS):
        raise ValidationError(
            _("Write a box as south, west, north, east, or a polygon as latitude, longitude of 3 to %(most)s corners.")
            % {"most": MOST_CORNERS}
        )
    numbers = _degrees(values)
    corners = tuple(zip(numbers[::2], numbers[1::2], strict=True))
    if len(corners) == 2 and (corners[0][0] > corners[1][0] or corners[0][1] > corners[1][1]):
        raise ValidationError(_("The box ends before it begins: write south, west, north, east."))
    return Area(corners)


def _say_within(area: Area) -> str:
    if len(area.corners) == 2:
        return _("in the box %(corners)s") % {"corners": " – ".join(f"{lat:g}, {lon:g}" for lat, lon in area.corners)}
    return _("in a polygon of %(n)s corners") % {"n": len(area.corners)}


# --- days -------------------------------------------------------------------------------------------------------------
def overlapping(dates: DateInterval, name: str = "date_created") -> Q:
    """Narrow to what touches the days: *possible*, the certain ones among them."""
    return Q(**{f"{name}_earliest__lte": dates.latest, f"{name}_latest__gte": dates.earliest})


def within(dates: DateInterval) -> Q:
    """Narrow to items whose whole interval lies within the days, and is not contested: *certain*."""
    days = Q(date_created_earliest__gte=dates.earliest, date_created_latest__lte=dates.latest)
    return days & uncontested(Property.DATE_CREATED)


def uncontested(*properties: Property) -> Q:
    """Narrow to items of which nobody says otherwise on these properties."""
    # The list is JSON, which the two databases do not search alike; its text they do.
    names = Cast("contested", TextField())
    contested = Q(*(Contains(names, f'"{name}"') for name in properties), _connector=Q.OR)
    return Q(is_contested=False) | ~contested


def _read_days(written: Written, asker: Asker) -> DateInterval:
    return asker.days(written)


def _published(dates: DateInterval, asker: Asker) -> Q:
    printed = Appearance.objects.told_for(asker.audience).filter(overlapping(dates, "published"))
    return Q(pk__in=printed.values("item"))


def _received(dates: DateInterval, asker: Asker) -> Q:
    received = Q()
    if dates.earliest > date.min:
        received &= Q(added_at__gte=datetime.combine(dates.earliest, time.min, UTC))
    if dates.latest < date.max:
        received &= Q(added_at__lte=datetime.combine(dates.latest, time.max, UTC))
    return received


# --- people and things ------------------------------------------------------------------------------------------------
def _read_folder(value: Written, asker: Asker) -> Folder:
    """Return the folder by its number, or by a name that one alone has of those that the asker may see."""
    name = _text(value)
    folders = Folder.objects.visible_to(asker.user)
    # A number goes before a name: what was kept as `folder:7` must not turn to another that somebody names "7".
    if (key := whole_number(name)) is not None and (numbered := folders.filter(pk=key).first()):
        return numbered
    named = list(folders.filter(normalised=normalise(name)).select_related("owner").order_by("pk")[:6])
    if len(named) > 1:
        several = "; ".join(f"{folder.pk} ({folder.owner})" for folder in named)
        raise ValidationError(
            _("“%(name)s” can mean more than one. Write one of: %(several)s.") % {"name": name, "several": several}
        )
    if not named:
        raise ValidationError(_("You see no folder “%(name)s”. Write its name or its number.") % {"name": name})
    return named[0]


def _read_user(written: Written, asker: Asker) -> User:
    user = User.objects.filter(username__iexact=_text(written)).first()
    if user is None:
        raise ValidationError(_("There is no account “%(name)s”.") % {"name": written})
    return user


def _read_words(written: Written, asker: Asker) -> str:
    text = _text(written)
    if not normalise(text):
        raise ValidationError(_("There is no word in “%(words)s”. Write a letter or a digit.") % {"words": text})
    return text


def _by(name: str, asker: Asker) -> Q:
    links = ItemCredit.objects.filter(readable_for(asker.audience), name__contains=f" {normalise(name).lower()} ")
    return Q(pk__in=links.values("item"))


def _read_people(written: Written, asker: Asker) -> tuple[int, int | None]:
    ends = (written.first, written.last) if isinstance(written, Range) else (written, written)
    numbers = [whole_number(end) if end else None for end in ends]
    if any(end and (number is None or number >= 2**31) for end, number in zip(ends, numbers, strict=True)):
        raise ValidationError(_("Write a number of people, such as 40, or a range, such as 20..60."))
    first, last = numbers[0] or 0, numbers[1]
    if last is not None and last < first:
        raise ValidationError(_("The range ends before it begins. Swap the two."))
    return first, last


def _people(asked: tuple[int, int | None], asker: Asker) -> Q:
    """Narrow to what is said to show as many; "at least 40" and "at most 40" may be any number on that side."""
    first, last = asked
    is_said = Q(people_min__isnull=False) | Q(people_max__isnull=False)
    enough = Q(people_max__isnull=True) | Q(people_max__gte=first)
    few = Q(people_min__isnull=True) | Q(people_min__lte=last) if last is not None else Q()
    return is_said & enough & few


def _say_people(asked: tuple[int, int | None]) -> str:
    first, last = asked
    if last is None:
        return _("%(number)s people or more") % {"number": first}
    return _("%(numbers)s people") % {"numbers": first if first == last else f"{first}–{last}"}


_STANDINGS = {
    "contested": Q(is_contested=True),
    "unreviewed": Q(is_reviewed=False),
    "reviewed": Q(is_reviewed=True),
}


def _read_status(written: Written, asker: Asker) -> str:
    codes = list(_STANDINGS)
    if asker.audience == Audience.STAFF:
        codes += [access.lower() for access in SEEN_BY[Audience.STAFF]]
    return _one_of(_text(written), {code: code for code in codes})


def _status(code: str, asker: Asker) -> Q:
    return _STANDINGS.get(code) or Q(access=code.upper())


def _say_status(code: str) -> str:
    return str(Access(code.upper()).label) if code not in _STANDINGS else _(code)


def _linked(links: type[ItemEvent] | type[ItemOutlet] | type[ItemCredit]) -> Callable[[Asker], Q]:
    return lambda asker: Q(pk__in=links.objects.filter(readable_for(asker.audience)).values("item"))


# What something is known of; the last three tell what a visitor may not ask.
_KNOWN: dict[str, Callable[[Asker], Q]] = {
    "caption": lambda asker: ~Q(lead_caption=""),
    "headline": lambda asker: ~Q(headline=""),
    "date": lambda asker: Q(date_created_earliest__isnull=False),
    "place": lambda asker: Q(is_placed=True),
    "event": _linked(ItemEvent),
    "outlet": _linked(ItemOutlet),
    "by": _linked(ItemCredit),
    "people": lambda asker: Q(people_min__isnull=False) | Q(people_max__isnull=False),
    "gps": lambda asker: Q(latitude_degrees__isnull=False),
    "print": lambda asker: Q(pk__in=Appearance.objects.told_for(asker.audience).values("item")),
    "camera-model": lambda asker: ~Q(camera_model=""),
}
_NOT_FOR_VISITORS = ("gps", "print", "camera-model")


def _read_has(written: Written, asker: Asker) -> str:
    name = _text(written).lower()
    if asker.audience == Audience.PUBLIC and name in _NOT_FOR_VISITORS:
        raise ValidationError(_("Sign in to search by “%(name)s”.") % {"name": f"has:{name}"})
    codes = [code for code in _KNOWN if asker.audience != Audience.PUBLIC or code not in _NOT_FOR_VISITORS]
    return _one_of(name, {code: code for code in codes})


def _say_has(code: str) -> str:
    return {
        "caption": _("with a caption"),
        "headline": _("with a headline"),
        "date": _("dated"),
        "place": _("placed"),
        "event": _("with an event"),
        "outlet": _("with an outlet"),
        "by": _("with a photographer or credit"),
        "people": _("with a number of people"),
        "gps": _("with GPS"),
        "print": _("published in"),
        "camera-model": _("with a camera model"),
    }[code]


SORTS: dict[str, Sort] = {
    "between": Sort(
        _read_between,
        lambda stretch, asker: _at(stretch.places, asker),
        lambda stretch: _("between %(start)s and %(end)s") % {"start": stretch.start, "end": stretch.end},
        takes_all=True,
    ),
    "place-kind": Sort(
        _read_place_kind,
        _of_kind,
        lambda kind: _("at a place of the kind: %(kind)s") % {"kind": Place.Kind(kind).label},
    ),
    "near": Sort(_read_near, _inside, _say_near, takes_all=True),
    "within": Sort(_read_within, _inside, _say_within, takes_all=True),
    "shown": _in_role("shown_for", lambda place: _("showing %(place)s") % {"place": place}),
    "camera": _in_role("camera_for", lambda place: _("camera at %(place)s") % {"place": place}),
    "certain": Sort(
        _read_days,
        lambda dates, asker: within(dates),
        lambda dates: _("%(condition)s, certain only") % {"condition": label_of_days(dates)},
    ),
    "possible": Sort(
        _read_days,
        lambda dates, asker: overlapping(dates) & ~within(dates),
        lambda dates: _("%(dates)s, possibly, not for certain") % {"dates": label_of_days(dates)},
    ),
    "published": Sort(
        _read_days,
        _published,
        lambda dates: _("published %(dates)s") % {"dates": label_of_days(dates)},
    ),
    "received": Sort(
        _read_days,
        _received,
        lambda dates: _("received %(dates)s") % {"dates": label_of_days(dates)},
    ),
    "added-by": Sort(
        _read_user, lambda user, asker: Q(added_by=user), lambda user: _("added by %(name)s") % {"name": user}
    ),
    "folder": Sort(
        _read_folder,
        lambda folder, asker: Q(pk__in=folder.entries.order_by().values("item")),
        lambda folder: _("in the folder “%(name)s”") % {"name": folder},
    ),
    "by": Sort(_read_words, _by, lambda name: _("by “%(name)s”") % {"name": name}),
    "people": Sort(_read_people, _people, _say_people),
    "camera-model": Sort(
        _read_words,
        lambda words, asker: Q(camera_model__contains=normalise(words).lower()),
        lambda words: _("camera “%(words)s”") % {"words": words},
    ),
    "status": Sort(_read_status, _status, _say_status),
    "has": Sort(_read_has, lambda code, asker: _KNOWN[code](asker), _say_has),
}
