"""
Correct what is said of an accession: each statement stands with who made it and when, and what was said before stays.

The columns of the accession hold what is said last. What follows from it follows anew: captions that count "Tuesday"
from one of its days are read again, who supplied its pictures is claimed again, who may see them is set
(`follow_access.py`), and those that are public are flagged where new terms bound their use (`flag_notices.py`). Few
items follow at once; of more the correction is saved and workers carry it through (`projection/carry_changes.py`). What
they do for an item follows from what the accession says by then, so that a correction of the correction is right at the
end, wherever they are.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.authorities import gazetteer
from archive.authorities.models import Outlet
from archive.catalogue.models import Access, Accession, AccessionStatement, Item
from archive.claims.models import ACCESSION_GROUP, Claim, Ruling, Source, Standing
from archive.claims.record_claims import store
from archive.ingest.flag_notices import bounding, flag_bounded_by_terms
from archive.ingest.follow_access import beside, close_at_once, follow_access
from archive.ingest.models import AccessionLine
from archive.ingest.wake_worker import wake
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act, digest_of_words
from archive.press.models import Appearance
from archive.projection import carry_changes
from archive.projection.carry_changes import Carrier
from archive.projection.item_gate import Change, changing
from archive.projection.models import RecordChange
from archive.review.own_acts import UNDONE_WITHIN
from archive.standards.vocabulary import Property, SourceKind

CORRECT, CARRY = "correct accession", "carry correction"
AGENT = "Strandline"
EDITED = ("title", "supplied_by", "received_on", "outlet", "published_on", "terms", "terms_public", "note", "access")
# From which the days are counted that captions name; who published it says whether the second of them counts.
_DAYS = {"received_on", "outlet", "published_on"}
# What its items follow: their captions, who supplied them, who may see them, and whether their use is bounded.
FOLLOWED = {"supplied_by", "access", "terms", *_DAYS}
SORT = Accession._meta.model_name
# What the ledger tells in clear; of the rest it holds the digest, for it may name a person who must not be named.
_TOLD = {"title", "terms_public", "access", *_DAYS}
_Said = str | date | bool | Outlet | None
_CORRECTED = "the accession was corrected"


class ChangedMeanwhile(NotDone):
    """Somebody else corrected the accession since this person looked at it: `statements` has what they said."""

    def __init__(self, sentence: str, statements: list[AccessionStatement]) -> None:
        super().__init__(sentence)
        self.statements = statements


def edit_accession(
    accession: Accession, *, by: User, seen: int | None = None, reason: str = "", **changes: Any
) -> list[AccessionStatement]:
    """
    Say something else of an accession; return the new statements, none where nothing differs.

    Where items could not follow the last correction, saying the same once more lets them follow.

    :param seen: the key of the latest statement that the person saw, 0 for none; left out: whatever stands now
    :param changes: any of `EDITED`
    :raises NotAllowed: the person may not upload, or may not say who sees items
    :raises ChangedMeanwhile: there is a later statement than the one seen
    :raises NotDone: the title is empty
    """
    if not by.has_perm("ingest.add_accessionline"):
        raise NotAllowed(_("Only an archivist may correct an accession."))
    if changes.get("access", accession.access) != accession.access and not by.has_perm("catalogue.clear_item"):
        raise NotAllowed(_("Only an archivist may clear items for research or restrict them."))
    if not changes.get("title", accession.title).strip():
        raise NotDone(_("An accession needs a title."))
    # Alone where items follow: what a worker records meanwhile would follow neither here nor by what it reads.
    with changing(alone=bool(changes.keys() & FOLLOWED)) as change:
        # Not before: exports that were read while this waited are older.
        now = timezone.now()
        # The items first, as everywhere; whether anything of theirs changes is known once the accession is locked.
        few = _following(accession.pk, 0, carry_changes.AT_ONCE + 1) if changes.keys() & FOLLOWED else []
        if are_few := len(few) <= carry_changes.AT_ONCE:
            items = list(Item.objects.filter(pk__in=few).order_by("pk"))
            # Nobody else corrects it meanwhile, where this is alone.
            stands = Accession.objects.get(pk=accession.pk)
            resting = beside(items) if changes.get("access", stands.access) != stands.access else []
            change.lock([*items, *resting])
        accession = Accession.objects.select_for_update(no_key=True, of=("self",)).get(pk=accession.pk)
        statements = [
            AccessionStatement(
                accession=accession, field=field, before=written(getattr(accession, field)), after=written(value),
                reason=reason, made_at=now, made_by=by,
            )
            for field, value in changes.items()
            if field in EDITED and _differs(value, getattr(accession, field))
        ]  # fmt: skip
        if not statements:
            _let_failed_follow(accession, at=now)
            return []
        since = AccessionStatement.objects.filter(accession=accession, pk__gt=seen or 0).select_related("made_by")
        if seen is not None and (later := list(since.order_by("pk"))):
            who = later[-1].made_by or _("somebody")
            sentence = _("%(name)s corrected this accession meanwhile, and nothing of yours was saved.")
            raise ChangedMeanwhile(sentence % {"name": who}, later)
        AccessionStatement.objects.bulk_create(statements)
        changed = {statement.field for statement in statements}
        for field in changed:
            setattr(accession, field, changes[field])
        accession.save(update_fields=changed)
        told = {statement.field: told_of(statement) for statement in statements}
        payload: dict[str, Any] = {"changes": told, "reason": reason}
        if "outlet" in changed:
            # Its name may change, and it may be merged: the key stays.
            payload["outlet"] = accession.outlet_id
        # Terms that bound nothing ask nothing of its items.
        if fields := changed & FOLLOWED - (set() if bounding(accession.terms) else {"terms"}):
            if not are_few and accession.access == Access.RESTRICTED and "access" in fields:
                # Readers see them no longer from now on, and not only once workers come to them.
                close_at_once(accession)
            if are_few:
                _follow(accession, items, resting, fields, change)
                payload["followed"] = _weighed(fields)
            else:
                _leave_to_workers(accession, fields, at=now)
        act(verb=CORRECT, subject=accession, actor=by, payload=payload)
    return statements


def _let_failed_follow(accession: Accession, *, at: datetime) -> None:
    """Have the last correction carried again, where items could not follow it and nothing is under way."""
    last = RecordChange.objects.filter(sort=SORT, shown_with=accession.pk).order_by("-pk").first()
    if last and last.finished_at and last.failed:
        _leave_to_workers(accession, set(last.fields), at=at)


def _leave_to_workers(accession: Accession, fields: set[str], *, at: datetime) -> None:
    """Have workers carry a correction through from the first item on; it takes the place of those still under way."""
    under_way = RecordChange.objects.unfinished().filter(sort=SORT, shown_with=accession.pk).order_by("pk")
    # A worker that holds one of them is waited for: it ends some items further on.
    rows = list(under_way.select_for_update())
    RecordChange.objects.filter(pk__in=[row.pk for row in rows]).update(finished_at=at)
    RecordChange.objects.create(
        sort=SORT,
        keys=[accession.pk],
        by_claims=False,
        shown_with=accession.pk,
        fields=sorted(fields.union(*(row.fields for row in rows))),
        items=_items_of(accession.pk).count(),
        began_at=at,
    )
    transaction.on_commit(wake, robust=True)


def _carry(row: RecordChange, change: Change, items: list[Item], resting: list[Item]) -> None:
    # As it is now that the items are locked: whoever corrected it since has a row of their own, which comes later.
    _follow(Accession.objects.get(pk=row.keys[0]), items, resting, set(row.fields), change)


def _follow(accession: Accession, items: list[Item], resting: list[Item], fields: set[str], change: Change) -> None:
    """Let locked items follow what the accession says now; what does so already is left as it is."""
    if "supplied_by" in fields:
        for item in _claim_supplier(accession, {item.pk: item for item in items}):
            change.add(item)
    if fields & {"access", *_DAYS}:
        # What a restricted accession says of print dates no words that others brought.
        change.read_captions(items)
    if "access" in fields:
        follow_access(accession, items, resting, change)
    if "terms" in fields:
        flag_bounded_by_terms(accession, items, at=timezone.now())


def _weighed(fields: Iterable[str]) -> list[str]:
    """Return those of these fields for which what is weighed of the items is weighed anew."""
    return sorted({*fields} - {"terms"})


def _finish(row: RecordChange) -> None:
    """Tell the ledger that the items have followed: what is weighed of them is weighed anew from then on."""
    payload = {"followed": _weighed(row.fields), "items": row.done, "failed": len(row.failed)}
    act(verb=CARRY, subject=f"{Accession._meta.label_lower}:{row.keys[0]}", actor=AGENT, payload=payload)


CARRIERS = {
    SORT: Carrier(
        following=lambda row, after, most: _following(row.keys[0], after, most),
        beside=lambda row, items: beside(items) if "access" in row.fields else [],
        carry=_carry,
        finish=_finish,
    )
}


def _differs(value: _Said, before: _Said) -> bool:
    if isinstance(value, Outlet) and isinstance(before, Outlet):
        return value.current_key != before.current_key
    return written(value) != written(before)


def written(value: _Said) -> str:
    """Return a value of a field as a statement writes it."""
    if isinstance(value, Outlet):
        return value.name
    if isinstance(value, bool):
        return "yes" if value else ""
    return value.isoformat() if isinstance(value, date) else (value or "").strip()


def undo_correction(accession: Accession, *, by: User, seen: int, at: datetime) -> list[AccessionStatement]:
    """
    Say again what was said before one's own last correction, within a day: a correction like any other.

    :param seen: as `edit_accession`
    :raises NotAllowed: the last correction is somebody else's
    :raises NotDone: there is none, it is older than a day, or names an outlet that is not known by that name any more
    """
    statements = AccessionStatement.objects.filter(accession=accession).order_by("-pk")
    if (last := statements.first()) is None:
        raise NotDone(_("Nothing was corrected of this accession."))
    if last.made_by_id != by.pk:
        raise NotAllowed(_("Only who did it can undo it."))
    if not may_undo_last([last], by=by, at=at):
        raise NotDone(_("This was done more than a day ago. Correct the accession instead."))
    together = statements.filter(made_at=last.made_at, made_by=by)
    changes = {statement.field: _read(statement.field, statement.before) for statement in together}
    reason = f"undoes the correction of {last.made_at:%Y-%m-%d %H:%M} UTC"
    return edit_accession(accession, by=by, seen=seen, reason=reason, **changes)


def may_undo_last(history: Sequence[AccessionStatement], *, by: User, at: datetime) -> bool:
    """Say whether the latest of these statements, which comes first, is one that this person may still undo."""
    return bool(history) and history[0].made_by_id == by.pk and at - history[0].made_at < UNDONE_WITHIN


def _read(field: str, words: str) -> _Said:
    """Return what a statement says of a field, as the accession has it."""
    if field == "outlet":
        if words and (outlet := gazetteer.outlet_meant(words)) is None:
            raise NotDone(_("“%(name)s” is not known as an outlet any more. Choose the outlet.") % {"name": words})
        return outlet if words else None
    if field == "terms_public":
        return bool(words)
    return (date.fromisoformat(words) if words else None) if field.endswith("_on") else words


def told_of(statement: AccessionStatement) -> list[str]:
    """Return what the ledger tells of a statement: what was said before and after, or their digests."""
    return [said_as(statement.field, words) for words in (statement.before, statement.after)]


def said_as(field: str, words: str) -> str:
    """Return these words of a field as the ledger tells them."""
    return words if field in _TOLD or not words else digest_of_words(words)


def said_now(accession: Accession, field: str) -> str:
    """Return what the accession says in a field, as a statement writes it."""
    return written(getattr(accession, field))


def _items_of(accession: int) -> QuerySet[Item]:
    """Return the items that it brought, or brought words for."""
    lines = AccessionLine.objects.filter(accession=accession, item__isnull=False)
    return Item.objects.filter(
        Q(accession=accession) | Q(pk__in=lines.values("item")) | Q(pk__in=_in_print(accession).values("item"))
    )


def _following(accession: int, after: int, most: int) -> list[int]:
    """Return the keys of the next of them, in their order; three queries, each by an index of its own."""
    first = Item.objects.filter(accession=accession, pk__gt=after).order_by("pk").values_list("pk", flat=True)
    lines = AccessionLine.objects.filter(accession=accession, item__gt=after).order_by("item")
    again, in_print = (
        rows.values_list("item", flat=True).distinct()
        for rows in (lines, _in_print(accession).filter(item__gt=after).order_by("item"))
    )
    return sorted({*first[:most], *again[:most], *in_print[:most]})[:most]


def _in_print(accession: int) -> QuerySet[Appearance]:
    """Return the appearances on its news pages: that a page shows a held picture may be a person's word alone."""
    return Appearance.objects.filter(accession=accession, figure__isnull=False)


