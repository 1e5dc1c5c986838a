"""The store's public face: every method is one operation on the gateway.

Its methods stand in ``faces``, by subject. Not for SQL: the modules named for their subjects hold
that, as plain functions of an ``Access``.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from engine.store.access import Access
from engine.store.copying.mark import refuse_unfinished_copy
from engine.store.dialects.choose import dialect_of
from engine.store.faces.alerts import AlertFace
from engine.store.faces.feed import FeedFace
from engine.store.faces.jobs import JobFace
from engine.store.faces.limits import LimitFace
from engine.store.faces.nodes import NodesFace
from engine.store.faces.operating import OperatorFace
from engine.store.faces.operations import OperationFace
from engine.store.faces.pulling import PullFace
from engine.store.faces.pushing import PushFace
from engine.store.faces.reading import ReadFace
from engine.store.gateway import Gateway
from engine.store.migrate import migrate
from engine.store.rounds import Rounds, Tidier
from engine.store.rows import LeaseKey


class Store(
    JobFace,
    PullFace,
    PushFace,
    ReadFace,
    OperatorFace,
    OperationFace,
    NodesFace,
    AlertFace,
    FeedFace,
    LimitFace,
):
    """A ledger in a database.

    ledger_id: its random name, part of idempotency keys. clock: the time (UTC ms) that all who
    work on it agree on.
    """

    def __init__(self, gateway: Gateway, clock: Callable[[], int]) -> None:
        self._gateway = gateway
        self._rounds = Rounds(gateway, clock)
        self._tidier = Tidier(gateway)
        self._tokens: dict[LeaseKey, int] = {}
        self._opened_at = clock()
        self.clock = clock
        self.ledger_id = ""

    @property
    def is_shared(self) -> bool:
        """Whether other nodes may work on this database at the same time."""
        return self._gateway.dialect.is_shared

    @classmethod
    async def open(
        cls, url: str, *, clock: Callable[[], int], node: str, keeps_time: bool = True
    ) -> Store:
        """Open the database of a URL and bring it to this program's schema; a file is made.

        clock: this machine's, UTC ms; the clock of a shared database counts instead, unless
        ``keeps_time`` is False. node: this node's name, written into pulls and attempts.
        Raises OperatorError, with a sentence, if it cannot be opened or is too new.
        """
        dialect = dialect_of(url, clock, node, keeps_time=keeps_time)
        store = cls(Gateway(dialect), dialect.clock)

        def prepare(access: Access) -> None:
            store.ledger_id = dialect.ledger_id = access.ledger_id = migrate(access, dialect)
            refuse_unfinished_copy(access)

        await store._gateway.open(prepare, secrets.token_hex(8))
        store._tidier.ask()
        return store

    async def close(self) -> None:
        """Finish what was asked for, then close the database. May be called twice."""
        await self._tidier.stop()
        await self._gateway.close()

    async def settle_down(self) -> None:
        """Wait until what saved and deleted jobs left to do is done."""
        await self._tidier.wait()
