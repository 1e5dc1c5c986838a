"""The sign in the desktop's tray: how things are by shape and colour, a menu, notices.

Not for when to tell something: ``flows.notices``; nor for what closing means: ``closing``.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, QSize, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from app.connection import Connection, Phase
from app.theme.icons import icon_pixmap
from app.theme.states import Look
from app.theme.theme import Theme
from app.widgets.lamp import LAMP_PX, paint_lamp
from app.words import translate
from engine.api.wire import StatusShape

SIGN_PX = 64
LAMP_SCALE = 3.2
WORST = ("bad", "warn", "good", "off")


def state_of(connection: Connection, status: StatusShape | None) -> Look:
    """How things are, in one look: the worst of all consumers, and the connection before them."""
    if connection.phase is Phase.LOST:
        return Look(translate("Tray", "Not connected"), "diamond", "dead")
    if status is None:
        return Look(translate("Tray", "Connecting"), "ring", "skipped")
    if status.trouble is not None and not status.trouble.deliberate:
        return Look(translate("Tray", "The node is in trouble"), "diamond", "dead")
    found = {consumer.health for job in status.jobs for consumer in job.consumers}
    match next((health for health in WORST if health in found), "off"):
        case "bad":
            return Look(translate("Tray", "In trouble"), "diamond", "dead")
        case "warn":
            return Look(translate("Tray", "Needs a look"), "triangle", "retrying")
        case "good":
            return Look(translate("Tray", "In order"), "disc", "delivered")
        case _:
            return Look(translate("Tray", "Nothing runs"), "ring", "skipped")


class Tray(QObject):
    """open_wanted: bring the window up. quit_wanted: end the console."""

    open_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._look = Look("", "ring", "skipped")
        self._clicked: Callable[[], None] | None = None
        self.menu = QMenu()
        self._open = self.menu.addAction("")
        self.menu.addSeparator()
        self._quit = self.menu.addAction("")
        self._icon = QSystemTrayIcon(self)
        self._icon.setContextMenu(self.menu)
        self._open.triggered.connect(self.open_wanted)
        self._quit.triggered.connect(self.quit_wanted)
        self._icon.activated.connect(self._activated)
        self._icon.messageClicked.connect(self._message_clicked)
        theme.changed.connect(self._paint)
        self.wording()

    @staticmethod
    def usable() -> bool:
        """Whether this desktop has a tray."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    @property
    def words(self) -> str:
        """What a pointer on it tells."""
        return self._icon.toolTip()

    def wording(self) -> None:
        """Set every word, in the language that is chosen now."""
        self._open.setText(translate("Tray", "Open Data JellyFish"))
        self._quit.setText(translate("Tray", "Quit"))
        self._paint()

    def show(self) -> None:
        """Put it into the tray, where there is one."""
        if self.usable():
            self._icon.show()

    def hide(self) -> None:
        """Take it away; its menu too."""
        self._icon.hide()
        self.menu.close()

    def clear(self) -> None:
        """Nothing is left of it."""
        self.hide()
        self.menu.deleteLater()

    def show_state(self, connection: Connection, status: StatusShape | None) -> None:
        """How things are now."""
        look = state_of(connection, status)
        if look != self._look:
            self._look = look
            self._paint()

    def notify(self, title: str, text: str, on_click: Callable[[], None]) -> None:
        """A notice on the desktop; without a tray the window asks for attention instead."""
        self._clicked = on_click
        if self._icon.isVisible() and QSystemTrayIcon.supportsMessages():
            self._icon.showMessage(title, text, self._icon.icon())
            return
        for window in QApplication.topLevelWidgets():
            if window.isVisible() and not window.isActiveWindow():
                QApplication.alert(window)

    def _message_clicked(self) -> None:
        clicked, self._clicked = self._clicked, None
        self.open_wanted.emit()
        if clicked is not None:
            clicked()

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.open_wanted.emit()

    def _paint(self) -> None:
        self._icon.setIcon(QIcon(sign(self._theme, self._look)))
        self._icon.setToolTip(
            translate("Tray", "Data JellyFish: {state}").format(state=self._look.word)
            if self._look.word
            else "Data JellyFish"
        )


def sign(theme: Theme, look: Look) -> QPixmap:
    """The jellyfish with a lamp at its foot; its shape tells as much as its colour."""
    pixmap = QPixmap(QSize(SIGN_PX, SIGN_PX))
    pixmap.fill(QColor(0, 0, 0, 0))
    painter = QPainter(pixmap)
    painter.drawPixmap(0, 0, icon_pixmap("jellyfish", theme.tokens.accent.on, SIGN_PX, 1.0))
    reach = LAMP_PX * LAMP_SCALE / 2 + 3
    centre = SIGN_PX - reach
    painter.setPen(QColor(theme.tokens.panel))
    painter.setBrush(QColor(theme.tokens.panel))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawEllipse(QPointF(centre, centre), reach, reach)
    painter.translate(centre, centre)
    painter.scale(LAMP_SCALE, LAMP_SCALE)
    paint_lamp(painter, QPointF(0, 0), look.icon, theme.ink(look.ink).on)
    painter.end()
    return pixmap
