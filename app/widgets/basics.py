"""Labels, lines and buttons as every page uses them. Labels show plain text, whatever is in it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QFont, QFontMetrics, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QWidget

from app.theme import fonts, tokens
from app.theme.icons import icon
from app.theme.theme import Theme

ICON_GAP_PX = 4


class PlainLabel(QLabel):
    """A label that never reads its text as HTML.

    tone: muted, faint, accent, delivered, retrying or dead, or "" for the text colour.
    """

    def __init__(
        self,
        text: str = "",
        *,
        tone: str = "",
        px: int = tokens.FONT_PX,
        weight: QFont.Weight = QFont.Weight.Normal,
        code: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(fonts.code_font(px, weight) if code else fonts.text_font(px, weight))
        if tone:
            self.setProperty("tone", tone)
        self.setText(text)

    def set_tone(self, tone: str) -> None:
        """Another colour of the tokens."""
        set_property(self, "tone", tone)


class ElidedLabel(PlainLabel):
    """A plain label that gives way: it is cut with ``…`` where there is no room."""

    def __init__(
        self,
        text: str = "",
        *,
        tone: str = "",
        px: int = tokens.FONT_PX,
        weight: QFont.Weight = QFont.Weight.Normal,
        code: bool = False,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__(text, tone=tone, px=px, weight=weight, code=code)
        self._mode = mode
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), 24), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = self.contentsRect()
        text = QFontMetrics(self.font()).elidedText(self.text(), self._mode, box.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(box, int(self.alignment()), text)


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a dynamic property the style sheet looks at, and let it look again.

    What stays as it is costs nothing: each look again takes time, and a little memory for good.
    """
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def native_shortcut(action: QAction) -> str:
    """An action's keys as this system writes them; "" for none."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


def framed(kind: str, parent: QWidget | None = None) -> QFrame:
    """A frame the style sheet knows by its kind: card, popup, code, note …"""
    frame = QFrame(parent)
    frame.setProperty("kind", kind)
    return frame


class Button(QPushButton):
    """A push button with an icon in the tokens' colour, reached by Tab but not focused by a click.

    kind: "" (outlined), primary, danger, ghost, nav or link.
    """

    def __init__(
        self, theme: Theme, text: str = "", *, kind: str = "", sign: str = "", px: int = 16
    ) -> None:
        super().__init__(text)
        self._theme = theme
        self._sign = sign
        self._px = px
        if kind:
            self.setProperty("kind", kind)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        if sign:
            theme.changed.connect(self._tint)
            self._tint()

    def set_sign(self, sign: str) -> None:
        """Another icon."""
        self._sign = sign
        self._tint()

    def setText(self, text: str) -> None:
        super().setText(text)
        if self._sign:
            self._tint()

    def _tint(self) -> None:
        c = self._theme.tokens
        match self.property("kind"):
            case "primary":
                ink = c.on_accent
            case "link":
                ink = c.accent.on
            case _:
                ink = c.muted
        gap_px = ICON_GAP_PX if self.text() else 0
        px = fonts.tall(self._px)
        self.setIconSize(QSize(px + gap_px, px))
        self.setIcon(icon(self._sign, ink, px, active=c.accent.on, gap_px=gap_px))
