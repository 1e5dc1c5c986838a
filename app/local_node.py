"""The local node: finds the one that runs, or starts it as a child process; stops what it started.

Not for talking to it: that is the session's, over the same API as to any other node.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QProcess, QProcessEnvironment, QStandardPaths

from app.connection import Address, NoNode
from app.words import translate
from engine.api.client import read_local_node

START = (sys.executable, "-m", "engine.cli", "node", "--listen", "127.0.0.1:0")
"""On any free port: it is found by its file, and other users' nodes may have the usual one."""
LOOK_EVERY_S = 0.05
START_WITHIN_S = 30.0
STOP_WITHIN_S = 15.0
TAIL_BYTES = 4096


class LocalNode:
    """A finder. command: what starts the node; environ: where its data directory is read from."""

    def __init__(
        self,
        command: tuple[str, ...] = START,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._command = command
        self._environ = dict(os.environ if environ is None else environ)
        self._process: QProcess | None = None
        self._stale: Address | None = None

    @property
    def started_here(self) -> bool:
        """Whether the node runs as this console's child."""
        return self._process is not None and self._runs()

    async def address(self) -> Address:
        """The running node's address, else a new one's. Raises NoNode where it does not start."""
        if not self.started_here:
            found = self._look()
            if found is not None and found != self._stale:
                return found
            self._start()
        return await self._wait_for_start()

    def failed(self, address: Address) -> None:
        """That file was left by a node that is gone."""
        self._stale = address

    async def stop(self) -> None:
        """Ask the child to end and wait for it; end it by force when it does not."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        if not await _ended(process, STOP_WITHIN_S):
            process.kill()
            await _ended(process, STOP_WITHIN_S)
        process.deleteLater()

    def _look(self) -> Address | None:
        found = read_local_node(self._environ)
        return None if found is None else Address(*found)

    def _runs(self) -> bool:
        return (
            self._process is not None
            and self._process.state() is not QProcess.ProcessState.NotRunning
        )

    def _start(self) -> None:
        if self._process is not None:
            self._process.deleteLater()
        process = QProcess()
        environment = QProcessEnvironment()
        for name, value in self._environ.items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        log = self._log()
        log.parent.mkdir(parents=True, exist_ok=True)
        process.setStandardOutputFile(str(log))
        process.start(self._command[0], list(self._command[1:]))
        self._process = process

    async def _wait_for_start(self) -> Address:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + START_WITHIN_S
        while loop.time() < deadline:
            found = self._look()
            if found is not None and found != self._stale:
                return found
            if not self._runs():
                raise NoNode(
                    translate("LocalNode", "The local node did not start."),
                    self._last_words() or translate("LocalNode", "Try `jellyfish node`."),
                )
            await asyncio.sleep(LOOK_EVERY_S)
        raise NoNode(
            translate("LocalNode", "The local node takes long to start."),
            translate("LocalNode", "Its output is in {file}.").format(file=self._log()),
        )

    def _log(self) -> Path:
        return log_file(self._environ)

    def _last_words(self) -> str:
        """The last lines the node wrote: its error is a sentence and a hint."""
        try:
            tail = self._log().read_bytes()[-TAIL_BYTES:]
        except OSError:
            return ""
        lines = [line for line in tail.decode(errors="replace").splitlines() if line.strip()]
        return " ".join(lines[-2:])


def log_file(environ: Mapping[str, str] | None = None) -> Path:
    """What the local node writes goes here."""
    home = (os.environ if environ is None else environ).get("JELLYFISH_HOME")
    place = QStandardPaths.StandardLocation.AppLocalDataLocation
    folder = Path(home) if home else Path(QStandardPaths.writableLocation(place))
    return folder / "node-output.log"


async def _ended(process: QProcess, within_s: float) -> bool:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within_s
    while process.state() is not QProcess.ProcessState.NotRunning:
        if loop.time() > deadline:
            return False
        await asyncio.sleep(LOOK_EVERY_S)
    return True
