"""Puts widgets side by side and goes on in the next line where there is no more room."""

from __future__ import annotations

from functools import partial

import shiboken6
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem

GAP_PX = 8
WIDE_PX = 190
"""The least width of what takes the rest of a line."""


class FlowLayout(QLayout):
    """Lines of widgets, each as wide as it wants to be; those that expand take the rest."""

    def __init__(self) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.destroyed.connect(partial(_free, self._items))  # as Qt's own layouts do in C++
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(GAP_PX)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, box: QRect) -> None:
        super().setGeometry(box)
        self._arrange(box, move=True)

    def sizeHint(self) -> QSize:
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(each.width() + GAP_PX for each in shown)
        return QSize(width, max((each.height() for each in shown), default=0))

    def minimumSize(self) -> QSize:
        shown = [item.minimumSize() for item in self._items if not item.isEmpty()]
        return QSize(
            max((each.width() for each in shown), default=0),
            max((each.height() for each in shown), default=0),
        )

    def _arrange(self, box: QRect, *, move: bool) -> int:
        """Place everything; the height it takes."""
        y = box.y()
        for line in self._lines(box.width()):
            spare = box.width() - sum(width for _, width in line) - GAP_PX * (len(line) - 1)
            wide = [item for item, _ in line if _expands(item)]
            more = max(spare, 0) // len(wide) if wide else 0
            x, height = box.x(), 0
            for item, width in line:
                across = width + more if _expands(item) else width
                high = _height(item, across)
                if move:
                    item.setGeometry(QRect(QPoint(x, y), QSize(across, high)))
                x += across + GAP_PX
                height = max(height, high)
            y += height + GAP_PX
        return max(y - GAP_PX - box.y(), 0)

    def _lines(self, room: int) -> list[list[tuple[QLayoutItem, int]]]:
        """What stands in which line, each with the width it needs."""
        lines: list[list[tuple[QLayoutItem, int]]] = []
        used = 0
        for item in self._items:
            if item.isEmpty():
                continue
            width = WIDE_PX if _expands(item) else item.sizeHint().width()
            width = min(width, room)
            if not lines or used + width > room:
                lines.append([])
                used = 0
            lines[-1].append((item, width))
            used += width + GAP_PX
        return lines


def _free(items: list[QLayoutItem]) -> None:
    """Nothing else does, once their layout is gone."""
    for item in items:
        shiboken6.delete(item)
    items.clear()


def _expands(item: QLayoutItem) -> bool:
    """Whether it takes what room is left in its line."""
    return bool(item.expandingDirections() & Qt.Orientation.Horizontal)


def _height(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
