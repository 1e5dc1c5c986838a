"""Pictures of everything, for looking: ``make screenshots``.

    python -m tests.gui.gallery [FOLDER] [--only NAME…] [--view NAME…] [--quick]

All scenes, light and dark, English and Chinese, at 1280x720 and 1920x1080, and once with letters
of 150 %. Without FOLDER they go into a new temporary one, which is told. With --quick: light, and
1280x720 alone; --only and --view take what has this in its name, such as "record" and "150".
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")

import qasync
from PySide6.QtCore import QPoint
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from app.theme.theme import Mode, Theme
from app.words import LANGUAGES, Language
from tests.gui.looks import cut_off, in_english, outside
from tests.gui.scenes import SCENES, Scene
from tests.gui.stage import Stage, stage

SIZES = ((1280, 720, 100), (1920, 1080, 100), (1280, 720, 150))
"""Width and height in pixels, and the letters' size in percent."""


@dataclass(frozen=True, slots=True)
class View:
    """How the window is looked at."""

    language: Language
    width: int
    height: int
    percent: int

    @property
    def name(self) -> str:
        letters = "" if self.percent == 100 else f"-{self.percent}"
        return f"{self.language}-{self.width}x{self.height}{letters}"


def views(quick: bool) -> tuple[View, ...]:
    """Every language at every size."""
    sizes = SIZES[:1] if quick else SIZES
    return tuple(View(language, *size) for language in LANGUAGES for size in sizes)


def picture(on: Stage) -> QPixmap:
    """The window as it is, with what stands over it."""
    found = on.window.grab()
    for widget in on.over:
        painter = QPainter(found)
        painter.drawPixmap(widget.mapToGlobal(QPoint()) - on.window.pos(), widget.grab())
        painter.end()
    return found


async def take(on: Stage, scene: Scene, modes: Sequence[Mode], folder: Path, theme: Theme) -> None:
    """One scene in each mode, and what is wrong with it on the terminal."""
    folder.mkdir(parents=True, exist_ok=True)
    await scene.play(on)
    for mode in modes:
        theme.choose(mode)
        await asyncio.sleep(0.03)
        picture(on).save(str(folder / f"{scene.name}-{mode.value}.png"))
    roots = (on.window, *on.over)
    faults = [fault for root in roots for look in (cut_off, outside) for fault in look(root)]
    if folder.name.startswith(Language.CHINESE):
        faults += [fault for root in roots for fault in in_english(root)]
    for fault in dict.fromkeys(faults):
        print(f"{folder.name} {scene.name}: {fault}")
    on.clear()


async def run(app: QApplication, options: argparse.Namespace, folder: Path) -> None:
    """Every scene in every view."""
    theme = Theme(app, Mode.LIGHT)
    modes = (Mode.LIGHT,) if options.quick else (Mode.LIGHT, Mode.DARK)
    with tempfile.TemporaryDirectory() as home:
        async with stage(app, theme, Path(home)) as on:
            for view in views(options.quick):
                if options.view and not any(word in view.name for word in options.view):
                    continue
                await on.choose(view.language, view.percent, view.width, view.height)
                for scene in SCENES:
                    if not options.only or any(word in scene.name for word in options.only):
                        await take(on, scene, modes, folder / view.name, theme)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make screenshots")
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--only", action="append", default=[], help="scenes with this in the name")
    parser.add_argument("--view", action="append", default=[], help="views with this in the name")
    parser.add_argument("--quick", action="store_true", help="light and 1280x720 alone")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="jellyfish-screenshots-"))
    app = QApplication(["jellyfish"])
    app.setQuitOnLastWindowClosed(False)
    with qasync.QEventLoop(app) as loop:
        loop.run_until_complete(run(app, options, folder))
    print(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
