"""When the cursor moves and when it does not, against a real source."""

from __future__ import annotations

import json

import pytest

from engine.http.client import HttpClient
from tests.fault_server import Answer
from tests.sample_source import CLOCK, SampleSource, moment, rows
from tests.unit.producers.making import Hub, document, producer

SEVERAL = ("page", "offset", "token", "link-header", "link-body")
NUMBERED = ("page", "offset")


async def test_rows_with_one_cursor_value_at_a_pages_edge_all_arrive(client: HttpClient) -> None:
    async with SampleSource(rows(60, a_second=4)) as source:
        hub = await Hub().run(producer(client, document(source, "page")))

        assert len(hub.keys) == 60


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("way", NUMBERED)
async def test_a_whole_page_of_one_value_is_paged_through_inside_that_value(
    client: HttpClient, way: str, strict: bool
) -> None:
    async with SampleSource(rows(120, a_second=35), strict=strict) as source:
        hub = await Hub().run(producer(client, document(source, way)))

        assert hub.failure is None
        assert len(hub.keys) == 120
        assert hub.cursor == moment(3)


async def test_a_page_of_one_value_that_never_advances_stops_with_an_explanation(
    client: HttpClient,
) -> None:
    async with SampleSource(rows(40, a_second=40), ignores_number=True) as source:
        hub = await Hub().run(producer(client, document(source, "page")))

        assert hub.failure is not None
        assert hub.failure.kind == "no_progress"
        assert "10 records has the same cursor value" in hub.failure.sentence
        assert "${page}" in hub.failure.sentence
        assert hub.cursor == moment(0)
        assert len(source.asked) == 3


@pytest.mark.parametrize("way", ["token", "link-body"])
async def test_pages_that_go_round_in_circles_stop(client: HttpClient, way: str) -> None:
    async with SampleSource(rows(30)) as source:
        answers = []
        for number in range(4):
            item = {"id": number, "updated_at": moment(number)}
            body = {"data": {"items": [item], "next": f"/{way}?n={number % 3}"}}
            answers.append(Answer(200, json.dumps(body).encode()))
        source.server.on(f"/{way}", *answers)
        hub = await Hub().run(producer(client, document(source, way)))

        assert hub.failure is not None
        assert hub.failure.kind == "no_progress"
        assert "came a second time" in hub.failure.sentence
        assert len(source.asked) == 4


async def test_the_same_records_under_ever_new_tokens_stop(client: HttpClient) -> None:
    async with SampleSource(rows(5)) as source:
        tokens = iter(range(1, 1000))
        item = {"id": 1, "updated_at": moment(0)}

        def answer(_: object) -> Answer:
            body = {"data": {"items": [item], "next": next(tokens)}}
            return Answer(200, json.dumps(body).encode())

        source.server.on("/token", answer)
        hub = await Hub().run(producer(client, document(source, "token")))

        assert hub.failure is not None
        assert hub.failure.kind == "no_progress"
        assert len(source.asked) == 2


async def test_rows_committed_late_are_found_within_the_lag(client: HttpClient) -> None:
    async with SampleSource(rows(20)) as source:
        made = document(source, "page", cursor={"lag": "10s"})
        hub = await Hub().run(producer(client, made))
        source.insert({"id": "late", "updated_at": moment(12), "status": "new"})
        await hub.run(producer(client, made))

        assert "late" in hub.keys
        assert source.queries()[-1]["since"] == moment(9)
        assert hub.cursor == moment(19)


async def test_without_a_lag_the_cursor_is_asked_for_exactly(client: HttpClient) -> None:
    async with SampleSource(rows(5)) as source:
        hub = await Hub().run(producer(client, document(source, "page")))
        before = len(source.asked)
        await hub.run(producer(client, document(source, "page")))

        assert source.queries()[before]["since"] == moment(4)


async def test_the_first_run_asks_from_the_documents_start(client: HttpClient) -> None:
    async with SampleSource(rows(30)) as source:
        start = moment(10)
        hub = await Hub().run(producer(client, document(source, "page", cursor={"start": start})))

        assert source.queries()[0]["since"] == start
        assert len(hub.keys) == 20


async def test_without_a_start_the_first_run_leaves_the_parameter_out(client: HttpClient) -> None:
    async with SampleSource(rows(3)) as source:
        await Hub().run(producer(client, document(source, "page")))

        assert "since" not in source.queries()[0]


async def test_a_row_that_comes_again_makes_no_second_version(client: HttpClient) -> None:
    async with SampleSource(rows(25)) as source:
        hub = Hub()
        for _ in range(3):
            await hub.run(producer(client, document(source, "page", cursor={"lag": "1h"})))

        assert all(len(versions) == 1 for versions in hub.versions.values())


async def test_a_time_far_ahead_of_the_sources_clock_is_taken_but_not_followed(
    client: HttpClient,
) -> None:
    async with SampleSource(rows(10)) as source:
        source.insert({"id": "future", "updated_at": "2099-01-01T00:00:00Z", "status": "new"})
        hub = await Hub().run(producer(client, document(source, "page", size=50)))
        await hub.run(producer(client, document(source, "page", size=50)))

        assert "future" in hub.keys
        assert hub.cursor == moment(9)
        assert "1 record lies over a day ahead" in hub.notes


async def test_without_a_date_header_no_time_is_far_ahead(client: HttpClient) -> None:
    async with SampleSource(rows(3), date=None) as source:
        source.insert({"id": "future", "updated_at": "2099-01-01T00:00:00Z", "status": "new"})
        hub = await Hub().run(producer(client, document(source, "page")))

        assert hub.cursor == "2099-01-01T00:00:00Z"


