"""Slow work in the background of an open store: retention's rounds, and what changes left to do.

Each step is one short operation on the gateway; between two of them the traffic goes first.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from engine.core.errors import OperatorError
from engine.store import changes, retention
from engine.store.gateway import Gateway
from engine.store.retention import Candidates, Sweep

log = logging.getLogger(__name__)

Find = Callable[..., Candidates]
Remove = Callable[..., int]


class Rounds:
    """Retention, job by job; a caller asks for one block after the other until there is none."""

    def __init__(self, gateway: Gateway, clock: Callable[[], int]) -> None:
        self._gateway = gateway
        self._clock = clock
        self._sweeps: dict[int, Sweep] = {}

    async def block(self, job_id: int, bodies_before: int, attempts_before: int, limit: int) -> int:
        """Remove the next block of what is too old; rows touched, 0 when there is nothing."""
        sweep = self._sweeps.setdefault(job_id, Sweep())
        sweep.begin(self._clock())
        count, sweep.bodies = await self._step(
            retention.find_bodies,
            retention.remove_bodies,
            (job_id, bodies_before, sweep.bodies, limit),
        )
        if count:
            return count
        count, sweep.rows = await self._step(
            retention.find_rows,
            retention.remove_rows,
            (job_id, attempts_before, sweep.rows, limit),
        )
        if count:
            return count
        count, sweep.pulls = await self._step(
            retention.find_pulls,
            retention.remove_pulls,
            (job_id, attempts_before, sweep.pulls, limit),
        )
        return count

    async def _step(
        self, find: Find, remove: Remove, ask: tuple[int, int, int, int]
    ) -> tuple[int, int]:
        """Look on until something is removed, or to the end; how many, and where that is."""
        job_id, before, after, limit = ask
        while True:
            found = await self._gateway.read(
                partial(find, job_id=job_id, before=before, after=after, limit=limit)
            )
            count = 0
            if found.ids:
                count = await self._gateway.write(partial(remove, ids=found.ids, before=before))
            # At the end it stands before what is too young still, and looks there again.
            after = found.looked_to if not found.ended else max(after, *found.ids, 0)
            if count or found.ended:
                return count, after


class Tidier:
    """Does, in one task, what saved and deleted jobs left to do; asked again, it looks again."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._task: asyncio.Task[None] | None = None
        self._again = False

    def ask(self) -> None:
        """See to it soon."""
        self._again = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="store-tidier")

    async def wait(self) -> None:
        """Wait until there is nothing left to do."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def stop(self) -> None:
        """End after the block in hand; the rest is done when the store is opened again."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _run(self) -> None:
        try:
            while self._again:
                self._again = False
                place: changes.Place | None = None
                more = await self._gateway.read(changes.is_left)
                while more:
                    more, place = await self._gateway.write(
                        partial(changes.next_block, place=place)
                    )
        except OperatorError as error:
            log.warning("changed jobs are not put in order yet: %s", error.sentence)
        except Exception:
            log.exception("changed jobs are not put in order yet")
