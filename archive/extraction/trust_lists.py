"""
Keep the lists of certificates by which signers of Content Credentials are known: loaded from files, never fetched.

C2PA publishes its list, IPTC that of verified news publishers; the interim list of the time before C2PA's has been
frozen since 2026-01-01, and is never overdue.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from archive.accounts.models import User
from archive.extraction.models import TrustList
from archive.ledger.record_acts import act, recording

# Publishers take signers in and out several times a year.
RENEWED_EVERY = timedelta(days=92)
FROZEN = {TrustList.Name.INTERIM.value}
_BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
_LARGEST_FILE_BYTES = 16 * 1024 * 1024


class BadTrustList(Exception):
    """The files are no trust list; the text is a sentence for people."""


def load_trust_list(
    name: str, files: Sequence[Path], *, dated: date, today: date, at: datetime, by: User | None = None
) -> tuple[TrustList, bool]:
    """
    Keep a list that was published on this day; return it, and whether it is new.

    :param files: PEM bundles; IPTC publishes its list as two
    :raises BadTrustList: a file cannot be read, holds no certificate or a broken one, or the day has not come
    """
    if dated > today:
        raise BadTrustList(
            f"A list cannot be dated {dated}, which has not come: give the day on which it was published."
        )
    contents = [_content_of(path) for path in files]
    certificates = dict.fromkeys(
        certificate
        for path, content in zip(files, contents, strict=True)
        for certificate in _certificates_in(path, content)
    )
    pem, digest = "".join(certificates), sha256(b"".join(contents)).hexdigest()
    with recording():
        trust_list, is_new = TrustList.objects.get_or_create(
            name=name,
            dated=dated,
            sha256=digest,
            defaults={"pem": pem, "certificate_count": len(certificates), "loaded_at": at, "loaded_by": by},
        )
        if is_new:
            payload = {"name": name, "dated": dated.isoformat(), "sha256": digest, "certificates": len(certificates)}
            act(verb="load trust list", subject=trust_list, actor=by, payload=payload)
    return trust_list, is_new


def lists_in_use() -> list[TrustList]:
    """Return the list in use of each name, in the order of the names."""
    latest: dict[str, TrustList] = {}
    for trust_list in TrustList.objects.order_by("dated", "pk"):
        latest[trust_list.name] = trust_list
    return [latest[name] for name in TrustList.Name.values if name in latest]


def to_be_renewed_by(name: str, dated: date) -> date | None:
    """Return the day after which a list is overdue; None for one that is frozen."""
    return None if name in FROZEN else dated + RENEWED_EVERY


def is_overdue(name: str, dated: date, *, on: date) -> bool:
    """Tell whether a newer list is to be expected on this day."""
    day = to_be_renewed_by(name, dated)
    return day is not None and on > day


def _content_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST_FILE_BYTES:
            raise BadTrustList(f'"{path}" is larger than {_LARGEST_FILE_BYTES // 1024**2} MB: that is no trust list.')
        return path.read_bytes()
    except OSError as error:
        raise BadTrustList(f'"{path}" cannot be read: {error.strerror}.') from error


def _certificates_in(path: Path, content: bytes) -> list[str]:
    """Return the certificates of a PEM file in its order, written anew and without what stands between them."""
    blocks = _BLOCK.findall(content.decode("utf-8", errors="replace"))
    if not blocks:
        raise BadTrustList(
            f'"{path}" holds no certificate. A trust list is a PEM file, with lines "-----BEGIN CERTIFICATE-----".'
        )
    certificates = []
    for number, block in enumerate(blocks, 1):
        try:
            certificate = x509.load_pem_x509_certificate(block.encode())
        except ValueError as error:
            raise BadTrustList(
                f'certificate {number} of {len(blocks)} in "{path}" cannot be read. Fetch the list again.'
            ) from error
        certificates.append(certificate.public_bytes(Encoding.PEM).decode())
    return certificates
