"""Mapping: which field of the target is filled with what, beside what it gives for a real record.

Fields of the sample are picked by a click, by Enter or by dragging one onto a line; nested fields
of the target are written with dots. Three ways: the record's own bytes, fields, a JSON template.
Not for asking: the values beside come from the node (``flows.editor_tests``).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QMimeData, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFont, QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCompleter,
    QFrame,
    QGridLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app import shown
from app.models.mapping_rows import (
    MappingRow,
    SampleField,
    body_of,
    rows_of,
    sample_fields,
    target_for,
)
from app.pages.editor.pane import SIDE_PX, Note, Pane
from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets.basics import Button, ElidedLabel, PlainLabel, set_property
from app.words import translate
from engine.api.wire import EvaluatedShape

OWN, FIELDS, TEMPLATE = range(3)
TYPED_MS = 250
FIELD_MIME = "application/x-jellyfish-field"


@dataclass(slots=True)
class _Line:
    target: QLineEdit
    text: _TextEdit
    preview: ElidedLabel
    remove: Button


class MappingPane(Pane):
    """body_changed: the body as it shall be, None for the record's own bytes.

    preview_wanted: rows as (number, value) pairs to be evaluated with the sample.
    """

    body_changed = Signal(object)
    preview_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.lines: list[_Line] = []
        self.fields = _FieldList()
        self.note = Note()
        self.template = QPlainTextEdit()
        self.add = Button(theme, kind="link", sign="")
        self._known: tuple[SampleField, ...] = ()
        self._words = QStringListModel(self)
        self._body: Any = None
        self._kept: Any = None
        self._focused = -1
        self._forms: dict[int, Button] = {}
        self._group = QButtonGroup(self)
        self._stack = QStackedWidget()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(TYPED_MS)
        self._build()
        self.show_body(None)

    # ------------------------------------------------------------ building
    def _build(self) -> None:
        self.title.setText(translate("Mapping", "Mapping"))
        for form, words in (
            (OWN, translate("Mapping", "As it came")),
            (FIELDS, translate("Mapping", "Fields")),
            (TEMPLATE, translate("Mapping", "JSON")),
        ):
            button = Button(self.theme, words, kind="ghost")
            button.setCheckable(True)
            button.setFixedHeight(26)
            self._forms[form] = button
            self._group.addButton(button, form)
            self.tools.addWidget(button)
        self._group.idClicked.connect(self.choose_form)
        self._later.timeout.connect(self._tell)
        self._stack.addWidget(self._own_view())
        self._stack.addWidget(self._field_view())
        self._stack.addWidget(self._template_view())
        self.column.addWidget(self.note)
        self.column.addWidget(self._stack, 1)

    def _own_view(self) -> QWidget:
        view = QWidget()
        view.setObjectName("panel")
        words = PlainLabel(
            translate(
                "Mapping",
                "The record goes out as the very bytes the source sent: every digit, every field, "
                "in their order. Choose Fields to give the target names of its own.",
            ),
            tone="muted",
        )
        words.setWordWrap(True)
        column = QVBoxLayout(view)
        column.setContentsMargins(SIDE_PX, 16, SIDE_PX, 16)
        column.addWidget(words)
        column.addStretch(1)
        return view

    def _field_view(self) -> QWidget:
        rows = QWidget()
        rows.setObjectName("panel")
        outer = QVBoxLayout(rows)
        outer.setContentsMargins(SIDE_PX, 8, SIDE_PX - 6, 8)
        outer.setSpacing(4)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(4)
        for column, share in ((0, 3), (1, 5), (2, 4)):
            self._grid.setColumnStretch(column, share)
        for column, words in (
            (0, translate("Mapping", "Target field")),
            (1, translate("Mapping", "Filled with")),
            (2, translate("Mapping", "Gives")),
        ):
            label = PlainLabel(words, tone="muted", px=tokens.SMALL_PX)
            self._grid.addWidget(label, 0, column)
        outer.addLayout(self._grid)
        self.add.setText(translate("Mapping", "+ add a field"))
        self.add.clicked.connect(lambda: self.add_line("", "", focus=True))
        outer.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        outer.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(rows)
        below = QWidget()
        below.setObjectName("panel")
        title = PlainLabel(
            translate("Mapping", "The record's fields"), weight=QFont.Weight.DemiBold
        )
        title.setContentsMargins(SIDE_PX, 10, SIDE_PX, 0)
        hint = PlainLabel(
            translate("Mapping", "Click one to put it into the line, or drag it there."),
            tone="muted",
            px=tokens.SMALL_PX,
        )
        hint.setContentsMargins(SIDE_PX, 0, SIDE_PX, 6)
        hint.setWordWrap(True)
        inside = QVBoxLayout(below)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(2)
        inside.addWidget(title)
        inside.addWidget(hint)
        inside.addWidget(self.fields, 1)
        self.fields.picked.connect(self.pick)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        split.addWidget(area)
        split.addWidget(below)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([440, 300])
        return split

    def _template_view(self) -> QWidget:
        self.template.setFont(fonts.code_font())
        self.template.setTabChangesFocus(True)
        self.template.setAccessibleName(translate("Mapping", "The body as a JSON template"))
        self.template.document().setDocumentMargin(12)
        self.template.textChanged.connect(self._later.start)
        return self.template

    # ------------------------------------------------------------ showing
    @property
    def body(self) -> Any:
        """The body as it is now; None for the record's own bytes."""
        return self._body

    @property
    def form(self) -> int:
        """OWN, FIELDS or TEMPLATE."""
        return self._group.checkedId()

    def show_body(self, body: Any) -> None:
        """The document's body, unless it is the one that stands here."""
        if body == self._body and self.form >= 0:
            return
        self._body = body
        rows = rows_of(body)
        if body is None:
            self._show_form(OWN)
        elif rows is None or self.form == TEMPLATE:
            self._show_form(TEMPLATE)
        else:
            self._show_form(FIELDS)

    def show_sample(self, record: Any) -> None:
        """A record of the source: its fields can be picked."""
        self._known = sample_fields(record)
        self.fields.show_fields(self._known)
        self._words.setStringList([f"${{{field.expression}}}" for field in self._known])
        self.want_preview()

    def show_preview(self, results: Sequence[EvaluatedShape]) -> None:
        """What the lines give; ids are their numbers."""
        by_line = {result.id: result for result in results}
        for number, line in enumerate(self.lines):
            result = by_line.get(str(number))
            set_property(line.text, "wrong", result is not None and not result.ok)
            if result is None:
                line.preview.setText("")
                continue
            words = result.value if result.ok else f"{result.sentence} {result.hint}".strip()
            line.preview.setText(shown.line(words, 200))
            line.preview.setToolTip(shown.tip(words))
            line.preview.set_tone("delivered" if result.ok else "dead")

    def want_preview(self) -> None:
        """Ask what the lines give."""
        if self.form == FIELDS:
            value = [
                (str(number), row.text)
                for number, row in enumerate(self._rows())
                if row.target.strip()
            ]
            self.preview_wanted.emit(value)

    def _show_form(self, form: int) -> None:
        self._forms[form].setChecked(True)
        self._stack.setCurrentIndex(form)
        self.note.say("")
        if form == FIELDS:
            self._show_rows(rows_of(self._body) or ())
        elif form == TEMPLATE:
            self.template.blockSignals(True)
            text = (
                "" if self._body is None else json.dumps(self._body, ensure_ascii=False, indent=2)
            )
            self.template.setPlainText(text)
            self.template.blockSignals(False)

    def choose_form(self, form: int) -> None:
        """The other way to write it; nothing is lost on the way there and back."""
        if form == OWN:
            self._kept = self._body
            self._put(None)
        elif self._body is None:
            self._put(self._kept if self._kept is not None else self._first_body())
        if form == FIELDS and rows_of(self._body) is None:
            self.note.say(
                translate("Mapping", "This body is no object with fields; it stays JSON."),
            )
            self._forms[TEMPLATE].setChecked(True)
            return
        self._show_form(form)

    def _first_body(self) -> dict[str, Any]:
        """Every field of the sample under its own name, to begin with."""
        top = [field for field in self._known if field.depth == 0]
        return {field.name: f"${{{field.expression}}}" for field in top if "." not in field.name}

    # ------------------------------------------------------------ lines
    def add_line(self, target: str, text: str, *, focus: bool = False) -> None:
        """One more line."""
        number = len(self.lines)
        line = _Line(
            QLineEdit(target),
            _TextEdit(text),
            ElidedLabel(tone="muted", code=True, px=tokens.CODE_PX),
            Button(self.theme, kind="ghost", sign="close", px=12),
        )
        line.target.setFont(fonts.code_font())
        line.target.setPlaceholderText(translate("Mapping", "field"))
        line.text.setPlaceholderText("${record.…}")
        completer = QCompleter(self._words, line.text)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        line.text.setCompleter(completer)
        line.remove.setFixedSize(24, 26)
        for column, widget in enumerate((line.target, line.text, line.preview, line.remove)):
            self._grid.addWidget(widget, number + 1, column)
        self.lines.append(line)
        for edit in (line.target, line.text):
            edit.setFixedHeight(28)
            edit.textEdited.connect(self._later.start)
        line.text.changed_by_drop.connect(self._tell)
        completer.activated.connect(self._later.start)
        line.text.focused.connect(lambda: self._focus(line))
        line.target.textEdited.connect(lambda: self._name(line))
        line.remove.clicked.connect(lambda: self.remove_line(line))
        self._name(line)
        if focus:
            line.target.setFocus()
            self._focus(line)

    def remove_line(self, line: _Line) -> None:
        """Take a line out."""
        self.lines.remove(line)
        for widget in (line.target, line.text, line.preview, line.remove):
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._focused = -1
        self._tell()

    def pick(self, field: SampleField) -> None:
        """Put a field of the record into the line in hand, or into a new one."""
        text = f"${{{field.expression}}}"
        if 0 <= self._focused < len(self.lines):
            line = self.lines[self._focused]
            line.text.setText(text)
            if not line.target.text().strip():
                line.target.setText(target_for(field))
        else:
            self.add_line(target_for(field), text)
        self._tell()

    def _focus(self, line: _Line) -> None:
        self._focused = self.lines.index(line) if line in self.lines else -1

    def _name(self, line: _Line) -> None:
        target = line.target.text() or translate("Mapping", "a new field")
        line.target.setAccessibleName(translate("Mapping", "Target field"))
        line.text.setAccessibleName(translate("Mapping", "What fills {field}").format(field=target))
        line.remove.setAccessibleName(translate("Mapping", "Take out {field}").format(field=target))

    def _show_rows(self, rows: Sequence[MappingRow]) -> None:
        if tuple(rows) == tuple(self._rows()):
            return
        for line in tuple(self.lines):
            for widget in (line.target, line.text, line.preview, line.remove):
                self._grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        self.lines = []
        self._focused = -1
        for row in rows:
            self.add_line(row.target, row.text)
        self.want_preview()

    def _rows(self) -> list[MappingRow]:
        return [MappingRow(line.target.text(), line.text.text()) for line in self.lines]

    # ------------------------------------------------------------ telling
    def _tell(self) -> None:
        self._later.stop()
        if self.form == FIELDS:
            self._put(body_of(self._rows()))
            self.want_preview()
        elif self.form == TEMPLATE:
            self._tell_template()

    def _tell_template(self) -> None:
        text = self.template.toPlainText()
        try:
            body = json.loads(text) if text.strip() else None
        except ValueError as error:
            line = getattr(error, "lineno", 1)
            column = getattr(error, "colno", 1)
            words = translate("Mapping", "This is not JSON yet: line {line}, column {column}.")
            self.note.say(words.format(line=line, column=column), "dead")
            return
        self.note.say("")
        self._put(body)

    def _put(self, body: Any) -> None:
        if body != self._body:
            self._body = body
            self.body_changed.emit(body)

    def hideEvent(self, event: Any) -> None:
        super().hideEvent(event)
        if self._later.isActive():
            self._tell()


