"""How claimed deliveries are put into requests."""

from __future__ import annotations

from msgspec.structs import replace

from engine.core.attempt import Outcome
from engine.core.delivery import Event
from engine.core.record import Claimed, PushResult, PushVerdict
from engine.services.ready import Ready
from tests.unit.services import factories
from tests.unit.services.factories import settlement

VALID = {0: 1}


def claimed(delivery_id: int) -> Claimed:
    return factories.claimed(delivery_id=delivery_id)


def ready(batch_size: int, *claims: Claimed, wait_s: float = 0.0) -> Ready:
    queue = Ready(batch_size, wait_s)
    queue.valid = VALID
    queue.add(claims, now_s=100.0)
    return queue


def ids(batch: list[Claimed]) -> list[int]:
    return [one.delivery_id for one in batch]


def test_requests_are_filled_in_the_order_of_the_claims() -> None:
    queue = ready(2, claimed(1), claimed(2), claimed(3))
    assert [ids(queue.next_batch()) for _ in range(3)] == [[1, 2], [3], []]


def test_what_was_claimed_under_a_lost_lease_is_not_sent() -> None:
    lost = replace(claimed(1), token=claimed(1).token - 1)
    queue = ready(2, lost, claimed(2))
    assert ids(queue.next_batch()) == [2]
    queue.add([claimed(3)], now_s=100.0)
    queue.valid = {}
    assert queue.next_batch() == []
    assert len(queue) == 0


def test_a_request_that_is_repeated_as_it_was_goes_alone() -> None:
    queue = ready(3, claimed(1), replace(claimed(2), as_sent=True), claimed(3))
    assert [ids(queue.next_batch()) for _ in range(3)] == [[1], [2], [3]]


def test_records_of_two_pull_shards_do_not_share_a_request() -> None:
    queue = ready(3, claimed(1), replace(claimed(2), pull_shard="east"), claimed(3))
    assert [ids(queue.next_batch()) for _ in range(3)] == [[1], [2], [3]]


def test_a_request_that_is_not_full_waits_from_its_first_claim_on() -> None:
    queue = ready(2, claimed(1), wait_s=5.0)
    assert queue.waits_s(101.0) == 4.0
    assert queue.waits_s(106.0) == 0.0
    queue.add([claimed(2)], now_s=101.0)
    assert queue.waits_s(101.0) == 0.0


def test_a_batch_that_failed_goes_out_in_halves_that_wait_for_nobody() -> None:
    batch = [claimed(n) for n in (1, 2, 3)]
    queue = ready(3, wait_s=5.0)
    failed = PushResult(None, (PushVerdict(Outcome.REJECTED),) * 3, split=True)
    put_off = [replace(settlement(one.delivery_id), event=Event.POSTPONE) for one in batch]
    queue.remember_splits(batch, failed, put_off)
    assert queue.split_tries == {1: 1, 2: 1, 3: 1}
    queue.add([*batch, claimed(4)], now_s=100.0)
    assert queue.waits_s(100.0) == 0.0
    assert [ids(queue.next_batch()) for _ in range(3)] == [[1, 2], [3], [4]]

    accepted = PushResult(None, (PushVerdict(Outcome.ACCEPTED),) * 2)
    queue.remember_splits(batch[:2], accepted, [settlement(1), settlement(2)])
    assert queue.split_tries == {3: 1}
