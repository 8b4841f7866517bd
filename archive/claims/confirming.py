"""
Which readings of captions agree with what the files say of themselves, so that a person may accept them together.

A reading agrees where the file states the same matter, every statement of the file can be true beside the reading, and
one at least confirms it. Where the file is silent nothing agrees: that is for a person to look at.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from archive.claims.agreeing import can_both_be_true, confirms
from archive.claims.models import Claim
from archive.standards.vocabulary import Property, SourceKind, Standing

OF_THE_FILE = (SourceKind.DEVICE_METADATA, SourceKind.EMBEDDED_DESCRIPTION)
# What a caption says is in the picture, a file may say of the camera too.
_LOCATIONS = (Property.LOCATION_SHOWN, Property.LOCATION_CREATED)


@dataclass(frozen=True)
class Agreement:
    """A reading of a caption, and the statement of the file that confirms it."""

    claim: Claim
    statement: Claim


def agreements(readings: Iterable[Claim], claims: Iterable[Claim]) -> list[Agreement]:
    """
    Return the readings that agree with the file of their item.

    :param claims: all claims of the same items, from `Claim.objects.with_grounds()`
    """
    stated: dict[int, list[Claim]] = {}
    for claim in claims:
        if claim.source.kind in OF_THE_FILE and claim.standing in (Standing.PROPOSED, Standing.ACCEPTED):
            stated.setdefault(claim.item_id, []).append(claim)
    found = []
    for reading in readings:
        name = Property(reading.property)
        matters = _LOCATIONS if name in _LOCATIONS else (name,)
        own = [claim for claim in stated.get(reading.item_id, []) if claim.property in matters]
        if all(can_both_be_true(name, reading, claim) for claim in own):
            confirming = next((claim for claim in own if confirms(name, reading, claim)), None)
            if confirming:
                found.append(Agreement(reading, confirming))
    return found
