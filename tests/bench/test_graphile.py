"""A node on PostgreSQL beside graphile-worker on the same server, doing the same work.

Both pull the same pages and post every record on its own to the same target; graphile-worker
queues each as a job, a node keeps it with full evidence. Round by round in one run, as machines
are noisy; the figure is the ratio in the middle.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest

from tests.bench.test_throughput import instant_servers, node_rate
from tests.database_servers.server import Server

PROGRAM = Path(__file__).with_name("graphile")
FLOOR = 1.3
N = 40_000
ROUNDS = 5
CLIENTS = ("fetch", "pool")
"""What graphile-worker's task posts with: what Node.js brings, which the node is measured against,
and, for the record, the fastest that can be had."""
CONCURRENCIES = (24, 64, 128)
"""Jobs at once, 24 as on its page of performance. The fastest is what the node is measured
against."""
NPM = ("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock")


@pytest.fixture(scope="session")
def graphile(request: pytest.FixtureRequest) -> Path:
    """The program and its packages, kept between runs."""
    cache = request.config.cache
    assert cache is not None
    folder = Path(cache.mkdir("graphile"))
    for each in PROGRAM.iterdir():
        shutil.copy(each, folder)
    return folder


async def ended(*command: str, folder: Path) -> str:
    """What a program printed; fails when it failed."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, err.decode()
    return out.decode()


async def graphile_rate(
    folder: Path, url: str, port: int, n: int, concurrency: int, client: str
) -> float:
    """Records a second of graphile-worker, from the first page to the last job gone."""
    command = ("node", "pull_and_post.mjs", url, str(port), str(concurrency), client)
    found = json.loads(await ended(*command, folder=folder))
    assert found["records"] == n
    return float(found["records"] / found["seconds"])


@pytest.mark.bench
@pytest.mark.timeout(900)
async def test_a_node_on_postgresql_is_faster_than_graphile_worker(
    own_server: Callable[[str], Server],
    graphile: Path,
    tmp_path: Path,
    full_length: bool,
) -> None:
    """The short form is the node alone: packages of another ecosystem are for the long run."""
    n = N if full_length else 2_000
    standing = own_server("postgresql").standing

    def fresh() -> str:
        return standing.url(standing.make_database())

    ratios: dict[str, list[float]] = {client: [] for client in CLIENTS}
    async with instant_servers(n) as port:
        if not full_length:
            await node_rate(port, n, tmp_path, options=("--db", fresh()))
            return
        await ended(*NPM, folder=graphile)
        at_once = {}
        for client in CLIENTS:
            tried = {
                each: await graphile_rate(graphile, fresh(), port, n, each, client)
                for each in CONCURRENCIES
            }
            at_once[client] = max(tried, key=tried.__getitem__)
            rates = ", ".join(f"{each} at once {rate:,.0f}/s" for each, rate in tried.items())
            print(f"\ngraphile-worker with {client}: {rates}")
        for number in range(ROUNDS):
            home = tmp_path / str(number)
            ours = await node_rate(port, n, home, options=("--db", fresh()))
            for client in CLIENTS:
                theirs = await graphile_rate(graphile, fresh(), port, n, at_once[client], client)
                ratios[client].append(ours / theirs)
                print(
                    f"{n:,} records: graphile-worker with {client} {theirs:,.0f}/s,"
                    f" node {ours:,.0f}/s, ratio {ours / theirs:.2f}"
                )
    for client in CLIENTS:
        print(f"ratio in the middle, with {client}: {median(ratios[client]):.2f}")
    assert median(ratios["fetch"]) >= FLOOR
