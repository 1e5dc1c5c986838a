"""A payload as a tree. Digits, doubled names and order stay exactly as the source sent them.

A line is read when somebody looks at it, so a payload of some megabytes opens at once. Reading is
``json_text``'s.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app import shown
from app.models.json_text import Members, Number, opened, read
from app.words import translate

CHILDREN_CAP = 1000
NODE_ROLE = Qt.ItemDataRole.UserRole + 1

Index = QModelIndex | QPersistentModelIndex

__all__ = ["CHILDREN_CAP", "NODE_ROLE", "JsonTree", "Kind", "Node", "read"]


class Kind(Enum):
    """What a value is; it chooses its colour."""

    MEMBERS = auto()
    LIST = auto()
    TEXT = auto()
    NUMBER = auto()
    WORD = auto()
    MORE = auto()


@dataclass(slots=True)
class Node:
    """One line of the tree. name: the member's name or the place in the list."""

    name: str
    unread: object
    parent: Node | None
    place: int
    children: list[Node] | None = None

    @property
    def value(self) -> object:
        """The value, its inside read as far as its own members or entries."""
        self.unread = opened(self.unread)
        return self.unread

    @property
    def kind(self) -> Kind:
        match self.value:
            case Members():
                return Kind.MEMBERS
            case list():
                return Kind.LIST
            case Number():
                return Kind.NUMBER
            case str():
                return Kind.TEXT
            case _More():
                return Kind.MORE
            case _:
                return Kind.WORD

    @property
    def count(self) -> int:
        """Members or entries; 0 for a plain value."""
        return len(self.value) if isinstance(self.value, list) else 0

    @property
    def words(self) -> str:
        """The value in one line."""
        match self.value:
            case Members() as members:
                names = ", ".join(shown.line(name, 20) for name, _ in members[:4])
                more = ", …" if len(members) > 4 else ""
                return f"{{ {names}{more} }}" if members else "{ }"
            case list() as entries:
                return f"[ {len(entries)} ]"
            case Number() as number:
                return shown.line(number)
            case str() as text:
                return shown.line(json.dumps(text[:2000], ensure_ascii=False), 2000)
            case _More(count=count):
                return translate("Payload", "%Ln more; look at Raw", "", count)
            case value:
                return json.dumps(value)


@dataclass(frozen=True, slots=True)
class _More:
    count: int


class JsonTree(QAbstractItemModel):
    """Read only, one column; children are made when they are first looked at."""

    def __init__(self, value: object, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = Node("", value, None, 0)
        if not isinstance(value, list):
            self._root = Node("", Members([("", value)]), None, 0)

    def node(self, index: Index) -> Node:
        """The line behind an index; of none, the root."""
        if not index.isValid():
            return self._root
        found = index.internalPointer()
        assert isinstance(found, Node)
        return found

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's signature
        children = _children(self.node(parent))
        if column != 0 or not 0 <= row < len(children):
            return QModelIndex()
        return self.createIndex(row, column, children[row])

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008 - Qt's signature
        above = self.node(index).parent if index.isValid() else None
        if above is None or above is self._root:
            return QModelIndex()
        return self.createIndex(above.place, 0, above)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return len(_children(self.node(parent)))

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        node = self.node(index)
        match role:
            case _ if role == NODE_ROLE:
                return node
            case Qt.ItemDataRole.DisplayRole:
                return f"{shown.line(node.name, 200)}  {node.words}".strip()
            case _:
                return None


def _children(node: Node) -> list[Node]:
    if node.children is None:
        match node.value:
            case Members() as members:
                pairs = list(members[:CHILDREN_CAP])
            case list() as entries:
                pairs = [(str(i), entry) for i, entry in enumerate(entries[:CHILDREN_CAP])]
            case _:
                pairs = []
        if node.count > CHILDREN_CAP:
            pairs.append(("…", _More(node.count - CHILDREN_CAP)))
        node.children = [
            Node(name, value, node, place) for place, (name, value) in enumerate(pairs)
        ]
    return node.children
