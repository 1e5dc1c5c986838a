"""A node in a process of its own that answers on a database but neither pulls nor pushes.

A second one beside a node that works: SQLite lets one work only. It may be killed, stopped and
started again like any other; ``tests.node_process`` starts the ones that work.

    python -m tests.answering_node DATABASE_URL NAME HOST:PORT [CERTIFICATE KEY]
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from engine import __version__
from engine.api.server import ApiServer, Listen, Tls, build_app
from engine.config import Home
from engine.node.engine import Engine, NodeSettings, open_engine
from engine.operations.certificate import read_certificate
from engine.store.rows import NodeLoadRow
from tests.node_process import NodeProcess

SEEN_EVERY_S = 1.0
START_S = 60.0


async def start_answering_node(
    home: Path, name: str, *, listen: str = "127.0.0.1:0", tls: Tls | None = None, db: str = ""
) -> NodeProcess:
    """Start one on the database of this data directory, or on ``db``; returns when it answers."""
    files: Sequence[str] = () if tls is None else (str(tls.certificate), str(tls.key))
    environ = {key: value for key, value in os.environ.items() if "JELLYFISH" not in key}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.answering_node"),
        *(db or Home(home).database_url, name, listen, *files),
        cwd=Path(__file__).parents[1],
        env=environ
        | {"JELLYFISH_HOME": str(home), "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_S):
            told = json.loads(await process.stdout.readline())
    except BaseException:
        process.kill()
        await process.wait()
        raise
    return NodeProcess(home, process, told["url"], "", told["fingerprint"])


async def main(database: str, name: str, listen: str, *files: str) -> None:
    """Answer until a signal ends it."""
    tls = Tls(Path(files[0]), Path(files[1])) if files else None
    home = Home.from_environment().make()
    settings = NodeSettings(name, database, home, producing=False)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with open_engine(settings) as engine:
        server = ApiServer(build_app(engine), Listen.parse(listen, tls))
        url = await server.start()
        fingerprint = "" if tls is None else read_certificate(tls.certificate).fingerprint
        await _seen(engine, name, url, fingerprint)
        print(json.dumps({"url": url, "fingerprint": fingerprint}), flush=True)
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), SEEN_EVERY_S)
            await _seen(engine, name, url, fingerprint)
        await server.stop()


async def _seen(engine: Engine, name: str, url: str, fingerprint: str) -> None:
    load = NodeLoadRow(state="working", cpu_permille=10, memory_bytes=90_000_000, waiting=0)
    now = time.time_ns() // 1_000_000
    await engine.store.node_seen(name, __version__, url, now, load, fingerprint)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
