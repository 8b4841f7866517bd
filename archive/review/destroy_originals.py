"""
The bytes of a withdrawn item are destroyed only by two people: one asks, with a reason, and another one confirms.

Until then they are kept. What is destroyed does not come back; the record of it, and its SHA-256, stay.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.carry_out_destruction import carry_out_destructions, is_destroyed
from archive.catalogue.models import Access, DestructionAnswer, DestructionRequest, Item
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act
from archive.projection.item_gate import changing
from archive.review.withdraw_items import last_withdrawal, may_withdraw

ASK, CONFIRM, DECLINE = "ask destruction", "confirm destruction", "decline destruction"


class NoReason(NotDone):
    """It is not said why."""


def waiting_request(item: Item) -> DestructionRequest | None:
    """Return the request that waits for an answer: asked since the item was withdrawn last."""
    asked = DestructionRequest.objects.filter(item=item, answer=None, asked_at__gte=last_withdrawal(item).set_at)
    return asked.select_related("asked_by").order_by("-pk").first()


def ask_destruction(item: Item, *, by: User, reason: str, at: datetime) -> DestructionRequest:
    """
    Ask that the bytes of a withdrawn item be destroyed; asked already, that request is returned.

    :raises NotAllowed: the person may not withdraw it
    :raises NotDone: no reason is given, the item is not withdrawn, or its bytes are destroyed
    """
    if not may_withdraw(by, item):
        raise NotAllowed(_("Only a moderator may withdraw what somebody else uploaded, or bring it back."))
    if not (reason := reason.strip()):
        raise NoReason(_("Say in a few words why."))
    with changing() as change:
        change.lock([item])
        _check_is_withdrawn(item)
        if waiting := waiting_request(item):
            return waiting
        request = DestructionRequest.objects.create(item=item, reason=reason, asked_at=at, asked_by=by)
        act(verb=ASK, subject=item, actor=by, payload={"reason": reason})
    return request


def answer_destruction(
    request: DestructionRequest, *, is_confirmed: bool, by: User, reason: str = "", at: datetime
) -> DestructionAnswer:
    """
    Confirm that the bytes are destroyed, which is done at once, or decline it.

    :raises NotAllowed: the person may not confirm, or asked themselves
    :raises NotDone: it has an answer, the item was brought back meanwhile, or it is declined without a reason
    """
    if not by.has_perm("catalogue.destroy_original"):
        raise NotAllowed(_("Only an administrator may confirm that bytes are destroyed."))
    if request.asked_by_id == by.pk:
        raise NotAllowed(_("You asked for it: another administrator has to confirm it."))
    if not is_confirmed and not reason.strip():
        raise NoReason(_("Say in a few words why not."))
    with changing() as change:
        change.lock([request.item])
        _check_is_withdrawn(request.item)
        if waiting_request(request.item) != request:
            raise NotDone(_("This was answered meanwhile, or the item was brought back. Look at it again."))
        answer = DestructionAnswer.objects.create(
            request=request,
            is_confirmed=is_confirmed,
            reason=reason.strip(),
            answered_at=at,
            answered_by=by,
            asked_by=request.asked_by,
        )
        payload = {"asked_by": request.asked_by.get_username(), "reason": answer.reason or request.reason}
        act(verb=CONFIRM if is_confirmed else DECLINE, subject=request.item, actor=by, payload=payload)
        if is_confirmed:
            transaction.on_commit(lambda: carry_out_destructions(at=at))
    return answer


def answer_waiting(item: Item, *, is_confirmed: bool, by: User, reason: str = "", at: datetime) -> DestructionAnswer:
    """
    Answer what somebody asked of the bytes of a withdrawn item.

    :raises NotAllowed, NotDone: as `answer_destruction`; nobody asked, or it was answered meanwhile
    """
    if not (asked := waiting_request(item)):
        raise NotDone(_("Nobody waits for an answer: it was never asked for, or answered meanwhile."))
    return answer_destruction(asked, is_confirmed=is_confirmed, by=by, reason=reason, at=at)


def _check_is_withdrawn(item: Item) -> None:
    if Item.objects.values_list("access", flat=True).get(pk=item.pk) != Access.WITHDRAWN:
        raise NotDone(_("The item is not withdrawn: only the bytes of withdrawn items are destroyed."))
    if is_destroyed(item):
        raise NotDone(_("Its bytes are destroyed already."))
