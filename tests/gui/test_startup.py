"""How long the console takes: to its first picture, to numbers of a running node, per update."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.models.record_rows import record_row
from app.pages.overview import OverviewPage
from app.pages.records import RecordsPage
from app.theme.theme import Theme
from tests.bench.test_throughput import serving
from tests.gui import sample
from tests.gui.conftest import Console, Run
from tests.gui.test_flat_memory import document
from tests.node_process import running_node

ROOT = Path(__file__).parents[2]
USABLE_S = 2.0
BUSY_S = 0.050

PROGRAM = """
import asyncio, json, os, sys, time
from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtWidgets import QApplication
from app import main
from app.pages.overview import OverviewPage
from app.settings import Settings
from app.theme.theme import Mode, Theme
from app.words import Language, Speaker
import qasync

app = QApplication(["jellyfish"])
app.setQuitOnLastWindowClosed(False)
settings = Settings(QSettings(sys.argv[1], QSettings.Format.IniFormat))
speaker = Speaker(app, Language.ENGLISH)
seen = {}

def window():
    from app.window import Window
    return next((w for w in app.topLevelWidgets() if isinstance(w, Window)), None)

async def watch():
    while (found := window()) is None or not found.isVisible():
        await asyncio.sleep(0)
    seen["painted"] = time.time()
    while found.banner.isHidden() and found.page_of(OverviewPage).model.rowCount() == 0:
        await asyncio.sleep(0.001)
    seen["usable"] = time.time()
    seen["cpu"] = time.process_time()
    found.close()

async def both():
    options = main._options(["--node", "http://127.0.0.1:1", "--token", "t"])
    console = main.run(Theme(app, Mode.LIGHT), settings, speaker, options)
    await asyncio.gather(console, watch())

with qasync.QEventLoop(app) as loop:
    loop.run_until_complete(both())
print(json.dumps(seen))
"""


FIRST_SECONDS = """
import asyncio, json, os, sys, time
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from app import after_paint, main
from app.pages.overview import OverviewPage
from app.settings import Settings
from app.theme.theme import Mode, Theme
from app.widgets import plot_loader
from app.words import Language, Speaker
from tests.gui.stall import stalls
import qasync

folder, url, token, way = sys.argv[1:]
app = QApplication(["jellyfish"])
app.setQuitOnLastWindowClosed(False)
settings = Settings(QSettings(folder, QSettings.Format.IniFormat))
speaker = Speaker(app, Language.ENGLISH)
if way == "in one go":
    after_paint.PACKAGES = plot_loader.PACKAGES = ()

def window():
    from app.window import Window
    return next((w for w in app.topLevelWidgets() if isinstance(w, Window)), None)

async def watch():
    while (found := window()) is None or not found.isVisible():
        await asyncio.sleep(0)
    with stalls() as watched:
        charts = found.page_of(OverviewPage).graphs.charts
        while not all(chart.drawn for chart in charts):
            await asyncio.sleep(0.005)
        until = time.monotonic() + 1.0
        while time.monotonic() < until:
            await asyncio.sleep(0.005)
    print(json.dumps([watched.busiest_ms, str(watched)]))
    found.close()

async def both():
    options = main._options(["--node", url, "--token", token])
    await asyncio.gather(main.run(Theme(app, Mode.LIGHT), settings, speaker, options), watch())

with qasync.QEventLoop(app) as loop:
    loop.run_until_complete(both())
"""


def program(text: str, *arguments: str) -> Any:
    """What a program of its own printed at last."""
    done = subprocess.run(
        [sys.executable, "-c", text, *arguments],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_API": "pyside6"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout.splitlines()[-1])


def start_once(folder: Path) -> dict[str, float]:
    """Seconds to the first picture and to a usable window, and of CPU until then."""
    begun = time.time()
    seen = program(PROGRAM, str(folder / "console.ini"))
    return {
        "painted": seen["painted"] - begun,
        "usable": seen["usable"] - begun,
        "cpu": seen["cpu"],
    }


@pytest.mark.bench
def test_the_window_is_usable_within_two_seconds(tmp_path: Path) -> None:
    """By CPU time, best of three: what else runs on the machine is not this program's fault."""
    best = min((start_once(tmp_path) for _ in range(3)), key=lambda each: each["usable"])
    print("\n" + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in best.items()))
    assert best["cpu"] < USABLE_S


@pytest.mark.bench
@pytest.mark.timeout(180)
def test_the_window_answers_from_its_first_picture_on(
    tmp_path: Path, run_long: Run[Any], full_length: bool
) -> None:
    """Session, client, numpy and pyqtgraph come in pieces; in one go they hold the window."""

    async def started() -> dict[str, Any]:
        home = tmp_path / "home"
        async with serving("steady_servers", "50") as port, running_node(home) as node:
            async with node.client() as client:
                await client.apply(document(port))
                async with asyncio.timeout(60):
                    while not any((await client.series(300)).pulled):
                        await asyncio.sleep(0.1)
            return {
                way: program(FIRST_SECONDS, str(tmp_path / way), node.url, node.token, way)
                for way in ("in pieces", "in one go")
            }

    found = run_long(started())
    print("\n" + "\n".join(f"{way}: {words}" for way, (_, words) in found.items()))
    pieces_ms, whole_ms = (busiest_ms for busiest_ms, _ in found.values())
    assert pieces_ms < whole_ms / 3
    if full_length:
        assert pieces_ms < 1000 * BUSY_S


@pytest.mark.parametrize("events", [0, 3])
def test_a_window_closed_while_the_rest_is_still_loading_ends_the_console(
    tmp_path: Path, events: int
) -> None:
    begin = 'seen["painted"] = time.time()\n'
    assert begin in PROGRAM
    closes = f"""{begin}    for _ in range({events}):
        await asyncio.sleep(0)
    seen["loaded"] = "app.flows.notices" in sys.modules
    return found.close()
"""
    seen = program(PROGRAM.replace(begin, closes), str(tmp_path / "console.ini"))
    assert seen["loaded"] is False


@pytest.mark.bench
def test_the_window_is_never_busy_for_long(console: Console, qtbot: QtBot, theme: Theme) -> None:
    """The work behind each thing that happens while it is used, each on its own."""
    window, now = console.window, sample.NOW
    window.show_page("records")
    page = window.page_of(RecordsPage)
    qtbot.waitUntil(lambda: len(page.model.rows) == 200)
    shapes = [sample.brief(sample.invoice(number)) for number in range(2600, 2400, -1)]
    status, short, long = sample.status(), sample.series(300), sample.series(604_800)
    record = sample.invoice(2300)
    took = {}
    for name, work in {
        "status": lambda: window.page_of(OverviewPage).show_status(status),
        "series of 5 min": lambda: window.page_of(OverviewPage).show_series(short),
        "series of 7 d": lambda: window.page_of(OverviewPage).show_series(long),
        "a page of rows": lambda: page.show_more([record_row(x) for x in shapes], more=True),
        "a record": lambda: page.show_record(record.model_copy(update={"versions": 3})),
        "countdown": lambda: page.model.tick(now),
        "palette": window.palette_box.open,
    }.items():
        begun = time.thread_time()  # what else runs on the machine is not its fault
        work()
        took[name] = time.thread_time() - begun
    window.palette_box.close_palette()
    print("\n" + "\n".join(f"{name:<16} {1000 * each:6.1f} ms" for name, each in took.items()))
    assert {name: each for name, each in took.items() if each > BUSY_S} == {}
