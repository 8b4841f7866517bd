"""
People undo what they did themselves within the last day: one act, one counter-act, in one transaction.

Nothing is taken out of the record. Claims that the act made are superseded without an heir, rulings are followed by one
that says what stood before, access and marks are put back, and a wording is followed by the version before it, or by an
empty one. A span of footage that was marked is retracted, one that was changed is followed by the version before. Each
entry of the counter-act names in `undoes` the first and the last entry of what it undoes. It is an act of its own: to
undo it does the first one again.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import OuterRef, Subquery
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.distressing_marks import MARK_VERBS
from archive.catalogue.models import Access, Caption, Item
from archive.claims.models import Claim, Ruling, Span, SpanClaim, SpanVersion
from archive.claims.notices import notices_of, standing
from archive.claims.spans import CHANGE, RETRACT, RETRACT_CLAIM, SPAN_CLAIM_VERBS, SPAN_VERBS
from archive.ledger.models import LedgerEntry
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act, digest_of_words, subject_of
from archive.projection.item_gate import Change, changing
from archive.provenance import taking_down
from archive.provenance.models import TakeDown
from archive.provenance.taking_down import AGENT, copies_of, followed, taken_down
from archive.review.access import resting_on
from archive.review.access_decisions import closed_with_accession
from archive.review.mark_spans import follow_version, record_retraction
from archive.review.models import OwnAct
from archive.review.own_acts import (
    BRING_BACK,
    CLAIM,
    DESCRIBE,
    RULINGS,
    SET_ACCESS,
    UNDOABLE,
    UNDONE_WITHIN,
    WITHDRAW,
    note_act,
)
from archive.review.reading_policies import Policy
from archive.review.reading_requests import ask_where_due
from archive.review.release_questions import open_questions
from archive.review.withdraw_items import record_withdrawal, why_it_stays
from archive.standards.batches import batches
from archive.standards.vocabulary import Standing

_MARKS = tuple(MARK_VERBS.values())
_AT_ONCE = 1000
# A span, and what is said of one, as kinds of things that an act is about.
_SPAN, _OF_SPAN = "span", "claim of a span"


class Stands(NamedTuple):
    """What cannot be undone on one item, and why in a sentence."""

    item: Item
    why: str


class SomeStands(NotDone):
    """Others decided meanwhile on some of what is to be undone: `standing` says on what; nothing changed."""

    def __init__(self, some: list[Stands], *, number: int) -> None:
        super().__init__(_("Some of it was decided on meanwhile. Nothing was undone. Look at it, then choose."))
        self.standing = some
        # How many items could be undone all the same.
        self.number = number


@dataclass
class Undone:
    """What was undone: on how many items, what stands all the same, and the counter-act, which can be undone too."""

    items: set[int] = field(default_factory=set)
    standing: list[Stands] = field(default_factory=list)
    act: OwnAct | None = None


@dataclass
class _Step:
    """The first and the last word of an act on one thing: a claim, the access of an item, its mark, a wording."""

    kind: str
    key: int
    first: LedgerEntry
    last: LedgerEntry
    item: Item
    stands: str = ""

    @property
    def before(self) -> dict[str, Any]:
        return json.loads(self.first.payload)


def undo(done: OwnAct, *, by: User, at: datetime, leaves_others: bool = False) -> Undone:
    """
    Undo an act of one's own by a counter-act.

    By default all of it or nothing: a half that nobody asked for would be found out later, if at all.

    :param leaves_others: undo the rest where somebody decided on some of it meanwhile
    :raises NotAllowed: the act is somebody else's, or the person may not do such things any more
    :raises SomeStands: somebody decided on some of it meanwhile, or all of it; nothing changed
    :raises NotDone: it is older than a day, or undone already
    """
    if done.done_by_id != by.pk:
        raise NotAllowed(_("Only who did it can undo it."))
    if at - done.done_at >= UNDONE_WITHIN:
        raise NotDone(_("This was done more than a day ago. Correct it where it stands: on the page of the item."))
    entries = _entries(done)
    items = Item.objects.in_bulk({_key(entry) for entry in entries})
    for verbs, permission in (
        ((CLAIM, *RULINGS), "claims.rule_on_claim"),
        ((*SPAN_VERBS, *SPAN_CLAIM_VERBS), "claims.add_claim"),
        ((DESCRIBE,), "catalogue.add_caption"),
        (_MARKS, "catalogue.mark_distressing"),
        ((SET_ACCESS,), "catalogue.clear_item"),
        ((WITHDRAW, BRING_BACK), "ingest.add_accessionline"),
    ):
        if any(entry.verb in verbs for entry in entries) and not by.has_perm(permission):
            raise NotAllowed(_("Your role does not let you do such things any more, nor undo them."))
    with changing() as change:
        noted = note_act(by, undoes=done)
        accessed = [items[_key(entry)] for entry in entries if entry.verb in (SET_ACCESS, WITHDRAW, BRING_BACK)]
        resting = resting_on(accessed) if accessed else []
        # Who takes a copy down waits until this is over, or was first and is seen.
        opened = [items[_key(entry)] for entry in entries if _is_narrower(entry, entry)]
        copies = copies_of(opened)
        change.lock([*items.values(), *resting, *copies])
        if counter := OwnAct.objects.filter(undoes=done).first():
            moment = date_format(localtime(counter.done_at), "j F Y, H:i")
            raise NotDone(_("This is undone already, since %(when)s.") % {"when": moment})
        steps = _steps(entries, items) + _steps_of_followed(opened, copies, done)
        _look_what_stands(steps, by, at)
        undone = Undone(standing=[Stands(step.item, step.stands) for step in steps if step.stands])
        to_undo = [step for step in steps if not step.stands]
        undone.items = {step.item.pk for step in to_undo}
        if undone.standing and not (leaves_others and to_undo):
            raise SomeStands(undone.standing, number=len(undone.items))
        _undo_claims([step for step in to_undo if step.kind == CLAIM], done, change, by=by, at=at)
        _undo_access([step for step in to_undo if step.kind == SET_ACCESS], done, change, by=by)
        _undo_marks([step for step in to_undo if step.kind == "mark"], done, by=by)
        _undo_wordings([step for step in to_undo if step.kind == DESCRIBE], done, change, by=by, at=at)
        _undo_spans([step for step in to_undo if step.kind in (_SPAN, _OF_SPAN)], done, change, by=by)
        gone_or_back = [step for step in to_undo if step.kind == WITHDRAW]
        for verb in (WITHDRAW, BRING_BACK):
            some = [step.item for step in gone_or_back if step.last.verb == verb]
            record_withdrawal(
                change, some, is_withdrawn=verb == BRING_BACK, by=by, at=at, reason=_reason(done), told=_of(done)
            )
        if any(step.kind in (SET_ACCESS, WITHDRAW) for step in to_undo):
            for item in resting:
                change.add(item)
    undone.act = noted.act
    return undone


def _entries(done: OwnAct) -> list[LedgerEntry]:
    between = LedgerEntry.objects.filter(sequence__range=(done.first_entry, done.last_entry))
    return list(between.filter(actor=done.done_by.get_username(), verb__in=UNDOABLE).order_by("sequence"))


def _key(entry: LedgerEntry) -> int:
    return int(entry.subject.rpartition(":")[2])


def _is_narrower(first: LedgerEntry, last: LedgerEntry) -> bool:
    """Say whether fewer may see an item after these entries than before: to undo them opens it."""
    if first.verb != SET_ACCESS:
        return False
    before, after = Access(json.loads(first.payload)["from"]), Access(json.loads(last.payload)["to"])
    return list(Access).index(after) < list(Access).index(before)


def _steps(entries: Iterable[LedgerEntry], items: dict[int, Item]) -> list[_Step]:
    steps: dict[tuple[str, int], _Step] = {}
    for entry in entries:
        item, payload = items[_key(entry)], json.loads(entry.payload)
        if entry.verb == CLAIM or entry.verb in RULINGS:
            kind, key = CLAIM, payload["claim"]
        elif entry.verb == DESCRIBE:
            kind, key = DESCRIBE, payload["caption"]
        elif entry.verb in SPAN_VERBS:
            kind, key = _SPAN, payload["span"]
        elif entry.verb in SPAN_CLAIM_VERBS:
            kind, key = _OF_SPAN, payload["span_claim"]
        elif entry.verb in (WITHDRAW, BRING_BACK):
            kind, key = WITHDRAW, item.pk
        else:
            kind, key = (SET_ACCESS if entry.verb == SET_ACCESS else "mark"), item.pk
        steps.setdefault((kind, key), _Step(kind, key, entry, entry, item)).last = entry
    return list(steps.values())


def _steps_of_followed(opened: list[Item], copies: list[Item], done: OwnAct) -> list[_Step]:
    """Return the steps of copies that were restricted by themselves since, for what this act had taken down."""
    waiting = {row.item_id: row for row in followed(copies, since=done.done_at)}
    files, rows = {item.media_file_id for item in opened}, {}
    while reached := {
        key: row
        for key, row in waiting.items()
        if key not in rows and {row.match.held_id, row.match.other_id} - {row.item.media_file_id} <= files
    }:
        rows |= reached
        files |= {row.item.media_file_id for row in reached.values()}
    by_itself = LedgerEntry.objects.filter(
        subject__in=[subject_of(row.item) for row in rows.values()],
        verb=SET_ACCESS,
        actor=AGENT,
        sequence__gt=done.last_entry,
    )
    last = {_key(entry): entry for entry in by_itself.order_by("sequence")}
    return [_Step(SET_ACCESS, key, last[key], last[key], row.item) for key, row in rows.items() if key in last]


def _of(done: OwnAct, **more: object) -> dict[str, object]:
    """Return the payload of an entry of the counter-act: the ledger's own name of what it undoes, and more."""
    return {"undoes": [done.first_entry, done.last_entry], "reason": _reason(done), **more}


