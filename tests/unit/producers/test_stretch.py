"""A stretch of a source read again: exactly its records, from every kind of source."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.core.record import FailedPull
from engine.http.client import HttpClient
from engine.producers.http_pull.producer import HttpPullProducer
from engine.producers.port import PageOut, PullStart, PullStretch
from tests.sample_source import Order, SampleSource, moment, rows
from tests.unit.producers.making import NOW, document, producer

WAYS = ("all", "page", "offset", "token", "link-header")


async def repulled(
    made: HttpPullProducer, since: str | None, until: str | None, *, cut_after: int = 10_000
) -> list[PageOut]:
    """The pages of a re-pull, which is taken up again by a new run after so many pages."""
    stretch = PullStretch(since, until)
    start = PullStart("all", {"region": "east"}, since, "", NOW, stretch)
    found: list[PageOut] = []
    for _ in range(500):
        run = made.pages(start)
        count = 0
        async for out in run:
            assert not isinstance(out, FailedPull), out.sentence
            found.append(out)
            count += 1
            if not out.page.more:
                await run.aclose()
                return found
            if count == cut_after:
                break
        await run.aclose()
        start = replace(start, cursor=found[-1].page.cursor_after, state=found[-1].state)
    raise AssertionError("it never ends")


def ids(pages: list[PageOut]) -> list[int]:
    return sorted({int(record.key) for out in pages for record in out.page.records})


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("order", ["asc", "desc", "none"])
@pytest.mark.parametrize("way", WAYS)
async def test_exactly_the_records_of_the_stretch_are_handed_over(
    client: HttpClient, way: str, order: Order, strict: bool
) -> None:
    async with SampleSource(rows(200, a_second=3), order=order, strict=strict) as source:
        pages = await repulled(producer(client, document(source, way)), moment(10), moment(20))

    assert ids(pages) == list(range(31, 64))
    assert all(out.page.raw_count >= len(out.page.records) for out in pages)
    assert all(len(out.values) == len(out.page.records) for out in pages)


@pytest.mark.parametrize("way", WAYS)
async def test_a_lag_brings_nothing_from_before_the_stretch(client: HttpClient, way: str) -> None:
    async with SampleSource(rows(100)) as source:
        made = document(source, way, cursor={"lag": "5s"})
        pages = await repulled(producer(client, made), moment(50), moment(60))

    assert ids(pages) == list(range(51, 62))


@pytest.mark.parametrize("way", ["page", "offset", "token", "link-header"])
async def test_a_sorted_source_is_not_read_beyond_the_stretch(client: HttpClient, way: str) -> None:
    async with SampleSource(rows(1000)) as source:
        await repulled(producer(client, document(source, way)), moment(100), moment(120))

        assert len(source.asked) <= 5


@pytest.mark.parametrize(("way", "order"), [("page", "asc"), ("page", "none"), ("token", "asc")])
async def test_a_run_that_is_taken_up_again_leaves_nothing_out(
    client: HttpClient, way: str, order: Order
) -> None:
    async with SampleSource(rows(90), order=order) as source:
        made = producer(client, document(source, way))
        pages = await repulled(made, moment(20), moment(60), cut_after=2 if order == "asc" else 40)

    assert ids(pages) == list(range(21, 62))


async def test_without_ends_everything_is_read(client: HttpClient) -> None:
    async with SampleSource(rows(45)) as source:
        made = producer(client, document(source, "page"))
        assert ids(await repulled(made, None, None)) == list(range(1, 46))
        assert ids(await repulled(made, moment(30), None)) == list(range(31, 46))
        assert ids(await repulled(made, None, moment(30))) == list(range(1, 32))


async def test_it_tells_how_much_is_read(client: HttpClient) -> None:
    async with SampleSource(rows(100)) as source:
        made = producer(client, document(source, "page"))
        bounded = await repulled(made, moment(20), moment(60))
        open_ended = await repulled(made, moment(20), None)

    shares = [out.share for out in bounded if out.share is not None]
    assert len(shares) == len(bounded)
    assert shares == sorted(shares)
    assert 0 < shares[0] < 0.5
    assert shares[-1] == 1.0
    assert {out.share for out in open_ended} == {None}


async def test_a_value_that_is_none_ends_it_with_a_sentence(client: HttpClient) -> None:
    async with SampleSource(rows(5)) as source:
        made = producer(client, document(source, "page"))
        start = PullStart("all", {}, None, "", NOW, PullStretch(None, "soon"))
        (out,) = [one async for one in made.pages(start)]

    assert isinstance(out, FailedPull)
    assert out.kind == "cursor"
    assert source.asked == []
