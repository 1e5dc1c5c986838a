"""``jellyfish demo``: the sample systems, a node, and the console on top.

Without a display, or with ``--headless``, it runs until the wanted number of orders is
delivered, prints the counts and what the faults did, checks the ledger, and ends. Everything it
makes lives in a folder of its own that goes away with it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from engine.api.client import LocalNode, NodeClient, read_local_node
from engine.api.wire import ConsumerStatusShape, JobStatusShape
from engine.core.errors import Unavailable

START_S = 30.0
POLL_S = 0.5
JOB = "orders"


@dataclass(frozen=True, slots=True)
class Systems:
    """The sample systems: their addresses, the secrets they ask for, the jobs that join them."""

    shop: str
    receiver: str
    secrets: dict[str, str]
    documents: list[dict[str, Any]]


def main(argv: Sequence[str]) -> int:
    """Run the demo; its exit code."""
    parser = argparse.ArgumentParser(prog="jellyfish demo", description=__doc__.splitlines()[0])
    parser.add_argument("--headless", action="store_true", help="no console, end by itself")
    parser.add_argument("--records", type=int, default=1000, help="orders to deliver headless")
    arguments = parser.parse_args(argv)
    if arguments.records < 1:
        parser.error("--records must be at least 1")
    headless = arguments.headless or not has_display()
    try:
        return asyncio.run(_until_ended(_demo(headless, arguments.records)))
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 130


def has_display() -> bool:
    """Whether a window can be shown here."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


async def _until_ended(demo: Coroutine[Any, Any, int]) -> int:
    """Run the demo; a signal to end cancels it, so that what it started ends with it."""
    task = asyncio.create_task(demo)
    with contextlib.suppress(NotImplementedError):  # Windows has no signals on its loop
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


async def _demo(headless: bool, records: int) -> int:
    with tempfile.TemporaryDirectory(prefix="jellyfish-demo-") as folder:
        environ = {**os.environ, "JELLYFISH_HOME": folder}
        for name in ("JELLYFISH_DB", "JELLYFISH_NODE", "JELLYFISH_TOKEN"):
            environ.pop(name, None)
        async with (
            _systems(environ) as systems,
            _node(environ) as (url, token, _),
            NodeClient(url, token) as client,
        ):
            await _apply(client, systems)
            if not headless:
                return await _console(environ, url, token)
            return await _headless(client, systems, records)


@asynccontextmanager
async def _systems(environ: dict[str, str]) -> AsyncIterator[Systems]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "engine.demo.systems",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=environ,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(START_S):
            line = await process.stdout.readline()
        if not line:
            raise Unavailable("The sample systems did not start.")
        yield Systems(**json.loads(line))
    finally:
        await _end(process)


@asynccontextmanager
async def _node(environ: dict[str, str]) -> AsyncIterator[LocalNode]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "engine.cli",
        "node",
        "--listen",
        "127.0.0.1:0",
        "--name",
        "demo",
        env=environ,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield await _found(process, environ)
    finally:
        await _end(process)


async def _found(process: asyncio.subprocess.Process, environ: dict[str, str]) -> LocalNode:
    try:
        async with asyncio.timeout(START_S):
            while (found := read_local_node(environ)) is None:
                if process.returncode is not None:
                    raise Unavailable("The demo's node did not start; its message stands above.")
                await asyncio.sleep(0.05)
            return found
    except TimeoutError:
        raise Unavailable(f"The demo's node did not start within {START_S:.0f} s.") from None


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    if process.returncode is None:
        process.terminate()
        try:
            async with asyncio.timeout(START_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def _apply(client: NodeClient, systems: Systems) -> None:
    for name, value in systems.secrets.items():
        await client.set_secret(name, value)
    for document in systems.documents:
        await client.apply(document)


async def _console(environ: dict[str, str], url: str, token: str) -> int:
    console = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "app.main",
        "--node",
        url,
        env={**environ, "JELLYFISH_TOKEN": token},
    )
    try:
        return await console.wait()
    finally:
        await _end(console)


async def _headless(client: NodeClient, systems: Systems, records: int) -> int:
    print(f"The shop's orders go to an ERP that misbehaves, until {records:,} are delivered.")
    delivered = -1
    while delivered < records:
        job = await _job(client)
        if job.pull_problem:
            print(f"  pull: {job.pull_problem}")
        if delivered != (delivered := job.consumers[0].synced):
            erp = job.consumers[0]
            print(
                f"  pulled {job.pulled:>6,}   delivered {erp.synced:>6,}   "
                f"unsynced {erp.unsynced:>5,}   failed {erp.failed:>3,}",
                flush=True,
            )
        await asyncio.sleep(POLL_S)
    await client.pause(JOB)
    return await _tell(client, systems)


async def _job(client: NodeClient) -> JobStatusShape:
    status = await client.status()
    return next(job for job in status.jobs if job.job == JOB)


async def _tell(client: NodeClient, systems: Systems) -> int:
    job = await _job(client)
    print(
        f"\n{'consumer':<12}{'pulled':>10}{'synced':>10}{'unsynced':>10}{'failed':>10}{'skipped':>10}"
    )
    for consumer in job.consumers:
        print(_row(consumer))
    async with httpx.AsyncClient(trust_env=False) as http:
        stats: dict[str, Any] = (await http.get(f"{systems.receiver}/stats")).json()
    print("\nWhat the faults did, as the receiver counts it:")
    for name, n in stats.items():
        print(f"  {name:<30}{n:>8,}")
    result = await client.check()
    print(f"\njellyfish check: {result.checked:,} facts compared, {len(result.broken)} broken")
    for broken in result.broken:
        print(f"  {broken.rule} {broken.place}: {broken.sentence}")
    return 0 if result.ok else 1


def _row(consumer: ConsumerStatusShape) -> str:
    return (
        f"{consumer.consumer:<12}{consumer.pulled:>10,}{consumer.synced:>10,}"
        f"{consumer.unsynced:>10,}{consumer.failed:>10,}{consumer.skipped:>10,}"
    )
