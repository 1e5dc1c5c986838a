"""After a crash: deliveries that may have been sent, and whose answer nobody heard.

They were claimed under an earlier token and never settled. Each gets an attempt with outcome
``unknown``, and its consumer's policy decides (design.md rule 4).
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from typing import Protocol

from engine.core.attempt import Outcome
from engine.core.failpoint import reach
from engine.core.record import Claimed, PushResult, PushVerdict
from engine.services.verdicts import Policy, settlements_of
from engine.store.rows import Lease, Settlement

log = logging.getLogger(__name__)

BLOCK = 500
LOST = PushVerdict(
    Outcome.UNKNOWN,
    error_kind="crash",
    error="The node stopped before the answer was stored; the target may have got this record.",
)


class RecoveryStore(Protocol):
    """What recovery needs of the store."""

    async def recoverable(
        self, consumer_id: int, leases: Sequence[Lease], *, limit: int
    ) -> list[Claimed]: ...

    async def settle(self, settlements: Sequence[Settlement]) -> list[bool]: ...


async def recover(
    store: RecoveryStore,
    consumer_id: int,
    leases: Sequence[Lease],
    policy: Policy,
    *,
    clock: Callable[[], int],
    rng: random.Random,
) -> int:
    """Settle everything left behind under earlier tokens of these shards; how many there were."""
    total = 0
    while left_behind := await store.recoverable(consumer_id, leases, limit=BLOCK):
        now = clock()
        settlements = [
            one
            for claimed in left_behind
            for one in settlements_of(
                [claimed], PushResult(None, (LOST,)), policy, now=now, rng=rng
            )
        ]
        reach("recovery.before_block")
        moved = await store.settle(settlements)
        reach("recovery.after_block")
        total += sum(moved)
        if not any(moved):
            break
    if total:
        log.warning("consumer_id=%d recovered=%d outcome=unknown", consumer_id, total)
    return total
