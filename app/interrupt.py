"""The ways the console is asked to end from outside: Ctrl+C, SIGTERM, and Qt's own quit.

Qt's loop runs no Python, so a signal would wait for the next event; and ``quit`` would leave the
loop at once, with tasks under way and the local node still running.
"""

from __future__ import annotations

import signal
import socket
from types import FrameType

from PySide6.QtCore import QEvent, QObject, QSocketNotifier, Signal
from PySide6.QtWidgets import QApplication

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Application(QApplication):
    """quit_wanted: a menu or the end of the desktop's session; it is not done at once."""

    quit_wanted = Signal()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Quit:
            self.quit_wanted.emit()
            return True
        return super().event(event)


class Interrupt(QObject):
    """``wanted`` is emitted when the process shall end. Made and ended on the main thread."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._woken, self._waker = socket.socketpair()
        for end in (self._woken, self._waker):
            end.setblocking(False)
        self._before_fd = signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, _nothing) for number in SIGNALS}
        self._notifier = QSocketNotifier(self._woken.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._wake)

    def end(self) -> None:
        """Put back what was there before."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before_fd)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._woken.close()
        self._waker.close()

    def _wake(self) -> None:
        numbers = self._woken.recv(64)
        if any(number in SIGNALS for number in numbers):
            self.wanted.emit()


def _nothing(number: int, frame: FrameType | None) -> None:
    """The number went through the socket already."""
