"""Who may see an item: archivists clear for research or restrict, moderators release to the public and take back."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Access, Item
from archive.claims.models import Claim, Source
from archive.claims.notices import Notice, notices_of, standing
from archive.ledger.record_acts import act
from archive.projection.item_gate import changing
from archive.provenance import taking_down
from archive.provenance.taking_down import copies_of, open_among, open_copies_of
from archive.review.access_decisions import decisions_on
from archive.review.own_acts import note_act
from archive.review.reading_policies import Policy
from archive.review.reading_requests import ask_where_due
from archive.review.release_questions import Questions, digest_of, open_questions


class CopiesStand(Exception):
    """Others than archive staff may see copies of what is to be restricted; `copies` has them."""

    def __init__(self, copies: list[Item]) -> None:
        super().__init__("Copies of it stay open. Say whether they are restricted with it, and why.")
        self.copies = copies


class Copies(models.TextChoices):
    """What becomes of the open copies of an item that is restricted."""

    TAKE = "TAKE", gettext_lazy("restrict these copies with it")
    LEAVE = "LEAVE", gettext_lazy("leave them open")


class ReleaseAsks(Exception):
    """
    Something speaks against a release until it is answered; nothing changed.

    `notices` has what suppliers say of the use, `questions` what is open, both by the key of the item.
    """

    def __init__(self, notices: dict[int, list[Notice]], questions: dict[int, Questions]) -> None:
        super().__init__("Something is open, or a supplier bounds the use. Read it, then say why it is released.")
        self.notices = notices
        self.questions = questions
        self.digest = digest_of(questions)


def resting_on(items: list[Item]) -> list[Item]:
    """Return the other items with claims whose ground is one of these: who may not see the one reads no such claim."""
    files = [item.media_file_id for item in items]
    grounds = Source.objects.filter(Q(match__held__in=files) | Q(match__other__in=files))
    named = Claim.objects.filter(Q(value_item__in=[item.pk for item in items]) | Q(source__in=grounds))
    keys = {item.pk for item in items}
    return [item for item in Item.objects.filter(pk__in=named.values("item")) if item.pk not in keys]


def set_access(
    items: Iterable[Item],
    *,
    access: str,
    by: User,
    reason: str = "",
    answers_notices: bool = False,
    answers_questions: str = "",
    copies: str = "",
) -> int:
    """
    Let items be seen by others than before; return how many changed.

    :param copies: of `Copies`, where an item is restricted whose copies are open: taken with it, each with an entry of
        its own in the ledger, or left open; either with a reason
    :param answers_notices: the person has read what suppliers say of the use, and gives as reason why it is released
    :param answers_questions: the `digest` of the questions that the person was shown, where they release all the same
    :raises NotAllowed: the person may not clear, or, where the public side is concerned, not release; nothing changed
    :raises ReleaseAsks: a release that a notice or an open question speaks against, without an answer and a reason
    :raises CopiesStand: open copies of what is restricted, without an answer and a reason; nothing changed
    """
    access = Access(access)
    with changing() as change:
        note_act(by)
        items = list(items)
        chosen = list(items)
        # What shows the same is locked with them, though it be closed: another may be about to open it.
        alike = copies_of(items) if access == Access.RESTRICTED else []
        stand = open_among(alike)
        left: list[Item] = []
        if stand:
            if copies not in Copies or not reason.strip():
                raise CopiesStand(stand)
            if copies == Copies.TAKE:
                items += stand
            else:
                left = stand
        resting = resting_on(items)
        change.lock([*items, *resting, *alike])
        if access == Access.RESTRICTED:
            # Asked again now that they are locked: one may have come, or been opened, while this waited.
            answered = {item.pk for item in [*items, *stand]}
            open_now = open_copies_of(chosen)
            if any(copy.pk not in answered for copy in open_now):
                raise CopiesStand(open_now)
        # What the rows say now that nobody else can change them: each act begins where the one before it ended.
        former = dict(Item.objects.filter(pk__in=[item.pk for item in [*items, *left]]).values_list("pk", "access"))
        if Access.WITHDRAWN in (access, *former.values()):
            raise NotAllowed(
                _("A withdrawn item is seen by nobody: bring it back first, or withdraw it with a reason.")
            )
        changed = [item for item in items if former[item.pk] != access]
        public = access == Access.RELEASED or any(former[item.pk] == Access.RELEASED for item in changed)
        needed = "catalogue.release_item" if public else "catalogue.clear_item"
        if not by.has_perm(needed):
            raise NotAllowed(
                "Only a moderator may release an item to the public or take it back."
                if public
                else "Only an archivist may clear an item for research or restrict it."
            )
        noticed: dict[int, list[Notice]] = {}
        open_on: dict[int, Questions] = {}
        if access == Access.RELEASED:
            all_notices = notices_of(changed, at=timezone.now())
            noticed = {key: notices for key in all_notices if (notices := standing(all_notices[key]))}
            open_on = open_questions(changed)
            are_read = answers_notices or not noticed
            are_seen = answers_questions == digest_of(open_on) or not open_on
            if (noticed or open_on) and not (are_read and are_seen and reason.strip()):
                raise ReleaseAsks(noticed, open_on)
        for item in changed:
            payload: dict[str, object] = {"from": former[item.pk], "to": str(access), "reason": reason.strip()}
            if item.pk in noticed:
                # Their words may be a caption's, which can come to be hidden: the ledger names kinds and places.
                payload["notices"] = sorted({f"{notice.kind} ({notice.source})" for notice in noticed[item.pk]})
            if item.pk in open_on:
                payload["open"] = open_on[item.pk].named()
            act(verb="set access", subject=item, actor=by, payload=payload)
        # With a reason it is a take-down, which copies that come later follow; without one it is only not cleared.
        down = items if access == Access.RESTRICTED and reason.strip() else []
        # Decided on by a person: no later match restricts what is left open by itself.
        again = left
        if access != Access.RESTRICTED:
            were_down = set(taking_down.taken_down().filter(pk__in=former).values_list("pk", flat=True))
            again = [item for item in items if item.pk in were_down]
        # What was restricted with its accession stays so from now on, whatever becomes of that.
        followed = former.keys() - decisions_on(former).keys() if access == Access.RESTRICTED else set()
        own = [item for item in items if item.pk in followed]
        # What keeps its access and is taken down, or left open, was decided on too: that is told, and can be undone.
        for item in {item.pk: item for item in [*down, *again, *own] if item not in changed}.values():
            kept = {"from": former[item.pk], "to": former[item.pk], "reason": reason.strip()}
            act(verb="set access", subject=item, actor=by, payload=kept)
        taking_down.record(down, is_down=True, by=by, reason=reason.strip())
        taking_down.record(again, is_down=False, by=by, reason=reason.strip())
        Item.objects.filter(pk__in=[item.pk for item in changed]).update(access=access)
        # Others read the item from now on, or no longer: what they find by is written anew, of copies too.
        for item in [*changed, *resting] if changed else ():
            change.add(item)
        if access == Access.RELEASED:
            ask_where_due(changed, Policy.CONTRADICTED)
    for item in items:
        item.access = access
    return len(changed)
