"""The servers that other tests rely on: real ones, which break as asked and stay behind never."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.database_servers import programs
from tests.database_servers.programs import ProgramMissing, find
from tests.database_servers.server import KINDS, Server, ServerFailed, Standing
from tests.database_servers.shared import shared_server
from tests.node_process import until

pytestmark = pytest.mark.parametrize("kind", list(KINDS))

TOLD = "CREATE TABLE told (n int); INSERT INTO told VALUES (1);"


def runs(pid: int) -> bool:
    """Whether a process still does something."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def keeper_of(pid: int) -> int:
    """The process that a server is a child of."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_server_comes_back_at_its_address_with_what_was_committed(
    kind: str, mode: str, own_server: Callable[[str], Server]
) -> None:
    server = own_server(kind)
    name = server.standing.make_database()
    server.standing.ask(TOLD, database=name)
    before, address = server.pid, server.standing.url(name)

    server.stop("fast" if mode == "fast" else "immediate")
    assert not runs(before)
    with pytest.raises(ServerFailed):
        server.standing.ask("SELECT 1")
    server.start()

    assert server.pid != before
    assert server.standing.url(name) == address
    assert server.standing.ask("SELECT n FROM told", database=name) == [["1"]]


def test_an_immediate_stop_is_a_crash_that_the_next_start_recovers_from(
    kind: str, own_server: Callable[[str], Server]
) -> None:
    server = own_server(kind)
    server.standing.ask(TOLD, database=server.standing.make_database())
    server.restart("immediate")

    said = server.standing.log.read_text()
    assert "was not properly shut down" in said or "Starting crash recovery" in said


def test_a_server_killed_by_a_test_can_be_started_again(
    kind: str, own_server: Callable[[str], Server]
) -> None:
    server = own_server(kind)
    os.kill(server.pid, signal.SIGKILL)
    server.restart()
    assert server.standing.ask("SELECT 1") == [["1"]]


def test_a_closed_server_leaves_neither_process_nor_file(kind: str) -> None:
    with Server(kind, durable=False) as server:
        pid, keeper, directory = server.pid, keeper_of(server.pid), server.standing.place.directory
    assert not runs(pid)
    assert not runs(keeper)
    assert not directory.exists()


STARTS_ONE = """
import sys, time
from tests.database_servers.server import Server
server = Server(sys.argv[1], durable=False)
print(server.pid, server.standing.place.directory, flush=True)
time.sleep(600)
"""


async def test_a_server_ends_with_whoever_started_it(kind: str) -> None:
    pid, directory, starter = start_elsewhere(kind)
    with starter:
        starter.kill()
    await until(lambda: not runs(pid), "the server ends")
    await until(lambda: not directory.exists(), "its directory is removed")


async def test_a_server_ends_with_its_keeper(kind: str) -> None:
    pid, directory, starter = start_elsewhere(kind)
    with starter:
        os.kill(keeper_of(pid), signal.SIGKILL)
        await until(lambda: not runs(pid), "the server ends")
        starter.kill()
    shutil.rmtree(directory)


def start_elsewhere(kind: str) -> tuple[int, Path, subprocess.Popen[str]]:
    """A server that another process started: its id, its directory, and that process."""
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTS_ONE, kind], stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    pid, directory = starter.stdout.readline().split()
    return int(pid), Path(directory), starter


async def test_all_who_ask_share_one_server_until_the_last_is_done(
    kind: str, tmp_path: Path
) -> None:
    with shared_server(kind, tmp_path) as first:
        with shared_server(kind, tmp_path) as second:
            assert second.place == first.place
        assert first.ask("SELECT 1") == [["1"]]
    await until(lambda: not first.place.directory.exists(), "the server's directory is removed")
    with shared_server(kind, tmp_path) as third:
        assert third.place.directory != first.place.directory
        assert third.ask("SELECT 1") == [["1"]]


def test_each_test_has_databases_of_its_own(
    kind: str,
    standing_server: Callable[[str], Standing],
    fresh_database: Callable[[str], str],
) -> None:
    one, other = (fresh_database(kind).rpartition("/")[2] for _ in range(2))
    server = standing_server(kind)
    server.ask(TOLD, database=one)
    server.ask(TOLD, database=other)


def test_a_program_that_is_missing_is_told_with_its_package(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(programs, "PLACES", ("/nowhere",))
    with pytest.raises(ProgramMissing, match=r"apt-get install .*postgresql.*mariadb-server-core"):
        find("mariadbd" if kind == "mariadb" else "postgres")
