"""The payload as the source sent it: a tree, or raw."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
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
from app.models.json_tree import NODE_ROLE, JsonTree, Kind, Node, read
from app.theme import fonts, tokens
from app.theme.icons import paint_icon
from app.theme.theme import Theme
from app.widgets.basics import Button, ElidedLabel
from app.widgets.code import CodeText
from app.words import Worded, translate
from engine.api.wire import RecordShape

EXPAND_AT_MOST = 60


class PayloadTab(Worded):
    """Tree where the payload is JSON of a sane size, else raw only."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._text = ""
        self._tree = _Tree(theme)
        self._raw = CodeText(lines_at_most=None, pad_px=16)
        self._stack = QStackedWidget()
        self._model: JsonTree | None = None
        self._facts = ElidedLabel(tone="faint", px=tokens.SMALL_PX)
        self._as_tree = Button(theme, kind="ghost")
        self._as_raw = Button(theme, kind="ghost")
        self._copy = Button(theme, kind="ghost", sign="copy")
        self._group = QButtonGroup(self)
        self._build()
        self.wording()

    def _build(self) -> None:
        for button in (self._as_tree, self._as_raw):
            button.setCheckable(True)
            button.setFixedHeight(26)
            self._group.addButton(button)
        self._copy.setFixedSize(28, 26)
        self._as_tree.setChecked(True)
        self._group.buttonClicked.connect(self._show_form)
        self._copy.clicked.connect(self._copy_text)
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 12, 8)
        head.setSpacing(4)
        head.addWidget(self._as_tree)
        head.addWidget(self._as_raw)
        head.addStretch(1)
        head.addWidget(self._facts)
        head.addWidget(self._copy)
        self._stack.addWidget(self._tree)
        self._stack.addWidget(self._raw)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    def wording(self) -> None:
        self._as_tree.setText(translate("Payload", "Tree"))
        self._as_raw.setText(translate("Payload", "Raw"))
        name = translate("Payload", "Copy the payload")
        self._copy.setAccessibleName(name)
        self._copy.setToolTip(name)
        self._tree.setAccessibleName(translate("Payload", "Payload as a tree"))
        self._raw.setAccessibleName(translate("Payload", "Payload, raw"))

    def show_record(self, record: RecordShape) -> None:
        """Take this record's payload."""
        text = record.payload_text
        facts = format.size(record.size)
        if text is None:
            text = record.payload_base64 or ""
            facts = translate("Payload", "{size} · not text, shown as base64").format(size=facts)
        elif record.sha256:
            facts = f"{facts} · sha256 {record.sha256[:4]}…{record.sha256[-2:]}"
        self._facts.setText(facts)
        self._facts.setToolTip(shown.tip(f"sha256 {record.sha256}"))
        if text == self._text and self._model is not None:
            return
        self._text = text
        self._raw.show_text(text)
        self._show_tree(record, text)

    def _show_tree(self, record: RecordShape, text: str) -> None:
        before = self._model
        try:
            self._model = (
                None if record.payload_text is None else JsonTree(read(text.encode()), self)
            )
        except ValueError:
            self._model = None
        if self._model is not None:
            self._tree.setModel(self._model)
            self._tree.open_up(self._model)
        if before is not None:
            before.deleteLater()
        self._as_tree.setEnabled(self._model is not None)
        self._show_form()

    def _show_form(self) -> None:
        tree = self._model is not None and self._as_tree.isChecked()
        self._stack.setCurrentWidget(self._tree if tree else self._raw)

    def _copy_text(self) -> None:
        QGuiApplication.clipboard().setText(self._text)


class _Tree(QTreeView):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(16)
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
        box = QRectF(rect.right() - 13, rect.center().y() - 5.5, 12, 12)
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
