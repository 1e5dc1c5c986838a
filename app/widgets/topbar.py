"""The top bar: the page's title, the connection, the search field and the page's own buttons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app import shown
from app.theme import fonts, tokens
from app.theme.icons import paint_icon
from app.theme.theme import Theme
from app.widgets import layouts
from app.widgets.basics import Button, ElidedLabel, PlainLabel, framed
from app.widgets.lamp import Lamp
from app.words import Worded, translate

ARROW_PX = 12


class ConnectionPill(QPushButton):
    """The light and name of the node; a click tells more."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._lamp = Lamp(theme, "skipped", "ring")
        self._words = ElidedLabel(tone="muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 14 + fonts.tall(ARROW_PX), 0)
        row.setSpacing(7)
        row.addWidget(self._lamp)
        row.addWidget(self._words)
        row.addStretch(1)
        self._theme = theme
        self._words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_connection(self, words: str, ink: str, shape: str) -> None:
        """What stands in the pill, and its light."""
        self._words.setText(words)
        self._lamp.show_light(ink, shape)
        self.setAccessibleName(words)
        room = self._words.sizeHint().width() + self._lamp.width() + 36 + fonts.tall(ARROW_PX)
        self.setFixedWidth(min(room, 360))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        px = fonts.tall(ARROW_PX)
        box = QRectF(self.width() - 10 - px, (self.height() - px) / 2, px, px)
        paint_icon(QPainter(self), "chevron-down", self._theme.tokens.muted, box)


SEARCH_PX = 256


class SearchButton(QPushButton):
    """Looks like a field; opens the palette."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMaximumWidth(fonts.room(SEARCH_PX))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._words = PlainLabel(tone="muted")
        self._keys = PlainLabel("Ctrl K", tone="faint", px=tokens.TINY_PX, code=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 8, 0)
        row.addWidget(self._words, 1)
        row.addWidget(self._keys)
        for label in (self._words, self._keys):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_words(self, words: str) -> None:
        """What stands in the field; where there is no room, the keys alone."""
        self._words.setText(words)
        self.setAccessibleName(words)
        self.setToolTip(words)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._keys.sizeHint().width() + 20, self.sizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(fonts.room(SEARCH_PX), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        needed = self._words.sizeHint().width() + self._keys.sizeHint().width() + 28
        self._words.setVisible(self.width() >= needed)


class TopBar(Worded):
    """See the module. search_wanted: the palette shall open."""

    search_wanted = Signal()
    reconnect_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("topbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(tokens.TOPBAR_PX)
        self._title = PlainLabel(px=tokens.TITLE_PX, weight=QFont.Weight.DemiBold)
        self.pill = ConnectionPill(theme)
        self.search = SearchButton(theme)
        self._heading = QHBoxLayout()
        self._tools = QHBoxLayout()
        self._tools.setSpacing(8)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(12)
        row.addWidget(self._title)
        row.addWidget(self.pill)
        row.addLayout(self._heading)
        row.addStretch(1)
        row.addWidget(self.search, 1000)
        row.addLayout(self._tools)
        self.card = NodeCard(theme, self)
        self.pill.clicked.connect(self._show_card)
        self.search.clicked.connect(self.search_wanted)
        self.card.reconnect_wanted.connect(self.reconnect_wanted)
        self.wording()

    def wording(self) -> None:
        self.search.set_words(translate("TopBar", "Search jobs, keys, actions"))

    def show_page(self, title: str, heading: QWidget | None, tools: QWidget | None) -> None:
        """A page's part of the bar; a heading stands instead of title, connection and search."""
        self._title.setText(title)
        for widget in (self._title, self.pill, self.search):
            widget.setVisible(heading is None)
        self._put(self._heading, heading)
        self._put(self._tools, tools)

    @staticmethod
    def _put(place: QHBoxLayout, widget: QWidget | None) -> None:
        """Show this one there and no other; it stays the bar's, hidden, when another comes."""
        known = [item.widget() for n in range(place.count()) if (item := place.itemAt(n))]
        if widget is not None and widget not in known:
            place.addWidget(widget)
        for each in [*known, widget]:
            if each is not None:
                each.setVisible(each is widget)

    def _show_card(self) -> None:
        corner = self.pill.mapToGlobal(QPoint(0, self.pill.height() + 4))
        self.card.open_at(corner)


class NodeCard(QFrame):
    """What is known of the node, under the pill: a name and a value a line; and where else to go.

    place_wanted: the name of another connection. places_wanted: all of them.
    """

    reconnect_wanted = Signal()
    place_wanted = Signal(str)
    places_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame = framed("popup", self)
        outer.addWidget(frame)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(12)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        layout.addLayout(self._grid)
        self._again = Button(theme, sign="refresh")
        self._again.clicked.connect(self._reconnect)
        self._theme = theme
        self._places = QVBoxLayout()
        self._places.setSpacing(4)
        layout.addLayout(self._places)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._again)
        self._all = Button(theme, sign="nodes")
        self._all.clicked.connect(self._show_places)
        row.addWidget(self._all)
        row.addStretch(1)
        layout.addLayout(row)

    def show_facts(self, facts: list[tuple[str, str]]) -> None:
        """Name and value, a line each."""
        layouts.clear(self._grid)
        for row, (name, value) in enumerate(facts):
            self._grid.addWidget(PlainLabel(name, tone="muted"), row, 0)
            words = ElidedLabel(value, mode=Qt.TextElideMode.ElideMiddle)
            words.setMaximumWidth(420)
            self._grid.addWidget(words, row, 1)

    def offer_places(self, places: Sequence[tuple[str, str]]) -> None:
        """Other connections to switch to: name, and how it is called here."""
        layouts.clear(self._places)
        for name, words in places:
            said = translate("TopBar", "Switch to {name}").format(name=words)
            button = Button(self._theme, shown.label(said), kind="link", sign="plug", px=14)
            button.clicked.connect(lambda _=False, name=name: self._go(name))
            self._places.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def _go(self, name: str) -> None:
        self.hide()
        self.place_wanted.emit(name)

    def _show_places(self) -> None:
        self.hide()
        self.places_wanted.emit()

    def words(self) -> list[str]:
        """Everything it tells, for tests and screen readers."""
        return [label.text() for label in self.findChildren(PlainLabel)]

    def open_at(self, corner: QPoint) -> None:
        """Show it with its top left corner there."""
        self._again.setText(translate("TopBar", "Connect again"))
        self._all.setText(translate("TopBar", "Connections…"))
        self.adjustSize()
        self.move(corner)
        self.show()

    def _reconnect(self) -> None:
        self.hide()
        self.reconnect_wanted.emit()
