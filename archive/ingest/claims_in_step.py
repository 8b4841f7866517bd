"""Bring claims that rest on readings in step with what these say now: nothing is edited, rulings tell what changed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from archive.claims.models import Claim, ClaimQuerySet, Ruling
from archive.claims.record_claims import store
from archive.standards.vocabulary import Standing


def bring_in_step(
    claims: ClaimQuerySet,
    wanted: Iterable[Claim],
    *,
    at: datetime,
    gone_because: str = "the file, read again, does not say so",
    back_because: str = "the file, read again, says so",
) -> tuple[int, int, int]:
    """
    Add, supersede and restore claims so that of `claims` the wanted ones stand; return how many of each.

    Decisions of people stand.
    """
    latest = Ruling.objects.filter(claim=OuterRef("pk")).order_by("-pk")
    recorded = list(
        claims.with_standing()
        .annotate(decided_by=Subquery(latest.values("ruled_by")[:1]))
        .select_related("source")
        .order_by("pk")
    )
    before = {_key(claim): claim for claim in recorded}
    follows: dict[tuple[Any, ...], Claim] = {}
    for claim in wanted:
        # Of several sidecars that say the same, the first to come said it.
        follows.setdefault(_key(claim), claim)
    # Where a person accepted or corrected what stands at a tag, their word stands for it.
    settled = {
        _tag(claim)
        for claim in recorded
        if claim.decided_by and claim.standing in (Standing.ACCEPTED, Standing.SUPERSEDED)
    }
    new = store(claim for key, claim in follows.items() if key not in before and _tag(claim) not in settled)
    heirs = {_tag(claim): claim for claim in [*new, *(before[key] for key in follows if key in before)]}
    gone = [
        claim
        for key, claim in before.items()
        if key not in follows and claim.standing == Standing.PROPOSED and not claim.decided_by
    ]
    back = [
        claim
        for key, claim in before.items()
        if key in follows
        and claim.standing == Standing.SUPERSEDED
        and not claim.decided_by
        and _tag(claim) not in settled
    ]
    rulings = [
        Ruling(
            claim=claim, standing=Standing.SUPERSEDED, superseded_by=heirs.get(_tag(claim)),
            reason=gone_because, ruled_at=at,
        )
        for claim in gone
    ] + [
        Ruling(claim=claim, standing=Standing.PROPOSED, reason=back_because, ruled_at=at)
        for claim in back
    ]  # fmt: skip
    Ruling.objects.bulk_create(rulings)
    return len(new), len(gone), len(back)


def _tag(claim: Claim) -> tuple[Any, ...]:
    return claim.property, claim.source.group, claim.source.tag, claim.source.rule


def _key(claim: Claim) -> tuple[Any, ...]:
    value = (
        claim.value_edtf, claim.value_moment, claim.latitude_degrees, claim.longitude_degrees,
        claim.uncertainty_metres, claim.value_place_id, claim.value_outlet_id, claim.value_text,
    )  # fmt: skip
    return *_tag(claim), claim.source.kind, claim.as_written, *value
