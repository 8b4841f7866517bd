"""
What was done by whom: the acts of the ledger by person, kind, day and record, the newest first.

One gate for the page, the API, the command and what is exported: `acts_told_to` and `_known` say which acts somebody
may know of, `tell` puts them into words and leaves out what they may not read.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.accounts.models import User
from archive.accounts.people import SOFTWARE
from archive.accounts.permissions import may
from archive.catalogue.carry_out_destruction import DESTROYED
from archive.catalogue.distressing_marks import MARK_VERBS
from archive.catalogue.hidden_wordings import WithheldOfEach, withheld_of_each
from archive.catalogue.models import Item
from archive.catalogue.names import is_hidden
from archive.claims.spans import SPAN_CLAIM_VERBS, SPAN_VERBS
from archive.ledger.models import LedgerEntry
from archive.provenance.models import Finding
from archive.review.destroy_originals import ASK, CONFIRM, DECLINE
from archive.review.models import ReadingRequest, ReadingRequestEnd
from archive.review.own_acts import BRING_BACK, ITEM, WITHDRAW
from archive.review.reading_requests import hidden_verdicts
from archive.review.told_acts import ACTS, words_of_act
from archive.review.verdicts import VERBS

PAGE = 100
# Acts that are looked at in one go at most, where those looked at first are hidden.
_LOOKED_AT = 2000


class Group(NamedTuple):
    """Acts of one sort, which can be asked for together by their code."""

    code: str
    label: Promise
    verbs: tuple[str, ...]


GROUPS = (
    Group(
        "accounts",
        gettext_lazy("accounts"),
        (
            "open account", "change role", "close account", "reopen account", "change mail address", "change full name",
            "change password", "reset password", "sign out everywhere", "make reset link", "send reset link",
            "make token", "withdraw token", "lift pause",
        ),
    ),
    Group(
        "access",
        gettext_lazy("access and flags"),
        (
            "set access", *MARK_VERBS.values(), "flag picture", "decide on flag", "erase words of flag",
            WITHDRAW, BRING_BACK, ASK, CONFIRM, DECLINE, DESTROYED,
        ),
    ),
    Group("review", gettext_lazy("verdicts"), (*VERBS, "set reading policy")),
    Group(
        "captions",
        gettext_lazy("captions"),
        (
            "describe", "propose on caption", "decide on caption", "reopen proposal", "hide caption",
            "show caption again", "read captions again",
        ),
    ),
    Group(
        "claims",
        gettext_lazy("claims and checks"),
        (
            "claim", "accepted claim", "rejected claim", "proposed claim", "superseded claim", "propose from a copy",
            *SPAN_VERBS, *SPAN_CLAIM_VERBS,
            "withdraw", Finding.VERB, Finding.DROP_VERB, "add appearance", "identify in print",
        ),
    ),
    Group(
        "uploads",
        gettext_lazy("uploads"),
        (
            "open accession", "correct accession", "carry correction", "receive", "receive captions list",
            "receive sidecar", "receive words", "add words", "bring in", "deliver again", "refuse", "try again",
            "keep frame", "read metadata again",
        ),
    ),
    Group(
        "copies",
        gettext_lazy("pairs and proposed events"),
        (
            "propose match", "ask about match", "confirm match", "deny match", "reopen match", "dismiss event proposal",
        ),
    ),
    Group(
        "records",
        gettext_lazy("places, events, outlets"),
        ("create", "edit", "merge", "unmerge", "give back", "load gazetteer", "load outlets", "load trust list"),
    ),
    Group("exports", gettext_lazy("exports"), ("export", "export list", "export acts")),
    Group(
        "upkeep",
        gettext_lazy("files and the ledger"),
        (
            "check_fixity", "restore original", "rebuild renditions", "adopt store", "make backup",
            "describe archive",
            "make ledger key", "replace ledger key", "cosign head", "refuse head",
        ),
    ),
)  # fmt: skip
_VERBS_OF = {group.code: group.verbs for group in GROUPS}


@dataclass(frozen=True)
class Asked:
    """
    Which acts are asked for; what is empty does not narrow.

    :param people_only: leave out what the archive did by itself
    :param act: the verb of the ledger, or the code of a group of them
    :param since: first day, in the time zone of the site; `until` is the last one
    :param about: what the ledger calls a record, such as `catalogue.item:12`
    """

    person: str = ""
    people_only: bool = False
    act: str = ""
    since: date | None = None
    until: date | None = None
    about: str = ""

    @property
    def condition(self) -> Q:
        condition = Q()
        if self.person:
            condition &= Q(actor=self.person)
        if self.people_only:
            condition &= ~Q(actor__in=SOFTWARE)
        if self.act:
            condition &= Q(verb__in=_VERBS_OF.get(self.act, (self.act,)))
        if self.since:
            condition &= Q(occurred_at__gte=_begin(self.since))
        if self.until:
            condition &= Q(occurred_at__lt=_begin(self.until + timedelta(days=1)))
        if self.about:
            condition &= Q(subject=self.about)
        return condition


@dataclass(frozen=True)
class Told:
    """One act as its reader may know it."""

    sequence: int
    occurred_at: datetime
    actor: str
    verb: str
    subject: str
    entry_hash: str
    what: str
    more: str
    payload: dict[str, Any] | None = field(repr=False)
    """None where something in it is not for this reader: it is whole or not there, so that its hash can be checked."""

    @property
    def item_id(self) -> int | None:
        return int(self.subject.removeprefix(ITEM)) if self.subject.startswith(ITEM) else None


@dataclass(frozen=True)
class Page:
    """A page of acts, the newest first, and from where the next and the one before go on."""

    acts: Sequence[Told]
    older: int | None = None
    newer: int | None = None


def may_audit(user: object) -> bool:
    return may(user, "ledger.view_ledgerentry")


def acts_told_to(reader: User | None) -> QuerySet[LedgerEntry]:
    """
    Keep the acts of whoever may audit: all of them, but for those on verdicts that wait, which `_known` leaves out.

    :param reader: None: whoever has the command line
    """
    is_told = reader is None or may_audit(reader)
    return LedgerEntry.objects.all() if is_told else LedgerEntry.objects.none()


def _known(acts: QuerySet[LedgerEntry], reader: User | None, *, size: int, is_rising: bool = False) -> list[int]:
    """
    Return the numbers of the first acts that this reader may know of, `size` at most: all but those on verdicts that
    wait for a second reading.

    A portion of the acts is looked at, and further ones only where much of it is hidden: four queries each, whatever
    else waits in the archive.

    :param acts: asked for from one number on, towards the newest or the oldest
    """
    # Numbers alone first: an index answers that, where whole rows of a wide range would be fetched to be sorted.
    numbers, known = acts.values_list("sequence", flat=True), []
    rest, portion = numbers, size
    while some := list(rest.order_by("sequence" if is_rising else "-sequence")[:portion]):
        hidden = _hidden_among(some, reader)
        known += [number for number in some if number not in hidden]
        if len(known) >= size or len(some) < portion:
            break
        rest = numbers.filter(sequence__gt=some[-1]) if is_rising else numbers.filter(sequence__lt=some[-1])
        portion = min(4 * portion, _LOOKED_AT)
    return known[:size]


def _hidden_among(numbers: Sequence[int], reader: User | None) -> set[int]:
    """Return which of these acts are on verdicts that this reader may not know of yet; three queries at most."""
    acts = LedgerEntry.objects.filter(sequence__in=numbers, verb__in=VERBS).values_list("sequence", "payload")
    verdict_of = {sequence: json.loads(payload)["verdict"] for sequence, payload in acts}
    if not verdict_of:
        return set()
    unread = ReadingRequest.objects.filter(Q(end=None) | Q(end__how=ReadingRequestEnd.How.WITHDRAWN))
    items = set(unread.filter(verdict__in=verdict_of.values()).values_list("verdict__item", flat=True))
    hidden = hidden_verdicts([Item(pk=key) for key in items], reader) if items else set()
    return {sequence for sequence, verdict in verdict_of.items() if verdict in hidden}


def page_of_acts(
    asked: Asked, *, reader: User | None, before: int | None = None, after: int | None = None, size: int = PAGE
) -> Page:
    """
    Return a page of the acts that are asked for; twelve queries, however long the ledger is and however much waits for
    a second reading, and some more where nearly all that is asked for does.

    :param before: show what came before this act, by its number
    :param after: show what came right after it
    """
    acts = acts_told_to(reader).filter(asked.condition)
    if after is not None:
        later = _known(acts.filter(sequence__gt=after), reader, size=size + 1, is_rising=True)
        shown = later[:size][::-1]
        newer = shown[0] if later[size:] else None
        return Page(tell(shown, reader), older=shown[-1] if shown else after + 1, newer=newer)
    shown = _known(acts.filter(sequence__lt=before) if before is not None else acts, reader, size=size + 1)
    older = shown[size - 1] if shown[size:] else None
    shown = shown[:size]
    is_first = before is None or not _known(acts.filter(sequence__gte=before), reader, size=1, is_rising=True)
    return Page(tell(shown, reader), older=older, newer=None if is_first else (before or 0) - 1)


def all_acts(asked: Asked, *, reader: User | None, portion: int = 500) -> Iterator[list[Told]]:
    """
    Yield all acts that are asked for, as they are now, the newest first, in portions.

    No act is told that is done after the first portion was asked for.
    """
    if (newest := LedgerEntry.objects.order_by("-sequence").values_list("sequence", flat=True).first()) is None:
        return
    acts, before = acts_told_to(reader).filter(asked.condition), newest + 1
    while numbers := _known(acts.filter(sequence__lt=before), reader, size=portion):
        yield tell(numbers, reader)
        before = numbers[-1]


def tell(numbers: Sequence[int], reader: User | None) -> list[Told]:
    """Put acts, by their numbers, into words for a reader who may know of them; five queries at most."""
    entries = LedgerEntry.objects.in_bulk(numbers)
    on_items = {entry.subject: int(entry.subject.partition(":")[2]) for entry in entries.values() if _is_on_item(entry)}
    withheld = withheld_of_each(reader, on_items.values()) if reader else WithheldOfEach()
    return [_told(entries[number], on_items, withheld, reader) for number in numbers]


def _is_on_item(entry: LedgerEntry) -> bool:
    return entry.subject.startswith(ITEM)


def _told(entry: LedgerEntry, on_items: Mapping[str, int], withheld_of: WithheldOfEach, reader: User | None) -> Told:
    withheld = withheld_of[on_items.get(entry.subject, 0)]
    payload: dict[str, Any] = json.loads(entry.payload)
    # Where somebody signed in from is for who looks after accounts.
    sees_addresses = reader is None or may(reader, "accounts.view_user")
    is_cut = entry.verb == "lift pause" and bool(payload.get("address")) and not sees_addresses
    if is_cut:
        del payload["address"]
    if write := _MORE.get(entry.verb):
        more = write(payload)
        if withheld.hides(more) or is_hidden(str(payload.get("name", ""))):
            more, is_cut = _("hidden until decided"), True
        what = str(ACTS.get(entry.verb, entry.verb))
    else:
        what, more = words_of_act(entry, withheld)
    is_cut = is_cut or any(withheld.hides(text) or is_hidden(text) for text in _texts_in(payload))
    return Told(
        entry.sequence, entry.occurred_at, entry.actor, entry.verb, entry.subject, entry.entry_hash, what,
        more.strip(" ·"), None if is_cut else payload,
    )  # fmt: skip


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts_in(inner)


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _role(name: object) -> str:
    return _(str(name)) if name else "–"


def _changed(payload: Mapping[str, Any]) -> str:
    """Name the record, and what of it was changed."""
    name, rest = payload.get("name", ""), [key.replace("_", " ") for key in payload if key != "name"]
    return " · ".join(filter(None, [str(name), ", ".join(rest)]))


# Of acts that are not on items: what their payload says beside the record itself.
_MORE = {
    "open account": lambda told: _role(told.get("role")),
    "change role": lambda told: f"{_role(told.get('from'))} → {_role(told.get('to'))}",
    "lift pause": lambda told: ", ".join(filter(None, [told.get("name", ""), told.get("address", "")])),
    "close account": lambda told: told.get("reason", ""),
    "reopen account": lambda told: told.get("reason", ""),
    "open accession": lambda told: told.get("title", ""),
    "correct accession": lambda told: told.get("reason", ""),
    "carry correction": lambda told: "",
    "receive": lambda told: " · ".join(filter(None, [told.get("name", ""), told.get("refused", "")])),
    "refuse": lambda told: told.get("why", ""),
    "describe archive": lambda told: told.get("name", ""),
    "try again": lambda told: "",
    "create": lambda told: told.get("name", ""),
    "edit": _changed,
    "merge": lambda told: " · ".join(filter(None, [f"→ {told.get('into', '')}", told.get("reason", "")])),
    "unmerge": lambda told: " · ".join(filter(None, [f"← {told.get('from', '')}", told.get("reason", "")])),
    "give back": lambda told: " · ".join(filter(None, [f"→ {told.get('record', '')}", told.get("reason", "")])),
    "export": lambda told: _("numbers of items: %(numbers)s") % {"numbers": _numbers(told.get("items", []))},
    "export list": lambda told: _("items: %(n)s, as %(form)s") % {"n": told.get("items"), "form": told.get("form")},
    "export acts": lambda told: _("as %(form)s") % {"form": told.get("form")},
    "check_fixity": lambda told: _("files: %(n)s") % {"n": told.get("checked")},
    "make ledger key": lambda told: told.get("key", ""),
    "replace ledger key": lambda told: told.get("key", ""),
    "propose match": lambda told: "",
    "ask about match": lambda told: "",
    "confirm match": lambda told: told.get("reason", ""),
    "deny match": lambda told: told.get("reason", ""),
    "reopen match": lambda told: told.get("reason", ""),
}


def _numbers(keys: Sequence[int]) -> str:
    return ", ".join(map(str, keys[:10])) + (" …" if len(keys) > 10 else "")
