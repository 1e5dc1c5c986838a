"""What is taken out of a layout is freed: PySide frees no item that a layout hands over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLayout, QLayoutItem, QPushButton, QVBoxLayout, QWidget

from app.widgets import layouts
from app.widgets.flow import FlowLayout

APP = Path(__file__).parents[2] / "app"


def filled(layout: QLayout, *words: str) -> list[QLayoutItem]:
    """The items of a layout with a button for each of the words."""
    for each in words:
        layout.addWidget(QPushButton(each))
    return [item for place in range(layout.count()) if (item := layout.itemAt(place))]


def all_deleted() -> None:
    """What is to be deleted later is deleted now."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.mark.parametrize("kind", [QVBoxLayout, FlowLayout])
def test_a_cleared_layout_frees_its_items_and_widgets(
    qapp: QApplication, kind: type[QLayout]
) -> None:
    host = QWidget()
    layout = kind()
    host.setLayout(layout)
    items = filled(layout, "one", "two", "three")
    one, two, three = (item.widget() for item in items)
    assert two is not None

    layouts.clear(layout, two)
    assert layout.count() == 0
    assert not any(shiboken6.isValid(item) for item in items)
    all_deleted()
    assert [shiboken6.isValid(widget) for widget in (one, two, three)] == [False, True, False]
    assert two.parent() is host


def test_a_space_is_taken_and_what_is_not_there_is_told(qapp: QApplication) -> None:
    host = QWidget()
    column = QVBoxLayout(host)
    (button,) = filled(column, "one")
    column.addStretch(1)
    space = column.itemAt(1)

    assert layouts.take(column, 1) is None
    assert not shiboken6.isValid(space)
    assert layouts.take(column, 0) is not None
    assert not shiboken6.isValid(button)
    with pytest.raises(IndexError, match="0 places, not a place 0"):
        layouts.take(column, 0)


def test_a_flow_that_goes_frees_its_items(qapp: QApplication) -> None:
    host = QWidget()
    flow = FlowLayout()
    host.setLayout(flow)
    items = filled(flow, "one", "two")

    host.deleteLater()
    all_deleted()
    assert not any(shiboken6.isValid(item) for item in items)


def test_nothing_else_takes_items_out() -> None:
    taken = re.compile(r"\.takeAt\(")
    for file in APP.rglob("*.py"):
        if file.name != "layouts.py":
            assert not taken.search(file.read_text("utf-8")), f"{file}: use app/widgets/layouts.py"
