"""Make pictures with Content Credentials: an authority, the signers that it vouches for, and what they sign."""

import datetime
import io
from dataclasses import dataclass
from typing import Any

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from PIL import Image

DIGITAL_CAPTURE = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
CREATED = {"action": "c2pa.created", "digitalSourceType": DIGITAL_CAPTURE}
_OFFLINE = {"verify": {"remote_manifest_fetch": False}, "core": {"allowed_network_hosts": []}}


@dataclass(frozen=True)
class Certified:
    """A key with its certificate, and the one that vouches for it."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    issuer: "Certified | None" = None

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def chain(self) -> bytes:
        return (self.pem + (self.issuer.pem if self.issuer else "")).encode()


def authority(name: str = "Test root") -> Certified:
    return _certified(name, None, datetime.timedelta(days=30), is_authority=True)


def signer(issuer: Certified, name: str = "Anna Signer", *, valid: datetime.timedelta | None = None) -> Certified:
    """:param valid: from now on; by default thirty days"""
    return _certified(name, issuer, valid or datetime.timedelta(days=30), is_authority=False)


def picture(seed: int = 1, kind: str = "JPEG") -> bytes:
    drawn = io.BytesIO()
    Image.linear_gradient("L").rotate(seed).resize((64, 48)).convert("RGB").save(drawn, kind)
    return drawn.getvalue()


def sign(
    content: bytes,
    by: Certified,
    *,
    mime_type: str = "image/jpeg",
    actions: dict[str, Any] | None = None,
    assertions: list[dict[str, Any]] | None = None,
    ingredients: list[tuple[str, str, bytes]] | None = None,
    stored_at: str = "",
) -> bytes:
    """
    Return these bytes with credentials.

    :param ingredients: relationship, title and JPEG of each
    :param stored_at: an address: the file names it, and carries no credentials itself
    """
    definition = {
        "claim_generator_info": [{"name": "Strandline tests", "version": "1"}],
        "title": "A beach",
        "assertions": [
            {"label": "c2pa.actions", "data": actions or {"actions": [CREATED]}},
            *(assertions or []),
        ],
    }
    key = by.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    info = c2pa.C2paSignerInfo(b"es256", by.chain, key, None)
    settings = _OFFLINE | {"verify": _OFFLINE["verify"] | {"verify_after_sign": False}}
    with c2pa.Builder(definition, context=c2pa.Context.from_dict(settings)) as builder:
        for relationship, title, ingredient in ingredients or []:
            builder.add_ingredient({"title": title, "relationship": relationship}, "image/jpeg", io.BytesIO(ingredient))
        if stored_at:
            builder.set_remote_url(stored_at)
            builder.set_no_embed()
        signed = io.BytesIO()
        builder.sign(c2pa.Signer.from_info(info), mime_type, io.BytesIO(content), signed)
    return signed.getvalue()


def altered(signed: bytes) -> bytes:
    """Return a signed JPEG of which one byte of the picture was changed."""
    changed = bytearray(signed)
    changed[-100] ^= 1
    return bytes(changed)


def certificate_status(of: Certified, status: ocsp.OCSPCertStatus) -> dict[str, Any]:
    """Return the assertion that carries what the authority said of a certificate when the file was signed."""
    now = datetime.datetime.now(datetime.UTC)
    is_revoked = status is ocsp.OCSPCertStatus.REVOKED
    answer = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=of.certificate,
            issuer=of.issuer.certificate,
            algorithm=hashes.SHA1(),
            cert_status=status,
            this_update=now - datetime.timedelta(hours=1),
            next_update=now + datetime.timedelta(days=7),
            revocation_time=now - datetime.timedelta(hours=2) if is_revoked else None,
            revocation_reason=x509.ReasonFlags.key_compromise if is_revoked else None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, of.issuer.certificate)
        .certificates([of.issuer.certificate])
        .sign(of.issuer.key, hashes.SHA256())
    )
    return {"label": "c2pa.certificate-status", "data": {"ocspVals": [list(answer.public_bytes(Encoding.DER))]}}


def _certified(name: str, issuer: Certified | None, valid: datetime.timedelta, *, is_authority: bool) -> Certified:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Strandline tests"),
        ]
    )
    by = issuer.key if issuer else key
    usages = {
        "digital_signature": True,
        "key_cert_sign": is_authority,
        "crl_sign": is_authority,
        **dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False),
        **dict.fromkeys(("encipher_only", "decipher_only"), False),
    }
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + valid)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
        .add_extension(x509.KeyUsage(**usages), critical=True)
    )
    if not is_authority:
        # C2PA 2.2, 14.5.1: a signer's certificate names what it is for.
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(usage, critical=False)
    return Certified(key, builder.sign(by, hashes.SHA256()), issuer)
