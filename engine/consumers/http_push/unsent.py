"""Shows the proof of a request that is not sent: the headers are there, their values are masks.

For test pushes and "copy as cURL". The proof itself is made in ``engine.http.auth``, for each
request that leaves and for no other.
"""

from __future__ import annotations

from typing import assert_never
from urllib.parse import quote

from msgspec.structs import replace

from engine.core.attempt import Headers
from engine.core.auth import (
    ApiKeyAuth,
    Auth,
    BasicAuth,
    BearerAuth,
    HmacAuth,
    NoAuth,
    OAuth2ClientAuth,
)
from engine.http.masking import MASK
from engine.http.message import HttpRequest


def with_masked_proof(request: HttpRequest, auth: Auth) -> HttpRequest:
    """The request with a mask wherever a proof is added to each one; fixed proofs stand there."""
    added: Headers
    match auth:
        case NoAuth() | BasicAuth() | BearerAuth() | ApiKeyAuth(place="header"):
            return request
        case ApiKeyAuth():
            joint = "&" if "?" in request.url else "?"
            return replace(request, url=f"{request.url}{joint}{quote(auth.name, safe='')}={MASK}")
        case OAuth2ClientAuth():
            added = (("Authorization", f"Bearer {MASK}"),)
        case HmacAuth():
            added = ((auth.timestamp_header, MASK), (auth.header, MASK))
        case _ as never:
            assert_never(never)
    return replace(request, headers=request.headers + added)
