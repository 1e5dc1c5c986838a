"""Systems that misbehave and a node in its own process between them, for pictures and looks.

Everything a page can show is there: delivered, failed for several causes, waiting behind a target
that is down, a paused job with a reason, a source in trouble, names and data in Chinese.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.api.client import NodeClient
from engine.api.wire import StatusShape, TokenRequest
from tests.fault_server import Answer, FaultServer, Received
from tests.node_process import NodeProcess, running_node
from tests.sample_source import SampleSource, moment

ORDERS = 60
READY_S = 40.0
CITIES = ("北京", "上海", "São Paulo", "München", "深圳")


@dataclass(frozen=True, slots=True)
class LiveSystems:
    """A node with four jobs, the source and the targets."""

    node: NodeProcess
    source: SampleSource
    target: FaultServer


@asynccontextmanager
async def live_systems(home: Path) -> AsyncIterator[LiveSystems]:
    """The systems, with everything in its place."""
    async with (
        SampleSource([_order(number) for number in range(1, ORDERS + 1)]) as source,
        FaultServer() as target,
        running_node(home) as node,
    ):
        target.on("/erp", Answer(200))
        target.on("/crm", _crm)
        target.on("/alerts", Answer(200))
        target.on("/invoices", Answer(500, b'{"error": "maintenance until 06:00"}'))
        async with node.client() as client:
            await _furnish(client, source, target)
            await _until_ready(client)
        yield LiveSystems(node, source, target)


def _order(number: int) -> dict[str, Any]:
    return {
        "id": f"SO-2026-{number:05d}",
        "updated_at": moment(number * 60),
        "status": ("paid", "new", "shipped")[number % 3],
        "amount": f"{number * 17 % 900}.{number % 100:02d}",
        "city": CITIES[number % len(CITIES)],
        "lines": [{"sku": f"A-{number % 7}", "quantity": number % 4 + 1}],
    }


def _crm(request: Received) -> Answer | str:
    """Takes most; refuses some for the order, some for the city, and is busy at times."""
    number = int(json.loads(request.body)["id"][-3:])
    if number % 9 == 0:
        return Answer(422, '{"code": "E17", "message": "收货地址缺少邮编"}'.encode())
    if number % 13 == 0:
        return Answer(409, b'{"code": "E4", "message": "order is closed already"}')
    return Answer(503 if number % 17 == 0 else 200)


def _job(name: str, url: str, *consumers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "job": name,
        "producer": {
            "kind": "http_pull",
            "schedule": {"every": "5s"},
            "mode": "full",
            "request": {"url": url},
            "response": {"records": "body.data.items"},
        },
        "ledger": {"key": "record.id", "push_shards": 1},
        "consumers": list(consumers),
        **changes,
    }


def _consumer(name: str, url: str, **changes: Any) -> dict[str, Any]:
    return {"name": name, "request": {"method": "POST", "url": url}, **changes}


async def _furnish(client: NodeClient, source: SampleSource, target: FaultServer) -> None:
    await client.set_secret("erp-password", "a secret")
    await client.set_channel("ops-dingtalk", f"json://127.0.0.1:{target.port}/alerts")
    await client.make_token(TokenRequest(name="monitoring", scope="read"))
    all_rows = source.url("all")
    once = {"policy": "fixed", "every": "1s", "attempts": 1}
    await client.apply(
        _job(
            "orders",
            all_rows,
            _consumer("erp", f"{target.origin}/erp"),
            _consumer("crm", f"{target.origin}/crm", retry=once),
            description="Orders from the shop to ERP and CRM",
            alerts=[{"when": "failed > 0", "to": ["ops-dingtalk"], "repeat": "60m"}],
        )
    )
    await client.apply(
        _job(
            "库存同步", all_rows, _consumer("仓库", "http://127.0.0.1:9/stock"), description="库存"
        )
    )
    await client.apply(_job("invoices", f"{target.origin}/invoices", _consumer("tax", all_rows)))
    await client.apply(_job("returns", all_rows, _consumer("erp", f"{target.origin}/erp")))
    await client.pause("returns", reason="盘点期间暂停，周一恢复")


async def _until_ready(client: NodeClient) -> None:
    async with asyncio.timeout(READY_S):
        while not _is_ready(await client.status()):
            await asyncio.sleep(0.05)


def _is_ready(status: StatusShape) -> bool:
    jobs = {job.job: job for job in status.jobs}
    orders = {each.consumer: each for each in jobs["orders"].consumers}
    done = sum(each.synced + each.failed for each in orders.values())
    return done == 2 * ORDERS and bool(orders["crm"].failed and jobs["invoices"].pull_problem)
