"""What a check is, and what it finds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from archive.provenance.checks.evidence import MOST_COPIES, Evidence, Ground
from archive.standards.edtf import DateInterval, parse
from archive.standards.normal_form import gettext_noop


class Outcome(StrEnum):
    """
    What came of a check, in words that people see: no score can be made of them.

    Absent is NOT_APPLICABLE, damaged is UNREADABLE, and what is there but leaves the question open is INCONCLUSIVE.
    """

    CONTRADICTORY = "CONTRADICTORY"
    UNREADABLE = "UNREADABLE"
    CONSISTENT = "CONSISTENT"
    INCONCLUSIVE = "INCONCLUSIVE"
    NOT_APPLICABLE = "NOT_APPLICABLE"


_ORDER = {outcome: place for place, outcome in enumerate(Outcome)}  # the gravest first


class Question(StrEnum):
    """The six questions of a review; each check speaks to one of them."""

    WHEN = "WHEN"
    WHERE = "WHERE"
    EVENT = "EVENT"
    MAKER = "MAKER"
    WHOLENESS = "WHOLENESS"
    CAPTION = "CAPTION"


# What a sentence is filled with: texts and numbers as they are; days, moments of the calendar, distances and positions
# as {"edtf": …}, {"metres": …} or {"degrees": [latitude, longitude]}, and how long something lasted as {"minutes": …},
# so that each language writes them its own way.
Value = str | int | float | Mapping[str, Any]


# The code of a check that came to no end on an item, and its sentence.
FAILED = "failed"
_OF_A_FAILURE = gettext_noop(
    "This check failed on this item: a fault of the program, which is logged and says nothing of the picture."
)


@dataclass(frozen=True)
class Observation:
    """One thing that a check saw. `code` names its sentence among those of the check, `values` fill it."""

    outcome: Outcome
    code: str
    values: Mapping[str, Value] = field(default_factory=dict)
    grounds: tuple[Ground, ...] = ()


@dataclass(frozen=True)
class Check:
    """
    One check with all that people are told of it.

    `version` rises with every change of what it finds: its findings are then made anew, and the old ones stay readable.
    `sentences` has one English sentence for each code, with names in it for `%`; a French one stands in the catalogue
    of the interface. `limits` says what it cannot show.
    """

    slug: str
    version: str
    title: str
    question: Question
    meaning: str
    limits: str
    sentences: Mapping[str, str]
    weigh: Callable[[Evidence], Iterable[Observation]]

    def sentence(self, code: str) -> str:
        """
        Return the sentence of a code, unfilled.

        :raises KeyError: it has none
        """
        return _OF_A_FAILURE if code == FAILED else self.sentences[code]


@dataclass(frozen=True)
class Weighed:
    """What a check found on one item: all that it saw, the gravest first."""

    check: Check
    observations: tuple[Observation, ...]

    @property
    def outcome(self) -> Outcome:
        return self.observations[0].outcome

    @property
    def code(self) -> str:
        return self.observations[0].code


def weigh(check: Check, evidence: Evidence) -> Weighed:
    """
    Let a check weigh the evidence on one item.

    :raises LookupError: the check has no sentence for a code, or saw nothing at all: it must say so itself
    """
    observations = _gravest_first(check.weigh(evidence))
    for observation in observations:
        if observation.code not in check.sentences:
            raise LookupError(f"The check {check.slug} has no sentence for {observation.code}.")
    if not observations:
        raise LookupError(f"The check {check.slug} says nothing of item {evidence.item}.")
    return Weighed(check, tuple(observations))


def beside_leads(observations: Iterable[Observation]) -> list[Observation]:
    """Keep what agrees from standing for the whole where there is a lead: it is INCONCLUSIVE then, and comes after."""
    observations = list(observations)
    if all(each.outcome != Outcome.INCONCLUSIVE for each in observations):
        return observations
    agreeing = [each for each in observations if each.outcome == Outcome.CONSISTENT]
    others = [each for each in observations if each.outcome != Outcome.CONSISTENT]
    return [*others, *(replace(each, outcome=Outcome.INCONCLUSIVE) for each in agreeing)]


# What a check tells that compares with copies, where more of them may be held than are gathered.
MORE_COPIES = gettext_noop("It has %(number)s copies and perhaps more: the nearest were compared.")


def more_copies(evidence: Evidence) -> list[Observation]:
    """Return that more copies may be held than were weighed, where that may be so, as `more-copies`."""
    if len(evidence.copies) < MOST_COPIES:
        return []
    grounds = tuple(ground for copy in evidence.copies for ground in copy.grounds)
    return [Observation(Outcome.INCONCLUSIVE, "more-copies", {"number": len(evidence.copies)}, grounds)]


def gravest(observations: Iterable[Observation], most: int) -> list[Observation]:
    """
    Keep so many of what a check saw, the gravest first; how many more there are is told as `more`.

    What is left out is told on the grounds of all of it, so that nobody learns how much they may not see.
    """
    observations = _gravest_first(observations)
    if left := observations[most:]:
        grounds = tuple(dict.fromkeys(ground for each in left for ground in each.grounds))
        return [*observations[:most], Observation(left[0].outcome, "more", {"number": len(left)}, grounds)]
    return observations


def _gravest_first(observations: Iterable[Observation]) -> list[Observation]:
    return sorted(_merged(observations), key=lambda each: _ORDER[each.outcome])


def _merged(observations: Iterable[Observation]) -> list[Observation]:
    """Take together what says the same of several claims, with the grounds of all: twins in a file are told once."""
    observations = list(observations)
    if len(observations) == 1:
        return observations
    merged: dict[str, Observation] = {}
    for each in observations:
        key = repr((each.outcome, each.code, each.values))
        grounds = merged[key].grounds if key in merged else ()
        merged[key] = replace(each, grounds=tuple(dict.fromkeys((*grounds, *each.grounds))))
    return list(merged.values())


def sentence_of(template: str, values: Mapping[str, Value], language: str | None = "en") -> str:
    """Fill the sentence of an observation, its days and distances written as the language does."""
    return template % {name: _written(value, language) for name, value in values.items()}


def edtf(value: DateInterval | date) -> dict[str, str]:
    """Return a date, or an interval, as a value of a sentence."""
    return {"edtf": value.isoformat() if isinstance(value, date) else value.edtf}


def days(interval: DateInterval) -> dict[str, str]:
    """Return the days of an interval as a value of a sentence: without the clock, where days are what is compared."""
    return edtf(interval.earliest) if interval.days == 1 else edtf(interval)


def metres(distance: float) -> dict[str, int]:
    """Return a distance as a value of a sentence."""
    return {"metres": round(distance)}


def degrees(point: tuple[float, float]) -> dict[str, list[float]]:
    """Return a position as a value of a sentence; the fourth decimal is some eleven metres."""
    return {"degrees": [round(coordinate, 4) for coordinate in point]}


def minutes(lasting: timedelta) -> dict[str, int]:
    """Return how long something lasted, or how far two moments are apart, as a value of a sentence."""
    return {"minutes": round(abs(lasting).total_seconds() / 60)}


def _written(value: Value, language: str | None) -> str | int | float:
    if not isinstance(value, Mapping):
        return value
    is_french = (language or "").startswith("fr")
    if "edtf" in value:
        return parse(value["edtf"]).label(language)
    if "degrees" in value:
        latitude, longitude = value["degrees"]
        west = "O" if is_french else "W"
        north, east = f"{abs(latitude):.4f}°", f"{abs(longitude):.4f}°"
        written = f"{north} {'S' if latitude < 0 else 'N'}, {east} {west if longitude < 0 else 'E'}"
        return written.replace(".", ",").replace(", ", " ; ") if is_french else written
    if value.get("minutes") == 0:
        return "moins d’une minute" if is_french else "less than a minute"
    if "minutes" in value:
        hours, left = divmod(value["minutes"], 60)
        if hours >= 48:
            return f"{round(value['minutes'] / 60 / 24)} {'jours' if is_french else 'days'}"
        return " ".join([*([f"{hours} h"] if hours else []), *([f"{left} min"] if left else [])])
    distance = value["metres"]
    number = f"{distance / 1000:.1f}" if 1000 <= distance < 9_950 else f"{distance / 1000:.0f}"
    if distance < 1000:
        return f"{distance} m"
    return f"{number.replace('.', ',') if is_french else number} km"
