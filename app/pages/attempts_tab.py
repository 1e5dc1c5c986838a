"""The attempts of a delivery as a timeline, newest first; each opens to its request and answer."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app import format, shown
from app.models.record_rows import attempt_answer_word
from app.pages import exchange
from app.theme import fonts, tokens
from app.theme.icons import paint_icon
from app.theme.states import outcome_look
from app.theme.theme import Theme
from app.widgets import layouts
from app.widgets.basics import Button, ElidedLabel, PlainLabel
from app.widgets.code import BlockAction, CodeBlocks
from app.widgets.empty import EmptyState
from app.widgets.pill import Pill
from app.words import translate
from engine.api.wire import AttemptShape, DeliveryShape, RecordShape, ResponseShape

RAIL_PX = 30
HEAD_PX = 30
SIGN_PX = 14
AT_ONCE = 30


class AttemptsTab(QScrollArea):
    """Shows one delivery's attempts. curl_wanted: one AttemptShape's request as a command;
    copy_wanted: a text, to the clipboard.
    """

    curl_wanted = Signal(object)
    copy_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[object, ...] = ()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        inside.setObjectName("panel")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(16, 12, 16, 16)
        self._column.setSpacing(0)
        self.setWidget(inside)

    def cards(self) -> list[AttemptCard]:
        """The attempts shown, newest first."""
        places = range(self._column.count())
        widgets = [item.widget() for place in places if (item := self._column.itemAt(place))]
        return [widget for widget in widgets if isinstance(widget, AttemptCard)]

    def show_delivery(self, record: RecordShape, delivery: DeliveryShape | None) -> None:
        """Take this delivery's attempts; which are open stays as long as it is the same."""
        if delivery is None:
            self._shown = ()
            layouts.clear(self._column)
            self._say_nothing(translate("Attempts", "No consumer takes this record."))
            return
        attempts = exchange.newest_first(delivery.attempts)
        shape = (record.id, delivery.consumer, tuple(attempts))
        if shape == self._shown:
            return
        same = self._shown[:2] == shape[:2]
        opened = {card.place for card in self.cards() if card.is_open} if same else set()
        self._shown = shape
        layouts.clear(self._column)
        if not attempts:
            waits = translate("Attempts", "It waits for its first attempt.")
            self._say_nothing(delivery.why or waits)
            return
        if not opened:
            opened = {(attempts[0].cycle, attempts[0].number)}
        self._add(record, attempts[:AT_ONCE], opened)
        rest = attempts[AT_ONCE:]
        if rest:
            more = Button(self._theme, kind="link")
            more.setText(translate("Attempts", "Show %Ln older attempt(s)", "", len(rest)))
            more.clicked.connect(lambda: self._show_rest(more, record, rest))
            self._column.addWidget(more, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(1)

    def show_nothing(self, sentence: str) -> None:
        """Instead of attempts: why there are none to show yet."""
        self._shown = ()
        layouts.clear(self._column)
        words = PlainLabel(sentence, tone="muted")
        words.setWordWrap(True)
        self._column.addWidget(words)
        self._column.addStretch(1)

    def _add(
        self, record: RecordShape, attempts: list[AttemptShape], opened: set[tuple[int, int]]
    ) -> None:
        cycle = attempts[0].cycle
        for attempt in attempts:
            if attempt.cycle != cycle:
                cycle = attempt.cycle
                words = translate(
                    "Attempts", "Cycle {n}: before it was sent again by an operator"
                ).format(n=cycle)
                rule = PlainLabel(words, tone="faint", px=tokens.SMALL_PX)
                rule.setContentsMargins(RAIL_PX, 6, 0, 6)
                self._column.addWidget(rule)
            card = AttemptCard(self._theme, record, attempt)
            card.curl_wanted.connect(self.curl_wanted)
            card.copy_wanted.connect(self.copy_wanted)
            card.set_open((attempt.cycle, attempt.number) in opened)
            card.is_first = attempt is attempts[0] and not self._column.count()
            card.is_last = attempt is attempts[-1]
            self._column.addWidget(card)

    def _show_rest(self, more: QWidget, record: RecordShape, rest: list[AttemptShape]) -> None:
        layouts.take(self._column, self._column.count() - 1)
        self._column.removeWidget(more)
        more.deleteLater()
        self._add(record, rest, set())
        self._column.addStretch(1)

    def _say_nothing(self, sentence: str) -> None:
        nothing = EmptyState(self._theme, "clock")
        nothing.say(translate("Attempts", "Not sent yet"), shown.line(sentence, 400))
        self._column.addWidget(nothing)


class AttemptCard(QWidget):
    """One attempt: a line that opens. Left of it the rail with its outcome's dot."""

    toggled = Signal(bool)
    curl_wanted = Signal(object)
    copy_wanted = Signal(str)

    def __init__(self, theme: Theme, record: RecordShape, attempt: AttemptShape) -> None:
        super().__init__()
        self.setObjectName("clear")
        self._theme = theme
        self._record = record
        self._attempt = attempt
        self._look = outcome_look(attempt.outcome)
        self._blocks: CodeBlocks | None = None
        self.is_open = False
        self.is_first = self.is_last = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(RAIL_PX, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self._head())
        theme.changed.connect(self.update)

    @property
    def place(self) -> tuple[int, int]:
        """Cycle and number."""
        return self._attempt.cycle, self._attempt.number

    def _head(self) -> QWidget:
        attempt = self._attempt
        head = _Head(self)
        head.setFixedHeight(HEAD_PX)
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, fonts.tall(SIGN_PX) + 4, 0)
        row.setSpacing(8)
        title = translate("Attempts", "Attempt {n}").format(n=attempt.number)
        row.addWidget(PlainLabel(title, weight=QFont.Weight.DemiBold))
        row.addWidget(Pill(self._theme, self._look))
        row.addWidget(PlainLabel(attempt_answer_word(attempt), tone="muted"))
        row.addStretch(1)
        at = format.from_rfc3339(attempt.started_at) or 0
        facts = [format.clock(at, at), format.took(attempt.ms)]
        if attempt.node:
            facts.append(shown.line(attempt.node, 24))
        when = ElidedLabel(" · ".join(facts), tone="faint", px=tokens.SMALL_PX)
        when.setToolTip(shown.tip(f"{format.instant(at)} · {format.utc(at)}"))
        row.addWidget(when)
        self.setAccessibleName(f"{title}, {self._look.word}, {attempt_answer_word(attempt)}")
        return head

    def set_open(self, opened: bool) -> None:
        """Show or hide request and answer."""
        self.is_open = opened
        if opened and self._blocks is None:
            self._blocks = self._make_blocks()
            self._column.addWidget(self._blocks)
            self._column.addSpacing(8)
        if self._blocks is not None:
            self._blocks.setVisible(opened)
        self.update()
        self.toggled.emit(opened)

    def _make_blocks(self) -> CodeBlocks:
        attempt, record = self._attempt, self._record
        blocks = CodeBlocks(self._theme)
        if attempt.request is not None:
            blocks.add_block(
                translate("Attempts", "Request"),
                exchange.request_facts(attempt.request, record),
                exchange.request_text(attempt.request, record),
                self._request_actions(attempt),
            )
        if attempt.response is not None:
            blocks.add_block(
                exchange.response_title(attempt.response),
                exchange.response_facts(attempt.response),
                exchange.response_text(attempt.response),
                (self._copy_answer(attempt.response),),
            )
        if attempt.error:
            blocks.add_block(translate("Attempts", "What happened"), "", attempt.error)
        elif attempt.response is None:
            words = translate("Attempts", "No complete answer came.")
            blocks.add_block(translate("Attempts", "What happened"), "", words)
        return blocks

    def _request_actions(self, attempt: AttemptShape) -> tuple[BlockAction, ...]:
        return (
            BlockAction(
                "terminal",
                translate("Attempts", "Copy this request as cURL"),
                lambda: self.curl_wanted.emit(attempt),
            ),
        )

    def _copy_answer(self, response: ResponseShape) -> BlockAction:
        body = exchange.body_text(response.body, response.body_base64, None)
        return BlockAction(
            "copy",
            translate("Attempts", "Copy this answer's body"),
            lambda: self.copy_wanted.emit(body),
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.set_open(not self.is_open)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = HEAD_PX / 2
        x = 9.0
        if not self.is_last or self.is_open:
            below = QRectF(x - 1, middle + 9, 2, self.height() - middle - 9)
            painter.fillRect(below, QColor(c.line))
        if not self.is_first:
            painter.fillRect(QRectF(x - 1, 0, 2, middle - 9), QColor(c.line))
        ink = self._theme.ink(self._look.ink)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ink.on))
        painter.drawEllipse(QPointF(x, middle), 4.5, 4.5)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(c.accent.on))
            painter.drawEllipse(QPointF(x, middle), 7, 7)
        sign = "chevron-down" if self.is_open else "chevron-right"
        px = fonts.tall(SIGN_PX)
        paint_icon(painter, sign, c.faint, QRectF(self.width() - px, middle - px / 2, px, px))


class _Head(QWidget):
    """The line of an attempt: a click opens and shuts it."""

    def __init__(self, card: AttemptCard) -> None:
        super().__init__(card)
        self.setObjectName("clear")
        self._card = card
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._card.set_open(not self._card.is_open)
