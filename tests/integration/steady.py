"""A job that flows steadily: a source with so many new records every second, a counting target.

For tests that do something to nodes meanwhile. What was offered and what came can be compared to
the last record.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from engine.demo.small_server import Call, Reply, serve, url_of

A_SECOND = 40
WITHIN_S = 60.0


@dataclass
class Steady:
    """The systems of both sides, and the job between them.

    came: how often each record reached the target. per_s: new records of the source.
    """

    per_s: int = A_SECOND
    came: Counter[int] = field(default_factory=Counter)
    source_url: str = ""
    target_url: str = ""
    _began: float = field(default_factory=time.monotonic)
    _last: int | None = None

    @property
    def offered(self) -> int:
        """Records there are by now, numbered from 1."""
        if self._last is not None:
            return self._last
        return int((time.monotonic() - self._began) * self.per_s)

    def stop(self) -> None:
        """No more records than there are now."""
        self._last = self.offered

    def document(self, **changes: Any) -> dict[str, Any]:
        """Pull every second, push at once."""
        return {
            "job": "orders",
            "producer": {
                "kind": "http_pull",
                "schedule": {"every": "1s"},
                "request": {"url": self.source_url, "query": {"since": "${cursor}"}},
                "cursor": {"value": "record.id", "type": "number", "start": 0},
            },
            "ledger": {"key": "record.id"},
            "consumers": [{"name": "erp", "request": {"url": self.target_url}}],
            **changes,
        }

    async def flows(self, more: int = A_SECOND) -> None:
        """Wait until so many more records have come."""
        wanted = len(self.came) + more
        await self._until(lambda: len(self.came) >= wanted, f"{wanted} records")

    async def all_came(self) -> None:
        """Stop, and wait until every record has come."""
        self.stop()
        await self._until(lambda: len(self.came) == self.offered, f"all {self.offered}")

    async def _until(self, holds: Any, what: str) -> None:
        try:
            async with asyncio.timeout(WITHIN_S):
                while not holds():
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"not within {WITHIN_S} s: {what}; {len(self.came)}") from None

    async def source(self, call: Call) -> Reply:
        """What is new, in pages of 100."""
        first = int(call.query["since"] or 0)
        last = min(self.offered, first + 100)
        return Reply([{"id": number} for number in range(first, last + 1) if number])

    async def target(self, call: Call) -> Reply:
        """Take it and count it."""
        self.came[json.loads(call.body)["id"]] += 1
        return Reply({})


@asynccontextmanager
async def steady(per_s: int = A_SECOND) -> AsyncIterator[Steady]:
    """Both systems, listening."""
    both = Steady(per_s)
    here, there = await serve(both.source), await serve(both.target)
    both.source_url, both.target_url = url_of(here), url_of(there)
    try:
        yield both
    finally:
        here.close()
        there.close()
