from __future__ import annotations

import sys

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot


@pytest.mark.gui
@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is not counted there")
def test_a_call_that_returns_nothing_gives_no_reference_away(qtbot: QtBot) -> None:
    """PySide6 6.12.0 did, and after some thousand calls the process ended."""
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(500):
        widget.update()
    assert before - sys.getrefcount(None) < 250
