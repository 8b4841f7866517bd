"""People rule on claims: a ruling adds to the record, the claim itself never changes."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.accounts.models import User
from archive.accounts.roles import NotAllowed
from archive.claims.models import Claim, Ruling
from archive.ledger.not_done import DecidedMeanwhile, NotDone
from archive.ledger.record_acts import act
from archive.projection.item_gate import changing
from archive.review.own_acts import note_act
from archive.standards.vocabulary import Standing

SAID = {
    Standing.ACCEPTED: gettext_lazy("accepted"),
    Standing.REJECTED: gettext_lazy("rejected"),
    Standing.PROPOSED: gettext_lazy("reset to proposed"),
    Standing.SUPERSEDED: gettext_lazy("superseded"),
}


def rule(
    claim: Claim,
    *,
    standing: Standing,
    by: User,
    reason: str = "",
    superseded_by: Claim | None = None,
    seen: int | None = None,
) -> Ruling:
    """
    Record that from now on a claim stands so, and lead the item's values anew; refuses as `rule_all` does.

    :param superseded_by: the claim that stands in its place
    :param seen: how many rulings the person was shown; the same ruling of the same person again is that one
    :raises DecidedMeanwhile: somebody ruled after what was shown
    """
    with changing([claim.item]):
        rulings = list(claim.rulings.select_related("ruled_by").order_by("pk")) if seen is not None else []
        if seen is not None and len(rulings) > seen:
            last = rulings[-1]
            if last.ruled_by == by and last.standing == standing and superseded_by is None:
                return last
            raise DecidedMeanwhile(last.ruled_by, last.ruled_at, str(SAID[Standing(last.standing)]))
        return rule_all([claim], standing=standing, by=by, reason=reason, superseded_by=superseded_by)[0]


def rule_all(
    claims: Iterable[Claim], *, standing: Standing, by: User, reason: str = "", superseded_by: Claim | None = None
) -> list[Ruling]:
    """
    Rule on several claims alike, one act of the ledger for each; as many queries as for one, and their projection.

    :raises NotAllowed: the person may not rule on claims
    :raises NotDone: a rejection without a reason
    """
    if not by.has_perm("claims.rule_on_claim"):
        raise NotAllowed(_("Only an archivist may accept or reject a claim."))
    if standing == Standing.REJECTED and not reason.strip():
        raise NotDone(_("A rejection needs a reason: say in a few words why the claim cannot stand."))
    claims, now = list(claims), timezone.now()
    reason = reason.strip()
    # What a person says of a reading holds for the same words in other captions of the item.
    is_of_words = standing in (Standing.REJECTED, Standing.PROPOSED)
    rereads = is_of_words and any(claim.source.start is not None for claim in claims)
    with changing({claim.item_id: claim.item for claim in claims}.values(), reword=rereads):
        note_act(by)
        same = _given_already(claims, standing=standing, by=by, reason=reason, superseded_by=superseded_by)
        rulings = Ruling.objects.bulk_create(
            Ruling(
                claim=claim,
                standing=standing,
                reason=reason,
                superseded_by=superseded_by,
                ruled_at=now,
                ruled_by=by,
            )
            for claim in claims
            if claim.pk not in same
        )
        by_key = {claim.pk: claim for claim in claims}
        for ruling in rulings:
            claim = by_key[ruling.claim_id]
            payload = {"claim": claim.pk, "property": claim.property, "value": claim.label(), "reason": ruling.reason}
            payload["ruling"] = ruling.pk
            act(verb=f"{standing.lower()} claim", subject=claim.item, actor=by, payload=payload)
    given = same | {ruling.claim_id: ruling for ruling in rulings}
    return [given[claim.pk] for claim in claims]


def _given_already(
    claims: list[Claim], *, standing: Standing, by: User, reason: str, superseded_by: Claim | None
) -> dict[int, Ruling]:
    """Return, by claim, the latest rulings that say the same from the same person: a double click is one act."""
    latest = {ruling.claim_id: ruling for ruling in Ruling.objects.filter(claim__in=claims).order_by("pk")}
    key = superseded_by.pk if superseded_by else None
    return {
        claim_id: ruling
        for claim_id, ruling in latest.items()
        if (ruling.standing, ruling.ruled_by_id, ruling.reason, ruling.superseded_by_id)
        == (standing, by.pk, reason, key)
    }
