"""Where a database can notify, nodes hear at once; what is not heard is found by looking."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psycopg
import pytest

from engine.api.wire import ResendRequest
from engine.services import feeder, hearing
from engine.store import listening
from tests.integration.cluster import WITHIN_S, Cluster, cluster

NEVER_S = 3600.0
LISTENS = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"


@pytest.fixture
def database_url(fresh_database: Callable[[str], str]) -> str:
    return fresh_database("postgresql")


@pytest.fixture
async def two(tmp_path: Path, database_url: str) -> AsyncIterator[Cluster]:
    async with cluster(tmp_path, database_url) as made:
        yield made


@pytest.fixture
def nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not heard is not found either."""
    monkeypatch.setattr(hearing, "POLL_S", NEVER_S)
    monkeypatch.setattr(feeder, "IDLE_S", NEVER_S)


async def until_listened(database_url: str, two: Cluster) -> None:
    """Wait until a node of this database listens."""

    def listens() -> bool:
        with psycopg.connect(database_url) as raw:
            row = raw.execute(f"SELECT count(*) {LISTENS}").fetchone()
        return row is not None and row[0] > 0

    await two.until(listens, "a node listens")


@pytest.mark.usefixtures("nobody_looks")
async def test_a_change_is_heard_at_once(two: Cluster, database_url: str) -> None:
    await until_listened(database_url, two)
    await two.west.client.set_secret("key", "old")
    auth = {"kind": "bearer", "token": {"secret": "key"}}
    two.source.put("A1")
    await two.west.client.apply(two.document(two.consumer(request={"auth": auth})))
    await two.until(lambda: bool(two.target.pushes), "it is delivered", WITHIN_S)

    await two.west.client.set_secret("key", "new")
    began_s = time.monotonic()
    while two.target.pushes[-1].headers["authorization"] != "Bearer new":
        assert time.monotonic() - began_s < WITHIN_S
        two.source.put("A1")
        await two.until_asked()


@pytest.mark.usefixtures("nobody_looks")
async def test_something_to_send_is_heard_at_once(two: Cluster, database_url: str) -> None:
    await until_listened(database_url, two)
    two.source.put("A1")
    await two.west.client.apply(two.document())
    await two.until_counts(delivered=1)
    (record,) = await two.records()
    await two.west.client.resend(ResendRequest(record_ids=(record.record_id,)))
    await two.until(lambda: len(two.target.pushes) == 2, "it is sent again", WITHIN_S)


async def test_what_is_not_heard_is_found_all_the_same(
    two: Cluster, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "RETRY_S", NEVER_S)
    await until_listened(database_url, two)
    with psycopg.connect(database_url) as raw:
        cut = raw.execute(f"SELECT pg_terminate_backend(pid) {LISTENS}").fetchall()
    assert cut == [(True,)]

    two.source.put("A1")
    await two.west.client.apply(two.document(producer={"schedule": {"every": "1h"}}))
    await two.until_counts(delivered=1)
    (record,) = await two.records()
    await two.west.client.resend(ResendRequest(record_ids=(record.record_id,)))
    await two.until(lambda: len(two.target.pushes) == 2, "it is sent again", WITHIN_S)
    two.source.put("A2")
    await two.west.client.run("orders")
    await two.until(lambda: len(two.target.pushes) == 3, "it is pulled", WITHIN_S)


@pytest.mark.usefixtures("nobody_looks")
async def test_a_listener_that_was_cut_off_listens_again_and_looks(
    two: Cluster, database_url: str
) -> None:
    await until_listened(database_url, two)
    await two.west.client.apply(two.document())
    await two.until_asked()
    with psycopg.connect(database_url) as raw:
        raw.execute(f"SELECT pg_terminate_backend(pid) {LISTENS}")
    await two.west.client.drain_node("east")
    await two.until(lambda: two.east.engine.node().state == "drained", "it hears of it")