def _reason(done: OwnAct) -> str:
    return f"undoes entries {done.first_entry} to {done.last_entry}"


# -- what stands all the same -----------------------------------------------------------------------------------------


def _look_what_stands(steps: list[_Step], by: User, at: datetime) -> None:
    """Say of each step why it cannot be undone, where somebody decided on it since; the items are locked."""
    claims = [step.key for step in steps if step.kind == CLAIM]
    # A correction puts its own claim in the place of another: that is undone with it.
    own_rulings = {json.loads(step.last.payload).get("ruling") for step in steps if step.kind == CLAIM}
    rulings, relied = _rulings(claims), _relied_on(claims, leaving_out=own_rulings)
    newer = {
        caption.supersedes_id: caption
        for caption in Caption.objects.filter(
            supersedes__in=[step.key for step in steps if step.kind == DESCRIBE]
        ).select_related("recorded_by")
    }
    since = _entries_since(steps)
    on_spans = _on_spans_since(steps)
    for step in steps:
        if step.kind == CLAIM:
            own = _ruling_of(step)
            of_claim = rulings.get(step.key, [])
            # A ruling of this act is followed by none; a claim of it has none at all but those of this act.
            later = [each for each in of_claim if each.pk > own] if own else of_claim
            if later:
                step.stands = _decided(later[-1].ruled_by, later[-1].ruled_at)
            elif (ruling := relied.get(step.key)) and ruling.pk > own:
                step.stands = _decided(ruling.ruled_by, ruling.ruled_at)
        elif step.kind == DESCRIBE:
            if caption := newer.get(step.key):
                step.stands = _decided(caption.recorded_by, caption.recorded_at)
        elif step.kind in (_SPAN, _OF_SPAN):
            if entry := on_spans.get((step.kind, step.key)):
                step.stands = _decided(entry.actor, entry.occurred_at)
        elif entry := since.get((step.kind, step.item.pk)):
            step.stands = _decided(entry.actor, entry.occurred_at)
        elif step.kind == WITHDRAW and step.last.verb == WITHDRAW:
            step.stands = why_it_stays(step.item)
    opened = [step for step in steps if not step.stands and _is_narrower(step.first, step.last)]
    _look_at_accessions(opened)
    _look_at_copies([step for step in opened if not step.stands])
    _look_who_may(steps, by, at)


