"""A fault server and a client for the tests of the data plane's HTTP."""

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
async def client() -> AsyncIterator[HttpClient]:
    client = HttpClient(user_agent="jellyfish-test", forbidden=TargetGuard(), connect_timeout_s=0.5)
    yield client
    await client.close()
