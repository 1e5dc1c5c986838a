"""Everything can be reached by Tab, and has a name that a screen reader can say."""

from __future__ import annotations

from importlib.resources import files

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.page_list import PAGES
from app.pages.jobs_list import DEEDS
from app.pages.settings.frame import SettingsPage
from app.pages.settings.section_list import SECTIONS
from app.window import Window
from tests.gui.conftest import Console

INTERACTIVE = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
)
STEPS_AT_MOST = 200
PLACES = [(entry.key, "") for entry in PAGES if entry.key != "settings"]
PLACES += [("settings", entry.key) for entry in SECTIONS]


@pytest.fixture(params=PLACES, ids=lambda one: one[1] or one[0])
def place(request: pytest.FixtureRequest, console: Console, qtbot: QtBot) -> Window:
    """The window with one of its pages, or sections of the settings, in front."""
    shown = console.window
    key, part = request.param
    if part:
        shown.navigator.settings(part)
        assert shown.page_of(SettingsPage).section == part
    else:
        shown.show_page(key)
    shown.activateWindow()
    qtbot.wait(50)
    return shown


def interactive(window: Window) -> list[QWidget]:
    """What can be used now, but for the parts of a compound widget."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, INTERACTIVE)
        and widget.isVisible()
        and widget.isEnabled()
        and widget.window() is window
        and not _is_part(widget)
    ]


def _is_part(widget: QWidget) -> bool:
    """Of a compound widget, which is looked at as a whole: a header, a spin box's line."""
    parent = widget.parentWidget()
    return isinstance(parent, (QAbstractItemView, QAbstractSpinBox, QComboBox)) or (
        widget.focusProxy() is not None
    )


def said(widget: QWidget) -> str:
    """What a screen reader says of it."""
    if isinstance(widget, QTabBar):
        return " ".join(widget.tabText(place) for place in range(widget.count()))
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return (widget.accessibleName() or text).strip()


def described(widget: QWidget) -> str:
    chain: list[str] = []
    up: QWidget | None = widget
    while up is not None and len(chain) < 4:
        chain.append(type(up).__name__)
        up = up.parentWidget()
    return " < ".join(chain)


def nameless(window: Window) -> list[str]:
    """What a screen reader has no word for."""
    return [described(widget) for widget in interactive(window) if not said(widget)]


def missed(window: Window) -> list[str]:
    """What Tab does not come to, once round from the page's line in the sidebar."""
    reached: set[QWidget] = set()
    window.sidebar._buttons[window.page].setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(STEPS_AT_MOST):
        here = QApplication.focusWidget()
        if here is None or here in reached:
            break
        reached.add(here)
        # As Tab does; a text field keeps the key itself for its text, and has another way out.
        window.focusNextPrevChild(True)
    return [
        f"{said(widget)}: {described(widget)}"
        for widget in interactive(window)
        if widget not in reached
        and not (isinstance(widget, QAbstractButton) and _beside_in_group(widget, reached))
    ]


def _beside_in_group(button: QAbstractButton, reached: set[QWidget]) -> bool:
    """The others of a group are reached with the arrows, from the one that Tab stops at."""
    group = button.group()
    return (
        group is not None and group.exclusive() and any(each in reached for each in group.buttons())
    )


def test_everything_that_can_be_used_has_a_name(place: Window) -> None:
    assert len(interactive(place)) > 8
    assert nameless(place) == []


def test_everything_that_can_be_used_is_reached_by_tab(place: Window) -> None:
    assert missed(place) == []


def test_a_button_without_a_name_or_way_is_found(console: Console, qtbot: QtBot) -> None:
    window = console.window
    odd = QPushButton(window.page_of(SettingsPage))
    odd.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    window.navigator.settings("about")
    odd.show()
    qtbot.wait(10)
    assert any("QPushButton < SettingsPage" in each for each in nameless(window))
    assert any("QPushButton < SettingsPage" in each for each in missed(window))


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_shortcut_is_in_the_help(console: Console, language: str) -> None:
    text = (files("resources") / "help" / language / "keys.md").read_text(encoding="utf-8")
    shortcuts = console.window.findChildren(QShortcut)
    sequences = [sequence for shortcut in shortcuts for sequence in shortcut.keys()]  # noqa: SIM118 - no dict
    keys = {sequence.toString() for sequence in sequences}
    keys |= {deed.keys for deed in DEEDS if deed.keys}
    keys -= {f"Ctrl+{number}" for number in range(2, 7)}
    assert len(keys) > 20
    assert [key for key in sorted(keys) if f"**{key}**" not in text] == []


def test_a_question_mark_lists_the_keys(console: Console, qtbot: QtBot) -> None:
    window = console.window
    qtbot.keyClick(window.sidebar, Qt.Key.Key_Question)
    assert (window.help.isVisible(), window.help.topic.key) == (True, "keys")
    qtbot.keyClick(window.help.text, Qt.Key.Key_Escape)
