"""
People withdraw items that were brought in by mistake, with a reason, and bring them back.

A withdrawn item is seen by nobody: it is left out of searches, lists, exports and feeds, and its address says that it
was withdrawn. Its bytes and all that was said of it are kept.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.permissions import may
from archive.accounts.roles import NotAllowed
from archive.catalogue.carry_out_destruction import is_destroyed
from archive.catalogue.models import Access, DestructionAnswer, DestructionRequest, Item, Withdrawal
from archive.claims.notices import notices_of, standing
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act
from archive.projection.item_gate import Change, changing
from archive.provenance.taking_down import copies_of, taken_down
from archive.review.access import resting_on
from archive.review.access_decisions import FOLLOWS, closed_with_accession
from archive.review.own_acts import BRING_BACK, WITHDRAW, note_act
from archive.review.release_questions import open_questions


def may_withdraw(user: object, item: Item) -> bool:
    """Say whether this person may withdraw an item: moderators any, archivists what they uploaded themselves."""
    if not isinstance(user, User):
        return False
    is_own = item.added_by_id == user.pk and user.has_perm("ingest.add_accessionline")
    return user.has_perm("catalogue.withdraw_item") or is_own


def may_withdraw_some(user: object) -> bool:
    """Say whether there may be items that this person may withdraw."""
    return may(user, "catalogue.withdraw_item") or may(user, "ingest.add_accessionline")


def withdraw(items: Iterable[Item], *, by: User, reason: str, at: datetime) -> int:
    """
    Withdraw items; return how many. What is withdrawn already stays so, with its first reason.

    :raises NotAllowed: one is somebody else's upload, or is released, and the person is no moderator; nothing changed
    :raises NotDone: no reason is given
    """
    return _set(items, is_withdrawn=True, by=by, reason=reason, at=at)


def bring_back(items: Iterable[Item], *, by: User, reason: str, at: datetime) -> int:
    """
    Let withdrawn items be seen again by whom they were seen before; return how many.

    What was released comes back for research where a release would be asked about now: see `set_access`. What follows
    an accession that was restricted meanwhile comes back as restricted.

    :raises NotAllowed, NotDone: as `withdraw`
    """
    return _set(items, is_withdrawn=False, by=by, reason=reason, at=at)


def standing_withdrawals() -> QuerySet[Withdrawal]:
    """
    Return how each withdrawn item was withdrawn, the latest first, with `destruction_by`, who waits for an answer to
    having asked for its bytes to be destroyed, and `is_destroyed`; for archive staff.
    """
    later = Withdrawal.objects.filter(item=OuterRef("item"), pk__gt=OuterRef("pk"))
    asked = DestructionRequest.objects.filter(item=OuterRef("item"), answer=None, asked_at__gte=OuterRef("set_at"))
    destroyed = DestructionAnswer.objects.filter(request__item=OuterRef("item"), is_confirmed=True)
    standing = Withdrawal.objects.filter(~Exists(later), item__access=Access.WITHDRAWN, is_withdrawn=True)
    return (
        standing.annotate(
            destruction_by=Subquery(asked.order_by("-pk").values("asked_by__username")[:1]),
            is_destroyed=Exists(destroyed),
        )
        .select_related("item__media_file", "set_by")
        .order_by("-set_at", "-pk")
    )  # fmt: skip


def last_withdrawal(item: Item) -> Withdrawal:
    """Return who withdrew an item, when and why, of one that is withdrawn."""
    return Withdrawal.objects.select_related("set_by").filter(item=item).latest("pk")


def _set(items: Iterable[Item], *, is_withdrawn: bool, by: User, reason: str, at: datetime) -> int:
    if not (reason := reason.strip()):
        raise NotDone(_("Say in a few words why: its address will tell it."))
    items = list(items)
    for item in items:
        if not may_withdraw(by, item):
            raise NotAllowed(_("Only a moderator may withdraw what somebody else uploaded, or bring it back."))
    with changing() as change:
        note_act(by)
        resting = resting_on(items)
        change.lock([*items, *resting])
        # Asked again now that they are locked.
        changed = [item for item in _as_they_are(items) if (item.access == Access.WITHDRAWN) != is_withdrawn]
        for item in changed if not is_withdrawn else ():
            if why := why_it_stays(item):
                raise NotDone(why)
        public = any(_access_told_of(item) == Access.RELEASED for item in changed)
        if public and not by.has_perm("catalogue.release_item"):
            raise NotAllowed(_("Only a moderator may release an item to the public or take it back."))
        record_withdrawal(change, changed, is_withdrawn=is_withdrawn, by=by, at=at, reason=reason)
        for item in resting if changed else ():
            change.add(item)
    return len(changed)


def record_withdrawal(
    change: Change,
    items: list[Item],
    *,
    is_withdrawn: bool,
    by: User,
    at: datetime,
    reason: str,
    told: dict[str, Any] | None = None,
) -> None:
    """Write that locked items are withdrawn from now on, or back, with an entry of the ledger for each."""
    asked = {} if is_withdrawn else _asked_about(items)
    closed = set() if is_withdrawn else closed_with_accession(items)
    for item in items:
        former = _access_told_of(item)
        Withdrawal.objects.create(
            item=item, is_withdrawn=is_withdrawn, former=former, reason=reason, set_at=at, set_by=by
        )
        access = str(Access.WITHDRAWN if is_withdrawn else Access.RESEARCH if item.pk in asked else former)
        payload = {"from": str(item.access), "to": access, "reason": reason} | (told or {})
        if item.pk in closed and access != Access.RESTRICTED:
            payload |= {"to": (access := str(Access.RESTRICTED)), FOLLOWS: item.accession_id}
        elif item.pk in asked:
            payload["open"] = asked[item.pk]
        act(verb=WITHDRAW if is_withdrawn else BRING_BACK, subject=item, actor=by, payload=payload)
        Item.objects.filter(pk=item.pk).update(access=access)
        item.access = access
        change.add(item)


def _asked_about(items: list[Item]) -> dict[int, list[str]]:
    """Return what speaks against releasing those items that were released, as the ledger names it, by their keys."""
    released = [item for item in items if _access_told_of(item) == Access.RELEASED]
    asked = {key: questions.named() for key, questions in open_questions(released).items()} if released else {}
    for key, all_notices in notices_of(released, at=timezone.now()).items() if released else ():
        if notices := standing(all_notices):
            asked.setdefault(key, []).extend(sorted({f"{notice.kind} ({notice.source})" for notice in notices}))
    return asked


def why_it_stays(item: Item) -> str:
    """Say why a withdrawn item cannot come back as it was; "" where it can."""
    if is_destroyed(item):
        return _("Its bytes were destroyed: it cannot come back.")
    copies = [copy.pk for copy in copies_of([item])] if _access_told_of(item) != Access.RESTRICTED else []
    # What one of them shows, all of them show.
    if taken_down().filter(pk__in=copies).exists():
        return _("A copy of it is taken down. Decide on that copy first.")
    return ""


def _as_they_are(items: list[Item]) -> list[Item]:
    return list(Item.objects.filter(pk__in=[item.pk for item in items]).order_by("pk"))


def _access_told_of(item: Item) -> str:
    """Return who sees an item, of a withdrawn one who saw it."""
    return last_withdrawal(item).former if item.access == Access.WITHDRAWN else item.access
