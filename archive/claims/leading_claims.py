"""
The one rule by which a claim leads: accepted before proposed; then by kind of source; then the narrower; then the
earlier. And the one rule by which a property is contested: two claims that could both lead cannot both be true.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from archive.claims.agreement import all_can_be_true, camera_could_see
from archive.claims.models import Claim
from archive.standards.vocabulary import Property, SourceKind, Standing

# "At least six" is wider than any range of people, and "at least sixty" narrower than "at least six".
_OPEN_COUNT = 1e9


@dataclass
class Grounds:
    """What is said on one property of an item: who leads, who stands beside it, what was rejected."""

    property: Property
    leading: Claim | None = None
    rivals: list[Claim] = field(default_factory=list)
    rejected: list[Claim] = field(default_factory=list)
    is_contested: bool = False


def grounds_of(claims: Iterable[Claim]) -> dict[Property, Grounds]:
    """
    Weigh the claims of one item, property by property, in the order of `Property`; silent properties are left out.

    :param claims: from `Claim.objects.with_grounds()`; no further query is made
    """
    said: dict[Property, list[Claim]] = defaultdict(list)
    for claim in claims:
        said[Property(claim.property)].append(claim)
    grounds = {name: _weigh(name, said[name]) for name in Property if name in said}
    shown, created = grounds.get(Property.LOCATION_SHOWN), grounds.get(Property.LOCATION_CREATED)
    if shown and created and shown.leading and created.leading and not camera_could_see(created.leading, shown.leading):
        shown.is_contested = created.is_contested = True
    return grounds


def order_of_leading(claim: Claim) -> tuple[bool, int, float, int]:
    """Return the key by which claims on one property are sorted; the least one leads."""
    return (
        claim.standing != Standing.ACCEPTED,
        SourceKind(claim.source.kind).rank,
        breadth(claim),
        claim.pk,
    )


def breadth(claim: Claim) -> float:
    """Return how much a claim leaves open; only compared within one property."""
    if claim.value_earliest is not None and claim.value_latest is not None:
        # A time of day is narrower than its day, a known moment narrower still.
        told = 0.3 if claim.value_moment else 0.6 if "T" in claim.value_edtf else 1.0
        return told * ((claim.value_latest - claim.value_earliest).days + 1)
    if claim.latitude_degrees is not None:
        return -100.0
    if claim.value_place is not None:
        # "Near Dover" is wider than Dover, and still narrower than Kent.
        return -float(claim.value_place.depth) + (0.5 if claim.uncertainty_metres else 0)
    if claim.value_min is not None and claim.value_max is not None:
        return float(claim.value_max - claim.value_min)
    if claim.value_min is not None:
        return _OPEN_COUNT - claim.value_min
    if claim.value_max is not None:
        return _OPEN_COUNT + claim.value_max
    return 0.0


def _weigh(name: Property, claims: list[Claim]) -> Grounds:
    standing = sorted((c for c in claims if c.standing in (Standing.ACCEPTED, Standing.PROPOSED)), key=order_of_leading)
    rejected = [c for c in claims if c.standing == Standing.REJECTED]
    if not standing:
        return Grounds(name, rejected=rejected)
    leading, *rivals = standing
    # Once something is accepted, what is only proposed can no longer lead.
    could_lead = [c for c in standing if c.standing == leading.standing]
    contested = not all_can_be_true(name, could_lead)
    return Grounds(name, leading, rivals, rejected, contested)
