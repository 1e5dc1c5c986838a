from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.core.errors import OperatorError, Unavailable
from engine.services.lease_times import LeaseTimes
from engine.services.leaser import Leaser
from engine.store.rows import Lease, LeaseKey, WorkKind

PULL = LeaseKey(1, WorkKind.PULL, "all")
PUSH = LeaseKey(1, WorkKind.PUSH, "0")


class Table:
    """A lease table of one owner; ``taken`` are held by somebody else."""

    def __init__(self) -> None:
        self.token = 1
        self.taken: set[LeaseKey] = set()
        self.ours: dict[LeaseKey, int] = {}
        self.released: list[LeaseKey] = []
        self.broken = False

    async def acquire(
        self, keys: Sequence[LeaseKey], *, owner: str, ttl_ms: int
    ) -> tuple[Lease, ...]:
        free = [key for key in keys if key not in self.taken]
        self.ours.update(dict.fromkeys(free, self.token))
        return tuple(Lease(key, owner, self.token, ttl_ms) for key in free)

    async def renew(self, *, owner: str, ttl_ms: int) -> tuple[Lease, ...]:
        if self.broken:
            raise Unavailable("The database is gone.")
        return tuple(Lease(key, owner, token, ttl_ms) for key, token in self.ours.items())

    async def release(self, leases: Sequence[Lease]) -> None:
        for lease in leases:
            del self.ours[lease.key]
        self.released += [lease.key for lease in leases]


class Clock:
    """Seconds that pass when told to."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def changes() -> list[int]:
    return []


@pytest.fixture
def leaser(table: Table, clock: Clock, changes: list[int]) -> Leaser:
    return Leaser(table, owner="a", changed=lambda: changes.append(1), monotonic=clock)


async def test_what_is_free_is_taken(leaser: Leaser, table: Table) -> None:
    table.taken = {PUSH}
    await leaser.take([PULL, PUSH])
    assert leaser.lease(PULL) is not None
    assert leaser.lease(PUSH) is None
    assert leaser.leases(1, WorkKind.PUSH) == []


async def test_a_lease_that_cannot_be_renewed_is_not_trusted_to_its_end(
    leaser: Leaser, table: Table, clock: Clock
) -> None:
    await leaser.take([PULL])
    table.broken = True
    clock.now_s += 0.7 * LeaseTimes().lease_s - 0.01
    with pytest.raises(Unavailable):
        await leaser.renew()
    assert leaser.sure()
    assert leaser.lease(PULL) is not None
    clock.now_s += 0.02
    assert not leaser.sure()
    assert leaser.lease(PULL) is None
    assert leaser.held(PULL) is None
    assert leaser.leases(1, WorkKind.PULL) == []


async def test_a_renewal_is_trusted_anew(leaser: Leaser, clock: Clock, changes: list[int]) -> None:
    await leaser.take([PULL])
    clock.now_s += 10
    await leaser.renew()
    clock.now_s += 10
    assert leaser.lease(PULL) is not None
    assert leaser.sure()
    assert changes == [1], "a renewal is no change of owner"


async def test_what_somebody_else_took_is_found_out_at_the_renewal(
    leaser: Leaser, table: Table, changes: list[int]
) -> None:
    await leaser.take([PULL, PUSH])
    del table.ours[PULL]
    await leaser.renew()
    assert leaser.keys == {PUSH}
    assert leaser.lease(PULL) is None
    assert len(changes) == 2


async def test_in_a_closed_shard_nothing_begins_but_what_is_under_way_may_end(
    leaser: Leaser, table: Table
) -> None:
    await leaser.take([PULL, PUSH])
    leaser.close(PUSH)
    await leaser.renew()
    assert leaser.lease(PUSH) is None
    assert leaser.leases(1, WorkKind.PUSH) == []
    assert leaser.held(PUSH) is not None
    await leaser.give_back([PUSH])
    assert table.released == [PUSH]
    assert leaser.held(PUSH) is None
    await leaser.take([PUSH])
    assert leaser.lease(PUSH) is not None, "taken again, it is open"


async def test_stopping_gives_everything_back(leaser: Leaser, table: Table) -> None:
    await leaser.take([PULL, PUSH])
    await leaser.stop()
    await leaser.stop()
    assert set(table.released) == {PULL, PUSH}
    assert leaser.lease(PULL) is None


@pytest.mark.parametrize("text", ["", "soon", "0", "-1", "nan", "inf", "0.1", "3601"])
def test_a_time_leases_cannot_have_is_refused(text: str) -> None:
    with pytest.raises(OperatorError, match="no time for leases"):
        LeaseTimes.of_text(text)


@pytest.mark.parametrize("lease_s", [0.5, 2.0, 20.0, 600.0])
def test_the_times_of_a_lease_fit_together(lease_s: float) -> None:
    times = LeaseTimes(lease_s)
    assert times.look_every_s + times.steady_s < times.live_s
    assert 2 * times.seen_every_s < times.live_s < times.trust_s < times.lease_s
    assert 2 * times.renew_every_s < times.trust_s


def test_the_time_of_leases_comes_from_the_environment() -> None:
    assert LeaseTimes.from_environment({}).lease_s == 20.0
    assert LeaseTimes.from_environment({"JELLYFISH_LEASE_S": "3"}).lease_ms == 3000
