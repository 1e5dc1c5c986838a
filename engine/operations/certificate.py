"""A node's own certificate: self-signed, made by one command, told apart by its fingerprint.

Self-signed is enough where the console pins the fingerprint; a certificate from an authority is
only named to the node. Not for how a client checks one: ``engine.api.client.certificate``.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from engine.core.errors import OperatorError

DAYS = 825
"""How long a certificate is good for when nobody says otherwise: what browsers still accept."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says. names: hosts and addresses it is for; fingerprint: SHA-256, hex."""

    names: tuple[str, ...]
    fingerprint: str
    expires_at: int


def make_certificate(names: Iterable[str], *, days: int, now: int) -> tuple[str, str]:
    """A self-signed certificate for these hosts and addresses, and its key, both PEM.

    now: UTC ms. Raises OperatorError for a name that no certificate can hold.
    """
    wanted = tuple(dict.fromkeys(names))
    key = ec.generate_private_key(ec.SECP256R1())
    begins = datetime.fromtimestamp(now / 1000, UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Data JellyFish node")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins - timedelta(hours=1))  # a console's clock may be behind
        .not_valid_after(begins + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([_name(one) for one in wanted]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return (
        certificate.public_bytes(serialization.Encoding.PEM).decode(),
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode(),
    )


def read_certificate(path: Path) -> Certificate:
    """What a PEM file's first certificate says; OperatorError when it cannot be read."""
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it holds no PEM certificate"
        raise OperatorError(
            f"The certificate {path} cannot be read: {reason}.",
            hint="`jellyfish certificate make` makes one.",
        ) from None
    return Certificate(
        _names_of(found),
        found.fingerprint(hashes.SHA256()).hex(),
        round(found.not_valid_after_utc.timestamp() * 1000),
    )


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        pass
    try:
        return x509.DNSName(text.encode("idna").decode())
    except (UnicodeError, ValueError):
        raise OperatorError(
            f'"{text}" is neither a host name nor an address.',
            hint="Write names as the console will: node-1.example or 10.0.0.5.",
        ) from None


def _names_of(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(str(name.value) for name in names)
