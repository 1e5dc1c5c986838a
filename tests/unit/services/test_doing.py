"""What a node tells of the consumers it serves: only what has changed, and read with care."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from engine.services.doing import Doing, Doings, decoded, encoded
from engine.services.pusher import Pusher


@dataclass
class Row:
    """The node's row, and how often it was written."""

    told: list[tuple[str, str]] = field(default_factory=list)

    async def tell_doing(self, node: str, doing: str) -> None:
        self.told.append((node, doing))


@dataclass
class Plan:
    consumer_id: int = 7
    concurrency: int = 4


@dataclass
class Serving:
    """As much of a pusher as is told."""

    plan: Plan = field(default_factory=Plan)
    leased: bool = True
    problem: str = ""
    last_error: str = ""
    last_error_at: int = 0
    rate_wait_s: float = 0.0
    sending: int = 0


async def test_only_what_has_changed_is_told() -> None:
    row, one = Row(), Serving()
    doings = Doings(row, "east", {7: cast(Pusher, one)})
    await doings.tell()
    one.sending = 3
    await doings.tell()
    assert row.told == [("east", encoded([Doing(7)]))]

    one.sending, one.last_error, one.last_error_at = 4, "The target answered 503.", 12_345
    await doings.tell()
    one.last_error_at = 19_999
    await doings.tell()
    assert decoded(row.told[-1][1]) == {
        7: Doing(7, last_error="The target answered 503.", last_error_at=10_000, in_flight=4)
    }
    assert len(row.told) == 2

    one.leased = False
    await doings.tell()
    assert row.told[-1] == ("east", "[]")


def test_what_another_version_tells_is_read_as_far_as_it_is_known() -> None:
    assert decoded('[{"consumer_id": 3, "problem": "x", "colour": "red"}]') == {
        3: Doing(3, problem="x")
    }
    assert decoded("not told") == {}
    assert decoded('[{"problem": 5}]') == {}
