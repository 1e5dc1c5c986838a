"""A lock that lets one producing node alone work on a SQLite file.

The operating system drops it with the process, however that ends: so whoever holds it knows that
every lease in the file belongs to the dead. Not for readers, nor for the CLI's idle nodes.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from engine.core.errors import Conflict, Unavailable


class SoleUse:
    """Holds the lock beside a database file until ``release``."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        self._handle = -1

    @classmethod
    def of(cls, url: str) -> SoleUse | None:
        """The lock of a ``sqlite:///PATH`` database; None for one that nodes share."""
        scheme, _, path = url.partition(":///")
        return cls(Path(path)) if scheme == "sqlite" and path else None

    def take(self) -> None:
        """Conflict when another node holds it; Unavailable when no lock file can be made."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise Unavailable(
                f"{self._path} could not be made: {error.strerror}.",
                hint="Look at the disk's space and the folder's permissions.",
            ) from None
        try:
            _lock(handle)
        except OSError:
            os.close(handle)
            raise Conflict(
                f"Another node already works on {self._path.with_suffix('')}.",
                hint="Stop it first, or give this one another database with --db.",
            ) from None
        self._handle = handle

    def release(self) -> None:
        """Let another node take over; may be called twice."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
