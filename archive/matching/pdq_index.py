"""
Find the PDQ fingerprints near to one, among a million, without comparing with each. Django-free.

Each fingerprint of 256 bits is cut into 16 bands of 16 bits. Two that differ in at most 31 bits agree, in at least one
band, in all bits but one: whoever looks into the 17 nearest buckets of every band misses none of them. What differs
more is found as long as the differences leave one band nearly alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# PDQ has so many bits …
BITS = 256
# … looked up in bands …
BANDS = 16
# … of so many values each.
BUCKETS = 1 << 16
# In a shuffled order, the same each time: neighbouring bits of a PDQ are alike, and bands of them would be crowded.
ORDER = np.random.default_rng(16).permutation(BITS)
NEAREST = np.array([0, *(1 << bit for bit in range(16))], dtype=np.uint16)
# Where the buckets of each band begin in the one list of buckets; each band's is closed by the end of its last bucket.
BAND_STARTS = np.arange(BANDS)[:, None] * (BUCKETS + 1)
# Up to so many are compared one by one; more are sorted into buckets.
TAIL = 4096

Codes = NDArray[np.uint8]
Numbers = NDArray[np.int64]


def codes_of(prints: Sequence[str]) -> Codes:
    """Return fingerprints of 64 hex digits as rows of 32 bytes."""
    return np.frombuffer(bytes.fromhex("".join(prints)), dtype=np.uint8).reshape(-1, 32)


def distances(codes: Codes, code: Codes) -> Numbers:
    """Return in how many bits each row of `codes` differs from the one row of `code`."""
    return np.bitwise_count(codes.view(np.uint64) ^ code.view(np.uint64)).sum(axis=1, dtype=np.int64)


def _bands(codes: Codes) -> NDArray[np.uint16]:
    """Return the bands of each row, a column each."""
    shuffled = np.packbits(np.unpackbits(codes, axis=1).take(ORDER, axis=1), axis=1)
    return np.ascontiguousarray(shuffled).view(np.uint16)


@dataclass(frozen=True)
class Segment:
    """
    Fingerprints sorted into buckets: those of bucket b of a band are `rows[starts[b]:starts[b + 1]]`.

    A few of them are in none, and all are candidates.
    """

    keys: Numbers
    codes: Codes
    starts: NDArray[np.int32]
    rows: NDArray[np.int32]

    @classmethod
    def sorted(cls, keys: Numbers, codes: Codes) -> "Segment":
        if len(keys) <= TAIL:
            return cls(keys, codes, np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32))
        starts = np.zeros((BANDS, BUCKETS + 1), dtype=np.int32)
        rows = np.empty((BANDS, len(keys)), dtype=np.int32)
        # In parts, because each bit takes a byte while they are shuffled.
        bands = np.concatenate([_bands(part) for part in np.array_split(codes, len(codes) // BUCKETS + 1)])
        for band, of_band in enumerate(bands.T):
            of_band = np.ascontiguousarray(of_band)
            rows[band] = np.argsort(of_band, kind="stable")
            starts[band, 0] = band * len(keys)
            starts[band, 1:] = band * len(keys) + np.cumsum(np.bincount(of_band, minlength=BUCKETS))
        return cls(keys, codes, starts.ravel(), rows.ravel())

    def candidates(self, bands: NDArray[np.uint16]) -> Numbers:
        """Return the rows in the buckets nearest to these bands; some more than once."""
        if not len(self.rows):
            return np.arange(len(self.keys))
        buckets = ((bands[:, None] ^ NEAREST) + BAND_STARTS).ravel()
        begins = self.starts[buckets]
        counts = self.starts[buckets + 1] - begins
        # All positions within all these buckets at once: each bucket's begin, and on from there.
        ends = np.cumsum(counts)
        return self.rows[np.repeat(begins - ends + counts, counts) + np.arange(ends[-1], dtype=np.int32)]

    @property
    def size_bytes(self) -> int:
        return self.keys.nbytes + self.codes.nbytes + self.starts.nbytes + self.rows.nbytes


class PdqIndex:
    """
    Fingerprints by key, to be asked for those near to another.

    Kept in segments, each more than twice as large as the next, and a tail: adding costs a little each time and seldom
    the whole. Nothing is taken out.
    """

    def __init__(self, mapped: Sequence[Segment] = ()) -> None:
        """:param mapped: segments that stay as they are, before those that this index makes of what is added"""
        self._mapped = list(mapped)
        self._segments: list[Segment] = []
        self._tail_keys = np.empty(TAIL, dtype=np.int64)
        self._tail_codes = np.empty((TAIL, 32), dtype=np.uint8)
        self._tail = 0

    def __len__(self) -> int:
        return sum(len(segment.keys) for segment in [*self._mapped, *self._segments]) + self._tail

    @property
    def size_bytes(self) -> int:
        """How much memory it takes, without what is mapped."""
        return sum(segment.size_bytes for segment in self._segments) + TAIL * 40

    def add(self, keys: Sequence[int] | Numbers, codes: Codes) -> None:
        """Add fingerprints, a row of 32 bytes for each key."""
        if self._tail + len(keys) > TAIL:
            self._settle(np.asarray(keys, dtype=np.int64), codes)
            return
        end = self._tail + len(keys)
        self._tail_keys[self._tail : end], self._tail_codes[self._tail : end] = keys, codes
        self._tail = end

    def within(self, code: Codes, radius: int) -> dict[int, int]:
        """
        Return the keys within so many bits of one fingerprint, each with its distance.

        All of them up to 31; beyond that, those that are found (of random ones, 93 % at 50 bits and half at 70).
        """
        bands = _bands(code.reshape(1, 32))[0]
        distance_of: dict[int, int] = {}
        for segment in [*self._mapped, *self._segments]:
            rows = segment.candidates(bands)
            _gather(distance_of, segment.keys, rows, distances(segment.codes[rows], code), radius)
        tail = np.arange(self._tail)
        _gather(distance_of, self._tail_keys, tail, distances(self._tail_codes[: self._tail], code), radius)
        return distance_of

    def _settle(self, keys: Numbers, codes: Codes) -> None:
        """Sort the tail and what comes into buckets, together with the segments that are no longer much larger."""
        all_keys, all_codes = [self._tail_keys[: self._tail], keys], [self._tail_codes[: self._tail], codes]
        number = self._tail + len(keys)
        while self._segments and len(self._segments[-1].keys) < 2 * number:
            merged = self._segments.pop()
            all_keys.insert(0, merged.keys)
            all_codes.insert(0, merged.codes)
            number += len(merged.keys)
        self._segments.append(Segment.sorted(np.concatenate(all_keys), np.concatenate(all_codes)))
        self._tail = 0


def _gather(distance_of: dict[int, int], keys: Numbers, rows: Numbers, apart: Numbers, radius: int) -> None:
    is_near = apart <= radius
    distance_of.update(zip(keys[rows[is_near]].tolist(), apart[is_near].tolist(), strict=True))
