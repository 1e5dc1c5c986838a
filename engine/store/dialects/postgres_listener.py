"""Hears at once what other sessions of a PostgreSQL database notify, when they have committed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg

CHANNEL = "jellyfish"


class PostgresListener:
    """A connection of its own that listens. Used by one thread."""

    def __init__(self, connection: Callable[[], psycopg.Connection[Any]]) -> None:
        self._connection = connection
        self._raw: psycopg.Connection[Any] | None = None

    def connect(self) -> None:
        """Listen from now on. Raises what the driver raises."""
        self.close()
        self._raw = self._connection()
        self._raw.execute(f"LISTEN {CHANNEL}")

    def wait(self, timeout_s: float) -> list[str]:
        """What was notified since, waiting so long for the first of it; raises when cut off."""
        assert self._raw is not None
        return [one.payload for one in self._raw.notifies(timeout=timeout_s, stop_after=1)]

    def close(self) -> None:
        """Hang up."""
        raw, self._raw = self._raw, None
        if raw is not None:
            raw.close()
