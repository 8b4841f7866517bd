"""
Moderators answer proposals. An outlet's wording is a quotation and never changes: what is accepted becomes a version of
the archive's own description, which stands beside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.catalogue.hidden_wordings import bearers, show_again
from archive.catalogue.models import Caption, Item
from archive.claims.leading_claims import grounds_of
from archive.claims.models import Claim
from archive.ledger.not_done import DecidedMeanwhile, NotDone
from archive.ledger.record_acts import act
from archive.projection.item_gate import changing
from archive.review.claim_rulings import rule, rule_all
from archive.review.describe_items import describe
from archive.review.models import FlagDecision, Proposal, ProposalDecision, ProposalLease
from archive.review.versions import own_wording, versions
from archive.review.work_leases import take
from archive.standards.normal_form import text_digest
from archive.standards.vocabulary import Property, Standing

Outcome = ProposalDecision.Outcome
# Of what a wording is wrong, by the reason of the proposal: that leads otherwise once other words are accepted.
PUT_RIGHT: dict[str, tuple[Property, ...]] = {
    Proposal.Reason.WRONG_DATE: (Property.DATE_CREATED,),
    Proposal.Reason.WRONG_PLACE: (Property.LOCATION_SHOWN,),
    Proposal.Reason.WRONG_COUNT: (Property.PEOPLE_COUNT,),
}


class AlreadyDecided(NotDone):
    """Somebody was faster; the text says who."""


def decided_meanwhile(answer: ProposalDecision | FlagDecision) -> str:
    """Say who was faster, when, and with which answer."""
    when = date_format(localtime(answer.decided_at), "j F Y, H:i")
    details = {"name": answer.decided_by, "what": answer.get_outcome_display(), "when": when}
    return _("%(name)s has decided on this meanwhile (%(when)s): %(what)s.") % details


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
    Answer one proposal, and do what the answer asks for; `changes` of the decision says what leads otherwise by it.

    :param text: with AMENDED the archive's wording in the moderator's words
    :param version: with REVERTED the earlier version that is put back
    :raises NotAllowed: the person may not decide
    :raises TakenByAnother: another moderator works on it
    :raises AlreadyDecided: it has an answer
    :raises NotDone: a rejection without a reason, other words without words, nothing to put back
    """
    _refuse(by)
    outcome, reason, text = Outcome(outcome), reason.strip(), text.replace("\r\n", "\n").strip()
    if outcome == Outcome.REJECTED and not reason:
        raise NotDone(_("Say in a few words why, so that the proposer understands."))
    shows_again = proposal.identifies and outcome == Outcome.REJECTED
    with changing(bearers(proposal.caption) if shows_again else [proposal.caption.item], alone=shows_again):
        take(proposal, by=by, at=at)
        if answered := ProposalDecision.objects.select_related("decided_by").filter(proposal=proposal).first():
            raise AlreadyDecided(decided_meanwhile(answered))
        wording = _wording(proposal, outcome, by, text, version)
        decision = ProposalDecision.objects.create(
            proposal=proposal, outcome=outcome, reason=reason, caption=wording, decided_at=at, decided_by=by
        )
        ProposalLease.objects.filter(proposal=proposal).delete()
        decision.changes = _put_right(proposal, wording, by) if wording else []
        payload = {"proposal": proposal.pk, "caption": proposal.caption_id, "outcome": outcome}
        payload |= {"put_right": [change.property for change in decision.changes]} if decision.changes else {}
        act(verb="decide on caption", subject=proposal.caption.item, actor=by, payload=payload)
        if shows_again and not _is_still_marked(proposal):
            show_again(proposal.caption, by=by, reason=reason)
    return decision


def revert(version: Caption, *, by: User) -> Caption:
    """
    Put an earlier version of the archive's wording back, as a new version.

    :raises NotAllowed: the person may not decide
    :raises NotDone: it is the current version already, or no wording of the archive
    """
    _refuse(by)
    return _put_back(version, by)


def show_held(caption: Caption, *, by: User, reason: str) -> None:
    """
    Show a wording again that was hidden, whatever was decided before.

    :raises NotAllowed: the person may not decide
    :raises NotDone: no reason is given
    """
    _refuse(by)
    if not reason.strip():
        raise NotDone(_("Say in a few words why the caption may be read again."))
    with changing(bearers(caption), alone=True):
        show_again(caption, by=by, reason=reason.strip())


