"""
Heads of the ledger as C2SP writes them, in plain Python: signed-note, tlog-checkpoint, tlog-cosignature, and the
request to a witness of tlog-witness.

A head names the ledger (its origin), how many entries it has, and the root of the tree over them:

    archive.example/ledger-5f3a91c2
    1234
    qINS1GRFhWHwdkUeqLEoP4yEMkTBBzxBkGwGQlVlVcs=

    — archive.example/ledger-5f3a91c2 Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9…
"""

import base64
import binascii
import re
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

# The types of signature that C2SP numbers: of a note by who wrote it, and of a head by a witness.
ED25519, COSIGNATURE = 1, 4
_KEY_ID_BYTES, _TIME_BYTES, _HASH_BYTES, _KEY_BYTES = 4, 8, 32, 32
# The first line of what a witness signs, so that it is never taken for a head.
_COSIGNED = "cosignature/v1"
# Longer than any host and what is beneath it.
_NAME = re.compile(r"[^\s+\x00-\x1f]{1,300}")
# As many entries as the databases can count.
_NUMBER = "(0|[1-9][0-9]{0,17})"
_SIGNATURE_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)")


class UnreadableNote(ValueError):
    """A text is no signed head, no request or no key; the text says what is wrong with it."""


class Signature(NamedTuple):
    name: str
    key_id: bytes
    signature: bytes


class Head(NamedTuple):
    """How far a ledger goes: its name, its number of entries, and the root of the tree over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{_b64(self.root)}\n"


class SignedHead(NamedTuple):
    """A head, the very text that was signed, and the signatures under it."""

    head: Head
    text: str
    signatures: tuple[Signature, ...]

    def note(self) -> str:
        lines = (f"— {s.name} {_b64(s.key_id + s.signature)}\n" for s in self.signatures)
        return f"{self.text}\n{''.join(lines)}"

    def is_signed_by(self, key: "VerifierKey") -> bool:
        """Say whether one of the signatures is this key's; a second one of the same key that fails fails them all."""
        of_key = [s.signature for s in self.signatures if (s.name, s.key_id) == (key.name, key.key_id)]
        return bool(of_key) and all(key.holds(self.text, signature) for signature in of_key)


class VerifierKey(NamedTuple):
    """A public key as it is handed on: `name+id+key`."""

    name: str
    algorithm: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        return sha256(f"{self.name}\n".encode() + bytes([self.algorithm]) + self.public).digest()[:_KEY_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_b64(bytes([self.algorithm]) + self.public)}"

    def holds(self, text: str, signature: bytes) -> bool:
        signed = text.encode()
        if self.algorithm == COSIGNATURE:
            at, signature = signature[:_TIME_BYTES], signature[_TIME_BYTES:]
            signed = _cosigned(text, int.from_bytes(at))
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, signed)
        except InvalidSignature:
            return False
        return True


class SigningKey:
    """A private key with the name under which it signs; written `PRIVATE+KEY+name+id+key`, as Go's notes are."""

    def __init__(self, name: str, seed: bytes) -> None:
        if not is_name(name):
            raise UnreadableNote(f"{name!r} is no name for a key: it may hold neither spaces nor +")
        self.name, self._seed = name, seed
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    def __str__(self) -> str:
        return f"PRIVATE+KEY+{self.name}+{self.public.key_id.hex()}+{_b64(bytes([ED25519]) + self._seed)}"

    @property
    def public(self) -> VerifierKey:
        return VerifierKey(self.name, ED25519, self._key.public_key().public_bytes_raw())

    @property
    def as_witness(self) -> VerifierKey:
        return self.public._replace(algorithm=COSIGNATURE)

    def sign(self, head: Head) -> SignedHead:
        text = head.text()
        signature = Signature(self.name, self.public.key_id, self._key.sign(text.encode()))
        return SignedHead(head, text, (signature,))

    def cosign(self, signed: SignedHead, *, at: int) -> SignedHead:
        """
        Add the signature of a witness.

        :param at: when, in seconds since 1970
        """
        value = at.to_bytes(_TIME_BYTES) + self._key.sign(_cosigned(signed.text, at))
        own = Signature(self.name, self.as_witness.key_id, value)
        return signed._replace(signatures=(*signed.signatures, own))


