"""The sample source: a shop whose orders keep changing.

``GET /api/orders?updated_from=…&page=…&size=…`` with a bearer token gives orders changed at or
after an instant, oldest change first, as ``{"code": "0", "data": {"total": n, "items": […]}}``.
"""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.demo.small_server import Call, Reply

TOKEN = "demo-shop-token"
_CITIES = ("杭州", "上海", "Zürich", "São Paulo", "Berlin", "深圳", "Kraków", "Lagos")
_BUYERS = (
    "杭州数科有限公司",
    "Anna Schmidt",
    "王小明",
    "Café Lumière",
    "Nguyễn Văn A",
    "Müller & Söhne",
)
_NEXT_STATUS = {"new": "paid", "paid": "shipped", "shipped": "done"}


class Shop:
    """Orders in memory; ``rng`` decides what happens to them."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._orders: dict[str, dict[str, Any]] = {}
        self._last = datetime.now(UTC) - timedelta(hours=1)
        self.asked = 0

    def open_with(self, n: int) -> None:
        """Start with n orders."""
        for _ in range(n):
            self._new_order()

    async def trade(self, a_second: float) -> None:
        """New orders and changes for ever, about this many a second."""
        while True:
            await asyncio.sleep(self._rng.expovariate(a_second))
            if self._rng.random() < 0.4 or not self._orders:
                self._new_order()
            else:
                self._change(self._rng.choice(list(self._orders.values())))

    async def answer(self, call: Call) -> Reply | None:
        """The shop's query interface."""
        if call.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply({"code": "401", "message": "unknown token"}, 401)
        if call.path != "/api/orders":
            return Reply({"code": "404", "message": "no such path"}, 404)
        self.asked += 1
        since = call.query.get("updated_from", "")
        page, size = int(call.query.get("page", "1")), int(call.query.get("size", "100"))
        found = sorted(
            (one for one in self._orders.values() if one["updated_at"] >= since),
            key=lambda one: (one["updated_at"], one["id"]),
        )
        items = found[(page - 1) * size : page * size]
        return Reply({"code": "0", "data": {"total": len(found), "items": items}})

    def _new_order(self) -> None:
        number = 88_000 + len(self._orders)
        lines = [
            {"sku": f"SKU-{self._rng.randrange(1000, 9999)}", "n": self._rng.randrange(1, 5)}
            for _ in range(self._rng.randrange(1, 4))
        ]
        self._orders[f"SO-{number}"] = {
            "id": f"SO-{number}",
            "status": "new",
            "amount": round(self._rng.uniform(5, 20_000), 2),
            "buyer": {
                "name": self._rng.choice(_BUYERS),
                "city": self._rng.choice(_CITIES),
            },
            "lines": lines,
            "updated_at": self._now(),
        }

    def _change(self, order: dict[str, Any]) -> None:
        following = _NEXT_STATUS.get(order["status"])
        if following is not None:
            order["status"] = following
            order["updated_at"] = self._now()

    def _now(self) -> str:
        """Now, and always later than the change before."""
        self._last = max(self._last + timedelta(milliseconds=1), datetime.now(UTC))
        return self._last.isoformat(timespec="milliseconds").replace("+00:00", "Z")
