"""The writer's transactions: shared, undone one by one, and never lost to a caller."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from engine.core.errors import OperatorError, Unavailable
from engine.store.access import Access
from engine.store.counters import Tally
from engine.store.dialects.sqlite import Sqlite, driver
from engine.store.gateway import Gateway
from engine.store.migrate import migrate


def prepare(access: Access, dialect: Sqlite) -> None:
    migrate(access, dialect)
    access.run("CREATE TABLE t (n INTEGER PRIMARY KEY, body BLOB)")


@asynccontextmanager
async def opened(path: Path, kind: type[Sqlite] = Sqlite) -> AsyncIterator[Gateway]:
    dialect = kind(path / "x.db", lambda: 0, "node")
    gateway = Gateway(dialect)
    await gateway.open(partial(prepare, dialect=dialect), "mark")
    try:
        yield gateway
    finally:
        await gateway.close()


def insert(access: Access, n: int, body: bytes = b"") -> int:
    return access.run("INSERT INTO t (n, body) VALUES (?, ?)", (n, body))


def numbers(access: Access) -> list[int]:
    return [n for (n,) in access.rows("SELECT n FROM t ORDER BY n")]


def commits(access: Access) -> str:
    return str(access.value("SELECT value FROM meta WHERE name = 'commit'"))


class Blocked:
    """An operation that keeps the writer busy until it is let go."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.go = threading.Event()

    def __call__(self, access: Access) -> None:
        self.begun.set()
        assert self.go.wait(10)


async def test_operations_that_wait_share_one_transaction(tmp_path: Path) -> None:
    async with opened(tmp_path) as gateway:
        blocked = Blocked()
        first = gateway.submit(blocked)
        await asyncio.to_thread(blocked.begun.wait, 10)
        others = [gateway.submit(partial(insert, n=n)) for n in range(20)]
        blocked.go.set()
        await first
        await asyncio.gather(*others)

        assert await gateway.read(numbers) == list(range(20))
        assert await gateway.read(commits) == "mark:2"


async def test_one_that_fails_does_not_spoil_the_others(tmp_path: Path) -> None:
    def half(access: Access) -> None:
        insert(access, 50)
        raise ValueError("no")

    async with opened(tmp_path) as gateway:
        blocked = Blocked()
        first = gateway.submit(blocked)
        await asyncio.to_thread(blocked.begun.wait, 10)
        good = gateway.submit(partial(insert, n=1))
        bad = gateway.submit(half)
        twice = gateway.submit(partial(insert, n=1))
        after = gateway.submit(partial(insert, n=2))
        blocked.go.set()
        results = await asyncio.gather(first, good, bad, twice, after, return_exceptions=True)

        assert [type(one) for one in results] == [
            type(None),
            int,
            ValueError,
            driver.IntegrityError,
            int,
        ]
        assert await gateway.read(numbers) == [1, 2]


