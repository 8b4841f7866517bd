"""Whether two places, as the gazetteer records them, can be meant by two words for one."""

from archive.authorities.geometry import metres_between
from archive.provenance.checks.evidence import PlaceFacts


def are_apart(place: PlaceFacts, other: PlaceFacts) -> float | None:
    """
    Return how far apart two places lie beyond what both reach, in metres; None where they meet, or nothing says so.

    One place that lies within the other, in the tree of the gazetteer, meets it. Seas, counties and countries have no
    distance that would say anything: of two countries all that is known is that they are two, and that is infinite.
    """
    if place.path.startswith(other.path) or other.path.startswith(place.path):
        return None
    if {place.kind, other.kind} == {"COUNTRY"}:
        return float("inf")
    if place.point is None or other.point is None or place.reach_metres is None or other.reach_metres is None:
        return None
    between = metres_between(*place.point, *other.point) - place.reach_metres - other.reach_metres
    return between if between > 0 else None
