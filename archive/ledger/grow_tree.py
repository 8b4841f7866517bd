"""
Grow the Merkle tree in its table: the subtrees that each entry ends, and on the head those that the whole falls into.

The models are handed in, for a migration has its own.
"""

from typing import Any

from archive.ledger.chain import Link, entry_bytes
from archive.ledger.merkle_tree import Frontier, leaf_hash

_HEX_DIGITS = 64
_AT_ONCE = 2000


def frontier_of(head: Any) -> Frontier:
    return Frontier(head.tree_size, hashes_in(head.frontier))


def keep_frontier(head: Any, frontier: Frontier) -> None:
    """Write it on the head, unsaved."""
    head.tree_size, head.frontier = frontier.size, b"".join(frontier.hashes).hex()


def subtrees_that_end_with(entry: bytes, frontier: Frontier) -> str:
    """Grow by an entry and return the hashes of the subtrees that end with it, as their row has them."""
    return b"".join(frontier.append(leaf_hash(entry))).hex()


def hashes_in(written: str) -> list[bytes]:
    return [bytes.fromhex(written[at : at + _HEX_DIGITS]) for at in range(0, len(written), _HEX_DIGITS)]


def grow(head: Any, entry_model: Any, subtrees_model: Any) -> None:
    """Bring the tree to where the chain is, some thousand entries at a time; the head is locked, and left unsaved."""
    if head.tree_size == head.sequence:
        return
    frontier = frontier_of(head)
    rows = entry_model.objects.filter(sequence__gt=head.tree_size).order_by("sequence").values_list(*Link._fields)
    while links := [Link(*row) for row in rows.filter(sequence__gt=frontier.size)[:_AT_ONCE]]:
        subtrees_model.objects.bulk_create(
            subtrees_model(sequence=link.sequence, hashes=subtrees_that_end_with(entry_bytes(link), frontier))
            for link in links
        )
    keep_frontier(head, frontier)
