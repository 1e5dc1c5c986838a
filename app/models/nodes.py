"""The nodes of a database as rows of a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum

from PySide6.QtCore import QObject

from app import format, shown
from app.models.cell import Cell
from app.models.grid import Grid
from app.theme.states import Look
from app.words import translate
from engine.api.wire import NodeRow


class Column(IntEnum):
    """The table's columns in their order."""

    LAMP = 0
    NAME = 1
    STATE = 2
    VERSION = 3
    PULLS = 4
    PUSHES = 5
    CPU = 6
    MEMORY = 7
    WAITING = 8
    UPTIME = 9
    SEEN = 10


NUMBERS = frozenset(range(Column.PULLS, len(Column)))


def node_look(row: NodeRow) -> Look:
    """Light and word of a node: stopped, gone, drained, draining, at work."""
    if row.state == "stopped":
        return Look(translate("Nodes", "stopped"), "ring", "skipped")
    if not row.alive:
        return Look(translate("Nodes", "gone"), "diamond", "dead")
    match row.state:
        case "drained":
            return Look(translate("Nodes", "drained"), "ring", "skipped")
        case "draining":
            return Look(translate("Nodes", "draining"), "triangle", "retrying")
        case _ if row.drained_at is not None:
            return Look(translate("Nodes", "draining"), "triangle", "retrying")
        case _:
            return Look(translate("Nodes", "at work"), "disc", "delivered")


class NodesModel(Grid[NodeRow]):
    """Read-only; fed with ``show_rows``."""

    columns_count = len(Column)
    right = NUMBERS

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._own = ""
        self._now = 0

    def show_rows(self, rows: Sequence[NodeRow], *, own: str, now: int) -> None:
        """own: the name of the node that answers. now: its clock, UTC ms."""
        self._own, self._now = own, now
        self.take(rows, same=[row.name for row in rows] == [row.name for row in self._rows])

    def title(self, column: int) -> str:
        return _titles()[Column(column)]

    def cell(self, row: NodeRow, column: int) -> Cell:
        match column:
            case Column.LAMP:
                return Cell(lamp=node_look(row))
            case Column.NAME:
                return Cell(shown.line(row.name, 60), bold=True)
            case Column.STATE:
                tone = "" if row.alive or row.state == "stopped" else node_look(row).ink
                return Cell(self._state_words(row), tone=tone)
            case Column.UPTIME:
                return self._uptime(row)
            case Column.SEEN:
                return self._seen(row)
            case _:
                return _CELLS[Column(column)](row)

    def _uptime(self, row: NodeRow) -> Cell:
        if not row.alive:
            return Cell(format.DASH, tone="faint", right=True)
        seconds = (self._now - row.started_at) / 1000
        return Cell(format.lag(seconds), tone="muted", right=True)

    def _seen(self, row: NodeRow) -> Cell:
        ago = format.lag(max(0, self._now - row.seen_at) / 1000)
        words = translate("Nodes", "{time} ago").format(time=ago)
        return Cell(words, tone="muted" if row.alive else "dead", right=True)

    def _state_words(self, row: NodeRow) -> str:
        if row.state == "stopped":
            ago = format.lag(max(0, self._now - row.seen_at) / 1000)
            return translate("Nodes", "stopped {time} ago").format(time=ago)
        if not row.alive:
            ago = format.lag((self._now - row.seen_at) / 1000)
            return translate("Nodes", "not seen for {time}").format(time=ago)
        word = node_look(row).word
        if row.name == self._own:
            return translate("Nodes", "{state} · this connection").format(state=word)
        return word


def _share(row: NodeRow) -> Cell:
    if row.cpu is None or not row.alive:
        return Cell(format.DASH, tone="faint", right=True)
    words = translate("Nodes", "{n} %").format(n=format.number(round(100 * row.cpu)))
    return Cell(words, right=True)


def _memory(row: NodeRow) -> Cell:
    if row.memory is None or not row.alive:
        return Cell(format.DASH, tone="faint", right=True)
    return Cell(format.size(row.memory), right=True)


def _waiting(row: NodeRow) -> Cell:
    if row.waiting is None or not row.alive:
        return Cell(format.DASH, tone="faint", right=True)
    return Cell(format.number(row.waiting), tone="" if row.waiting else "faint", right=True)


def _count(n: int) -> Cell:
    return Cell(format.number(n), tone="" if n else "faint", right=True)


_CELLS: dict[Column, Callable[[NodeRow], Cell]] = {
    Column.VERSION: lambda row: Cell(shown.line(row.version, 40), tone="muted"),
    Column.PULLS: lambda row: _count(row.pull_shards),
    Column.PUSHES: lambda row: _count(row.push_shards),
    Column.CPU: _share,
    Column.MEMORY: _memory,
    Column.WAITING: _waiting,
}


def _titles() -> dict[Column, str]:
    return {
        Column.LAMP: "",
        Column.NAME: translate("Nodes", "Node"),
        Column.STATE: translate("Nodes", "State"),
        Column.VERSION: translate("Nodes", "Version"),
        Column.PULLS: translate("Nodes", "Pull shards"),
        Column.PUSHES: translate("Nodes", "Push shards"),
        Column.CPU: translate("Nodes", "CPU"),
        Column.MEMORY: translate("Nodes", "Memory"),
        Column.WAITING: translate("Nodes", "In hand"),
        Column.UPTIME: translate("Nodes", "Runs for"),
        Column.SEEN: translate("Nodes", "Seen last"),
    }
