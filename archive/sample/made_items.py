"""
Made-up items for measuring search: what is recorded of each, out of a seed and its number alone.

Plain facts: who may read which statement, what contests what. What search reads of them follows in `made_rows`; tests
hold that against the real projection, and searches against a plain evaluator of these facts.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from archive.catalogue.models import Access, Caption, Item
from archive.provenance.checks.all_checks import CHECKS
from archive.provenance.checks.finding import Outcome, Question
from archive.sample.made_words import BANNERS, CAMERAS, LANGUAGES, SYLLABLES
from archive.standards.edtf import DateInterval
from archive.standards.vocabulary import Property, SourceKind

T = TypeVar("T")

ADDED_FROM = datetime(2020, 1, 1, tzinfo=UTC)
ITEMS_OF_ACCESSION = 400
# One delivery in so many is for archive staff only.
RESTRICTED_ONE_IN = 20
_NAMES, _PHOTOGRAPHERS = 20_000, 3_000
_FIRST_NAMES = ("Ana", "Jo", "Lea", "Tom", "Ines", "Karel", "Mina", "Otto", "Rui", "Siri", "Zoe", "Paul")
_LANGUAGES = tuple(LANGUAGES)
_SHOWING = (
    (Item.Kind.PHOTOGRAPH, "JPEG", "image/jpeg", "jpg"),
    (Item.Kind.STILL, "PNG", "image/png", "png"),
    (Item.Kind.FOOTAGE, "MP4", "video/mp4", "mp4"),
    (Item.Kind.PHOTOGRAPH, "TIFF", "image/tiff", "tif"),
)
# All held wordings are read for each page: an archive has some hundreds, however many items there are.
_HIDDEN_ONE_IN, _HIDDEN_UP_TO = 97, 20_000
# A degree and a half of latitude is beyond what any camera sees, and any beach reaches.
_FAR_DEGREES = 1.5
# A finding for each check and outcome whose sentence needs no further values.
_CODES = [
    (check.slug, check.version, code, sentence)
    for check in CHECKS
    for code, sentence in check.sentences.items()
    if "%(" not in sentence
]
_OUTCOMES = (Outcome.CONSISTENT, Outcome.INCONCLUSIVE, Outcome.CONTRADICTORY, Outcome.UNREADABLE)
_WORDS = ("SUPPORTED", "CONTRADICTED", "UNDETERMINED")


class MadePlace(NamedTuple):
    key: int
    name: str
    ancestors: tuple[int, ...]
    point: tuple[float, float]


class MadeEvent(NamedTuple):
    key: int
    name: str
    ancestors: tuple[int, ...]


@dataclass(frozen=True)
class World:
    """
    The records that made-up items are led to, each list with what is named most first.

    `place_words` has the normalised names of each place, those above included, `outlet_words` those of each outlet:
    normalised anew they are the same, and faster.
    """

    seed: int
    first_key: int
    places: tuple[MadePlace, ...]
    events: tuple[MadeEvent, ...]
    outlets: tuple[int, ...]
    outlet_names: dict[int, str]
    place_words: dict[int, str]
    outlet_words: dict[int, str]
    event_words: dict[int, str]
    accessions: tuple[int, ...]
    closed_accession: int
    people: tuple[int, ...]


@dataclass(slots=True)
class Statement:
    """What is claimed. `is_closed`: a restricted delivery brought it. `is_rival`: it stands and does not lead."""

    property: Property
    kind: SourceKind
    is_closed: bool = False
    is_rival: bool = False
    is_accepted: bool = False
    as_written: str = ""
    days: DateInterval | None = None
    place: MadePlace | None = None
    point: tuple[float, float, float] | None = None
    event: MadeEvent | None = None
    outlet: int | None = None
    text: str = ""
    people: tuple[int | None, int | None] | None = None


@dataclass(slots=True)
class Wording:
    text: str
    role: str
    origin: str
    language: str
    is_closed: bool = False
    is_hidden: bool = False


@dataclass(slots=True)
class Print:
    """An appearance in print; `is_closed`: on a page of a restricted delivery."""

    outlet: int
    days: DateInterval
    headline: str
    caption: str
    credit: str
    is_closed: bool


class MadeFinding(NamedTuple):
    slug: str
    version: str
    code: str
    sentence: str
    outcome: Outcome


@dataclass(slots=True)
class MadeItem:
    """All that is recorded of one made-up item; `number` counts from 1."""

    number: int
    key: int
    kind: str
    format_name: str
    mime_type: str
    file_name: str
    access: str
    accession: int
    added_at: datetime
    added_by: int
    is_distressing: bool
    statements: list[Statement] = field(default_factory=list)
    contested: list[Property] = field(default_factory=list)
    wordings: list[Wording] = field(default_factory=list)
    prints: list[Print] = field(default_factory=list)
    tags: list[tuple[str, str, str]] = field(default_factory=list)
    camera: tuple[str, str] | None = None
    in_picture: tuple[str, ...] = ()
    findings: list[MadeFinding] = field(default_factory=list)
    verdicts: dict[Question, str] = field(default_factory=dict)


def zipf(rng: random.Random, ranked: Sequence[T]) -> T:
    """Draw by Zipf's law: the n-th of a list as often as 1/n."""
    return ranked[int((len(ranked) + 1) ** rng.random()) - 1]


