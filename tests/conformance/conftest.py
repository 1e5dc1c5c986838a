"""Databases for the store's contract: every test of it runs on each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from engine.store.store import Store
from tests.conformance.store_world import HandClock, World


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, fresh_database: Callable[[str], str]
) -> str:
    """A database of each kind that nobody has used yet: a file that is not there, or empty."""
    kind: str = request.param
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger' / 'jellyfish.db'}"
    return fresh_database(kind)


@pytest.fixture
def clock() -> HandClock:
    """A clock that is turned by hand."""
    return HandClock()


@pytest.fixture
async def store(database_url: str, clock: HandClock) -> AsyncIterator[Store]:
    """An empty store."""
    opened = await Store.open(database_url, clock=clock, node="one", keeps_time=False)
    yield opened
    await opened.close()


@pytest.fixture
async def world(store: Store, clock: HandClock) -> World:
    """A store with a job of one consumer, and its leases."""
    return await World(store, clock).begin()
