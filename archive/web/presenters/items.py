"""
Compose what the item page shows of claims, readings and acts: grounds, bars of dates, marks on the map, history.

Plain functions over rows that were fetched before; none of them queries.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from archive.catalogue.distressing_marks import MARK_VERBS
from archive.catalogue.hidden_wordings import NOTHING, Withheld
from archive.catalogue.models import Access, Caption
from archive.catalogue.names import is_hidden
from archive.claims.leading_claims import Grounds
from archive.claims.models import NEVER_PUBLIC, Claim
from archive.extraction.models import Reading
from archive.extraction.readers.statements import as_text
from archive.files.models import PreservationEvent
from archive.ingest.models import AccessionLine
from archive.ledger.models import LedgerEntry
from archive.press.models import Appearance
from archive.provenance.models import QUESTIONS
from archive.review.models import Flag, FlagDecision, Proposal, ProposalDecision, Verdict
from archive.search.public import public_place
from archive.standards.vocabulary import Property, Standing

PROPERTIES = {
    Property.DATE_CREATED: gettext_lazy("When"),
    Property.LOCATION_SHOWN: gettext_lazy("Location shown"),
    Property.LOCATION_CREATED: gettext_lazy("Camera location"),
    Property.EVENT: gettext_lazy("Event"),
    Property.CREATOR: gettext_lazy("Photographer"),
    Property.CREDIT_LINE: gettext_lazy("Credit"),
    Property.SUPPLIED_BY: gettext_lazy("Supplied by"),
    Property.PUBLISHED_BY: gettext_lazy("Published by"),
    Property.DIGITAL_SOURCE_TYPE: gettext_lazy("Source type"),
    Property.DERIVED_FROM: gettext_lazy("Derived from"),
    Property.PEOPLE_COUNT: gettext_lazy("Number of people"),
}
# Asked of every picture, so their silence is shown too.
ALWAYS_ASKED = (Property.DATE_CREATED, Property.LOCATION_SHOWN, Property.EVENT, Property.CREATOR)

ACTS = {
    "bring in": gettext_lazy("brought in"),
    "deliver again": gettext_lazy("delivered again"),
    "claim": gettext_lazy("information added"),
    "accepted claim": gettext_lazy("accepted a claim"),
    "rejected claim": gettext_lazy("rejected a claim"),
    "proposed claim": gettext_lazy("put a claim back to proposed"),
    "superseded claim": gettext_lazy("put another claim in the place of one"),
    "read captions again": gettext_lazy("read the captions again"),
    "set access": gettext_lazy("changed access"),
    "mark distressing": gettext_lazy("marked it as distressing"),
    "take distressing mark back": gettext_lazy("took back that it is distressing"),
    "describe": gettext_lazy("added a caption"),
    "keep frame": gettext_lazy("kept a frame of footage"),
    "propose on caption": gettext_lazy("flagged a caption"),
    "decide on caption": gettext_lazy("decided on a caption"),
    "flag picture": gettext_lazy("flagged the picture"),
    "decide on flag": gettext_lazy("decided on a flag of the picture"),
    "erase words of flag": gettext_lazy("erased what a visitor wrote in a flag"),
    "hide caption": gettext_lazy("hid a caption until it is decided"),
    "show caption again": gettext_lazy("showed a caption again"),
    "add appearance": gettext_lazy("added an appearance"),
    "identify in print": gettext_lazy("recognised it in print"),
    "propose from a copy": gettext_lazy("proposed a claim from a copy"),
    "withdraw": gettext_lazy("withdrew a claim whose ground is gone"),
    "check": gettext_lazy("checked it"),
    "judge": gettext_lazy("gave a verdict"),
    "advise": gettext_lazy("advised on a verdict"),
}


# What the codes in an act on a verdict mean, by their name there.
_OF_VERDICTS = {
    "question": {str(question): label for question, label in QUESTIONS.items()},
    "word": dict(Verdict.Word.choices),
    "reason_code": dict(Verdict.Reason.choices),
}
# Why these were done may tell of other items, or of people.
_REASONS_FOR_STAFF = ("set access", "erase words of flag", *MARK_VERBS.values())


@dataclass(frozen=True)
class Row:
    """One property as the page shows it: the leading claim, other values that are said, and every claim."""

    property: Property
    label: str
    leading: Claim | None = None
    value: str = ""
    others: list[Claim] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    is_contested: bool = False

    @property
    def zone_is_unknown(self) -> bool:
        """Tell whether the leading value is a clock time without a zone: it bounds a day, not a moment."""
        return bool(self.leading and "T" in self.leading.value_edtf and not self.leading.value_moment)


def rows(grounds: dict[Property, Grounds]) -> list[Row]:
    """Return the rows in the order of the page; silent properties only where every picture is asked for them."""
    listed = []
    for name, label in PROPERTIES.items():
        ground = grounds.get(name)
        if ground is None:
            if name in ALWAYS_ASKED:
                listed.append(Row(name, str(label)))
            continue
        labels = {ground.leading.label()} if ground.leading else set()
        # Twins that say the same stay among the claims; only other values stand under the leading one.
        others = [c for c in ground.rivals if not (c.label() in labels or labels.add(c.label()))]
        claims = [claim for claim in [ground.leading, *ground.rivals, *ground.rejected] if claim]
        value = ground.leading.label(get_language()) if ground.leading else ""
        listed.append(Row(name, str(label), ground.leading, value, others, claims, ground.is_contested))
    return listed


def public_rows(grounds: dict[Property, Grounds]) -> list[Row]:
    """Return what a visitor reads: leading values, places no more precise than allowed, nothing behind them."""
    public = []
    for name, ground in grounds.items():
        if name in NEVER_PUBLIC or ground.leading is None:
            continue
        claim, value = ground.leading, ground.leading.label(get_language())
        if name in (Property.LOCATION_SHOWN, Property.LOCATION_CREATED):
            # Coordinates are not told; the first claim that leads to a place that may be told stands for them.
            claim = next((c for c in [claim, *ground.rivals] if public_place(c.value_place)), None)
            value = str(public_place(claim.value_place)) if claim else ""
        if claim:
            public.append(Row(name, str(PROPERTIES[name]), claim, value))
    return public


@dataclass(frozen=True)
class Wording:
    """One text, and every place where it stands word for word: twins of a file are read once."""

    caption: Caption
    twins: list[Caption]


def wordings(captions: Iterable[Caption]) -> list[Wording]:
    """Return the captions with equal texts of one role and one sort of origin taken together."""
    by_text: dict[tuple[str, str, str, str], Wording] = {}
    for caption in captions:
        # What a person wrote stands by itself, with their name.
        own = str(caption.pk) if caption.origin == Caption.Origin.PERSON else ""
        key = (caption.role, caption.text.strip(), caption.language, own)
        if key in by_text:
            by_text[key].twins.append(caption)
        else:
            by_text[key] = Wording(caption, [caption])
    return list(by_text.values())


@dataclass(frozen=True)
class Bar:
    """A date drawn on the common axis: percent from the left. Solid where both days are known, hatched where open."""

    label: str
    kind: str
    left: float
    width: float
    is_open: bool
    is_leading: bool


@dataclass(frozen=True)
class Axis:
    first: date
    last: date
    bars: list[Bar]


def axis(row: Row | None, appearances: Iterable[Appearance]) -> Axis | None:
    """Lay the dates that are said, and the bounds that print sets, on one axis; None when there is nothing to lay."""
    spans: list[tuple[str, str, date | None, date | None, bool]] = []
    for claim in row.claims if row else []:
        if claim.value_earliest and claim.standing != Standing.REJECTED:
            spans.append(
                (
                    claim.label(get_language()),
                    claim.source.kind,
                    claim.value_earliest if claim.value_earliest > date.min else None,
                    claim.value_latest if claim.value_latest < date.max else None,
                    claim == row.leading,
                )
            )
    for appearance in appearances:
        if appearance.published_latest:
            day = date_format(appearance.published_latest, "j F Y")
            # A picture exists before it is printed: print bounds from above and says nothing of the beginning.
            words = _("not after %(day)s, when it was printed") % {"day": day}
            spans.append((words, "APPEARANCE", None, appearance.published_latest, False))
    known = [day for _l, _k, start, end, _lead in spans for day in (start, end) if day]
    if not known:
        return None
    spread = max((max(known) - min(known)).days, 1)
    margin = timedelta(days=max(1, round(spread * 0.08)))
    first = min(known) - min(margin, min(known) - date.min)
    last = max(known) + min(margin, date.max - max(known))
    days = (last - first).days + 1
    bars, drawn = [], set()
    for label, kind, start, end, leads in spans:
        if (label, kind) in drawn:
            continue
        drawn.add((label, kind))
        left = ((start or first) - first).days / days * 100
        width = (((end or last) - (start or first)).days + 1) / days * 100
        bars.append(Bar(label, kind, round(left, 2), round(width, 2), start is None or end is None, leads))
    return Axis(first, last, bars)


def marks(shown: list[Row]) -> list[tuple[None, float, float, float | None, str, str]]:
    """Return what the map draws: positions with their error, places with their reach; metres, and degrees of WGS 84."""
    drawn = {}
    for row in shown:
        if row.property not in (Property.LOCATION_CREATED, Property.LOCATION_SHOWN):
            continue
        for claim in row.claims:
            place, label = claim.value_place, f"{row.label}: {claim.label(get_language())}"
            if claim.standing == Standing.REJECTED:
                continue
            if claim.latitude_degrees is not None:
                point = (claim.latitude_degrees, claim.longitude_degrees)
                drawn[point, "camera"] = (None, *point, claim.uncertainty_metres, label, "camera")
            elif place is not None and place.point:
                reach = (place.radius_metres or 0) + (claim.uncertainty_metres or 0) or None
                drawn.setdefault((place.point, "shown"), (None, *place.point, reach, label, "shown"))
    return list(drawn.values())


@dataclass(frozen=True)
class Part:
    """The statements of one group of one reading."""

    group: str
    statements: list[tuple[str, str]]


def parts(reading: Reading, withheld: Withheld = NOTHING) -> list[Part]:
    """Return the statements of a reading by group, in the order of the file, each value as one text unless held."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for group, tag, value in reading.statements:
        text = as_text(value)
        groups.setdefault(group, []).append((tag, _("hidden until decided") if withheld.hides(text) else text))
    return [Part(group, statements) for group, statements in groups.items()]


