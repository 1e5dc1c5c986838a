"""Tests that leave something behind or make Qt complain, each in one way; all of them must fail.

Not collected by its name: ``test_left_behind`` runs it in a process of its own.
"""

from __future__ import annotations

import threading

from PySide6.QtCore import QThread, QTimer, qWarning
from PySide6.QtWidgets import QApplication, QWidget

kept: list[object] = []
"""Alive when the test has ended, as a forgotten reference would keep it."""


def test_a_timer(qapp: QApplication) -> None:
    timer = QTimer(qapp)
    timer.start(60_000)
    kept.append(timer)


def test_a_widget(qapp: QApplication) -> None:
    kept.append(QWidget())


def test_a_thread(qapp: QApplication) -> None:
    release = threading.Event()
    thread = threading.Thread(target=release.wait, name="forgotten", daemon=True)
    thread.start()
    kept.append(release)


def test_a_thread_of_qt(qapp: QApplication) -> None:
    thread = QThread(qapp)
    thread.start()
    kept.append(thread)


def test_a_warning_of_qt(qapp: QApplication) -> None:
    qWarning("a warning of Qt")
