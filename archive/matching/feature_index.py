"""
The index of local features: which held pictures share details with a query, without comparing it with each.

The 128 bits of a point are read as a few words of up to 20 bits. Points that share a word in the same position are
compared bit by bit, the near ones vote for their picture, and a detail that many pictures show (letters, a channel's
logo) has less of a vote. All is held in sorted arrays, mapped from files or in memory; adding sorts little.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from archive.matching.features import CODE_BYTES, Features

# Points of a picture that are held: the most telling, spread over it. All points of a query look for them.
POINTS_HELD = 200
# So many words are read from a code; a point is found if one of them is unchanged.
WORDS = 4
# Bits of each: few enough to survive, enough to be rare.
WORD_BITS = 20
# Points whose codes differ in more bits are not the same detail.
MOST_BITS = 16
# A word that more points share than this is no detail but a texture.
MOST_IN_WORD = 2_000
# Codes are read in parts of so many: their words take some bytes more meanwhile.
_AT_ONCE = 100_000
# A picture with fewer votes is not worth looking at.
LEAST_VOTES = 2.0


class Candidate(NamedTuple):
    key: int
    votes: float
    is_mirrored: bool


@dataclass(frozen=True)
class Shelf:
    """
    Points, and for each word position in which order they fall into buckets: by the first bits of the word, as many as
    leave about one point a bucket.

    :param keys: of the pictures
    :param codes: (n, 2) uint64
    :param owners: (n,) positions in `keys`
    :param orders: (words, n) uint32
    :param starts: (words, buckets + 1) uint32, where each bucket begins in its order, and the end of the last
    """

    keys: NDArray[Any]
    codes: NDArray[Any]
    owners: NDArray[Any]
    orders: NDArray[Any]
    starts: NDArray[Any]

    @classmethod
    def sorted(cls, keys: NDArray[Any], codes: NDArray[Any], owners: NDArray[Any]) -> "Shelf":
        orders, starts = zip(*(sort_points(codes, position) for position in range(WORDS)), strict=True)
        return cls(keys, codes, owners, np.stack(orders), np.stack(starts))

    @property
    def size_bytes(self) -> int:
        return sum(getattr(self, field.name).nbytes for field in fields(self))


# Which bits make up each word: fixed, scattered over the descriptor, because neighbours within it say much the same.
_WORD_BITS = np.random.default_rng(20240618).permutation(128)[: WORDS * WORD_BITS].reshape(WORDS, WORD_BITS)


class WordIndex:
    """Not thread-safe: one writer or many readers at a time. Keys are any integers, each added once."""

    def __init__(self, mapped: Sequence[Shelf] = ()) -> None:
        """:param mapped: shelves that stay as they are, before those that this index makes of what is added"""
        self._mapped = list(mapped)
        self._shelves: list[Shelf] = []
        self._waiting: list[tuple[int, NDArray[Any]]] = []

    def __len__(self) -> int:
        return sum(len(shelf.keys) for shelf in [*self._mapped, *self._shelves]) + len(self._waiting)

    @property
    def size_bytes(self) -> int:
        """Memory of the arrays that are not mapped."""
        return sum(shelf.size_bytes for shelf in self._shelves)

    def add(self, key: int, features: Features) -> None:
        """Hold a picture."""
        self.add_codes([(key, features.codes)])

    def add_codes(self, pictures: Iterable[tuple[int, NDArray[Any]]]) -> None:
        """Hold pictures by the codes of their features."""
        self._waiting += [(key, codes[:POINTS_HELD]) for key, codes in pictures]

    def candidates(self, features: Features, limit: int = 20) -> list[Candidate]:
        """Return the pictures that share most details with the query or with its mirror image, best first."""
        self._shelve()
        candidates = []
        for is_mirrored in (False, True):
            codes = (features.mirrored() if is_mirrored else features).codes
            candidates += [Candidate(key, votes, is_mirrored) for key, votes in self._vote(codes, limit)]
        return sorted(candidates, key=lambda candidate: (-candidate.votes, candidate.key))[:limit]

    def _vote(self, codes: NDArray[Any], limit: int) -> list[tuple[int, float]]:
        asked_by, owners, number = [], [], 0
        shelves = [*self._mapped, *self._shelves]
        for shelf in shelves:
            asked, owner = _find(shelf, codes)
            asked_by.append(asked)
            owners.append(owner.astype(np.int64) + number)
            number += len(shelf.keys)
        if not number:
            return []
        # A point of the query votes once for a picture, however often that shows the detail.
        votes = np.unique(np.concatenate(asked_by) << 32 | np.concatenate(owners))
        points, positions = votes >> 32, votes & 0xFFFFFFFF
        weights = 1 / np.sqrt(np.bincount(points, minlength=len(codes))[points])
        totals = np.bincount(positions, weights=weights, minlength=number)
        count = min(limit, number)
        best = np.argpartition(-totals, count - 1)[:count]
        best = best[totals[best] >= LEAST_VOTES]
        ends = np.cumsum([len(shelf.keys) for shelf in shelves])
        found = []
        for position in best.tolist():
            at = int(np.searchsorted(ends, position, "right"))
            key = shelves[at].keys[position - int(ends[at])]
            found.append((int(key), round(float(totals[position]), 2)))
        return found

    def _shelve(self) -> None:
        """
        Sort what waits, and merge arrays of like size, so that there are few of them and each point is sorted seldom.
        """
        if not self._waiting:
            return
        keys = np.array([key for key, _ in self._waiting], np.int64)
        packed = packed_codes([codes for _, codes in self._waiting])
        owners = np.repeat(np.arange(len(keys), dtype=np.int32), [len(codes) for _, codes in self._waiting])
        self._waiting = []
        while self._shelves and len(self._shelves[-1].owners) < 2 * len(owners):
            last = self._shelves.pop()
            owners = np.concatenate([last.owners, owners + np.int32(len(last.keys))])
            keys, packed = np.concatenate([last.keys, keys]), np.concatenate([last.codes, packed])
        self._shelves.append(Shelf.sorted(keys, packed, owners))


def packed_codes(codes: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Return the codes of pictures as a shelf holds them, one below the other."""
    return np.ascontiguousarray(np.concatenate(codes)).view(np.uint64)


