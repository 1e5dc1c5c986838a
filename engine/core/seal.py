"""Seals a secret for one place: AES-256-GCM, bound to the row it belongs to.

A sealed value that is moved to another row does not open there. Randomness is passed in. Not for
where the key is kept: that is ``operations.master_key``.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
"""The GCM nonce; drawn anew for every sealing (NIST SP 800-38D: 96 bits)."""


class CannotOpen(Exception):
    """The sealed bytes, the row and the key do not belong together."""


def seal(key: bytes, nonce: bytes, row: str, value: str) -> bytes:
    """The value sealed for ``row``, tag included."""
    return AESGCM(key).encrypt(nonce, value.encode(), _bound_to(row))


def unseal(key: bytes, nonce: bytes, row: str, sealed: bytes) -> str:
    """The value that was sealed for ``row``; CannotOpen when anything of it was changed."""
    try:
        return AESGCM(key).decrypt(nonce, sealed, _bound_to(row)).decode()
    except (InvalidTag, ValueError):
        raise CannotOpen from None


def _bound_to(row: str) -> bytes:
    return b"data-jellyfish sealed value 1\0" + row.encode()
