"""The database a ledger is copied into: what it must be, and how far the copy has got.

``meta`` keeps both while the copy lasts: the mark, and for each table the key up to which all rows
are there. A block of rows and the new position are one transaction, so a copy that is killed at
any moment goes on where it stopped and no row comes twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import msgspec

from engine.core.errors import Conflict
from engine.core.failpoint import reach
from engine.store import checks, vault
from engine.store.access import Access, Row
from engine.store.copying.digest import NOTHING, Digest
from engine.store.copying.facts import facts, replace_facts
from engine.store.copying.mark import COPYING, POSITION, Mark, mark_of
from engine.store.copying.side import Side
from engine.store.copying.tables import CopiedTable
from engine.store.copying.walk import Block, digests_of, first_keys, next_block
from engine.store.migrate import MIGRATIONS, migrate
from engine.store.rows import Broken

_OWN = ("serial",)
"""Tables in which a new database has rows already."""


@dataclass(frozen=True, slots=True)
class Position:
    """How far the copy of a table has got. after: the last key. total: the origin's rows."""

    total: int
    after: Row | None = None
    digest: Digest = NOTHING
    ended: bool = False

    @property
    def text(self) -> str:
        """As ``meta`` keeps it."""
        facts = (self.total, self.after, self.digest.rows, self.digest.text, self.ended)
        return msgspec.json.encode(facts).decode()

    @classmethod
    def of_text(cls, text: str) -> Position:
        """What ``meta`` kept."""
        total, after, rows, sum_, ended = msgspec.json.decode(text)
        key = None if after is None else tuple(after)
        return cls(total, key, Digest(rows, int(sum_, 16)), ended)


