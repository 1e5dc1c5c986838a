"""A console whose node dies goes on at another node of the same database, and nowhere else."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import ssl
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.connection import Address, FixedAddress, OtherNode, Others, OthersInMind, Phase
from app.environments import Environment, Environments, Tag
from app.finders import ChosenNode, OthersOfChosen, named_nodes
from app.flows.nodes import NodesFlow
from app.flows.records import RecordsFlow
from app.local_node import LocalNode
from app.models.record_filter import RecordFilter
from app.pages.nodes import NodesPage
from app.pages.records import RecordsPage
from app.session import Session
from app.settings import Settings
from app.token_store import TokenStore
from app.window import Window
from engine.api.client import ConnectionLost, look_at_certificate
from engine.api.server import Tls
from engine.api.wire import TokenRequest
from engine.config import Home
from engine.operations.certificate import make_certificate
from tests.answering_node import start_answering_node
from tests.fault_server import Answer, FaultServer
from tests.gui.conftest import START_MS, Run
from tests.gui.test_records_with_node import document
from tests.node_process import NodeProcess, start_node
from tests.sample_source import SampleSource, rows

MOVE_MS = 5_000
"""A console whose node was killed is at work again within this time."""
TAKE_OVER_MS = 60_000
"""For the work of a killed node to be another's: its lease must end."""
RECORDS = 12
pytestmark = pytest.mark.timeout(240)


@dataclass
class Hub:
    """One database: a node at work, others that answer, and a token for all of them."""

    home: Path
    stack: AsyncExitStack
    window: Window
    first: NodeProcess
    token: str
    others: OthersInMind = field(default_factory=OthersInMind)

    async def answering(self, name: str, **how: Any) -> NodeProcess:
        node = await start_answering_node(how.pop("home", self.home), name, **how)
        self.stack.push_async_callback(ended, node)
        return node

    def open(self, others: OthersInMind | None = None) -> Session:
        if others is not None:
            self.others = others
        finder = FixedAddress(Address(self.first.url, self.token))
        session = Session(finder, others=self.others)
        self.stack.push_async_callback(session.close)
        self.window.attach(session)
        session.open()
        return session


async def ended(node: NodeProcess) -> None:
    if node.process.returncode is None:
        node.process.send_signal(signal.SIGCONT)
    node.terminate()
    await node.ended()


async def killed(node: NodeProcess) -> None:
    node.kill()
    await node.ended()


@pytest.fixture
def stack(window: Window, run: Run[Any]) -> Iterator[AsyncExitStack]:
    """Closed before the window: sessions end before what they fill."""
    made = AsyncExitStack()
    yield made
    run(made.aclose())


@pytest.fixture
def hub(stack: AsyncExitStack, window: Window, tmp_path: Path, run: Run[Any]) -> Hub:
    home = tmp_path / "hub"
    node: NodeProcess = run(start_node(home))
    stack.push_async_callback(ended, node)
    assert run(node.found())
    return Hub(home, stack, window, node, run(made_token(node)))


async def made_token(node: NodeProcess) -> str:
    async with node.client() as client:
        return (await client.make_token(TokenRequest(name="console", scope="admin"))).token


def connected(session: Session, url: str) -> bool:
    return session.connection.phase is Phase.CONNECTED and session.connection.url == url


