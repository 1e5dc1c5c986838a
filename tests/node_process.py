"""A real node in a process of its own, for tests that start it, talk to it, and kill it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.api.client import NodeClient, read_local_node

START_S = 60.0
WAIT_S = 40.0


@dataclass(eq=False, slots=True)
class NodeProcess:
    """A started node. ``home`` is its data directory, ``process`` the child."""

    home: Path
    process: asyncio.subprocess.Process
    url: str = ""
    token: str = ""
    fingerprint: str = ""

    def client(self) -> NodeClient:
        """A client of its API; the caller closes it."""
        return NodeClient(self.url, self.token, fingerprint=self.fingerprint)

    async def found(self) -> bool:
        """Wait until its API answers to be found; False if the process ended first."""
        async with asyncio.timeout(START_S):
            while self.process.returncode is None:
                found = read_local_node({"JELLYFISH_HOME": str(self.home)})
                if found is not None and _pid_of(self.home) == self.process.pid:
                    self.url, self.token, self.fingerprint = found
                    return True
                await asyncio.sleep(0.02)
        return False

    async def ended(self) -> int:
        """Wait until the process has ended; its return code, -9 after SIGKILL."""
        async with asyncio.timeout(WAIT_S):
            return await self.process.wait()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self.process.returncode is None:
            self.process.kill()

    def freeze(self) -> None:
        """Let it stand still, as a machine without time for it would."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on where it stood."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGCONT)

    def terminate(self) -> None:
        """Ask it to end in order."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)


async def start_node(
    home: Path,
    *,
    failpoint: str = "",
    listen: str = "127.0.0.1:0",
    options: Sequence[str] = (),
    more_environ: Mapping[str, str] | None = None,
    code: Path | None = None,
) -> NodeProcess:
    """Start a node on its default database; ``failpoint`` is ``name:count`` or "".

    code: the directory of another version of the program.
    """
    environ = {name: value for name, value in os.environ.items() if "JELLYFISH" not in name}
    environ |= {
        "JELLYFISH_HOME": str(home),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    if failpoint:
        environ["JELLYFISH_FAILPOINT"] = failpoint
    environ |= more_environ or {}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "engine.cli",
        "node",
        "--listen",
        listen,
        "--name",
        "test",
        *options,
        env=environ,
        cwd=code,
        stdout=asyncio.subprocess.DEVNULL,
    )
    return NodeProcess(home, process)


@asynccontextmanager
async def running_node(home: Path, *, options: Sequence[str] = ()) -> AsyncIterator[NodeProcess]:
    """A node that answers, ended in order afterwards."""
    node = await start_node(home, options=options)
    try:
        assert await node.found(), "the node did not start"
        yield node
    finally:
        node.terminate()
        await node.ended()


async def until(holds: Callable[[], bool], what: str, timeout_s: float = WAIT_S) -> None:
    """Wait until something outside this process holds; fails with ``what`` after the time."""
    try:
        async with asyncio.timeout(timeout_s):
            while not holds():
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"not within {timeout_s} s: {what}") from None


def _pid_of(home: Path) -> int:
    try:
        return int(json.loads((home / "node.json").read_text())["pid"])
    except (OSError, ValueError, KeyError):
        return -1
