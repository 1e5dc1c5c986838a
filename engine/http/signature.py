"""Standard Webhooks signatures: the receiver can check that a message is ours and unchanged.

Source: the Standard Webhooks specification 1.0. One key, or two while a key is being changed:
then both sign and a receiver that knows either is content.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Sequence

from engine.core.attempt import Headers
from engine.core.errors import OperatorError

_PREFIX = "whsec_"


class WebhookSigner:
    """Signs with one or two keys, the new one first.

    keys: ``whsec_…`` texts, base64 after the prefix; the prefix may be missing.
    Raises OperatorError, without the key in its text, if one cannot be read.
    """

    def __init__(self, keys: Sequence[str | bytes]) -> None:
        if not keys:
            raise ValueError("a signer needs a key")
        self._keys = tuple(_key(key) for key in keys)

    def headers(self, message_id: str, sent_at_s: int, body: bytes) -> Headers:
        """The three headers; ``sent_at_s`` is this attempt's time, seconds since 1970."""
        signed = f"{message_id}.{sent_at_s}.".encode() + body
        signatures = " ".join(
            "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
            for key in self._keys
        )
        return (
            ("webhook-id", message_id),
            ("webhook-timestamp", str(sent_at_s)),
            ("webhook-signature", signatures),
        )


def _key(text: str | bytes) -> bytes:
    plain = text.decode("ascii", "replace") if isinstance(text, bytes) else text
    try:
        key = base64.b64decode(plain.strip().removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise OperatorError(
            "The signing key cannot be read.",
            hint="A Standard Webhooks key is whsec_ followed by base64.",
        )
    return key
