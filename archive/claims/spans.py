"""
Spans of footage as they stand: where each begins and ends, what it is called, and what people say of it.

Who may see the item reads its spans; what a visitor reads of them `search.public_spans` says. Words that repeat a held
wording are taken out for whom that is held.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from archive.catalogue.hidden_wordings import Withheld
from archive.catalogue.models import Item
from archive.claims.models import Span, SpanClaim, SpanRetraction, SpanVersion

# What the ledger calls the acts on a span and on what is said of one.
MARK, CHANGE, RETRACT, RESTORE = "mark span", "change span", "retract span", "let span stand again"
SAY = "claim of span"
RETRACT_CLAIM, RESTORE_CLAIM = "retract claim of span", "let claim of span stand again"
SPAN_VERBS = (MARK, CHANGE, RETRACT, RESTORE)
SPAN_CLAIM_VERBS = (SAY, RETRACT_CLAIM, RESTORE_CLAIM)


@dataclass
class Said:
    """One claim on a span, and by what it is retracted, where it is."""

    claim: SpanClaim
    retraction: SpanRetraction | None = None

    @property
    def is_hidden(self) -> bool:
        """Tell whether its words were taken out, and nothing is left to read."""
        return not self.claim.label()


@dataclass
class ShownSpan:
    """A span with all its versions, the earliest first, and all that is said of it, in the order in which it was."""

    span: Span
    versions: list[SpanVersion]
    said: list[Said] = field(default_factory=list)
    # The latest word on whether the span stands, where there was one.
    word: SpanRetraction | None = None
    # All words on whether the span, or what is said of it, stands; the earliest first.
    words: list[SpanRetraction] = field(default_factory=list)

    @property
    def now(self) -> SpanVersion:
        return self.versions[-1]

    @property
    def earlier(self) -> list[SpanVersion]:
        """The versions before, the latest first."""
        return self.versions[-2::-1]

    @property
    def retraction(self) -> SpanRetraction | None:
        return self.word if self.word and self.word.is_retracted else None

    @property
    def standing(self) -> list[Said]:
        """What is said and not retracted."""
        return [said for said in self.said if said.retraction is None]

    @property
    def length_milliseconds(self) -> int:
        return self.now.end_milliseconds - self.now.start_milliseconds


def spans_of(items: Iterable[Item | int], *, spans: Sequence[int] | None = None) -> dict[int, list[ShownSpan]]:
    """
    Return the spans of items, retracted ones too, by the key of the item, in the order of the footage.

    Costs one query where there are none, else four.

    :param spans: only those of these keys
    """
    keys = [item if isinstance(item, int) else item.pk for item in items]
    rows = Span.objects.filter(item__in=keys).select_related("marked_by")
    by_key = {span.pk: ShownSpan(span, []) for span in (rows if spans is None else rows.filter(pk__in=spans))}
    if not by_key:
        return {}
    for version in SpanVersion.objects.filter(span__in=by_key).select_related("made_by").order_by("pk"):
        by_key[version.span_id].versions.append(version)
    claims = SpanClaim.objects.filter(span__in=by_key)
    claimed: dict[int, Said] = {}
    grounds = (
        "claimed_by", "value_place__parent__parent__parent", "value_place__merged_into__parent",
        "value_event__merged_into",
    )  # fmt: skip
    for claim in claims.select_related(*grounds).order_by("pk"):
        claimed[claim.pk] = Said(claim)
        by_key[claim.span_id].said.append(claimed[claim.pk])
    for word in SpanRetraction.objects.filter(span__in=by_key).select_related("set_by").order_by("pk"):
        by_key[word.span_id].words.append(word)
        if word.claim_id is None:
            by_key[word.span_id].word = word
        else:
            claimed[word.claim_id].retraction = word if word.is_retracted else None
    by_item: dict[int, list[ShownSpan]] = defaultdict(list)
    for shown in by_key.values():
        by_item[shown.span.item_id].append(shown)
    for of_item in by_item.values():
        of_item.sort(key=lambda shown: (shown.now.start_milliseconds, shown.now.end_milliseconds, shown.span.pk))
    return dict(by_item)


def standing_spans(shown: Iterable[ShownSpan]) -> list[ShownSpan]:
    """Leave out what is retracted."""
    return [each for each in shown if each.retraction is None]


def readable_spans(shown: Iterable[ShownSpan], withheld: Withheld, *, instead: str = "") -> list[ShownSpan]:
    """
    Return the spans without words that repeat a held wording: moments and typed values stay. Changed in memory.

    An empty title says that it is hidden; of what is said only in words nothing is left, and it is left out.

    :param instead: what stands where other words were taken out: titles, notes, grounds, reasons
    """
    shown = list(shown)
    if not withheld:
        return shown
    for each in shown:
        for version in each.versions:
            version.title = _readable(version.title, withheld, instead)
            version.note = _readable(version.note, withheld, instead)
        for said in each.said:
            claim = said.claim
            claim.as_written = _readable(claim.as_written, withheld, instead)
            claim.value_text = _readable(claim.value_text, withheld)
            claim.ground = _readable(claim.ground, withheld, instead)
            if claim.value_event and withheld.hides(claim.value_event.current.name):
                claim.value_event = None
        for word in each.words:
            word.reason = _readable(word.reason, withheld, instead)
        each.said = [said for said in each.said if not said.is_hidden]
    return shown


def _readable(text: str, withheld: Withheld, instead: str = "") -> str:
    return instead if withheld.hides(text) else text
