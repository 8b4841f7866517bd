"""
The form of the chain, in plain Python: an outsider can check an exported ledger with this page and hashlib alone.

An entry's hash is SHA-256 over the UTF-8 bytes of the canonical JSON of its fields, the previous hash among them. The
same bytes are its leaf in the Merkle tree (`merkle_tree.py`). Of such fields, texts and one whole number under keys in
ASCII, this JSON is the one of RFC 8785; a payload is a text within it.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

GENESIS = "0" * 64


class Link(NamedTuple):
    """The fields of an entry that its hash covers; `occurred_at` is aware UTC, `payload` is canonical JSON text."""

    sequence: int
    occurred_at: datetime
    actor: str
    verb: str
    subject: str
    payload: str
    previous_hash: str


def canonical(value: Any) -> str:
    """Return the one JSON text of a value: sorted keys, no spaces, no escapes beyond what JSON asks for."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def moment(at: datetime) -> str:
    """Write a moment as it is hashed: UTC, microseconds, `Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def entry_bytes(link: Link) -> bytes:
    """Return the bytes of an entry that its hash and its leaf of the tree cover."""
    return canonical(link._asdict() | {"occurred_at": moment(link.occurred_at)}).encode()


def digest(link: Link) -> str:
    """Return the hash of an entry, 64 hex digits."""
    return hashlib.sha256(entry_bytes(link)).hexdigest()


class Broken(NamedTuple):
    """The first entry that does not hold, and why."""

    sequence: int
    why: str


def first_broken(entries: Iterable[tuple[Link, str]]) -> Broken | None:
    """Walk entries with their stored hashes in order and return the first that does not follow, or None."""
    previous, expected = GENESIS, 1
    for link, stored in entries:
        if link.sequence != expected:
            return Broken(expected, f"entry {expected} is missing; {link.sequence} stands in its place")
        if link.previous_hash != previous:
            return Broken(link.sequence, f"entry {link.sequence} does not name the hash of the entry before it")
        if digest(link) != stored:
            return Broken(link.sequence, f"entry {link.sequence} was altered: its content does not give its hash")
        previous, expected = stored, expected + 1
    return None
