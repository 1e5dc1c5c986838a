"""A source and a target that remember everything, to hold a ledger against after crashes.

Both run in the test's process and so outlive the node. The source misbehaves now and then, the
target often; what each did is kept as the truth.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from engine.demo.small_server import Call, Reply

PAGE = 50


@dataclass(slots=True)
class TrueSource:
    """Orders that change; ``/orders?since=…&page=…`` gives those with ``rev`` at or after since."""

    rng: random.Random
    rows: dict[str, dict[str, object]] = field(default_factory=dict)
    clock: int = 0

    def add(self, n: int) -> None:
        """New orders."""
        for _ in range(n):
            key = f"K{len(self.rows):05d}"
            self.clock += 1
            self.rows[key] = {"id": key, "n": 0, "rev": self.clock}

    def change(self, n: int) -> None:
        """Changes to orders there are."""
        for _ in range(n):
            row = self.rows[self.rng.choice(list(self.rows))]
            self.clock += 1
            row["n"] = int(str(row["n"])) + 1
            row["rev"] = self.clock

    async def answer(self, call: Call) -> Reply | None:
        """The query interface; one answer in twenty is no good."""
        chance = self.rng.random()
        if chance < 0.02:
            return None
        if chance < 0.05:
            return Reply({"error": "busy"}, 503)
        since, page = int(call.query["since"]), int(call.query["page"])
        found = sorted(
            (row for row in self.rows.values() if int(str(row["rev"])) >= since),
            key=lambda row: int(str(row["rev"])),
        )
        return Reply({"rows": [dict(row) for row in found[(page - 1) * PAGE : page * PAGE]]})


@dataclass(slots=True)
class TrueTarget:
    """Takes ``{"id", "n"}``; remembers what it processed, and for which pushes it said so."""

    rng: random.Random
    processed: Counter[str] = field(default_factory=Counter)
    promised: set[str] = field(default_factory=set)
    order: dict[str, list[int]] = field(default_factory=dict)
    faults: bool = True

    async def answer(self, call: Call) -> Reply | None:
        """Process a push, or fail before or after processing it."""
        chance = self.rng.random() if self.faults else 1.0
        if chance < 0.05:
            return Reply({"error": "database"}, 500)
        push = call.headers["webhook-id"]
        if chance < 0.07:
            return None
        body = json.loads(call.body)
        self.processed[push] += 1
        if call.path == "/orders":
            self.order.setdefault(body["id"], []).append(int(body["n"]))
        if chance < 0.12:
            return None
        if chance < 0.15:
            await asyncio.sleep(0.03)
        self.promised.add(push)
        return Reply({"code": "0"})


def document(source_url: str, target_url: str, **consumer: Any) -> dict[str, Any]:
    """The job that moves one to the other."""
    return {
        "job": "orders",
        "producer": {
            "kind": "http_pull",
            "schedule": {"every": "100ms"},
            "request": {
                "url": f"{source_url}/orders",
                "query": {"since": "${cursor}", "page": "${page}"},
            },
            "response": {"records": "body.rows"},
            "paging": {"kind": "page", "start": 1, "size": PAGE},
            "cursor": {"value": "record.rev", "type": "number", "start": 0},
        },
        "ledger": {"key": "record.id", "push_shards": 2},
        "consumers": [
            {
                "name": "erp",
                "request": {
                    "url": f"{target_url}/orders",
                    "body": {"id": "${record.id}", "n": "${record.n}"},
                    "timeout": "2s",
                },
                "retry": {"policy": "fixed", "every": "50ms", "attempts": 1000},
                **consumer,
            }
        ],
    }
