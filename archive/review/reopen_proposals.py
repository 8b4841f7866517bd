"""A decided proposal is opened again, with a reason: the same is proposed once more and waits for another answer."""

from datetime import datetime

from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.hidden_wordings import bearers, hold
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act
from archive.projection.item_gate import changing
from archive.review.models import Proposal, ProposalDecision, ProposalReopening

REOPEN = "reopen proposal"


class NothingToReopen(NotDone):
    """It has no answer yet, or somebody has opened it again meanwhile."""


def reopen(proposal: Proposal, *, reason: str, by: User, at: datetime) -> Proposal:
    """
    Let a decided proposal be decided anew; return what waits for the answer now, in the proposer's name.

    What the first answer did, to the wording or to claims, stands until the second. A wording said to identify a person
    is hidden again at once.

    :raises NotAllowed: the person may not decide
    :raises NothingToReopen: it is undecided, or open again already
    :raises NotDone: no reason is given
    """
    if not by.has_perm("review.decide_on_proposal"):
        raise NotAllowed(_("Only a moderator may decide on captions."))
    if not (reason := reason.strip()):
        raise NotDone(_("Say in a few words why it is to be decided anew."))
    caption, hides = proposal.caption, proposal.identifies
    with changing(bearers(caption) if hides else [caption.item], alone=hides):
        # The item is locked: of two at once the second finds what the first did.
        decision = ProposalDecision.objects.filter(proposal=proposal).first()
        if decision is None:
            raise NothingToReopen(_("This waits for its answer: there is nothing to open again."))
        if ProposalReopening.objects.filter(decision=decision).exists():
            raise NothingToReopen(_("Somebody has opened this again meanwhile."))
        again = Proposal.objects.create(
            caption=caption,
            reason=proposal.reason,
            text=proposal.text,
            note=proposal.note,
            proposed_at=at,
            proposed_by=proposal.proposed_by,
        )
        ProposalReopening.objects.create(decision=decision, again=again, reason=reason, reopened_at=at, reopened_by=by)
        # As with other answers, the reason may name somebody: it stands in the table, which moderators read.
        payload = {"proposal": again.pk, "reopened": proposal.pk, "caption": caption.pk, "reason": proposal.reason}
        act(verb=REOPEN, subject=caption.item, actor=by, payload=payload)
        if hides:
            hold(caption, by=by, reason=reason)
    return again
