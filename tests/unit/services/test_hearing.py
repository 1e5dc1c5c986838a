"""Hearing what was changed elsewhere: nothing is missed, and no topic holds up another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import pytest

from engine.core.errors import Unavailable
from engine.services import hearing
from engine.services.hearing import Hearing
from engine.store.feed import Topic

DEADLINE_S = 10.0


class Numbers:
    """The feed's numbers, raised by hand; ``broken`` while the database is away."""

    def __init__(self) -> None:
        self.numbers: dict[Topic, int] = {}
        self.broken = False

    async def told(self) -> dict[Topic, int]:
        if self.broken:
            raise Unavailable("The database is away.")
        return dict(self.numbers)

    def tell(self, topic: Topic) -> None:
        self.numbers[topic] = self.numbers.get(topic, 0) + 1


class Heard:
    """Counts how often each topic was obeyed. ``before``: what happens first."""

    def __init__(self) -> None:
        self.times = dict.fromkeys(Topic, 0)
        self.before: dict[Topic, Callable[[], Awaitable[None]]] = {}

    def obey(self) -> Mapping[Topic, Callable[[], Awaitable[None]]]:
        def make(topic: Topic) -> Callable[[], Awaitable[None]]:
            async def obey() -> None:
                if topic in self.before:
                    await self.before[topic]()
                self.times[topic] += 1

            return obey

        return {topic: make(topic) for topic in Topic}

    async def until(self, topic: Topic, times: int) -> None:
        async with asyncio.timeout(DEADLINE_S):
            while self.times[topic] < times:
                await asyncio.sleep(0.001)
        assert self.times[topic] == times


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "POLL_S", 0.005)


@asynccontextmanager
async def listening(numbers: Numbers, heard: Heard) -> AsyncIterator[Hearing]:
    one = Hearing(numbers, heard.obey())
    await one.begin()
    one.start()
    try:
        yield one
    finally:
        await one.stop()


async def test_what_was_told_before_the_beginning_is_not_news() -> None:
    numbers, heard = Numbers(), Heard()
    numbers.tell(Topic.JOBS)
    async with listening(numbers, heard):
        numbers.tell(Topic.NODES)
        await heard.until(Topic.NODES, 1)
        numbers.tell(Topic.JOBS)
        await heard.until(Topic.JOBS, 1)


async def test_a_topic_that_waits_holds_up_no_other_and_hears_what_comes_meanwhile() -> None:
    numbers, heard, go_on = Numbers(), Heard(), asyncio.Event()

    async def wait() -> None:
        await go_on.wait()

    heard.before[Topic.JOBS] = wait
    async with listening(numbers, heard):
        numbers.tell(Topic.JOBS)
        numbers.tell(Topic.TOKENS)
        await heard.until(Topic.TOKENS, 1)
        numbers.tell(Topic.JOBS)
        numbers.tell(Topic.TOKENS)
        await heard.until(Topic.TOKENS, 2)
        assert heard.times[Topic.JOBS] == 0
        go_on.set()
        await heard.until(Topic.JOBS, 2)


async def test_what_could_not_be_obeyed_is_obeyed_later() -> None:
    numbers, heard = Numbers(), Heard()
    tries = 0

    async def fail_twice() -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise Unavailable("The database is away.")

    heard.before[Topic.JOBS] = fail_twice
    async with listening(numbers, heard):
        numbers.tell(Topic.JOBS)
        await heard.until(Topic.JOBS, 1)
    assert tries == 3


async def test_a_fault_in_the_program_is_not_repeated_for_ever(
    caplog: pytest.LogCaptureFixture,
) -> None:
    numbers, heard = Numbers(), Heard()
    tries = 0

    async def bug() -> None:
        nonlocal tries
        tries += 1
        raise ZeroDivisionError

    heard.before[Topic.JOBS] = bug
    async with listening(numbers, heard):
        numbers.tell(Topic.JOBS)
        for times in range(1, 20):
            numbers.tell(Topic.NODES)
            await heard.until(Topic.NODES, times)
    assert tries == 1
    assert "topic=jobs could not be obeyed" in caplog.text


async def test_what_was_told_while_the_database_was_away_is_heard_when_it_is_back() -> None:
    numbers, heard = Numbers(), Heard()
    async with listening(numbers, heard) as one:
        numbers.broken = True
        numbers.tell(Topic.JOBS)
        await asyncio.sleep(0)
        numbers.broken = False
        one.look()
        await heard.until(Topic.JOBS, 1)


async def test_a_ring_makes_the_look_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "POLL_S", 3600)
    numbers, heard = Numbers(), Heard()
    async with listening(numbers, heard) as one:
        await asyncio.sleep(0)
        numbers.tell(Topic.JOBS)
        one.look()
        await heard.until(Topic.JOBS, 1)
