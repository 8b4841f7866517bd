"""The look-up of fingerprints gives what comparing with each would give, for as long as it promises to."""

import numpy as np
import pytest

from archive.matching.pdq_index import ORDER, TAIL, PdqIndex, codes_of, distances

EXACT = 31


def random_codes(number: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (number, 32), dtype=np.uint8)


def with_bits_changed(code: np.ndarray, bits: int, seed: int) -> np.ndarray:
    """Return the fingerprint with exactly so many of its bits turned over."""
    unpacked = np.unpackbits(code)
    unpacked[np.random.default_rng(seed).choice(256, bits, replace=False)] ^= 1
    return np.packbits(unpacked)


def crowded_codes(number: int, seed: int) -> np.ndarray:
    """Return fingerprints that are unevenly spread, as those of one sea under one sky are: few originals, many near."""
    rng = np.random.default_rng(seed)
    originals = random_codes(12, seed)
    return np.stack([with_bits_changed(originals[n % 12], int(rng.integers(0, 90)), seed + n) for n in range(number)])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("codes_like", [random_codes, crowded_codes], ids=["spread", "crowded"])
def test_within_31_bits_the_look_up_equals_comparing_with_each(codes_like, seed):
    codes = codes_like(TAIL + 900, seed)
    index, at = PdqIndex(), 0
    for size in (1, 900, TAIL - 600, 599):  # piece by piece: some come into buckets, some stay in the tail
        index.add(range(at, at + size), codes[at : at + size])
        at += size

    for n in range(40):
        query = with_bits_changed(codes[n * 120], n % 40, n)
        apart = distances(codes, query)
        expected = {key: int(apart[key]) for key in np.flatnonzero(apart <= EXACT).tolist()}

        assert index.within(query, EXACT) == expected


@pytest.mark.parametrize("bits", range(EXACT + 1))
def test_a_fingerprint_is_found_whichever_of_its_bits_differ(bits):
    codes = random_codes(TAIL + 1, seed=bits)
    index = PdqIndex()
    index.add(range(len(codes)), codes)

    found = [index.within(with_bits_changed(codes[5], bits, seed), EXACT) for seed in range(60)]

    assert all(near.get(5) == bits for near in found)


def test_the_worst_spread_of_31_bits_over_the_bands_is_found():
    """Two differences in each band but one, and one in that: no more can be asked of bands."""
    codes = random_codes(TAIL + 1, seed=3)
    index = PdqIndex()
    index.add(range(len(codes)), codes)
    changed = np.unpackbits(codes[7])
    changed[[ORDER[bit] for band in range(16) for bit in (band * 16, band * 16 + 9)][:-1]] ^= 1

    assert index.within(np.packbits(changed), EXACT) == {7: 31}


def test_most_of_what_differs_in_40_bits_is_a_candidate():
    codes = random_codes(TAIL + 1, seed=4)
    index = PdqIndex()
    index.add(range(len(codes)), codes)

    found = sum(5 in index.within(with_bits_changed(codes[5], 40, seed), 70) for seed in range(200))

    assert found > 190


def test_adding_one_by_one_loses_none_and_keeps_few_segments():
    codes = random_codes(3 * TAIL, seed=5)
    index = PdqIndex()
    for key, code in enumerate(codes):
        index.add([key], code.reshape(1, 32))

    assert len(index) == len(codes)
    assert len(index._segments) <= 3
    assert all(index.within(codes[key], 0) == {key: 0} for key in range(0, len(codes), 500))


def test_an_empty_index_finds_nothing():
    assert PdqIndex().within(random_codes(1, 1)[0], EXACT) == {}


def test_a_fingerprint_is_written_in_64_hex_digits():
    codes = codes_of(["00" * 31 + "01", "ff" * 32])

    assert distances(codes, codes[0]).tolist() == [0, 255]
