"""What differs between the servers: programs, arguments, signals, and how a database is made."""

from __future__ import annotations

import os
import pwd
import signal
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal, Protocol

from tests.database_servers.programs import find, find_postgresql

Mode = Literal["fast", "immediate"]
"""How a server is ended: in order, or without writing anything more."""
ROLE = "jellyfish"
"""Whom the product's tests connect as: the owner of its databases, and nothing more."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server lives. ``directory`` is short: the path of a unix socket has a limit."""

    directory: Path
    port: int
    password: str
    """Of the administrator and of ROLE alike."""

    @property
    def data(self) -> Path:
        """The server's own files."""
        return self.directory / "data"


@dataclass(frozen=True, slots=True)
class Step:
    """A command to run once, and what stands on its input."""

    command: Sequence[str]
    said: str


class Kind(Protocol):
    """One program that serves databases."""

    @property
    def name(self) -> str:
        """As in the ids of tests."""

    @property
    def scheme(self) -> str:
        """Of the product's addresses."""

    @property
    def end_signals(self) -> Mapping[Mode, signal.Signals]:
        """What ends it, by mode."""

    def user(self) -> str:
        """Whom it runs as where the tests are run by root."""

    def initialise(self, place: Place) -> Sequence[Step]:
        """What makes its data directory, with its administrator and ROLE."""

    def command(self, place: Place, *, durable: bool) -> Sequence[str]:
        """What starts it."""

    def is_ready(self, place: Place) -> bool:
        """Whether a server that was started serves by now."""

    def client(self, place: Place, database: str) -> tuple[Sequence[str], Mapping[str, str]]:
        """A program that runs the statements of its input as administrator; its environment."""

    def create(self, name: str) -> str:
        """The statement that makes a database for ROLE."""

    def drop(self, name: str) -> str:
        """The statement that removes one, whoever is connected to it."""

    @property
    def end_connections(self) -> str:
        """The statement that ends every connection of ROLE."""


