"""Two systems nobody has configured before: a source and a target, on 127.0.0.1.

The source wants a bearer token, numbers its pages, nests its list and names its fields in Chinese;
the target answers 200 to everything and says in the body whether it took a record.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from engine.demo.small_server import Call, Handler, Reply, serve, url_of

TOKEN = "tk-5f0c2a7be91d4c33"
TARGET_KEY = "wms-key-91b2c3d4e5f6"


def order(number: int) -> dict[str, Any]:
    """One order of the source."""
    return {
        "订单编号": f"SO-{88000 + number}",
        "客户": {"名称": f"客户{number}", "城市": "上海"},
        "总金额": 1840.5 + number,
        "状态": "已付款",
        "更新时间": f"2026-01-05 10:{number // 60:02d}:{number % 60:02d}",
        "明细": [{"商品编码": "P-1", "数量": 2}, {"商品编码": "P-2", "数量": 1}],
    }


@dataclass
class UnknownSystems:
    """Both, with what they were asked. refuse: the target takes nothing (with 200)."""

    source_url: str = ""
    target_url: str = ""
    orders: list[dict[str, Any]] = field(default_factory=lambda: [order(n) for n in range(1, 26)])
    asked: list[Call] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    refuse: bool = False

    @property
    def source_command(self) -> str:
        """As the source's documentation has it."""
        return (
            f"curl '{self.source_url}/openapi/v1/orders/list?pageNo=1&pageSize=10"
            "&updateTimeStart=2026-01-01%2000:00:00' \\\n"
            f"  -H 'Authorization: Bearer {TOKEN}' \\\n"
            "  -H 'Accept: application/json' \\\n  --compressed"
        )

    @property
    def target_command(self) -> str:
        """As the target's documentation has it."""
        body = {
            "orderNo": "SO123",
            "customer": {"name": "ACME"},
            "totalAmount": 12.5,
            "status": "paid",
            "lines": [{"sku": "A", "qty": 1}],
        }
        return (
            f"curl -X POST '{self.target_url}/api/order/save' -H 'X-Api-Key: {TARGET_KEY}' "
            f"-H 'Content-Type: application/json' -d '{json.dumps(body)}'"
        )

    async def source(self, call: Call) -> Reply:
        """The source's interface."""
        self.asked.append(call)
        if call.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply({"code": "401", "msg": "未登录"}, 401)
        page, size = int(call.query.get("pageNo", "1")), int(call.query.get("pageSize", "10"))
        since = call.query.get("updateTimeStart", "")
        fitting = [one for one in self.orders if one["更新时间"] >= since]
        rows = fitting[(page - 1) * size : page * size]
        return Reply({"code": "0", "msg": "成功", "data": {"total": len(fitting), "列表": rows}})

    async def target(self, call: Call) -> Reply:
        """The target's interface: the status says nothing."""
        if call.headers.get("x-api-key") != TARGET_KEY:
            return Reply({"code": "E401", "message": "no key"})
        if self.refuse:
            return Reply({"code": "E500", "message": "stock is closed"})
        self.keys.append(call.headers.get("webhook-id", ""))
        self.taken.append(json.loads(call.body))
        return Reply({"code": "0", "message": "ok"})


def _closing(handler: Handler) -> Handler:
    """Every answer ends its connection, so that none outlives the test."""

    async def closing(call: Call) -> Reply | None:
        reply = await handler(call)
        if reply is None:
            return None
        return replace(reply, headers={**reply.headers, "connection": "close"})

    return closing


@asynccontextmanager
async def unknown_systems() -> AsyncIterator[UnknownSystems]:
    """Both, running."""
    systems = UnknownSystems()
    source = await serve(_closing(systems.source))
    target = await serve(_closing(systems.target))
    systems.source_url, systems.target_url = url_of(source), url_of(target)
    try:
        yield systems
    finally:
        source.close()
        target.close()
        await source.wait_closed()
        await target.wait_closed()
