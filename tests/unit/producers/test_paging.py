"""Pulling by cursor, page by page, from a real source: nothing is lost, however it pages."""

from __future__ import annotations

from functools import partial

import pytest

from engine.http.client import HttpClient
from tests.sample_source import WAYS, SampleSource, moment, rows
from tests.unit.producers.making import Hub, document, producer

NUMBERED = ("page", "offset")
SEVERAL = ("page", "offset", "token", "link-header", "link-body")


@pytest.mark.parametrize("way", WAYS)
async def test_every_row_arrives_and_the_cursor_stands_at_the_last(
    client: HttpClient, way: str
) -> None:
    async with SampleSource(rows(95)) as source:
        hub = await Hub().run(producer(client, document(source, way)))

        assert hub.failure is None
        assert len(hub.keys) == 95
        assert hub.cursor == moment(94)
        assert not hub.pages[-1].page.more


@pytest.mark.parametrize("way", SEVERAL)
@pytest.mark.parametrize("order", ["asc", "desc", "none"])
async def test_every_row_arrives_in_any_order(client: HttpClient, way: str, order: str) -> None:
    listed = rows(95)
    shuffled = [listed[(number * 37) % 95] for number in range(95)]
    async with SampleSource(shuffled, order=order) as source:  # type: ignore[arg-type]  # a parameter
        hub = await Hub().run(producer(client, document(source, way)))

        assert len(hub.keys) == 95
        assert hub.cursor == moment(94)


@pytest.mark.parametrize("way", NUMBERED)
@pytest.mark.parametrize("order", ["asc", "desc", "none"])
@pytest.mark.parametrize("after", range(1, 8))
async def test_a_row_that_moves_out_of_an_earlier_page_pulls_no_row_past_the_reader(
    client: HttpClient, way: str, order: str, after: int
) -> None:
    async with SampleSource(rows(60), order=order) as source:  # type: ignore[arg-type]  # a parameter

        def move() -> None:
            row = source.rows.pop(0)
            source.insert({**row, "updated_at": moment(1000 + after)})

        source.between(after, move)
        hub = await Hub().run(producer(client, document(source, way)))
        await hub.run(producer(client, document(source, way)))

        assert hub.keys == {str(number) for number in range(1, 61)}


@pytest.mark.parametrize("way", NUMBERED)
async def test_rows_that_move_all_the_time_lose_nothing_within_a_few_runs(
    client: HttpClient, way: str
) -> None:
    async with SampleSource(rows(200, a_second=40)) as source:
        for after in range(1, 40):
            change = partial(source.touch, str(after * 3), moment(2000 + after))
            source.between(after, change)
        hub = Hub()
        for _ in range(4):
            await hub.run(producer(client, document(source, way)))

        assert hub.keys == {str(number) for number in range(1, 201)}


@pytest.mark.parametrize("way", NUMBERED)
async def test_a_sorted_source_is_asked_again_from_the_last_value_with_the_first_number(
    client: HttpClient, way: str
) -> None:
    async with SampleSource(rows(90)) as source:
        await Hub().run(producer(client, document(source, way, size=30)))

        asked = source.queries()
        assert {query[way] for query in asked[:4]} == {asked[0][way]}
        since = [query.get("since") for query in asked[:4]]
        assert since == [None, moment(28), moment(56), moment(84)]


@pytest.mark.parametrize("way", SEVERAL)
async def test_a_run_that_is_cut_off_goes_on_from_its_last_page(
    client: HttpClient, way: str
) -> None:
    async with SampleSource(rows(300)) as source:
        hub = await Hub().run(producer(client, document(source, way, size=30)), pages=6)
        before = len(source.asked)

        await hub.run(producer(client, document(source, way, size=30)))

        assert len(hub.keys) == 300
        assert source.queries()[before]["since"] >= moment(100)