def test_the_console_goes_on_where_it_was_and_a_record_is_sent_again(
    stack: AsyncExitStack,
    window: Window,
    tmp_path: Path,
    fresh_database: Callable[[str], str],
    run: Run[Any],
    qtbot: QtBot,
) -> None:
    """Two nodes at work on one PostgreSQL database; the one the console talks to is killed."""
    source = run(stack.enter_async_context(SampleSource(rows(RECORDS))))
    target = run(stack.enter_async_context(FaultServer()))
    target.on("/in", Answer(200))
    database = fresh_database("postgresql")
    first = run(working(stack, tmp_path / "first", database, "first"))
    second = run(working(stack, tmp_path / "second", database, "second"))
    run(applied(first, document(source, target)))
    finder = FixedAddress(Address(first.url, run(made_token(first))))
    session = Session(finder, others=OthersInMind())
    stack.push_async_callback(session.close)
    window.attach(session)
    session.open()
    window.show_page("records")
    page = window.page_of(RecordsPage)
    chosen_filter = RecordFilter("orders", "erp", states=("delivered",))
    qtbot.waitUntil(lambda: synced(session) == RECORDS, timeout=TAKE_OVER_MS)
    page.filter_bar.set_filter(chosen_filter)
    qtbot.waitUntil(lambda: all_delivered(page), timeout=START_MS)
    page.table.select_row(3)
    chosen = page.chosen_rows()[0].id
    qtbot.waitUntil(lambda: len(session.others) == 1, timeout=START_MS)

    run(killed(first))
    qtbot.waitUntil(lambda: connected(session, second.url), timeout=MOVE_MS)
    banner = window.banner
    told = "first does not answer. This console is connected to second now."
    qtbot.waitUntil(lambda: told in banner.words)
    assert not banner._again.isVisible()
    assert (window.page, page.filter) == ("records", chosen_filter)
    assert [row.id for row in page.chosen_rows()] == [chosen]

    before = len(target.received)
    qtbot.keyClick(page.table, Qt.Key.Key_R)
    resending = window.flow_of(RecordsFlow).resending
    qtbot.waitUntil(
        lambda: resending.question is not None and resending.question.ready, timeout=START_MS
    )
    assert resending.question is not None
    resending.question.yes.click()
    qtbot.waitUntil(lambda: len(target.received) == before + 1, timeout=TAKE_OVER_MS)
    qtbot.mouseClick(banner.put_away, Qt.MouseButton.LeftButton)
    assert not banner.isVisible()
    page.toast.dismiss()


def all_delivered(page: RecordsPage) -> bool:
    """Whether all of them are read, and each as delivered."""
    states = [delivery.state for row in page.model.rows for delivery in row.deliveries]
    return states == ["delivered"] * RECORDS


def synced(session: Session) -> int:
    jobs = () if session.status is None else session.status.jobs
    return sum(consumer.synced for job in jobs for consumer in job.consumers)


async def working(stack: AsyncExitStack, home: Path, database: str, name: str) -> NodeProcess:
    """A node that pulls and pushes on this database."""
    node = await start_node(home, options=("--db", database, "--name", name))
    stack.push_async_callback(ended, node)
    assert await node.found()
    return node


async def applied(node: NodeProcess, job: dict[str, Any]) -> None:
    async with node.client() as client:
        await client.apply(job)


def test_a_silent_node_is_left_as_well(hub: Hub, run: Run[Any], qtbot: QtBot) -> None:
    second = run(hub.answering("second"))
    session = hub.open()
    qtbot.waitUntil(lambda: len(session.others) == 1, timeout=START_MS)
    hub.first.process.send_signal(signal.SIGSTOP)
    qtbot.waitUntil(lambda: connected(session, second.url), timeout=45_000)
    assert session.move is not None


def test_it_stays_where_it_is_when_the_first_comes_back_and_returns_when_that_one_dies(
    hub: Hub, run: Run[Any], qtbot: QtBot
) -> None:
    second = run(hub.answering("second"))
    session = hub.open()
    qtbot.waitUntil(lambda: len(session.others) == 1, timeout=START_MS)
    run(killed(hub.first))
    qtbot.waitUntil(lambda: connected(session, second.url), timeout=START_MS)
    again = run(
        start_answering_node(hub.home, "test", listen=hub.first.url.removeprefix("http://"))
    )
    hub.stack.push_async_callback(ended, again)
    run(read_anew(session))
    assert connected(session, second.url)
    run(killed(second))
    qtbot.waitUntil(lambda: connected(session, again.url), timeout=START_MS)
    assert not session.elsewhere


async def read_anew(session: Session) -> None:
    """Ask something, as pages do."""
    await session.ask(lambda node: node.nodes())


def test_where_all_are_dead_it_says_so_and_goes_on_when_one_comes_back(
    hub: Hub, run: Run[Any], qtbot: QtBot
) -> None:
    second = run(hub.answering("second"))
    session = hub.open()
    qtbot.waitUntil(lambda: len(session.others) == 1, timeout=START_MS)
    for node in (second, hub.first):
        run(killed(node))
    banner = hub.window.banner
    qtbot.waitUntil(
        lambda: "The other node of its database does not answer either." in banner.words,
        timeout=START_MS,
    )
    assert f"No node answers at {hub.first.url}." in banner.words
    back = run(hub.answering("second", listen=second.url.removeprefix("http://")))
    qtbot.waitUntil(lambda: connected(session, back.url), timeout=START_MS)