class PostgreSQL:
    """PostgreSQL. Its clock is shown in Shanghai's time: nothing may depend on that."""

    name = "postgresql"
    scheme = "postgresql"
    end_signals: ClassVar[Mapping[Mode, signal.Signals]] = {
        "fast": signal.SIGINT,
        "immediate": signal.SIGQUIT,
    }

    def user(self) -> str:
        """The package's own user; it refuses to run as root."""
        return _first_user("postgres", "nobody")

    def initialise(self, place: Place) -> Sequence[Step]:
        """Checksums are not the default before version 18. ROLE is no superuser."""
        made = [str(find_postgresql("initdb")), "--pgdata", str(place.data), "--data-checksums"]
        made += ["--username=postgres", "--auth=scram-sha-256", "--pwfile=/dev/stdin"]
        made += ["--encoding=UTF8", "--locale=C", "--no-sync"]
        alone = [str(find_postgresql("postgres")), "--single", "-D", str(place.data), "postgres"]
        role = f"CREATE ROLE {ROLE} LOGIN PASSWORD '{place.password}'"
        return [Step(made, place.password), Step(alone, role)]

    def command(self, place: Place, *, durable: bool) -> Sequence[str]:
        """Room for the connections of many nodes."""
        settings = {
            "unix_socket_directories": str(place.directory),
            "listen_addresses": "127.0.0.1",
            "port": str(place.port),
            "max_connections": "300",
            "timezone": "Asia/Shanghai",
            "log_line_prefix": "%m [%p] %d ",
        }
        if not durable:
            settings |= {"fsync": "off", "full_page_writes": "off", "wal_level": "minimal"}
            settings |= {"max_wal_senders": "0"}
        program = str(find_postgresql("postgres"))
        return [program, "-D", str(place.data), *_options("-c", settings)]

    def is_ready(self, place: Place) -> bool:
        """It writes so into its own file (miscadmin.h: LOCK_FILE_LINE_PM_STATUS).

        One that was killed has left that file: a port that answers shows that it is of today.
        """
        try:
            socket.create_connection(("127.0.0.1", place.port), timeout=5).close()
            lines = (place.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def client(self, place: Place, database: str) -> tuple[Sequence[str], Mapping[str, str]]:
        """psql, without anybody's settings."""
        options = ["-h", "127.0.0.1", "-p", str(place.port), "-U", "postgres"]
        options += ["-d", database or "postgres", "-v", "ON_ERROR_STOP=1"]
        program = str(find_postgresql("psql"))
        return [program, "-qXAt", "-F", "\t", *options], {"PGPASSWORD": place.password}

    def create(self, name: str) -> str:
        """From template0, so that nobody's connection stands in the way."""
        return f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE template0;"

    def drop(self, name: str) -> str:
        """Ends the connections to it."""
        return f"DROP DATABASE IF EXISTS {name} WITH (FORCE);"

    @property
    def end_connections(self) -> str:
        """Each by its process."""
        return f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{ROLE}';"


class MariaDB:
    """MariaDB, strict, with utf8mb4. Its clock is shown in Shanghai's time as well."""

    name = "mariadb"
    scheme = "mysql"
    end_signals: ClassVar[Mapping[Mode, signal.Signals]] = {
        "fast": signal.SIGTERM,
        "immediate": signal.SIGKILL,
    }

    def user(self) -> str:
        """The package's own user, where the whole package is installed."""
        return _first_user("mysql", "nobody")

    def initialise(self, place: Place) -> Sequence[Step]:
        """Checksums are InnoDB's default. ROLE may do everything in its databases, else nothing."""
        made = [str(find("mariadb-install-db", "mysql_install_db")), "--no-defaults", *SMALL]
        made += [f"--datadir={place.data}", "--auth-root-authentication-method=normal"]
        # In a folder that several share, one server takes another's temporary tables for waste.
        made += [f"--tmpdir={place.directory}", "--skip-test-db", "--extra-file=/dev/stdin"]
        return [
            Step(
                made,
                "FLUSH PRIVILEGES;\n"
                f"CREATE USER {ROLE}@'127.0.0.1' IDENTIFIED BY '{place.password}';\n"
                f"GRANT ALL ON `{ROLE}\\_%`.* TO {ROLE}@'127.0.0.1';\n"
                "DELETE FROM mysql.global_priv WHERE User = 'root' AND Host <> 'localhost';\n"
                f"SET PASSWORD FOR root@localhost = PASSWORD('{place.password}');\n",
            )
        ]

    def command(self, place: Place, *, durable: bool) -> Sequence[str]:
        """Room for the connections of many nodes."""
        settings = {
            "datadir": str(place.data),
            "tmpdir": str(place.directory),
            "socket": str(place.directory / "mariadb.sock"),
            "pid-file": str(place.directory / "mariadb.pid"),
            "bind-address": "127.0.0.1",
            "port": str(place.port),
            "max-connections": "300",
            "max-allowed-packet": "64M",
            "character-set-server": "utf8mb4",
            "sql-mode": "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION",
            "default-time-zone": "+08:00",
        }
        if not durable:
            settings |= {"innodb-flush-log-at-trx-commit": "0", "innodb-flush-method": "nosync"}
            settings |= {"innodb-doublewrite": "0", "innodb-file-per-table": "0"}
            settings |= {"debug-no-sync": "1"}
        program = str(find("mariadbd", "mysqld"))
        return [program, "--no-defaults", "--skip-name-resolve", *SMALL, *_long(settings)]

    def is_ready(self, place: Place) -> bool:
        """It greets whoever connects."""
        try:
            with socket.create_connection(("127.0.0.1", place.port), timeout=5) as connection:
                return bool(connection.recv(1))
        except OSError:
            return False

    def client(self, place: Place, database: str) -> tuple[Sequence[str], Mapping[str, str]]:
        """The client program, without anybody's settings."""
        options = ["--no-defaults", "--batch", "--skip-column-names", "--user=root"]
        options += [f"--socket={place.directory / 'mariadb.sock'}", database or "mysql"]
        return [str(find("mariadb", "mysql")), *options], {"MYSQL_PWD": place.password}

    def create(self, name: str) -> str:
        """With the server's character set and collation."""
        return f"CREATE DATABASE {name};"

    def drop(self, name: str) -> str:
        """Waits for nobody but transactions that are still open."""
        return f"DROP DATABASE IF EXISTS {name};"

    @property
    def end_connections(self) -> str:
        """All of the user's at once."""
        return f"KILL CONNECTION USER {ROLE};"


SMALL = ("--innodb-log-file-size=32M", "--innodb-buffer-pool-size=64M")
"""A test's database is small: a new server is ready sooner, and many take less room."""


def _options(flag: str, settings: Mapping[str, str]) -> list[str]:
    return [word for name, value in settings.items() for word in (flag, f"{name}={value}")]


def _long(settings: Mapping[str, str]) -> list[str]:
    return [f"--{name}={value}" for name, value in settings.items()]


def _first_user(*names: str) -> str:
    """The first of these users that this machine has; whoever runs the tests, if not root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in names if name in known)