class Destination:
    """An open destination; ``close`` it."""

    def __init__(self, side: Side, tables: Sequence[CopiedTable]) -> None:
        self._side = side
        self._tables = tables
        self.label = side.label

    @classmethod
    def open(cls, url: str, clock: Callable[[], int], tables: Sequence[CopiedTable]) -> Destination:
        """Open or make the database of a URL, with all its tables."""
        side = Side(url, clock)
        side.connect(writer=True)
        try:
            with side.explaining():
                _require_own_schema(side)
                migrate(side.access, side.dialect)
            return cls(side, tables)
        except BaseException:
            side.close()
            raise

    @property
    def holds_nul(self) -> bool:
        """Whether its text may hold NUL characters."""
        return self._side.dialect.name != "postgres"

    def nodes(self) -> list[str]:
        """The nodes that work on it, where several may; a file has a lock instead."""
        return self._side.nodes() if self._side.dialect.is_shared else []

    def close(self) -> None:
        """End the connection; may be called twice."""
        self._side.close()

    def mark(self) -> Mark | None:
        """Of which origin it is an unfinished copy; None if of none."""
        with self._side.reading() as access:
            return mark_of(access)

    def filled(self) -> str | None:
        """The name of a table that has rows; None for an empty database."""
        with self._side.reading() as access:
            for table in self._tables:
                if table.name not in _OWN and first_keys(access, table):
                    return table.name
        return None

    def begin(self, mark: Mark, known: list[tuple[str, str]], totals: Sequence[int]) -> None:
        """Mark an empty database as the copy of a origin; its ledger is that one from now on."""
        with self._side.writing() as access:
            for name in _OWN:
                access.run(f"DELETE FROM {name}")
            replace_facts(access, known)
            _put(access, COPYING, mark.text)
            for table, total in zip(self._tables, totals, strict=True):
                _put(access, POSITION + table.name, Position(total).text)

    def facts(self) -> list[tuple[str, str]]:
        """What ``meta`` holds of the ledger here."""
        with self._side.reading() as access:
            return facts(access)

    def is_whole(self) -> bool:
        """Whether it knows of every table how far it has got: not while it is cleared."""
        with self._side.reading() as access:
            names = {name for (name,) in access.rows("SELECT name FROM meta")}
        return all(POSITION + table.name in names for table in self._tables)

    def position(self, table: CopiedTable) -> Position:
        """How far the copy of a table has got."""
        with self._side.reading() as access:
            return Position.of_text(
                access.value("SELECT value FROM meta WHERE name = ?", (POSITION + table.name,))
            )

    def write(self, table: CopiedTable, at: Position, block: Block) -> Position:
        """Store the rows that follow ``at``, which was where the copy stood; where it stands now.

        Conflict when somebody else copies into this database too.
        """
        if block.rows:
            now = replace(at, after=block.after, digest=at.digest.plus(block.rows))
        else:
            now = replace(at, ended=True)
        with self._side.writing(f"{table.name} after {at.after}") as access:
            moved = access.run(
                "UPDATE meta SET value = ? WHERE name = ? AND value = ?",
                (now.text, POSITION + table.name, at.text),
            )
            if moved != 1:
                raise Conflict(
                    f"Somebody else copies into {self.label} too.", hint="Let one of them finish."
                )
            if block.rows:
                access.insert_rows(table.name, table.columns, block.rows)
            reach("copy.before_commit")
        reach("copy.after_commit")
        return now

    def block(self, table: CopiedTable, after: Row | None) -> Block:
        """The next rows of a table, as they are here."""
        with self._side.reading() as access:
            return next_block(access, table, after)

    def digests(self, table: CopiedTable, after: Row | None, upto: int | None) -> dict[int, Digest]:
        """What each row of a table with ids holds here, of the ids after one up to another."""
        found: dict[int, Digest] = {}
        while (block := self.block(table, after)).rows:
            found |= digests_of(table, block.rows)
            after = block.after
            if upto is not None and after is not None and after[0] >= upto:
                break
        return {id_: digest for id_, digest in found.items() if upto is None or id_ <= upto}

    def check(self) -> list[Broken]:
        """What of the ledger's own rules does not hold here."""
        with self._side.reading() as access:
            return checks.check(access, self._side.dialect)[0]

    def clear(self) -> None:
        """Take everything away that was copied; killed in between, ``is_whole`` is False."""
        with self._side.writing() as access:
            for table in self._tables:
                access.run("DELETE FROM meta WHERE name = ?", (POSITION + table.name,))
        for table in reversed(self._tables):
            while self._clear_some(table):
                pass

    def _clear_some(self, table: CopiedTable) -> bool:
        with self._side.writing() as access:
            keys = first_keys(access, table)
            fields = table.fields(table.key)
            if len(fields) == 1 and keys:
                access.tell(table.model.delete().where(fields[0] <= keys[-1][0]))
                return True
            for key in keys:
                same = [field == value for field, value in zip(fields, key, strict=True)]
                access.tell(table.model.delete().where(*same))
        return bool(keys)

    def finish(self, by: str) -> None:
        """Let nodes work on it. by: who copied, for the audit, which says where it came from."""
        with self._side.writing() as access:
            mark = mark_of(access)
            assert mark is not None, "nothing is copied"
            access.run("DELETE FROM meta WHERE name = ?", (COPYING,))
            for table in self._tables:
                access.run("DELETE FROM meta WHERE name = ?", (POSITION + table.name,))
            vault.audit(access, by, "copy database", self.label, f"from {mark.label}")
        reach("copy.finished")


def _put(access: Access, name: str, value: str) -> None:
    access.run("DELETE FROM meta WHERE name = ?", (name,))
    access.run("INSERT INTO meta (name, value) VALUES (?, ?)", (name, value))


def _require_own_schema(side: Side) -> None:
    """Conflict for the database of another version: nobody asked to bring that up to date."""
    access = side.access
    if "meta" not in side.dialect.tables(access):
        return
    schema = int(access.value("SELECT value FROM meta WHERE name = 'schema'") or 0)
    if schema not in (0, len(MIGRATIONS)):
        raise Conflict(
            f"{side.label} is in use: another version of Data JellyFish made it.",
            hint="Copy into a new, empty database.",
        )
