"""A source and a target for many nodes and many records, which remember everything they did.

The source has regions, each a pull shard with a cursor of its own; the target two mouths, one for
each consumer. Both misbehave now and then. Not for one node: ``truth``.
"""

from __future__ import annotations

import json
import random
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from engine.demo.small_server import Call, Reply

PAGE = 500
REGIONS = ("east", "west")
CONSUMERS = ("erp", "crm")


@dataclass(slots=True)
class Region:
    """Orders in the order of their last change. rows: by key, its number of changes and its rev."""

    name: str
    rows: dict[str, tuple[int, int]] = field(default_factory=dict)
    revs: list[int] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def put(self, key: str, n: int, rev: int) -> None:
        """An order is new or has changed."""
        self.rows[key] = (n, rev)
        self.revs.append(rev)
        self.keys.append(key)

    def page(self, since: int) -> tuple[list[dict[str, object]], int | None]:
        """Orders whose last change is ``since`` or later, and where the next page begins."""
        found: list[dict[str, object]] = []
        at = bisect_left(self.revs, since)
        while at < len(self.revs) and len(found) < PAGE:
            key, rev = self.keys[at], self.revs[at]
            n, newest = self.rows[key]
            if newest == rev:
                found.append({"id": key, "n": n, "rev": rev})
            at += 1
        return found, self.revs[at] if at < len(self.revs) else None


@dataclass(slots=True)
class Source:
    """``/orders?region=…&since=…``: a page of what changed, and where the next one begins."""

    rng: random.Random
    regions: dict[str, Region] = field(
        default_factory=lambda: {name: Region(name) for name in REGIONS}
    )
    versions: int = 0

    def trade(self, n: int) -> None:
        """So many new versions: most are of new orders, a fifth are changes."""
        for _ in range(n):
            self.versions += 1
            region = self.regions[REGIONS[self.versions % len(REGIONS)]]
            if region.keys and self.rng.random() < 0.2:
                key = self.rng.choice(region.keys)
                region.put(key, region.rows[key][0] + 1, self.versions)
            else:
                region.put(f"{region.name}-{len(region.rows):06d}", 0, self.versions)

    async def answer(self, call: Call) -> Reply | None:
        """The query interface; some answers are no good."""
        chance = self.rng.random()
        if chance < 0.01:
            return None
        if chance < 0.02:
            return Reply({"error": "busy"}, 503)
        since = int(call.query.get("after") or call.query["since"])
        rows, following = self.regions[call.query["region"]].page(since)
        return Reply({"rows": rows, "next": following})


@dataclass(slots=True)
class Target:
    """Takes ``{"id", "n"}``; remembers what it processed, and for which pushes it said so."""

    rng: random.Random
    processed: Counter[str] = field(default_factory=Counter)
    promised: set[str] = field(default_factory=set)
    order: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    async def answer(self, call: Call) -> Reply | None:
        """Process a push, or fail before or after processing it."""
        chance = self.rng.random()
        if chance < 0.01:
            return Reply({"error": "database"}, 500)
        push = call.headers["webhook-id"]
        if chance < 0.015:
            return None
        body = json.loads(call.body)
        self.processed[push] += 1
        self.order.setdefault((call.path, body["id"]), []).append(int(body["n"]))
        if chance < 0.025:
            return None
        self.promised.add(push)
        return Reply({"code": "0"})


def document(source_url: str, target_url: str) -> dict[str, Any]:
    """The job that moves one to the other."""
    return {
        "job": "orders",
        "producer": {
            "kind": "http_pull",
            "schedule": {"every": "200ms"},
            "request": {
                "url": f"{source_url}/orders",
                "query": {"region": "${vars.region}", "since": "${cursor}", "after": "${token}"},
            },
            "response": {"records": "body.rows"},
            "paging": {"kind": "token", "next": "body.next"},
            "cursor": {"value": "record.rev", "type": "number", "start": 0},
            "shards": [{"name": name, "vars": {"region": name}} for name in REGIONS],
        },
        "ledger": {"key": "record.id", "push_shards": 8},
        "consumers": [
            {
                "name": name,
                "request": {
                    "url": f"{target_url}/{name}",
                    "body": {"id": "${record.id}", "n": "${record.n}"},
                    "timeout": "5s",
                },
                "concurrency": 16,
                "retry": {"policy": "fixed", "every": "100ms", "attempts": 1000},
            }
            for name in CONSUMERS
        ],
    }
