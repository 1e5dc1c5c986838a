"""Imports what takes long in pieces, so that the window goes on between them.

Python imports a package in one go, here up to a second. Between two of its modules the events that
wait are handled: keys, paints, what the node says. Only between modules of the packages named, so
that what is half imported then is theirs alone, and nobody else's import can meet it.

For a slot of Qt: events run tasks of asyncio, and no task runs in another. Within a task, the whole
is imported in one go.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Collection, Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from PySide6.QtCore import QCoreApplication

PIECE_S = 0.005
"""After how long events are handled again."""


def import_in_pieces(
    name: str, packages: Collection[str], touched: Collection[ModuleType] = ()
) -> ModuleType:
    """Import a module; events are handled between modules of these packages. Raises ImportError.

    touched: modules whose every name is asked for first. PySide makes its classes when they are
    asked for, and a package that asks for all of them would make them in one go.
    """
    between = _Between(packages)
    for module in touched:
        for each in dir(module):
            getattr(module, each, None)
            between.handle_events()
    sys.meta_path.insert(0, between)
    try:
        return import_module(name)
    finally:
        sys.meta_path.remove(between)


class _Between(MetaPathFinder):
    """Finds nothing: it is asked before each module is looked for."""

    def __init__(self, packages: Collection[str]) -> None:
        self._packages = frozenset(packages)
        self._handling = False
        self._since_s = time.perf_counter()

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] in self._packages:
            self.handle_events()
        return None

    def handle_events(self) -> None:
        """Those that wait, where the piece was long enough; not within themselves."""
        if self._handling or time.perf_counter() - self._since_s < PIECE_S or _in_task():
            return
        self._handling = True
        try:
            QCoreApplication.processEvents()
        finally:
            self._handling = False
        self._since_s = time.perf_counter()


def _in_task() -> bool:
    try:
        return asyncio.current_task() is not None
    except RuntimeError:  # no loop runs
        return False
