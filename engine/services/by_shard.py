"""A consumer whose requests use ``vars``: the variables of the pull shard a record came in by.

One consumer of the kind for each pull shard, since variables may stand wherever a request is made
once and not for each record. Only built where a request uses ``vars``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.consumers.port import Consumer
from engine.core.attempt import Outcome, RequestEvidence
from engine.core.errors import OperatorError
from engine.core.record import Claimed, PushResult, PushVerdict


class ByShard:
    """See ``engine.consumers.port.Consumer``; all deliveries of a push are of one pull shard.

    consumers: by the pull shard's name, at least one.
    """

    def __init__(self, consumers: Mapping[str, Consumer]) -> None:
        self._consumers = consumers
        self._any = next(iter(consumers.values()))

    @property
    def batch_size(self) -> int:
        """The most deliveries one push takes."""
        return self._any.batch_size

    async def push(self, deliveries: Sequence[Claimed]) -> PushResult:
        """Push with the variables of the deliveries' shard."""
        shard = deliveries[0].pull_shard
        consumer = self._consumers.get(shard)
        if consumer is None:
            return PushResult(None, (_nobody(shard),) * len(deliveries))
        return await consumer.push(deliveries)

    async def push_again(self, delivery: Claimed, sent: RequestEvidence) -> PushResult:
        """Push again with the proof of the delivery's shard."""
        consumer = self._consumers.get(delivery.pull_shard)
        if consumer is None:
            return PushResult(None, (_nobody(delivery.pull_shard),))
        return await consumer.push_again(delivery, sent)

    def would_send(self, deliveries: Sequence[Claimed]) -> RequestEvidence:
        """The request with the variables of the deliveries' shard."""
        shard = deliveries[0].pull_shard
        consumer = self._consumers.get(shard)
        if consumer is None:
            raise OperatorError(_gone(shard), hint="Add the shard to the job again.")
        return consumer.would_send(deliveries)

    def wants(self, key: str, value: Any) -> bool:
        """Whether the filter takes a record; filters have no variables."""
        return self._any.wants(key, value)


def _nobody(shard: str) -> PushVerdict:
    return PushVerdict(Outcome.NOT_SENT, error_kind="mapping", error=_gone(shard), final=True)


def _gone(shard: str) -> str:
    return f'The request uses vars, but the job has no pull shard "{shard}" any more.'
