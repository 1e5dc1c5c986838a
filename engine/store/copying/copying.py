"""Copies a ledger, table by table and block by block, and verifies what came over.

Not for who may copy when: locks, secrets and words for the operator are ``engine.operations.copy``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from engine.store.access import Row
from engine.store.copying.destination import Destination
from engine.store.copying.digest import NOTHING, Digest
from engine.store.copying.mark import Mark
from engine.store.copying.origin import Origin
from engine.store.copying.passage import passed
from engine.store.copying.tables import CopiedTable
from engine.store.copying.walk import Block, digests_of, has_ids
from engine.store.rows import Broken


class Phase(StrEnum):
    """What a copy does now."""

    COPY = "copy"
    VERIFY = "verify"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Step:
    """How far a copy has got. table: in hand; done, total: rows of all tables in this phase."""

    phase: Phase
    table: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Compared:
    """A table after verification: how many rows the origin said it has, what was read from it, and
    what stands in the destination.
    """

    table: str
    counted: int
    origin: Digest
    destination: Digest

    @property
    def equal(self) -> bool:
        """Whether it came over whole: the same rows, to the last byte."""
        return self.counted == self.origin.rows and self.origin == self.destination


Tell = Callable[[Step], None]


class Copying:
    """One origin into one destination: ``begin`` or go on, ``copy``, ``verify``, ``finish``."""

    def __init__(
        self, origin: Origin, destination: Destination, tables: Sequence[CopiedTable], tell: Tell
    ) -> None:
        self._origin = origin
        self._destination = destination
        self._tables = tables
        self._tell = tell
        self._done = 0
        self._total = 0

    def begin(self, at: int) -> None:
        """Mark the empty destination. at: now, UTC ms."""
        mark = Mark(self._origin.ledger_id, self._origin.label, self._origin.print, at)
        totals = [self._origin.count(table) for table in self._tables]
        self._destination.begin(mark, self._origin.facts, totals)

    def copy(self) -> None:
        """Copy what is not there yet. Conflict when the origin is changed meanwhile."""
        positions = [self._destination.position(table) for table in self._tables]
        self._total = sum(position.total for position in positions)
        self._done = sum(position.digest.rows for position in positions)
        for table, position in zip(self._tables, positions, strict=True):
            at = position
            self._say(Phase.COPY, table)
            while not at.ended:
                block = self._origin.block(table, at.after)
                at = self._destination.write(table, at, self._passed(table, block))
                self._done += len(block.rows)
                self._say(Phase.COPY, table)
        self._origin.require_unchanged()

    def verify(self) -> tuple[Compared, ...]:
        """Read the whole destination and compare it with what was read from the origin."""
        self._done = 0
        found = [self._compared(table) for table in self._tables]
        old, new = NOTHING.plus(self._origin.facts), NOTHING.plus(self._destination.facts())
        return (*found, Compared("meta", old.rows, old, new))

    def check(self) -> list[Broken]:
        """What of the ledger's own rules does not hold in the destination."""
        self._tell(Step(Phase.CHECK, "", 0, 0))
        return self._destination.check()

    def finish(self, by: str) -> None:
        """Let nodes work on the destination."""
        self._destination.finish(by)

    def differing(self, name: str, limit: int) -> list[int]:
        """Ids of rows that are not alike on both sides, at most so many; none for other keys."""
        table = next((each for each in self._tables if each.name == name), None)
        if table is None or not has_ids(table):
            return []
        found: list[int] = []
        after: Row | None = None
        while len(found) < limit:
            block = self._passed(table, self._origin.block(table, after))
            upto = block.after[0] if block.rows and block.after else None
            here = self._destination.digests(table, after, upto)
            there = digests_of(table, block.rows)
            ids = sorted(here.keys() | there.keys())
            found += [each for each in ids if here.get(each) != there.get(each)]
            if upto is None:
                break
            after = block.after
        return found[:limit]

    def _compared(self, table: CopiedTable) -> Compared:
        position = self._destination.position(table)
        digest, after = NOTHING, None
        while (block := self._destination.block(table, after)).rows:
            digest, after = digest.plus(block.rows), block.after
            self._done += len(block.rows)
            self._say(Phase.VERIFY, table)
        return Compared(table.name, position.total, position.digest, digest)

    def _passed(self, table: CopiedTable, block: Block) -> Block:
        return passed(table, block, holds_nul=self._destination.holds_nul)

    def _say(self, phase: Phase, table: CopiedTable) -> None:
        self._tell(Step(phase, table.name, self._done, self._total))
