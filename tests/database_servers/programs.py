"""Where the servers' programs are. A missing one is an error that names its package."""

from __future__ import annotations

import shutil
from pathlib import Path

PACKAGES = "postgresql mariadb-server-core mariadb-client-core faketime"
PLACES = ("/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/usr/libexec")
"""Servers are not on everybody's search path."""


class ProgramMissing(Exception):
    """A program that the tests cannot do without is not installed."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The tests run on real database servers, and {name} is not installed."
            f" On Debian or Ubuntu: sudo apt-get install {PACKAGES}"
        )


def find(*names: str) -> Path:
    """The first of these programs that is installed. Raises ProgramMissing."""
    for name in names:
        found = shutil.which(name) or shutil.which(name, path=":".join(PLACES))
        if found is not None:
            return Path(found)
    raise ProgramMissing(names[0])


def find_postgresql(name: str) -> Path:
    """A program of the newest PostgreSQL there is. Raises ProgramMissing."""
    installed = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    for server in sorted(installed, key=_version_of, reverse=True):
        if (server.parent / name).exists():
            return server.parent / name
    return find(name)


def _version_of(server: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in server.parts[-3].split(".") if part.isdigit())
