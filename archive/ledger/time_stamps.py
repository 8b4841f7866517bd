"""
Stamps of RFC 3161: another party signs the digest of a head together with the moment, kept beside FILE as FILE.tsr.

What they say is held against the head; who signed them, against the roots of TIMESTAMP_ROOTS.
"""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cryptography.x509 import Certificate, load_der_x509_certificate, load_pem_x509_certificates
from django.conf import settings
from rfc3161_client import PKIStatus, TimeStampResponse, VerificationError, VerifierBuilder, decode_timestamp_response

from archive.ledger.not_done import NotDone

# A stamp with the certificates of its signer has some thousand bytes.
MOST_BYTES = 100_000
_DIGESTS = {
    "2.16.840.1.101.3.4.2.1": hashlib.sha256,
    "2.16.840.1.101.3.4.2.2": hashlib.sha384,
    "2.16.840.1.101.3.4.2.3": hashlib.sha512,
}
_MOST_SHOWN = 200


class BadStamp(NotDone):
    """These bytes are no stamp of this head; the text ends the sentence "The stamp does not hold: …"."""


class Stamp(NamedTuple):
    at: datetime
    by: str
    is_verified: bool

    def __str__(self) -> str:
        when = f"{self.at:%Y-%m-%d %H:%M:%S} UTC by {self.by}"
        if self.is_verified:
            return f"Stamped {when}: this head was there by then."
        return f"Stamp not verified, for TIMESTAMP_ROOTS is not set: it says {when}, which anybody may have written."


class StampCheck(NamedTuple):
    holds: bool
    sentence: str


def file_of_stamp(name: str) -> str:
    return f"{name}.tsr"


def check_stamp(name: str, note: str) -> StampCheck:
    """Say what the stamp is worth that lies beside the file of a head; nothing where there is none."""
    file_name = file_of_stamp(name)
    try:
        with Path(file_name).open("rb") as file:
            return StampCheck(True, str(read_stamp(file.read(MOST_BYTES + 1), note)))
    except FileNotFoundError:
        return StampCheck(True, "")
    except OSError as problem:
        return StampCheck(False, f"The stamp in {file_name} cannot be read: {problem.strerror}.")
    except BadStamp as problem:
        return StampCheck(False, f"The stamp in {file_name} does not hold: {problem}.")
    except NotDone as problem:
        return StampCheck(False, f"The stamp in {file_name} was not checked. {problem}")


def read_stamp(answer: bytes, note: str, *, nonce: int | None = None) -> Stamp:
    """
    Hold the answer of a time-stamp service against the head that it is about.

    :param nonce: that was sent with the request, if it was just now
    :raises BadStamp: it is no stamp, is about something else, or nobody known signed it
    :raises NotDone: TIMESTAMP_ROOTS cannot be read
    """
    if len(answer) > MOST_BYTES:
        raise BadStamp(f"it is longer than a stamp ever is ({MOST_BYTES} bytes)")
    try:
        return _read(decode_timestamp_response(answer), note.encode(), nonce)
    except NotDone:
        raise
    except VerificationError as problem:
        raise BadStamp("it was altered, or no root of TIMESTAMP_ROOTS stands for who signed it") from problem
    # Bytes of strangers: of what is broken in them the library raises whatever its parsers do, KeyError too.
    except Exception as problem:
        raise BadStamp("it is no answer of a time-stamp service") from problem


def roots() -> list[Certificate]:
    """
    Return the certificates of TIMESTAMP_ROOTS, none where it is not set.

    :raises NotDone: the file cannot be read, or holds none
    """
    if settings.TIMESTAMP_ROOTS is None:
        return []
    try:
        return load_pem_x509_certificates(Path(settings.TIMESTAMP_ROOTS).read_bytes())
    except (OSError, ValueError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it holds no certificates in PEM"
        raise NotDone(f"TIMESTAMP_ROOTS: {settings.TIMESTAMP_ROOTS} cannot be read: {why}.") from problem


def _read(answer: TimeStampResponse, data: bytes, nonce: int | None) -> Stamp:
    if answer.status != PKIStatus.GRANTED:
        said = printable("; ".join(answer.status_string))
        raise BadStamp(f"the service refused (status {answer.status}{f': {said}' if said else ''})")
    info = answer.tst_info
    digest = _DIGESTS.get(info.message_imprint.hash_algorithm.dotted_string)
    if digest is None or info.message_imprint.message != digest(data).digest():
        raise BadStamp("it is for another digest than that of this head")
    if nonce is not None and info.nonce != nonce:
        raise BadStamp("it answers another request: its nonce is not the one that was sent")
    signer, trusted = _signer(answer), roots()
    if trusted:
        VerifierBuilder(roots=trusted).build().verify_message(answer, data)
    return Stamp(info.gen_time, printable(signer.subject.rfc4514_string()), bool(trusted))


def _signer(answer: TimeStampResponse) -> Certificate:
    (signer,) = answer.signed_data.signer_infos
    certificates = map(load_der_x509_certificate, answer.signed_data.certificates)
    of_signer = [c for c in certificates if (c.issuer, c.serial_number) == (signer.issuer, signer.serial_number)]
    # Of two under one number the name that is shown might not be the one whose signature was verified.
    if len(of_signer) != 1:
        raise BadStamp("it does not carry the one certificate of who signed it")
    return of_signer[0]


def printable(text: str) -> str:
    """Return words of strangers so that a terminal shows them and obeys none of them."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)[:_MOST_SHOWN]
