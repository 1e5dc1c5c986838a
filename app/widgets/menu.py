"""The console's menus: painted here, so that shortcuts stand on the right and marks line up."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QWidget

from app.theme import fonts, tokens
from app.theme.icons import paint_icon
from app.theme.theme import Theme
from app.widgets.basics import native_shortcut

EDGE_PX = 5
PAD_PX = 10
MARK_PX, ARROW_PX = 14, 12


class Menu(QMenu):
    """A menu that deletes itself when it is closed.

    marks: room for a mark before each entry; an entry that is checked has one.
    """

    def __init__(self, theme: Theme, parent: QWidget, *, marks: bool = False) -> None:
        super().__init__(parent)
        self._theme = theme
        self._marks = marks
        self.setWindowFlags(
            self.windowFlags()
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.NoDropShadowWindowHint
        )
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setMouseTracking(True)

    def submenu(self, words: str) -> Menu:
        """A menu that opens beside an entry of this one."""
        menu = Menu(self._theme, self)
        menu.setTitle(words)
        self.addMenu(menu)
        return menu

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QPainterPath()
        frame.addRoundedRect(
            QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), tokens.RADIUS_PX, tokens.RADIUS_PX
        )
        painter.setPen(QPen(QColor(c.line), 1))
        painter.setBrush(QColor(c.panel))
        painter.drawPath(frame)
        painter.setFont(self.font())
        for action in self.actions():
            box = QRectF(self.actionGeometry(action))
            if action.isSeparator():
                rule = QRectF(box.left() - EDGE_PX + 1, box.center().y(), self.width() - 2, 1)
                painter.fillRect(rule, QColor(c.faint_line))
            else:
                self._paint_entry(painter, action, box)

    def _paint_entry(self, painter: QPainter, action: QAction, box: QRectF) -> None:
        c = self._theme.tokens
        lit = action is self.activeAction() and action.isEnabled()
        if lit:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.accent.ground))
            painter.drawRoundedRect(box, 5, 5)
        ink = c.accent.on if lit else c.text if action.isEnabled() else c.faint
        inner = box.adjusted(PAD_PX, 0, -PAD_PX, 0)
        middle = box.center().y()
        if self._marks:
            mark_px = fonts.tall(MARK_PX)
            if action.isChecked():
                place = QRectF(inner.left(), middle - mark_px / 2, mark_px, mark_px)
                paint_icon(painter, "menu-check", c.accent.on, place)
            inner.setLeft(inner.left() + mark_px + 8)
        painter.setPen(QColor(ink))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, _plain(action.text()))
        if action.menu() is not None:
            arrow_px = fonts.tall(ARROW_PX)
            place = QRectF(inner.right() - arrow_px, middle - arrow_px / 2, arrow_px, arrow_px)
            paint_icon(painter, "chevron-right", c.muted, place)
        elif keys := native_shortcut(action):
            painter.setPen(QColor(c.faint))
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.setFont(fonts.text_font(tokens.SMALL_PX))
            painter.drawText(inner, flags, keys)
            painter.setFont(self.font())


def _plain(words: str) -> str:
    """A menu entry's words without the doubled ``&`` that Qt wants."""
    return words.replace("&&", "&")
