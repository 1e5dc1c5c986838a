"""The answer of a test pull as a tree: what each value is to the job stands beside it as a tag.

A click, Enter or a letter makes a value the records, the key, the cursor, the success rule or the
next page's token. Lines are read when somebody looks at them, so a large answer opens at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from app import shown
from app.models.json_text import Members
from app.models.json_tree import NODE_ROLE, JsonTree, Kind, Node, read
from app.models.paths_in_answers import CURSOR, KEY, NEXT, RECORDS, SUCCESS, Steps, in_record
from app.theme import fonts
from app.theme.icons import paint_icon
from app.theme.states import Look
from app.theme.theme import Theme
from app.widgets.menu import Menu
from app.widgets.pill import paint_pill, pill_font, pill_width
from app.words import translate

Index = QModelIndex | QPersistentModelIndex
INDENT_PX, BRANCH_PX = 14, 11
LINES_AT_FIRST = 40
_LETTERS = {
    Qt.Key.Key_R: RECORDS,
    Qt.Key.Key_K: KEY,
    Qt.Key.Key_C: CURSOR,
    Qt.Key.Key_S: SUCCESS,
    Qt.Key.Key_N: NEXT,
}


class AnswerTree(QTreeView):
    """chosen: what a value shall be, and its path in ``body``, and the value."""

    chosen = Signal(str, object, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.marks: Mapping[Steps, list[str]] = {}
        self._model: JsonTree | None = None
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(fonts.tall(INDENT_PX))
        self.setViewportMargins(8, 0, 0, 0)
        self.setItemDelegate(_LineDelegate(theme, self))
        self.setVerticalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.setExpandsOnDoubleClick(False)
        self.setAccessibleName(translate("Pull", "The answer as a tree"))
        self.clicked.connect(self._clicked)
        theme.changed.connect(self.viewport().update)

    @property
    def records(self) -> Steps | None:
        """Where the records stand, as the job has it."""
        return next((steps for steps, what in self.marks.items() if RECORDS in what), None)

    def show_value(self, raw: bytes) -> None:
        """Take this JSON; ValueError where it is none."""
        before = self._model
        self._model = JsonTree(Members([("body", read(raw))]), self)
        self.setModel(self._model)
        if before is not None:
            before.deleteLater()
        self._open_up()

    def show_marks(self, marks: Mapping[Steps, list[str]]) -> None:
        """What the job uses of the answer."""
        self.marks = marks
        self.viewport().update()

    # ------------------------------------------------------------ choosing
    def uses(self, index: Index) -> tuple[str, ...]:
        """What the value behind an index may be made."""
        node = index.data(NODE_ROLE)
        if not isinstance(node, Node):
            return ()
        steps = path_of(node)
        inside = in_record(steps, self.records) is not None
        match node.kind:
            case Kind.LIST:
                return () if any(isinstance(step, int) for step in steps) else (RECORDS,)
            case Kind.TEXT | Kind.NUMBER | Kind.WORD if inside:
                return (KEY, CURSOR)
            case Kind.TEXT | Kind.NUMBER | Kind.WORD:
                return () if any(isinstance(step, int) for step in steps) else (SUCCESS, NEXT)
            case _:
                return ()

    def menu(self, index: Index) -> Menu:
        """What the value may be made."""
        menu = Menu(self.theme, self)
        at = QPersistentModelIndex(index)
        for use in self.uses(index):
            action = menu.addAction(use_words(use))
            action.triggered.connect(partial(self._chosen_in_menu, at, use))
        return menu

    def _chosen_in_menu(self, at: QPersistentModelIndex, use: str, _: bool = False) -> None:
        self.choose(at, use)

    def choose(self, index: Index, use: str) -> None:
        """Make the value this."""
        node = index.data(NODE_ROLE)
        if isinstance(node, Node) and use in self.uses(index):
            self.chosen.emit(use, path_of(node), _plain(node))

    def _clicked(self, index: QModelIndex) -> None:
        uses = self.uses(index)
        if len(uses) == 1:
            self.choose(index, uses[0])
        elif uses:
            self._open_menu(index)
        else:
            self.setExpanded(index, not self.isExpanded(index))

    def _open_menu(self, index: QModelIndex) -> None:
        menu = self.menu(index)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box = self.visualRect(index)
        menu.popup(self.viewport().mapToGlobal(box.bottomLeft()))
        if menu.actions():
            menu.setActiveAction(menu.actions()[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if plain and index.isValid():
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
                self._clicked(index)
                return
            use = _LETTERS.get(Qt.Key(event.key()))
            if use is not None and use in self.uses(index):
                self.choose(index, use)
                return
        super().keyPressEvent(event)

    # ------------------------------------------------------------ looking
    def index_of(self, steps: Steps) -> QModelIndex:
        """The index of a path in ``body``; invalid where there is none."""
        model = self._model
        if model is None:
            return QModelIndex()
        index = model.index(0, 0)
        for step in steps:
            for row in range(model.rowCount(index)):
                below = model.index(row, 0, index)
                if model.node(below).name == str(step):
                    index = below
                    break
            else:
                return QModelIndex()
        return index

    def reveal(self, steps: Steps) -> None:
        """Open the way to a path, and its first record."""
        index = self.index_of(steps)
        while index.isValid():
            self.expand(index)
            index = index.parent()

    def _open_up(self) -> None:
        """Open the first levels while they are few lines, and the first entry of each list."""
        model = self._model
        if model is None:
            return
        lines = 1
        level = [model.index(0, 0)]
        while level and lines < LINES_AT_FIRST:
            below: list[QModelIndex] = []
            for index in level:
                count = model.rowCount(index)
                in_list = model.node(index).kind is Kind.LIST
                if not count or (not in_list and lines + count > LINES_AT_FIRST):
                    continue
                self.expand(index)
                lines += 1 if in_list else count
                below += [model.index(row, 0, index) for row in range(1 if in_list else count)]
            level = below

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        if not index.model().hasChildren(index):
            return
        sign = "chevron-down" if self.isExpanded(index) else "chevron-right"
        px = fonts.tall(BRANCH_PX)
        box = QRectF(rect.right() - px - 1, rect.center().y() + 0.5 - px / 2, px, px)
        paint_icon(painter, sign, self.theme.tokens.muted, box)


class _LineDelegate(QStyledItemDelegate):
    """Paints name, value and tags of a line."""

    def __init__(self, theme: Theme, parent: AnswerTree) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tree = parent

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        option.text = ""
        view: QWidget = option.widget
        style = view.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, option, painter, view)
        node = index.data(NODE_ROLE)
        if not isinstance(node, Node):
            return
        c = self._theme.tokens
        tags = [tag_look(use) for use in self._tree.marks.get(path_of(node), [])]
        box = QRectF(option.rect).adjusted(4, 0, -8, 0)
        painter.save()
        painter.setFont(fonts.code_font())
        name = shown.line(node.name, 120)
        in_list = node.parent is not None and node.parent.kind is Kind.LIST
        painter.setPen(QColor(c.faint if in_list else c.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)
        advance = painter.fontMetrics().horizontalAdvance(name + " ") if name else 0
        words = self._words(node, index)
        metrics = QFontMetricsF(pill_font())
        room = sum(pill_width(tag, metrics) + 6 for tag in tags)
        rest = box.adjusted(advance, 0, -room, 0)
        text = painter.fontMetrics().elidedText(
            words, Qt.TextElideMode.ElideRight, max(int(rest.width()), 0)
        )
        painter.setPen(QColor(self._colour(node.kind)))
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, text)
        left = rest.left() + painter.fontMetrics().horizontalAdvance(text) + 8
        painter.restore()
        for tag in tags:
            left += paint_pill(painter, self._theme, tag, left, box.center().y()) + 6

    def _words(self, node: Node, index: Index) -> str:
        """An open object or list needs no summary of what stands below it."""
        if self._tree.isExpanded(index):
            return str(node.count) if node.kind is Kind.LIST else ""
        return node.words

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


def path_of(node: Node) -> Steps:
    """The path of a line in ``body``."""
    steps: list[str | int] = []
    here: Node | None = node
    while here is not None and here.parent is not None and here.parent.parent is not None:
        in_list = here.parent.kind is Kind.LIST
        steps.append(int(here.name) if in_list and here.name.isdigit() else here.name)
        here = here.parent
    return tuple(reversed(steps))


def tag_look(use: str) -> Look:
    """The tag of a value the job uses."""
    words = {
        RECORDS: translate("Pull", "records"),
        KEY: translate("Pull", "key"),
        CURSOR: translate("Pull", "cursor"),
        SUCCESS: translate("Pull", "success"),
        NEXT: translate("Pull", "next page"),
    }
    inks = {RECORDS: "accent", KEY: "pending", CURSOR: "unknown", SUCCESS: "delivered"}
    return Look(words.get(use, use), "", inks.get(use, "retrying"))


def use_words(use: str) -> str:
    """What a menu's entry says."""
    words = {
        RECORDS: translate("Pull", "These are the records (R)"),
        KEY: translate("Pull", "This is the key (K)"),
        CURSOR: translate("Pull", "This is the cursor (C)"),
        SUCCESS: translate("Pull", "Success when it is this value (S)"),
        NEXT: translate("Pull", "This asks for the next page (N)"),
    }
    return words[use]


def _plain(node: Node) -> object:
    """The value: a text, a number as its digits, a truth value or None; else nothing."""
    value = node.value
    return None if isinstance(value, list) else value
