"""Real systems: datasette, a program nobody here wrote, is the source and the target.

Its quirks (a token in the body for the next page, filters as ``__gte``, inserts as ``{"row": …}``
that fail on a second row of the same key unless told to replace) are handled by the job document
alone.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.node_process import running_node

SECRET = "only-for-this-test"
ROWS = 230
CONFIG = {
    "databases": {
        "erp": {"permissions": {"insert-row": {"id": "hub"}, "update-row": {"id": "hub"}}}
    }
}


def make_databases(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "shop.db")) as shop:
        shop.execute("CREATE TABLE orders (id TEXT PRIMARY KEY, amount REAL, updated_at TEXT)")
        shop.executemany(
            "INSERT INTO orders VALUES (?, ?, ?)",
            [(f"SO-{n:03d}", n / 4, f"2026-11-01T00:{n // 60:02d}:00Z") for n in range(ROWS)],
        )
        shop.commit()
    with closing(sqlite3.connect(folder / "erp.db")) as erp:
        erp.execute("CREATE TABLE received (id TEXT PRIMARY KEY, total REAL)")
        erp.commit()
    (folder / "datasette.json").write_text(json.dumps(CONFIG))


async def token_of(actor: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "datasette",
        "create-token",
        actor,
        "--secret",
        SECRET,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    out, _ = await process.communicate()
    return out.decode().split()[-1]


@asynccontextmanager
async def datasette(folder: Path) -> AsyncIterator[str]:
    """The running program; its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "datasette",
        "serve",
        "shop.db",
        "erp.db",
        "--config",
        "datasette.json",
        "--port",
        "0",
        "--secret",
        SECRET,
        cwd=folder,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(30):
            while True:
                line = (await process.stderr.readline()).decode()
                assert line, "datasette did not start"
                if found := re.search(r"running on (http://127\.0\.0\.1:\d+)", line):
                    break
        reading = asyncio.create_task(process.stderr.read())
        yield found[1]
    finally:
        process.terminate()
        await process.wait()
    await reading


def document(url: str) -> dict[str, Any]:
    """The job; everything about datasette stands here."""
    return {
        "job": "orders",
        "producer": {
            "kind": "http_pull",
            "schedule": {"every": "200ms"},
            "request": {
                "url": f"{url}/shop/orders.json",
                "query": {
                    "updated_at__gte": "${cursor}",
                    "_sort": "updated_at",
                    "_size": "50",
                    "_next": "${token}",
                },
            },
            "response": {"ok": "status == 200 && body.ok", "records": "body.rows"},
            "paging": {"kind": "token", "next": "body.next"},
            "cursor": {
                "value": "record.updated_at",
                "type": "time",
                "start": "2026-01-01T00:00:00Z",
            },
        },
        "ledger": {"key": "record.id"},
        "consumers": [
            {
                "name": "erp",
                "request": {
                    "url": f"{url}/erp/received/-/insert",
                    "body": {
                        "row": {"id": "${record.id}", "total": "${record.amount}"},
                        "replace": True,
                    },
                    "auth": {"kind": "bearer", "token": {"secret": "erp-token"}},
                },
                "success": "status == 201 && body.ok",
                "retry": {"policy": "fixed", "every": "200ms", "attempts": 20},
            }
        ],
    }


async def received(url: str) -> dict[str, float]:
    async with httpx.AsyncClient() as http:
        found: dict[str, float] = {}
        address: str | None = f"{url}/erp/received.json?_size=100"
        while address:
            page = (await http.get(address)).json()
            found |= {row["id"]: row["total"] for row in page["rows"]}
            address = page["next_url"]
        return found


@pytest.mark.timeout(180)
async def test_rows_of_a_real_program_arrive_in_a_real_program(tmp_path: Path) -> None:
    make_databases(tmp_path)
    async with (
        datasette(tmp_path) as url,
        running_node(tmp_path / "home") as node,
        node.client() as client,
    ):
        await client.set_secret("erp-token", await token_of("hub"))
        await client.apply(document(url))
        expected = {f"SO-{n:03d}": n / 4 for n in range(ROWS)}
        async with asyncio.timeout(60):
            while await received(url) != expected:
                await asyncio.sleep(0.2)

        with closing(sqlite3.connect(tmp_path / "shop.db")) as shop:
            shop.execute(
                "UPDATE orders SET amount = 99.5, updated_at = '2026-11-02T00:00:00Z'"
                " WHERE id = 'SO-007'"
            )
            shop.commit()
        expected["SO-007"] = 99.5
        async with asyncio.timeout(30):
            while await received(url) != expected:
                await asyncio.sleep(0.2)

        job = (await client.status()).jobs[0]
        async with asyncio.timeout(30):
            while (job := (await client.status()).jobs[0]).consumers[0].unsynced:
                await asyncio.sleep(0.1)
        assert job.pulled == job.consumers[0].synced == ROWS + 1
        assert (await client.check()).ok
