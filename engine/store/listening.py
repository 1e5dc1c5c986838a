"""Listens, in a thread of the gateway, for what other nodes have just committed.

Only to be quick: while the connection is cut nothing is heard, and nothing is missed either, as
everybody looks again and again (``services.hearing``) and is asked to look when it is back.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

log = logging.getLogger(__name__)

WAIT_S = 0.2
"""So long at most until it notices that it shall end."""
RETRY_S = 1.0


class Listener(Protocol):
    """A connection that hears. See ``dialects``."""

    def connect(self) -> None:
        """Listen from now on."""

    def wait(self, timeout_s: float) -> list[str]:
        """What was heard, waiting so long for the first of it."""

    def close(self) -> None:
        """Hang up."""


class Ending(Protocol):
    """A sign between threads that it shall end."""

    def set(self) -> None:
        """Give it."""

    def is_set(self) -> bool:
        """Whether it was given."""

    def wait(self, timeout: float) -> bool:
        """Wait for it, so many seconds at most."""


class Listening:
    """heard: called in the loop with each thing heard, and with "" after a connection was made."""

    def __init__(
        self,
        listener: Listener,
        heard: Callable[[str], None],
        loop: asyncio.AbstractEventLoop,
        ending: Ending,
    ) -> None:
        self._listener = listener
        self._heard = heard
        self._loop = loop
        self._ending = ending

    def stop(self) -> None:
        """End soon; from any thread."""
        self._ending.set()

    def run(self, ready: Callable[[], None]) -> None:
        """Listen until told to end. It is ready before it has connected: nobody waits for that."""
        ready()
        while not self._ending.is_set():
            try:
                self._listen()
            except Exception as error:  # whatever cut it off: it is made anew
                log.warning("changes are heard later for a while: %s", error)
                self._ending.wait(RETRY_S)
            finally:
                self._listener.close()

    def _listen(self) -> None:
        self._listener.connect()
        self._tell("")
        while not self._ending.is_set():
            for what in self._listener.wait(WAIT_S):
                self._tell(what)

    def _tell(self, what: str) -> None:
        try:
            self._loop.call_soon_threadsafe(self._heard, what)
        except RuntimeError:  # the loop is gone
            self.stop()
