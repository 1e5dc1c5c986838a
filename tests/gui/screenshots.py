"""Draws the console's pages into ``resources/screenshots``; run by ``make screenshots``.

    python -m tests.gui.screenshots [FOLDER]

The pages are the real ones, fed by a fake node with sample data at a fixed time.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")
os.environ["TZ"] = "Asia/Shanghai"

from PySide6.QtCore import QItemSelectionModel, QLocale, QPoint, QSettings
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from app.connection import Address, FixedAddress
from app.models.record_filter import RecordFilter
from app.session import Session
from app.settings import Settings
from app.theme.theme import Mode, Theme
from app.window import RECORDS, Window
from app.words import load_language
from engine.api.wire import StatusShape
from tests.gui import sample
from tests.gui.fake_node import FakeNode

FOLDER = Path(__file__).parents[2] / "resources" / "screenshots"
SIZES = ((1440, 900), (1280, 720))
DEADLINE_S = 10.0


class Camera:
    """Takes pictures of one window."""

    def __init__(self, folder: Path, window: Window, session: Session) -> None:
        self.folder = folder
        self.window = window
        self.session = session

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
        picture.save(str(self.folder / f"{name}.png"))
        print(self.folder / f"{name}.png")


def _put(picture: QPixmap, over: QWidget, place: QPoint) -> None:
    painter = QPainter(picture)
    painter.drawPixmap(place, over.grab())
    painter.end()


async def overview(camera: Camera, mode: str, size: str) -> None:
    window = camera.window
    window.show_page("overview")
    window.choose_window(3600)
    await camera.until(lambda: window.overview.model.rowCount() == len(sample.ROWS))
    await camera.take(f"overview-{mode}-{size}")


async def records(camera: Camera, mode: str, size: str) -> None:
    window = camera.window
    page = window.records
    chosen = RecordFilter("invoices", "tax-portal", ("dead", "retrying"), last_s=86400)
    page.filter_bar.set_filter(chosen)
    window.show_page(RECORDS)
    await camera.until(lambda: len(page.model.rows) > 100)
    page.table.select_row(2)
    page.detail.tabs.setCurrentIndex(1)
    selection = page.table.selectionModel()
    for row in (3, 4):
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        selection.select(page.model.index(row, 0), flags)
    wanted = page.model.rows[2].id
    await camera.until(lambda: page.detail.record_id == wanted)
    await camera.take(f"records-{mode}-{size}")
    menu = page.menu()
    menu.ensurePolished()
    menu.adjustSize()
    menu.move(window.mapToGlobal(QPoint(500, 300)))
    await camera.take(f"records-menu-{mode}-{size}", menu)
    menu.deleteLater()
    page.detail.tabs.setCurrentIndex(0)
    await camera.take(f"payload-{mode}-{size}")
    page.detail.tabs.setCurrentIndex(2)
    await camera.take(f"pull-{mode}-{size}")


async def run(folder: Path, modes: tuple[Mode, ...]) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for mode in modes:
        theme = Theme(app, mode)
        for width, height in SIZES:
            await shoot(folder, theme, mode, width, height)


async def shoot(folder: Path, theme: Theme, mode: Mode, width: int, height: int) -> None:
    """All pages in one size and mode."""
    node = FakeNode(records=[sample.invoice(number) for number in range(2284, 2000, -1)])
    store = QSettings(str(folder / ".settings.ini"), QSettings.Format.IniFormat)
    settings = Settings(store)
    settings.window_s = 3600
    window = Window(theme, settings)
    window.resize(width, height)
    window.show()
    session = Session(FixedAddress(Address("http://127.0.0.1:7080", "")), node.open)
    window.attach(session)
    session.open()
    camera = Camera(folder, window, session)
    size = f"{width}x{height}"
    await overview(camera, mode.value, size)
    await records(camera, mode.value, size)
    await others(camera, node, mode.value, size)
    await session.close()
    window.close()
    window.deleteLater()
    (folder / ".settings.ini").unlink(missing_ok=True)


async def others(camera: Camera, node: FakeNode, mode: str, size: str) -> None:
    """Palette, empty states, a question, a lost connection."""
    window = camera.window
    window.show_page("overview")
    window.palette_box.open()
    window.palette_box.type("INV-2026")
    await camera.take(f"palette-key-{mode}-{size}")
    window.palette_box.type("or")
    await camera.take(f"palette-{mode}-{size}")
    window.palette_box.close_palette()
    window.show_page(RECORDS)
    page = window.records
    page.resend_all_wanted.emit()
    resending = window.records_flow.resending
    await camera.until(lambda: resending.question is not None and resending.question.ready)
    question = resending.question
    assert question is not None
    question.move(window.rect().center() - question.rect().center())
    await camera.take(f"resend-all-{mode}-{size}", question)
    question.reject()
    page.filter_bar.set_filter(RecordFilter("invoices", key="INV-1999"))
    await camera.until(lambda: not page.model.rows)
    await camera.take(f"nothing-matches-{mode}-{size}")
    window.show_page("overview")
    node.stop()
    await camera.until(window.banner.isVisible)
    await camera.take(f"lost-{mode}-{size}")
    node.start()
    node.publish(StatusShape(now=sample.NOW))
    camera.session.connect_now()
    await camera.until(lambda: window.overview.welcome.isVisible())
    await camera.take(f"welcome-{mode}-{size}")


def main() -> int:
    time.tzset()
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    app = QApplication(["jellyfish"])
    app.setQuitOnLastWindowClosed(False)
    language = load_language("en", app)
    import qasync

    with (
        qasync.QEventLoop(app) as loop,
        patch("time.time", lambda: sample.NOW / 1000),
    ):
        loop.run_until_complete(run(folder, (Mode.LIGHT, Mode.DARK)))
    del language
    return 0


if __name__ == "__main__":
    sys.exit(main())
