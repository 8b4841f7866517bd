"""
Moderators answer proposals. An outlet's wording is a quotation and never changes: what is accepted becomes a version of
the archive's own description, which stands beside it.
"""

from datetime import datetime

from django.db import IntegrityError
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.models import Caption
from archive.catalogue.withholding import bearers, show_again
from archive.claims.describing import describe
from archive.claims.item_gate import changing
from archive.ledger.decided_meanwhile import DecidedMeanwhile
from archive.ledger.recording import act
from archive.review.leasing import take
from archive.review.models import Proposal, ProposalDecision, ProposalLease
from archive.review.versions import own_wording, versions

Outcome = ProposalDecision.Outcome


class AlreadyDecided(Exception):
    """Somebody was faster; the text says who."""


def decide(
    proposal: Proposal,
    *,
    outcome: str,
    by: User,
    at: datetime,
    reason: str = "",
    text: str = "",
    version: Caption | None = None,
) -> ProposalDecision:
    """
    Answer one proposal, and do what the answer asks for.

    :param text: with AMENDED the archive's wording in the moderator's words
    :param version: with REVERTED the earlier version that is put back
    :raises NotAllowed: the person may not decide
    :raises TakenByAnother: another moderator works on it
    :raises AlreadyDecided: it has an answer
    :raises ValueError: a rejection without a reason, other words without words, nothing to put back
    """
    _refuse(by)
    outcome, reason, text = Outcome(outcome), reason.strip(), text.replace("\r\n", "\n").strip()
    if outcome == Outcome.REJECTED and not reason:
        raise ValueError(_("Say in a few words why, so that the proposer understands."))
    shows_again = proposal.identifies and outcome == Outcome.REJECTED
    with changing(bearers(proposal.caption) if shows_again else [proposal.caption.item], alone=shows_again):
        take(proposal, by=by, at=at)
        if answered := ProposalDecision.objects.select_related("decided_by").filter(proposal=proposal).first():
            when = date_format(localtime(answered.decided_at), "j F Y, H:i")
            said = {"name": answered.decided_by, "what": answered.get_outcome_display(), "when": when}
            raise AlreadyDecided(_("%(name)s has decided on this meanwhile (%(when)s): %(what)s.") % said)
        wording = _wording(proposal, outcome, by, text, version)
        decision = ProposalDecision.objects.create(
            proposal=proposal, outcome=outcome, reason=reason, caption=wording, decided_at=at, decided_by=by
        )
        ProposalLease.objects.filter(proposal=proposal).delete()
        payload = {"proposal": proposal.pk, "caption": proposal.caption_id, "outcome": outcome}
        act(verb="decide on caption", subject=proposal.caption.item, actor=by, payload=payload)
        if shows_again and not _is_still_marked(proposal):
            show_again(proposal.caption, by=by, reason=reason)
    return decision


def revert(version: Caption, *, by: User) -> Caption:
    """
    Put an earlier version of the archive's wording back, as a new version.

    :raises NotAllowed: the person may not decide
    :raises ValueError: it is the current version already, or no wording of the archive
    """
    _refuse(by)
    return _put_back(version, by)


def show_held(caption: Caption, *, by: User, reason: str) -> None:
    """
    Show a wording again that was hidden, whatever was decided before.

    :raises NotAllowed: the person may not decide
    :raises ValueError: no reason is given
    """
    _refuse(by)
    if not reason.strip():
        raise ValueError(_("Say in a few words why the caption may be read again."))
    with changing(bearers(caption), alone=True):
        show_again(caption, by=by, reason=reason.strip())


def _refuse(by: User) -> None:
    if not by.has_perm("review.decide_on_proposal"):
        raise NotAllowed(_("Only a moderator may decide on captions."))


def _wording(proposal: Proposal, outcome: str, by: User, text: str, version: Caption | None) -> Caption | None:
    """Return the archive's wording that the decision makes; None where it makes none."""
    if outcome == Outcome.REVERTED:
        if version is None or version.item_id != proposal.caption.item_id:
            raise ValueError(_("Choose the version to put back."))
        return _put_back(version, by)
    if outcome == Outcome.AMENDED and not text:
        raise ValueError(_("Write the wording that the archive should have."))
    text = text if outcome == Outcome.AMENDED else proposal.text if outcome == Outcome.ACCEPTED else ""
    if not text:
        return None
    caption = proposal.caption
    return _add(caption, text, own_wording(caption, caption.item.captions.order_by("pk")), by)


def _put_back(version: Caption, by: User) -> Caption:
    if version.origin != Caption.Origin.PERSON:
        raise ValueError(_("What came with the picture was never changed: there is nothing to put back."))
    current = versions(version, version.item.captions.order_by("pk"))[-1].caption
    if current.pk == version.pk or current.text == version.text:
        raise ValueError(_("This is the current version already."))
    return _add(version, version.text, current, by)


def _add(like: Caption, text: str, supersedes: Caption | None, by: User) -> Caption:
    """Add the archive's wording; where it says so already, that stands."""
    if supersedes and supersedes.text == text:
        return supersedes
    try:
        return describe(like.item, text=text, by=by, role=like.role, language=like.language, supersedes=supersedes)
    except (IntegrityError, DecidedMeanwhile) as raced:
        raise AlreadyDecided(_("The archive’s wording was changed meanwhile. Look at it again.")) from raced


def _is_still_marked(decided: Proposal) -> bool:
    """Say whether somebody else's mark on the same words waits for its answer."""
    marks = Proposal.objects.undecided().filter(reason=Proposal.Reason.IDENTIFIES_PERSON)
    return marks.filter(caption__text=decided.caption.text).exclude(pk=decided.pk).exists()