def _claim_supplier(accession: Accession, items: dict[int, Item]) -> list[Item]:
    """Claim of these items who supplied them, in the place of what the accession said before; return those changed."""
    name, now = accession.supplied_by, timezone.now()
    of_it = {"property": Property.SUPPLIED_BY, "source__group": ACCESSION_GROUP, "source__accession": accession}
    stand = Claim.objects.filter(item__in=items, **of_it).with_standing().order_by("pk")
    standing = [claim for claim in stand if claim.standing in (Standing.PROPOSED, Standing.ACCEPTED)]
    said = {claim.item_id: claim for claim in standing if claim.as_written == name}
    before = [claim for claim in standing if claim.standing == Standing.PROPOSED and claim.as_written != name]
    new: dict[int, Claim] = {}
    if name:
        by = AccessionStatement.objects.filter(accession=accession, field="supplied_by").latest("pk").made_by
        outlet = gazetteer.outlet_meant(name)
        claims = store(
            Claim(
                item=item,
                property=Property.SUPPLIED_BY,
                source=Source(
                    kind=SourceKind.PERSON, person=by, group=ACCESSION_GROUP, tag="supplied_by",
                    note=accession.title, accession=accession,
                ),
                as_written=name,
                value_text=name,
                value_outlet=outlet,
                claimed_at=now,
            )
            for item in items.values()
            if item.pk not in said
        )  # fmt: skip
        new = {claim.item_id: claim for claim in claims}
    Ruling.objects.bulk_create(
        Ruling(
            claim=claim,
            standing=Standing.SUPERSEDED,
            superseded_by=new.get(claim.item_id) or said.get(claim.item_id),
            reason=_CORRECTED,
            ruled_at=now,
        )
        for claim in before
    )
    return [items[key] for key in {*new, *(claim.item_id for claim in before)}]
