"""Test push: the exact request of a real record before anything is sent, and the answer after.

Nothing leaves without a click on Send once, and the pane says that it really sends.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app import format, shown
from app.models.proposed import all_changes
from app.pages.editor.pane import SIDE_PX, Note, Pane
from app.pages.editor.proposal_list import ProposalList
from app.theme import tokens
from app.theme.states import Look, outcome_look
from app.theme.theme import Theme
from app.widgets.basics import Button, PlainLabel, framed
from app.widgets.code import CodeBlocks
from app.widgets.empty import EmptyState
from app.widgets.field_button import FieldButton
from app.widgets.menu import Menu
from app.words import translate
from engine.api.wire import PushTestShape, RequestShape, ResponseShape

PRETTY_CAP = 256 * 1024


@dataclass(frozen=True, slots=True)
class RecordChoice:
    """A record that can be tried: of the ledger by its id, or of the test pull by its JSON."""

    key: str
    record_id: int | None = None
    sample: str = ""


class PushPane(Pane):
    """record_chosen: another RecordChoice. send_wanted: send the one that is shown, once.

    accepted: changes of the document.
    """

    record_chosen = Signal(object)
    send_wanted = Signal(object)
    accepted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.record = FieldButton(theme, self._menu)
        self.send = Button(theme, kind="primary")
        self.note = Note()
        self.warning = PlainLabel(tone="muted", px=tokens.SMALL_PX)
        self.list = ProposalList(theme)
        self.choices: tuple[RecordChoice, ...] = ()
        self.chosen: RecordChoice | None = None
        self.shown: PushTestShape | None = None
        self._blocks: CodeBlocks | None = None
        self._document: dict[str, Any] = {}
        self._nothing = EmptyState(theme, "plug")
        self._waits = QTimer(self)
        self._waits.setInterval(100)
        self._waited_ms = 0
        self._build()
        self.show_choices(())

    def _build(self) -> None:
        self.title.setText(translate("Push", "Test push"))
        self.send.setText(translate("Push", "Send once"))
        self.send.clicked.connect(self._send)
        self._waits.timeout.connect(self._tick)
        self.list.accepted.connect(self.accepted)
        self.tools.addWidget(self.send)
        line = QWidget()
        line.setObjectName("clear")
        row = QHBoxLayout(line)
        row.setContentsMargins(SIDE_PX, 8, SIDE_PX, 8)
        row.addWidget(self.record)
        row.addStretch(1)
        self._line = line
        self.warning.setWordWrap(True)
        self.warning.setContentsMargins(SIDE_PX, 0, SIDE_PX, 8)
        self._content = QWidget()
        self._content.setObjectName("panel")
        self._inside = QVBoxLayout(self._content)
        self._inside.setContentsMargins(0, 0, 0, 12)
        self._inside.setSpacing(0)
        self._answer_list = QWidget()
        self._answer_list.setObjectName("clear")
        column = QVBoxLayout(self._answer_list)
        column.setContentsMargins(0, 0, 0, 4)
        column.addWidget(self.list)
        self._holder = QVBoxLayout()
        self._holder.setContentsMargins(SIDE_PX, 0, SIDE_PX, 0)
        self._inside.addWidget(self._answer_list)
        self._inside.addLayout(self._holder)
        self._inside.addStretch(1)
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(self._content)
        self.column.addWidget(line)
        self.column.addWidget(framed("faint-line"))
        self.column.addWidget(self.note)
        self.column.addSpacing(8)
        self.column.addWidget(self.warning)
        self.column.addWidget(self._nothing, 1)
        self.column.addWidget(self.area, 1)

    # ------------------------------------------------------------ records
    def show_choices(self, choices: Sequence[RecordChoice]) -> None:
        """The records that can be tried; the one that was chosen stays."""
        self.choices = tuple(choices)
        known = self.chosen
        if known not in self.choices:
            same = [one for one in self.choices if known is not None and one.key == known.key]
            self.chosen = same[0] if same else self.choices[0] if self.choices else None
        self._show_record()
        nothing = self.chosen is None
        self._nothing.setVisible(nothing)
        self._line.setVisible(not nothing)
        self.area.setVisible(not nothing)
        self.warning.setVisible(not nothing)
        self.send.setEnabled(not nothing)
        if nothing:
            self._nothing.say(
                translate("Push", "No record yet"),
                translate("Push", "Run a test pull at the source: its records can be tried here."),
            )

    def choose(self, choice: RecordChoice) -> None:
        """Try this record."""
        self.chosen = choice
        self._show_record()
        self.record_chosen.emit(choice)

    def _show_record(self) -> None:
        key = self.chosen.key if self.chosen is not None else ""
        self.record.show_value(translate("Push", "Record"), key)

    def _menu(self) -> Menu:
        menu = Menu(self.theme, self, marks=True)
        for choice in self.choices[:30]:
            words = shown.label(choice.key, 60)
            if choice.record_id is not None:
                words = translate("Push", "{key}, of the ledger").format(key=words)
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(choice == self.chosen)
            action.triggered.connect(self._chooser(choice))
        return menu

    def _chooser(self, choice: RecordChoice) -> Any:
        return lambda: self.choose(choice)

    # ------------------------------------------------------------ showing
    def show_waiting(self) -> None:
        """The target is being asked."""
        self.send.setEnabled(False)
        self._waited_ms = 0
        self._waits.start()
        self._tick()

    def _tick(self) -> None:
        words = translate("Push", "sending… {time}").format(time=format.took(self._waited_ms))
        self.show_pill(Look(words, "state-sending", "pending"))
        self._waited_ms += self._waits.interval()

    def hideEvent(self, event: Any) -> None:
        super().hideEvent(event)
        self._waits.stop()

    def show_problem(self, sentence: str, hint: str) -> None:
        """No request can be made."""
        self._settled()
        self.show_pill(None)
        self._show_blocks(None)
        self.send.setEnabled(False)
        self.warning.setText("")
        self.list.show_proposals(())
        self.note.say(f"{sentence} {hint}".strip(), "dead")

    def show_push(
        self, push: PushTestShape, document: dict[str, Any], *, keep: bool = False
    ) -> None:
        """The request, and if it was sent, the answer.

        keep: a request that was only rendered anew leaves the last answer's proposals there.
        """
        self._settled()
        self.shown = push
        self.send.setEnabled(push.request is not None)
        self._show_blocks(push)
        if push.sent or push.outcome is not None:
            self.show_pill(_answer_look(push))
        else:
            self.show_pill(None)
        if not push.ok and push.sentence:
            self.note.say(f"{push.sentence} {push.hint}".strip(), "dead")
        elif not push.wanted:
            self.note.say(
                translate("Push", "The filter does not want this record; the job would skip it.")
            )
        else:
            self.note.say("")
        if not keep or not self.list.proposals:
            self.list.show_proposals(push.proposals)
        self.show_document(document)
        self._warn(push)

    def show_document(self, document: dict[str, Any]) -> None:
        """The document changed: what is taken, is marked."""
        self._document = document
        self.list.show_document(document)

    def clear(self) -> None:
        """As if nothing had been shown."""
        self._settled()
        self.shown = None
        self.chosen = None
        self.note.say("")
        self.show_pill(None)
        self.list.show_proposals(())
        self._show_blocks(None)

    def show_proposals_of_another(self) -> None:
        """Another consumer is looked at: what its target answered is not known."""
        self.list.show_proposals(())
        self.show_pill(None)
        self.note.say("")

    def accept_rule(self) -> None:
        """Take the proposed success rule."""
        self.accepted.emit(all_changes(self.list.proposals))

    def _settled(self) -> None:
        self._waits.stop()
        self.send.setEnabled(self.chosen is not None)

    def _warn(self, push: PushTestShape) -> None:
        host = urlsplit(push.request.url).netloc if push.request is not None else ""
        if push.sent:
            words = translate(
                "Push",
                "It was sent to {host} once. Nothing of it is kept here; the job sends the record "
                "again when it runs.",
            )
        else:
            words = translate(
                "Push",
                "Nothing is sent yet. Send once really hands this record to {host}, and leaves a "
                "line in the activity.",
            )
        self.warning.setText(words.format(host=shown.line(host, 80)) if host else "")

    def _show_blocks(self, push: PushTestShape | None) -> None:
        if self._blocks is not None:
            self._blocks.hide()
            self._blocks.deleteLater()
            self._blocks = None
        if push is None or push.request is None:
            return
        blocks = CodeBlocks(self.theme)
        if push.response is not None:
            facts = f"{push.response.status} · {format.took(push.ms)}"
            blocks.add_block(translate("Push", "Answer"), facts, _answer_text(push.response))
        blocks.add_block(translate("Push", "Request"), "", _request_text(push.request))
        self._blocks = blocks
        self._holder.addWidget(blocks)

    def _send(self) -> None:
        if self.chosen is not None:
            self.send_wanted.emit(self.chosen)


def _answer_look(push: PushTestShape) -> Look:
    if push.outcome is None:
        return Look(translate("Push", "not sent"), "state-not-sent", "skipped")
    look = outcome_look(push.outcome)
    status = f" · {push.response.status}" if push.response is not None else ""
    return Look(f"{look.word}{status} · {format.took(push.ms)}", look.icon, look.ink)


def _request_text(request: RequestShape) -> str:
    head = "\n".join(f"{name}: {value}" for name, value in request.headers)
    return f"{request.method} {request.url}\n{head}\n\n{_pretty(request.body)}".strip()


def _answer_text(response: ResponseShape) -> str:
    wanted = ("content-type", "retry-after")
    head = "\n".join(
        f"{name}: {value}" for name, value in response.headers if name.lower() in wanted
    )
    return f"{head}\n\n{_pretty(response.body)}".strip()


def _pretty(body: str | None) -> str:
    """JSON with its lines broken, where that changes no digit; else as it is."""
    if body is None:
        return translate("Push", "(bytes that are no text)")
    if len(body) > PRETTY_CAP:
        return body
    try:
        value = json.loads(body, parse_float=_Digits, parse_int=_Digits)
    except (ValueError, RecursionError):
        return body
    return _written(value, "")


class _Digits(str):
    """A number as it was written."""

    __slots__ = ()


def _written(value: Any, indent: str) -> str:
    inner = indent + "  "
    match value:
        case _Digits():
            return str(value)
        case dict() if value:
            lines = [
                f"{inner}{json.dumps(name, ensure_ascii=False)}: {_written(each, inner)}"
                for name, each in value.items()
            ]
            return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
        case list() if value:
            lines = [f"{inner}{_written(each, inner)}" for each in value]
            return "[\n" + ",\n".join(lines) + f"\n{indent}]"
        case _:
            return json.dumps(value, ensure_ascii=False)