async def test_a_cancelled_caller_leaves_its_operation_and_the_others_whole(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as gateway:
        blocked = Blocked()
        running = asyncio.create_task(gateway.write(blocked))
        waiting = asyncio.create_task(gateway.write(partial(insert, n=1)))
        other = asyncio.create_task(gateway.write(partial(insert, n=2)))
        await asyncio.to_thread(blocked.begun.wait, 10)
        running.cancel()
        waiting.cancel()
        blocked.go.set()

        assert await other == 1
        assert await gateway.read(numbers) == [1, 2]


async def test_a_reader_sees_one_moment_and_cannot_write(tmp_path: Path) -> None:
    async with opened(tmp_path) as gateway:
        begun, go = threading.Event(), threading.Event()

        def look_twice(access: Access) -> tuple[list[int], list[int]]:
            before = numbers(access)
            begun.set()
            assert go.wait(10)
            return before, numbers(access)

        looking = asyncio.create_task(gateway.read(look_twice))
        await asyncio.to_thread(begun.wait, 10)
        await gateway.write(partial(insert, n=1))
        go.set()

        assert await looking == ([], [])
        with pytest.raises(Unavailable):
            await gateway.read(partial(insert, n=2))
        assert await gateway.read(numbers) == [1]


async def test_a_full_disk_is_told_and_work_goes_on_when_there_is_room(tmp_path: Path) -> None:
    def pages(access: Access, most: int) -> None:
        access.raw.execute(f"PRAGMA max_page_count = {most}").fetchall()

    async with opened(tmp_path) as gateway:
        await gateway.write(partial(pages, most=100))
        blocked = Blocked()
        first = gateway.submit(blocked)
        await asyncio.to_thread(blocked.begun.wait, 10)
        small = gateway.submit(partial(insert, n=1))
        large = gateway.submit(partial(insert, n=2, body=b"x" * 1_000_000))
        after = gateway.submit(partial(insert, n=3))
        blocked.go.set()
        results = await asyncio.gather(first, small, large, after, return_exceptions=True)

        told = [isinstance(one, Exception) for one in results]
        assert isinstance(results[2], Unavailable)
        assert "full" in results[2].sentence
        assert results[2].hint
        kept = await gateway.read(numbers)
        assert kept == [n for n, failed in ((1, told[1]), (3, told[3])) if not failed]
        await gateway.write(partial(pages, most=100_000))
        await gateway.write(partial(insert, n=2, body=b"x" * 1_000_000))
        assert 2 in await gateway.read(numbers)


class AnswerLost(Sqlite):
    """Commits, and then reports that it did not."""

    lost = 0

    @staticmethod
    def commit(access: Access) -> None:
        Sqlite.commit(access)
        if AnswerLost.lost:
            AnswerLost.lost -= 1
            raise driver.OperationalError("disk I/O error")


class NeverCommitted(Sqlite):
    """Reports that it could not commit, and did not."""

    lost = 0

    @staticmethod
    def commit(access: Access) -> None:
        if NeverCommitted.lost:
            NeverCommitted.lost -= 1
            raise driver.OperationalError("disk I/O error")
        Sqlite.commit(access)


async def test_a_commit_whose_answer_was_lost_is_looked_at_and_is_no_failure(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path, AnswerLost) as gateway:
        AnswerLost.lost = 1
        assert await gateway.write(partial(insert, n=1)) == 1
        assert await gateway.read(numbers) == [1]


async def test_a_commit_that_did_not_happen_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path, NeverCommitted) as gateway:
        NeverCommitted.lost = 1
        with pytest.raises(Unavailable, match="reports an error"):
            await gateway.write(partial(insert, n=1))
        assert await gateway.read(numbers) == []
        assert await gateway.write(partial(insert, n=1)) == 1


async def test_a_database_that_is_locked_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.store.dialects.sqlite.BUSY_S", 0.05)
    async with opened(tmp_path) as gateway:
        other: Any = driver.connect(tmp_path / "x.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="locked"):
            await gateway.write(partial(insert, n=1))
        other.execute("ROLLBACK")
        other.close()
        assert await gateway.write(partial(insert, n=1)) == 1


async def test_closing_finishes_what_was_queued_and_may_be_done_twice(tmp_path: Path) -> None:
    async with opened(tmp_path) as gateway:
        last = [gateway.submit(partial(insert, n=n)) for n in range(300)]
        await gateway.close()
        await gateway.close()

        assert all(one.result() == 1 for one in last)
        with pytest.raises(OperatorError):
            await gateway.write(partial(insert, n=301))
    assert not [t for t in threading.enumerate() if t.name.startswith("store-")]
    assert not (tmp_path / "x.db-wal").exists()  # folded into the file


async def test_the_log_stays_bounded_under_steady_writing(tmp_path: Path) -> None:
    async with opened(tmp_path) as gateway:
        for n in range(400):
            await gateway.write(partial(insert, n=n, body=b"x" * 200_000))

        assert (tmp_path / "x.db-wal").stat().st_size < 40_000_000  # of 80 million written


async def test_what_hot_work_counted_is_counted_once_though_work_behind_it_fails(
    tmp_path: Path,
) -> None:
    def count(access: Access) -> None:
        tally = Tally(0)
        tally.total(1, 0, "pulled", 5)
        tally.write(access)

    def fail(access: Access) -> None:
        raise ValueError("no")

    def counted(access: Access) -> list[tuple[int, ...]]:
        return access.rows("SELECT n FROM counter")

    async with opened(tmp_path) as gateway:
        blocked = Blocked()
        first = gateway.submit(blocked)
        await asyncio.to_thread(blocked.begun.wait, 10)
        hot = gateway.submit(count, hot=True)
        failing = gateway.submit(fail)
        blocked.go.set()
        await asyncio.gather(first, hot, failing, return_exceptions=True)

        assert await gateway.read(counted) == [(5,)]
