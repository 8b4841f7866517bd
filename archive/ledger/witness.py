"""
Witness the ledger of another archive: sign its head where it goes on from the last one that was seen, and only there.

Who owns an archive's database and its key can write both anew. Whoever kept a head of it can tell; a witness keeps the
last one of each archive and signs no other history. A refused head is kept as evidence; that archive signed both.
"""

from datetime import datetime
from typing import NamedTuple

from archive.ledger.merkle_tree import is_consistent
from archive.ledger.models import WitnessedHead
from archive.ledger.not_done import NotDone
from archive.ledger.record_acts import act, recording, wait_for_appending
from archive.ledger.signed_notes import (
    ED25519,
    SignedHead,
    VerifierKey,
    WitnessRequest,
    read_request,
    read_signed_head,
    read_verifier_key,
)
from archive.ledger.signing_key import signing_key


class NotWitnessed(NotDone):
    """The head was not signed; the text says why, and what now."""


class NeedsProof(NotWitnessed):
    """Nothing speaks against the head, but it came without the proof that it goes on from the last one seen."""


class Refused(NotWitnessed):
    """The head contradicts one that the same archive signed before; both are kept."""


class Cosigned(NamedTuple):
    """A head with the signature of this archive, and the one that it goes on from."""

    signed: SignedHead
    before: WitnessedHead | None


def cosign(written: str, *, key: str = "", at: datetime) -> Cosigned:
    """
    Sign the head of another archive as its witness.

    :param written: the head, or the head with its proof as `checkpoint --since` writes it
    :param key: public key of the other archive; the first time, or when it has a new one
    :raises UnreadableNote: it is neither, or the key is none
    :raises NotWitnessed: it is not signed; of a fork the evidence is kept
    """
    is_request = written.startswith("old ")
    request = read_request(written) if is_request else WitnessRequest(0, (), read_signed_head(written))
    signed, head = request.signed, request.signed.head
    own_key = signing_key()
    if head.origin == own_key.name:
        raise NotWitnessed("This head is of this archive's own ledger: nobody is witness to themselves.")
    with recording():
        # Of two heads that come at once the second is held against the first.
        wait_for_appending()
        before = WitnessedHead.objects.filter(origin=head.origin, against=None).order_by("-pk").first()
        verifier = _verifier(signed, key, before)
        problem = _contradiction(request, before)
        if problem is None and (before is None or head.size > before.size or str(verifier) != before.key):
            _keep(signed, verifier, at)
            act(
                verb="cosign head",
                subject=f"ledger.witnessed:{head.origin}",
                actor=None,
                payload={"size": head.size, "root": head.root.hex(), "key": str(verifier)},
            )
        elif problem is not None:
            refused = _keep(signed, verifier, at, against=before, proof=written if is_request else "")
            act(
                verb="refuse head",
                subject=f"ledger.witnessed:{head.origin}",
                actor=None,
                payload={"size": head.size, "root": head.root.hex(), "key": str(verifier), "refused": refused.pk},
            )
    if problem is not None:
        raise Refused(problem)
    return Cosigned(own_key.cosign(signed, at=int(at.timestamp())), before)


def _verifier(signed: SignedHead, key: str, before: WitnessedHead | None) -> VerifierKey:
    origin = signed.head.origin
    if not key and before is None:
        raise NotWitnessed(
            f"No head of {origin} was seen yet. Ask the people of that archive, by another way than this file came, "
            "for their public key (`manage.py checkpoint --public-key`), and give it with --key."
        )
    verifier = read_verifier_key(key or before.key)
    if verifier.algorithm != ED25519 or verifier.name != origin:
        raise NotWitnessed(f"The key is of {verifier.name}, and the head of {origin}: they do not belong together.")
    if not signed.is_signed_by(verifier):
        raise NotWitnessed(
            f"The head is not signed by the key of {origin} that is known here, so anybody may have written it. Has "
            "that archive a new key? Then ask its people for it and give it with --key."
        )
    return verifier


def _contradiction(request: WitnessRequest, before: WitnessedHead | None) -> str | None:
    """
    Say in what a head contradicts the one before, or None where it goes on from it.

    :raises NotWitnessed: that cannot be told
    """
    head = request.signed.head
    if before is None or before.size == 0:
        return None
    kept = "Both heads are kept here, with that archive's signatures: ask its people, and show the heads to others."
    if head.size < before.size:
        raise NotWitnessed(
            f"This head is older ({head.size} entries) than the last one seen of {head.origin} ({before.size}). "
            "Ask for its present head. If that archive has no more entries, it has lost some or was written anew."
        )
    if head.size == before.size:
        is_same = head.root.hex() == before.root
        return None if is_same else f"Fork: {head.origin} signed two ledgers of {head.size} entries. {kept}"
    if request.old_size != before.size:
        raise NeedsProof(
            f"The last head seen of {head.origin} has {before.size} entries. Ask its people for the proof that "
            f"this one goes on from there: `manage.py checkpoint --since {before.size}`."
        )
    if is_consistent(before.size, head.size, bytes.fromhex(before.root), head.root, request.proof):
        return None
    return (
        f"The proof does not hold: the ledger of {head.origin} with {head.size} entries does not begin with the one of "
        f"{before.size} entries that was seen, or the proof was damaged on its way. {kept}"
    )


def _keep(
    signed: SignedHead, key: VerifierKey, at: datetime, *, against: WitnessedHead | None = None, proof: str = ""
) -> WitnessedHead:
    head = signed.head
    return WitnessedHead.objects.create(
        origin=head.origin,
        size=head.size,
        root=head.root.hex(),
        key=str(key),
        note=signed.note(),
        seen_at=at,
        against=against,
        proof=proof,
    )
