"""The store's methods for the push side."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from engine.core.record import Claimed
from engine.store import claim, settle, waiting
from engine.store.faces.base import Face
from engine.store.rows import Lease, Settlement


class PushFace(Face):
    """Claims and what became of them."""

    async def claim(
        self,
        consumer_id: int,
        leases: Sequence[Lease],
        *,
        limit: int,
        now: int,
        per_key: bool,
        pull_shards: bool = False,
    ) -> list[Claimed]:
        """Take due deliveries for sending; durable when this returns. LeaseLost if none is ours.

        pull_shards: tell by which pull shard each record came in, which costs a look-up each.
        What was claimed for a caller that is cancelled meanwhile is released again.
        """
        claimed = self._gateway.submit(
            partial(
                claim.claim,
                consumer_id=consumer_id,
                held=leases,
                limit=limit,
                now=now,
                per_key=per_key,
                pull_shards=pull_shards,
            ),
            hot=True,
        )
        try:
            return await asyncio.shield(claimed)
        except asyncio.CancelledError:
            claimed.add_done_callback(self._give_up)
            raise

    def _give_up(self, claimed: asyncio.Future[list[Claimed]]) -> None:
        """Release what was claimed for nobody."""
        if claimed.cancelled() or claimed.exception() is not None:
            return
        releases = [claim.released(one) for one in claimed.result()]
        if releases:
            self._gateway.submit(
                partial(settle.settle, settlements=releases, ours=dict(self._tokens)), hot=True
            )

    async def settle(self, settlements: Sequence[Settlement]) -> list[bool]:
        """Move claimed deliveries and write their attempts; False where the claim was lost.

        A settlement carries the token of its claim. It counts while the delivery is still claimed
        under that token and the shard's lease is either that token's or held by this node now:
        so a node may settle what it recovered from a dead one, with the dead one's token.
        """
        ours = dict(self._tokens)
        return await self._gateway.write(
            partial(settle.settle, settlements=settlements, ours=ours), hot=True
        )

    async def recoverable(
        self, consumer_id: int, leases: Sequence[Lease], *, limit: int
    ) -> list[Claimed]:
        """What dead nodes were sending in our shards; settle it with the token it has."""
        return await self._gateway.read(
            partial(waiting.recoverable, consumer_id=consumer_id, held=leases, limit=limit)
        )

    async def next_due(self, consumer_id: int, shards: Sequence[int]) -> int | None:
        """When the earliest of what waits is due (UTC ms); None if nothing waits."""
        return await self._gateway.read(
            partial(waiting.next_due, consumer_id=consumer_id, shards=shards)
        )
