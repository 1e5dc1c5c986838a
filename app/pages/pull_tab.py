"""Where a record came from: the pull that brought it, its page, cursor and counts."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app import format
from app.models.record_rows import status_word
from app.pages import exchange
from app.theme.theme import Theme
from app.widgets.code import CodeBlocks
from app.widgets.facts import Fact, Facts
from app.words import translate
from engine.api.wire import PullShape, RecordShape


class PullTab(QScrollArea):
    """A list of facts, and below them what was asked and what came."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.blocks: CodeBlocks | None = None
        self._shown: tuple[int, PullShape | None] | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        inside = QWidget()
        inside.setObjectName("panel")
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 16, 16, 16)
        self.facts = Facts()
        column.setSpacing(16)
        column.addWidget(self.facts)
        column.addStretch(1)
        self._column = column
        self.setWidget(inside)

    def show_record(self, record: RecordShape) -> None:
        """Take this record's pull."""
        if (record.id, record.pull) == self._shown:
            return
        self._shown = (record.id, record.pull)
        at = format.from_rfc3339(record.pulled_at) or 0
        facts = [
            Fact(translate("Pull", "Pulled"), format.instant(at), tip=format.utc(at)),
            Fact(translate("Pull", "Record"), str(record.id), code=True),
        ]
        if record.pull is not None:
            facts += pull_facts(record.pull)
        self.facts.show_facts(facts)
        self._show_exchange(record)

    def _show_exchange(self, record: RecordShape) -> None:
        if self.blocks is not None:
            self._column.removeWidget(self.blocks)
            self.blocks.hide()
            self.blocks.deleteLater()
            self.blocks = None
        pull = record.pull
        if pull is None or pull.request is None:
            return
        blocks = CodeBlocks(self._theme)
        sent = pull.request
        blocks.add_block(
            translate("Pull", "Request"),
            exchange.request_facts(sent, record),
            exchange.request_text(sent, record),
        )
        if pull.response is not None:
            blocks.add_block(
                exchange.response_title(pull.response),
                exchange.response_facts(pull.response),
                exchange.response_text(pull.response),
            )
        self.blocks = blocks
        self._column.insertWidget(1, blocks)


def pull_facts(pull: PullShape) -> list[Fact]:
    """A pull's row as names and values."""
    answer = format.DASH if pull.status is None else status_word(pull.status)
    counts = translate("Pull", "{raw} on the page, {new} new, {duplicates} known already").format(
        raw=format.number(pull.raw_count),
        new=format.number(pull.new),
        duplicates=format.number(pull.duplicates),
    )
    facts = [
        Fact(translate("Pull", "Request"), f"{pull.method} {pull.url}", code=True),
        Fact(translate("Pull", "Answer"), f"{answer} · {format.took(pull.ms)}"),
        Fact(translate("Pull", "Records"), counts),
        Fact(translate("Pull", "Page"), format.number(pull.page)),
        Fact(translate("Pull", "Shard"), pull.shard or format.DASH),
        Fact(translate("Pull", "Cursor before"), pull.cursor_before or format.DASH, code=True),
        Fact(translate("Pull", "Cursor after"), pull.cursor_after or format.DASH, code=True),
        Fact(translate("Pull", "Body"), format.size(pull.length)),
        Fact("sha256", pull.sha256 or format.DASH, code=True),
        Fact(translate("Pull", "Node"), pull.node or format.DASH),
    ]
    if pull.error:
        facts.insert(2, Fact(translate("Pull", "Error"), pull.error, tone="dead"))
    if pull.note:
        facts.append(Fact(translate("Pull", "Note"), pull.note))
    return facts