def _look_at_accessions(opened: list[_Step]) -> None:
    """Nothing is opened that would follow its accession again, where that was restricted since."""
    closed = _closed_since(opened)
    for step in opened:
        if step.item.pk in closed:
            step.stands = _("Its accession was restricted since. Set who may see it on its page.")


def _closed_since(steps: list[_Step]) -> set[int]:
    """Return the keys of the items of these steps that were closed with their accession, had nobody decided so."""
    if not steps:
        return set()
    return closed_with_accession([step.item for step in steps], before=min(step.first.sequence for step in steps))


def _look_at_copies(opened: list[_Step]) -> None:
    """Nothing is opened while a copy is taken down: what one of them shows, all of them show."""
    around = [step.item for step in opened]
    around += copies_of(around)
    down = set(taken_down().filter(pk__in=[item.pk for item in around]).values_list("pk", flat=True))
    by_item = {step.item.pk: step for step in opened}
    if not (stay := down - by_item.keys()):
        return
    copies = {key: {copy.pk for copy in copies_of([step.item])} for key, step in by_item.items()}
    # What stays taken down for its copy keeps its own copies, too.
    while kept := [step for key, step in by_item.items() if not step.stands and copies[key] & stay]:
        for step in kept:
            step.stands = _("A copy of it is taken down. Decide on both on its page.")
        stay |= down & {step.item.pk for step in kept}


