"""
The index of local features: which held pictures share details with a query, without comparing it with each.

The 128 bits of a point are read as a few words of up to 20 bits. Points that share a word in the same position are
compared bit by bit, the near ones vote for their picture, and a detail that many pictures show (letters, a channel's
logo) has less of a vote. All is held in sorted arrays and made anew from the stored features; adding sorts little.
"""

from collections.abc import Iterable
from dataclasses import dataclass
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
# Codes are read in parts of so many: each bit takes a byte meanwhile.
_AT_ONCE = 100_000
# A picture with fewer votes is not worth looking at.
LEAST_VOTES = 2.0


class Candidate(NamedTuple):
    key: int
    votes: float
    is_mirrored: bool


@dataclass(frozen=True)
class _Shelf:
    """
    Points, and for each word position in which order they fall into buckets: by the first bits of the word, as many as
    leave about one point a bucket.

    :param codes: (n, 2) uint64
    :param owners: (n,) positions in the index's list of keys
    :param starts: for each word position, where each bucket begins in `orders`, and the end of the last
    """

    codes: NDArray[Any]
    owners: NDArray[Any]
    starts: list[NDArray[Any]]
    orders: list[NDArray[Any]]

    @property
    def size_bytes(self) -> int:
        arrays = [self.codes, self.owners, *self.starts, *self.orders]
        return sum(array.nbytes for array in arrays)


# Which bits make up each word: fixed, scattered over the descriptor, because neighbours within it say much the same.
_WORD_BITS = np.random.default_rng(20240618).permutation(128)[: WORDS * WORD_BITS].reshape(WORDS, WORD_BITS)
_WEIGHTS = (1 << np.arange(WORD_BITS, dtype=np.uint32)).astype(np.uint32)


class WordIndex:
    """Not thread-safe: one writer or many readers at a time. Keys are any integers, each held once."""

    def __init__(self) -> None:
        self._keys: list[int] = []
        self._positions: dict[int, int] = {}
        self._removed: set[int] = set()
        self._shelves: list[_Shelf] = []
        self._waiting: list[tuple[int, NDArray[Any]]] = []

    def __len__(self) -> int:
        return len(self._positions)

    def __contains__(self, key: int) -> bool:
        return key in self._positions

    @property
    def size_bytes(self) -> int:
        """Memory of the arrays."""
        return sum(shelf.size_bytes for shelf in self._shelves)

    def add(self, key: int, features: Features) -> None:
        """Hold a picture. What was held under its key is replaced."""
        self.remove(key)
        self._positions[key] = len(self._keys)
        self._waiting.append((len(self._keys), features.codes[:POINTS_HELD]))
        self._keys.append(key)

    def add_many(self, pictures: Iterable[tuple[int, Features]]) -> None:
        for key, features in pictures:
            self.add(key, features)

    def remove(self, key: int) -> None:
        """Forget a picture; its points go with the next merging of arrays."""
        position = self._positions.pop(key, None)
        if position is not None:
            self._removed.add(position)

    def candidates(self, features: Features, limit: int = 20) -> list[Candidate]:
        """Return the pictures that share most details with the query or with its mirror image, best first."""
        self._shelve()
        candidates = []
        for is_mirrored in (False, True):
            codes = (features.mirrored() if is_mirrored else features).codes
            for position, votes in self._vote(codes, limit):
                candidates.append(Candidate(self._keys[position], votes, is_mirrored))
        return sorted(candidates, key=lambda candidate: (-candidate.votes, candidate.key))[:limit]

    def _vote(self, codes: NDArray[Any], limit: int) -> list[tuple[int, float]]:
        pairs = [pair for shelf in self._shelves if (pair := _find(shelf, codes)) is not None]
        if not pairs:
            return []
        # A point of the query votes once for a picture, however often that shows the detail.
        asked_by = np.concatenate([asked for asked, _ in pairs]).astype(np.int64)
        owners = np.concatenate([owner for _, owner in pairs])
        votes = np.unique(asked_by << 32 | owners)
        asked_by, owners = votes >> 32, votes & 0xFFFFFFFF
        weights = 1 / np.sqrt(np.bincount(asked_by, minlength=len(codes))[asked_by])
        totals = np.bincount(owners, weights=weights, minlength=len(self._keys))
        if self._removed:
            totals[list(self._removed)] = 0
        count = min(limit, len(totals))
        best = np.argpartition(-totals, count - 1)[:count]
        return [
            (int(position), round(float(totals[position]), 2)) for position in best if totals[position] >= LEAST_VOTES
        ]

    def _shelve(self) -> None:
        """
        Sort what waits, and merge arrays of like size, so that there are few of them and each point is sorted seldom.
        """
        if not self._waiting:
            return
        codes = np.concatenate([codes for _, codes in self._waiting])
        owners = np.repeat([position for position, _ in self._waiting], [len(codes) for _, codes in self._waiting])
        self._waiting = []
        packed, owners = np.ascontiguousarray(codes).view(np.uint64), owners.astype(np.int32)
        while self._shelves and len(self._shelves[-1].owners) < 2 * len(owners):
            last = self._shelves.pop()
            packed, owners = np.concatenate([last.codes, packed]), np.concatenate([last.owners, owners])
        if self._removed:
            kept = ~np.isin(owners, list(self._removed))
            packed, owners = packed[kept], owners[kept]
        self._shelves.append(_sorted(packed, owners))


def _words(codes: NDArray[Any]) -> list[NDArray[Any]]:
    """Return the word of each code at each position."""
    bits = np.unpackbits(np.ascontiguousarray(codes).view(np.uint8).reshape(-1, CODE_BYTES), axis=1)
    return [bits[:, chosen] @ _WEIGHTS for chosen in _WORD_BITS]


def _bucket_bits(count: int) -> int:
    return min(WORD_BITS, max(8, count.bit_length()))


def _sorted(codes: NDArray[Any], owners: NDArray[Any]) -> _Shelf:
    bits = _bucket_bits(len(codes))
    parts = [_words(part) for part in np.array_split(codes, len(codes) // _AT_ONCE + 1)]
    starts, orders = [], []
    for words in zip(*parts, strict=True):
        buckets = np.concatenate(words) >> (WORD_BITS - bits)
        orders.append(np.argsort(buckets, kind="stable").astype(np.uint32))
        filled = np.bincount(buckets, minlength=1 << bits)
        starts.append(np.concatenate([[0], np.cumsum(filled)]).astype(np.uint32))
    return _Shelf(codes, owners, starts, orders)


def _find(shelf: _Shelf, codes: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]] | None:
    """Return the points of the query, and beside each the picture that shows nearly the same detail."""
    queries = np.ascontiguousarray(codes).view(np.uint64)
    asked_by, shown_by = [], []
    bits = _bucket_bits(len(shelf.codes))
    for words, starts, order in zip(_words(codes), shelf.starts, shelf.orders, strict=True):
        buckets = words >> (WORD_BITS - bits)
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
    if not asked_by:
        return None
    return np.concatenate(asked_by), np.concatenate(shown_by)
