"""
What a search finds, worked out in plain Python over the facts of made-up items: no table, no index, no projection.

Whoever answers searches is held against it: `disagreements(answer, …)` asks random queries of both.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from archive.accounts.models import User
from archive.authorities.geometry import METRES_PER_DEGREE
from archive.authorities.models import Event, Outlet, OutletName, Place, PlaceName
from archive.catalogue.models import Access, Accession, Item
from archive.sample import seed_benchmark
from archive.sample.made_items import MadeItem, Statement, make
from archive.search.coast import NoWayAlong, places_between
from archive.search.query_language import parse
from archive.search.query_tree import Condition, Query, Range, Value, Words
from archive.standards.date_words import understand
from archive.standards.edtf import DateInterval, InvalidEDTF
from archive.standards.normal_form import normalise
from archive.standards.vocabulary import Property

VISITOR, RESEARCHER, STAFF = 1, 2, 4
ROLES = {"visitor": VISITOR, "researcher": RESEARCHER, "moderator": STAFF}
_SIGNED_IN = (
    "near", "within", "published", "received", "accession", "status", "camera-model", "format", "metadata",
)  # fmt: skip
_OF_STAFF = ("added-by", "check", "verdict")
_PLACES = ("place", "beach", "harbour", "port", "town")
_LOCATIONS = (Property.LOCATION_SHOWN, Property.LOCATION_CREATED)


class Refused(Exception):
    """Whoever asks may not ask this, or it means nothing."""


def words_of(text: str) -> list[str]:
    return normalise.__wrapped__(text).lower().split()


@dataclass
class Known:
    """One made-up item as one audience knows it; None in place of it where they do not see it."""

    item: MadeItem
    fields: dict[str, list[str]]
    pictured: list[str]
    places: set[int]
    shown: set[int]
    camera: set[int]
    stated: set[int]
    events: set[int]
    outlets: set[int]
    credits: set[str]
    days: DateInterval | None
    point: tuple[float, float] | None
    people: tuple[int | None, int | None] | None
    lead_place: int | None
    has_caption: bool
    has_headline: bool
    is_placed: bool
    printed: list[DateInterval] = field(default_factory=list)


class PlainArchive:
    """The made-up items of an archive with the records they name, read once."""

    def __init__(self) -> None:
        self.world = seed_benchmark.made_world()
        self.items = [make(self.world, number) for number in range(1, seed_benchmark.number_made() + 1)]
        self.places = {place.pk: place for place in Place.objects.all()}
        self.place_names: dict[int, list[str]] = _names(PlaceName.objects.values_list("place", "name").order_by("pk"))
        self.outlet_names = _names(OutletName.objects.values_list("outlet", "name").order_by("pk"))
        self.events = {event.pk: event for event in Event.objects.all()}
        self.place_by_name = _by_name((p.slug, p.pk, self.place_names.get(p.pk, ())) for p in self.places.values())
        self.outlet_by_name = _by_name((o.slug, o.pk, self.outlet_names[o.pk]) for o in Outlet.objects.all())
        self.event_by_name = _by_name((e.slug, e.pk, [e.name]) for e in self.events.values())
        self.accessions = dict(Accession.objects.values_list("pk", "access"))
        self.users = {user.username: user.pk for user in User.objects.all()}
        self.known = {
            audience: {item.key: known for item in self.items if (known := self._known(item, audience))}
            for audience in ROLES.values()
        }
        self.outlets_known = {
            audience: {key for known in of.values() for key in known.outlets} for audience, of in self.known.items()
        }
        self.events_known = {
            audience: {key for known in of.values() for key in known.events} for audience, of in self.known.items()
        }

    def _known(self, item: MadeItem, audience: int) -> Known | None:
        order = {str(Access.RELEASED): VISITOR, str(Access.RESEARCH): RESEARCHER, str(Access.RESTRICTED): STAFF}
        widest = order[item.access]
        if widest > audience:
            return None
        mine = [each for each in item.statements if _may_read(each, audience)]
        # Cards and dates are one for all, as the widest audience of the item may read them.
        led = [each for each in item.statements if _may_read(each, widest) and not each.is_rival]
        shown = self._with_above(each for each in mine if _places(each, Property.LOCATION_SHOWN))
        camera = self._with_above(each for each in mine if _places(each, Property.LOCATION_CREATED))
        outlets = {each.outlet for each in mine if each.outlet is not None}
        events = {key for each in mine if each.event for key in (each.event.key, *each.event.ancestors)}
        named = [each.text for each in mine if each.property in (Property.CREATOR, Property.CREDIT_LINE)]
        prints = [seen for seen in item.prints if not seen.is_closed or audience == STAFF]
        wordings = [w for w in item.wordings if not w.is_hidden and (not w.is_closed or audience == STAFF)]
        captions = [w.text for w in wordings]
        if audience != VISITOR:
            captions += [text for seen in prints for text in (seen.headline, seen.caption, seen.credit)]
        heads = [w.text for w in wordings if w.role == "HEADLINE"]
        heads += [self.events[key].name for key in sorted(events)]
        heads += [name for key in sorted(outlets) for name in self.outlet_names[key]]
        pictured = words_of(" ".join(item.in_picture))
        fields = {"heading": words_of(" ".join(heads)), "captions": words_of(" ".join(captions + named)) + pictured}
        if audience != VISITOR:
            places = [name for key in sorted(shown | camera) for name in self.place_names.get(key, ())]
            places += [each.as_written for each in mine if each.property in _LOCATIONS]
            tags = " ".join(f"{tag} {value}" for _group, tag, value in item.tags)
            fields |= {"places": words_of(" ".join(places)), "statements": words_of(f"{item.file_name} {tags}")}
        placed = [each for name in _LOCATIONS for each in led if _places(each, name)]
        printed_by = [seen.credit for seen in prints] if audience != VISITOR else []
        return Known(
            item=item,
            fields=fields,
            pictured=pictured,
            places=shown | camera,
            shown=shown,
            camera=camera,
            stated={each.place.key for each in mine if each.place and not each.is_rival},
            events=events,
            outlets=outlets,
            credits={f" {' '.join(words)} " for text in named + printed_by if (words := words_of(text))},
            days=next((each.days for each in led if each.days), None),
            point=next((each.point[:2] for each in led if each.point), None),
            people=next((each.people for each in led if each.people), None),
            lead_place=placed[0].place.key if placed else None,
            has_caption=any(w.role == "DESCRIPTION" and not w.is_hidden for w in item.wordings),
            has_headline=any(w.role == "HEADLINE" for w in item.wordings),
            is_placed=bool(placed),
            printed=[seen.days for seen in prints],
        )

    def _with_above(self, statements: Iterable[Statement]) -> set[int]:
        return {key for each in statements if each.place for key in (each.place.key, *each.place.ancestors)}

    # --- the answer ---------------------------------------------------------------------------------------------------
    def answer(self, text: str, role: str) -> set[int] | None:
        """Return the keys of what is found; None where the search is refused."""
        try:
            return _Answering(self, parse(text), ROLES[role]).found()
        except Refused:
            return None


def _names(rows: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = {}
    for key, name in rows:
        names.setdefault(key, []).append(name)
    return names


def _by_name(records: Iterable[tuple[str, int, Iterable[str]]]) -> dict[str, int | None]:
    """Return records by slug and by name; None where a name means several."""
    records, by_name = list(records), {}
    for _slug, key, names in records:
        for name in {normalise(name) for name in names}:
            by_name[name] = None if name in by_name else key
    return by_name | {slug: key for slug, key, _names in records}


def _may_read(each: Statement, audience: int) -> bool:
    if each.is_closed:
        return audience == STAFF
    return audience != VISITOR or each.property != Property.SUPPLIED_BY


def _places(each: Statement, name: Property) -> bool:
    return each.property == name and each.place is not None and not each.is_rival


Test = Callable[[Known], bool]


class _Answering:
    """One query, asked by one audience."""

    def __init__(self, archive: PlainArchive, query: Query, audience: int) -> None:
        self.archive, self.query, self.audience = archive, query, audience

    def found(self) -> set[int]:
        tests = [*self._certainty(), *map(self._condition, self.query.conditions), *self._words(self.query.words)]
        return {key for key, known in self.archive.known[self.audience].items() if all(test(known) for test in tests)}

    def _words(self, terms: Iterable[Words]) -> Iterator[Test]:
        terms = [term for term in terms if words_of(term.text)]
        if self.query.words and not terms:
            raise Refused
        for term in terms:
            words, is_last = words_of(term.text), term is terms[-1]
            yield self._holds(
                words, is_last and not term.is_phrase, term.is_excluded, lambda known: known.fields.values()
            )

    def _holds(
        self, words: list[str], may_go_on: bool, is_excluded: bool, fields: Callable[[Known], Iterable[list[str]]]
    ) -> Test:
        # A single letter is a word, and so is what must be absent.
        goes_on = may_go_on and not is_excluded and not (len(words) == 1 and len(words[0]) == 1 and words[0].isascii())
        return lambda known: is_excluded != any(_stand(words, written, goes_on) for written in fields(known))

    def _words_in(self, text: str, fields: Callable[[Known], Iterable[list[str]]]) -> Test:
        """Read the value of a condition as words of its own."""
        terms = [term for term in _value_terms(text) if words_of(term.text)]
        if not terms:
            raise Refused
        tests = [
            self._holds(words_of(t.text), t is terms[-1] and not t.is_phrase, t.is_excluded, fields) for t in terms
        ]
        return lambda known: all(test(known) for test in tests)

    def _certainty(self) -> Iterator[Test]:
        """What `certainty:certain` asks of the one date and of the places that are asked for beside it."""
        certainties = [c for c in self.query.conditions if c.prefix == "certainty"]
        if not certainties:
            return
        if len(certainties) > 1 or certainties[0].is_excluded or len(certainties[0].values) > 1:
            raise Refused
        if certainties[0].values[0] == "possible":
            return
        dates = [c for c in self.query.conditions if c.prefix in ("date", "from", "to")]
        if len(dates) == 1 and not dates[0].is_excluded and len(dates[0].values) == 1:
            days = self._dates_of(dates[0].prefix, dates[0].values[0])
            yield lambda known: _is_within(known, days)
        if any(condition.prefix in _PLACES for condition in self.query.conditions):
            yield lambda known: not {*_LOCATIONS} & {*known.item.contested}

    def _condition(self, condition: Condition) -> Test:
        prefix = condition.prefix
        if (prefix in _SIGNED_IN and self.audience == VISITOR) or (prefix in _OF_STAFF and self.audience != STAFF):
            raise Refused
        if prefix == "certainty":
            return lambda known: True
        if prefix in ("between", "near", "within"):
            tests = [getattr(self, f"_{prefix}")([_one(value) for value in condition.values])]
        else:
            ask = self._at if prefix in _PLACES else getattr(self, f"_{prefix.replace('-', '_')}")
            tests = [ask(value) for value in condition.values]
        if condition.is_excluded:
            return lambda known: not any(test(known) for test in tests)
        return lambda known: any(test(known) for test in tests)

    # --- places
    def _place(self, value: Value) -> int:
        key = self._record(self.archive.place_by_name, value)
        if self.audience == VISITOR and self.archive.places[key].kind not in settings.PUBLIC_PLACE_KINDS:
            raise Refused
        return key

    def _record(self, by_name: dict[str, int | None], value: Value) -> int:
        name = _one(value)
        key = by_name.get(name.lower(), by_name.get(normalise(name)))
        if key is None:
            raise Refused
        return key

    def _at(self, value: Value) -> Test:
        key = self._place(value)
        return lambda known: key in known.places

    def _shown(self, value: Value) -> Test:
        key = self._place(value)
        return lambda known: key in known.shown

    def _camera(self, value: Value) -> Test:
        key = self._place(value)
        return lambda known: key in known.camera

    def _place_kind(self, value: Value) -> Test:
        kind = _one(value).upper().replace("-", "_")
        if kind not in Place.Kind.values or (self.audience == VISITOR and kind not in settings.PUBLIC_PLACE_KINDS):
            raise Refused
        return lambda known: any(self.archive.places[key].kind == kind for key in known.places)

    def _between(self, values: list[str]) -> Test:
        if len(values) != 2:
            raise Refused
        start, end = (self.archive.places[self._place(value)] for value in values)
        kinds = settings.PUBLIC_PLACE_KINDS if self.audience == VISITOR else None
        try:
            keys = set(places_between(start, end, known=Place.objects.all(), kinds=kinds))
        except NoWayAlong as problem:
            raise Refused from problem
        return lambda known: bool(keys & known.places)

    def _near(self, values: list[str]) -> Test:
        if values[0].startswith("item-"):
            known = self.archive.known[self.audience].get(int(values[0][5:]))
            if known is None:
                raise Refused
            place = self.archive.places.get(known.lead_place)
            middle = known.point or (place.point if place else None)
            written = values[1] if len(values) > 1 else "5km"
            if middle is None:
                raise Refused
        else:
            middle, written = (float(values[0]), float(values[1])), values[2]
        metres = float(written.removesuffix("km")) * 1000
        shrunk = math.cos(math.radians(middle[0]))

        def is_near(point: tuple[float, float]) -> bool:
            north, east = point[0] - middle[0], (point[1] - middle[1]) * shrunk
            return math.hypot(north, east) * METRES_PER_DEGREE <= metres

        return self._lies(is_near)

    def _within(self, values: list[str]) -> Test:
        numbers = list(map(float, values))
        corners = list(zip(numbers[::2], numbers[1::2], strict=True))
        if len(corners) == 2:
            (south, west), (north, east) = corners
            return self._lies(lambda p: south <= p[0] <= north and west <= p[1] <= east)

        def is_inside(point: tuple[float, float]) -> bool:
            crossings = 0
            for (y1, x1), (y2, x2) in zip(corners, corners[1:] + corners[:1], strict=True):
                if (y1 > point[0]) != (y2 > point[0]):
                    crossings += point[1] > x1 + (point[0] - y1) * (x2 - x1) / (y2 - y1)
            return crossings % 2 == 1

        return self._lies(is_inside)

    def _lies(self, is_in: Callable[[tuple[float, float]], bool]) -> Test:
        inside = {
            key
            for key, place in self.archive.places.items()
            if place.point and place.kind in Place.POINT_KINDS and is_in(place.point)
        }
        return lambda known: is_in(known.point) if known.point else bool(inside & known.stated)

    # --- days
    def _days(self, value: Value) -> DateInterval:
        try:
            if isinstance(value, Range):
                first = understand(value.first).earliest if value.first else date.min
                last = understand(value.last).latest if value.last else date.max
            else:
                days = understand(value)
                first, last = days.earliest, days.latest
        except InvalidEDTF as problem:
            raise Refused from problem
        if last < first:
            raise Refused
        return DateInterval("", first, last)

    def _dates_of(self, prefix: str, value: Value) -> DateInterval:
        days = self._days(value if prefix == "date" else _one(value))
        first = date.min if prefix == "to" else days.earliest
        return DateInterval("", first, date.max if prefix == "from" else days.latest)

    def _date(self, value: Value) -> Test:
        return self._touches(self._dates_of("date", value))

    def _from(self, value: Value) -> Test:
        return self._touches(self._dates_of("from", value))

    def _to(self, value: Value) -> Test:
        return self._touches(self._dates_of("to", value))

    def _touches(self, days: DateInterval) -> Test:
        return lambda known: known.days is not None and _meet(known.days, days)

    def _certain(self, value: Value) -> Test:
        days = self._days(value)
        return lambda known: _is_within(known, days)

    def _possible(self, value: Value) -> Test:
        days = self._days(value)
        return lambda known: known.days is not None and _meet(known.days, days) and not _is_within(known, days)

    def _published(self, value: Value) -> Test:
        days = self._days(value)
        return lambda known: any(_meet(printed, days) for printed in known.printed)

    def _received(self, value: Value) -> Test:
        days = self._days(value)
        return lambda known: days.earliest <= known.item.added_at.date() <= days.latest

    # --- people, things, and what was decided
    def _event(self, value: Value) -> Test:
        key = self._record(self.archive.event_by_name, value)
        if self.audience != STAFF and key not in self.archive.events_known[self.audience]:
            raise Refused
        return lambda known: key in known.events

    def _outlet(self, value: Value) -> Test:
        key = self._record(self.archive.outlet_by_name, value)
        if self.audience != STAFF and key not in self.archive.outlets_known[self.audience]:
            raise Refused
        return lambda known: key in known.outlets

    def _by(self, value: Value) -> Test:
        words = words_of(_one(value))
        if not words:
            raise Refused
        return lambda known: any(f" {' '.join(words)} " in name for name in known.credits)

    def _kind(self, value: Value) -> Test:
        kind = _one(value).upper()
        if kind not in Item.Kind.values:
            raise Refused
        return lambda known: known.item.kind == kind

    def _status(self, value: Value) -> Test:
        code = _one(value).lower()
        if code in ("contested", "unreviewed", "reviewed"):
            return _STATES[code]
        if self.audience != STAFF or code.upper() not in Access.values[:3]:
            raise Refused
        return lambda known: known.item.access == code.upper()

    def _is(self, value: Value) -> Test:
        code = _one(value).lower()
        if code not in _STATES or (self.audience == VISITOR and code not in ("undated", "unplaced")):
            raise Refused
        return _STATES[code]

    def _has(self, value: Value) -> Test:
        code = _one(value).lower()
        if code not in _KNOWN or (self.audience == VISITOR and code in ("gps", "print", "camera-model")):
            raise Refused
        return _KNOWN[code]

    def _people(self, value: Value) -> Test:
        first, last = (value.first, value.last) if isinstance(value, Range) else (value, value)
        least, most = int(first or 0), int(last) if last else math.inf

        def may_be_so_many(known: Known) -> bool:
            if known.people is None:
                return False
            low, high = known.people
            return (low or 0) <= most and (math.inf if high is None else high) >= least

        return may_be_so_many

    def _camera_model(self, value: Value) -> Test:
        words = normalise(_one(value)).lower()
        return lambda known: known.item.camera is not None and words in " ".join(words_of(" ".join(known.item.camera)))

    def _format(self, value: Value) -> Test:
        name = _one(value).lower()
        return lambda known: known.item.format_name.lower() == name

    def _accession(self, value: Value) -> Test:
        key = int(_one(value))
        access = self.archive.accessions.get(key)
        if access is None or (self.audience != STAFF and access != Access.RESEARCH):
            raise Refused
        return lambda known: known.item.accession == key

    def _added_by(self, value: Value) -> Test:
        key = self.archive.users.get(_one(value))
        if key is None:
            raise Refused
        return lambda known: known.item.added_by == key

    def _metadata(self, value: Value) -> Test:
        return self._words_in(_one(value), lambda known: [known.fields["statements"]])

    def _text(self, value: Value) -> Test:
        return self._words_in(_one(value), lambda known: [known.pictured])

    def _check(self, value: Value) -> Test:
        name, _equals, outcome = _one(value).rpartition("=")
        outcome = outcome.upper().replace("-", "_")
        return lambda known: any(f.outcome == outcome and name in ("", f.slug) for f in known.item.findings)

    def _verdict(self, value: Value) -> Test:
        question, word = _one(value).upper().split("=")
        if word == "OPEN":
            return lambda known: question not in known.item.verdicts
        return lambda known: known.item.verdicts.get(question) == word


_STATES: dict[str, Test] = {
    "undated": lambda known: known.days is None,
    "unplaced": lambda known: not known.is_placed,
    "distressing": lambda known: known.item.is_distressing,
    "contested": lambda known: bool(known.item.contested),
    "reviewed": lambda known: any(each.is_accepted for each in known.item.statements),
    "unreviewed": lambda known: not any(each.is_accepted for each in known.item.statements),
}
_KNOWN: dict[str, Test] = {
    "caption": lambda known: known.has_caption,
    "headline": lambda known: known.has_headline,
    "date": lambda known: known.days is not None,
    "place": lambda known: known.is_placed,
    "event": lambda known: bool(known.events),
    "outlet": lambda known: bool(known.outlets),
    "by": lambda known: bool(known.credits),
    "people": lambda known: known.people is not None,
    "gps": lambda known: known.point is not None,
    "print": lambda known: bool(known.printed),
    "camera-model": lambda known: known.item.camera is not None,
}


def _one(value: Value) -> str:
    if isinstance(value, Range):
        raise Refused
    return value


def _value_terms(text: str) -> list[Words]:
    return list(parse(text).words)


def _stand(words: list[str], written: list[str], goes_on: bool) -> bool:
    """Say whether words follow one another in a text, of which the last may go on."""
    first, last, number = words[0], words[-1], len(words)
    for at in range(len(written) - number + 1):
        if number > 1 and (written[at] != first or written[at : at + number - 1] != words[:-1]):
            continue
        end = written[at + number - 1]
        if end == last or (goes_on and end.startswith(last)):
            return True
    return False


def _meet(days: DateInterval, other: DateInterval) -> bool:
    return days.earliest <= other.latest and days.latest >= other.earliest


def _is_within(known: Known, days: DateInterval) -> bool:
    is_contested = Property.DATE_CREATED in known.item.contested
    return known.days is not None and not is_contested and known.days.within(days)


Answer = Callable[[str, Any], set[int] | None]


def disagreements(answer: Answer, texts: Iterable[str], *, users: dict[str, Any]) -> list[str]:
    """
    Ask each text of an engine and of the plain evaluator, as each role; return in which they differ, and how.

    :param answer: returns the keys of the items that a text finds for a user; None where it is refused
    :param users: by the name of the role; a visitor is none of them
    """
    archive, told = PlainArchive(), []
    for text in texts:
        for role in ROLES:
            theirs, ours = answer(text, users.get(role) or AnonymousUser()), archive.answer(text, role)
            if theirs != ours:
                told.append(f"{text!r} asked by a {role}: {_difference(theirs, ours)}")
    return told


def _difference(theirs: set[int] | None, ours: set[int] | None) -> str:
    if theirs is None or ours is None:
        return "refused, and should find " + str(len(ours)) if theirs is None else f"finds {len(theirs)}, not refused"
    return f"lacks {sorted(ours - theirs)[:5]}, has too many {sorted(theirs - ours)[:5]} of {len(ours)}"
