"""A new key pair with a certificate that the organisation signs itself: whoever trusts it got it from the organisation."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.errors import Problem
from app.i18n import gettext as _

LIFETIME = timedelta(days=3652)
LONGEST_NAME = 64
"""What X.520 allows for a name: characters of an organisation's; of a common name the library counts bytes."""


class NotACertificate(Problem):
    """The file is no certificate."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """Both halves as PEM, and the SHA-256 of the certificate."""

    certificate: str
    private: str
    fingerprint: str


def make(organisation: str, *, now: datetime) -> KeyPair:
    """A key on P-256 for signing documents and nothing else, valid for ten years."""
    key = ec.generate_private_key(ec.SECP256R1())
    whole = " ".join(organisation.split())[:LONGEST_NAME].strip()
    short = whole.encode()[:LONGEST_NAME].decode(errors="ignore").strip()
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, whole), x509.NameAttribute(NameOID.COMMON_NAME, short)])
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
        False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    return KeyPair(
        certificate.public_bytes(serialization.Encoding.PEM).decode(), private, certificate.fingerprint(hashes.SHA256()).hex()
    )


def owner_of(pem: bytes) -> dict[str, str]:
    """Whose certificate this is, by its SHA-256. Raises NotACertificate."""
    try:
        found = x509.load_pem_x509_certificate(pem)
    except ValueError:
        raise NotACertificate(_("The file is no certificate (PEM).")) from None
    names = found.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME) or found.subject.get_attributes_for_oid(
        NameOID.COMMON_NAME
    )
    fingerprint = found.fingerprint(hashes.SHA256()).hex()
    return {fingerprint: str(names[0].value) if names else fingerprint}
