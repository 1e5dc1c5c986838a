"""A node's certificate: looked at once, then pinned by its fingerprint.

A fingerprint is the SHA-256 of the certificate as it travels, in lower-case hex. Where one is
pinned, that very certificate is accepted and no other, whoever signed it; and it is looked at
before a byte of a request, so also before the token, goes out.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from typing import Any
from urllib.parse import urlsplit

from engine.api.client.errors import ConnectionLost, Loss

LOOK_S = 10.0


class CertificateChanged(ssl.SSLCertVerificationError):
    """The certificate is not the pinned one."""


def pinned_context(fingerprint: str) -> ssl.SSLContext:
    """A TLS context that accepts the certificate with this fingerprint only."""

    class Pinned(ssl.SSLObject):
        """Compares after the handshake, before anything is sent."""

        def do_handshake(self) -> None:
            super().do_handshake()
            if fingerprint_of(self.getpeercert(binary_form=True)) != fingerprint:
                raise CertificateChanged("the certificate is not the pinned one")

    context = _any_certificate()
    # An instance of the plain class, since others are taken for contexts that block.
    context.sslobject_class = Pinned
    return context


async def look_at_certificate(url: str) -> str:
    """The fingerprint of what answers at an ``https`` address; no request is made.

    Raises ConnectionLost when nothing answers there, or not with TLS.
    """
    parts = urlsplit(url)
    try:
        async with asyncio.timeout(LOOK_S):
            _, writer = await asyncio.open_connection(
                parts.hostname, parts.port or 443, ssl=_any_certificate()
            )
    except (OSError, TimeoutError) as error:
        if isinstance(error, ssl.SSLError):
            raise ConnectionLost(
                f"What answers at {url} does not speak TLS.",
                "Write http:// for a node on this machine, or look at the port.",
                Loss.FOREIGN,
            ) from None
        raise ConnectionLost(
            f"No node answers at {url}.", "Look at the address and the port.", Loss.UNREACHABLE
        ) from None
    try:
        tls: Any = writer.get_extra_info("ssl_object")
        return fingerprint_of(tls.getpeercert(binary_form=True))
    finally:
        writer.transport.abort()


def fingerprint_of(certificate: bytes | None) -> str:
    """The fingerprint of a certificate in DER; "" for none."""
    return "" if certificate is None else hashlib.sha256(certificate).hexdigest()


def _any_certificate() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
