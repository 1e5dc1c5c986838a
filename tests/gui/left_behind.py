"""What a test of the console may leave behind: nothing. Looked at after each one.

``leaky`` leaves each kind once, and ``test_left_behind`` sees that it is found.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget

ENDING_S = 2.0
"""How long a thread that was told to end may take."""


@dataclass(frozen=True, slots=True)
class Before:
    """What was there before the test."""

    widgets: frozenset[QWidget]
    threads: frozenset[threading.Thread] = field(
        default_factory=lambda: frozenset(threading.enumerate())
    )


def before(app: QApplication) -> Before:
    """Remember what is there."""
    return Before(frozenset(app.topLevelWidgets()))


def left_behind(app: QApplication, then: Before) -> list[str]:
    """What is there now and was not: widgets, running timers, threads; a sentence each."""
    delete_deferred(app)
    return [*_widgets(app, then), *_timers(), *_threads(then)]


def delete_deferred(app: QApplication) -> None:
    """Let everything that was to be deleted later be deleted now."""
    gc.collect()
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        app.processEvents()


def _widgets(app: QApplication, then: Before) -> Iterator[str]:
    for widget in app.topLevelWidgets():
        if widget not in then.widgets:
            yield f"a widget is left behind: {type(widget).__name__}"


def _timers() -> Iterator[str]:
    for each in gc.get_objects():
        if isinstance(each, QTimer) and _ticks(each):
            yield f"a timer still runs: every {each.interval()} ms"


def _ticks(timer: QTimer) -> bool:
    try:
        return timer.isActive()
    except RuntimeError:  # its Qt half is gone already
        return False


def _threads(then: Before) -> Iterator[str]:
    for thread in threading.enumerate():
        # One that Python did not start only passes through; it is looked at as Qt's below.
        foreign = isinstance(thread, threading._DummyThread)
        if thread in then.threads or foreign:
            continue
        thread.join(ENDING_S)
        if thread.is_alive():
            yield f"a thread still runs: {thread.name}"
    for each in gc.get_objects():
        if isinstance(each, QThread) and _runs_still(each):
            yield f"a thread of Qt still runs: {type(each).__name__}"


def _runs_still(thread: QThread) -> bool:
    """But for qasync's own, which belong to the loop: that is one for all tests."""
    ours = not type(thread).__module__.startswith("qasync")
    return ours and thread.isRunning() and thread is not QThread.currentThread()