# ---------------------------------------------------------------- where it never goes
def test_a_node_of_another_database_is_refused(
    hub: Hub, run: Run[Any], qtbot: QtBot, tmp_path: Path
) -> None:
    session = hub.open()
    qtbot.waitUntil(lambda: session.node is not None, timeout=START_MS)
    run(killed(hub.first))
    foreign = tmp_path / "foreign"
    shutil.copytree(hub.home, foreign)  # it knows the token as well
    with closing(sqlite3.connect(foreign / "jellyfish.db")) as database, database:
        database.execute("UPDATE meta SET value = 'feedbeef' WHERE name = 'ledger_id'")
    other = run(hub.answering("other", home=foreign))
    assert session.node is not None
    hub.others.learn(Others(session.node.ledger_id, (OtherNode("other", other.url),)))
    qtbot.waitUntil(
        lambda: "other serves another database now." in hub.window.banner.words, timeout=START_MS
    )
    with pytest.raises(ConnectionLost, match="serves another database"):
        run(session.go_to(OtherNode("other", other.url)))
    assert session.connection.phase is not Phase.CONNECTED


class TlsEar:
    """Speaks TLS with its own certificate, and hears what comes after the handshake."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.heard = b""

    async def start(self) -> str:
        files = certificate(self._folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files.certificate, files.key)
        self._server = await asyncio.start_server(self._hear, "127.0.0.1", 0, ssl=context)
        return f"https://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        self._server.close()

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.heard += await reader.read(65536)
        except OSError:
            pass
        finally:
            writer.transport.abort()


def certificate(folder: Path) -> Tls:
    home = Home(folder).make()
    text, key = make_certificate(["127.0.0.1"], days=2, now=1_760_000_000_000)
    home.certificate_file.write_text(text)
    home.certificate_key_file.write_text(key)
    return Tls(home.certificate_file, home.certificate_key_file)


def test_a_changed_certificate_is_refused_before_the_token_goes_out(
    hub: Hub, run: Run[Any], qtbot: QtBot, tmp_path: Path, stack: AsyncExitStack
) -> None:
    ear = TlsEar(tmp_path / "ear")
    url = run(ear.start())
    stack.push_async_callback(ear.stop)
    session = hub.open()
    qtbot.waitUntil(lambda: session.node is not None, timeout=START_MS)
    run(killed(hub.first))
    hub.others.learn(Others("", (OtherNode("masked", url, "ab" * 32),)))
    qtbot.waitUntil(
        lambda: "masked has another certificate than its database tells" in hub.window.banner.words,
        timeout=START_MS,
    )
    assert ear.heard == b""
    assert session.connection.phase is not Phase.CONNECTED


def test_a_node_with_tls_is_gone_to_by_the_certificate_its_database_tells(
    hub: Hub, run: Run[Any], qtbot: QtBot, tmp_path: Path
) -> None:
    secure = run(hub.answering("secure", tls=certificate(tmp_path / "tls")))
    assert run(look_at_certificate(secure.url)) == secure.fingerprint
    session = hub.open()
    known = OtherNode("secure", secure.url, secure.fingerprint)
    qtbot.waitUntil(lambda: session.others == (known,), timeout=START_MS)
    run(killed(hub.first))
    qtbot.waitUntil(lambda: connected(session, secure.url), timeout=START_MS)


# ---------------------------------------------------------------- a change whose answer is lost
class Swallower:
    """Passes requests on to a node until the first change: that one arrives, its answer does not,
    and nothing answers here any more.
    """

    def __init__(self, to: str) -> None:
        self._to = to
        self._open: set[asyncio.Task[None]] = set()
        self.changes = 0

    async def start(self) -> str:
        self._server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        self._server.close()
        for task in self._open - {asyncio.current_task()}:
            task.cancel()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        host, _, port = self._to.removeprefix("http://").rpartition(":")
        to_reader, to_writer = await asyncio.open_connection(host, int(port))
        back = asyncio.ensure_future(self._back(to_reader, writer))
        try:
            while data := await reader.read(65536):
                if data.startswith(b"PUT "):
                    self.changes += 1
                    back.cancel()
                    await asyncio.wait({back})
                    to_writer.write(data)
                    await to_reader.read(65536)
                    await self.stop()
                    return
                to_writer.write(data)
        except (OSError, asyncio.CancelledError):
            return
        finally:
            back.cancel()
            writer.transport.abort()
            to_writer.transport.abort()
            self._open.discard(task)

    async def _back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
        writer.transport.abort()


def test_a_change_whose_answer_is_lost_is_not_sent_to_the_next_node(
    hub: Hub, run: Run[Any], qtbot: QtBot, stack: AsyncExitStack, tmp_path: Path
) -> None:
    second = run(hub.answering("second", tls=certificate(tmp_path / "tls")))
    swallower = Swallower(hub.first.url)
    url = run(swallower.start())
    stack.push_async_callback(swallower.stop)
    session = Session(FixedAddress(Address(url, hub.token)), others=OthersInMind())
    stack.push_async_callback(session.close)
    hub.window.attach(session)
    session.open()
    qtbot.waitUntil(lambda: len(session.others) == 1, timeout=START_MS)

    with pytest.raises(ConnectionLost) as lost:
        run(session.ask(lambda node: node.set_secret("key", "value")))
    assert "It may have been done all the same" in lost.value.hint
    qtbot.waitUntil(lambda: connected(session, second.url), timeout=START_MS)
    audit = run(session.ask(lambda node: node.audit(what="set secret")))
    assert (swallower.changes, len(audit.entries)) == (1, 1)


# ---------------------------------------------------------------- by hand, and after a start
def test_another_node_is_connected_to_by_hand(hub: Hub, run: Run[Any], qtbot: QtBot) -> None:
    second = run(hub.answering("second"))
    session = hub.open()
    hub.window.navigator.nodes()
    page = hub.window.page_of(NodesPage)
    qtbot.waitUntil(lambda: page.model.rowCount() == 2, timeout=START_MS)
    assert not page.go.isVisible()  # the own one is chosen
    page.table.select_row(0)
    qtbot.waitUntil(lambda: page.go.isVisible() and page.go.isEnabled())
    qtbot.mouseClick(page.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: connected(session, second.url), timeout=START_MS)
    assert "This console is connected to second now." in page.toast.words
    assert not hub.window.banner.isVisible()
    qtbot.waitUntil(lambda: not page.go.isVisible(), timeout=START_MS)

    choices = {one.words: one.run for one in hub.window.flow_of(NodesFlow).choices()}
    choices["Connect to node test"]()
    qtbot.waitUntil(lambda: connected(session, hub.first.url), timeout=START_MS)
    assert not session.elsewhere
    page.toast.dismiss()


def test_what_is_known_of_the_others_outlives_the_console(
    hub: Hub, settings: Settings, run: Run[Any], qtbot: QtBot, tmp_path: Path
) -> None:
    second = run(hub.answering("second"))
    environments = Environments(settings)
    environments.put(Environment("Production", hub.first.url, Tag.PRODUCTION))
    environments.choose("Production")
    no_keyring = {**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    tokens = TokenStore(tmp_path / "tokens.json", no_keyring)
    run(tokens.put("Production", hub.token))

    def opened() -> Session:
        finder = ChosenNode(environments, tokens, LocalNode())
        session = Session(finder, others=OthersOfChosen(environments))
        hub.stack.push_async_callback(session.close)
        session.open()
        return session

    session = opened()
    qtbot.waitUntil(lambda: len(session.others) == 1, timeout=START_MS)
    run(session.close())
    run(killed(hub.first))
    kept = Environments(settings).chosen
    assert kept is not None
    assert kept.others.nodes == (OtherNode("second", second.url),)

    session = opened()
    qtbot.waitUntil(lambda: connected(session, second.url), timeout=START_MS)
    assert session.move is not None
    assert session.move.before == hub.first.url
    environments.choose("")
    assert (session.others, session.roams) == ((), False)
    environments.choose("Production")


def test_nodes_named_at_the_start_stand_in_for_each_other(run: Run[Any]) -> None:
    finder, others = named_nodes(["http://127.0.0.1:1,http://127.0.0.1:2"], [], "t")
    assert run(finder.address()) == Address("http://127.0.0.1:1", "t")
    assert [one.url for one in others.nodes] == ["http://127.0.0.1:2"]
