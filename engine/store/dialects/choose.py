"""The dialect of a database URL."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine.core.errors import OperatorError
from engine.store.dialects.mysql import Mysql
from engine.store.dialects.port import Dialect
from engine.store.dialects.postgres import Postgres
from engine.store.dialects.sqlite import Sqlite

POSTGRES = ("postgresql", "postgres")
MYSQL = ("mysql", "mariadb")


def dialect_of(
    url: str, clock: Callable[[], int], node: str, *, keeps_time: bool = True
) -> Dialect:
    """The database of ``sqlite:///PATH``, ``postgresql://…`` or ``mysql://…``, or OperatorError.

    clock: this machine's, UTC ms. keeps_time: a shared database's clock counts, not ``clock``.
    """
    scheme, separator, rest = url.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and rest != "/":
        return Sqlite(Path(rest[1:]), clock, node)
    if separator and scheme in POSTGRES:
        return Postgres(url, clock, node, keeps_time=keeps_time)
    if separator and scheme in MYSQL:
        return Mysql(url, clock, node, keeps_time=keeps_time)
    raise OperatorError(
        f'"{url.partition("@")[2] or url}" is not a database this engine can open.',
        hint="Write sqlite:///PATH, with the path of a file, or"
        " postgresql://USER:PASSWORD@HOST/DATABASE or mysql://USER:PASSWORD@HOST/DATABASE.",
    )


def is_shared(url: str) -> bool:
    """Whether several nodes may work on the database of that URL at once."""
    return url.partition("://")[0] != "sqlite"
