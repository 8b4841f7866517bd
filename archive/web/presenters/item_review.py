"""Lay out one item for review: each question with what is said, by where that comes from, and what checks found."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from archive.claims.leading_claims import Grounds
from archive.claims.models import Claim
from archive.provenance.checks.finding import Outcome, Question
from archive.provenance.models import QUESTIONS
from archive.provenance.shown_findings import ShownFinding
from archive.review.verdicts import SPEAKS_TO, Standpoint
from archive.standards.vocabulary import Property, SourceKind
from archive.web.presenters.beside_claims import (
    CAPTION,
    CAPTIONS,
    COPIES,
    FILE,
    FIRST_PUBLICATION,
    PEOPLE,
    PUBLISHED,
    WORDS,
    Beside,
    BesideText,
)
from archive.web.presenters.items import PROPERTIES

# The code of each column, its name, and the claims that stand in it by their ground.
_COLUMNS = (
    (FILE, _("file"), (SourceKind.DEVICE_METADATA, SourceKind.EMBEDDED_DESCRIPTION, SourceKind.INFERENCE)),
    (CAPTION, _("caption"), (SourceKind.CAPTION,)),
    (WORDS, _("words in the picture"), ()),
    (PUBLISHED, _("published"), (SourceKind.APPEARANCE,)),
    (COPIES, _("copies"), (SourceKind.MATCH,)),
    (PEOPLE, _("people"), (SourceKind.PERSON,)),
)


@dataclass(frozen=True)
class Cell:
    """
    One value that is said, with how many claims say it, and how it stands.

    `line` is the number of the line in the picture that it is read from, and 0 elsewhere.
    """

    label: str
    number: int
    standing: str
    is_leading: bool
    line: int = 0


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


def columns(beside: Beside) -> list[tuple[str, str, tuple[SourceKind, ...]]]:
    """Return the columns of the matrix; that of the words in the picture where there are any."""
    return [(code, str(label), kinds) for code, label, kinds in _COLUMNS if code != WORDS or beside.lines]


def questions(
    standpoints: Iterable[Standpoint],
    grounds: dict[Property, Grounds],
    findings: Iterable[ShownFinding],
    beside: Beside,
) -> list[Asked]:
    """Return the six questions in their order; findings that do not apply are left out."""
    telling = [each for each in findings if each.check and each.outcome != Outcome.NOT_APPLICABLE]
    return [
        Asked(
            number,
            standpoint.question,
            str(QUESTIONS[standpoint.question]),
            standpoint,
            list(_rows(standpoint.question, grounds, beside)),
            [each for each in telling if each.check and each.check.question == standpoint.question],
        )
        for number, standpoint in enumerate(standpoints, 1)
    ]


def given_on(standpoints: Iterable[Standpoint]) -> list[tuple[str, Standpoint]]:
    """Return the questions on which there is a verdict or advice, or something is waited for, in words."""
    told = [each for each in standpoints if each.verdict or each.advice or each.is_waiting]
    return [(str(QUESTIONS[each.question]), each) for each in told]


def _rows(question: Question, grounds: dict[Property, Grounds], beside: Beside) -> Iterable[MatrixRow]:
    for name in SPEAKS_TO[question]:
        if name in grounds or beside.words_on(name):
            yield _row(name, grounds.get(name), beside)
    texts = {Question.MAKER: beside.first_publication, Question.CAPTION: beside.wordings}
    if question in texts and any((found := texts[question]()).values()):
        label = FIRST_PUBLICATION if question == Question.MAKER else CAPTIONS
        cells = [(name, [_text(each) for each in found.get(code, ())]) for code, name, _kinds in columns(beside)]
        yield MatrixRow(str(label), cells, is_contested=False)


def _row(name: Property, ground: Grounds | None, beside: Beside) -> MatrixRow:
    claims = [claim for claim in [ground.leading, *ground.rivals, *ground.rejected] if claim] if ground else []
    leading = ground.leading if ground else None
    cells = [
        (
            label,
            [_text(each) for each in beside.words_on(name)]
            if code == WORDS
            else _cells([claim for claim in claims if claim.source.kind in kinds], leading),
        )
        for code, label, kinds in columns(beside)
    ]
    return MatrixRow(str(PROPERTIES[name]), cells, bool(ground and ground.is_contested))


def _text(beside: BesideText) -> Cell:
    return Cell(beside.text, 1, "", is_leading=False, line=beside.line)


def _cells(claims: Iterable[Claim], leading: Claim | None) -> list[Cell]:
    """Take together the claims that say the same and stand alike."""
    by_label: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        by_label.setdefault((claim.label(get_language()), claim.standing), []).append(claim)
    return [
        Cell(label, len(same), standing, any(claim == leading for claim in same))
        for (label, standing), same in by_label.items()
    ]
