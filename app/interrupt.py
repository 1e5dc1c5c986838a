"""Ctrl+C and an orderly SIGTERM reach the console at once, though Qt's loop runs no Python."""

from __future__ import annotations

import signal
import socket
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, Signal

SIGNALS = (signal.SIGINT, signal.SIGTERM)


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
