"""What goes wrong under the open console: each has a sentence, a way out, and heals by itself."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.connection import Address, Finder, FixedAddress, Phase
from app.local_node import LocalNode
from app.session import Session
from app.troubles import Way, notice
from app.versions import own_version
from app.window import Window
from engine.api.client import NodeClient
from engine.store.migrations.step import Step
from tests.gui import sample
from tests.gui.conftest import START_MS, Console, Run
from tests.next_version import VERSION, next_version
from tests.node_process import NodeProcess, start_node

GIVE_UP_MS = 40_000
pytestmark = pytest.mark.timeout(150)  # each starts processes and waits for what goes wrong

Open = Callable[[Finder], Session]


@pytest.fixture
def opened(window: Window, run: Run[Any]) -> Iterator[Open]:
    """Opens the window on an address, or on a finder."""
    sessions: list[Session] = []

    def open_session(finder: Finder) -> Session:
        session = Session(finder)
        sessions.append(session)
        window.attach(session)
        session.open()
        return session

    yield open_session
    for session in sessions:
        run(session.close())


@pytest.fixture
def nodes(run: Run[Any]) -> Iterator[list[NodeProcess]]:
    """Node processes to end afterwards."""
    made: list[NodeProcess] = []
    yield made
    for node in made:
        if node.process.returncode is None:
            node.process.send_signal(signal.SIGCONT)
        node.terminate()
        run(node.ended())


def started(run: Run[Any], nodes: list[NodeProcess], home: Path, **how: Any) -> NodeProcess:
    node: NodeProcess = run(start_node(home, **how))
    nodes.append(node)
    assert run(node.found())
    return node


def says(window: Window, words: str) -> Callable[[], bool]:
    return lambda: words in window.banner.words


def quiet(window: Window, session: Session) -> Callable[[], bool]:
    return lambda: session.connection.phase is Phase.CONNECTED and not window.banner.isVisible()


# ---------------------------------------------------------------- the connection
def test_a_killed_node_and_its_restart_on_the_same_address(
    window: Window,
    opened: Open,
    nodes: list[NodeProcess],
    tmp_path: Path,
    run: Run[Any],
    qtbot: QtBot,
) -> None:
    node = started(run, nodes, tmp_path)
    token = run(made_token(node))
    session = opened(FixedAddress(Address(node.url, token)))
    qtbot.waitUntil(quiet(window, session), timeout=START_MS)
    node.kill()
    qtbot.waitUntil(window.banner.isVisible, timeout=2000)
    qtbot.waitUntil(says(window, f"No node answers at {node.url}."), timeout=START_MS)
    assert window.banner.way.text() == "Connections…"
    assert window.top.pill.accessibleName() == "Not connected"

    started(run, nodes, tmp_path, listen=node.url.removeprefix("http://"))
    qtbot.waitUntil(quiet(window, session), timeout=START_MS)
    assert window.top.pill.accessibleName() == "test · sqlite"


async def made_token(node: NodeProcess) -> str:
    from engine.api.wire import TokenRequest

    async with node.client() as client:
        return (await client.make_token(TokenRequest(name="console", scope="admin"))).token


def test_a_node_that_falls_silent_is_noticed_and_comes_back(
    window: Window,
    opened: Open,
    nodes: list[NodeProcess],
    tmp_path: Path,
    run: Run[Any],
    qtbot: QtBot,
) -> None:
    node = started(run, nodes, tmp_path)
    session = opened(FixedAddress(Address(node.url, node.token)))
    qtbot.waitUntil(quiet(window, session), timeout=START_MS)
    node.process.send_signal(signal.SIGSTOP)
    qtbot.waitUntil(says(window, "did not answer in time."), timeout=GIVE_UP_MS)
    node.process.send_signal(signal.SIGCONT)
    qtbot.waitUntil(quiet(window, session), timeout=GIVE_UP_MS)


def test_a_connection_that_is_cut_heals(
    window: Window,
    opened: Open,
    nodes: list[NodeProcess],
    tmp_path: Path,
    run: Run[Any],
    qtbot: QtBot,
) -> None:
    node = started(run, nodes, tmp_path)
    wire = Wire(node.url)
    run(wire.open())
    session = opened(FixedAddress(Address(wire.url, node.token)))
    qtbot.waitUntil(quiet(window, session), timeout=START_MS)
    run(wire.cut())
    qtbot.waitUntil(window.banner.isVisible, timeout=2000)
    assert "broke off" in window.banner.words or "No node answers" in window.banner.words
    run(wire.open())
    qtbot.waitUntil(quiet(window, session), timeout=START_MS)
    run(session.close())
    run(wire.cut())


class Wire:
    """Passes bytes on to a node, until it is cut."""

    def __init__(self, to: str) -> None:
        self._to = to
        self._ends: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.url = ""

    async def open(self) -> None:
        port = int(self.url.rpartition(":")[2]) if self.url else 0
        self._server = await asyncio.start_server(self._join, "127.0.0.1", port)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def cut(self) -> None:
        self._server.close()
        for end in self._ends:
            end.transport.abort()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._ends.clear()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, _, port = self._to.removeprefix("http://").rpartition(":")
        other_reader, other = await asyncio.open_connection(host, int(port))
        self._ends |= {writer, other}
        for source, into in ((reader, other), (other_reader, writer)):
            task = asyncio.ensure_future(_pass_on(source, into))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.transport.abort()


def test_a_wrong_token_leads_to_the_connections(
    window: Window,
    opened: Open,
    nodes: list[NodeProcess],
    tmp_path: Path,
    run: Run[Any],
    qtbot: QtBot,
) -> None:
    node = started(run, nodes, tmp_path)

    class Changing(FixedAddress):
        token = "jf_wrong"

        async def address(self) -> Address:
            return Address(node.url, self.token)

    finder = Changing(Address(node.url, ""))
    session = opened(finder)
    qtbot.waitUntil(says(window, "token"), timeout=START_MS)
    assert window.banner.way.text() == "Connections…"
    qtbot.mouseClick(window.banner.way, Qt.MouseButton.LeftButton)
    assert window.page == "nodes"
    finder.token = node.token
    qtbot.waitUntil(quiet(window, session), timeout=START_MS)


def test_another_program_on_the_port_is_told_apart(
    window: Window,
    opened: Open,
    nodes: list[NodeProcess],
    tmp_path: Path,
    run: Run[Any],
    qtbot: QtBot,
) -> None:
    other = subprocess.Popen(
        [sys.executable, "-m", "http.server", "0", "--bind", "127.0.0.1"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        text=True,
    )
    try:
        assert other.stdout is not None
        url = other.stdout.readline().partition("(")[2].partition("/)")[0]
        session = opened(FixedAddress(Address(url, "t")))
        qtbot.waitUntil(says(window, "did not come from a Data JellyFish node"), timeout=START_MS)
        assert "another program answers there" in window.banner.words
    finally:
        other.terminate()
        other.wait(10)
        assert other.stdout is not None
        other.stdout.close()
    qtbot.waitUntil(says(window, "No node answers"), timeout=START_MS)
    home = tmp_path / "home"
    node = started(run, nodes, home, listen=url.removeprefix("http://"))
    session._route.finder = FixedAddress(Address(node.url, node.token))
    qtbot.waitUntil(quiet(window, session), timeout=START_MS)


def test_another_version_of_the_node_is_told_and_works_on(console: Console, qtbot: QtBot) -> None:
    console.node.node = sample.NODE.model_copy(update={"version": "9.4.0"})
    console.node.stop()
    qtbot.waitUntil(says(console.window, "No node answers"))
    console.node.start()
    qtbot.waitUntil(says(console.window, "the node is version 9.4.0."), timeout=START_MS)
    assert console.session.connection.phase is Phase.CONNECTED
    assert not console.window.banner._again.isVisible()
    console.node.node = sample.NODE
    console.node.stop()
    qtbot.waitUntil(says(console.window, "No node answers"))
    console.node.start()
    qtbot.waitUntil(lambda: not console.window.banner.isVisible(), timeout=START_MS)


def test_a_correction_of_the_version_is_no_trouble(console: Console) -> None:
    connection = console.session.connection
    for other in ("0.1.0", "0.1.9", "?"):
        node = sample.NODE.model_copy(update={"version": other})
        assert notice(connection, node, None, "0.1.0") is None
    later = notice(connection, sample.NODE.model_copy(update={"version": "0.2"}), None, "0.1.0")
    assert later is not None
    assert later.way is Way.NONE


# ---------------------------------------------------------------- the database
def command(*more: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "engine.cli", "node", "--listen", "127.0.0.1:0", *more)


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "JELLYFISH_HOME": str(tmp_path / "home"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }


@pytest.fixture
def local(environ: dict[str, str], run: Run[Any]) -> Iterator[Callable[..., LocalNode]]:
    """Makes this computer's node; request it before ``opened``, which must let go of it first."""
    made: list[LocalNode] = []

    def make(*more: str) -> LocalNode:
        made.append(LocalNode(command(*more), environ))
        return made[-1]

    yield make
    for one in made:
        run(one.stop())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    made = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(place)]
    try:
        subprocess.run(made, check=True, capture_output=True, timeout=10)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only root can make a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True, timeout=10)


