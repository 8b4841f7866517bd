"""
Clusters: one picture and its copies, as far as matches that stand connect them. Computed when asked; nothing is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from archive.catalogue.models import Item
from archive.matching.models import Match

# Of a picture that is held more often, those nearest to the one that was asked for.
MOST_MEMBERS = 200


@dataclass
class Cluster:
    """The items that show one picture, by their file; the matches among them; the footage that they are stills of."""

    items: dict[int, Item] = field(default_factory=dict)
    matches: list[Match] = field(default_factory=list)
    stills: list[Match] = field(default_factory=list)
    footage: dict[int, Item] = field(default_factory=dict)

    def __contains__(self, item: Item) -> bool:
        return item.media_file_id in self.items

    def item(self, file: int) -> Item:
        return self.items.get(file) or self.footage[file]

    def match_towards(self, item: Item, other: Item) -> Match:
        """Return the match by which an item knows of another: between the two, or the first step on the way there."""
        steps, first = [item.media_file_id], {item.media_file_id: None}
        for here in steps:
            for match in [*self.matches, *self.stills]:
                if here not in (match.held_id, match.other_id):
                    continue
                there = match.held_id if match.other_id == here else match.other_id
                if there not in first:
                    first[there] = first[here] or match
                    steps.append(there)
        return first[other.media_file_id]


def clusters_of(items: Iterable[Item]) -> list[Cluster]:
    """Return the clusters of these items, each once; an item without copies is one by itself."""
    clusters: list[Cluster] = []
    for item in items:
        if not any(item in cluster for cluster in clusters):
            clusters.append(cluster_around(item))
    return clusters


def cluster_around(item: Item) -> Cluster:
    """Gather the cluster of one item: three queries, and one more for each step of distance."""
    cluster, files, edge = Cluster(), {item.media_file_id}, {item.media_file_id}
    matches: dict[int, Match] = {}
    while edge and len(files) < MOST_MEMBERS:
        touching = list(Match.objects.same_picture().filter(_at(edge)).order_by("pk"))
        matches |= {match.pk: match for match in touching}
        reached = {file for match in touching for file in (match.held_id, match.other_id)} - files
        edge = set(sorted(reached)[: MOST_MEMBERS - len(files)])
        files |= edge
    cluster.matches = [match for match in matches.values() if {match.held_id, match.other_id} <= files]
    cluster.stills = list(Match.objects.of_footage().filter(_at(files)).order_by("pk"))
    beside = {file for match in cluster.stills for file in (match.held_id, match.other_id)} - files
    for member in Item.objects.filter(media_file__in=files | beside).select_related("media_file", "accession"):
        (cluster.items if member.media_file_id in files else cluster.footage)[member.media_file_id] = member
    return cluster


def _at(files: set[int]) -> Q:
    return Q(held__in=files) | Q(other__in=files)
