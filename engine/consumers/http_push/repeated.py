"""A request that went out before, made once more from its evidence.

Evidence holds no secrets, so today's take their place; and they go to no other server than the
document's of today, whatever the evidence says. Sends nothing, judges nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.consumers.http_push.headers import SET_BY_HUB
from engine.consumers.http_push.request import CannotMake, Made
from engine.consumers.http_push.unsent import with_masked_proof
from engine.core.attempt import Headers, RequestEvidence
from engine.core.auth import Auth
from engine.core.record import Claimed
from engine.http.guard import origin_of
from engine.http.masking import MASK
from engine.http.message import HttpRequest

_MASKED_PAIR = re.compile(rf"(?<=[?&])[^=&#]*={MASK}(?:&|$)")
_MASK_BYTES = MASK.encode()
ELSEWHERE = "the last request went to another server than the consumer has today"
HIDDEN = "a secret stood in the last request's {place}, and evidence holds no secrets"


@dataclass(frozen=True, slots=True)
class Today:
    """What the document says now. base: an address of its server. fixed: its constant headers.

    proof: constant headers that prove the hub. auth: its kind; what that adds to each request is
    left out here and added by the consumer.
    """

    base: str
    fixed: Headers
    proof: Headers
    auth: Auth


def repeated(sent: RequestEvidence, delivery: Claimed, today: Today, own: Headers) -> Made:
    """The request, without changing authentication; ``own``: the hub's own headers of this try.

    Raises CannotMake where the evidence does not allow it.
    """
    if origin_of(sent.url) is None or origin_of(sent.url) != origin_of(today.base):
        raise CannotMake(f"As it was: {ELSEWHERE}.")
    url = _MASKED_PAIR.sub("", sent.url).rstrip("?&") if MASK in sent.url else sent.url
    if MASK in url:
        raise CannotMake(f"As it was: {HIDDEN.format(place='address')}.")
    if sent.body is not None and _MASK_BYTES in sent.body:
        raise CannotMake(f"As it was: {HIDDEN.format(place='body')}.")
    body = delivery.payload if sent.body is None else sent.body or None
    headers = _headers(sent.headers, today)
    request = HttpRequest(sent.method, url, headers + own, body)
    return Made(request, sent.body is None, 0)


def _headers(sent: Headers, today: Today) -> Headers:
    """Those that were sent in plain sight, and today's in the place of those that were masked."""
    masked = {name.lower() for name, value in sent if MASK in value}
    proof = {name.lower() for name, _ in today.proof}
    left_out = SET_BY_HUB | masked | proof | _added_by(today.auth)
    kept = tuple((name, value) for name, value in sent if name.lower() not in left_out)
    hidden = tuple((name, value) for name, value in today.fixed if name.lower() in masked - proof)
    return kept + hidden + today.proof


def _added_by(auth: Auth) -> set[str]:
    """Headers that this proof adds to each request, lower-case."""
    bare = HttpRequest("GET", "http://none.invalid/", (), None)
    return {name.lower() for name, _ in with_masked_proof(bare, auth).headers}