def test_a_full_disk_has_its_sentence_and_work_goes_on_when_there_is_room(
    window: Window,
    small_disk: Path,
    local: Callable[..., LocalNode],
    opened: Open,
    qtbot: QtBot,
) -> None:
    session = opened(local("--db", f"sqlite:///{small_disk}/jellyfish.db"))
    qtbot.waitUntil(quiet(window, session), timeout=START_MS)
    filler = small_disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 4096)
    qtbot.waitUntil(says(window, "is full; nothing more can be stored."), timeout=START_MS)
    assert "Free some space; work goes on by itself." in window.banner.words
    assert session.connection.phase is Phase.CONNECTED
    filler.unlink()
    qtbot.waitUntil(quiet(window, session), timeout=START_MS)


def test_a_database_that_is_taken_away_stops_the_work_until_it_is_back(
    window: Window,
    local: Callable[..., LocalNode],
    opened: Open,
    tmp_path: Path,
    run: Run[Any],
    qtbot: QtBot,
) -> None:
    place, away = tmp_path / "db" / "jellyfish.db", tmp_path / "away.db"
    session = opened(local("--db", f"sqlite:///{place}"))
    qtbot.waitUntil(quiet(window, session), timeout=START_MS)
    run(session.ask(lambda node: node.apply(document())))
    place.rename(away)
    qtbot.waitUntil(says(window, "is not at its place any more."), timeout=START_MS)
    assert "Put the file back as it was" in window.banner.words

    async def happening() -> str:
        status = await session.ask(lambda node: node.status())
        return status.jobs[0].consumers[0].happening

    assert "is not at its place any more" in run(happening())
    away.rename(place)
    qtbot.waitUntil(quiet(window, session), timeout=START_MS)
    assert "is not at its place" not in run(happening())


