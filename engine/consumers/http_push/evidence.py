"""The evidence of a push: what was sent and what came back, with secrets masked and bodies cut."""

from __future__ import annotations

import hashlib

from engine.consumers.http_push.request import Made
from engine.core.attempt import RESPONSE_CAP, Exchange, Headers, RequestEvidence, ResponseEvidence
from engine.http.masking import Masker
from engine.http.message import HttpAnswer, HttpFailure, HttpRequest


class EvidenceMaker:
    """Masks for one set of secrets; what never changes is masked once.

    fixed_headers: those every request of the consumer begins with; constant_url: see ``Address``.
    """

    __slots__ = ("_came", "_constant_url", "_fixed", "_kept", "_masked_url", "masker")

    def __init__(self, masker: Masker, *, fixed_headers: Headers, constant_url: str | None) -> None:
        self.masker = masker
        self._fixed = masker.headers(fixed_headers)
        self._constant_url = constant_url
        self._masked_url = "" if constant_url is None else masker.url(constant_url)
        self._came: HttpAnswer | None = None
        self._kept: ResponseEvidence | None = None

    def request(self, sent: HttpRequest, made: Made) -> RequestEvidence:
        """What was sent: ``made``, with its proof. One without a body has an empty one here."""
        masker, fixed = self.masker, made.fixed
        url = self._masked_url if sent.url is self._constant_url else masker.url(sent.url)
        own = sent.headers[fixed:]
        if len(own) != made.named:
            own = masker.headers(own)
        body = None if made.own_body else masker.body(sent.body or b"")
        return RequestEvidence(sent.method, url, (self._fixed if fixed else ()) + own, body)

    def response(self, result: HttpAnswer | HttpFailure) -> ResponseEvidence | None:
        """What came back; of an answer that broke off, what there was of it.

        A target mostly answers as it did before; then there is nothing to mask or hash anew.
        """
        if result == self._came:
            return self._kept
        self._kept = self._response(result)
        self._came = result if isinstance(result, HttpAnswer) else None
        return self._kept

    def _response(self, result: HttpAnswer | HttpFailure) -> ResponseEvidence | None:
        if result.status is None:
            return None
        body = result.body
        return ResponseEvidence(
            result.status,
            self.masker.headers(result.headers),
            self._cut(body),
            len(body),
            hashlib.sha256(body).digest(),
        )

    def exchange(
        self,
        request: RequestEvidence,
        result: HttpAnswer | HttpFailure,
        *,
        started_at: int,
        duration_ms: int,
    ) -> Exchange:
        """Both together. Instants in UTC ms."""
        return Exchange(request, self.response(result), started_at, duration_ms)

    def _cut(self, body: bytes) -> bytes:
        """Masked before it is cut: half a secret at the edge would not be found."""
        return self.masker.body(body)[:RESPONSE_CAP]
