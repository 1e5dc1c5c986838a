"""What a table holds, as one number: equal for equal rows, in whatever order they are met.

Each row is written in MessagePack, which keeps text, bytes, whole numbers, floats and nothing apart
and every digit of them, and hashed (SHA-256); the hashes are added up modulo 2^256. A sum, and not
XOR, as a row that stands twice must not vanish (Bellare and Micciancio 1997, AdHash). It finds
faults of disks, drivers and programs; it is no seal against somebody who forges rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from engine.store.access import Row

_SPAN = 1 << 256
_encode = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True, slots=True)
class Digest:
    """How many rows there are, and the sum of their hashes."""

    rows: int = 0
    total: int = 0

    def plus(self, rows: Iterable[Row]) -> Digest:
        """With these rows too."""
        count, total = self.rows, self.total
        for row in rows:
            total += int.from_bytes(sha256(_encode(row)).digest(), "big")
            count += 1
        return Digest(count, total % _SPAN)

    @property
    def text(self) -> str:
        """The sum, 64 hexadecimal digits."""
        return f"{self.total:064x}"


NOTHING = Digest()
"""Of a table without rows."""
