"""pytest's side of the servers. ``tests/conftest.py`` makes these known to every test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.database_servers.server import Server, Standing
from tests.database_servers.shared import shared_server


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that the processes of this test run share."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def postgresql(run_folder: Path) -> Iterator[Standing]:
    """The run's PostgreSQL."""
    with shared_server("postgresql", run_folder) as standing:
        yield standing


@pytest.fixture(scope="session")
def mariadb(run_folder: Path) -> Iterator[Standing]:
    """The run's MariaDB."""
    with shared_server("mariadb", run_folder) as standing:
        yield standing


@pytest.fixture(scope="session")
def standing_server(request: pytest.FixtureRequest) -> Callable[[str], Standing]:
    """The run's server of a kind, started when it is first asked for."""

    def find(kind: str) -> Standing:
        found: Standing = request.getfixturevalue(kind)
        return found

    return find


@pytest.fixture
def fresh_database(standing_server: Callable[[str], Standing]) -> Iterator[Callable[[str], str]]:
    """Makes empty databases on the run's server of a kind; the address of each. Removed after."""
    with ExitStack() as made:

        def make(kind: str) -> str:
            server = standing_server(kind)
            name = server.make_database()
            made.callback(server.drop, name)
            return server.url(name)

        yield make


@pytest.fixture
def own_server() -> Iterator[Callable[[str], Server]]:
    """Starts durable servers of the test's own, which it may stop, kill and restart."""
    with ExitStack() as started:
        yield lambda kind: started.enter_context(Server(kind))
