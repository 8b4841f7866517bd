"""
Compose what the item page shows of claims, readings and acts: grounds, bars of dates, marks on the map, history.

Plain functions over rows that were fetched before; none of them queries.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive.catalogue.hidden_wordings import NOTHING, Withheld
from archive.catalogue.models import Caption, Item
from archive.catalogue.names import is_hidden
from archive.claims.later_versions import replaced
from archive.claims.leading_claims import Grounds
from archive.claims.models import NEVER_PUBLIC, Claim
from archive.claims.property_names import PROPERTIES
from archive.extraction.models import Reading
from archive.extraction.readers.statements import as_text
from archive.files.models import PreservationEvent
from archive.ingest.models import AccessionLine
from archive.ledger.models import LedgerEntry
from archive.matching.models import Match
from archive.press.models import Appearance
from archive.review.told_acts import ActByKey, words_of_act
from archive.search.public import public_place
from archive.standards.vocabulary import Property, Standing

# Asked of every picture, so their silence is shown too.
ALWAYS_ASKED = (Property.DATE_CREATED, Property.LOCATION_SHOWN, Property.EVENT, Property.CREATOR)


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
class Lead:
    """What stands beside the picture before all else: its caption, where it was published first, copies of it."""

    caption: Caption | None
    number_of_wordings: int
    first: Appearance | None
    copies: list[tuple[Match, Item, Appearance | None]]


def lead_caption(wordings: Iterable[Wording]) -> Caption | None:
    """
    Return the caption to read first: the archive's own latest one, else the first description that came, of a news
    document in its latest version.
    """
    captions = [wording.caption for wording in wordings]
    gone = replaced(captions)
    captions = [caption for caption in captions if caption.pk not in gone] or captions
    described = [caption for caption in captions if caption.role == Caption.Role.DESCRIPTION] or captions
    own = [caption for caption in described if caption.origin == Caption.Origin.PERSON]
    return own[-1] if own else described[0] if described else None


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
    # The reader's own act that this was part of, where they may undo it, and how many items that touched.
    undo: int | None = None
    undo_number: int = 0


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
        what, more = words_of_act(done, withheld, is_told_why=is_told_why)
        return Entry(done.occurred_at, done.actor, what, more, done.sequence)
    who = done.received_by.get_username() if done.received_by else _("command line")
    name = done.delivered_path or done.original_name
    more = _("“%(name)s” with the accession “%(title)s”") % {
        "name": _("hidden until decided") if is_hidden(name) else name,
        "title": done.accession.title,
    }
    # Words that came later bring no file.
    what = _("received words for") if done.about_id else _("received")
    return Entry(done.received_at, who, what, more)