def sort_points(codes: NDArray[Any], position: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return in which order points fall into the buckets of a word position, and where each bucket begins."""
    bits = _bucket_bits(len(codes))
    parts = np.array_split(codes, len(codes) // _AT_ONCE + 1)
    buckets = np.concatenate([_word(part, position) >> np.uint32(WORD_BITS - bits) for part in parts])
    order = np.argsort(buckets, kind="stable").astype(np.uint32)
    filled = np.bincount(buckets, minlength=1 << bits)
    return order, np.concatenate([[0], np.cumsum(filled)]).astype(np.uint32)


def _word(codes: NDArray[Any], position: int) -> NDArray[Any]:
    """Return the word of each code at a position."""
    octets = np.ascontiguousarray(codes).view(np.uint8).reshape(-1, CODE_BYTES)
    word = np.zeros(len(octets), np.uint32)
    for at, bit in enumerate(_WORD_BITS[position].tolist()):
        word |= (octets[:, bit // 8] >> (7 - bit % 8) & 1).astype(np.uint32) << np.uint32(at)
    return word


def _bucket_bits(count: int) -> int:
    return min(WORD_BITS, max(8, count.bit_length()))


def _find(shelf: Shelf, codes: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the points of the query, and beside each the picture that shows nearly the same detail."""
    queries = np.ascontiguousarray(codes).view(np.uint64)
    asked_by, shown_by = [np.zeros(0, np.int64)], [np.zeros(0, np.int32)]
    bits = _bucket_bits(len(shelf.codes))
    for position, (starts, order) in enumerate(zip(shelf.starts, shelf.orders, strict=True)):
        buckets = _word(codes, position) >> np.uint32(WORD_BITS - bits)
        first = starts[buckets].astype(np.int64)
        counts = starts[buckets + 1] - first
        counts[counts > MOST_IN_WORD] = 0
        total = int(counts.sum())
        if not total:
            continue
        asked = np.repeat(np.arange(len(buckets)), counts)
        offsets = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
        points = order[np.repeat(first, counts) + offsets]
        differing = np.bitwise_count(shelf.codes[points] ^ queries[asked]).sum(axis=1)
        near = differing <= MOST_BITS
        asked_by.append(asked[near])
        shown_by.append(shelf.owners[points[near]])
    return np.concatenate(asked_by), np.concatenate(shown_by)
