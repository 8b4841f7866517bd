"""
The Merkle tree of RFC 9162, section 2.1, in plain Python: roots, proofs, and how an outsider checks them.

A tree over n leaves falls into full subtrees, of 1, 2, 4, ... leaves. Whoever has those can make any root and any proof
from some of them, so nothing else is kept: a leaf adds as many as its number has zeros at its end in binary, and one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

# What a tree without leaves has for a root.
EMPTY_ROOT = sha256().digest()


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Subtree(NamedTuple):
    """A full subtree: the 2 to the power of `level` leaves that end with leaf number `last`, counted from 1."""

    last: int
    level: int


class Leaves(NamedTuple):
    """The leaves from `start`, counted from 0, up to `end`, without it."""

    start: int
    end: int

    def subtrees(self) -> Iterator[Subtree]:
        """Yield the full subtrees that these leaves fall into, the largest first."""
        start = self.start
        while start < self.end:
            level = (self.end - start).bit_length() - 1
            start += 1 << level
            yield Subtree(start, level)


class Frontier:
    """The full subtrees that a whole tree falls into, the largest first: all it takes to go on growing it."""

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size, self.hashes = size, list(hashes)

    def append(self, leaf: bytes) -> list[bytes]:
        """Add a leaf's hash and return the hashes of the full subtrees that end with it, its own first."""
        ended, number = [leaf], self.size
        while number & 1:
            ended.append(node_hash(self.hashes.pop(), ended[-1]))
            number >>= 1
        self.hashes.append(ended[-1])
        self.size += 1
        return ended

    def root(self) -> bytes:
        return joined(self.hashes) if self.hashes else EMPTY_ROOT


def joined(hashes: Sequence[bytes]) -> bytes:
    """Return the hash of the tree that falls into these full subtrees, the largest first."""
    *before, root = hashes
    for left in reversed(before):
        root = node_hash(left, root)
    return root


def inclusion_path(index: int, size: int) -> list[Leaves]:
    """
    Return the trees whose hashes prove that a leaf is in the tree over `size` leaves (section 2.1.3.1).

    :param index: of the leaf, counted from 0
    :raises ValueError: there is no such leaf in it
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree over {size} leaves has no leaf {index}")
    return _path(index, size)


def consistency_path(first: int, second: int) -> list[Leaves]:
    """
    Return the trees whose hashes prove that the tree over `second` leaves begins with that over `first` (2.1.4.1).

    :raises ValueError: the second is smaller
    """
    if not 0 <= first <= second:
        raise ValueError(f"a tree over {second} leaves cannot begin with {first} leaves")
    if first in (0, second):
        return []
    # The largest full subtree that ends with the first tree is where the two part.
    level = (first & -first).bit_length() - 1
    path = _path((first >> level) - 1, -(-second >> level))
    of_leaves = [Leaves(part.start << level, min(part.end << level, second)) for part in path]
    # Where that is the whole first tree, who checks has its hash.
    return of_leaves if first == 1 << level else [Leaves(first - (1 << level), first), *of_leaves]


def _path(index: int, size: int) -> list[Leaves]:
    path, start, end = [], 0, size
    while end - start > 1:
        half = 1 << ((end - start - 1).bit_length() - 1)
        if index - start < half:
            path.append(Leaves(start + half, end))
            end = start + half
        else:
            path.append(Leaves(start, start + half))
            start += half
    return path[::-1]


def hashes_of(path: Iterable[Leaves], known: Mapping[Subtree, bytes]) -> list[bytes]:
    """Return the hashes of a path out of those of full subtrees."""
    return [joined([known[subtree] for subtree in leaves.subtrees()]) for leaves in path]


def is_included(index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> bool:
    """Say whether a path proves that the leaf with this hash stands at `index`, counted from 0 (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, reached = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            reached = node_hash(beside, reached)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            reached = node_hash(reached, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and reached == root


def is_consistent(first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Say whether a path proves that the tree over `second` leaves begins with that over `first` (2.1.4.2)."""
    if not 0 <= first <= second:
        return False
    if first == 0:
        return not path and first_root == EMPTY_ROOT
    if first == second:
        return not path and first_root == second_root
    if not path:
        return False
    hashes = [first_root, *path] if first & (first - 1) == 0 else list(path)
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = hashes[0]
    for beside in hashes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(beside, old), node_hash(beside, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root
