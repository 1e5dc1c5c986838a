"""Alerts in the database: kept, decided once, owed until they are told, gone with their job."""

from __future__ import annotations

from dataclasses import replace

from engine.core.alerting import AlertKey, Standing
from engine.store.alerts import KEPT_MS, AlertWrite, alert_id
from tests.conformance.store_world import START, World

KEY = AlertKey("erp", "failed > 0", ("ops", "老板"))
OPEN = AlertWrite(KEY, 0, Standing(True, START, opened_at=START), None, {"failed": 3}, "opened")


def ended(before: int, at: int) -> AlertWrite:
    return replace(
        OPEN,
        before=before,
        standing=Standing(False, START, at, True, START),
        resolved_at=at,
        owed="resolved",
    )


async def test_an_alert_is_kept_as_it_was_written(world: World) -> None:
    assert await world.store.write_alerts(world.job.id, [OPEN]) == [True]

    (row,) = await world.store.alerts_of(world.job.id)

    assert row.id == alert_id(world.job.id, KEY)
    assert (row.key, row.standing, row.resolved_at) == (KEY, OPEN.standing, None)
    assert (row.facts, row.owed, row.revision) == ({"failed": 3}, "opened", 1)
    assert await world.store.alerts() == (("orders", row),)


async def test_of_two_that_decide_at_once_one_is_told_no(world: World) -> None:
    write = world.store.write_alerts
    assert await write(world.job.id, [OPEN]) == [True]
    assert await write(world.job.id, [OPEN]) == [False]
    assert await write(world.job.id, [ended(1, START + 5)]) == [True]
    assert await write(world.job.id, [ended(1, START + 6)]) == [False]

    (row,) = await world.store.alerts_of(world.job.id)
    assert (row.resolved_at, row.revision) == (START + 5, 2)
    assert row.standing == Standing(False, START, START + 5, True, START)


async def test_what_is_owed_is_forgotten_when_it_is_told(world: World) -> None:
    await world.store.write_alerts(world.job.id, [OPEN])
    await world.store.alerts_told([alert_id(world.job.id, KEY), 7])

    (row,) = await world.store.alerts_of(world.job.id)
    assert (row.owed, row.revision) == ("", 1)


async def test_open_alerts_come_first_and_resolved_ones_go_after_a_week(world: World) -> None:
    other = replace(OPEN, key=replace(KEY, consumer="crm"))
    await world.store.write_alerts(world.job.id, [OPEN, other])
    await world.store.write_alerts(world.job.id, [ended(1, START + 5)])

    assert [row.key.consumer for _, row in await world.store.alerts()] == ["crm", "erp"]
    world.clock.forward(KEPT_MS)
    assert await world.store.forget_alerts() == 0
    world.clock.forward(6)
    assert await world.store.forget_alerts() == 1
    assert [row.key.consumer for _, row in await world.store.alerts()] == ["crm"]


async def test_alerts_go_with_their_job(world: World) -> None:
    await world.store.write_alerts(world.job.id, [OPEN])
    await world.store.delete_job(world.job.id, by="tester")
    assert await world.store.alerts() == ()
    assert await world.store.write_alerts(world.job.id, [replace(OPEN, key=KEY)]) == [False]
    await world.store.settle_down()
    await world.sound()