async def test_the_sources_clock_is_the_one_that_counts(client: HttpClient) -> None:
    async with SampleSource(rows(3), date=CLOCK + 10 * 86_400) as source:
        source.insert({"id": "new", "updated_at": "2026-01-11T00:00:00Z", "status": "new"})
        hub = await Hub().run(producer(client, document(source, "page")))

        assert hub.cursor == "2026-01-11T00:00:00Z"


@pytest.mark.parametrize("way", NUMBERED)
@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_a_source_that_caps_its_pages_below_the_size_is_read_to_its_end(
    client: HttpClient, way: str, order: str
) -> None:
    async with SampleSource(rows(95), cap=7, order=order) as source:  # type: ignore[arg-type]  # a parameter
        hub = await Hub().run(producer(client, document(source, way, size=50)))

        assert len(hub.keys) == 95
        assert "gives at most 7 records a page" in hub.notes


@pytest.mark.parametrize("way", NUMBERED)
async def test_a_full_run_reads_a_capped_source_to_its_end(client: HttpClient, way: str) -> None:
    async with SampleSource(rows(95), cap=7) as source:
        made = document(source, way, size=50, mode="full", cursor=None)
        hub = await Hub().run(producer(client, made))

        assert len(hub.keys) == 95


async def test_a_page_shorter_than_before_is_the_last_one_without_asking_on(
    client: HttpClient,
) -> None:
    async with SampleSource(rows(5)) as source:
        hub = await Hub().run(producer(client, document(source, "page")))
        assert len(source.asked) == 2  # the first short page is followed once
        await hub.run(producer(client, document(source, "page")))

        assert len(source.asked) == 3


async def test_no_page_behind_the_last_one_may_be_an_error(client: HttpClient) -> None:
    """Some sources answer 404 to a page number above the last."""
    async with SampleSource(rows(40), order="desc") as source:
        source.refuses = lambda request: Answer(404, b"{}") if "page=5" in request.path else None
        hub = await Hub().run(producer(client, document(source, "page")))

        assert hub.failure is None
        assert len(hub.keys) == 40
        assert hub.cursor == moment(39)


async def test_a_404_of_the_first_page_is_a_failure(client: HttpClient) -> None:
    async with SampleSource(rows(40)) as source:
        source.refuses = lambda request: Answer(404, b"{}")
        hub = await Hub().run(producer(client, document(source, "page")))

        assert hub.failure is not None
        assert hub.failure.kind == "status"


@pytest.mark.parametrize("count", [20, 15])
async def test_a_source_that_repeats_its_last_page_for_ever_is_read_to_its_end(
    client: HttpClient, count: int
) -> None:
    async with SampleSource(rows(count), order="desc", repeats_last_page=True) as source:
        hub = await Hub().run(producer(client, document(source, "page")))

        assert hub.failure is None
        assert len(hub.keys) == count


@pytest.mark.parametrize("way", ["all", *SEVERAL])
async def test_a_full_run_reads_everything_every_time(client: HttpClient, way: str) -> None:
    async with SampleSource(rows(35)) as source:
        made = document(source, way, mode="full", cursor=None)
        hub = await Hub().run(producer(client, made))
        source.touch("7", moment(3), status="paid")
        await hub.run(producer(client, made))

        assert len(hub.keys) == 35
        assert len(hub.versions["7"]) == 2
        assert hub.cursor is None
        assert sum(out.page.raw_count for out in hub.pages) == 35


async def test_numbers_as_cursors(client: HttpClient) -> None:
    numbered = [{"id": str(n), "seq": n * 10**17, "status": "new"} for n in range(1, 101)]
    async with SampleSource(numbered, by="seq", strict=True) as source:
        made = document(source, "page", size=30, cursor={"type": "number", "start": 0})
        hub = await Hub().run(producer(client, made))

        assert len(hub.keys) == 100
        assert hub.cursor == str(100 * 10**17)
        assert source.queries()[1]["since"] == str(30 * 10**17 - 1)


async def test_texts_as_cursors(client: HttpClient) -> None:
    named = [{"id": str(n), "seq": f"k{n:03d}", "status": "new"} for n in range(100)]
    async with SampleSource(named, by="seq") as source:
        made = document(source, "offset", size=30, cursor={"type": "text"})
        hub = await Hub().run(producer(client, made))

        assert len(hub.keys) == 100
        assert hub.cursor == "k099"


async def test_a_stored_cursor_of_another_type_is_explained(client: HttpClient) -> None:
    async with SampleSource(rows(3)) as source:
        hub = await Hub(cursor="4711-A").run(producer(client, document(source, "page")))

        assert hub.failure is not None
        assert hub.failure.kind == "cursor"
        assert '"4711-A", which is not a time' in hub.failure.sentence
        assert not source.asked


async def test_a_cursor_set_by_an_operator_makes_old_notes_void(client: HttpClient) -> None:
    async with SampleSource(rows(300), order="asc") as source:
        hub = await Hub().run(producer(client, document(source, "page", size=30)), pages=4)
        hub.cursor = moment(250)
        before = len(source.asked)
        await hub.run(producer(client, document(source, "page", size=30)))

        assert source.queries()[before]["since"] == moment(250)
        assert all(query["since"] >= moment(249) for query in source.queries()[before:])
