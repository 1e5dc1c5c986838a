"""The sample shop and receiver: started as a child of this console, ended with it.

Not for the job that joins them: ``flows.overview`` hands that to the node.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QProcess

START = (sys.executable, "-m", "engine.demo.systems")
START_WITHIN_S = 30.0
STOP_WITHIN_S = 10.0
LOOK_EVERY_S = 0.02


class NoSamples(Exception):
    """They did not start."""


@dataclass(frozen=True, slots=True)
class Samples:
    """The secrets the sample systems ask for, and the job documents that join them."""

    secrets: Mapping[str, str]
    documents: tuple[Mapping[str, Any], ...]


class SampleSystems(QObject):
    """One for a session; it outlives the window, which may be built anew."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None

    @classmethod
    def of(cls, owner: QObject) -> SampleSystems:
        """The owner's; made when it is asked for first."""
        found = owner.findChild(cls)
        return found if isinstance(found, cls) else cls(owner)

    async def start(self) -> Samples:
        """Start them, anew where they ended; raises NoSamples."""
        await self.stop()
        process = QProcess(self)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
        process.start(START[0], list(START[1:]))
        self._process = process
        loop = asyncio.get_running_loop()
        deadline = loop.time() + START_WITHIN_S
        while not process.canReadLine():
            running = process.state() is not QProcess.ProcessState.NotRunning
            if not running or loop.time() > deadline:
                await self.stop()
                raise NoSamples
            await asyncio.sleep(LOOK_EVERY_S)
        told = json.loads(bytes(process.readLine().data()))
        return Samples(told["secrets"], tuple(told["documents"]))

    async def stop(self) -> None:
        """End them; nothing happens where they do not run."""
        process, self._process = self._process, None
        if process is None:
            return
        process.closeWriteChannel()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + STOP_WITHIN_S
        while process.state() is not QProcess.ProcessState.NotRunning:
            if loop.time() > deadline:
                process.kill()
            await asyncio.sleep(LOOK_EVERY_S)
        process.deleteLater()
