"""The tree of RFC 9162: section 2.1 written down again, recursive as it stands there, and ours held against it."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.ledger.merkle_tree import (
    EMPTY_ROOT,
    Frontier,
    Subtree,
    consistency_path,
    hashes_of,
    inclusion_path,
    is_consistent,
    is_included,
    leaf_hash,
)

# The leaves and roots that Certificate Transparency's own test suites use since RFC 6962.
LEAVES = [bytes.fromhex(h) for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                     "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
MOST = 64


def root(leaves: Sequence[bytes]) -> bytes:
    """MTH of section 2.1.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = split(len(leaves))
    return sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:])).digest()


def path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), root(leaves[k:])]
    return [*path(m - k, leaves[k:]), root(leaves[:k])]


def subproof(m: int, leaves: Sequence[bytes], is_whole: bool) -> list[bytes]:
    """SUBPROOF of section 2.1.4.1."""
    if m == len(leaves):
        return [] if is_whole else [root(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], is_whole), root(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), root(leaves[:k])]


def split(n: int) -> int:
    """Return the largest power of two below n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def grown(leaves: Sequence[bytes]) -> tuple[list[bytes], dict[Subtree, bytes]]:
    """Return the root over the first 0, 1, 2, ... leaves, and every full subtree."""
    frontier, roots, known = Frontier(), [EMPTY_ROOT], {}
    for last, leaf in enumerate(leaves, 1):
        for level, part in enumerate(frontier.append(leaf_hash(leaf))):
            known[Subtree(last, level)] = part
        roots.append(frontier.root())
    return roots, known


MADE = [bytes([number]) * (number % 5) for number in range(MOST)]
MADE_ROOTS, MADE_KNOWN = grown(MADE)


@pytest.mark.parametrize("size", ROOTS)
def test_the_roots_are_the_known_ones(size: int) -> None:
    roots, _known = grown(LEAVES)

    assert roots[size].hex() == ROOTS[size]
    assert root(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize("size", range(1, MOST + 1))
def test_every_leaf_is_proved_and_no_other_in_its_place(size: int) -> None:
    for index in range(size):
        proof = hashes_of(inclusion_path(index, size), MADE_KNOWN)

        assert proof == path(index, MADE[:size])
        for at in range(size):
            assert is_included(at, size, leaf_hash(MADE[index]), proof, MADE_ROOTS[size]) == (at == index)
        for broken in ([*proof, EMPTY_ROOT], proof[:-1] if proof else [EMPTY_ROOT], [EMPTY_ROOT, *proof[1:]]):
            if broken != proof:
                assert not is_included(index, size, leaf_hash(MADE[index]), broken, MADE_ROOTS[size])


@pytest.mark.parametrize("second", range(MOST + 1))
def test_every_smaller_tree_is_proved_and_no_other(second: int) -> None:
    for first in range(second + 1):
        proof = hashes_of(consistency_path(first, second), MADE_KNOWN)

        assert proof == (subproof(first, MADE[:second], True) if first else [])
        assert is_consistent(first, second, MADE_ROOTS[first], MADE_ROOTS[second], proof)
        other = leaf_hash(b"another history")
        assert not is_consistent(first, second, other, MADE_ROOTS[second], proof)
        if first:
            assert not is_consistent(first, second, MADE_ROOTS[first], other, proof)
        for at in range(len(proof)):
            broken = [*proof[:at], other, *proof[at + 1 :]]
            assert not is_consistent(first, second, MADE_ROOTS[first], MADE_ROOTS[second], broken)
            shorter = proof[:at] + proof[at + 1 :]
            assert not is_consistent(first, second, MADE_ROOTS[first], MADE_ROOTS[second], shorter)


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=300), st.data())
def test_larger_trees_are_proved_too(leaves: list[bytes], data: st.DataObject) -> None:
    roots, known = grown(leaves)
    size = len(leaves)
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))

    assert roots[size] == root(leaves)
    inclusion = hashes_of(inclusion_path(index, size), known)
    assert is_included(index, size, leaf_hash(leaves[index]), inclusion, roots[size])
    consistency = hashes_of(consistency_path(first, size), known)
    assert is_consistent(first, size, roots[first], roots[size], consistency)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_leaf_that_is_not_there_has_no_path(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="has no leaf"):
        inclusion_path(index, size)
    assert not is_included(index, size, leaf_hash(b""), [], leaf_hash(b""))


@pytest.mark.parametrize(("first", "second"), [(-1, 3), (4, 3)])
def test_a_larger_tree_is_no_beginning(first: int, second: int) -> None:
    with pytest.raises(ValueError, match="cannot begin"):
        consistency_path(first, second)
    assert not is_consistent(first, second, EMPTY_ROOT, EMPTY_ROOT, [])


def test_a_proof_in_a_large_tree_is_short() -> None:
    assert len(inclusion_path(123_456, 1_000_000)) == 20
    assert sum(len(list(leaves.subtrees())) for leaves in inclusion_path(123_456, 1_000_000)) < 40
    assert len(consistency_path(123_456, 1_000_000)) <= 21
