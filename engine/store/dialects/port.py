"""What the gateway needs of a kind of database: connections, transactions, what its errors mean.

A shared database is worked on by several nodes at once. Not for queries: those are shared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from engine.store.access import Access
from engine.store.listening import Listener
from engine.store.rows import DatabaseFacts


class Dialect(Protocol):
    """One database, and how connections to it are made, used and ended.

    name: as migrations call it. is_shared: whether other nodes may work on it at the same time.
    clock: the time (UTC ms) that all who work on it agree on. ledger_id: set once it is known.
    """

    name: str
    is_shared: bool
    clock: Callable[[], int]
    ledger_id: str

    def prepare(self) -> None:
        """Before the first connection: what must be so, and what can be made."""

    def connect(self, *, writer: bool) -> Access:
        """A new connection of the calling thread."""

    def disconnect(self, access: Access) -> None:
        """Close a connection, in the thread that made it."""

    def is_alive(self, access: Access) -> bool:
        """Whether the connection was not lost."""

    def begin(self, access: Access, *, writer: bool, hot: bool = False) -> None:
        """Begin a transaction.

        A writer has the database to itself, or (hot) shares it with other hot writers.
        """

    def begin_migration(self, access: Access) -> None:
        """Begin what the schema is changed in: nobody else changes it until this is over."""

    def commit(self, access: Access) -> None:
        """Commit; on return it is on the disk."""

    def is_open(self, access: Access) -> bool:
        """Whether a transaction is open."""

    def rollback(self, access: Access) -> None:
        """End the transaction, if one is open, with nothing of it stored."""

    def may_run_again(self, error: BaseException) -> bool:
        """Whether the database ended the transaction for another's sake: the same may pass now."""

    def explained(self, error: BaseException) -> BaseException:
        """The operator's error for a fault of the database; any other error as it is."""

    def tables(self, access: Access) -> frozenset[str]:
        """The names of the tables that are there."""

    def listener(self) -> Listener | None:
        """What hears other nodes at once; None where nobody can, and looking must do."""

    def require_place(self) -> None:
        """Unavailable when the database was taken away while it is open."""

    def facts(self, access: Access) -> DatabaseFacts:
        """Where the database is and how it is."""

    def damage(self, access: Access, shown: int) -> Iterator[tuple[str, str, str]]:
        """Rule, place and sentence of what the database itself finds broken."""

    def give_back_space(self, access: Access, pages: int) -> int:
        """Give free pages back to the disk, at most so many; how many are still free."""