def _refuse(by: User) -> None:
    if not by.has_perm("review.decide_on_proposal"):
        raise NotAllowed(_("Only a moderator may decide on captions."))


def _wording(proposal: Proposal, outcome: str, by: User, text: str, version: Caption | None) -> Caption | None:
    """Return the archive's wording that the decision makes; None where it makes none."""
    if outcome == Outcome.REVERTED:
        if version is None or version.item_id != proposal.caption.item_id:
            raise NotDone(_("Choose the version to put back."))
        return _put_back(version, by)
    if outcome == Outcome.AMENDED and not text:
        raise NotDone(_("Write the wording that the archive should have."))
    text = text if outcome == Outcome.AMENDED else proposal.text if outcome == Outcome.ACCEPTED else ""
    if not text:
        return None
    caption = proposal.caption
    return _add(caption, text, own_wording(caption, caption.item.captions.order_by("pk")), by)


@dataclass(frozen=True)
class Change:
    """What led on one property before a decision and after it, in words; "" for nothing."""

    property: Property
    before: str
    after: str


def _put_right(proposal: Proposal, wording: Caption, by: User) -> list[Change]:
    """
    Let what the new wording says of the wrong date, place or count lead in place of what the wrong wording says.

    The new wording is read at once. What it alone says is accepted, for a moderator has accepted the words; what was
    read from the wrong words is superseded by it, unless the new words say it too.
    """
    names = PUT_RIGHT.get(proposal.reason, ())
    item = proposal.caption.item
    if not names:
        return []
    before = _leading(item, names)
    with changing([item]) as change:
        change.read_captions([item])
        readings = [
            claim
            for claim in Claim.objects.read_from_captions().filter(item=item, property__in=names).with_grounds()
            if claim.standing in (Standing.PROPOSED, Standing.ACCEPTED)
        ]
        # By their words, as holds compare them: a twin in another field may differ in its marks and spaces.
        wrong_words = text_digest(proposal.caption.text)
        new = [claim for claim in readings if claim.source.caption_id == wording.pk or _says(claim, wording.text)]
        own = {claim.pk for claim in new}
        wrong = [claim for claim in readings if claim.source.caption.digest == wrong_words and claim.pk not in own]
        kept = {(claim.property, claim.label()) for claim in new}
        with override(settings.LANGUAGE_CODE):
            reason = f"accepted: {proposal.get_reason_display()}"
        wrong_values = {(claim.property, claim.label()) for claim in wrong}
        right = [claim for claim in new if (claim.property, claim.label()) not in wrong_values]
        rule_all(
            [claim for claim in right if claim.standing != Standing.ACCEPTED],
            standing=Standing.ACCEPTED, by=by, reason=reason,
        )  # fmt: skip
        for claim in wrong:
            if (claim.property, claim.label()) not in kept:
                heir = next((each for each in right if each.property == claim.property), None)
                rule(claim, standing=Standing.SUPERSEDED, by=by, reason=reason, superseded_by=heir)
    after = _leading(item, names)
    return [
        Change(name, before.get(name, ""), after.get(name, ""))
        for name in names
        if before.get(name, "") != after.get(name, "")
    ]


def _says(claim: Claim, text: str) -> bool:
    """Say whether a claim was read from exactly these words."""
    return claim.source.caption.text.strip() == text.strip()


def _leading(item: Item, names: Iterable[Property]) -> dict[Property, str]:
    grounds = grounds_of(Claim.objects.filter(item=item, property__in=names).with_grounds().order_by("pk"))
    return {name: ground.leading.label(get_language()) for name, ground in grounds.items() if ground.leading}


def _put_back(version: Caption, by: User) -> Caption:
    if version.origin != Caption.Origin.PERSON:
        raise NotDone(_("What came with the picture was never changed: there is nothing to put back."))
    current = versions(version, version.item.captions.order_by("pk"))[-1].caption
    if current.pk == version.pk or current.text == version.text:
        raise NotDone(_("This is the current version already."))
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
    """Say whether somebody else's mark on the same words, as a hold compares them, waits for its answer."""
    marks = Proposal.objects.undecided().filter(reason=Proposal.Reason.IDENTIFIES_PERSON)
    return marks.filter(caption__digest=decided.caption.digest).exclude(pk=decided.pk).exists()
