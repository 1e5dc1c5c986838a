"""Alerts of a whole producing node: real SQLite, a real source, target and receiver."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.config import Home
from engine.core.delivery import State
from engine.core.errors import NotFound
from engine.node.engine import Engine, NodeSettings, open_engine
from engine.operations import jobs
from engine.operations.caller import Caller
from engine.operations.channels import CHILD_S, ChannelFailed
from engine.operations.secrets import Use
from engine.services import alerts
from engine.store.rows import RecordFilter
from tests.fault_server import Answer, FaultServer

TESTER = Caller("tester", "")


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerts, "EVERY_S", 0.05)


@pytest.fixture
async def server() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        yield server


@asynccontextmanager
async def node(folder: Path, *, producing: bool = True) -> AsyncIterator[Engine]:
    home = Home(folder)
    settings = NodeSettings("test", home.database_url, home, producing=producing)
    async with open_engine(settings) as engine:
        yield engine


def document(server: FaultServer, alert: str) -> dict[str, Any]:
    return {
        "job": "orders",
        "producer": {
            "kind": "http_pull",
            "mode": "full",
            "schedule": {"every": "1h"},
            "request": {"url": server.url("orders")},
        },
        "ledger": {"key": "record.id"},
        "consumers": [
            {
                "kind": "http_push",
                "name": "erp",
                "request": {"method": "POST", "url": server.url("erp")},
                "retry": {"policy": "fixed", "every": "1s", "attempts": 1},
            }
        ],
        "alerts": [{"when": alert, "to": ["ops"], "repeat": "60m"}],
    }


async def first_request_of_a_channel(server: FaultServer) -> None:
    """Wait for a child process; a busy machine starts it slowly."""
    for _ in range(4):
        with contextlib.suppress(TimeoutError):
            await server.wait_until(lambda: len(alerts_told(server)) == 1)
            return
    raise AssertionError("nothing was told")


def alerts_told(server: FaultServer) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in server.received if one.path.startswith("/channel")]


async def test_a_record_that_failed_is_told_once_and_resolved_after_its_resend(
    tmp_path: Path, server: FaultServer
) -> None:
    server.on("/orders", Answer(200, b'[{"id": "17"}]'))
    server.on("/erp", Answer(422, b"no"), Answer(200))
    server.on("/channel", Answer(200))
    async with node(tmp_path) as engine:
        await engine.vault.put("ops", f"{server.origin}/channel?key=KEY", TESTER, Use.CHANNEL)
        await jobs.save(engine.store, document(server, "failed > 0"), TESTER)
        await engine.job_changed("orders")
        await server.wait_until(lambda: len(alerts_told(server)) == 1)

        dead = await engine.store.delivery_ids(
            RecordFilter(states=frozenset({State.DEAD})), limit=10, after_id=0
        )
        await engine.store.resend(dead, by="tester", due_at=engine.now())
        await engine.deliveries_changed()
        await server.wait_until(lambda: len(alerts_told(server)) == 2)

    opened, resolved = alerts_told(server)
    assert (opened["job"], opened["state"]) == ("orders", "open")
    assert "job orders, consumer erp: failed > 0.\n1 failed, 0 unsynced" in opened["text"]
    assert (resolved["job"], resolved["state"]) == ("orders", "resolved")
    assert "consumer erp: failed > 0.\n0 failed" in resolved["text"]


async def test_a_source_that_fails_is_told_as_silent(tmp_path: Path, server: FaultServer) -> None:
    server.on("/orders", Answer(503, b"closed"))
    server.on("/channel", Answer(200))
    async with node(tmp_path) as engine:
        await engine.vault.put("ops", f"{server.origin}/channel", TESTER, Use.CHANNEL)
        await jobs.save(engine.store, document(server, "source_silent_s > 0.2"), TESTER)
        await engine.job_changed("orders")
        await server.wait_until(lambda: len(alerts_told(server)) == 1)
    assert "source has been silent for" in alerts_told(server)[0]["text"]


async def test_a_node_stops_at_once_while_a_channel_hangs(
    tmp_path: Path, server: FaultServer
) -> None:
    server.on("/orders", Answer(503, b"closed"))
    server.on("/channel", "slow_head")
    async with node(tmp_path) as engine:
        address = f"json://127.0.0.1:{server.port}/channel"
        await engine.vault.put("ops", address, TESTER, Use.CHANNEL)
        await jobs.save(engine.store, document(server, "source_silent_s > 0"), TESTER)
        await engine.job_changed("orders")
        await first_request_of_a_channel(server)
        told_at = time.monotonic()
    assert time.monotonic() - told_at < CHILD_S / 3
    await server.wait_until(lambda: server.open_connections == 0)


async def test_a_channel_is_tried_by_a_node_that_does_not_produce(
    tmp_path: Path, server: FaultServer
) -> None:
    server.on("/channel", Answer(200), Answer(403))
    async with node(tmp_path, producing=False) as engine:
        await engine.vault.put("ops", f"{server.origin}/channel?key=KEY", TESTER, Use.CHANNEL)
        await engine.test_channel("ops")
        with pytest.raises(ChannelFailed) as refused:
            await engine.test_channel("ops")
        with pytest.raises(NotFound):
            await engine.test_channel("boss")
    assert alerts_told(server)[0]["state"] == "test"
    assert "status 403" in refused.value.sentence
    assert "KEY" not in refused.value.sentence


async def test_a_restart_of_the_node_tells_nothing_again(
    tmp_path: Path, server: FaultServer
) -> None:
    server.on("/orders", Answer(200, b'[{"id": "17"}]'))
    server.on("/erp", Answer(422, b"no"))
    server.on("/channel", Answer(200))
    async with node(tmp_path) as engine:
        await engine.vault.put("ops", f"{server.origin}/channel?key=KEY", TESTER, Use.CHANNEL)
        await jobs.save(engine.store, document(server, "failed > 0"), TESTER)
        await engine.job_changed("orders")
        await server.wait_until(lambda: len(alerts_told(server)) == 1)
        await until_nothing_is_owed(engine)
    async with node(tmp_path) as engine:
        ((job, row),) = await engine.store.alerts()
        assert (job, row.standing.open) == ("orders", True)
        dead = await engine.store.delivery_ids(
            RecordFilter(states=frozenset({State.DEAD})), limit=10, after_id=0
        )
        server.on("/erp", Answer(200))
        await engine.store.resend(dead, by="tester", due_at=engine.now())
        await engine.deliveries_changed()
        await server.wait_until(lambda: len(alerts_told(server)) == 2)
    assert [one["state"] for one in alerts_told(server)] == ["open", "resolved"]


async def until_nothing_is_owed(engine: Engine) -> None:
    async with asyncio.timeout(10):
        while any(row.owed for _, row in await engine.store.alerts()):
            await asyncio.sleep(0.02)
