"""The settings page: its sections, and what they change at once."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.connection import Address, FixedAddress
from app.desktop import Desktop
from app.flows.settings.frame import SettingsFlow
from app.pages.overview import OverviewPage
from app.pages.settings.appearance import AppearanceSection
from app.pages.settings.frame import SettingsPage
from app.pages.settings.section import Section
from app.pages.settings.section_list import SECTIONS
from app.session import Session
from app.settings import Settings
from app.theme import fonts
from app.theme.theme import Mode, Theme
from app.window import Window
from tests.gui import sample
from tests.gui.conftest import Console, Run
from tests.gui.fake_node import FakeNode

S = TypeVar("S", bound=Section)


def section_of(window: Window, kind: type[S]) -> S:
    built = window.page_of(SettingsPage).built.values()
    return next(each.section for each in built if isinstance(each.section, kind))


@pytest.mark.parametrize("key", [entry.key for entry in SECTIONS])
def test_a_section_is_reached_by_its_name(console: Console, key: str) -> None:
    console.window.navigator.settings(key)
    page = console.window.page_of(SettingsPage)
    assert (console.window.page, page.section) == ("settings", key)
    assert page._buttons[key].isChecked()


def test_the_palette_finds_sections(console: Console) -> None:
    console.window.palette_box.open()
    console.window.palette_box.type("appear")
    assert console.window.palette_box.words()[0] == "Appearance"
    console.window.palette_box.take()
    assert console.window.page_of(SettingsPage).section == "appearance"


def test_only_the_section_in_front_asks(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    flow = console.window.flow_of(SettingsFlow)
    seen = []
    for key, one in flow.sections.items():
        monkeypatch.setattr(one, "show", lambda key=key: seen.append(key))
    assert seen == []
    console.window.navigator.settings("appearance")
    assert seen[-1] == "appearance"


def test_a_theme_is_chosen_and_remembered(console: Console, qtbot: QtBot, theme: Theme) -> None:
    console.window.navigator.settings("appearance")
    section = section_of(console.window, AppearanceSection)
    qtbot.mouseClick(section._modes.button(2), Qt.MouseButton.LeftButton)
    assert (theme.mode, console.window._settings.mode) == (Mode.DARK, Mode.DARK)
    console.window.choose_theme(Mode.LIGHT)
    assert section._modes.checkedId() == 1


def test_larger_letters_build_the_window_anew_with_the_same_page(
    qtbot: QtBot,
    loop: asyncio.AbstractEventLoop,
    theme: Theme,
    settings: Settings,
    node: FakeNode,
    run: Run[Any],
    qapp: QApplication,
) -> None:
    desktop = Desktop(theme, settings)
    run(desktop.open())
    session = Session(FixedAddress(Address("http://127.0.0.1:1", "")), node.open)
    desktop.attach(session)
    session.open()
    old = desktop.window
    qtbot.waitUntil(lambda: old.page_of(OverviewPage).model.rowCount() > 0)
    old.navigator.settings("appearance")
    with qtbot.waitSignal(desktop.rebuilt):
        qtbot.mouseClick(
            section_of(old, AppearanceSection)._scales.button(150), Qt.MouseButton.LeftButton
        )
    new = desktop.window
    try:
        assert new is not old
        assert (settings.scale_percent, new.page) == (150, "settings")
        assert qapp.font().pixelSize() == 20
        assert new.page_of(OverviewPage).model.rowCount() == len(sample.ROWS)
        assert node.connections == 1
        new.close()
        run(asyncio.wait_for(desktop.ended(), 5))
    finally:
        run(session.close())
        desktop.clear()
        fonts.choose_scale(100)
        theme.refresh()