@dataclass(frozen=True)
class Entry:
    """Something that was done: when, by whom, what, and more about it in words."""

    at: datetime
    who: str
    what: str
    more: str = ""
    sequence: int | None = None
    is_failure: bool = False


class ActByKey(NamedTuple):
    """An act of the ledger by its key and moment, as far as it takes to put it in its place among thousands."""

    pk: int
    occurred_at: datetime


Done = PreservationEvent | ActByKey | AccessionLine


def in_order(
    events: Iterable[PreservationEvent], acts: Iterable[ActByKey], lines: Iterable[AccessionLine]
) -> list[Done]:
    """Return what was done to the file and to the item, the latest first."""
    return sorted([*events, *acts, *lines], key=_moment, reverse=True)


def _moment(done: Done) -> datetime:
    return done.received_at if isinstance(done, AccessionLine) else done.occurred_at


def entry(
    done: PreservationEvent | LedgerEntry | AccessionLine,
    withheld: Withheld = NOTHING,
    *,
    is_told_why: bool = True,
) -> Entry:
    """
    Write something that was done in words, those of held wordings left out.

    :param is_told_why: the reader may read details of files and why access was changed: both may tell of other items
    """
    if isinstance(done, PreservationEvent):
        return Entry(
            done.occurred_at,
            done.linking_agent,
            done.event_type,
            (is_told_why and done.event_outcome_detail) or done.event_outcome,
            is_failure=done.event_outcome != "success",
        )
    if isinstance(done, LedgerEntry):
        payload = json.loads(done.payload)
        if done.verb in _REASONS_FOR_STAFF and not is_told_why:
            payload = {name: payload[name] for name in ("from", "to") if name in payload}
        more = _told(payload)
        is_closed = withheld.hides(more) or is_hidden(str(payload.get("name", "")))
        more = _("hidden until decided") if is_closed else more
        return Entry(done.occurred_at, done.actor, str(ACTS.get(done.verb, done.verb)), more, done.sequence)
    who = done.received_by.get_username() if done.received_by else _("command line")
    name = done.delivered_path or done.original_name
    more = _("“%(name)s” with the accession “%(title)s”") % {
        "name": _("hidden until decided") if is_hidden(name) else name,
        "title": done.accession.title,
    }
    return Entry(done.received_at, who, _("received"), more)


