"""
Compose the reading of a caption: its words cut where claims rest on them, and a row for each of these claims.

Plain functions over rows that were fetched before; only names of several places are asked of the gazetteer, at once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from archive.authorities.gazetteer import bearers
from archive.authorities.models import Place
from archive.claims.agreement import all_can_be_true
from archive.claims.models import Claim
from archive.extraction.captions.bodies import find_bodies
from archive.extraction.captions.words import merged
from archive.standards.vocabulary import Property, SourceKind, Standing
from archive.web.forms.claims import CorrectionForm
from archive.web.presenters.items import PROPERTIES, Wording

# Each kind of reading has its own underline; the legend names them in this order.
KINDS = {
    "date": (_("date"), (Property.DATE_CREATED,)),
    "place": (_("place"), (Property.LOCATION_SHOWN, Property.LOCATION_CREATED)),
    "credit": (
        _("credit"),
        (
            Property.CREATOR,
            Property.CREDIT_LINE,
            Property.SUPPLIED_BY,
            Property.PUBLISHED_BY,
            Property.DIGITAL_SOURCE_TYPE,
        ),
    ),
    "count": (_("people counted"), (Property.PEOPLE_COUNT,)),
}
BODY = ("body", _("body or vessel, no claim"))
LEGEND = [(kind, label) for kind, (label, _properties) in KINDS.items()] + [BODY]
# How the reader found it, for the rules that a name or a date alone does not explain.
_RULES = {
    "place: kind asked": _("the words ask for a place of this kind"),
    "place: place around it": _("the place named behind it holds this one"),
    "place: neighbours": _("of several places of this name the one beside the others that are named"),
    "place: ambiguous": _("several places bear this name"),
    "date: weekday": _("a weekday"),
    "date: full date": _("a whole date"),
    "date: day and month": _("a day and a month"),
    "credit: line": _("the credit as it stands there"),
    "credit: kind of source": _("words for a picture taken from a screen"),
    "count of people": _("a number of people"),
}
_KIND_OF = {name: kind for kind, (_label, names) in KINDS.items() for name in names}


@dataclass(frozen=True)
class Row:
    """One claim that rests on words of the caption: what it is about, what else it may mean, how to correct it."""

    claim: Claim
    kind: str
    about: str
    candidates: list[Place]
    form: CorrectionForm | None
    # the latest claim that is shown, where the property is contested: what is known up to it can be answered
    answers: int | None = None

    @property
    def ground(self) -> str:
        """The rule in words."""
        rule = self.claim.source.rule
        return str(_RULES.get(rule, rule.partition(": ")[2] or rule))

    @property
    def key(self) -> str:
        return str(self.claim.pk)

    @property
    def is_open(self) -> bool:
        return self.claim.standing == Standing.PROPOSED and self.claim.source.kind == SourceKind.CAPTION


@dataclass(frozen=True)
class Piece:
    """A run of words on which the same claims rest, if any; `kinds` are those of the claims, or of a body."""

    text: str
    rows: list[Row] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return any(row.is_open for row in self.rows)


@dataclass(frozen=True)
class Read:
    """A wording with its claims."""

    wording: Wording
    pieces: list[Piece]
    rows: list[Row]
    # the claims of the rows, as the list of the page was cut
    shown: list[Claim] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"wording-{self.wording.caption.pk}"

    @property
    def open_count(self) -> int:
        return sum(row.is_open for row in self.rows)


def _whole(_name: str, claims: list[Claim]) -> list[Claim]:
    return claims


def read(
    wordings: Iterable[Wording],
    claims: Iterable[Claim],
    *,
    may_rule: bool,
    cut: Callable[[str, list[Claim]], list[Claim]] = _whole,
) -> list[Read]:
    """
    Return the wordings with what was read from them; at most one query, for names of several places.

    :param claims: of the items of these wordings, as they may be shown, from `Claim.objects.with_grounds()`
    """
    of_caption: dict[int, list[Claim]] = defaultdict(list)
    proposed: dict[tuple[int, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.standing == Standing.PROPOSED:
            proposed[claim.item_id, claim.property].append(claim)
        read_here = claim.source.caption_id is not None and claim.source.start is not None
        if read_here and claim.standing != Standing.SUPERSEDED:
            of_caption[claim.source.caption_id].append(claim)
    ambiguous = {
        claim.as_written
        for some in of_caption.values()
        for claim in some
        if _KIND_OF.get(claim.property) == "place" and claim.value_place is None
    }
    candidates = bearers(ambiguous) if ambiguous else {}
    # Asked of what is drawn here alone: of other properties a picture may have thousands of claims.
    drawn = {(claim.item_id, claim.property) for some in of_caption.values() for claim in some}
    answers = {
        key: max(claim.pk for claim in some)
        for key, some in proposed.items()
        if may_rule and key in drawn and not all_can_be_true(Property(key[1]), some)
    }
    reads = []
    for wording in wordings:
        own = [claim for caption in wording.twins for claim in of_caption[caption.pk]]
        own = [claim for claim in own if claim.property in _KIND_OF]
        own.sort(key=lambda claim: (claim.source.start, claim.source.end, claim.pk))
        shown = cut(f"readings-{wording.caption.pk}", own)
        rows = [_row(claim, candidates, may_rule, answers.get((claim.item_id, claim.property))) for claim in shown]
        reads.append(Read(wording, _pieces(wording.caption.text, rows), rows, shown))
    return reads


def _row(claim: Claim, candidates: dict[str, list[Place]], may_rule: bool, answers: int | None) -> Row:
    correctable = may_rule and claim.source.kind == SourceKind.CAPTION
    return Row(
        claim,
        _KIND_OF[Property(claim.property)],
        str(PROPERTIES[Property(claim.property)]),
        candidates.get(claim.as_written, []) if claim.value_place is None else [],
        CorrectionForm(claim=claim) if correctable else None,
        answers,
    )


def _pieces(text: str, rows: list[Row]) -> list[Piece]:
    """Cut the text wherever a span begins or ends, so that spans may overlap."""
    spans = [(row.claim.source.start, row.claim.source.end, row) for row in rows]
    credits = [(start, end) for start, end, row in spans if row.kind == "credit"]
    bodies = [(body.start, body.end) for body in find_bodies(text, merged(credits))]
    edges = sorted({0, len(text), *(at for start, end, _row in spans for at in (start, end)), *sum(bodies, ())})
    pieces = []
    for start, end in pairwise(edges):
        here = [row for first, last, row in spans if first <= start and end <= last]
        # The narrowest span is what is meant by pressing here.
        here.sort(key=lambda row: (not row.is_open, row.claim.source.end - row.claim.source.start, row.claim.pk))
        kinds = list(dict.fromkeys(row.kind for row in here))
        if any(first <= start and end <= last for first, last in bodies):
            kinds.append(BODY[0])
        pieces.append(Piece(text[start:end], here, kinds))
    return pieces
