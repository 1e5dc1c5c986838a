"""Nothing is cut off and nothing is left in English: every page, section, dialog and state of the
console on a live node, in both languages, both sizes, and with letters of 150 %.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.theme.theme import Theme
from app.widgets.basics import PlainLabel
from app.words import LANGUAGES, Language
from tests.gui.looks import cut_off, in_english, is_english, is_ours, outside
from tests.gui.scenes import SCENES
from tests.gui.stage import Stage, stage

SIZES = {100: ((1280, 720), (1920, 1080)), 150: ((1280, 720),)}
"""Of the window, by the letters' size in percent."""


async def faults_of(on: Stage, language: Language) -> set[str]:
    """What is wrong with any scene at any size."""
    found: set[str] = set()
    for percent, sizes in SIZES.items():
        await on.choose(language, percent, *sizes[0])
        for scene in SCENES:
            await scene.play(on)
            for size in sizes:
                on.window.resize(*size)
                await on.settle()
                where = f"{scene.name} at {size[0]}x{size[1]}, {percent} %"
                found |= {f"{where}: {fault}" for fault in _looked(on, language)}
            on.clear()
            on.window.resize(*sizes[0])
    return found


def _looked(on: Stage, language: Language) -> list[str]:
    roots = (on.window, *on.over)
    found = [fault for root in roots for look in (cut_off, outside) for fault in look(root)]
    if language is Language.CHINESE:
        found += [fault for root in roots for fault in in_english(root)]
    return found


@pytest.mark.timeout(400)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_cut_off_or_left_in_english(
    language: Language,
    qapp: QApplication,
    theme: Theme,
    tmp_path: Path,
    loop: asyncio.AbstractEventLoop,
    qtbot: QtBot,
) -> None:
    async def look() -> set[str]:
        async with stage(qapp, theme, tmp_path, language) as on:
            return await faults_of(on, language)

    task = loop.create_task(look())
    qtbot.waitUntil(task.done, timeout=390_000)
    faults = task.result()
    assert not faults, "\n".join(sorted(faults))


def test_a_word_that_is_cut_is_found(qtbot: QtBot, theme: Theme) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    column = QVBoxLayout(root)
    label, button = PlainLabel("Nothing failed here"), QPushButton("Show the records")
    wrapped = PlainLabel("Other jobs and consumers may have failures. " * 3)
    wrapped.setWordWrap(True)
    for each in (label, button, wrapped):
        column.addWidget(each)
    root.resize(600, 200)
    root.show()
    qtbot.waitExposed(root)
    assert list(cut_off(root)) == []

    label.setFixedWidth(40)
    button.setFixedWidth(40)
    wrapped.setFixedSize(200, 20)
    qtbot.waitUntil(lambda: len(list(cut_off(root))) == 3)

    astray = QPushButton("Show the example", root)
    astray.move(560, 10)
    astray.show()
    assert any("outside" in fault for fault in outside(root))


def test_words_left_in_english_are_found_and_data_is_not(qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    column = QVBoxLayout(root)
    for text in ("Nothing failed here", "Resend 4 records?", "The job is paused.", "没有失败"):
        column.addWidget(PlainLabel(text))
    column.addWidget(PlainLabel("orders"))
    column.addWidget(PlainLabel("POST http://127.0.0.1/orders"))
    root.show()
    qtbot.waitExposed(root)

    assert [fault.partition(": ")[2] for fault in in_english(root)] == [
        "'Nothing failed here'",
        "'Resend 4 records?'",
        "'The job is paused.'",
    ]


@pytest.mark.parametrize(
    "text", ["Nothing failed here", "没有失败", "Resend 12 records", "重发 3 条记录"]
)
def test_the_consoles_own_words_are_known_in_both_languages(text: str) -> None:
    assert is_ours(text)


@pytest.mark.parametrize("text", ["SO-2026-00054", "a name of somebody's", "订单"])
def test_names_and_data_are_nobodys_words(text: str) -> None:
    assert not is_ours(text)
    assert not is_english(text)
