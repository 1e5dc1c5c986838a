"""Sends one page request and keeps the evidence of it, with secrets masked.

Of a good page the answer's body is not kept, its records are; of a refused one the beginning is.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from engine.core.attempt import RESPONSE_CAP, Exchange, RequestEvidence, ResponseEvidence
from engine.core.auth import Auth
from engine.http.auth import Authorizer, authorizer
from engine.http.client import HttpClient
from engine.http.masking import Masker
from engine.http.message import HttpAnswer, HttpFailure, HttpRequest


@dataclass(frozen=True, slots=True)
class Sent:
    """One request that was sent or at least tried, and what came of it."""

    request: HttpRequest
    result: HttpAnswer | HttpFailure
    masker: Masker
    started_at: int
    duration_ms: int

    def exchange(self, *, keep_body: bool) -> Exchange:
        """The evidence. keep_body: store the answer's beginning."""
        return Exchange(
            self.request_evidence(), self._response(keep_body), self.started_at, self.duration_ms
        )

    def request_evidence(self) -> RequestEvidence:
        """What was asked, masked."""
        masked = self.masker.request(self.request)
        return RequestEvidence(masked.method, masked.url, masked.headers, masked.body)

    def _response(self, keep_body: bool) -> ResponseEvidence | None:
        result = self.result
        if result.status is None:
            return None
        kept = self.masker.body(result.body)[:RESPONSE_CAP] if keep_body else b""
        return ResponseEvidence(
            result.status,
            self.masker.headers(result.headers),
            kept,
            result.length,
            hashlib.sha256(result.body).digest(),
        )


class SourceCaller:
    """Sends the requests of one job. Raises OperatorError if a secret is missing or unfit."""

    def __init__(
        self,
        auth: Auth,
        *,
        http: HttpClient,
        secrets: Callable[[str], bytes],
        clock: Callable[[], int],
        timeout_s: float,
        max_bytes: int,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._authorizer: Authorizer = authorizer(
            auth, secrets, http, wall_s=lambda: clock() / 1000, monotonic_s=monotonic_s
        )
        self._http = http
        self._clock = clock
        self._monotonic_s = monotonic_s
        self._timeout_s = timeout_s
        self._max_bytes = max_bytes

    async def send(self, request: HttpRequest) -> Sent:
        """Send once. A 401 makes a fetched token be fetched again for the next request."""
        started_at, began_s = self._clock(), self._monotonic_s()
        proved = await self._authorizer.apply(request)
        result: HttpAnswer | HttpFailure
        if isinstance(proved, HttpFailure):
            result = proved
        else:
            request, _ = proved
            result = await self._http.send(
                request, timeout_s=self._timeout_s, max_bytes=self._max_bytes
            )
            if result.status == 401:
                self._authorizer.refused(request)
        duration_ms = round((self._monotonic_s() - began_s) * 1000)
        masker = Masker(self._authorizer.sensitive, self._authorizer.secrets)
        return Sent(request, result, masker, started_at, duration_ms)
