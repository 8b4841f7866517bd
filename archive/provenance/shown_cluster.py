"""A cluster as a person sees it: the copies they may see, in time, the likeliest original marked."""

from dataclasses import dataclass

from archive.catalogue.models import Item
from archive.claims.models import Claim
from archive.matching.models import Match
from archive.provenance.clusters import cluster_around
from archive.provenance.date_bounds import Bound, bounds_of
from archive.provenance.lineage import weighed_copies
from archive.standards.vocabulary import Property, Standing


@dataclass(frozen=True)
class Member:
    """One copy: until when it was made by its own evidence, the match that joins it, from what it derives."""

    item: Item
    evidence: Bound
    is_best: bool
    through: Match | None
    derived_from: Item | None


@dataclass(frozen=True)
class Shown:
    """
    The copies in the order in which they are known, as far as this person may see them.

    How many others there are is not told: the number would tell that there are some.
    """

    members: list[Member]
    footage: list[Item]

    @property
    def best(self) -> Member | None:
        return next((member for member in self.members if member.is_best), None)


def cluster_of(item: Item, user: object) -> Shown:
    """
    Return the cluster of an item: eight queries, and one more for each step of distance.

    The items come as `with_card` gives them. The likeliest original is the best of those that are shown, and all is
    told by what this person may read.
    """
    cluster = cluster_around(item)
    everybody = [*cluster.items.values(), *cluster.footage.values()]
    bounds = bounds_of(everybody, reader=user)
    ranking, _lineages = weighed_copies(cluster, bounds)
    visible = Item.objects.visible_to(user).with_card()
    seen = {seen_item.media_file_id: seen_item for seen_item in visible.filter(pk__in=[copy.pk for copy in everybody])}
    best = next((file for file in ranking if file in seen), None)
    origins = _origins(cluster.items.values())
    members = [
        Member(
            item=seen_item,
            evidence=bounds[seen_item.pk][0],
            is_best=file == best,
            through=_through(cluster.match_towards(item, seen_item), seen) if seen_item != item else None,
            derived_from=seen.get(origins.get(seen_item.pk)),
        )
        for file, seen_item in seen.items()
        if file in cluster.items
    ]
    members.sort(key=lambda member: (member.evidence.rank, member.item.pk))
    footage = [seen[file] for file in sorted(cluster.footage) if file in seen]
    return Shown(members, footage)


def _through(match: Match, seen: dict[int, Item]) -> Match | None:
    return match if match.held_id in seen and match.other_id in seen else None


def _origins(items) -> dict[int, int]:
    """Return the file from which each item is said to derive: what a person accepted before what is proposed."""
    origins: dict[int, int] = {}
    claims = Claim.objects.filter(item__in=[item.pk for item in items], property=Property.DERIVED_FROM)
    derivations = claims.with_standing().select_related("value_item").order_by("pk")
    for standing in (Standing.ACCEPTED, Standing.PROPOSED):
        for claim in derivations:
            if claim.standing == standing and claim.value_item:
                origins.setdefault(claim.item_id, claim.value_item.media_file_id)
    return origins
