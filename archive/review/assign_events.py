"""People say whether items belong to the event they are proposed to: they are linked to it, or it is dismissed."""

from collections.abc import Collection, Sequence

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.authorities.edit_records import create_event
from archive.authorities.models import Event, Place
from archive.catalogue.models import Item, ItemEvent
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act, recording
from archive.projection.item_gate import changing
from archive.review.link_items import link
from archive.review.models import Dismissal
from archive.standards.vocabulary import Property


def accept(
    proposed: Sequence[int],
    *,
    by: User,
    event: Event | None,
    leave_out: Collection[int] = (),
    name: str = "",
    date_edtf: str = "",
    kind: str = Event.Kind.OTHER,
    places: Sequence[Place] = (),
) -> tuple[Event, int]:
    """
    Link the items to their event by hand; return it, and how many were linked.

    What the person may not see, and what somebody gave an event meanwhile, is passed over.

    :param proposed: the items' keys, as the person saw them proposed
    :param event: None for a new one, which is then created with the name, date, kind and places that follow
    :param leave_out: keys of items that do not belong; they are not proposed to this event again
    :raises NotAllowed: the person may not link items, or not add an event
    :raises NotDone: there is no item left to link, or the name or the date is none; nothing was recorded
    """
    _refuse_others(by)
    if event is None and not by.has_perm("authorities.add_event"):
        raise NotAllowed(_("Only an archivist may add an event."))
    with changing(alone=event is None) as change:
        change.lock(_open_to(by, proposed))
        # Asked again now that they are locked: somebody may have linked them a moment before.
        open_items = _open_to(by, proposed)
        kept = [item for item in open_items if item.pk not in leave_out]
        if not kept:
            raise NotDone(_("No picture is left to link: all were left out, or somebody linked them meanwhile."))
        event = event or create_event(name=name, by=by, kind=kind, date_edtf=date_edtf, places=places)
        link(kept, property=Property.EVENT, by=by, event=event, note="proposed by date and place")
        if left := [item.pk for item in open_items if item.pk in leave_out]:
            _dismiss(left, event=event, name=event.name, by=by, reason="left out when the others were linked")
    return event, len(kept)


def dismiss(proposed: Sequence[int], *, by: User, event: Event | None, name: str, reason: str) -> None:
    """
    Record that these items are not of one event, or not of the one they were proposed to.

    :param name: of the event as it was proposed
    :raises NotAllowed: the person may not link items
    :raises NotDone: no reason was given, or the person may see none of the items
    """
    _refuse_others(by)
    if not reason.strip():
        raise NotDone(_("Say why these pictures do not belong together; whoever comes after you will ask."))
    items = [item.pk for item in _open_to(by, proposed)]
    if not items:
        raise NotDone(_("Somebody linked these pictures meanwhile: there is nothing left to dismiss."))
    with recording():
        _dismiss(items, event=event, name=name, by=by, reason=reason.strip())


def _open_to(user: User, keys: Sequence[int]) -> list[Item]:
    """Return the items that this user may see and that have no event yet."""
    has_event = Exists(ItemEvent.objects.filter(item=OuterRef("pk")))
    return list(Item.objects.visible_to(user).filter(~has_event, pk__in=keys).order_by("pk"))


def _dismiss(items: list[int], *, event: Event | None, name: str, by: User, reason: str) -> None:
    dismissal = Dismissal.objects.create(
        event=event, items=items, name=name[:300], reason=reason, dismissed_at=timezone.now(), dismissed_by=by
    )
    payload = {"event": event.slug if event else "", "name": name, "items": items, "reason": reason}
    act(verb="dismiss event proposal", subject=dismissal, actor=by, payload=payload)


def _refuse_others(by: User) -> None:
    if not by.has_perm("claims.add_claim"):
        raise NotAllowed(_("Only an archivist may link items."))
