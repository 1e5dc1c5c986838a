"""The sample target: an ERP that takes orders and misbehaves as real ones do.

Of a hundred requests, five are processed and their answer is lost, three get a 500, two a 429
with Retry-After, and four are slow. It knows a repeated push by its ``webhook-id``.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter

from engine.demo.small_server import Call, Reply

SLOW_S = 0.4


class Receiver:
    """Counts what it got; ``rng`` decides which requests go wrong."""

    def __init__(self, rng: random.Random, *, faults: bool = True) -> None:
        self._rng = rng
        self._faults = faults
        self._seen: set[str] = set()
        self._orders: set[str] = set()
        self.counts: Counter[str] = Counter()

    async def answer(self, call: Call) -> Reply | None:
        """Take an order, or tell the counts at ``/stats``."""
        if call.path == "/stats":
            return Reply({"orders": len(self._orders), **self.counts})
        self.counts["requests"] += 1
        chance = self._rng.random() if self._faults else 1.0
        if chance < 0.03:
            self.counts["answered 500"] += 1
            return Reply({"code": "500", "message": "database is busy"}, 500)
        if chance < 0.05:
            self.counts["answered 429"] += 1
            return Reply({"code": "429"}, 429, {"retry-after": "1"})
        self._process(call)
        if chance < 0.10:
            self.counts["answers lost"] += 1
            return None
        if chance < 0.14:
            self.counts["slow answers"] += 1
            await asyncio.sleep(SLOW_S)
        return Reply({"code": "0"})

    def _process(self, call: Call) -> None:
        push = call.headers.get("webhook-id", "")
        if push in self._seen:
            self.counts["repeated pushes recognised"] += 1
            return
        self._seen.add(push)
        self._orders.add(json.loads(call.body)["orderNo"])
        self.counts["orders processed"] += 1
