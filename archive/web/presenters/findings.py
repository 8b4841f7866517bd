"""Lay out what checks found on one item: what needs a look first, what is in order or does not apply behind it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext

from archive.provenance.checks.error_rates import ErrorRates, error_rates
from archive.provenance.checks.finding import Check, Outcome
from archive.provenance.models import OUTCOMES, QUESTIONS
from archive.provenance.shown_findings import ShownFinding

SHAPES = {
    Outcome.CONTRADICTORY: "▲",
    Outcome.UNREADABLE: "▨",
    Outcome.INCONCLUSIVE: "◐",
    Outcome.CONSISTENT: "●",
    Outcome.NOT_APPLICABLE: "–",
}


@dataclass(frozen=True)
class Findings:
    """The findings on an item, sorted by what they ask of a reader, and how many there are of each outcome."""

    open: list[ShownFinding] = field(default_factory=list)
    settled: list[ShownFinding] = field(default_factory=list)
    counts: list[tuple[Outcome, str, str, int]] = field(default_factory=list)

    @property
    def number(self) -> int:
        return len(self.open) + len(self.settled)


def lay_out(findings: Iterable[ShownFinding]) -> Findings:
    """Sort findings: contradictory, unreadable and inconclusive are shown, the others stand behind a summary."""
    by_outcome = {outcome: [each for each in findings if each.outcome == outcome] for outcome in SHAPES}
    first = (Outcome.CONTRADICTORY, Outcome.UNREADABLE, Outcome.INCONCLUSIVE)
    labels = dict(OUTCOMES)
    return Findings(
        open=[each for outcome in first for each in by_outcome[outcome]],
        settled=[each for outcome in SHAPES if outcome not in first for each in by_outcome[outcome]],
        counts=[
            (outcome, SHAPES[outcome], str(labels[outcome]), len(of_outcome))
            for outcome, of_outcome in by_outcome.items()
            if of_outcome
        ],
    )


@dataclass(frozen=True)
class CheckRow:
    """One check as the list of all shows it; `counts` is empty for who may not search by it."""

    check: Check
    question: str
    sentences: list[str]
    rates: ErrorRates | None
    counts: list[tuple[Outcome, str, str, int, str]]


def check_rows(checks: Iterable[Check], counts: dict[tuple[str, str], int]) -> list[CheckRow]:
    """Return the rows of the list; `counts` has the number of items by check and outcome."""
    search, labels = reverse("search"), dict(OUTCOMES)
    return [
        CheckRow(
            check,
            str(QUESTIONS[check.question]),
            # The names in a sentence stand for what it is filled with.
            [re.sub(r"%\((\w+)\)s", "…", gettext(sentence)) for sentence in dict.fromkeys(check.sentences.values())],
            error_rates(check.slug, check.version),
            [
                (
                    *(outcome, shape, str(labels[outcome]), number),
                    f"{search}?check={check.slug}%3D{outcome.lower()}",
                )
                for outcome, shape in SHAPES.items()
                if (number := counts.get((check.slug, outcome), 0))
            ],
        )
        for check in checks
    ]