def _look_who_may(steps: list[_Step], by: User, at: datetime) -> None:
    """What is released again is asked what a release asks; and only a moderator takes it back."""
    access = [step for step in steps if step.kind == SET_ACCESS and not step.stands]
    released = [step for step in access if step.before["from"] == Access.RELEASED]
    is_public = any(Access.RELEASED in (step.before["from"], step.item.access) for step in access)
    if is_public and not by.has_perm("catalogue.release_item"):
        raise NotAllowed(_("Only a moderator may release an item to the public or take it back."))
    if not released:
        return
    items = [step.item for step in released]
    notices, questions = notices_of(items, at=at), open_questions(items)
    for step in released:
        if standing(notices.get(step.item.pk, [])) or step.item.pk in questions:
            step.stands = _("Something speaks against its release, and is to be answered on its page.")


def _decided(by: object, at: datetime) -> str:
    when = date_format(localtime(at), "j F Y, H:i")
    return _("%(name)s decided on it since (%(when)s).") % {"name": by or _("The archive"), "when": when}


def _rulings(claims: list[int]) -> dict[int, list[Ruling]]:
    by_claim: dict[int, list[Ruling]] = {}
    for some in batches(claims, _AT_ONCE):
        rows = Ruling.objects.filter(claim__in=some).select_related("ruled_by", "superseded_by").order_by("pk")
        for ruling in rows:
            by_claim.setdefault(ruling.claim_id, []).append(ruling)
    return by_claim


def _relied_on(claims: list[int], *, leaving_out: set[int | None]) -> dict[int, Ruling]:
    """Return, by claim, the last ruling by which it stands in the place of another claim."""
    relied: dict[int, Ruling] = {}
    for some in batches(claims, _AT_ONCE):
        latest = Ruling.objects.filter(claim=OuterRef("claim")).order_by("-pk").values("pk")[:1]
        rows = Ruling.objects.filter(superseded_by__in=some, pk=Subquery(latest)).select_related("ruled_by")
        relied |= {ruling.superseded_by_id: ruling for ruling in rows.order_by("pk") if ruling.pk not in leaving_out}
    return relied


def _ruling_of(step: _Step) -> int:
    """Return the last ruling of the act on the claim; 0 where the act made the claim and did not rule on it."""
    return json.loads(step.last.payload).get("ruling") or 0


