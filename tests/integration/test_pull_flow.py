"""From a source with pages to the ledger and the target: producer, puller and store together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fault_server import Answer
from tests.integration.flow import Flow, flow
from tests.sample_source import WAYS, SampleSource, moment, rows
from tests.unit.producers.making import document


def job(line: Flow, source: SampleSource, way: str, **changes: Any) -> dict[str, Any]:
    made = document(source, way, schedule={"every": "100ms"}, **changes)
    return {**line.document(), "producer": made}


async def keys(line: Flow) -> set[str]:
    return {record.key for record in await line.records()}


@pytest.mark.parametrize("way", WAYS)
async def test_every_row_of_a_paged_source_is_delivered_once(tmp_path: Path, way: str) -> None:
    async with SampleSource(rows(95)) as source, flow(tmp_path) as line:
        await line.apply(job(line, source, way))
        await line.until_counts(delivered=95, unsynced=0)
        source.touch("7", moment(200))
        await line.until_counts(delivered=96, unsynced=0)

        assert (await line.detail("7", version=2)).payload is not None
        assert len(await keys(line)) == 95


@pytest.mark.parametrize("order", ["asc", "desc", "none"])
async def test_rows_that_move_while_they_are_read_all_arrive(tmp_path: Path, order: str) -> None:
    async with SampleSource(rows(80), order=order) as source, flow(tmp_path) as line:  # type: ignore[arg-type]  # a parameter
        for after in range(1, 12):

            def move(after: int = after) -> None:
                row = source.rows.pop(0)
                source.insert({**row, "updated_at": moment(1000 + after)})

            source.between(after, move)
        await line.apply(job(line, source, "page"))
        await line.until(lambda: not source._between, "all changes are made")
        await line.until_counts(unsynced=0)

        async def all_there() -> bool:
            return len(await keys(line)) == 80

        await line.until(all_there, "every key is in the ledger")


async def test_a_failed_pull_keeps_cursor_and_reason_until_a_good_one(tmp_path: Path) -> None:
    async with SampleSource(rows(5)) as source, flow(tmp_path) as line:
        await line.apply(job(line, source, "page"))
        await line.until_counts(delivered=5)
        source.refuses = lambda request: Answer(401, b'{"error": "expired"}')
        row = await line.engine.store.job("orders")

        async def refused() -> bool:
            return (await line.engine.store.cursor(row.id, "all")).failures > 0

        await line.until(refused, "the pull is refused")
        cursor = await line.engine.store.cursor(row.id, "all")
        assert cursor.value == moment(4)
        assert "401 Unauthorized" in cursor.problem

        source.refuses = lambda request: None
        source.insert({"id": "6", "updated_at": moment(9), "status": "new"})
        await line.until_counts(delivered=6)
        assert (await line.engine.store.cursor(row.id, "all")).problem == ""


async def test_a_list_that_only_looked_sorted_is_read_again_from_the_start(tmp_path: Path) -> None:
    """The cursor goes back in the real store too, down to the document's own start."""
    listed = rows(200)
    for number in range(20, 41):
        listed[number]["updated_at"] = moment(5000 + number)
    async with SampleSource(listed, order="none") as source, flow(tmp_path) as line:
        await line.apply(job(line, source, "page", size=30))
        await line.until_counts(delivered=200, unsynced=0)
        row = await line.engine.store.job("orders")

        async def there() -> bool:
            return (await line.engine.store.cursor(row.id, "all")).value == moment(5040)

        await line.until(there, "the cursor stands at the last value")