def make(world: World, number: int) -> MadeItem:
    """Make the item of a number; the same for the same world."""
    return _Making(world, number).item


class _Making:
    """One item being made; each step adds what it draws by lot."""

    def __init__(self, world: World, number: int) -> None:
        self.world = world
        self.rng = rng = random.Random((world.seed << 40) + number)
        self.chance = chance = rng.random
        accession = (number - 1) // ITEMS_OF_ACCESSION
        is_restricted = is_restricted_accession(accession) and chance() < 0.7
        kind, format_name, mime_type, ending = zipf(rng, _SHOWING)
        self.item = MadeItem(
            number=number,
            key=world.first_key + number - 1,
            kind=str(kind),
            format_name=format_name,
            mime_type=mime_type,
            file_name=f"{rng.choice(('IMG', 'DSC', 'P', 'scan', 'frame'))}_{number:07}.{ending}",
            access=str(Access.RELEASED if chance() < 0.12 else Access.RESTRICTED if is_restricted else Access.RESEARCH),
            accession=world.accessions[accession],
            # Some forty deliveries a month, a few items of each at one moment.
            added_at=ADDED_FROM + timedelta(minutes=number // 3),
            added_by=zipf(rng, world.people),
            is_distressing=chance() < 0.01,
        )
        language = zipf(rng, _LANGUAGES)
        self.words = LANGUAGES[language]
        self.days = self._date()
        self.place = self._places()
        self._people()
        self._outlets_and_credits()
        self._events()
        self._wordings(language)
        self._prints()
        self._file()
        self._decisions()

    def _state(self, name: Property, kind: SourceKind, **values: Any) -> None:
        self.item.statements.append(Statement(name, kind, **values))

    def _date(self) -> DateInterval | None:
        sort, rng = self.chance(), self.rng
        if sort < 0.14:
            return None
        first, span = (date(1930, 1, 1), 22_000) if self.chance() < 0.08 else (date(2004, 1, 1), 8_200)
        day = first + timedelta(days=int(span * self.chance() ** 0.5))
        kind = rng.choice((SourceKind.CAPTION, SourceKind.EMBEDDED_DESCRIPTION, SourceKind.DEVICE_METADATA))
        if sort < 0.62:
            days = _day(day)
        elif sort < 0.72:
            time = f"{rng.randrange(24):02}:{rng.randrange(60):02}:{rng.randrange(60):02}"
            days, kind = DateInterval(f"{day}T{time}", day, day), SourceKind.DEVICE_METADATA
        elif sort < 0.81:
            days = _months(f"{day:%Y-%m}", day.year, day.month, 1)
        elif sort < 0.85:
            season = rng.randrange(1, 5)
            # A winter without more said of it may be the one at either end of its year.
            first_month, number = (3 * season, 3) if season < 4 else (0, 15)
            days = _months(f"{day:%Y}-2{season}", day.year, first_month, number)
        elif sort < 0.90:
            last = day + timedelta(days=rng.randrange(1, 20))
            days = DateInterval(f"{day}/{last}", day, last)
        elif sort < 0.94:
            # About a year or a month: those beside it too.
            if self.chance() < 0.5:
                days = _months(f"{day:%Y}~", day.year - 1, 1, 36)
            else:
                days = _months(f"{day:%Y-%m}~", day.year, day.month - 1, 3)
        elif sort < 0.97:
            days = _months(f"{day:%Y}", day.year, 1, 12)
        elif sort < 0.99:
            days = DateInterval(f"{day}?", day, day)
        else:
            days = DateInterval(f"{day}/..", day, date.max)
        self._state(Property.DATE_CREATED, kind, days=days, as_written=days.edtf)
        if sort < 0.62 and self.chance() < 0.05:
            # Another teller has it days before, which cannot both be true; it comes later in the order of sources.
            other = _day(day - timedelta(days=rng.randrange(2, 40)))
            self._state(Property.DATE_CREATED, SourceKind.APPEARANCE, days=other, as_written=other.edtf, is_rival=True)
            self.item.contested.append(Property.DATE_CREATED)
        return days

    def _places(self) -> MadePlace | None:
        sort, rng = self.chance(), self.rng
        if sort < 0.2:
            return None
        place = zipf(rng, self.world.places)
        if sort < 0.22:
            self._state(Property.LOCATION_SHOWN, SourceKind.CAPTION, place=place, is_closed=True)
            return None
        is_shown = sort > 0.3
        if is_shown:
            self._state(Property.LOCATION_SHOWN, SourceKind.CAPTION, place=place, as_written=place.name)
            far = rng.choice(self.world.places)
            if self.chance() < 0.03 and abs(far.point[0] - place.point[0]) > _FAR_DEGREES:
                self._state(
                    Property.LOCATION_SHOWN, SourceKind.APPEARANCE, place=far, as_written=far.name, is_rival=True
                )
                self.item.contested.append(Property.LOCATION_SHOWN)
        sort = self.chance()
        if sort < 0.35 or not is_shown:
            point = (
                round(place.point[0] + rng.gauss(0, 0.004), 6),
                round(place.point[1] + rng.gauss(0, 0.006), 6),
                float(rng.choice((5, 10, 25, 100))),
            )
            self._state(Property.LOCATION_CREATED, SourceKind.DEVICE_METADATA, point=point)
            if sort < 0.2:
                self._state(Property.LOCATION_CREATED, SourceKind.INFERENCE, place=place)
        elif sort < 0.45:
            self._state(Property.LOCATION_CREATED, SourceKind.EMBEDDED_DESCRIPTION, place=place, as_written=place.name)
        return place

    def _people(self) -> None:
        if self.chance() < 0.25:
            number = int(200 ** self.chance())
            sort = self.chance()
            most = number if sort < 0.5 else number + 1 + number // 3 if sort < 0.75 else None
            self._state(Property.PEOPLE_COUNT, SourceKind.CAPTION, people=(number, most), as_written=str(number))

    def _outlets_and_credits(self) -> None:
        world, rng = self.world, self.rng
        if self.chance() < 0.4:
            self._state(
                Property.CREATOR, SourceKind.EMBEDDED_DESCRIPTION, text=_name(int(_PHOTOGRAPHERS ** self.chance()) * 5)
            )
        if self.chance() < 0.3:
            agency = zipf(rng, world.outlets)
            credit = f"{_name(int(_PHOTOGRAPHERS ** self.chance()) * 5)} / {world.outlet_names[agency]}"
            outlet = agency if self.chance() < 0.5 else None
            self._state(Property.CREDIT_LINE, SourceKind.EMBEDDED_DESCRIPTION, text=credit, outlet=outlet)
        if self.chance() < 0.15:
            self._state(Property.SUPPLIED_BY, SourceKind.EMBEDDED_DESCRIPTION, outlet=zipf(rng, world.outlets))
        if self.chance() < 0.35:
            self._state(Property.PUBLISHED_BY, SourceKind.APPEARANCE, outlet=zipf(rng, world.outlets))

    def _events(self) -> None:
        sort = self.chance()
        for _one in range(0 if sort > 0.33 else 2 if sort < 0.03 else 1):
            event = zipf(self.rng, self.world.events)
            self._state(Property.EVENT, SourceKind.CAPTION, event=event, is_closed=sort > 0.31)

    def _wordings(self, language: str) -> None:
        if self.chance() < 0.05:
            return
        words, rng, item = self.words, self.rng, self.item
        gaps = {
            "who": zipf(rng, words["who"]),
            "thing": zipf(rng, words["thing"]),
            "adjective": zipf(rng, words["adjective"]),
            "place": self.place.name if self.place else _name(int(_NAMES ** self.chance())),
            "name": _name(int(_NAMES ** self.chance())),
            "when": self._when(),
        }
        sentences = [zipf(rng, words["opening"]).format_map(gaps)]
        for _one in range(int(4 * self.chance() ** 2)):
            gaps |= {"adjective": zipf(rng, words["adjective"]), "name": _name(int(_NAMES ** self.chance()))}
            sentences.append(zipf(rng, words["further"]).format_map(gaps))
        people = next((each.people for each in item.statements if each.people), None)
        if people:
            sentences.append(words["people"].format(number=people[0]))
        origin = rng.choice((Caption.Origin.EMBEDDED, Caption.Origin.LIST, Caption.Origin.SIDECAR))
        said = " ".join(sentence[:1].upper() + sentence[1:] for sentence in sentences)
        item.wordings.append(Wording(said, "DESCRIPTION", str(origin), language))
        if self.chance() < 0.3:
            headline = zipf(rng, words["headline"]).format_map(gaps)
            item.wordings.append(Wording(headline[:1].upper() + headline[1:], "HEADLINE", str(origin), language))
        if self.chance() < 0.03:
            told = f"Told in confidence by {_name(int(_NAMES ** self.chance()))}: {said}"
            item.wordings.append(Wording(told, "DESCRIPTION", "LIST", language, is_closed=True))
        if item.number % _HIDDEN_ONE_IN == 5 and item.number < _HIDDEN_UP_TO:
            told = f"{_name(item.number)} is the one in the red jacket on the left, who lives in {gaps['place']}."
            item.wordings.append(Wording(told, "DESCRIPTION", "EMBEDDED", "en", is_hidden=True))

    def _when(self) -> str:
        words, days = self.words, self.days
        if days is None:
            return words["undated"]
        month = words["month"][days.earliest.month - 1]
        return words["on" if days.days == 1 else "in"].format(
            day=days.earliest.day, month=month, year=days.earliest.year
        )

    def _prints(self) -> None:
        if self.chance() > 0.08:
            return
        world, rng, item = self.world, self.rng, self.item
        outlet = zipf(rng, world.outlets)
        day = min(self.days.latest, date(2025, 1, 1)) if self.days else date(2021, 1, 1)
        gaps = {"who": zipf(rng, self.words["who"]), "thing": zipf(rng, self.words["thing"])}
        gaps["place"] = self.place.name if self.place else _name(int(_NAMES ** self.chance()))
        caption = item.wordings[0].text if item.wordings and self.chance() < 0.5 else ""
        item.prints.append(
            Print(
                outlet=outlet,
                days=_day(day + timedelta(days=rng.randrange(30))),
                headline=zipf(rng, self.words["headline"]).format_map(gaps),
                caption=caption,
                credit=world.outlet_names[outlet] if self.chance() < 0.7 else "",
                is_closed=self.chance() < 0.15,
            )
        )

    def _file(self) -> None:
        item = self.item
        if self.chance() < 0.6:
            make, model = item.camera = zipf(self.rng, CAMERAS)
            item.tags = [("IFD0", "Make", make), ("IFD0", "Model", model)]
            item.tags += [("ExifIFD", "ISO", str(100 * self.rng.randrange(1, 33)))]
        if self.chance() < 0.03:
            item.in_picture = (zipf(self.rng, BANNERS), f"{_name(int(_NAMES ** self.chance()))} {item.number}")

    def _decisions(self) -> None:
        item, rng = self.item, self.rng
        slugs = set()
        for _one in range(0 if (sort := self.chance()) > 0.4 else 2 if sort < 0.1 else 1):
            slug, version, code, sentence = zipf(rng, _CODES)
            if slug not in slugs:
                item.findings.append(MadeFinding(slug, version, code, sentence, zipf(rng, _OUTCOMES)))
            slugs.add(slug)
        if self.chance() < 0.05:
            item.verdicts = {question: zipf(rng, _WORDS) for question in rng.sample(tuple(Question), 2)}
        first = item.statements[0] if item.statements else None
        ruled = (Property.DATE_CREATED, Property.LOCATION_SHOWN, Property.PEOPLE_COUNT)
        if first and not item.contested and first.property in ruled and not first.is_closed:
            first.is_accepted = self.chance() < 0.12


def is_restricted_accession(number: int) -> bool:
    """Say whether the delivery of this number, counted from 0, is for archive staff only."""
    return number % RESTRICTED_ONE_IN == RESTRICTED_ONE_IN - 1


def _day(day: date) -> DateInterval:
    """Return what `parse` says of a day, which takes much longer over it."""
    return DateInterval(day.isoformat(), day, day)


def _months(edtf: str, year: int, month: int, number: int) -> DateInterval:
    """Return what `parse` says of months, without its time; month 0 is the December before."""
    start, end = 12 * year + month - 1, 12 * year + month - 1 + number
    first, after = date(start // 12, start % 12 + 1, 1), date(end // 12, end % 12 + 1, 1)
    return DateInterval(edtf, first, after - timedelta(days=1))


@lru_cache(maxsize=_NAMES * 5)
def _name(number: int) -> str:
    """Return the made-up name of a person or a ship; another for each number up to 32,768."""
    base = len(SYLLABLES)
    last = SYLLABLES[number % base] + SYLLABLES[number // base % base] + SYLLABLES[number // base**2 % base]
    return f"{_FIRST_NAMES[number % len(_FIRST_NAMES)]} {last.capitalize()}"