def _entries_since(steps: list[_Step]) -> dict[tuple[str, int], LedgerEntry]:
    """Return, by kind and item, the latest entry on its access or mark since the act, whoever did it."""
    latest: dict[tuple[str, int], LedgerEntry] = {}
    for kind, verbs in (
        (SET_ACCESS, [SET_ACCESS, WITHDRAW, BRING_BACK]),
        (WITHDRAW, [SET_ACCESS, WITHDRAW, BRING_BACK]),
        ("mark", list(_MARKS)),
    ):
        of_kind = {subject_of(step.item): step for step in steps if step.kind == kind}
        for some in batches(list(of_kind), _AT_ONCE):
            first = min(of_kind[subject].last.sequence for subject in some)
            entries = LedgerEntry.objects.filter(subject__in=some, verb__in=verbs, sequence__gt=first)
            for entry in entries.order_by("sequence"):
                if entry.sequence > of_kind[entry.subject].last.sequence:
                    latest[kind, of_kind[entry.subject].item.pk] = entry
    return latest


def _on_spans_since(steps: list[_Step]) -> dict[tuple[str, int], LedgerEntry]:
    """Return, by kind and key, the latest entry on a span, or on what is said of it, since the act, whoever did it."""
    of_spans = [step for step in steps if step.kind in (_SPAN, _OF_SPAN)]
    if not of_spans:
        return {}
    after = {(step.kind, step.key): step.last.sequence for step in of_spans}
    # What the act itself said of a span that it marked is no decision on it.
    end = max(after.values())
    latest: dict[tuple[str, int], LedgerEntry] = {}
    subjects = sorted({subject_of(step.item) for step in of_spans})
    for some in batches(subjects, _AT_ONCE):
        entries = LedgerEntry.objects.filter(
            subject__in=some, verb__in=(*SPAN_VERBS, *SPAN_CLAIM_VERBS), sequence__gt=end
        )
        for entry in entries.order_by("sequence"):
            payload = json.loads(entry.payload)
            for place in ((_SPAN, payload["span"]), (_OF_SPAN, payload.get("span_claim", 0))):
                if place in after:
                    latest[place] = entry
    return latest


# -- the counter-acts -------------------------------------------------------------------------------------------------


def _undo_claims(steps: list[_Step], done: OwnAct, change: Change, *, by: User, at: datetime) -> None:
    if not steps:
        return
    rulings = _rulings([step.key for step in steps])
    claims: dict[int, Claim] = {}
    for some in batches([step.key for step in steps], _AT_ONCE):
        claims |= Claim.objects.filter(pk__in=some).with_grounds().in_bulk()
    new = []
    for step in steps:
        first = step.before.get("ruling")
        former = [each for each in rulings.get(step.key, []) if first and each.pk < first]
        if step.first.verb == CLAIM:
            word, heir = Standing.SUPERSEDED, None
        else:
            word = Standing(former[-1].standing) if former else Standing.PROPOSED
            heir = former[-1].superseded_by if former else None
        new.append(
            Ruling(
                claim=claims[step.key],
                standing=word,
                reason=_reason(done),
                superseded_by=heir,
                ruled_at=at,
                ruled_by=by,
            )
        )
    for step, ruling in zip(steps, Ruling.objects.bulk_create(new), strict=True):
        claim = claims[step.key]
        payload = _of(done, claim=claim.pk, property=claim.property, value=claim.label(), ruling=ruling.pk)
        act(verb=f"{ruling.standing.lower()} claim", subject=step.item, actor=by, payload=payload)
        # What a person says of a reading holds for the same words in other captions of the item.
        change.add(step.item, reword=claim.source.start is not None)


def _undo_access(steps: list[_Step], done: OwnAct, change: Change, *, by: User) -> None:
    by_access: dict[str, list[Item]] = {}
    now = dict(Item.objects.filter(pk__in=[step.item.pk for step in steps]).values_list("pk", "access"))
    closed = _closed_since(steps)
    for step in steps:
        # Also what was released meanwhile goes back to what others see of the accession now.
        former = str(Access.RESTRICTED) if step.item.pk in closed else step.before["from"]
        act(
            verb=SET_ACCESS, subject=step.item, actor=by, payload=_of(done, **{"from": now[step.item.pk], "to": former})
        )
        by_access.setdefault(former, []).append(step.item)
        change.add(step.item)
    for former, items in by_access.items():
        Item.objects.filter(pk__in=[item.pk for item in items]).update(access=former)
        for item in items:
            item.access = former
    _put_taking_down_back(steps, done, by=by)
    ask_where_due(by_access.get(Access.RELEASED, []), Policy.CONTRADICTED)


