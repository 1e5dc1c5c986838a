"""Loads the drawing part of graphs when the first has something to draw, in pieces."""

from __future__ import annotations

from functools import lru_cache

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import QObject, QTimer, Signal

from app import heap
from app.late_import import import_in_pieces

PACKAGES = ("numpy", "pyqtgraph")


class PlotLoader(QObject):
    """ready: ``app.widgets.plot`` can be imported at no cost. loaded: it is ready now."""

    loaded = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.ready = False
        self._begun = False

    def begin(self) -> None:
        """Load, once; soon, and not within whoever asks."""
        if not self._begun:
            self._begun = True
            QTimer.singleShot(0, self, self._load)

    def _load(self) -> None:
        all_of = (QtCore, QtGui, QtWidgets)  # pyqtgraph asks for every name in these
        import_in_pieces("app.widgets.plot", PACKAGES, all_of)
        heap.settle()
        self.ready = True
        self.loaded.emit()


@lru_cache(maxsize=1)
def plot_loader() -> PlotLoader:
    """The one of this program."""
    return PlotLoader()
