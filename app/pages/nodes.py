"""The nodes page: who runs on this database and how it does, what the chosen one holds, and the
connections to other nodes.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app import format, shown
from app.models.nodes import Column, NodesModel
from app.pages.connections import ConnectionList
from app.pages.page import Page
from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets.basics import Button, PlainLabel, framed
from app.widgets.empty import EmptyState
from app.widgets.facts import Fact, Facts
from app.widgets.table import Table
from app.widgets.toast import Toast
from app.words import translate
from engine.api.wire import HeldShardShape, NodeRow

WIDTHS_PX = {
    Column.LAMP: 34,
    Column.NAME: 160,
    Column.VERSION: 88,
    Column.PULLS: 104,
    Column.PUSHES: 108,
    Column.CPU: 72,
    Column.MEMORY: 92,
    Column.WAITING: 84,
    Column.UPTIME: 88,
    Column.SEEN: 104,
}
SPARE = (Column.SEEN, Column.VERSION, Column.UPTIME, Column.WAITING, Column.MEMORY)
"""In this order they give way where there is no room."""
STATE_PX = 180
JOBS_SHOWN = 20
ROWS_SHOWN = 10
"""More nodes are scrolled, so that what the chosen one holds stays in sight."""


class NodesPage(Page):
    """Signals carry a node's name. chosen: the row's, "" for none. go_wanted: connect to it."""

    drain_wanted = Signal(str)
    undrain_wanted = Signal(str)
    forget_wanted = Signal(str)
    go_wanted = Signal(str)
    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.model = NodesModel(self)
        self.table = Table(theme)
        self.connections = ConnectionList(theme)
        self.toast = Toast(theme, self)
        self.go = Button(theme, translate("Nodes", "Connect to it"), sign="plug")
        self.drain = Button(theme, translate("Nodes", "Drain…"), sign="pause")
        self.undrain = Button(theme, translate("Nodes", "Let it work again"), sign="play")
        self.forget = Button(theme, translate("Nodes", "Forget…"), sign="close")
        self._name = PlainLabel(weight=QFont.Weight.DemiBold)
        self._facts = Facts()
        self._held: tuple[HeldShardShape, ...] = ()
        self._empty = EmptyState(theme, "nodes")
        self._nodes = self._build_nodes()
        self._detail = self._build_detail()
        self._may_operate = self._may_admin = True
        self._roams, self._near, self._own = False, frozenset[str](), ""
        self._build()
        self._wire()
        self.say_waiting(
            translate("Nodes", "Reading…"), translate("Nodes", "The nodes of this database.")
        )

    # ------------------------------------------------------------ building
    def _build(self) -> None:
        content = QWidget()
        content.setObjectName("surface")
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 16, 20, 20)
        column.setSpacing(tokens.GAP_PX)
        column.addWidget(
            PlainLabel(translate("Nodes", "On this database"), weight=QFont.Weight.DemiBold)
        )
        column.addWidget(self._empty)
        column.addWidget(self._nodes)
        column.addWidget(self._detail)
        column.addSpacing(4)
        column.addWidget(self.connections)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _build_nodes(self) -> QWidget:
        card = framed("card")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self.table)
        table = self.table
        table.setModel(self.model)
        table.setAccessibleName(translate("Nodes", "Nodes of this database"))
        table.setSelectionMode(Table.SelectionMode.SingleSelection)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = table.horizontalHeader()
        for place, width in WIDTHS_PX.items():
            table.ask_width(place, round(width * fonts.scale()))
        header.setSectionResizeMode(Column.STATE, QHeaderView.ResizeMode.Stretch)
        table.give_way(SPARE, Column.STATE, round(STATE_PX * fonts.scale()))
        return card

    def _build_detail(self) -> QWidget:
        card = framed("card")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(16, 12, 16, 14)
        layout.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._name)
        head.addStretch(1)
        for button in (self.go, self.drain, self.undrain, self.forget):
            head.addWidget(button)
        layout.addLayout(head)
        layout.addWidget(self._facts)
        return card

    def _wire(self) -> None:
        self.table.selectionModel().currentRowChanged.connect(self._row_chosen)
        for button, wish in (
            (self.go, self.go_wanted),
            (self.drain, self.drain_wanted),
            (self.undrain, self.undrain_wanted),
            (self.forget, self.forget_wanted),
        ):
            button.clicked.connect(lambda _=False, wish=wish: wish.emit(self.chosen_name))

    def first_focus(self) -> QWidget:
        return self.table if self.table.isVisibleTo(self) else self

    # ------------------------------------------------------------ showing
    @property
    def row(self) -> NodeRow | None:
        """The chosen row."""
        place = self.table.currentIndex().row()
        return self.model.rows[place] if 0 <= place < len(self.model.rows) else None

    @property
    def chosen_name(self) -> str:
        """Its name, "" for none."""
        return "" if self.row is None else self.row.name

    def say_waiting(self, title: str, sentence: str) -> None:
        """Instead of nodes."""
        if not self.model.rows:
            self._empty.say(title, sentence)
            self._show_parts(nodes=False)

    def show_rows(self, rows: Sequence[NodeRow], *, own: str, now: int) -> None:
        """The nodes as they are; the chosen one stays chosen."""
        before, self._own = self.chosen_name, own
        self.model.show_rows(rows, own=own, now=now)
        if not rows:
            self.say_waiting(
                translate("Nodes", "No node was seen yet"),
                translate(
                    "Nodes", "A node writes itself into the list some seconds after its start."
                ),
            )
            return
        self._show_parts(nodes=True)
        shown_rows = min(len(rows), ROWS_SHOWN)
        self.table.setFixedHeight(fonts.tall(tokens.ROW_PX) * (shown_rows + 1))
        names = [row.name for row in rows]
        if not self.table.currentIndex().isValid():
            wanted = before if before in names else own
            self.table.select_row(names.index(wanted) if wanted in names else 0)
        self._show_detail()

    def show_rights(self, *, operate: bool, admin: bool) -> None:
        """What the token of this connection may do."""
        self._may_operate, self._may_admin = operate, admin
        self._show_detail()

    def show_near(self, names: frozenset[str], *, roams: bool) -> None:
        """Which nodes this console may go to. roams: False where its token opens one node only."""
        self._near, self._roams = names, roams
        self._show_detail()

    def show_shards(self, name: str, shards: Sequence[HeldShardShape]) -> None:
        """What that node holds; nothing where another one was chosen meanwhile."""
        if name == self.chosen_name:
            self._held = tuple(shards)
            self._show_detail()

    def _show_parts(self, *, nodes: bool) -> None:
        self._empty.setVisible(not nodes)
        self._nodes.setVisible(nodes)
        self._detail.setVisible(nodes)

    def _row_chosen(self) -> None:
        self._held = ()
        self._show_detail()
        self.chosen.emit(self.chosen_name)

    def _show_detail(self) -> None:
        row = self.row
        if row is None:
            return
        self._name.setText(shown.line(row.name, 80))
        drained = row.drained_at is not None
        self.go.setVisible(self._roams and row.alive and row.name != self._own)
        self.go.setEnabled(row.name in self._near)
        self.drain.setVisible(row.alive and not drained)
        self.undrain.setVisible(drained)
        self.forget.setVisible(not row.alive)
        self.drain.setEnabled(self._may_operate)
        self.undrain.setEnabled(self._may_operate)
        self.forget.setEnabled(self._may_admin)
        self._facts.show_facts([*self._about(row), *_held_facts(self._held)])

    def _about(self, row: NodeRow) -> list[Fact]:
        facts = [
            Fact(translate("Nodes", "Address"), row.url),
            *_certificate(row),
            Fact(
                translate("Nodes", "Running since"),
                format.instant(row.started_at),
                tip=format.utc(row.started_at),
            ),
        ]
        seen = format.instant(row.seen_at)
        facts.append(Fact(translate("Nodes", "Seen last"), seen, tip=format.utc(row.seen_at)))
        if row.drained_at is not None:
            words = translate("Nodes", "by {who}, {when}").format(
                who=shown.line(row.drained_by, 80), when=format.instant(row.drained_at)
            )
            facts.append(Fact(translate("Nodes", "Drained"), words))
        if self.go.isVisibleTo(self) and row.name not in self._near:
            words = translate(
                "Nodes",
                "It tells no address that this connection's token may safely be sent to.",
            )
            facts.append(Fact(translate("Nodes", "Connecting"), words))
        if not self._may_operate:
            words = translate("Nodes", "The token of this connection may only read.")
            facts.append(Fact(translate("Nodes", "Rights"), words))
        return facts


def _certificate(row: NodeRow) -> list[Fact]:
    if not row.fingerprint:
        return []
    words = translate("Nodes", "Certificate")
    return [Fact(words, shown.grouped(row.fingerprint), code=True)]


def _held_facts(shards: Sequence[HeldShardShape]) -> list[Fact]:
    """A line a job, at most so many."""
    jobs: dict[str, list[HeldShardShape]] = {}
    for one in shards:
        jobs.setdefault(one.job, []).append(one)
    facts = [Fact(job, _held_words(held)) for job, held in list(jobs.items())[:JOBS_SHOWN]]
    if len(jobs) > JOBS_SHOWN:
        more = translate("Nodes", "and %Ln more job(s)", "", len(jobs) - JOBS_SHOWN)
        facts.append(Fact("", more, tone="muted"))
    return facts


def _held_words(held: Sequence[HeldShardShape]) -> str:
    pulls = ", ".join(one.shard for one in held if one.kind == "pull")
    pushes = ", ".join(one.shard for one in held if one.kind == "push")
    if not pushes:
        return translate("Nodes", "pull {shards}").format(shards=pulls)
    if not pulls:
        return translate("Nodes", "push {shards}").format(shards=pushes)
    return translate("Nodes", "pull {pulls} · push {pushes}").format(pulls=pulls, pushes=pushes)
