"""The ``http_push`` consumer: one push is one request, its evidence and its verdicts."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from engine.consumers.http_push.evidence import EvidenceMaker
from engine.consumers.http_push.fields import HttpPush
from engine.consumers.http_push.judge import Judge
from engine.consumers.http_push.repeated import Today, repeated
from engine.consumers.http_push.request import CannotMake, Made, RequestMaker
from engine.consumers.http_push.unsent import with_masked_proof
from engine.core.attempt import Outcome, RequestEvidence
from engine.core.errors import OperatorError
from engine.core.expression import Expression, ExpressionFailed, Names
from engine.core.json_value import BadJson, decode_json
from engine.core.record import Claimed, PushResult, PushVerdict
from engine.http.auth import authorizer
from engine.http.client import HttpClient
from engine.http.masking import Masker
from engine.http.message import HttpFailure
from engine.http.outcome import classify
from engine.http.signature import WebhookSigner

ANSWER_MAX_BYTES = 16 * 1024 * 1024
"""An answer longer than this, unpacked, is not read to its end."""


class HttpPushConsumer:
    """See ``engine.consumers.port.Consumer``.

    secrets: a named secret's value, looked up now; OperatorError if there is none.
    clock: UTC ms. monotonic_s: seconds, for durations.
    Raises OperatorError if a secret is missing or unfit, or the request does not compile.
    """

    def __init__(
        self,
        fields: HttpPush,
        *,
        http: HttpClient,
        secrets: Callable[[str], bytes],
        clock: Callable[[], int],
        variables: Mapping[str, Any],
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        request = fields.request
        self._fields = fields
        self._http = http
        self._clock = clock
        self._monotonic_s = monotonic_s
        self._timeout_s = request.timeout_s
        self._filter = _compiled(fields.filter, Names.PUSH_FILTER)
        self._judge = Judge(
            _compiled(fields.success, Names.PUSH_ANSWER), _compiled(fields.items, Names.PUSH_ANSWER)
        )
        self._auth = authorizer(
            request.auth, secrets, http, wall_s=lambda: clock() / 1000, monotonic_s=monotonic_s
        )
        keys = _signing_keys(fields, secrets)
        self._signing_secrets = tuple(
            part for key in keys for part in (key, key.removeprefix("whsec_"))
        )
        self._maker = RequestMaker(
            fields,
            variables=variables,
            fixed_auth=self._auth.static_headers or (),
            signer=WebhookSigner(keys) if keys else None,
        )
        self._today = Today(
            base=self._maker.address.base,
            fixed=self._maker.document_headers,
            proof=self._auth.static_headers or (),
            auth=request.auth,
        )
        self._masked = self._auth.secrets
        self._evidence = self._evidence_maker()

    @property
    def batch_size(self) -> int:
        """The most deliveries one push takes."""
        return self._fields.batch.size

    def wants(self, key: str, value: Any) -> bool:
        """Whether the filter takes a record; ExpressionFailed passes out."""
        return self._filter is None or self._filter.truth({"record": value, "key": key})

    def would_send(self, deliveries: Sequence[Claimed]) -> RequestEvidence:
        """The request a push would send now, masked; a proof made for each request is a mask."""
        try:
            made = self._maker.make(deliveries, self._clock())
        except CannotMake as error:
            raise OperatorError(
                f"The request cannot be made from this record: {error}",
                hint="Compare the consumer's request with the record's fields.",
            ) from None
        shown = with_masked_proof(made.request, self._fields.request.auth)
        return self._current_evidence().request(shown, made)

    def push(self, deliveries: Sequence[Claimed]) -> Coroutine[Any, Any, PushResult]:
        """Send one request for these deliveries, or none, and judge what came of it."""
        unfit = None if self._filter is None else self._unfit(deliveries)
        if unfit:
            verdicts = tuple(unfit.get(number, _BESIDE) for number in range(len(deliveries)))
            return _nothing_sent(verdicts)
        try:
            made = self._maker.make(deliveries, self._clock())
        except CannotMake as error:
            return _nothing_sent((_not_made("mapping", str(error)),) * len(deliveries))
        return self._exchange(deliveries, made)

    async def push_again(self, delivery: Claimed, sent: RequestEvidence) -> PushResult:
        """Send once more what this evidence shows, with today's proof; see ``repeated``."""
        body = delivery.payload if sent.body is None else sent.body
        own = self._maker.own_headers([delivery], self._clock(), body)
        try:
            made = repeated(sent, delivery, self._today, own)
        except CannotMake as error:
            return PushResult(None, (_not_made("as_sent", str(error)),))
        return await self._exchange([delivery], made)

    async def _exchange(self, deliveries: Sequence[Claimed], made: Made) -> PushResult:
        request = made.request
        if self._auth.static_headers is None:
            proven = await self._auth.apply(request)
            if isinstance(proven, HttpFailure):
                verdict = classify(proven, None, now_s=self._clock() / 1000)
                return PushResult(None, (verdict,) * len(deliveries))
            request = proven[0]
        evidence = self._current_evidence()
        started_at = self._clock()
        began_s = self._monotonic_s()
        result = await self._http.send(
            request, timeout_s=self._timeout_s, max_bytes=ANSWER_MAX_BYTES
        )
        duration_ms = round((self._monotonic_s() - began_s) * 1000)
        if result.status == 401:
            self._auth.refused(request)
        judged = self._judge.judge(deliveries, result, now_s=(started_at + duration_ms) / 1000)
        sent = evidence.request(request, made)
        exchange = evidence.exchange(sent, result, started_at=started_at, duration_ms=duration_ms)
        return PushResult(exchange, judged.verdicts, judged.split)

    def _unfit(self, deliveries: Sequence[Claimed]) -> dict[int, PushVerdict]:
        """Deliveries the filter gives no answer for, by place. What it decided before stays so."""
        unfit: dict[int, PushVerdict] = {}
        for number, each in enumerate(deliveries):
            try:
                self.wants(each.key, decode_json(each.payload))
            except (ExpressionFailed, BadJson) as error:
                unfit[number] = _not_made("filter", f"filter: {error.sentence}")
        return unfit

    def _current_evidence(self) -> EvidenceMaker:
        """The evidence maker for the secrets in use now: a fetched token changes them."""
        if self._auth.secrets != self._masked:
            self._masked = self._auth.secrets
            self._evidence = self._evidence_maker()
        return self._evidence

    def _evidence_maker(self) -> EvidenceMaker:
        return EvidenceMaker(
            Masker(self._auth.sensitive, (*self._masked, *self._signing_secrets)),
            fixed_headers=self._maker.fixed_headers,
            constant_url=self._maker.address.constant,
        )


def _compiled(text: str | None, names: Names) -> Expression | None:
    return None if text is None else Expression.compile(text, names)


def _signing_keys(fields: HttpPush, secrets: Callable[[str], bytes]) -> tuple[str, ...]:
    signature = fields.request.signature
    if signature is None:
        return ()
    refs = [signature.key] if signature.old_key is None else [signature.key, signature.old_key]
    return tuple(secrets(ref.secret).decode("utf-8", "replace").strip() for ref in refs)


async def _nothing_sent(verdicts: tuple[PushVerdict, ...]) -> PushResult:
    return PushResult(None, verdicts, split=len(verdicts) > 1)


def _not_made(kind: str, error: str) -> PushVerdict:
    """Nothing left, and waiting will not heal it."""
    return PushVerdict(Outcome.NOT_SENT, error_kind=kind, error=error, final=True)


_BESIDE = _not_made("filter", "Nothing was sent: the filter gives no answer for another record.")
