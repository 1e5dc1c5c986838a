"""The palette (Ctrl+K): type a few letters, choose a page, a job, an action or a key to look up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QGraphicsDropShadowEffect,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app import shown
from app.theme import fonts, tokens
from app.theme.icons import paint_icon
from app.theme.theme import Theme
from app.widgets.basics import framed
from app.words import translate

WIDTH_PX = 560
LINE_PX = 36
SIGN_PX = 16
LINES_AT_MOST = 10
CHOICE_ROLE = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Choice:
    """One line. kind: the faint word on the right; sign: its icon; run: what it does."""

    words: str
    kind: str
    sign: str
    run: Callable[[], None]


class Palette(QWidget):
    """Lies over the window. choices: asked each time it opens; key_choice: for what was typed."""

    def __init__(
        self,
        theme: Theme,
        over: QWidget,
        choices: Callable[[], Sequence[Choice]],
        key_choice: Callable[[str], Choice],
    ) -> None:
        super().__init__(over)
        self._theme = theme
        self._over = over
        self._choices = choices
        self._key_choice = key_choice
        self._all: Sequence[Choice] = ()
        self._box = framed("popup", self)
        self._field = QLineEdit()
        self._field.setProperty("kind", "bare")
        self._field.setFont(fonts.text_font(tokens.TITLE_PX))
        self._list = QListWidget()
        self._list.setItemDelegate(_LineDelegate(theme, self._list))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setMouseTracking(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self._box)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        self._field.setTextMargins(8, 4, 8, 4)
        layout.addWidget(self._field)
        layout.addWidget(framed("faint-line"))
        layout.addWidget(self._list)
        shadow = QGraphicsDropShadowEffect(self._box)
        shadow.setBlurRadius(40)
        shadow.setOffset(0, 12)
        shadow.setColor(QColor(0, 0, 0, 70))
        self._box.setGraphicsEffect(shadow)
        self._field.textChanged.connect(self._filter)
        self._field.installEventFilter(self)
        self._list.itemClicked.connect(self._run)
        over.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Show it, empty, with everything there is to choose."""
        self._field.setPlaceholderText(
            translate("Palette", "Go to a page or job, run an action, look up a key")
        )
        self._field.setAccessibleName(translate("Palette", "Search"))
        self._all = self._choices()
        self._field.clear()
        self._filter("")
        self._fit()
        self.show()
        self.raise_()
        self._field.setFocus()

    def words(self) -> list[str]:
        """The lines shown, for tests and screen readers."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    def type(self, text: str) -> None:
        """As if it was typed."""
        self._field.setText(text)

    def take(self) -> None:
        """Choose the line that is marked."""
        item = self._list.currentItem()
        if item is not None:
            self._run(item)

    def _filter(self, typed: str) -> None:
        wanted = typed.strip()
        parts = wanted.casefold().split()
        matching = [
            choice
            for choice in self._all
            if all(part in f"{choice.words} {choice.kind}".casefold() for part in parts)
        ]
        matching.sort(key=lambda choice: not choice.words.casefold().startswith(wanted.casefold()))
        if wanted:
            matching.append(self._key_choice(wanted))
        self._list.clear()
        for choice in matching:
            item = QListWidgetItem(shown.line(choice.words, 120))
            item.setData(CHOICE_ROLE, choice)
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        self._fit()

    def _run(self, item: QListWidgetItem) -> None:
        choice = item.data(CHOICE_ROLE)
        self.close_palette()
        assert isinstance(choice, Choice)
        choice.run()

    def close_palette(self) -> None:
        """Hide it; the window has the focus again."""
        self.hide()
        self._over.setFocus()

    def _fit(self) -> None:
        self.setGeometry(self._over.rect())
        lines = min(max(self._list.count(), 1), LINES_AT_MOST)
        self._list.setFixedHeight(lines * LINE_PX + 2)
        width = min(WIDTH_PX, self.width() - 40)
        self._box.setFixedWidth(width)
        self._box.adjustSize()
        self._box.move((self.width() - width) // 2, 72)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.close_palette()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() is QEvent.Type.Resize and self.isVisible():
            self._fit()
        if watched is self._field and isinstance(event, QKeyEvent):
            return event.type() is QEvent.Type.KeyPress and self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        count = self._list.count()
        match event.key():
            case Qt.Key.Key_Escape:
                self.close_palette()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.take()
            case Qt.Key.Key_Down if count:
                self._list.setCurrentRow((self._list.currentRow() + 1) % count)
            case Qt.Key.Key_Up if count:
                self._list.setCurrentRow((self._list.currentRow() - 1) % count)
            case _:
                return False
        return True


class _LineDelegate(QStyledItemDelegate):
    """A line: icon, words, kind."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, LINE_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        choice = index.data(CHOICE_ROLE)
        c = self._theme.tokens
        box = QRectF(option.rect)
        lit = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if lit:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.accent.ground))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 6, 6)
        middle = box.center().y()
        sign_px = fonts.tall(SIGN_PX)
        place = QRectF(box.left() + 12, middle - sign_px / 2, sign_px, sign_px)
        paint_icon(painter, choice.sign, c.accent.on if lit else c.muted, place)
        painter.setFont(fonts.text_font())
        kind_width = painter.fontMetrics().horizontalAdvance(choice.kind) + 12
        painter.setPen(QColor(c.accent.on if lit else c.text))
        room = box.adjusted(24 + sign_px, 0, -kind_width - 16, 0)
        words = painter.fontMetrics().elidedText(
            shown.line(choice.words), Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        painter.setPen(QColor(c.faint))
        painter.drawText(
            box.adjusted(0, 0, -12, 0),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
            choice.kind,
        )
        painter.restore()
