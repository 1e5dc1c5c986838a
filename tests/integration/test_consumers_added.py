"""Several consumers of one job, each with its own states; added later, removed, taken in again."""

from __future__ import annotations

from pathlib import Path

from engine.core.delivery import State
from engine.demo.small_server import Reply
from tests.integration.flow import OK, flow, state_of


def ids(n: int) -> list[str]:
    return [f"A{number:04d}" for number in range(n)]


async def test_each_consumer_has_its_own_states(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:

        def answer(path: str) -> Reply:
            return {"/erp": OK, "/wms": Reply({}, 503), "/crm": Reply({}, 422)}[path]

        line.target.answers = lambda push: answer(push.path)
        line.source.put("A", "B")
        hourly = {"policy": "fixed", "every": "1h", "attempts": 3}
        await line.apply(
            line.document(
                line.consumer(),
                line.consumer("wms", retry=hourly),
                line.consumer("crm"),
                line.consumer("bi", filter="false"),
            )
        )
        await line.until_counts("erp", delivered=2)
        await line.until_counts("wms", retrying=2)
        await line.until_counts("crm", dead=2)
        await line.until_counts("bi", skipped=2)


async def test_a_consumer_added_later_gets_everything_from_the_beginning_in_order(
    tmp_path: Path,
) -> None:
    async with flow(tmp_path) as line:
        line.source.put(*ids(700), n=1)
        await line.apply(line.document())
        await line.until_counts(delivered=700)
        line.source.put(*ids(20), n=2)
        await line.until_counts(delivered=720)

        late = line.consumer("late", filter='record.id != "A0005"', start="beginning")
        await line.apply(line.document(line.consumer(), late))
        line.source.put(*ids(20), n=3)
        await line.until_counts("late", delivered=740 - 3, skipped=3, unsynced=0)
        order: dict[str, list[int]] = {}
        for push in line.target.to("/late"):
            order.setdefault(push.value["id"], []).append(push.value["n"])
        assert order.pop("A0000") == [1, 2, 3]
        assert all(sent == sorted(set(sent)) for sent in order.values())
        assert len(order) == 700 - 2
        assert len(line.target.to("/erp")) == 740


async def test_a_consumer_added_later_may_start_now(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put("A", "B")
        await line.apply(line.document())
        await line.until_counts(delivered=2)
        late = line.consumer("late", start="now")
        witness = line.consumer("witness", start="beginning")
        await line.apply(line.document(line.consumer(), late, witness))
        line.source.put("C")
        await line.until_counts("witness", delivered=3)
        await line.until_counts("late", pulled=1, delivered=1)
        assert [push.value["id"] for push in line.target.to("/late")] == ["C"]
        assert not [
            one for one in (await line.detail("A")).brief.deliveries if one.consumer == "late"
        ]


async def test_a_removed_consumer_gets_nothing_more_and_keeps_its_history(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        line.source.put("A")
        await line.apply(line.document(line.consumer(), line.consumer("wms")))
        await line.until_counts("wms", delivered=1)
        await line.pause(True, consumer="wms")
        line.source.put("B")
        await line.until_counts("wms", pending=1)
        await line.apply(line.document())
        line.source.put("C")
        await line.until_counts(delivered=3)

        async def cancelled() -> bool:
            return state_of(await line.delivery("B", consumer="wms")) is State.SKIPPED

        await line.until(cancelled, "what waited for it is skipped")
        assert state_of(await line.delivery("A", consumer="wms")) is State.DELIVERED
        assert len(line.target.to("/wms")) == 1
        assert [one.consumer for one in (await line.detail("C")).brief.deliveries] == ["erp"]


async def test_a_consumer_taken_in_again_goes_on_where_it_was(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        both = line.document(line.consumer(), line.consumer("wms"))
        line.source.put("A")
        await line.apply(both)
        await line.until_counts("wms", delivered=1)
        await line.apply(line.document())
        line.source.put("B")
        await line.until_counts(delivered=2)
        await line.apply(both)
        await line.until_counts("wms", delivered=2, unsynced=0)
        assert [push.value["id"] for push in line.target.to("/wms")] == ["A", "B"]
