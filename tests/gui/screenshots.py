"""Draws the few pictures that the README shows into ``resources/screenshots``.

    python -m tests.gui.screenshots [FOLDER]

The pages are the real ones, fed by a fake node with sample data at a fixed time.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")
os.environ["TZ"] = "Asia/Shanghai"

from PySide6.QtCore import QItemSelectionModel, QLocale, QPoint, QSettings
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from app.connection import Address, FixedAddress
from app.models.record_filter import RecordFilter
from app.pages.overview import OverviewPage
from app.pages.record_detail import Tab
from app.pages.records import RecordsPage
from app.session import Session
from app.settings import Settings
from app.theme.theme import Mode, Theme
from app.window import Window
from app.words import load_language
from engine.api.wire import StatusShape
from tests.gui import sample
from tests.gui.fake_node import FakeNode

FOLDER = Path(__file__).parents[2] / "resources" / "screenshots"
SIZE_PX = (1440, 900)
FIRST_RECORD = 700
RECORDS_AT_ALL = 284
DEADLINE_S = 10.0


class Camera:
    """Takes pictures of one window."""

    def __init__(self, folder: Path, mode: str, window: Window) -> None:
        self.folder = folder
        self.mode = mode
        self.window = window

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until the window shows it."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + DEADLINE_S
        while not holds():
            if loop.time() > deadline:
                raise TimeoutError("the window never showed it")
            await asyncio.sleep(0.01)

    async def settle(self) -> None:
        """Let what is under way arrive and be painted."""
        for _ in range(12):
            await asyncio.sleep(0.02)

    async def take(self, name: str, over: QWidget | None = None) -> None:
        """Save the window as it is, and a menu or dialog over it."""
        await self.settle()
        picture = self.window.grab()
        if over is not None:
            _put(picture, over, over.mapTo(over.window(), QPoint()) + over.window().pos())
        self.folder.mkdir(parents=True, exist_ok=True)
        place = self.folder / f"{name}-{self.mode}.png"
        picture.save(str(place))
        print(place)


def _put(picture: QPixmap, over: QWidget, place: QPoint) -> None:
    painter = QPainter(picture)
    painter.drawPixmap(place, over.grab())
    painter.end()


async def overview(camera: Camera, node: FakeNode) -> None:
    window = camera.window
    await camera.until(lambda: window.page_of(OverviewPage).model.rowCount() == len(sample.ROWS))
    for waiting in sample.backlog(60):  # its small line is drawn from what the window saw
        node.publish(sample.status(waiting=waiting))
        await asyncio.sleep(0.01)
    await camera.until(lambda: window.page_of(OverviewPage).graphs.rates.drawn)
    await camera.take("overview")
    window.palette_box.open()
    window.palette_box.type("or")
    await camera.take("palette")
    window.palette_box.close_palette()


async def records(camera: Camera) -> None:
    window = camera.window
    page = window.page_of(RecordsPage)
    chosen = RecordFilter("invoices", "tax-portal", ("dead", "retrying"), last_s=86400)
    page.filter_bar.set_filter(chosen)
    window.show_page("records")
    await camera.until(lambda: page.total == RECORDS_AT_ALL)
    page.table.select_row(4)
    page.detail.tabs.setCurrentIndex(Tab.ATTEMPTS)
    selection = page.table.selectionModel()
    for row in (8, 12):
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        selection.select(page.model.index(row, 0), flags)
    wanted = page.model.rows[4].id
    await camera.until(lambda: page.detail.record_id == wanted)
    menu = page.menu()
    menu.ensurePolished()
    menu.adjustSize()
    menu.move(window.mapToGlobal(QPoint(470, 452)))
    menu.setActiveAction(menu.actions()[0])
    await camera.take("records", menu)
    menu.deleteLater()
    page.table.select_row(4)
    page.detail.tabs.setCurrentIndex(Tab.PAYLOAD)
    await camera.take("payload")


async def welcome(camera: Camera, node: FakeNode) -> None:
    window = camera.window
    window.show_page("overview")
    node.publish(StatusShape(now=sample.NOW))
    await camera.until(window.page_of(OverviewPage).welcome.isVisible)
    await camera.take("welcome")


async def run(folder: Path) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    with TemporaryDirectory() as place:
        for mode in (Mode.LIGHT, Mode.DARK):
            store = QSettings(f"{place}/{mode}.ini", QSettings.Format.IniFormat)
            await shoot(folder, Theme(app, mode), mode, Settings(store))


async def shoot(folder: Path, theme: Theme, mode: Mode, settings: Settings) -> None:
    """All pages in one mode."""
    newest = FIRST_RECORD + RECORDS_AT_ALL
    node = FakeNode(
        records=[sample.invoice(n) for n in range(newest, FIRST_RECORD, -1)],
        node=sample.NODE.model_copy(update={"database": "sqlite: /srv/jellyfish/jellyfish.db"}),
    )
    settings.window_s = 3600
    window = Window(theme, settings)
    window.resize(*SIZE_PX)
    window.show()
    session = Session(FixedAddress(Address("http://127.0.0.1:7080", "")), node.open)
    window.attach(session)
    session.open()
    camera = Camera(folder, mode.value, window)
    await overview(camera, node)
    await records(camera)
    await welcome(camera, node)
    await session.close()
    window.close()
    window.deleteLater()


def main() -> int:
    parser = argparse.ArgumentParser(description="Draw the README's pictures anew.")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    folder = parser.parse_args().folder
    time.tzset()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    app = QApplication(["jellyfish"])
    app.setQuitOnLastWindowClosed(False)
    language = load_language("en", app)
    import qasync

    with (
        qasync.QEventLoop(app) as loop,
        patch("time.time", lambda: sample.NOW / 1000),
    ):
        loop.run_until_complete(run(folder))
    del language
    return 0


if __name__ == "__main__":
    sys.exit(main())
