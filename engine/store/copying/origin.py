"""The database that is copied: read only, and only as long as it stays as it was.

No long transaction holds it: each block is read in one of its own, after a look at the origin's
*print*, which every commit of a node changes. So all blocks together are one state, or the copy
stops and begins anew.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import msgspec

from engine.core.errors import Conflict, NotFound, Unavailable
from engine.store.access import Access, Row
from engine.store.copying.facts import facts
from engine.store.copying.mark import mark_of
from engine.store.copying.side import DATABASE_ERRORS, Side
from engine.store.copying.tables import CopiedTable
from engine.store.copying.walk import Block, count, next_block
from engine.store.dialects.sqlite import Sqlite
from engine.store.migrate import MIGRATIONS


class Origin:
    """An open origin; ``close`` it. ledger_id: its name. print: of the state that is copied.
    facts: what ``meta`` holds of the ledger.
    """

    def __init__(self, side: Side) -> None:
        self._side = side
        self.label = side.label
        with side.reading() as access:
            _require_ledger(side, access)
            self.ledger_id = str(access.value("SELECT value FROM meta WHERE name = 'ledger_id'"))
            self.print = _print(access)
            self.facts = facts(access)

    @classmethod
    def open(cls, url: str, clock: Callable[[], int]) -> Origin:
        """Open the database of a URL; OperatorError when it is none that can be copied."""
        side = Side(url, clock)
        if isinstance(side.dialect, Sqlite) and not side.dialect.path.exists():
            raise NotFound(f"There is no database at {side.label}.", hint="Check the path.")
        side.connect(writer=False)
        try:
            return cls(side)
        except BaseException:
            side.close()
            raise

    def nodes(self) -> list[str]:
        """The nodes that work on it, where several may; a file has a lock instead."""
        return self._side.nodes() if self._side.dialect.is_shared else []

    def close(self) -> None:
        """End the connection; may be called twice."""
        self._side.close()

    def block(self, table: CopiedTable, after: Row | None) -> Block:
        """The next rows of a table; Conflict when the origin was changed meanwhile."""
        with self._side.reading() as access:
            self._require_unchanged(access)
            return next_block(access, table, after)

    def count(self, table: CopiedTable) -> int:
        """How many rows a table has."""
        with self._side.reading() as access:
            return count(access, table)

    def require_unchanged(self) -> None:
        """Conflict when the origin was changed since it was opened."""
        with self._side.reading() as access:
            self._require_unchanged(access)

    def secrets(self) -> list[tuple[str, str, bytes, bytes]]:
        """Use, name, nonce and sealed value of each."""
        with self._side.reading() as access:
            rows = access.rows("SELECT use, name, nonce, sealed FROM secret")
        return [(use, name, bytes(nonce), bytes(sealed)) for use, name, nonce, sealed in rows]

    def _require_unchanged(self, access: Access) -> None:
        if _print(access) != self.print:
            raise Conflict(
                f"{self.label} was changed while it was copied.",
                hint="Stop whatever works on it, then run the command again; the copy begins anew.",
            )


def _require_ledger(side: Side, access: Access) -> None:
    label = side.label
    try:
        schema = int(access.value("SELECT value FROM meta WHERE name = 'schema'") or 0)
        mark = mark_of(access)
    except DATABASE_ERRORS as error:
        if side.dialect.explained(error) is not error:
            raise
        raise NotFound(
            f"{label} holds no ledger of Data JellyFish.", hint="Check the address."
        ) from error
    if mark is not None:
        raise Conflict(
            f"{label} is itself an unfinished copy of {mark.label}.",
            hint="Finish that copy first, or copy from the original.",
        )
    if schema > len(MIGRATIONS):
        raise Unavailable(
            f"{label} was written by a newer version of Data JellyFish.",
            hint="Install the newer version, and copy with that.",
        )
    if schema < len(MIGRATIONS):
        raise Conflict(
            f"{label} was written by an older version of Data JellyFish.",
            hint="Open it once with this version, such as with `jellyfish status --db`; "
            "that brings it up to date.",
        )


def _print(access: Access) -> str:
    """What every commit of a node changes: its mark, and the next ids."""
    meta = access.rows("SELECT name, value FROM meta ORDER BY name")
    serial = access.rows("SELECT name, n FROM serial ORDER BY name")
    return sha256(msgspec.json.encode((meta, serial))).hexdigest()
