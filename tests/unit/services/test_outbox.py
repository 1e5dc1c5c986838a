from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from engine.core.alerting import Message, MessageState
from engine.core.errors import OperatorError
from engine.services.outbox import MOST_WAITING, Outbox


def message(n: int) -> Message:
    return Message(f"alert {n}", f"text {n}", "orders", MessageState.OPEN)


class Receiver:
    """Takes messages; ``fails`` says how many tries of a channel fail first."""

    def __init__(self, fails: dict[str, int] | None = None) -> None:
        self.fails = fails or {}
        self.hangs: set[str] = set()
        self.released = asyncio.Event()
        self.taken: list[tuple[str, str]] = []
        self.tries = 0
        self._changed = asyncio.Condition()

    async def send(self, channel: str, message: Message) -> None:
        self.tries += 1
        async with self._changed:
            self._changed.notify_all()
        if channel in self.hangs:
            await self.released.wait()
        if self.fails.get(channel, 0) > 0:
            self.fails[channel] -= 1
            raise OperatorError("The receiver is away.")
        self.taken.append((channel, message.title))
        async with self._changed:
            self._changed.notify_all()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(5), self._changed:
            await self._changed.wait_for(holds)


Open = Callable[..., Outbox]


@pytest.fixture
async def opened() -> AsyncIterator[Open]:
    made: list[Outbox] = []

    def open_box(
        send: Callable[[str, Message], Awaitable[None]], waits_s: tuple[float, ...] = (0.01, 0.01)
    ) -> Outbox:
        made.append(Outbox(send, waits_s=waits_s))
        return made[-1]

    yield open_box
    for box in made:
        await box.stop()


async def test_messages_of_a_channel_arrive_in_order(opened: Open) -> None:
    receiver = Receiver(fails={"ops": 1})
    box = opened(receiver.send)
    for n in range(5):
        box.put("ops", message(n))
    await receiver.until(lambda: len(receiver.taken) == 5)
    assert receiver.taken == [("ops", f"alert {n}") for n in range(5)]


async def test_a_message_after_a_quiet_time_goes_out_too(opened: Open) -> None:
    receiver = Receiver()
    box = opened(receiver.send)
    for n in range(3):
        box.put("ops", message(n))
        await receiver.until(lambda n=n: len(receiver.taken) == n + 1)  # type: ignore[misc]


async def test_a_channel_that_hangs_holds_up_no_other(opened: Open) -> None:
    receiver = Receiver()
    receiver.hangs.add("slow")
    box = opened(receiver.send)
    box.put("slow", message(0))
    box.put("ops", message(1))
    await receiver.until(lambda: receiver.taken == [("ops", "alert 1")])


async def test_a_channel_that_stays_away_costs_its_message_only_after_all_tries(
    opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    receiver = Receiver(fails={"ops": 3})
    box = opened(receiver.send, (0.01, 0.01))
    box.put("ops", message(0))
    box.put("ops", message(1))
    await receiver.until(lambda: bool(receiver.taken))
    assert receiver.taken == [("ops", "alert 1")]
    assert receiver.tries == 4
    assert "message given up: text 0" in caplog.text


async def test_a_bug_in_sending_is_tried_again_and_its_text_stays_out_of_the_log(
    opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    receiver = Receiver()

    async def send(channel: str, message: Message) -> None:
        if receiver.tries == 0:
            receiver.tries += 1
            raise ValueError("https://host/?key=KEY")
        await receiver.send(channel, message)

    box = opened(send)
    box.put("ops", message(0))
    await receiver.until(lambda: bool(receiver.taken))
    assert "ValueError" in caplog.text
    assert "KEY" not in caplog.text


async def test_too_many_waiting_messages_push_out_the_oldest(opened: Open) -> None:
    receiver = Receiver()
    receiver.hangs.add("ops")
    box = opened(receiver.send)
    box.put("ops", message(0))
    await receiver.until(lambda: receiver.tries == 1)
    for n in range(1, MOST_WAITING + 2):
        box.put("ops", message(n))
    receiver.released.set()
    await receiver.until(lambda: len(receiver.taken) == MOST_WAITING)
    assert receiver.taken[:2] == [("ops", "alert 0"), ("ops", "alert 3")]
    assert receiver.taken[-1] == ("ops", f"alert {MOST_WAITING + 1}")


async def test_stopping_says_what_was_not_sent_and_may_be_done_twice(
    opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    receiver = Receiver()
    receiver.hangs.add("ops")
    box = opened(receiver.send)
    with caplog.at_level(logging.WARNING):
        box.put("ops", message(0))
        box.put("ops", message(1))
        await receiver.until(lambda: receiver.tries == 1)
        await box.stop()
        await box.stop()
    assert [f"text {n}" in caplog.text for n in (0, 1)] == [True, True]