def _cosigned(text: str, at: int) -> bytes:
    return f"{_COSIGNED}\ntime {at}\n{text}".encode()


def is_name(written: str) -> bool:
    return bool(_NAME.fullmatch(written)) and not written.startswith(_COSIGNED)


def read_signing_key(written: str) -> SigningKey:
    parts = written.strip().split("+", 4)
    if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"]:
        raise UnreadableNote("this is no private key: one begins with PRIVATE+KEY+")
    key = _bytes(parts[4], "the private key")
    if len(key) != 1 + _KEY_BYTES or key[0] != ED25519:
        raise UnreadableNote("the private key is not of the sort Ed25519")
    signing_key = SigningKey(parts[2], key[1:])
    if signing_key.public.key_id.hex() != parts[3]:
        raise UnreadableNote("the private key was altered: its number is not that of its key")
    return signing_key


def read_verifier_key(written: str) -> VerifierKey:
    parts = written.strip().split("+", 2)
    if len(parts) != 3 or not is_name(parts[0]):
        raise UnreadableNote("this is no public key: one is written name+number+key")
    key = _bytes(parts[2], "the public key")
    if len(key) != 1 + _KEY_BYTES or key[0] not in (ED25519, COSIGNATURE):
        raise UnreadableNote("the public key is not of the sort Ed25519")
    verifier_key = VerifierKey(parts[0], key[0], key[1:])
    if verifier_key.key_id.hex() != parts[1]:
        raise UnreadableNote("the public key was altered: its number is not that of its key")
    return verifier_key


def read_signed_head(note: str) -> SignedHead:
    text, gap, below = note.rpartition("\n\n")
    if not gap:
        raise UnreadableNote("it has no empty line with signatures below it")
    text += "\n"
    lines = text.split("\n")
    if len(lines) < 4 or not is_name(lines[0]):
        raise UnreadableNote("its first three lines are not a name, a number and a root")
    if not re.fullmatch(_NUMBER, lines[1]):
        raise UnreadableNote(f"its second line is no number of entries: {lines[1][:40]!r}")
    root = _bytes(lines[2], "its third line")
    if len(root) != _HASH_BYTES:
        raise UnreadableNote("its third line is no SHA-256 in base64")
    if not below.endswith("\n"):
        raise UnreadableNote("its last line does not end")
    signatures = tuple(_signature(line) for line in below[:-1].split("\n"))
    return SignedHead(Head(lines[0], int(lines[1]), root), text, signatures)


def _signature(line: str) -> Signature:
    if not (match := _SIGNATURE_LINE.fullmatch(line)):
        raise UnreadableNote(f"this is no line of a signature: {line[:60]!r}")
    value = _bytes(match[2], "a signature")
    if len(value) <= _KEY_ID_BYTES:
        raise UnreadableNote("a signature is too short")
    return Signature(match[1], value[:_KEY_ID_BYTES], value[_KEY_ID_BYTES:])


class WitnessRequest(NamedTuple):
    """A head, and the proof that it goes on from one over `old_size` entries."""

    old_size: int
    proof: tuple[bytes, ...]
    signed: SignedHead

    def text(self) -> str:
        proof = "".join(_b64(part) + "\n" for part in self.proof)
        return f"old {self.old_size}\n{proof}\n{self.signed.note()}"


def read_request(written: str) -> WitnessRequest:
    """Read a head with its proof, as `checkpoint --since` writes it."""
    above, gap, note = written.partition("\n\n")
    first, *proof = above.split("\n")
    if not gap or not re.fullmatch(f"old {_NUMBER}", first):
        raise UnreadableNote("its first line does not say since which entry it proves")
    hashes = tuple(_bytes(line, "the proof") for line in proof)
    if any(len(part) != _HASH_BYTES for part in hashes):
        raise UnreadableNote("the proof holds a line that is no SHA-256 in base64")
    return WitnessRequest(int(first[4:]), hashes, read_signed_head(note))


def _b64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(written: str, what: str) -> bytes:
    try:
        value = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        raise UnreadableNote(f"{what} is not in base64") from None
    if _b64(value) != written:
        raise UnreadableNote(f"{what} is not written as base64 is")
    return value