def _told(payload: dict[str, Any]) -> str:
    """Write the payload of an act in words: what it speaks of first, then why."""
    hidden = (
        "claim",
        "ruling",
        "digest",
        "access",
        "accession",
        "sha256",
        "caption",
        "proposal",
        "appearance",
        "article",
        "figure",
        "sent",
        # Captions were once written out here; they are read where they stand, as far as they may be.
        "text",
        "text_digest",
        "footage",
        "flag",
        "findings",
        "verdict",
        "basis",
    )
    values = {name: value for name, value in payload.items() if name not in hidden and value not in ("", None)}
    named = (Proposal.Reason, ProposalDecision.Outcome, Flag.Ground, FlagDecision.Outcome)
    codes = {code: label for choices in named for code, label in choices.choices}
    for name, value in values.items():
        if isinstance(value, str):
            values[name] = _OF_VERDICTS.get(name, codes).get(value, value)
    if "property" in values:
        name = values.pop("property")
        words = f"{PROPERTIES.get(name, name)}: {values.pop('value', '')}"
    elif "from" in values:
        before, after = values.pop("from"), values.pop("to", "")
        words = f"{dict(Access.choices).get(before, before)} → {dict(Access.choices).get(after, after)}"
    else:
        words = ", ".join(str(value) for name, value in values.items() if name not in ("reason", "note"))
        values = {name: values[name] for name in ("reason", "note") if name in values}
    return " · ".join([words, *(_listed(value) for value in values.values())])


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
