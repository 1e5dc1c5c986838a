"""The payload as the source sent it: a tree, raw text, or the bytes themselves.

What is shown is capped; copying and saving are about the exact bytes.
"""

from __future__ import annotations

import base64

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPainter
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app import format, shown
from app.models.hex_lines import HEX_CAP, hex_lines
from app.models.json_tree import NODE_ROLE, JsonTree, Kind, Node, read
from app.theme import fonts, tokens
from app.theme.icons import paint_icon
from app.theme.theme import Theme
from app.widgets.basics import Button, ElidedLabel
from app.widgets.code import CodeText
from app.widgets.empty import EmptyState
from app.words import Worded, translate
from engine.api.wire import RecordShape

INDENT_PX, BRANCH_PX = 16, 12
EXPAND_AT_MOST = 60


class PayloadTab(Worded):
    """payload_wanted: the bytes of that record id, which its shape left out. save_wanted: likewise,
    to a file.
    """

    payload_wanted = Signal(object)
    save_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._record_id: int | None = None
        self._body: bytes | None = None
        self._shown: tuple[int, str] | None = None
        self._filled: set[QWidget] = set()
        self._tree = _Tree(theme)
        self._raw = CodeText(lines_at_most=None, pad_px=16)
        self._hex = CodeText(lines_at_most=None, pad_px=16)
        self._nothing = EmptyState(theme, "records")
        self._stack = QStackedWidget()
        self._model: JsonTree | None = None
        self._facts = ElidedLabel(tone="faint", px=tokens.SMALL_PX)
        self._as_tree = Button(theme, kind="ghost")
        self._as_raw = Button(theme, kind="ghost")
        self._as_hex = Button(theme, kind="ghost")
        self._copy = Button(theme, kind="ghost", sign="copy")
        self._save = Button(theme, kind="ghost", sign="save")
        self._group = QButtonGroup(self)
        self._build()
        self.wording()

    def _build(self) -> None:
        for button in (self._as_tree, self._as_raw, self._as_hex):
            button.setCheckable(True)
            button.setFixedHeight(26)
            self._group.addButton(button)
        for button in (self._copy, self._save):
            button.setFixedSize(28, 26)
        self._as_tree.setChecked(True)
        self._group.buttonClicked.connect(self._show_form)
        self._copy.clicked.connect(self.copy)
        self._save.clicked.connect(lambda: self.save_wanted.emit(self._record_id))
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 12, 8)
        head.setSpacing(4)
        head.addWidget(self._as_tree)
        head.addWidget(self._as_raw)
        head.addWidget(self._as_hex)
        head.addStretch(1)
        head.addWidget(self._facts)
        head.addWidget(self._copy)
        head.addWidget(self._save)
        for view in (self._tree, self._raw, self._hex, self._nothing):
            self._stack.addWidget(view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    def wording(self) -> None:
        self._as_tree.setText(translate("Payload", "Tree"))
        self._as_raw.setText(translate("Payload", "Raw"))
        self._as_hex.setText(translate("Payload", "Bytes"))
        for button, name in (
            (self._copy, translate("Payload", "Copy the payload")),
            (self._save, translate("Payload", "Save the exact bytes to a file…")),
        ):
            button.setAccessibleName(name)
            button.setToolTip(name)
        self._tree.setAccessibleName(translate("Payload", "Payload as a tree"))
        self._raw.setAccessibleName(translate("Payload", "Payload, raw"))
        self._hex.setAccessibleName(translate("Payload", "Payload, byte by byte"))

    # ------------------------------------------------------------ showing
    @property
    def body(self) -> bytes | None:
        """The record's bytes; None while they are not there."""
        return self._body

    def show_record(self, record: RecordShape) -> None:
        """Take this record's payload; ask for it where it was too large for the shape."""
        if self._shown == (record.id, record.sha256) and self._body is not None:
            return
        self._record_id = record.id
        self._shown = (record.id, record.sha256)
        facts = format.size(record.size)
        if record.sha256:
            facts = f"{facts} · sha256 {record.sha256[:4]}…{record.sha256[-2:]}"
        self._facts.setText(facts)
        self._facts.setToolTip(shown.tip(f"sha256 {record.sha256}"))
        if record.payload_left_out:
            self._say(
                translate("Payload", "Reading {size}…").format(size=format.size(record.size)), ""
            )
            self.payload_wanted.emit(record.id)
        elif record.payload_text is not None:
            self._take(record.payload_text.encode())
        elif record.payload_base64 is not None:
            self._take(base64.b64decode(record.payload_base64))
        else:
            self._say(
                translate("Payload", "The bytes are gone"),
                translate("Payload", "Retention removed them; the evidence of every try stays."),
            )

    def show_payload(self, record_id: int, body: bytes) -> None:
        """The bytes that were asked for."""
        if record_id == self._record_id:
            self._take(body)

    def show_problem(self, record_id: int, sentence: str, hint: str) -> None:
        """The bytes that were asked for could not be read."""
        if record_id == self._record_id:
            self._say(shown.line(sentence), shown.line(hint))
            self._shown = None

    def _say(self, title: str, sentence: str) -> None:
        self._body = None
        self._nothing.say(title, sentence)
        for button in (self._as_tree, self._as_raw, self._as_hex, self._copy, self._save):
            button.setEnabled(False)
        self._stack.setCurrentWidget(self._nothing)

    def _take(self, body: bytes) -> None:
        self._body = body
        self._filled.clear()
        before = self._model
        try:
            self._model = JsonTree(read(body), self)
        except ValueError:
            self._model = None
        if before is not None:
            before.deleteLater()
        for button in (self._as_raw, self._as_hex, self._copy, self._save):
            button.setEnabled(True)
        self._as_tree.setEnabled(self._model is not None)
        self._show_form()

    def _show_form(self) -> None:
        body = self._body
        if body is None:
            return
        view: QWidget = self._raw
        if self._as_hex.isChecked():
            view = self._hex
        elif self._model is not None and self._as_tree.isChecked():
            view = self._tree
        if view not in self._filled:
            self._filled.add(view)
            self._fill(view, body)
        self._stack.setCurrentWidget(view)

    def _fill(self, view: QWidget, body: bytes) -> None:
        """Only the form that is looked at costs anything."""
        if view is self._tree and self._model is not None:
            self._tree.setModel(self._model)
            self._tree.open_up(self._model)
        elif view is self._hex:
            self._hex.show_text(_hex_words(body))
        else:
            self._raw.show_text(body.decode("utf-8", "backslashreplace"))

    def copy(self) -> None:
        """The payload to the clipboard: exactly, where it is text; else with ``\\xNN``."""
        if self._body is not None:
            QGuiApplication.clipboard().setText(self._body.decode("utf-8", "backslashreplace"))


def _hex_words(body: bytes) -> str:
    lines = hex_lines(body)
    rest = len(body) - HEX_CAP
    if rest <= 0:
        return lines
    return lines + "\n" + translate("Payload", "… %Ln more byte(s); save them to a file", "", rest)


class _Tree(QTreeView):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(fonts.tall(INDENT_PX))
        self.setItemDelegate(_LineDelegate(theme, self))
        self.setVerticalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.setExpandsOnDoubleClick(True)
        theme.changed.connect(self.viewport().update)

    def open_up(self, model: JsonTree) -> None:
        """Open the first levels of a payload that is not large."""
        lines = model.rowCount()
        for row in range(min(lines, EXPAND_AT_MOST)):
            index = model.index(row, 0)
            count = model.rowCount(index)
            if count and lines + count <= EXPAND_AT_MOST:
                lines += count
                self.expand(index)
                for inner in range(count):
                    below = model.index(inner, 0, index)
                    more = model.rowCount(below)
                    if more and lines + more <= EXPAND_AT_MOST:
                        lines += more
                        self.expand(below)

    def drawBranches(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        if not index.model().hasChildren(index):
            return
        sign = "chevron-down" if self.isExpanded(index) else "chevron-right"
        px = fonts.tall(BRANCH_PX)
        box = QRectF(rect.right() - px - 1, rect.center().y() + 0.5 - px / 2, px, px)
        paint_icon(painter, sign, self._theme.tokens.muted, box)


class _LineDelegate(QStyledItemDelegate):
    """Paints name and value of a line in their colours."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        self.initStyleOption(option, index)
        option.text = ""
        view: QWidget = option.widget
        style = view.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, option, painter, view)
        node = index.data(NODE_ROLE)
        assert isinstance(node, Node)
        c = self._theme.tokens
        box = QRectF(option.rect).adjusted(4, 0, -8, 0)
        painter.save()
        painter.setFont(fonts.code_font())
        name = shown.line(node.name, 120)
        in_list = node.parent is not None and node.parent.kind is Kind.LIST
        painter.setPen(QColor(c.faint if in_list else c.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)
        advance = painter.fontMetrics().horizontalAdvance(name + " ") if name else 0
        painter.setPen(QColor(self._colour(node.kind)))
        rest = box.adjusted(advance, 0, 0, 0)
        words = painter.fontMetrics().elidedText(
            node.words, Qt.TextElideMode.ElideRight, int(rest.width())
        )
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()

    def _colour(self, kind: Kind) -> str:
        c = self._theme.tokens
        match kind:
            case Kind.TEXT:
                return c.delivered.on
            case Kind.NUMBER:
                return c.pending.on
            case Kind.WORD:
                return c.unknown.on
            case Kind.MEMBERS | Kind.LIST | Kind.MORE:
                return c.muted
