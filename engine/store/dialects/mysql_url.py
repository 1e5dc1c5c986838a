"""The address of a database on a MySQL or MariaDB server, and the way to its socket."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from engine.core.errors import OperatorError

PORT = 3306
UNANSWERED_MS = 10_000
"""How long what was sent may stay unacknowledged before the connection counts as lost."""
_KEPT_ALIVE = (("TCP_KEEPIDLE", 5), ("TCP_KEEPINTVL", 2), ("TCP_KEEPCNT", 3))
_OPTIONS = ("ssl_ca", "ssl_cert", "ssl_key", "unix_socket")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is, and as whom we go there."""

    host: str
    port: int
    user: str
    password: str
    database: str
    files: dict[str, str]
    """Of TLS, by the driver's names, and ``unix_socket``."""

    @property
    def place(self) -> str:
        """Host, port and database, without who we are there."""
        return f"{self.host}:{self.port}/{self.database}"

    def options(self) -> dict[str, Any]:
        """What the driver wants to know."""
        tls: dict[str, Any] = {
            name: path for name, path in self.files.items() if name != "unix_socket"
        }
        if tls:
            tls |= {"ssl_verify_cert": True, "ssl_verify_identity": True}
        return {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "password": self.password,
            "database": self.database,
            **tls,
        }

    def socket(self, timeout_s: float) -> socket.socket:
        """A connected socket on which a silent server is noticed."""
        path = self.files.get("unix_socket")
        if path is not None:
            local = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            local.connect(path)
            return local
        made = socket.create_connection((self.host, self.port), timeout_s)
        made.settimeout(None)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        with suppress(AttributeError, OSError):  # not every system has these
            for name, value in _KEPT_ALIVE:
                made.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNANSWERED_MS)
        return made


def address_of(url: str) -> Address:
    """Take ``mysql://USER:PASSWORD@HOST:PORT/DATABASE`` apart; OperatorError if that fails."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORT
    except ValueError:
        raise _unreadable("its port is no number") from None
    database = unquote(parts.path.removeprefix("/"))
    if not database:
        raise _unreadable("it names no database")
    files = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    unknown = next((name for name in files if name not in _OPTIONS), None)
    if unknown is not None:
        raise _unreadable(f'it has "{unknown}", which is none of {", ".join(_OPTIONS)}')
    return Address(
        parts.hostname or "localhost",
        port,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        database,
        files,
    )


def _unreadable(why: str) -> OperatorError:
    return OperatorError(
        f"The database's URL cannot be read: {why}.",
        hint="Write mysql://USER:PASSWORD@HOST:PORT/DATABASE.",
    )
