"""Alerts and their channels, over a real node's API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.core.alerting import AlertKey, Standing
from engine.store.alerts import AlertWrite
from tests.integration.api_node import ApiNode, api_node, document


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[ApiNode]:
    async with api_node(tmp_path) as running:
        await running.owner.apply(document())
        yield running


async def test_open_and_resolved_alerts_are_listed_with_their_numbers(node: ApiNode) -> None:
    row = await node.engine.store.job("orders")
    facts = {"failed": 3, "unsynced": 12, "lag_s": 75.2, "breaker_open": True}
    key = AlertKey("erp", "failed > 0", ("ops",))
    over = AlertKey("crm", "failed > 0", ("ops",))
    await node.engine.store.write_alerts(
        row.id,
        [
            AlertWrite(over, 0, Standing(False, 5, 9, opened_at=4), 9, {}, ""),
            AlertWrite(key, 0, Standing(True, 7, opened_at=6), None, facts, "opened"),
        ],
    )

    first, second = await node.owner.alerts()

    assert (first.job, first.consumer, first.state, first.to) == ("orders", "erp", "open", ("ops",))
    assert (first.opened_at, first.last_told_at, first.resolved_at) == (6, 7, None)
    assert first.sentence == (
        "3 failed, 12 unsynced, lag 75 s. The circuit breaker of the target is open."
    )
    assert first.values == facts
    assert (second.state, second.resolved_at) == ("resolved", 9)
