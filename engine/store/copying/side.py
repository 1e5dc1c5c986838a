"""One of the two databases of a copy: its connection, its transactions, its errors in words.

A copy has one connection to each side and no threads: nothing else goes on beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import peewee
import psycopg
import pymysql

from engine.core.errors import Conflict
from engine.core.places import database_label
from engine.store import leases
from engine.store.access import Access
from engine.store.dialects.choose import dialect_of
from engine.store.dialects.sqlite import driver
from engine.store.nodes import STOPPED

DATABASE_ERRORS = (driver.Error, psycopg.Error, pymysql.Error, peewee.PeeweeException, OSError)
SEEN_MS = 20_000
"""A node says every five seconds that it runs; one that is silent so long has ended."""
ERROR_CHARACTERS = 300


class Side:
    """A database and one connection to it. Open it with ``connect``, end it with ``close``."""

    def __init__(self, url: str, clock: Callable[[], int]) -> None:
        self.label = database_label(url)
        self.dialect = dialect_of(url, clock, "copy")
        self._access: Access | None = None

    @property
    def access(self) -> Access:
        """The connection."""
        assert self._access is not None, "not connected"
        return self._access

    def connect(self, *, writer: bool) -> None:
        """Connect; OperatorError where that fails."""
        with self.explaining():
            self.dialect.prepare()
            self._access = self.dialect.connect(writer=writer)

    def close(self) -> None:
        """Give the connection back; may be called twice."""
        access, self._access = self._access, None
        if access is not None:
            self.dialect.disconnect(access)

    def nodes(self) -> list[str]:
        """The nodes that work on a shared database now, by its own clock; nothing is written."""
        with self.explaining():
            access = self.dialect.connect(writer=True)
            try:
                self.dialect.begin(access, writer=True)
                found = _working(access)
                self.dialect.rollback(access)
            finally:
                self.dialect.disconnect(access)
        return found

    @contextmanager
    def reading(self) -> Iterator[Access]:
        """A transaction that reads."""
        with self.explaining():
            self.dialect.begin(self.access, writer=False)
            try:
                yield self.access
            finally:
                self.dialect.rollback(self.access)

    @contextmanager
    def writing(self, place: str = "") -> Iterator[Access]:
        """A transaction that writes; nothing of it is stored unless it comes to its end.

        place: which rows it is about, for an error that only has the database's own words.
        """
        with self.explaining(place):
            self.dialect.begin(self.access, writer=True)
            try:
                yield self.access
                self.dialect.commit(self.access)
            finally:
                self.dialect.rollback(self.access)

    @contextmanager
    def explaining(self, place: str = "") -> Iterator[None]:
        """The operator's error for what a database raises."""
        try:
            yield
        except DATABASE_ERRORS as error:
            explained = self.dialect.explained(error)
            if explained is not error:
                raise explained from error
            self._refuse(error, place)

    def _refuse(self, error: BaseException, place: str) -> NoReturn:
        words = str(error)[:ERROR_CHARACTERS]
        if not place:
            raise Conflict(f"The database {self.label} does not do it: {words}.") from error
        raise Conflict(
            f"The database {self.label} does not take the rows of {place}: {words}."
        ) from error


def _working(access: Access) -> list[str]:
    """Nodes that were seen and did not stop in order, and those that still hold something."""
    now = access.now
    seen = access.rows(
        "SELECT n.name FROM node AS n LEFT JOIN node_load AS l ON l.name = n.name"
        " WHERE n.seen_at > ? AND coalesce(l.state, '') <> ?",
        (now - SEEN_MS, STOPPED),
    )
    held = leases.holders(access, now).values()
    return sorted({name for (name,) in seen} | {each.owner.rpartition("#")[0] for each in held})