def document() -> dict[str, Any]:
    return {
        "job": "orders",
        "producer": {
            "kind": "http_pull",
            "mode": "full",
            "request": {"url": "http://127.0.0.1:9/orders"},
        },
        "ledger": {"key": "record.id"},
        "consumers": [{"name": "erp", "request": {"url": "http://127.0.0.1:9/erp"}}],
    }


def test_a_newer_database_is_refused_and_opened_when_it_fits_again(
    window: Window,
    local: Callable[..., LocalNode],
    opened: Open,
    nodes: list[NodeProcess],
    tmp_path: Path,
    run: Run[Any],
    qtbot: QtBot,
) -> None:
    home = tmp_path / "home"
    node = started(run, nodes, home)
    node.terminate()
    run(node.ended())
    (place,) = home.glob("*.db")
    known = rewritten(place, 9999)
    session = opened(local())
    qtbot.waitUntil(says(window, "The local node did not start."), timeout=START_MS)
    assert "written by a newer version of Data JellyFish" in window.banner.words
    assert "Install the newer version, or choose another database." in window.banner.words
    assert window.banner.way.text() == "Open its log"
    rewritten(place, known)
    qtbot.waitUntil(quiet(window, session), timeout=GIVE_UP_MS)


def test_a_node_of_another_version_is_told_until_it_is_the_same(
    window: Window,
    opened: Open,
    nodes: list[NodeProcess],
    tmp_path: Path,
    run: Run[Any],
    qtbot: QtBot,
) -> None:
    step = Step(sqlite=("CREATE TABLE later (id INTEGER) STRICT",), additive=True)
    home = tmp_path / "home"
    node = started(run, nodes, home, code=next_version(tmp_path, step))
    session = opened(FixedAddress(Address(node.url, run(made_token(node)))))
    told = f"This console is version {own_version()}, the node is version {VERSION}."
    qtbot.waitUntil(says(window, told), timeout=START_MS)
    assert "Some things may not work until both are the same." in window.banner.words
    assert not window.banner.way.isVisible()
    assert session.connection.phase is Phase.CONNECTED, "it works all the same"

    node.terminate()
    run(node.ended())
    started(run, nodes, home, listen=node.url.removeprefix("http://"))
    qtbot.waitUntil(quiet(window, session), timeout=GIVE_UP_MS)


def rewritten(place: Path, schema: int) -> int:
    """Another number of the schema whose program may work on it; the one before."""
    with closing(sqlite3.connect(place)) as database, database:
        (before,) = database.execute("SELECT value FROM meta WHERE name = 'needs'").fetchone()
        database.execute("UPDATE meta SET value = ? WHERE name = 'needs'", (str(schema),))
    return int(before)


def test_a_drained_node_is_told_with_the_way_to_the_nodes(
    window: Window,
    opened: Open,
    nodes: list[NodeProcess],
    tmp_path: Path,
    run: Run[Any],
    qtbot: QtBot,
) -> None:
    node = started(run, nodes, tmp_path)
    session = opened(FixedAddress(Address(node.url, node.token)))
    qtbot.waitUntil(quiet(window, session), timeout=START_MS)
    run(drained(node.client()))
    qtbot.waitUntil(says(window, "This node is drained: it takes no work."), timeout=START_MS)
    assert window.banner.property("state") == "retrying"
    qtbot.mouseClick(window.banner.way, Qt.MouseButton.LeftButton)
    assert window.page == "nodes"
    run(session.ask(lambda one: one.undrain_node("test")))
    qtbot.waitUntil(quiet(window, session), timeout=START_MS)


async def drained(client: NodeClient) -> None:
    async with client:
        while not await client.nodes():
            await asyncio.sleep(0.02)
        await client.drain_node("test")
