"""SQLite: how a file is opened, which of its versions is safe, and what its errors mean."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import peewee
from peewee import SqliteDatabase

from engine.core.errors import NotFound, OperatorError, Unavailable
from engine.store.access import Access
from engine.store.dialects.sqlite_access import SqliteAccess
from engine.store.rows import DatabaseFacts

driver: Any = peewee.sqlite3  # type: ignore[attr-defined]  # left out of its stubs
"""pysqlite3 where it is installed, Python's own sqlite3 elsewhere: peewee's choice."""

OLDEST = (3, 51, 3)
"""Before it, WAL can lose a commit when two connections commit and checkpoint together."""

BUSY_S = 10.0
CACHE_KIB = 48 * 1024
READER_CACHE_KIB = 8 * 1024
CHECKPOINT_PAGES = 4000
WAL_KEPT_BYTES = 64 * 1024 * 1024

# In this order: auto_vacuum counts only before the file has its first page.
_WRITER_PRAGMAS = (
    ("auto_vacuum", "INCREMENTAL"),
    ("journal_mode", "WAL"),
    ("synchronous", "FULL"),
    ("fullfsync", 1),
    ("foreign_keys", 1),
    ("trusted_schema", 0),
    ("cache_size", -CACHE_KIB),
    ("wal_autocheckpoint", CHECKPOINT_PAGES),
    ("journal_size_limit", WAL_KEPT_BYTES),
)
_READER_PRAGMAS = (
    ("query_only", 1),
    ("trusted_schema", 0),
    ("cache_size", -READER_CACHE_KIB),
)
_STATEMENTS_KEPT = 512


class Sqlite:
    """One database file, worked on by one node."""

    name = "sqlite"
    is_shared = False

    def __init__(self, path: Path, clock: Callable[[], int], node: str) -> None:
        self.path = path
        self.clock = clock
        self._node = node
        self._opened = (0, 0)
        self.ledger_id = ""

    def prepare(self) -> None:
        """Refuse an unsafe SQLite; make the folder and the file, for this user only."""
        version = driver.sqlite_version_info
        if version < OLDEST:
            raise Unavailable(
                f"SQLite {driver.sqlite_version} can lose committed data; "
                f"{'.'.join(map(str, OLDEST))} or newer is needed.",
                hint="Install the pysqlite3 package, which brings its own SQLite.",
            )
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            found = self.path.stat()
            self._opened = (found.st_dev, found.st_ino)
        except OSError as error:
            raise Unavailable(
                f"The database {self.path} cannot be opened: {error.strerror}.",
                hint="Check that the folder exists, belongs to you and can be written to.",
            ) from error

    def connect(self, *, writer: bool) -> Access:
        """A new connection of the calling thread."""
        database = SqliteDatabase(
            str(self.path),
            pragmas=_WRITER_PRAGMAS if writer else _READER_PRAGMAS,
            timeout=BUSY_S,
            cached_statements=_STATEMENTS_KEPT,
        )
        database.connect()
        raw = database.connection()  # type: ignore[no-untyped-call]  # untyped in its stubs
        if writer:
            mode = raw.execute("PRAGMA journal_mode").fetchone()[0]
            if mode != "wal":
                raise Unavailable(
                    f"The database {self.path} cannot be kept safe here: its journal is {mode}.",
                    hint="Put it on a local disk; network folders do not work.",
                )
        return SqliteAccess(database, raw, self.clock, self.ledger_id, self._node)

    @staticmethod
    def listener() -> None:
        """A file tells nobody."""

    def require_place(self) -> None:
        """Unavailable when the file was taken away or replaced since it was opened.

        An open file lives on without its name: everything written would be lost with the process.
        """
        try:
            now = self.path.stat()
        except OSError:
            now = None
        if now is None or (now.st_dev, now.st_ino) != self._opened:
            raise Unavailable(
                f"The database {self.path} is not at its place any more.",
                hint="Put the file back as it was, or stop the node and restore a backup. "
                "Until then nothing is pulled or sent.",
            )

    def facts(self, access: Access) -> DatabaseFacts:
        """Where the database is and how it is; its size is that of all its files."""
        beside = (self.path.with_name(self.path.name + end) for end in ("", "-wal", "-shm"))
        return DatabaseFacts(
            kind="sqlite",
            place=str(self.path),
            program=f"SQLite {driver.sqlite_version}",
            schema=int(access.value("SELECT value FROM meta WHERE name = 'schema'")),
            size=sum(file.stat().st_size for file in beside if file.exists()),
            free=shutil.disk_usage(self.path.parent).free,
        )

    @staticmethod
    def disconnect(access: Access) -> None:
        """Close a connection, in the thread that made it."""
        access.db.close()

    @staticmethod
    def is_alive(access: Access) -> bool:
        """A file is never hung up."""
        return True

    @staticmethod
    def begin(access: Access, *, writer: bool, hot: bool = False) -> None:
        """Begin a transaction; a writer takes the write lock at once."""
        access.raw.execute("BEGIN IMMEDIATE" if writer else "BEGIN")

    def begin_migration(self, access: Access) -> None:
        """Begin what the schema is changed in: a writer's transaction, all or nothing of it."""
        self.begin(access, writer=True)

    @staticmethod
    def commit(access: Access) -> None:
        """Commit; on return it is on the disk."""
        access.raw.execute("COMMIT")

    @staticmethod
    def is_open(access: Access) -> bool:
        """Whether a transaction is open."""
        return bool(access.raw.in_transaction)

    def rollback(self, access: Access) -> None:
        """End the transaction, if one is open, with nothing of it stored."""
        if self.is_open(access):
            access.raw.execute("ROLLBACK")

    @staticmethod
    def may_run_again(error: BaseException) -> bool:
        """There is one writer, so nothing has to give way."""
        return False

    @staticmethod
    def tables(access: Access) -> frozenset[str]:
        """The names of the tables that are there."""
        return frozenset(name for (name,) in access.rows("SELECT name FROM sqlite_schema"))

    @staticmethod
    def damage(access: Access, shown: int) -> Iterator[tuple[str, str, str]]:
        """What SQLite finds broken in the file, and references that lead nowhere."""
        for (sentence,) in access.rows(f"PRAGMA quick_check({shown})"):
            if sentence != "ok":
                yield "file", "database", f"The database file is damaged: {sentence}."
        for table, rowid, parent, _ in access.rows("PRAGMA foreign_key_check"):
            yield "references", f"{table} {rowid}", f"Its {parent} is missing."

    @staticmethod
    def give_back_space(access: Access, pages: int) -> int:
        """Give free pages back to the disk, at most so many; how many are still free."""
        access.execute(f"PRAGMA incremental_vacuum({int(pages)})").fetchall()
        return int(access.value("PRAGMA freelist_count") or 0)

    def explained(self, error: BaseException) -> BaseException:
        """The operator's error for a fault of disk, file or lock, or a number no row can have; any
        other error as it is.
        """
        if isinstance(error, OverflowError):
            return NotFound("There is nothing with so large a number.")
        if isinstance(error, OperatorError) or not isinstance(
            error, (driver.Error, peewee.PeeweeException, OSError)
        ):
            return error
        return _explained(str(error).lower(), self.path) or error


def _explained(text: str, path: Path) -> Unavailable | None:
    for part, sentence, hint in _FAULTS:
        if part in text:
            return Unavailable(sentence.format(path=path), hint=hint)
    return None


_FAULTS = (
    (
        "disk is full",
        "The disk of the database {path} is full; nothing more can be stored.",
        "Free some space; work goes on by itself.",
    ),
    (
        "locked",
        "The database {path} is locked by another program.",
        "Find the program that has it open, such as a backup or a database browser, and close it.",
    ),
    (
        "not a database",
        "The file {path} is not a database of this engine, or it is damaged.",
        "Check the path; if it is right, restore the file from a backup.",
    ),
    (
        "malformed",
        "The database {path} is damaged.",
        "Keep a copy of the file and restore it from a backup.",
    ),
    (
        "readonly",
        "The database {path} cannot be written to.",
        "Give the file and its folder to the user the engine runs as, with write permission.",
    ),
    (
        "unable to open",
        "The database {path} cannot be opened.",
        "Check that the folder exists, belongs to you and can be written to.",
    ),
    (
        "disk i/o error",
        "The disk of the database {path} reports an error.",
        "Check the disk, and keep a copy of the file before anything else.",
    ),
)
