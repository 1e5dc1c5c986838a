"""The help beside the page: F1 opens and closes it. It lies over the page and moves nothing.

Shows the program's own texts only, as Markdown without any source outside of them: a link leads to
another page of the help, or nowhere.
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QPalette,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QTextFrameFormat,
    QTextTable,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from app.help_text import BY_KEY, TOPICS, Topic, text_of
from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets.basics import Button, PlainLabel, framed
from app.widgets.field_button import FieldButton
from app.widgets.menu import Menu
from app.words import translate

WIDTH_PX = 400
TITLE_PX = 17
GAP_PX = 10
LIST_GAP_PX = 5
LINE_PERCENT = 125.0
CELL_PX = 6
INDENT_PX = 18


class HelpText(QTextBrowser):
    """Markdown that loads nothing."""

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """No picture, no file, no address."""
        return None


class HelpPane(QFrame):
    """over: what it lies over, at the right edge, below the top bar."""

    def __init__(self, theme: Theme, over: QWidget) -> None:
        super().__init__(over)
        self._theme = theme
        self._over = over
        self._before: QWidget | None = None
        self.topic = TOPICS[0]
        self.setProperty("kind", "popup")
        self.setAccessibleName(translate("Help", "Help"))
        self.text = HelpText()
        self.text.setOpenLinks(False)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setAccessibleName(translate("Help", "Help"))
        self.text.document().setDocumentMargin(0)
        self.text.document().setIndentWidth(fonts.room(INDENT_PX))
        self.text.anchorClicked.connect(self._follow)
        self._close = Button(theme, kind="ghost", sign="close")
        self._close.setFixedSize(fonts.tall(tokens.FIELD_PX), fonts.tall(tokens.FIELD_PX))
        self._close.setAccessibleName(translate("Help", "Close the help"))
        self._close.setToolTip(translate("Help", "Close the help"))
        self._close.clicked.connect(self.close_pane)
        self.choice = FieldButton(theme, self._topics)
        self._build()
        over.installEventFilter(self)
        theme.changed.connect(self._tint)
        self.hide()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(20, 10, 10, 10)
        head.setSpacing(8)
        title = PlainLabel(translate("Help", "Help"), weight=QFont.Weight.DemiBold)
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self.choice)
        head.addWidget(self._close)
        body = QVBoxLayout()
        body.setContentsMargins(20, 16, 12, 16)
        body.addWidget(self.text)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(framed("line"))
        column.addLayout(body, 1)

    # ------------------------------------------------------------ opening and closing
    def toggle(self, topic: Topic) -> None:
        """Open at that topic, or close."""
        if self.isVisible():
            self.close_pane()
        else:
            self.open(topic)

    def open(self, topic: Topic) -> None:
        """Show the topic; the keyboard is in its text."""
        self._before = self._over.focusWidget()
        self.show_topic(topic)
        self._place()
        self.show()
        self.raise_()
        self.text.setFocus()

    def close_pane(self) -> None:
        """Close it; the keyboard goes back to where it was."""
        self.hide()
        if self._before is not None:
            self._before.setFocus()
            self._before = None

    def show_topic(self, topic: Topic) -> None:
        """Another page of the help."""
        self.topic = topic
        self.choice.show_value("", topic.title())
        self._tint()
        self._write()
        self.text.verticalScrollBar().setValue(0)

    def _tint(self) -> None:
        palette = self.text.palette()
        palette.setColor(QPalette.ColorRole.Link, QColor(self._theme.tokens.accent.on))
        self.text.setPalette(palette)
        self.text.setFont(fonts.text_font())
        if self.isVisible():
            self._write()

    def _write(self) -> None:
        """The topic's text, with room between its parts: Qt sets Markdown solid."""
        self.text.setMarkdown(text_of(self.topic))
        cursor = QTextCursor(self.text.document())
        block = self.text.document().begin()
        ruled = -1
        while block.isValid():
            cursor.setPosition(block.position())
            # PySide's types leave out that running text stands in none.
            table = cast("QTextTable | None", cursor.currentTable())
            if table is not None and table.firstPosition() != ruled:
                ruled = table.firstPosition()
                self._rule(table)
            shape = block.blockFormat()
            if table is None:
                heading = shape.headingLevel()
                shape.setBottomMargin(LIST_GAP_PX if block.textList() else GAP_PX)
                shape.setLineHeight(
                    LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
                )
                cursor.setBlockFormat(shape)
                if heading:
                    cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
                    letters = QTextCharFormat()
                    letters.setFont(fonts.text_font(TITLE_PX, QFont.Weight.DemiBold))
                    letters.setProperty(QTextFormat.Property.FontSizeAdjustment, 0)
                    cursor.mergeCharFormat(letters)
            block = block.next()

    def _rule(self, table: QTextTable) -> None:
        """With the console's own lines, and room in its cells."""
        shape = table.format()
        shape.setBorderBrush(QColor(self._theme.tokens.line))
        shape.setBorder(1)
        shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        shape.setBorderCollapse(True)
        shape.setCellPadding(CELL_PX)
        shape.setBottomMargin(GAP_PX)
        table.setFormat(shape)

    def _topics(self) -> Menu:
        menu = Menu(self._theme, self, marks=True)
        for topic in TOPICS:
            action = menu.addAction(topic.title())
            action.setCheckable(True)
            action.setChecked(topic is self.topic)
            action.triggered.connect(lambda _=False, one=topic: self.show_topic(one))
        return menu

    def _follow(self, link: QUrl) -> None:
        topic = BY_KEY.get(link.toString().removesuffix(".md"))
        if topic is not None:
            self.show_topic(topic)

    # ------------------------------------------------------------ place and keys
    def _place(self) -> None:
        width = min(fonts.room(WIDTH_PX), self._over.width())
        top = tokens.TOPBAR_PX
        self.setGeometry(self._over.width() - width, top, width, self._over.height() - top)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_pane()
        else:
            super().keyPressEvent(event)
