from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.core.errors import Unavailable
from engine.services.leaser import TRUST, TTL_MS, Leaser
from engine.store.rows import Lease, LeaseKey, WorkKind

PULL = LeaseKey(1, WorkKind.PULL, "all")
PUSH = LeaseKey(1, WorkKind.PUSH, "0")


class Table:
    """A lease table of one owner; ``taken`` are held by somebody else."""

    def __init__(self) -> None:
        self.token = 0
        self.taken: set[LeaseKey] = set()
        self.released: list[LeaseKey] = []
        self.broken = False

    async def acquire(
        self, keys: Sequence[LeaseKey], *, owner: str, ttl_ms: int
    ) -> tuple[Lease, ...]:
        if self.broken:
            raise Unavailable("The database is gone.")
        self.token = max(1, self.token)
        return tuple(Lease(key, owner, self.token, ttl_ms) for key in keys if key not in self.taken)

    async def release(self, leases: Sequence[Lease]) -> None:
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


async def test_what_is_wanted_and_free_is_held(leaser: Leaser, table: Table) -> None:
    table.taken = {PUSH}
    await leaser.want([PULL, PUSH])
    assert leaser.lease(PULL) is not None
    assert leaser.lease(PUSH) is None
    assert leaser.leases(1, WorkKind.PUSH) == []


async def test_a_lease_that_cannot_be_renewed_is_not_trusted_to_its_end(
    leaser: Leaser, table: Table, clock: Clock
) -> None:
    await leaser.want([PULL])
    table.broken = True
    clock.now_s += TRUST * TTL_MS / 1000 - 0.01
    assert leaser.lease(PULL) is not None
    clock.now_s += 0.02
    assert leaser.lease(PULL) is None
    assert leaser.leases(1, WorkKind.PULL) == []


async def test_a_renewal_is_trusted_anew(leaser: Leaser, clock: Clock, changes: list[int]) -> None:
    await leaser.want([PULL])
    clock.now_s += 10
    await leaser.refresh()
    clock.now_s += 10
    assert leaser.lease(PULL) is not None
    assert changes == [1], "a renewal is no change of owner"


async def test_what_is_not_wanted_any_more_is_given_back(leaser: Leaser, table: Table) -> None:
    await leaser.want([PULL, PUSH])
    await leaser.want([PULL])
    assert table.released == [PUSH]
    assert leaser.lease(PUSH) is None


async def test_stopping_gives_everything_back(leaser: Leaser, table: Table) -> None:
    await leaser.want([PULL, PUSH])
    await leaser.stop()
    await leaser.stop()
    assert set(table.released) == {PULL, PUSH}
    assert leaser.lease(PULL) is None
