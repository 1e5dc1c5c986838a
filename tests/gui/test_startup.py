"""How long the console takes: to its first picture, to numbers of a running node, per update."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.models.record_rows import record_row
from app.pages.overview import OverviewPage
from app.pages.records import RecordsPage
from app.theme.theme import Theme
from tests.gui import sample
from tests.gui.conftest import Console

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


def start_once(folder: Path) -> dict[str, float]:
    """Seconds to the first picture and to a usable window, and of CPU until then."""
    begun = time.time()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder / "console.ini")],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_API": "pyside6"},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    seen = json.loads(done.stdout)
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
