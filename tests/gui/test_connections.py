"""Connections to other nodes: kept, tried over real TLS, trusted once, switched between."""

from __future__ import annotations

import asyncio
import os
import ssl
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.connection import Phase
from app.desktop import Desktop
from app.environments import BadEnvironment, Environment, Environments, Tag
from app.flows.nodes import NodesFlow
from app.flows.operations import Operations
from app.pages.connect_dialog import ConnectDialog
from app.pages.nodes import NodesPage
from app.pages.overview import OverviewPage
from app.session import Session
from app.settings import Settings
from app.shown import grouped
from app.token_store import TokenStore
from tests.gui.conftest import START_MS, Run
from tests.node_process import NodeProcess, start_node
from tests.unit.http.certificates import make_certificates


# ---------------------------------------------------------------- saved connections
def test_connections_are_kept_in_their_order(settings: Settings) -> None:
    kept = Environments(settings)
    kept.put(Environment("test", "https://t:1", Tag.TEST))
    kept.put(Environment("生产", "https://p:1", Tag.PRODUCTION, "ab"))
    kept.choose("test")
    kept.put(Environment("bench", "https://t:2"), instead_of="test")
    again = Environments(settings)
    assert [one.name for one in again.all()] == ["bench", "生产"]
    assert again.chosen == Environment("bench", "https://t:2")
    again.remove("bench")
    assert Environments(settings).chosen is None
    settings.environments = '[{"name": 3}, "x", {"name": "", "url": "", "tag": "?"}]'
    assert again.all() == []


@pytest.mark.parametrize(
    ("name", "url", "sentence"),
    [
        ("", "https://a:1", "Give the connection a name."),
        ("taken", "https://a:1", "There is a connection named “taken” already."),
        ("a", "node.example", "Write the address as https://HOST:PORT"),
        ("a", "https://a:1/x?token=1", "Write the address as https://HOST:PORT"),
        ("a", "https://a:99999", "Write the address as https://HOST:PORT"),
        ("a", "https://a", "Write the port too"),
        ("a", "http://10.1.2.3:7077", "the token would travel unprotected"),
    ],
)
def test_what_is_no_connection_is_told(
    settings: Settings, name: str, url: str, sentence: str
) -> None:
    kept = Environments(settings)
    kept.put(Environment("taken", "https://x:1"))
    with pytest.raises(BadEnvironment) as refused:
        kept.checked(name, url, Tag.NONE)
    assert sentence in str(refused.value)


def test_this_machine_needs_no_certificate(settings: Settings) -> None:
    for host in ("127.0.0.1", "localhost", "[::1]"):
        url = f"http://{host}:7077"
        assert Environments(settings).checked("a", url, Tag.NONE).url == url


