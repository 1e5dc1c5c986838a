"""A client for the producers' tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from engine.http.client import HttpClient
from engine.http.guard import TargetGuard


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    client = HttpClient(user_agent="jellyfish-test", forbidden=TargetGuard())
    yield client
    await client.close()
