"""Moderators mark pictures as distressing, and take that back: what is marked is shown blurred until asked for."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.distressing_marks import MARK_VERBS
from archive.catalogue.models import Item
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act
from archive.projection.item_gate import changing
from archive.provenance.taking_down import copies_of
from archive.review.own_acts import note_act
from archive.review.reading_policies import Policy
from archive.review.reading_requests import ask_where_due


class Alike(models.TextChoices):
    """What becomes of the copies of a picture whose mark changes."""

    TAKE = "TAKE", gettext_lazy("these copies too")
    LEAVE = "LEAVE", gettext_lazy("leave them as they are")


class CopiesDiffer(Exception):
    """Copies show the same and would be shown otherwise than the picture; `copies` has them."""

    def __init__(self, copies: list[Item]) -> None:
        super().__init__(_("Copies show the same. Say whether they are shown as it is."))
        self.copies = copies


def mark_distressing(items: Iterable[Item], *, is_distressing: bool, by: User, reason: str, copies: str = "") -> int:
    """
    Mark pictures as distressing, or take that back, each with an entry in the ledger; return how many changed.

    :param copies: of `Alike`, where a copy, crop or still is marked otherwise than the pictures are now to be
    :raises NotAllowed: the person may not mark
    :raises NotDone: no reason is given; nothing changed
    :raises CopiesDiffer: there are such copies, and nothing says what becomes of them; nothing changed
    """
    if not by.has_perm("catalogue.mark_distressing"):
        raise NotAllowed(_("Only a moderator may mark a picture as distressing."))
    if not (reason := reason.strip()):
        raise NotDone(_("Say in a few words why."))
    with changing() as change:
        note_act(by)
        items = list(items)
        differ = [copy for copy in copies_of(items) if copy.is_distressing != is_distressing]
        if differ and copies not in Alike:
            raise CopiesDiffer(differ)
        items += differ if copies == Alike.TAKE else []
        change.lock(items)
        # Asked again now that nobody else can change them: each entry tells of a change.
        to_change = Item.objects.filter(pk__in=[item.pk for item in items], is_distressing=not is_distressing)
        changed = list(to_change.order_by("pk"))
        for item in changed:
            act(verb=MARK_VERBS[is_distressing], subject=item, actor=by, payload={"reason": reason})
        Item.objects.filter(pk__in=[item.pk for item in changed]).update(is_distressing=is_distressing)
        if is_distressing:
            ask_where_due(changed, Policy.SENSITIVE)
    for item in items:
        item.is_distressing = is_distressing
    return len(changed)
