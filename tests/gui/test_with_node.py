"""The console on a real node: started as its child, fed by a real source, read and resent from."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.connection import NoNode, Phase
from app.flows.records import RecordsFlow
from app.local_node import LocalNode
from app.models.records import Column
from app.pages.overview import OverviewPage
from app.pages.record_detail import Tab
from app.pages.records import RecordsPage
from app.session import Session
from app.window import Window
from engine.api.client import NodeClient, read_local_node
from tests.fault_server import Answer, FaultServer
from tests.gui.conftest import Run
from tests.sample_source import SampleSource, rows

ROOT = Path(__file__).parents[2]
START_MS = 30_000


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A data directory of its own, on a port the system chooses."""
    return {
        **os.environ,
        "JELLYFISH_HOME": str(tmp_path / "home"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }


@pytest.fixture
def local(environ: dict[str, str], run: Run[None]) -> Iterator[LocalNode]:
    """A local node that nobody has started yet."""
    command = (sys.executable, "-m", "engine.cli", "node", "--listen", "127.0.0.1:0")
    made = LocalNode(command, environ)
    yield made
    run(made.stop())


@dataclass
class Systems:
    """A source with thirty rows, and a target that takes everything."""

    source: SampleSource
    target: FaultServer


@asynccontextmanager
async def systems() -> AsyncIterator[Systems]:
    async with SampleSource(rows(30)) as source, FaultServer() as target:
        target.on("/in", Answer(200))
        yield Systems(source, target)


def document(both: Systems) -> dict[str, Any]:
    """A job from the one to the other."""
    return {
        "job": "orders",
        "producer": {
            "kind": "http_pull",
            "schedule": {"every": "1s"},
            "mode": "full",
            "request": {"method": "GET", "url": both.source.url("all")},
            "response": {"format": "json", "records": "body.data.items"},
            "paging": {"kind": "none"},
        },
        "ledger": {"key": "record.id"},
        "consumers": [
            {"name": "erp", "request": {"method": "POST", "url": f"{both.target.origin}/in"}}
        ],
    }


@pytest.fixture
def live(
    run: Run[Any], qtbot: QtBot, window: Window, local: LocalNode
) -> Iterator[tuple[Window, Session, Systems]]:
    """A console whose node moves thirty records from a source to a target."""
    stack = AsyncExitStack()
    both = run(stack.enter_async_context(systems()))
    session = Session(local)
    window.attach(session)
    session.open()
    qtbot.waitUntil(lambda: session.connection.phase is Phase.CONNECTED, timeout=START_MS)
    run(apply(local, document(both)))
    yield window, session, both
    run(session.close())
    run(local.stop())
    run(stack.aclose())


async def apply(local: LocalNode, job: dict[str, Any]) -> None:
    address = await local.address()
    async with NodeClient(address.url, address.token) as client:
        await client.apply(job)


def test_the_console_starts_its_node_shows_what_moves_and_resends(
    live: tuple[Window, Session, Systems], qtbot: QtBot
) -> None:
    window, _, both = live
    model = window.page_of(OverviewPage).model
    qtbot.waitUntil(lambda: model.rowCount() == 1, timeout=START_MS)
    qtbot.waitUntil(
        lambda: model.data(model.index(0, Column.STATE)) == "30", timeout=START_MS
    )  # the column of what is synced

    window.show_page("records")
    page = window.page_of(RecordsPage)
    qtbot.waitUntil(lambda: len(page.model.rows) == 30)
    qtbot.waitUntil(lambda: page.detail.record_id is not None)
    page.detail.tabs.setCurrentIndex(Tab.ATTEMPTS)
    assert page.detail.why.text().startswith("Delivered at ")
    assert len(page.detail.attempts.cards()) == 1

    received = len(both.target.received)
    page.table.select_row(0)
    qtbot.keyClick(page.table, Qt.Key.Key_R)
    resending = window.flow_of(RecordsFlow).resending
    qtbot.waitUntil(lambda: resending.question is not None and resending.question.ready)
    assert resending.question is not None
    resending.question.yes.click()
    qtbot.waitUntil(lambda: len(both.target.received) == received + 1, timeout=START_MS)
    qtbot.waitUntil(lambda: len(page.detail.attempts.cards()) == 2, timeout=START_MS)
    page.toast.dismiss()


def test_a_node_that_dies_is_started_again(
    live: tuple[Window, Session, Systems], local: LocalNode, qtbot: QtBot
) -> None:
    window, session, _ = live
    assert local._process is not None
    first = local._process.processId()
    local._process.kill()
    qtbot.waitUntil(window.banner.isVisible, timeout=START_MS)
    qtbot.waitUntil(lambda: session.connection.phase is Phase.CONNECTED, timeout=START_MS)
    assert not window.banner.isVisible()
    assert local._process.processId() != first


def test_a_running_node_is_found_and_left_alone(
    local: LocalNode, environ: dict[str, str], run: Run[Any]
) -> None:
    address = run(local.address())
    second = LocalNode(("/nowhere",), environ)
    assert run(second.address()) == address
    assert not second.started_here
    run(second.stop())
    assert read_local_node(environ) is not None


def test_a_node_this_console_started_ends_with_it(
    local: LocalNode, environ: dict[str, str], run: Run[Any]
) -> None:
    run(local.address())
    before = local.started_here
    run(local.stop())
    assert (before, local.started_here) == (True, False)
    assert not (Path(environ["JELLYFISH_HOME"]) / "node.json").exists()  # it ended in order
    assert read_local_node(environ) is None


def test_a_node_that_does_not_start_says_why(environ: dict[str, str], run: Run[Any]) -> None:
    says = "import sys; print('The disk is full. Make room.'); sys.exit(1)"
    broken = LocalNode((sys.executable, "-c", says), environ)
    with pytest.raises(NoNode) as refusal:
        run(broken.address())
    assert refusal.value.sentence == "The local node did not start."
    assert refusal.value.hint == "The disk is full. Make room."
    run(broken.stop())


def test_a_node_program_that_is_missing_is_no_crash(environ: dict[str, str], run: Run[Any]) -> None:
    missing = LocalNode(("/nowhere/at/all",), environ)
    with pytest.raises(NoNode):
        run(asyncio.wait_for(missing.address(), 5))
    run(missing.stop())


@contextmanager
def program(environ: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The whole program as its own process, until its node answers; ended if a test fails."""
    console = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={
            **environ,
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_CONFIG_HOME": environ["JELLYFISH_HOME"],
        },
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + START_MS / 1000
        while read_local_node(environ) is None:
            assert console.poll() is None, console.communicate()[1]
            assert time.monotonic() < deadline
        yield console
    finally:
        if console.poll() is None:
            console.kill()
            console.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_program_starts_a_node_and_ends_with_it_when_asked_to(
    environ: dict[str, str], number: signal.Signals
) -> None:
    with program(environ, "-m", "app.main") as console:
        console.send_signal(number)
        _, errors = console.communicate(timeout=START_MS / 1000)
    assert (console.returncode, errors) == (0, "")
    assert read_local_node(environ) is None


QUITS = """
import asyncio, sys
from PySide6.QtCore import QCoreApplication
from app import main
from engine.api.client import read_local_node

console = main.run

async def quits():
    while read_local_node() is None:
        await asyncio.sleep(0.05)
    QCoreApplication.quit()

async def run(*arguments):
    await asyncio.gather(console(*arguments), quits())

main.run = run
sys.exit(main.main([]))
"""


def test_a_quit_from_the_desktop_ends_everything_in_order(environ: dict[str, str]) -> None:
    with program(environ, "-c", QUITS) as console:
        _, errors = console.communicate(timeout=START_MS / 1000)
    assert (console.returncode, errors) == (0, "")
    assert read_local_node(environ) is None