# ---------------------------------------------------------------- tokens
def test_tokens_are_kept_in_a_file_of_this_user_where_there_is_no_keyring(
    tmp_path: Path, run: Run[Any]
) -> None:
    environ = {**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    file = tmp_path / "deep" / "tokens.json"
    store = TokenStore(file, environ)
    run(store.put("生产", "jf_1"))
    run(store.put("test", "jf_2"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert run(TokenStore(file, environ).get("生产")) == "jf_1"
    run(store.delete("生产"))
    assert (run(store.get("生产")), run(store.get("test"))) == ("", "jf_2")
    run(store.delete("test"))
    assert not file.exists()


def test_tokens_go_to_the_keyring_where_there_is_one(tmp_path: Path, run: Run[Any]) -> None:
    environ = {
        **os.environ,
        "PYTHON_KEYRING_BACKEND": "tests.gui.plain_keyring.PlainKeyring",
        "PLAIN_KEYRING": str(tmp_path / "ring.json"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    file = tmp_path / "tokens.json"
    store = TokenStore(file, environ)
    run(store.put("far", "jf_1"))
    assert not file.exists()
    assert "jf_1" in (tmp_path / "ring.json").read_text()
    assert run(store.get("far")) == "jf_1"
    run(store.delete("far"))
    assert run(store.get("far")) == ""


# ---------------------------------------------------------------- over TLS to a real node
class TlsDoor:
    """A TLS socket in front of a node; ``replace`` gives it another certificate."""

    def __init__(self, folder: Path, node: NodeProcess) -> None:
        self._folder, self._node = folder, node
        self._number = 0
        self._open: set[asyncio.Task[None]] = set()
        self.url = ""

    async def open(self, port: int = 0) -> None:
        self._number += 1
        folder = self._folder / f"certificate-{self._number}"
        folder.mkdir()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(make_certificates(folder).server_pem)
        self._server = await asyncio.start_server(self._join, "127.0.0.1", port, ssl=context)
        self.url = f"https://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def replace(self) -> None:
        await self.close()
        await self.open(int(self.url.rpartition(":")[2]))

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        host, _, port = self._node.url.removeprefix("http://").rpartition(":")
        to_reader, to_writer = await asyncio.open_connection(host, int(port))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_pipe(reader, to_writer))
                group.create_task(_pipe(to_reader, writer))
        except* OSError:
            pass
        finally:
            for each in (writer, to_writer):
                each.transport.abort()
            self._open.discard(task)


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    raise ConnectionResetError


@pytest.fixture
def far(tmp_path: Path, run: Run[Any]) -> Iterator[NodeProcess]:
    node = run(start_node(tmp_path / "far"))
    assert run(node.found())
    yield node
    node.terminate()
    run(node.ended())


@pytest.fixture
def door(tmp_path: Path, far: NodeProcess, run: Run[Any]) -> Iterator[TlsDoor]:
    made = TlsDoor(tmp_path, far)
    run(made.open())
    yield made
    run(made.close())


def filled(desktop: Desktop, qtbot: QtBot, door: TlsDoor, token: str) -> ConnectDialog:
    desktop.window.navigator.nodes()
    page = desktop.window.page_of(NodesPage)
    qtbot.mouseClick(page.connections.add, Qt.MouseButton.LeftButton)
    dialog = desktop.window.flow_of(NodesFlow).connections.dialog
    assert dialog is not None
    dialog.name.setText("Production")
    dialog.url.setText(door.url)
    dialog.token.setText(token)
    dialog._tags.button(list(Tag).index(Tag.PRODUCTION)).setChecked(True)
    return dialog


def session_of(desktop: Desktop) -> Session:
    assert desktop._session is not None
    return desktop._session


def test_a_node_is_added_its_certificate_trusted_once_and_refused_on_a_change(
    desktop: Desktop, far: NodeProcess, door: TlsDoor, qtbot: QtBot, run: Run[Any]
) -> None:
    home = session_of(desktop).connection.url
    dialog = filled(desktop, qtbot, door, "jf_wrong")
    qtbot.mouseClick(dialog.test, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.trust.isVisible)
    assert "Nobody known vouches" in dialog.words
    assert dialog._code.text() == grouped(dialog._offered)
    qtbot.mouseClick(dialog.trust, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "token" in dialog.words)
    assert not dialog.trust.isVisible()

    dialog.token.setText(far.token)
    qtbot.mouseClick(dialog.test, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.words.startswith("It works: node test,"))
    with qtbot.waitSignal(desktop.rebuilt, timeout=START_MS):
        qtbot.mouseClick(dialog.yes, Qt.MouseButton.LeftButton)
    session = session_of(desktop)
    qtbot.waitUntil(lambda: session.connection.phase is Phase.CONNECTED, timeout=START_MS)
    assert session.connection.url == door.url
    assert desktop.window.strip.isVisible()
    assert desktop.window.top.pill.accessibleName() == "Production · sqlite"
    assert desktop.window.windowTitle() == "Production · Data JellyFish"
    assert desktop.window.page == "nodes"

    run(door.replace())
    banner = desktop.window.banner
    qtbot.waitUntil(lambda: "not the one you trusted" in banner.words, timeout=START_MS)

    with qtbot.waitSignal(desktop.rebuilt):
        desktop.window.navigator.choose_environment("")
    qtbot.waitUntil(lambda: session.connection.phase is Phase.CONNECTED, timeout=START_MS)
    assert session.connection.url == home
    assert not desktop.window.strip.isVisible()


def test_another_node_shows_nothing_of_the_one_before(
    desktop: Desktop, far: NodeProcess, door: TlsDoor, qtbot: QtBot, run: Run[Any]
) -> None:
    async def apply() -> None:
        session = session_of(desktop)
        await session.ask(lambda node: node.apply(document()))

    run(apply())
    before = Operations.of(session_of(desktop))
    qtbot.waitUntil(lambda: desktop.window.page_of(OverviewPage).model.rowCount() == 1)
    dialog = filled(desktop, qtbot, door, far.token)
    qtbot.mouseClick(dialog.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.trust.isVisible)
    qtbot.mouseClick(dialog.trust, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.words.startswith("It works"))
    with qtbot.waitSignal(desktop.rebuilt, timeout=START_MS):
        qtbot.mouseClick(dialog.yes, Qt.MouseButton.LeftButton)
    overview = desktop.window.page_of(OverviewPage)
    assert overview.model.rowCount() == 0
    assert Operations.of(session_of(desktop)) is not before
    desktop.window.show_page("overview")
    qtbot.waitUntil(overview.welcome.isVisible, timeout=START_MS)


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
