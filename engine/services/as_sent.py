"""A consumer whose deliveries may ask for their last request as it was, instead of a new one.

Stands between pusher and consumer: what is not marked so goes straight through. Not for what a
repeated request looks like: that is the consumer kind's.
"""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

from engine.consumers.port import Consumer
from engine.core.attempt import Exchange, Outcome
from engine.core.errors import OperatorError
from engine.core.record import Claimed, PushResult, PushVerdict

NOTHING_KEPT = "No request of it is kept any more, so there is none to repeat."


class RequestStore(Protocol):
    """What it needs of the store."""

    async def last_request(self, delivery_id: int) -> Exchange | None: ...


class AsSent:
    """See ``engine.consumers.port.Consumer``. A delivery marked ``as_sent`` is pushed alone."""

    def __init__(self, consumer: Consumer, store: RequestStore) -> None:
        self._consumer = consumer
        self._store = store
        self.push_again = consumer.push_again
        self.would_send = consumer.would_send

    @property
    def batch_size(self) -> int:
        """The most deliveries one push takes."""
        return self._consumer.batch_size

    def push(self, deliveries: Sequence[Claimed]) -> Coroutine[Any, Any, PushResult]:
        """Push with a new request, or with the last one as it was."""
        if deliveries[0].as_sent:
            return self._again(deliveries[0])
        return self._consumer.push(deliveries)

    def wants(self, key: str, value: Any) -> bool:
        """Whether the filter takes a record."""
        return self._consumer.wants(key, value)

    async def _again(self, delivery: Claimed) -> PushResult:
        try:
            exchange = await self._store.last_request(delivery.delivery_id)
        except OperatorError as error:
            return _not_sent(error.sentence, final=False)
        if exchange is None:
            return _not_sent(NOTHING_KEPT, final=True)
        return await self._consumer.push_again(delivery, exchange.request)


def _not_sent(error: str, *, final: bool) -> PushResult:
    verdict = PushVerdict(Outcome.NOT_SENT, error_kind="as_sent", error=error, final=final)
    return PushResult(None, (verdict,))