class _TextEdit(QLineEdit):
    """What fills a field. focused: the keyboard came in. Takes a field that is dropped on it."""

    focused = Signal()
    changed_by_drop = Signal()

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setFont(fonts.code_font())
        self.setCursorPosition(0)

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        self.focused.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(FIELD_MIME):
            event.acceptProposedAction()
            return
        super().dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        if event.mimeData().hasFormat(FIELD_MIME):
            self.setText(event.mimeData().text())
            event.acceptProposedAction()
            self.changed_by_drop.emit()
            return
        super().dropEvent(event)


class _FieldList(QListWidget):
    """The fields of the sample record. picked: a click, Enter, or a drag that ends on a line."""

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._fields: tuple[SampleField, ...] = ()
        self.setFont(fonts.code_font())
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setDragEnabled(True)
        self.setViewportMargins(SIDE_PX - 4, 0, 0, 0)
        self.setSpacing(2)
        self.setAccessibleName(translate("Mapping", "The record's fields"))
        self.itemClicked.connect(self._pick)

    def show_fields(self, fields: Sequence[SampleField]) -> None:
        """These."""
        if tuple(fields) == self._fields:
            return
        self._fields = tuple(fields)
        self.clear()
        for field in fields:
            indent = "    " * field.depth
            self.addItem(f"{indent}{shown.line(field.name, 60)}  {shown.line(field.words, 80)}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentRow() >= 0:
            self.picked.emit(self._fields[self.currentRow()])
            return
        super().keyPressEvent(event)

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        data = QMimeData()
        if items:
            field = self._fields[self.row(items[0])]
            data.setText(f"${{{field.expression}}}")
            data.setData(FIELD_MIME, field.expression.encode())
        return data

    def _pick(self, item: QListWidgetItem) -> None:
        self.picked.emit(self._fields[self.row(item)])
