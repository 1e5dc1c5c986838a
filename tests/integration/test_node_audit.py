"""Every change leaves who and from where: all routes of the API that are no GET, called once each.

The routes are those of the node's own description, so a new one fails here until it is called in
``changes``, or ``ONLY_LOOK`` says why it leaves nothing.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from engine.node.engine import now_ms
from engine.store.rows import NodeLoadRow
from engine.store.store import Store
from tests.integration.guarded_node import GuardedNode, guarded_node, own_address

WHO = "li"
ONLY_LOOK = {
    "/records/count": "counts; it is no GET only because its question is long",
    "/records/export": "reads; likewise",
    "/jobs/check": "looks at a document; likewise",
    "/jobs/{name}/cursors/preview": "tells what a move would do; likewise",
    "/propose": "looks at a pasted text; likewise",
    "/expressions/evaluate": "looks at expressions and data it is given; likewise",
}
"""Routes that change nothing here and ask nothing of other systems."""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedNode]:
    with guarded_node(tmp_path_factory.mktemp("audited")) as running:
        yield running


class System(BaseHTTPRequestHandler):
    """Source, target and alert channel at once: gives ten records, takes everything."""

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        body = json.dumps([{"id": number} for number in range(10)]).encode()
        self.send_response(200 if self.path != "/refuses" else 422)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _answer  # noqa: N815  # the server's own naming

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is told."""


@pytest.fixture(scope="module")
def system() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), System)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def document(url: str) -> dict[str, Any]:
    """A job that pulls rarely, and whose target refuses everything."""
    return {
        "job": "orders",
        "producer": {
            "kind": "http_pull",
            "schedule": {"every": "1h"},
            "request": {"url": f"{url}/orders"},
            "cursor": {"value": "record.id", "type": "number", "start": 0},
        },
        "ledger": {"key": "record.id"},
        "consumers": [{"name": "erp", "request": {"url": f"{url}/refuses"}}],
    }


@dataclass
class Change:
    """One call. ``path`` as the description has it; parts: what stands for its names."""

    method: str
    path: str
    body: Any = None
    parts: dict[str, str] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)

    def by(self, client: httpx.Client) -> httpx.Response:
        """Do it."""
        path = self.path.format(**{"name": "orders"} | self.parts)
        return client.request(self.method, path, json=self.body, params=self.params)


def changes(url: str, this: str) -> Iterator[Change]:
    """Every change once, in an order in which each can be done. ``this``: the node's name."""
    job = document(url)
    here = {"name": this}
    yield Change("PUT", "/secrets/{name}", {"value": "x"}, {"name": "shop"})
    yield Change("DELETE", "/secrets/{name}", None, {"name": "shop"})
    yield Change("PUT", "/channels/{name}", {"value": f"json://{url[7:]}"}, {"name": "ops"})
    yield Change("POST", "/channels/{name}/test", None, {"name": "ops"})
    yield Change("DELETE", "/channels/{name}", None, {"name": "ops"})
    yield Change("POST", "/tokens", {"name": "other"})
    yield Change("DELETE", "/tokens/{token_id}", None, {"token_id": "2"})
    curl = f"curl {url}/orders -H 'authorization: Bearer abc'"
    yield Change("POST", "/propose/secret", {"text": curl, "name": "kept"})
    yield Change("POST", "/jobs/test", {"document": job})
    yield Change("POST", "/jobs/test/pull", {"document": job})
    sample = json.dumps({"id": 1})
    tried = {"document": job, "consumer": 0, "sample": sample, "send": True}
    yield Change("POST", "/jobs/test/push", tried)
    yield Change("PUT", "/jobs/{name}", {"document": job})
    yield Change("POST", "/jobs/{name}/run")
    query = {"query": {"job": "orders"}}
    yield Change("POST", "/jobs/{name}/pause", params={"consumer": "erp", "reason": "upgrade"})
    yield Change("POST", "/jobs/{name}/resume", params={"consumer": "erp"})
    yield Change("POST", "/jobs/{name}/pause")
    yield Change("POST", "/operations", {"kind": "resend", "per_s": 0.05, **query})
    yield Change(
        "POST", "/operations/{operation_id}/{step}", None, {"operation_id": "1", "step": "pause"}
    )
    yield Change("POST", "/resend", {**query, "reason": "asked for"})
    yield Change("POST", "/skip", query)
    yield Change("PUT", "/jobs/{name}/cursors", {"shard": "all", "value": "5"})
    yield Change("POST", "/node/drain")
    yield Change("POST", "/node/undrain")
    yield Change("POST", "/nodes/{name}/drain", None, here)
    yield Change("POST", "/nodes/{name}/undrain", None, here)
    yield Change("DELETE", "/nodes/{name}", None, {"name": "gone"})
    yield Change("POST", "/check")
    yield Change("DELETE", "/jobs/{name}")


async def _a_node_that_is_gone(node: GuardedNode) -> None:
    store = await Store.open(f"sqlite:///{node.home / 'jellyfish.db'}", clock=now_ms, node="beside")
    try:
        load = NodeLoadRow("working", 0, 0, 0)
        await store.node_seen("gone", "0", "", 1, load)
    finally:
        await store.close()


@pytest.mark.timeout(150)
def test_every_change_leaves_who_and_from_where(node: GuardedNode, system: str) -> None:
    asyncio.run(_a_node_that_is_gone(node))
    _, token = node.make_token(WHO, "admin")
    address = own_address()
    called = set()
    with node.client(token, address=address) as client:
        this = client.get("/node").json()["name"]
        for change in changes(system, this):
            before = len(node.audit(WHO))
            answer = change.by(client)
            assert answer.status_code == 200, (change, answer.text)
            rows = node.audit(WHO)[before:]
            assert rows, f"{change.method} {change.path} left nothing in the audit"
            assert {row["where"] for row in rows} == {address}, change
            assert all(row["what"] and row["at"] for row in rows)
            called.add((change.method, change.path))
            if change.path == "/jobs/{name}/run":
                _wait_for_the_dead(client)
        described = client.get("/openapi.json").json()["paths"]
        for path, why in ONLY_LOOK.items():
            assert why
            assert list(described[f"/api/v1{path}"]) == ["post"]
    writing = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in described.items()
        for method in methods
        if method != "get"
    }
    assert {path for _, path in writing - called} == set(ONLY_LOOK)


def _wait_for_the_dead(client: httpx.Client) -> None:
    """Until the target has refused all ten, so that they can be resent."""
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        answer = client.post("/records/count", json={"job": "orders", "states": ["dead"]})
        if answer.json()["count"] == 10:
            return
        time.sleep(0.1)
    raise AssertionError(client.get("/status").text)


def test_a_change_that_is_refused_leaves_nothing(node: GuardedNode) -> None:
    _, token = node.make_token("reader", "read")
    with node.client(token) as client:
        assert client.put("/secrets/x", json={"value": "y"}).status_code == 403
        assert client.post("/jobs/orders/pause").status_code == 403
    assert node.audit("reader") == []
