"""
Heads of this ledger, and the proofs about them.

    signed_head()                     how far the ledger goes, signed
    prove_inclusion(12, 100)          entry 12 is in the ledger of 100 entries
    prove_consistency(60, 100)        the ledger of 100 entries begins with that of 60
    root_of_entries(60)               the root of the first 60, made anew from the entries themselves
"""

from collections.abc import Iterable

from archive.ledger.chain import Link, entry_bytes
from archive.ledger.grow_tree import frontier_of, hashes_in
from archive.ledger.merkle_tree import (
    Frontier,
    Leaves,
    Subtree,
    consistency_path,
    hashes_of,
    inclusion_path,
    leaf_hash,
)
from archive.ledger.models import LedgerEntry, LedgerHead, LedgerSubtrees
from archive.ledger.signed_notes import Head, SignedHead
from archive.ledger.signing_key import signing_key

_AT_ONCE = 2000


def signed_head() -> SignedHead:
    """
    Return how far the ledger goes, signed by this machine; two queries.

    :raises NoSigningKey: this machine has not the key
    """
    key = signing_key()
    row = LedgerHead.objects.first() or LedgerHead()
    return key.sign(Head(key.name, row.tree_size, frontier_of(row).root()))


def prove_inclusion(sequence: int, size: int) -> list[bytes]:
    """
    Return the proof that an entry is among the first `size`; one query.

    :raises ValueError: it is not among them
    :raises KeyError: the tree does not go so far
    """
    return _proof(inclusion_path(sequence - 1, size))


def prove_consistency(first: int, second: int) -> list[bytes]:
    """
    Return the proof that the ledger of `second` entries begins with that of `first`; one query.

    :raises ValueError: the second is smaller
    :raises KeyError: the tree does not go so far
    """
    return _proof(consistency_path(first, second))


def root_of_entries(size: int) -> bytes | None:
    """Return the root over the first `size` entries, made anew from them, or None where there are not so many."""
    frontier = Frontier()
    rows = LedgerEntry.objects.filter(sequence__lte=size).order_by("sequence").values_list(*Link._fields)
    for row in rows.iterator(chunk_size=_AT_ONCE):
        frontier.append(leaf_hash(entry_bytes(Link(*row))))
    return frontier.root() if frontier.size == size else None


def _proof(path: Iterable[Leaves]) -> list[bytes]:
    path = list(path)
    wanted = {subtree.last for leaves in path for subtree in leaves.subtrees()}
    rows = LedgerSubtrees.objects.filter(pk__in=wanted).values_list("sequence", "hashes")
    known = {Subtree(last, level): part for last, hashes in rows for level, part in enumerate(hashes_in(hashes))}
    return hashes_of(path, known)
