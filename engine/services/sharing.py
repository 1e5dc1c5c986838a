"""Which shards this node holds: it looks who else works, takes its fair share, gives back the rest.

Every node works the same plan out from the same rows, so nobody tells another what to do. What is
too much is given back in order: nothing new begins in the shard, what is under way ends and is
stored, then the lease goes. A shard that a living lease stands on is never taken, whatever the
plan says, so a plan made of older facts moves work but never doubles it.
Not for the plan itself (``core.fair_share``) nor for renewing (``leaser``).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Protocol

from engine.core.errors import OperatorError
from engine.core.fair_share import Group, share_out
from engine.services.leaser import Leaser
from engine.services.loop import Loop
from engine.store.rows import LeaseKey, SharingFacts, WorkKind

log = logging.getLogger(__name__)

PATIENCE_S = 1.0
"""How long what is not wanted any more is waited for; then it goes on by itself."""


class SharingStore(Protocol):
    """What sharing needs of the store. is_shared: whether other nodes may work on it."""

    @property
    def is_shared(self) -> bool: ...

    async def sharing_facts(self, live_ms: int) -> SharingFacts: ...


class Sharing:
    """This node's share.

    node: its name. hand_over: ends what is under way in a closed shard; it comes back when all of
    it is stored.
    """

    def __init__(
        self,
        store: SharingStore,
        leaser: Leaser,
        *,
        node: str,
        hand_over: Callable[[LeaseKey], Awaitable[None]],
        monotonic: Callable[[], float],
    ) -> None:
        self._store = store
        self._leaser = leaser
        self._node = node
        self._hand_over = hand_over
        self._monotonic = monotonic
        self._wanted: tuple[LeaseKey, ...] = ()
        self._too_much: dict[LeaseKey, float] = {}
        self._leaving: dict[LeaseKey, asyncio.Task[None]] = {}
        self._looking = asyncio.Lock()
        self._loop = Loop("sharing", self._run)

    def start(self) -> None:
        """Start looking."""
        self._loop.start()

    async def stop(self) -> None:
        """Take nothing more, and end what is being handed over."""
        await self._loop.stop()
        await self._wait_for_leaving()

    async def want(self, keys: Iterable[LeaseKey]) -> None:
        """Share in these shards from now on, and give the others back, in order.

        Raises OperatorError when the database cannot be asked.
        """
        self._wanted = tuple(sorted(keys, key=_order))
        gone = sorted(self._leaser.keys - set(self._wanted), key=_order)
        for key in gone:
            self._begin_to_leave(key)
        if gone:
            leaving = [self._leaving[key] for key in gone]
            await asyncio.wait(leaving, timeout=PATIENCE_S)
        await self.look()

    async def leave(self) -> None:
        """Take nothing more, and give back everything in order, each shard as soon as it can."""
        self._wanted = ()
        async with self._looking:
            for key in sorted(self._leaser.keys, key=_order):
                self._begin_to_leave(key)
        await self._wait_for_leaving()

    async def look(self) -> None:
        """Take what is ours by the plan and free; begin to give back what is another's."""
        async with self._looking:
            if not self._wanted:
                return
            facts = await self._store.sharing_facts(round(self._leaser.times.live_s * 1000))
            plan = self._plan(facts)
            mine = {key for key, node in plan.items() if node == self._node}
            free = mine - facts.holders.keys() - self._leaser.keys - self._leaving.keys()
            if free:
                await self._leaser.take(free)
            self._note_surplus(self._leaser.keys & plan.keys() - mine - self._leaving.keys())

    def _plan(self, facts: SharingFacts) -> dict[LeaseKey, str]:
        if not self._store.is_shared:
            return dict.fromkeys(self._wanted, self._node)
        unable = {**facts.nodes, self._node: frozenset[int]()}
        nodes = sorted(unable)
        holders = {key: holder.node for key, holder in facts.holders.items()}
        plan: dict[LeaseKey, str] = {}
        for kind in WorkKind:
            # The kinds are shared out each by itself: a node with all the pulls and one with all
            # the pushes would be no fair share. What is left over of them begins at other ends.
            ordered = nodes if kind is WorkKind.PULL else nodes[::-1]
            plan |= share_out(_groups(self._wanted, kind, ordered, unable), holders)
        return plan

    def _note_surplus(self, keys: set[LeaseKey] | frozenset[LeaseKey]) -> None:
        now_s = self._monotonic()
        self._too_much = {key: self._too_much.get(key, now_s) for key in keys}
        for key, since_s in list(self._too_much.items()):
            if now_s - since_s >= self._leaser.times.steady_s:
                del self._too_much[key]
                self._begin_to_leave(key)

    def _begin_to_leave(self, key: LeaseKey) -> None:
        if key not in self._leaving:
            self._leaser.close(key)
            name = f"hand-over-{key.kind}-{key.shard}-{key.job_id}"
            self._leaving[key] = asyncio.create_task(self._leave_one(key), name=name)

    async def _leave_one(self, key: LeaseKey) -> None:
        try:
            await self._hand_over(key)
        except Exception:  # the lease goes all the same: the next owner finds what is open
            log.exception("job_id=%d %s shard=%s not in order", key.job_id, key.kind, key.shard)
        finally:
            await self._leaser.give_back([key])
            del self._leaving[key]

    async def _wait_for_leaving(self) -> None:
        if self._leaving:
            await asyncio.wait(list(self._leaving.values()))

    async def _run(self) -> None:
        while True:
            try:
                await self.look()
            except OperatorError as error:
                log.warning("shards are not looked at: %s", error.sentence)
            await asyncio.sleep(self._leaser.times.look_every_s)


def _order(key: LeaseKey) -> tuple[int, str, int, str]:
    """Push shards by their number, pull shards by their name."""
    number = int(key.shard) if key.kind is WorkKind.PUSH else 0
    return key.job_id, key.kind.value, number, key.shard


def _groups(
    keys: Sequence[LeaseKey],
    kind: WorkKind,
    nodes: Sequence[str],
    unable: Mapping[str, frozenset[int]],
) -> list[Group[LeaseKey]]:
    of_kind = [key for key in keys if key.kind is kind]
    return [
        Group(tuple(shards), [node for node in nodes if job_id not in unable[node]])
        for job_id, shards in groupby(of_kind, key=lambda key: key.job_id)
    ]
