"""
Proposals whose wording says what people have accepted already: they can be accepted together, after a look.

A wording agrees when the caption reader reads from it exactly the accepted value: the same days, the same place (and
beside it only places that one lies in), the same range of people, credits that the accepted credit names.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from archive.accounts.models import User
from archive.claims.models import Claim
from archive.extraction.captions.read_caption import CaptionReading
from archive.extraction.gazetteer_of_captions import Known
from archive.review.decide_proposals import AlreadyDecided, decide
from archive.review.models import Proposal, ProposalDecision
from archive.review.work_leases import TakenByAnother
from archive.standards.edtf import parse
from archive.standards.normal_form import normalise
from archive.standards.vocabulary import Property, Standing
from archive.standards.word_differences import Part, differences

Reason = Proposal.Reason
# Which accepted claims a proposal of each kind can agree with.
SPEAKS_OF: dict[str, tuple[Property, ...]] = {
    Reason.WRONG_DATE: (Property.DATE_CREATED,),
    Reason.WRONG_PLACE: (Property.LOCATION_SHOWN, Property.LOCATION_CREATED),
    Reason.WRONG_COUNT: (Property.PEOPLE_COUNT,),
    Reason.CREDIT_MISSING: (Property.CREDIT_LINE, Property.CREATOR),
}


@dataclass(frozen=True)
class Agreement:
    """A proposal, the accepted claim that its wording repeats, and what the wording would change."""

    proposal: Proposal
    claim: Claim
    parts: list[Part]


def agreeing(proposals: Iterable[Proposal], known: Known) -> list[Agreement]:
    """Return those proposals that agree with an accepted claim of their item, with that claim; one query."""
    proposals = [proposal for proposal in proposals if proposal.text and proposal.reason in SPEAKS_OF]
    accepted: dict[int, list[Claim]] = defaultdict(list)
    items = {proposal.caption.item_id for proposal in proposals}
    claims = Claim.objects.with_grounds().filter(item__in=items, standing=Standing.ACCEPTED)
    for claim in claims.order_by("pk"):
        accepted[claim.item_id].append(claim)
    agreed = []
    for proposal in proposals:
        spoken = [claim for claim in accepted[proposal.caption.item_id] if claim.property in SPEAKS_OF[proposal.reason]]
        if not spoken:
            continue
        published = proposal.caption.item.accession.published_on
        read = known.read(proposal.text, published=published, language=proposal.caption.language)
        if claim := next((claim for claim in spoken if _agrees(proposal.reason, read, claim)), None):
            agreed.append(Agreement(proposal, claim, differences(proposal.caption.text, proposal.text)))
    return agreed


def accept_agreeing(
    proposals: Iterable[Proposal], known: Known, *, by: User, at: datetime
) -> tuple[list[ProposalDecision], list[Proposal]]:
    """
    Accept proposals that still agree, each as a decision of its own; return the decisions, and the proposals left.

    Left is what agrees no longer, what another moderator works on, and what was decided meanwhile.

    :raises NotAllowed: the person may not decide
    """
    proposals = list(proposals)
    decided: dict[int, ProposalDecision] = {}
    for agreement in agreeing(proposals, known):
        try:
            decision = decide(agreement.proposal, outcome=ProposalDecision.Outcome.ACCEPTED, by=by, at=at)
        except (TakenByAnother, AlreadyDecided):
            continue
        decided[agreement.proposal.pk] = decision
    return list(decided.values()), [proposal for proposal in proposals if proposal.pk not in decided]


def _agrees(reason: str, read: CaptionReading, claim: Claim) -> bool:
    match reason:
        case Reason.WRONG_DATE:
            date = read.picture_date or (read.dates[0] if len(read.dates) == 1 else None)
            if date is None or claim.value_earliest is None:
                return False
            days = parse(date.edtf)
            return (days.earliest, days.latest) == (claim.value_earliest, claim.value_latest)
        case Reason.WRONG_PLACE:
            records = [mention.record for mention in read.places]
            slug = claim.value_place.current.slug if claim.value_place else None
            meant = next((record for record in records if record and record.slug == slug), None)
            return meant is not None and all(record and record.slug in {meant.slug, *meant.above} for record in records)
        case Reason.WRONG_COUNT:
            ranges = {(count.minimum, count.maximum) for count in read.counts}
            return ranges == {(claim.value_min, claim.value_max)}
        case Reason.CREDIT_MISSING:
            credit = read.credit
            names = [name for name in (credit.creator, credit.agency, credit.supplier, credit.publisher) if name]
            accepted = f" {normalise(claim.value_text or claim.label())} "
            return bool(names) and all(f" {normalise(name)} " in accepted for name in names)
    return False
