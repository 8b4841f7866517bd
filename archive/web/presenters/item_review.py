"""Lay out one item for review: each question with what is said, by where that comes from, and what checks found."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from archive.catalogue.hidden_wordings import Withheld
from archive.claims.leading_claims import Grounds
from archive.claims.models import Claim
from archive.provenance.checks.finding import Outcome, Question
from archive.provenance.models import QUESTIONS
from archive.provenance.shown_findings import ShownFinding
from archive.review.verdicts import SPEAKS_TO, Standpoint
from archive.standards.vocabulary import Property, SourceKind
from archive.web.presenters.items import PROPERTIES

COLUMNS = (
    (_("file"), (SourceKind.DEVICE_METADATA, SourceKind.EMBEDDED_DESCRIPTION, SourceKind.INFERENCE)),
    (_("caption"), (SourceKind.CAPTION,)),
    (_("published"), (SourceKind.APPEARANCE,)),
    (_("copies"), (SourceKind.MATCH,)),
    (_("people"), (SourceKind.PERSON,)),
)


@dataclass(frozen=True)
class Cell:
    """One value that is said, with how many claims say it, and how it stands."""

    label: str
    number: int
    standing: str
    is_leading: bool


@dataclass(frozen=True)
class MatrixRow:
    """What is said on one property: for each column its name and its cells."""

    label: str
    columns: list[tuple[str, list[Cell]]]
    is_contested: bool


@dataclass(frozen=True)
class Asked:
    """One of the six questions: its number for the keys, what is said, found and decided on it."""

    number: int
    question: Question
    label: str
    standpoint: Standpoint
    rows: list[MatrixRow]
    findings: list[ShownFinding]


def questions(
    standpoints: Iterable[Standpoint], grounds: dict[Property, Grounds], findings: Iterable[ShownFinding]
) -> list[Asked]:
    """Return the six questions in their order; findings that do not apply are left out."""
    telling = [each for each in findings if each.check and each.outcome != Outcome.NOT_APPLICABLE]
    return [
        Asked(
            number,
            standpoint.question,
            str(QUESTIONS[standpoint.question]),
            standpoint,
            [_row(name, grounds[name]) for name in SPEAKS_TO[standpoint.question] if name in grounds],
            [each for each in telling if each.check and each.check.question == standpoint.question],
        )
        for number, standpoint in enumerate(standpoints, 1)
    ]


def readable(standpoints: list[Standpoint], withheld: Withheld) -> list[Standpoint]:
    """Return the standpoints, in memory without the reasons that repeat a wording which is hidden."""
    for standpoint in standpoints:
        for verdict in [standpoint.verdict, *standpoint.advice]:
            if verdict and withheld.hides(verdict.reason):
                verdict.reason = gettext("hidden until decided")
    return standpoints


def given_on(standpoints: Iterable[Standpoint]) -> list[tuple[str, Standpoint]]:
    """Return the questions on which there is a verdict or advice, in words."""
    return [(str(QUESTIONS[each.question]), each) for each in standpoints if each.verdict or each.advice]


def _row(name: Property, ground: Grounds) -> MatrixRow:
    claims = [claim for claim in [ground.leading, *ground.rivals, *ground.rejected] if claim]
    columns = [
        (str(label), _cells([claim for claim in claims if claim.source.kind in kinds], ground.leading))
        for label, kinds in COLUMNS
    ]
    return MatrixRow(str(PROPERTIES[name]), columns, ground.is_contested)


def _cells(claims: Iterable[Claim], leading: Claim | None) -> list[Cell]:
    """Take together the claims that say the same and stand alike."""
    by_label: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        by_label.setdefault((claim.label(get_language()), claim.standing), []).append(claim)
    return [
        Cell(label, len(same), standing, any(claim == leading for claim in same))
        for (label, standing), same in by_label.items()
    ]
