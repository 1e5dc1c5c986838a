"""Icons are kept: Qt's own cache of pixmaps takes each new one for another, and fills with them."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.theme import fonts
from app.theme.icons import icon
from app.theme.theme import Mode, Theme
from app.widgets.basics import Button


def test_a_button_made_anew_has_the_very_icon_of_the_one_before(theme: Theme, qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    keys = set()
    for _ in range(3):
        button = Button(theme, "Close", sign="close")
        button.setParent(host)
        button.setText("Close it")
        keys.add(button.icon().cacheKey())
    assert len(keys) == 1


def test_another_colour_or_room_is_another_icon(theme: Theme) -> None:
    made = [icon("close", "#111111"), icon("close", "#222222"), icon("close", "#111111", gap_px=4)]
    assert len({each.cacheKey() for each in made}) == 3


def test_icons_grow_half_as_much_as_letters(theme: Theme, qtbot: QtBot) -> None:
    small = Button(theme, sign="close", px=14)
    qtbot.addWidget(small)
    fonts.choose_scale(150)
    try:
        large = Button(theme, sign="close", px=14)
        qtbot.addWidget(large)
        assert (small.iconSize().width(), large.iconSize().width()) == (14, 18)
        assert large.icon().actualSize(QSize(64, 64)) == QSize(18, 18)
    finally:
        fonts.choose_scale(100)


def test_a_theme_switched_back_brings_the_icon_of_before(theme: Theme, qtbot: QtBot) -> None:
    button = Button(theme, sign="close")
    qtbot.addWidget(button)
    before = button.icon().cacheKey()
    theme.choose(Mode.DARK)
    assert button.icon().cacheKey() != before
    theme.choose(Mode.LIGHT)
    assert button.icon().cacheKey() == before
