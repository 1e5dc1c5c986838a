"""The Qt binding itself: PySide6 6.12.0 on Python 3.11 takes a reference of None in each call that
returns nothing, until the interpreter dies. A version that does so must not be locked.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

CALLS = 500


def test_calls_that_return_nothing_leave_none_alone(qapp: QApplication) -> None:
    pixmap = QPixmap(10, 10)
    painter = QPainter(pixmap)
    box, colour = QRectF(0, 0, 5, 5), QColor("#123456")
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        painter.fillRect(box, colour)
        painter.setPen(colour)
    taken = before - sys.getrefcount(None)
    painter.end()
    assert taken < CALLS / 10
