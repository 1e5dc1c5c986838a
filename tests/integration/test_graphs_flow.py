"""Graphs of a real line: every consumer by itself, and no gap where the node was restarted."""

from __future__ import annotations

from pathlib import Path

from engine.demo.small_server import Reply
from tests.integration.flow import OK, Source, Target, flow

WINDOW_S = 300


async def test_a_restart_leaves_no_gap_in_the_graphs(tmp_path: Path) -> None:
    source, target = Source(), Target()
    async with flow(tmp_path, source, target) as line:
        source.put(*(f"A{n}" for n in range(20)))
        await line.apply(line.document())
        await line.until_counts(delivered=20, unsynced=0)
    async with flow(tmp_path, source, target) as line:
        again = await line.engine.series(WINDOW_S, "orders", "erp")
        minutes = await line.engine.series(3600, None)

    assert round(sum(again.delivered)) == 20
    assert round(sum(again.pulled)) == 20
    assert any(value is not None for value in again.p50_ms)
    assert again.backlog[-1] == 0
    assert round(sum(minutes.delivered[:-1]) * minutes.step_s + minutes.delivered[-1] * 60) >= 1


async def test_each_consumer_has_graphs_of_its_own(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.target.answers = lambda push: OK if push.path == "/erp" else Reply({"no": 1}, 422)
        line.source.put("A", "B", "C")
        await line.apply(line.document(line.consumer("erp"), line.consumer("crm")))
        await line.until_counts("erp", delivered=3)
        await line.until_counts("crm", dead=3)
        await line.until_asked(2)  # the second they ended in is over
        erp = await line.engine.series(WINDOW_S, "orders", "erp")
        crm = await line.engine.series(WINDOW_S, "orders", "crm")
        both = await line.engine.series(WINDOW_S, "orders")

    assert round(sum(erp.delivered), 6) <= 3
    assert sum(crm.delivered) == sum(erp.failed) == 0
    assert (erp.backlog[-1], crm.backlog[-1], both.backlog[-1]) == (0, 0, 0)
