"""What the pusher needs of a consumer, whatever its kind.

A consumer turns claimed deliveries into one request and its answer into verdicts. It neither
claims nor settles, keeps no queue, and decides nothing about time: that is the pusher's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from engine.core.attempt import RequestEvidence
from engine.core.record import Claimed, PushResult


class Consumer(Protocol):
    """One consumer of a job, ready to push. Safe to call from many tasks at once."""

    @property
    def batch_size(self) -> int:
        """The most deliveries one push takes; at least 1."""

    async def push(self, deliveries: Sequence[Claimed]) -> PushResult:
        """Push 1 to ``batch_size`` deliveries with one request, or with none if none can be made.

        The verdicts stand in the order of the deliveries. What goes wrong is a verdict; the only
        exception is CancelledError, and then the request may have left.
        """

    async def push_again(self, delivery: Claimed, sent: RequestEvidence) -> PushResult:
        """Push one delivery with the request this evidence shows, and today's secrets.

        What the evidence does not allow is a verdict: nothing was sent, and waiting will not help.
        """

    def would_send(self, deliveries: Sequence[Claimed]) -> RequestEvidence:
        """The request a push of these would send now, masked; nothing is sent.

        Raises OperatorError if no request can be made from them.
        """

    def wants(self, key: str, value: Any) -> bool:
        """Whether the filter takes a record; ``value`` is its decoded JSON.

        Raises ExpressionFailed if the filter gives no answer; such a record is to be kept and
        pushed, where the same failure becomes a verdict an operator sees.
        """
