"""The control API over a flow's engine, on a loopback socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from engine.api.client import NodeClient
from engine.api.server import ApiServer, Listen, build_app
from engine.operations.tokens import Scope
from tests.integration.flow import TESTER, Flow


@asynccontextmanager
async def api(line: Flow) -> AsyncIterator[NodeClient]:
    """A client of this line's API."""
    made = await line.engine.tokens.make("ana", Scope.ADMIN, None, TESTER)
    server = ApiServer(build_app(line.engine), Listen("127.0.0.1", 0))
    url = await server.start()
    try:
        async with NodeClient(url, made.text) as client:
            yield client
    finally:
        await server.stop()
