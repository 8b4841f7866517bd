"""Heads as C2SP writes them. The first example is the one of the page of Go's package note."""

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.ledger.merkle_tree import leaf_hash
from archive.ledger.signed_notes import (
    COSIGNATURE,
    Head,
    SigningKey,
    UnreadableNote,
    WitnessRequest,
    read_request,
    read_signed_head,
    read_signing_key,
    read_verifier_key,
)

# From the documentation of golang.org/x/mod/sumdb/note.
GO_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
KEY = SigningKey("archive.example/ledger", bytes(range(32)))
WITNESS = SigningKey("other.example/ledger", bytes(range(1, 33)))
HEAD = Head(KEY.name, 1234, leaf_hash(b"x"))


def test_keys_are_those_of_go() -> None:
    key = read_signing_key(GO_PRIVATE)

    assert str(key.public) == GO_PUBLIC
    assert str(key) == GO_PRIVATE
    assert read_verifier_key(GO_PUBLIC) == key.public
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )  # fmt: skip
    signature = bytes.fromhex("c74f20a3") + key._key.sign(text.encode())
    assert signature == b64decode(
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    )


def test_a_head_is_read_as_it_was_written() -> None:
    signed = KEY.sign(HEAD)

    read = read_signed_head(signed.note())

    assert read == signed
    assert read.note().startswith(f"{KEY.name}\n1234\n")
    assert read.is_signed_by(KEY.public)
    assert not read.is_signed_by(WITNESS.public)


def test_a_witness_signs_beside_with_its_time() -> None:
    signed = WITNESS.cosign(KEY.sign(HEAD), at=1_700_000_000)

    read = read_signed_head(signed.note())

    assert WITNESS.as_witness.algorithm == COSIGNATURE
    assert read.is_signed_by(KEY.public)
    assert read.is_signed_by(WITNESS.as_witness)
    own = read.signatures[1]
    assert int.from_bytes(own.signature[:8]) == 1_700_000_000
    later = own._replace(signature=(1_700_000_001).to_bytes(8) + own.signature[8:])
    assert not read._replace(signatures=(later,)).is_signed_by(WITNESS.as_witness)


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_a_changed_byte_is_never_taken_for_the_same_head(at: int, change: int) -> None:
    note = KEY.sign(HEAD).note().encode()
    at %= len(note)
    changed = note[:at] + bytes([note[at] ^ change]) + note[at + 1 :]

    try:
        read = read_signed_head(changed.decode())
    except (UnreadableNote, UnicodeDecodeError):
        return
    assert not read.is_signed_by(KEY.public)


@pytest.mark.parametrize(
    ("note", "why"),
    [
        ("", "no empty line"),
        ("name\n1\n", "no empty line"),
        ("na me\n1\nAA==\n\n— a b\n", "first three lines"),
        ("name\n01\nAA==\n\n— a b\n", "no number"),
        ("name\n-1\nAA==\n\n— a b\n", "no number"),
        (f"name\n{10**18}\nAA==\n\n— a b\n", "no number"),
        ("name\n1\nAA==\n\n— a b\n", "no SHA-256"),
        ("name\n1\nA\n\n— a b\n", "not in base64"),
        ("name\n1\nAB==\n\n— a b\n", "not written as base64"),
        (f"{HEAD.text()}\n- a b\n", "no line of a signature"),
        (f"{HEAD.text()}\n— a AAAA\n", "too short"),
        (f"{HEAD.text()}\n— a AAAA", "does not end"),
        (HEAD.text().replace(KEY.name, "cosignature/v1") + "\n— a AAAA\n", "first three lines"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_head_is_told(note: str, why: str) -> None:
    with pytest.raises(UnreadableNote, match=why):
        read_signed_head(note)


@pytest.mark.parametrize(
    "key",
    ["", "a+b", GO_PUBLIC.replace("c74f", "c74e"), GO_PUBLIC[:-4], GO_PUBLIC.replace("+AR", "+BR"), "a b+00+AA=="],
)
def test_what_is_no_key_is_told(key: str) -> None:
    with pytest.raises(UnreadableNote):
        read_verifier_key(key)
    with pytest.raises(UnreadableNote):
        read_signing_key(f"PRIVATE+KEY+{key}")


@pytest.mark.parametrize("hashes", [0, 1, 20])
def test_a_request_is_read_as_it_was_written(hashes: int) -> None:
    request = WitnessRequest(1000, tuple(leaf_hash(bytes([at])) for at in range(hashes)), KEY.sign(HEAD))

    assert read_request(request.text()) == request
