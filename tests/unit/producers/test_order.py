"""Sorted, unsorted and only seemingly sorted sources, real ones: what the cursor makes of them."""

from __future__ import annotations

from functools import partial

import pytest

from engine.http.client import HttpClient
from tests.sample_source import SampleSource, moment, rows
from tests.unit.producers.making import Hub, document, producer

SEVERAL = ("page", "offset", "token", "link-header", "link-body")
NUMBERED = ("page", "offset")


@pytest.mark.parametrize("way", SEVERAL)
async def test_an_unsorted_source_moves_the_cursor_only_after_its_last_page(
    client: HttpClient, way: str
) -> None:
    async with SampleSource(rows(50), order="desc") as source:
        hub = await Hub().run(producer(client, document(source, way)))

        *before, last = [out.page.cursor_after for out in hub.pages]
        assert set(before) == {None}
        assert last == moment(49)
        assert "do not come sorted" in hub.notes


@pytest.mark.parametrize("way", SEVERAL)
async def test_an_unsorted_run_that_is_cut_off_is_read_again_whole(
    client: HttpClient, way: str
) -> None:
    async with SampleSource(rows(50), order="desc") as source:
        hub = await Hub().run(producer(client, document(source, way)), pages=3)
        await hub.run(producer(client, document(source, way)))

        assert len(hub.keys) == 50
        assert hub.cursor == moment(49)


@pytest.mark.parametrize("way", ["token", "link-header"])
async def test_pages_that_turn_out_unsorted_after_a_crash_send_the_cursor_back(
    client: HttpClient, way: str
) -> None:
    """Three sorted pages move the cursor, the run is cut off, and page one of the next is not."""
    listed = rows(60)
    backwards = [*listed[30:], *listed[:30]]
    async with SampleSource(backwards, order="none") as source:
        hub = await Hub().run(producer(client, document(source, way)), pages=2)
        assert hub.cursor == moment(49)
        source.rows.insert(0, source.rows.pop())
        source.rows.insert(0, source.row("58"))
        source.rows.insert(0, source.row("60"))

        await hub.run(producer(client, document(source, way)))

        assert len(hub.keys) == 60
        assert "do not come sorted" in hub.notes


async def test_a_list_in_order_of_ids_that_looks_sorted_is_found_out(client: HttpClient) -> None:
    """A batch job touched the ids 20 to 40, one after another: each page looks sorted."""
    listed = rows(200)
    for number in range(20, 41):
        listed[number]["updated_at"] = moment(5000 + number)
    async with SampleSource(listed, order="none") as source:
        hub = await Hub().run(producer(client, document(source, "page", size=30)))

        assert len(hub.keys) == 200
        assert hub.cursor == moment(5040)
        assert "do not come sorted" in hub.notes


@pytest.mark.parametrize("way", NUMBERED)
async def test_a_late_row_that_raises_a_false_alarm_does_not_hold_up_a_sorted_source(
    client: HttpClient, way: str
) -> None:
    """A row below the reader makes the list longer than what was read, as rows passed over do."""
    async with SampleSource(rows(200)) as source:
        late = {"id": "late", "updated_at": moment(3), "status": "new"}
        source.between(5, lambda: source.insert(late))
        for after in range(12, 60):  # from then on rows are updated all the while
            change = partial(source.touch, str(after), moment(1000 + after))
            source.between(after, change)
        hub = await Hub().run(producer(client, document(source, way, size=30)))

        assert hub.failure is None
        assert len(hub.keys) == 201
        assert "is read again by its numbers" in hub.notes
        assert hub.cursor is not None
        assert hub.cursor > moment(1000)
        assert '"unsorted":true' not in hub.state


async def test_new_rows_do_not_hide_what_was_passed_over(client: HttpClient) -> None:
    """As above, and what stands right behind the rows that were read was updated meanwhile."""
    listed = rows(200)
    for number in range(20, 41):
        listed[number]["updated_at"] = moment(5000 + number)

    def touch() -> None:
        for number in range(42, 61):
            source.touch(str(number), moment(6000 + number))

    async with SampleSource(listed, order="none") as source:
        source.between(3, touch)
        hub = await Hub().run(producer(client, document(source, "page", size=30)))

        assert len(hub.keys) == 200


async def test_an_unsorted_page_sends_a_re_based_run_back_at_once(client: HttpClient) -> None:
    listed = rows(90)
    listed[34]["updated_at"] = moment(5000)
    listed[39]["updated_at"] = moment(2)
    async with SampleSource(listed, order="none") as source:
        hub = await Hub().run(producer(client, document(source, "page", size=30)))

        assert [out.page.cursor_after for out in hub.pages[:2]] == [moment(29), None]
        assert [query.get("since") for query in source.queries()[:3]] == [None, moment(28), None]
        assert len(hub.keys) == 90


@pytest.mark.parametrize("way", SEVERAL)
async def test_a_run_cut_off_amid_one_value_reads_the_rest_of_it_even_with_a_strict_source(
    client: HttpClient, way: str
) -> None:
    async with SampleSource(rows(60, a_second=4), strict=True) as source:
        hub = await Hub().run(producer(client, document(source, way)), pages=1)
        await hub.run(producer(client, document(source, way)))

        assert len(hub.keys) == 60


async def test_a_source_that_became_sorted_is_re_based_again(client: HttpClient) -> None:
    async with SampleSource(rows(60), order="desc") as source:
        hub = await Hub().run(producer(client, document(source, "page")))
        source.order = "asc"
        for number in range(2):
            source.rows += rows(100, first=61 + number * 100)
            await hub.run(producer(client, document(source, "page")))

        assert len(hub.keys) == 260
        assert source.queries()[-5]["page"] == "1"


async def test_a_source_that_ignores_the_cursor_is_read_by_number(client: HttpClient) -> None:
    async with SampleSource(rows(60), ignores_cursor=True) as source:
        hub = await Hub().run(producer(client, document(source, "page")))

        assert hub.failure is None
        assert len(hub.keys) == 60
        assert [query["page"] for query in source.queries()[:5]] == ["1", "1", "1", "2", "3"]
