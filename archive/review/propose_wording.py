"""Whoever may see an item says what is wrong with a wording; it stands beside the wording and waits for an answer."""

from django.utils import timezone
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.hidden_wordings import bearers, hold
from archive.catalogue.models import Caption
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act
from archive.projection.item_gate import changing
from archive.review.models import AnswerSeen, Proposal, ProposalDecision

MOST_OPEN = 500


def propose(caption: Caption, *, reason: str, by: User, text: str = "", note: str = "") -> Proposal:
    """
    Record what a person says of a wording. One said to identify a person is hidden from all but moderators at once.

    :param text: the wording proposed instead; empty, or the wording itself, where it is only flagged
    :raises NotAllowed: the person may not propose
    :raises NotDone: neither a wording nor a note says what "other" means, or too much of theirs is undecided
    """
    if not by.has_perm("review.add_proposal"):
        raise NotAllowed(_("Only readers of the archive may flag a caption. Sign in."))
    reason, note = Proposal.Reason(reason), note.strip()
    text = text.replace("\r\n", "\n").strip()
    text = "" if text == caption.text.strip() else text
    if reason == Proposal.Reason.OTHER and not text and not note:
        raise NotDone(_("Say in the note, or by another wording, what is wrong with the caption."))
    proposal = Proposal(caption=caption, reason=reason, text=text, note=note, proposed_by=by)
    hides = proposal.identifies
    with changing(bearers(caption) if hides else (), alone=hides):
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        same = Proposal.objects.undecided().filter(caption=caption, reason=reason, text=text, note=note, proposed_by=by)
        if earlier := same.first():
            return earlier  # a double click is one act
        # Counted now that no other proposal of theirs can come in between.
        if Proposal.objects.undecided().filter(proposed_by=by).count() >= MOST_OPEN:
            raise NotDone(
                _("%(n)d of your proposals wait for an answer. Wait until some are decided.") % {"n": MOST_OPEN}
            )
        proposal.proposed_at = timezone.now()
        proposal.save()
        # Words and note are in the table, which nobody can change; a ledger that can be read by all names no person.
        payload = {"proposal": proposal.pk, "caption": caption.pk, "reason": reason}
        act(verb="propose on caption", subject=caption.item, actor=by, payload=payload)
        if hides:
            hold(caption, by=by)
    return proposal


def see_answers(person: User, decisions: list[ProposalDecision]) -> None:
    """Note that the person has been shown these answers to their proposals."""
    now = timezone.now()
    own = [decision for decision in decisions if decision.proposal.proposed_by_id == person.pk]
    AnswerSeen.objects.bulk_create(
        [AnswerSeen(decision=decision, seen_at=now) for decision in own], ignore_conflicts=True
    )
