"""Hold an earlier head of this ledger, kept elsewhere, against the entries that are here now."""

from enum import Enum
from typing import NamedTuple

from archive.ledger.heads import root_of_entries
from archive.ledger.models import LedgerEntry
from archive.ledger.signed_notes import SignedHead
from archive.ledger.signing_key import keys_named


class Verdict(Enum):
    CONSISTENT, FORK, UNSIGNED = range(3)


class HeadCheck(NamedTuple):
    verdict: Verdict
    sentence: str


def check_head(signed: SignedHead) -> HeadCheck:
    """Say whether the first entries are those of the head; all of them are read, some thousand at a time."""
    head = signed.head
    keys = keys_named()
    is_own = any(signed.is_signed_by(key) for key in keys)
    root = root_of_entries(head.size)
    if root == head.root:
        if is_own:
            return HeadCheck(Verdict.CONSISTENT, f"Consistent: the first {head.size} entries are those of this head.")
        return HeadCheck(
            Verdict.UNSIGNED,
            f"The first {head.size} entries are those of this head, but no key that this ledger names has signed it: "
            "anybody may have written it since.",
        )
    who = (
        "A key of this ledger signed it"
        if is_own
        else f"No key that this ledger names signed it; it is of {head.origin}, and this ledger calls itself "
        f"{keys[-1].name if keys else 'nothing yet'}. Is it a head of this ledger, then its keys were exchanged too"
    )
    if root is None:
        what = f"this ledger has {LedgerEntry.objects.count()} entries, and the head {head.size}: some are gone"
    else:
        what = f"its first {head.size} entries give the root {root.hex()}, and the head has {head.root.hex()}"
    return HeadCheck(Verdict.FORK, f"Fork: {what}. {who}. Keep the head: it is the evidence.")
