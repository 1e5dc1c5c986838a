"""Test pull: the request that was sent, the answer as a tree that takes clicks, what it would make.

Shows one test at a time and tells wishes; ``flows.editor_tests`` asks the node.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app import format
from app.models.paths_in_answers import Steps, marks_of
from app.models.proposed import all_changes, waiting
from app.models.pulled_rows import Column, PulledModel
from app.pages.editor.answer_tree import AnswerTree
from app.pages.editor.pane import SIDE_PX, Note, Pane
from app.pages.editor.proposal_list import ProposalList
from app.theme import tokens
from app.theme.states import Look
from app.theme.theme import Theme
from app.widgets import layouts
from app.widgets.basics import Button, PlainLabel, framed
from app.widgets.code import CodeBlocks, CodeText
from app.widgets.empty import EmptyState
from app.widgets.table import Table
from app.words import translate
from engine.api.wire import PullTestShape

TREE, RAW, REQUEST, PROPOSALS = range(4)
TABLE_PX = 196
FIELD_PX = 26


class PullPane(Pane):
    """run_wanted: a test with these variables, by name. chosen: a use, a path, the value.

    accepted: changes of the document.
    """

    run_wanted = Signal(object)
    chosen = Signal(str, object, object)
    accepted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.run = Button(theme)
        self.tree = AnswerTree(theme)
        self.raw = CodeText(lines_at_most=None, pad_px=12)
        self.list = ProposalList(theme)
        self.note = Note()
        self.banner = QWidget()
        self.accept_all = Button(theme, kind="primary")
        self.table = Table(theme)
        self.model = PulledModel(self)
        self.pulled: PullTestShape | None = None
        self.cursor_field = QLineEdit()
        self.page_field = QLineEdit()
        self._document: dict[str, Any] = {}
        self._nothing = EmptyState(theme, "plug")
        self._forms: dict[int, Button] = {}
        self._group = QButtonGroup(self)
        self._stack = QStackedWidget()
        self._outer = QStackedWidget()
        self._request = _scrolled()
        self._proposals = _scrolled()
        self._waits = QTimer(self)
        self._waits.setInterval(100)
        self._waited_ms = 0
        self._build()
        self._say_nothing_yet()

    # ------------------------------------------------------------ building
    def _build(self) -> None:
        self.title.setText(translate("Pull", "Test pull"))
        self.run.setText(translate("Pull", "Run"))
        self.run.clicked.connect(self.wish)
        self._waits.timeout.connect(self._tick)
        self.tools.addWidget(self.run)
        self.column.addWidget(self._variables())
        self.column.addWidget(framed("faint-line"))
        self.column.addWidget(self.note)
        self._build_banner()
        self.column.addWidget(self.banner)
        self.column.addWidget(self._head())
        self._stack.addWidget(self.tree)
        self._stack.addWidget(self.raw)
        self._stack.addWidget(self._request)
        self._stack.addWidget(self._proposals)
        self.raw.setAccessibleName(translate("Pull", "The answer, raw"))
        inside = _inside(self._proposals)
        inside.addWidget(self.list)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        split.addWidget(self._stack)
        split.addWidget(self._would_become())
        split.setStretchFactor(0, 1)
        split.setSizes([500, TABLE_PX])
        self._outer.addWidget(self._nothing)
        self._outer.addWidget(split)
        self.column.addWidget(self._outer, 1)
        self.tree.chosen.connect(self.chosen)
        self.list.accepted.connect(self.accepted)
        self.accept_all.clicked.connect(self._accept_all)

    def _variables(self) -> QWidget:
        line = QWidget()
        line.setObjectName("clear")
        row = QHBoxLayout(line)
        row.setContentsMargins(SIDE_PX, 6, SIDE_PX, 6)
        row.setSpacing(8)
        for name, edit, width in (
            (translate("Pull", "Cursor"), self.cursor_field, 0),
            (translate("Pull", "Page"), self.page_field, 64),
        ):
            label = PlainLabel(name, tone="muted", px=tokens.SMALL_PX)
            label.setBuddy(edit)
            edit.setAccessibleName(name)
            edit.setPlaceholderText(translate("Pull", "as a first run"))
            edit.setFixedHeight(FIELD_PX)
            edit.returnPressed.connect(self.wish)
            if width:
                edit.setFixedWidth(width)
                edit.setPlaceholderText("")
            row.addWidget(label)
            row.addWidget(edit, 0 if width else 1)
        return line

    def _build_banner(self) -> None:
        self.banner.setObjectName("clear")
        frame = framed("note")
        frame.setProperty("state", "accent")
        self._offer = PlainLabel()
        self._offer.setWordWrap(True)
        row = QHBoxLayout(frame)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(self._offer, 1)
        row.addWidget(self.accept_all)
        outer = QVBoxLayout(self.banner)
        outer.setContentsMargins(SIDE_PX, 10, SIDE_PX, 0)
        outer.addWidget(frame)
        self.banner.hide()

    def _head(self) -> QWidget:
        head = QWidget()
        head.setObjectName("clear")
        row = QHBoxLayout(head)
        row.setContentsMargins(SIDE_PX - 4, 8, SIDE_PX, 8)
        row.setSpacing(4)
        for form, words in (
            (TREE, translate("Pull", "Answer")),
            (RAW, translate("Pull", "Raw")),
            (REQUEST, translate("Pull", "Request")),
            (PROPOSALS, translate("Pull", "Proposals")),
        ):
            button = Button(self.theme, words, kind="ghost")
            button.setCheckable(True)
            button.setFixedHeight(26)
            self._forms[form] = button
            self._group.addButton(button, form)
            row.addWidget(button)
        row.addStretch(1)
        self._forms[TREE].setChecked(True)
        self._group.idClicked.connect(self._show_form)
        self.head = head
        self.hint = PlainLabel(
            translate("Pull", "Click a value to make it the records, key or cursor."),
            tone="muted",
            px=tokens.SMALL_PX,
        )
        self.hint.setContentsMargins(SIDE_PX, 0, SIDE_PX, 8)
        self.hint.setWordWrap(True)
        both = QWidget()
        both.setObjectName("clear")
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.hint)
        self._both = both
        return both

    def _would_become(self) -> QWidget:
        box = QWidget()
        box.setObjectName("panel")
        self._become = PlainLabel(weight=QFont.Weight.DemiBold)
        self._become.setContentsMargins(SIDE_PX, 12, SIDE_PX, 4)
        self.table.setModel(self.model)
        self.table.setAccessibleName(translate("Pull", "What the records would become"))
        self.model.size_columns(self.table)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._become)
        column.addWidget(self.table, 1)
        return box

    # ------------------------------------------------------------ asking
    def wish(self) -> None:
        """Ask for a test with what the fields say."""
        variables: dict[str, Any] = {}
        if self.cursor_field.text().strip():
            variables["cursor"] = self.cursor_field.text().strip()
        if self.page_field.text().strip().isdecimal():
            number = int(self.page_field.text().strip())
            variables |= {"page": number, "offset": number}
        self.run_wanted.emit(variables)

    def show_waiting(self) -> None:
        """The source is being asked."""
        self.run.setEnabled(False)
        self._waited_ms = 0
        self._waits.start()
        self._tick()
        self.note.say("")

    def _tick(self) -> None:
        words = translate("Pull", "asking… {time}").format(time=format.took(self._waited_ms))
        self.show_pill(Look(words, "state-sending", "pending"))
        self._waited_ms += self._waits.interval()

    def hideEvent(self, event: Any) -> None:
        super().hideEvent(event)
        self._waits.stop()

    # ------------------------------------------------------------ showing
    def show_problem(self, sentence: str, hint: str) -> None:
        """No test could be made."""
        self._settled()
        self.show_pill(None)
        self.note.say(f"{sentence} {hint}".strip(), "dead")

    def show_pulled(self, pulled: PullTestShape, document: Mapping[str, Any]) -> None:
        """What came of a test of this document."""
        self._settled()
        self.pulled = pulled
        self.run.setText(translate("Pull", "Run again"))
        self.show_pill(answer_look(pulled))
        self._show_value(pulled)
        self._show_request(pulled)
        self._show_records(pulled)
        self.list.show_proposals(pulled.proposals)
        self._outer.setCurrentIndex(1)
        self.show_document(document)
        self._tell(pulled)

    def show_again(self, seen: PullTestShape, document: Mapping[str, Any]) -> None:
        """The same answer through the document as it is now; tree and request stay."""
        if self.pulled is None:
            return
        whole = not self.pulled.shortened
        self.pulled = self.pulled.model_copy(
            update={
                "ok": seen.ok,
                "parts": seen.parts,
                "records": seen.records,
                "raw_count": seen.raw_count if whole else self.pulled.raw_count,
                "as_proposed": seen.as_proposed,
                "sentence": seen.sentence,
                "hint": seen.hint,
            }
        )
        self._show_records(self.pulled)
        self.show_document(document)
        self._tell(self.pulled)

    def _show_records(self, pulled: PullTestShape) -> None:
        self.model.show_records(pulled.records)
        self.table.setColumnHidden(Column.SEEN, not any(one.seen for one in pulled.records))
        self._become.setText(
            translate("Pull", "Would become %Ln record(s)", "", pulled.raw_count)
            if pulled.raw_count
            else translate("Pull", "Would become nothing yet")
        )

    def show_document(self, document: Mapping[str, Any]) -> None:
        """The document changed: tags and proposals follow."""
        self._document = dict(document)
        self.tree.show_marks(marks_of(document))
        left = self.list.show_document(document)
        self.banner.setVisible(left > 0)
        self._offer.setText(
            translate("Pull", "This answer proposes %Ln part(s) of the form.", "", left)
        )
        self.accept_all.setText(translate("Pull", "Accept all"))
        words = translate("Pull", "Proposals")
        self._forms[PROPOSALS].setText(f"{words} {left}" if left else words)

    def clear(self) -> None:
        """As if nothing had been asked."""
        self._settled()
        self.pulled = None
        self.list.show_proposals(())
        self.model.show_records(())
        self.cursor_field.clear()
        self.page_field.clear()
        self.note.say("")
        self.banner.hide()
        self.show_pill(None)
        self._say_nothing_yet()

    def _say_nothing_yet(self) -> None:
        self.run.setText(translate("Pull", "Run"))
        self._nothing.say(
            translate("Pull", "Ask the source once"),
            translate(
                "Pull",
                "One real page is asked for and shown here; nothing is kept. "
                "Its values can then be clicked into the form.",
            ),
        )
        self._outer.setCurrentIndex(0)
        self._both.hide()

    def _settled(self) -> None:
        self._waits.stop()
        self.run.setEnabled(True)

    def _tell(self, pulled: PullTestShape) -> None:
        """What does not fit, in a sentence; else what is worth knowing."""
        if pulled.proposals and not pulled.ok and pulled.as_proposed:
            self.note.say("")
            return
        wrong = next((part for part in pulled.parts if not part.fits), None)
        if pulled.ok:
            known = next((part.sentence for part in pulled.parts if part.sentence), "")
            self.note.say(known)
        elif wrong is not None:
            self.note.say(f"{wrong.sentence} {wrong.hint}".strip(), "dead")
        else:
            self.note.say(f"{pulled.sentence} {pulled.hint}".strip(), "dead")

    def _show_value(self, pulled: PullTestShape) -> None:
        self._both.show()
        body = pulled.response.body if pulled.response is not None else None
        raw = pulled.value or body or ""
        readable = bool(pulled.value)
        if readable:
            self.tree.show_value(pulled.value.encode("utf-8", "surrogatepass"))
        self.raw.show_text(body if body is not None else raw)
        words = translate("Pull", "Click a value to make it the records, key or cursor.")
        if pulled.shortened:
            words = translate(
                "Pull",
                "Click a value to make it the records, key or cursor. Long lists are shortened "
                "here; every record is counted.",
            )
        self.hint.setText(words)
        self._forms[TREE].setEnabled(readable)
        form = TREE if readable else RAW
        if not pulled.response:
            form = REQUEST
        self._forms[form].setChecked(True)
        self._show_form(form)

    def _show_request(self, pulled: PullTestShape) -> None:
        blocks = CodeBlocks(self.theme)
        if pulled.request is not None:
            request = pulled.request
            head = "\n".join(f"{name}: {value}" for name, value in request.headers)
            text = f"{request.method} {request.url}\n{head}"
            if request.body:
                text += f"\n\n{request.body}"
            blocks.add_block(translate("Pull", "Request"), "", text.strip())
        if pulled.response is not None:
            response = pulled.response
            head = "\n".join(f"{name}: {value}" for name, value in response.headers)
            facts = f"{response.status} · {format.took(pulled.ms)} · {format.size(response.length)}"
            blocks.add_block(translate("Pull", "Answer's head"), facts, head)
        inside = _inside(self._request)
        layouts.clear(inside)
        inside.addWidget(blocks)
        inside.addStretch(1)
        inside.setContentsMargins(SIDE_PX, 0, SIDE_PX, 12)

    def _show_form(self, form: int) -> None:
        self._stack.setCurrentIndex(form)
        self.hint.setVisible(form == TREE)

    def _accept_all(self) -> None:
        if self.pulled is not None:
            self.accepted.emit(all_changes(waiting(self._document, self.pulled.proposals)))

    def first_record(self) -> str:
        """The first record as JSON text; "" without one."""
        if self.pulled is None or not self.pulled.records:
            return ""
        return self.pulled.records[0].value

    def mark_paths(self) -> Mapping[Steps, list[str]]:
        """What the tree's tags stand at."""
        return self.tree.marks


def answer_look(pulled: PullTestShape) -> Look:
    """Status, time and size as a pill."""
    if pulled.response is None:
        return Look(translate("Pull", "no answer"), "state-dead", "dead")
    response = pulled.response
    words = f"{response.status} · {format.took(pulled.ms)} · {format.size(response.length)}"
    return Look(words, "", "delivered" if 200 <= response.status < 300 else "dead")


def _inside(area: QScrollArea) -> QVBoxLayout:
    widget = area.widget()
    layout = widget.layout() if widget is not None else None
    assert isinstance(layout, QVBoxLayout)
    return layout


def _scrolled() -> QScrollArea:
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    inside = QWidget()
    inside.setObjectName("panel")
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.setAlignment(Qt.AlignmentFlag.AlignTop)
    area.setWidget(inside)
    return area