def _put_taking_down_back(steps: list[_Step], done: OwnAct, *, by: User) -> None:
    """
    Let the word on each that stood before the act stand again: copies that come later follow that.

    Where no person had decided before, none has now: a later match restricts it by itself again.
    """
    keys = [step.item.pk for step in steps]
    rows: dict[int, list[TakeDown]] = {}
    for row in TakeDown.objects.filter(item__in=keys).select_related("match").order_by("pk"):
        rows.setdefault(row.item_id, []).append(row)
    for step in steps:
        of_item = rows.get(step.item.pk, [])
        before = [row for row in of_item if row.set_at < step.first.occurred_at]
        if len(before) == len(of_item):
            continue
        former = before[-1] if before else None
        taking_down.record(
            [step.item],
            is_down=former is not None and former.is_down,
            by=by if former and former.set_by_id else None,
            reason=_reason(done),
            match=former.match if former else None,
        )


def _undo_marks(steps: list[_Step], done: OwnAct, *, by: User) -> None:
    for is_distressing in (True, False):
        items = [step.item for step in steps if (step.first.verb == MARK_VERBS[False]) == is_distressing]
        for item in items:
            act(verb=MARK_VERBS[is_distressing], subject=item, actor=by, payload=_of(done))
            item.is_distressing = is_distressing
        Item.objects.filter(pk__in=[item.pk for item in items]).update(is_distressing=is_distressing)
        if is_distressing:
            ask_where_due(items, Policy.SENSITIVE)


def _undo_wordings(steps: list[_Step], done: OwnAct, change: Change, *, by: User, at: datetime) -> None:
    captions = Caption.objects.select_related("supersedes").in_bulk([step.key for step in steps])
    for step in steps:
        caption = captions[step.key]
        former = Caption.objects.create(
            item=step.item,
            role=caption.role,
            # Nothing stood there before: an empty version withdraws it.
            text=caption.supersedes.text if caption.supersedes else "",
            language=(caption.supersedes or caption).language,
            origin=Caption.Origin.PERSON,
            supersedes=caption,
            recorded_at=at,
            recorded_by=by,
        )
        payload = _of(done, caption=former.pk, text_digest=digest_of_words(former.text))
        act(verb=DESCRIBE, subject=step.item, actor=by, payload=payload)
        change.add(step.item, reword=True)


def _undo_spans(steps: list[_Step], done: OwnAct, change: Change, *, by: User) -> None:
    """Retract what was marked or said, let what was retracted stand again, and put the version before in its place."""
    spans = Span.objects.select_related("item").in_bulk([step.key for step in steps if step.kind == _SPAN])
    of_spans = SpanClaim.objects.select_related("span__item", "value_place__parent", "value_event")
    claims = of_spans.in_bulk([step.key for step in steps if step.kind == _OF_SPAN])
    changed = [step.before["version"] for step in steps if step.first.verb == CHANGE]
    versions = SpanVersion.objects.select_related("supersedes", "span__item").in_bulk(changed)
    for step in steps:
        told, reason = _of(done), _reason(done)
        if step.kind == _OF_SPAN:
            claim = claims[step.key]
            is_retracted = step.first.verb != RETRACT_CLAIM
            record_retraction(claim.span, claim, is_retracted=is_retracted, reason=reason, by=by, told=told)
        elif step.first.verb == CHANGE:
            version = versions[step.before["version"]]
            follow_version(version, version.supersedes, by=by, told=told)
        else:
            is_retracted = step.first.verb != RETRACT
            record_retraction(spans[step.key], None, is_retracted=is_retracted, reason=reason, by=by, told=told)
        change.add(step.item)
