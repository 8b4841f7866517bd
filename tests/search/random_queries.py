"""Random queries of the search language, with values that are likely to find something among made-up items."""

import random
from collections.abc import Callable, Iterator
from datetime import date

from archive.catalogue.models import Item
from archive.provenance.checks.all_checks import BY_SLUG
from archive.provenance.checks.finding import Outcome, Question
from archive.search.query_language import print_query
from archive.search.query_tree import Condition, Query, Range, Term, Value, Words
from tests.search.plain_evaluator import PlainArchive, words_of

_DATES = ("date", "from", "to")
_OF_DAYS = (*_DATES, "certain", "possible", "published")
_PLACES = ("place", "beach", "harbour", "port", "town")


def random_queries(archive: PlainArchive, number: int, *, seed: int) -> Iterator[str]:
    """Return so many texts of queries, the same for a seed; every prefix is among some hundred of them."""
    rng = random.Random(seed)
    for _one in range(number):
        yield _Drawing(archive, rng).text()


class _Drawing:
    """One query, drawn by lot from the language's own words and the data's own values."""

    def __init__(self, archive: PlainArchive, rng: random.Random) -> None:
        self.archive, self.rng = archive, rng
        self.values: dict[str, Callable[[], str | Range]] = {
            **dict.fromkeys(_PLACES, self._place),
            "shown": self._place,
            "camera": self._place,
            **dict.fromkeys(_DATES, self._date),
            "certain": self._date,
            "possible": self._date,
            "published": self._date,
            "received": lambda: f"{rng.randrange(2020, 2022)}-{rng.randrange(1, 13):02}",
            "place-kind": lambda: rng.choice(("beach", "town", "country", "harbour", "sea-area")),
            "added-by": lambda: rng.choice(("seed_benchmark", "seed_benchmark", "moderator", "nobody")),
            "accession": lambda: str(rng.choice((*archive.world.accessions, archive.world.closed_accession, 99_999))),
            "outlet": self._outlet,
            "by": self._name,
            "event": self._event,
            "kind": lambda: rng.choice(Item.Kind.values).lower(),
            "status": lambda: rng.choice(("contested", "unreviewed", "reviewed", "restricted", "released")),
            "people": self._people,
            "camera-model": lambda: rng.choice(("nikon", "d850", "Canon EOS", "iphone 13", "sony ilce", "x")),
            "format": lambda: rng.choice(("jpeg", "PNG", "mp4", "gif")),
            "metadata": lambda: rng.choice(("nikon", "iso", "1600", "iso 8", "dsc", "img 0000012", '-canon iso')),
            "text": lambda: rng.choice(("swimming", "harbour office", "wel", "plage -surveillee", "no fish")),
            "check": lambda: rng.choice(
                ("contradictory", f"{rng.choice(list(BY_SLUG))}={rng.choice(list(Outcome)).lower().replace('_', '-')}")
            ),
            "verdict": lambda: f"{rng.choice(list(Question)).lower()}="
            + rng.choice(("supported", "contradicted", "undetermined", "open")),
            "has": lambda: rng.choice(
                ("caption", "headline", "date", "place", "event", "outlet", "by", "people", "gps", "print",
                 "camera-model")
            ),
            "is": lambda: rng.choice(("undated", "unplaced", "distressing", "contested", "unreviewed", "reviewed")),
        }  # fmt: skip

    def text(self) -> str:
        number = 1 + int(4 * self.rng.random() ** 2)
        terms = [self._term() for _one in range(number)]
        return print_query(Query(tuple(self._askable(terms))))

    def _askable(self, terms: list[Term]) -> list[Term]:
        """Leave out what stands against the rest: undated beside dates; a sentence is no matter of this."""
        conditions = [term for term in terms if isinstance(term, Condition)]
        is_dated = any(term.prefix in _DATES for term in conditions)
        is_placed = any(term.prefix in _PLACES for term in conditions)
        kept: list[Term] = []
        for term in terms:
            flags = term.values if isinstance(term, Condition) and term.prefix == "is" else ()
            if not ((is_dated and "undated" in flags) or (is_placed and "unplaced" in flags)):
                kept.append(term)
        if (is_dated or is_placed) and self.rng.random() < 0.3:
            kept.append(Condition("certainty", (self.rng.choice(("certain", "possible")),)))
        # Three plain words and more may be read as a sentence, and a flag that is said twice as two parameters.
        plain = [term for term in kept if isinstance(term, Words) and not term.is_phrase and not term.is_excluded]
        return [term for term in kept if term not in plain[2:]]

    def _term(self) -> Term:
        rng = self.rng
        is_excluded = rng.random() < 0.2
        sort = rng.random()
        if sort < 0.3:
            return self._words(is_excluded)
        prefix = rng.choice(_OF_DAYS if sort < 0.45 else (*self.values, "between", "near", "within"))
        if prefix in ("between", "near", "within"):
            return Condition(prefix, getattr(self, f"_{prefix}")(), is_excluded)
        number = rng.choice((1, 1, 1, 2, 3))
        values: tuple[Value, ...] = tuple(self.values[prefix]() for _one in range(number))
        return Condition(prefix, values, is_excluded)

    def _words(self, is_excluded: bool) -> Words:
        rng = self.rng
        known = rng.choice(list(self.archive.known[4].values()))
        written = rng.choice([words for words in known.fields.values() if words] or [["boat"]])
        at = rng.randrange(len(written))
        if rng.random() < 0.3:
            return Words(" ".join(written[at : at + rng.choice((1, 2, 3))]), True, is_excluded)
        word = written[at]
        if rng.random() < 0.4:
            word = word[: rng.randrange(1, len(word) + 1)]
        return Words(word, False, is_excluded)

    def _place(self) -> str:
        rng, archive = self.rng, self.archive
        place = rng.choice(archive.world.places[: 1 + int(len(archive.world.places) ** rng.random())])
        record = archive.places[rng.choice((place.key, *place.ancestors))]
        if rng.random() < 0.8:
            return record.slug
        return rng.choice(archive.place_names[record.pk])

    def _between(self) -> tuple[str, ...]:
        near = [self.archive.places[place.key].slug for place in self.archive.world.places[:12]]
        return tuple(self.rng.sample(near, 2))

    def _near(self) -> tuple[str, ...]:
        rng = self.rng
        kilometres = rng.choice(("1km", "3km", "10km", "40km"))
        if rng.random() < 0.4:
            return (f"item-{rng.choice(self.archive.items).key}", kilometres)
        latitude, longitude = rng.choice(self.archive.world.places).point
        return (f"{latitude + rng.gauss(0, 0.01):.4f}", f"{longitude + rng.gauss(0, 0.01):.4f}", kilometres)

    def _within(self) -> tuple[str, ...]:
        rng = self.rng
        latitude, longitude = rng.choice(self.archive.world.places).point
        reach = rng.choice((0.01, 0.05, 0.5))
        if rng.random() < 0.4:
            corners = [(latitude - reach, longitude - reach), (latitude + reach, longitude + reach)]
        else:
            corners = [
                (latitude + rng.uniform(-2, 2) * reach, longitude + rng.uniform(-2, 2) * reach)
                for _one in range(rng.randrange(3, 8))
            ]
        return tuple(f"{number:.5f}" for corner in corners for number in corner)

    def _date(self) -> str | Range:
        rng = self.rng
        days = next((known.days for known in rng.sample(list(self.archive.known[4].values()), 5) if known.days), None)
        if days and rng.random() < 0.6:
            # Where a span of days begins or ends with one that is asked for, a bound is easily one off.
            first, last = days.earliest.isoformat(), min(days.latest, date(2100, 1, 1)).isoformat()
            return rng.choice(
                (first, last, Range("2004", first), Range(last, "2030"), Range(first, last), Range("", first),
                 Range(last, ""), first[:7])
            )  # fmt: skip
        year, month, day = rng.randrange(2004, 2026), rng.randrange(1, 13), rng.randrange(1, 29)
        first = f"{year}-{month:02}-{day:02}"
        months = ("January", "juin", "Oktober", "mid June")
        return rng.choice(
            (first, f"{year}-{month:02}", f"{year}", f"{first}/{year + 1}-01", f"{rng.choice(months)} {year}",
             Range(first, f"{year + 2}"), f"{year}-{month:02}~")
        )  # fmt: skip

    def _outlet(self) -> str:
        key = self.rng.choice(self.archive.world.outlets)
        return self.rng.choice(self.archive.outlet_names[key])

    def _event(self) -> str:
        event = self.archive.events[self.rng.choice(self.archive.world.events).key]
        return event.slug if self.rng.random() < 0.7 else event.name

    def _name(self) -> str:
        statement = next((s for s in self.rng.choice(self.archive.items).statements if s.text), None)
        words = words_of(statement.text) if statement else ["ana"]
        at = self.rng.randrange(len(words))
        return " ".join(words[at : at + 2])

    def _people(self) -> str | Range:
        least = int(150 ** self.rng.random())
        return self.rng.choice((str(least), Range(str(least), ""), Range(str(least), str(least * 3)), Range("", "9")))
