from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from engine.http.client import HttpClient
from engine.http.guard import TargetGuard
from tests.fault_server import FaultServer


@pytest.fixture
async def server() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        yield server


@pytest.fixture
async def http() -> AsyncIterator[HttpClient]:
    client = HttpClient(user_agent="jellyfish-test", forbidden=TargetGuard(), connect_timeout_s=1.0)
    yield client
    await client.close()
