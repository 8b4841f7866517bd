"""
Heads of this ledger, and the proofs about them.

    signed_head()                     how far the ledger goes, signed
    prove_inclusion(12, 100)          entry 12 is in the ledger of 100 entries
    prove_inclusions([3, 12], 100)    the same of several entries, at the cost of one
    prove_consistency(60, 100)        the ledger of 100 entries begins with that of 60
    root_of_entries(60)               the root of the first 60, made anew from the entries themselves
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

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
# Whoever takes heads more often than this is noted once.
_NOTED_EVERY = timedelta(hours=1)


def signed_head() -> SignedHead:
    """
    Return how far the ledger goes, signed by this machine; two queries.

    :raises NoSigningKey: this machine has not the key
    """
    key = signing_key()
    row = LedgerHead.objects.first() or LedgerHead()
    return key.sign(Head(key.name, row.tree_size, frontier_of(row).root()))


def note_handed_out(signed: SignedHead, *, at: datetime) -> None:
    """
    Note that somebody took this head, to keep it elsewhere; no entry, for that would make another head.

    One UPDATE, which changes nothing where one was taken within the hour.
    """
    is_due = Q(handed_out_at=None) | Q(handed_out_at__lte=at - _NOTED_EVERY)
    LedgerHead.objects.filter(is_due, pk=1).update(handed_out_at=at, handed_out_size=signed.head.size)


def prove_inclusion(sequence: int, size: int) -> list[bytes]:
    """
    Return the proof that an entry is among the first `size`; one query.

    :raises ValueError: it is not among them
    :raises KeyError: the tree does not go so far
    """
    return _proof(inclusion_path(sequence - 1, size))


def prove_inclusions(sequences: Iterable[int], size: int) -> dict[int, list[bytes]]:
    """
    Return the proof of each of these entries that it is among the first `size`; one query for some hundred of them.

    :raises ValueError: one is not among them
    :raises KeyError: the tree does not go so far
    """
    paths = {sequence: inclusion_path(sequence - 1, size) for sequence in sequences}
    known = _subtrees(leaves for path in paths.values() for leaves in path)
    return {sequence: hashes_of(path, known) for sequence, path in paths.items()}


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
    return hashes_of(path, _subtrees(path))


def _subtrees(path: Iterable[Leaves]) -> dict[Subtree, bytes]:
    wanted = {subtree.last for leaves in path for subtree in leaves.subtrees()}
    rows = LedgerSubtrees.objects.filter(pk__in=wanted).values_list("sequence", "hashes")
    return {Subtree(last, level): part for last, hashes in rows for level, part in enumerate(hashes_in(hashes))}
