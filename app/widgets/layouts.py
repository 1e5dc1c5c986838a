"""Taking widgets out of layouts for good.

``QLayout.takeAt`` hands its item over to the caller, and PySide frees none it hands over: each
stays for good (some 100 bytes). Taken here, it is freed.
"""

from __future__ import annotations

import shiboken6
from PySide6.QtWidgets import QLayout, QWidget


def take(layout: QLayout, place: int) -> QWidget | None:
    """Take out what stands at a place (from 0): its widget, which lives on; None for a space.

    Raises IndexError where the layout has no such place.
    """
    item = layout.takeAt(place)
    if item is None:
        raise IndexError(f"the layout has {layout.count()} places, not a place {place}")
    widget = item.widget()
    shiboken6.delete(item)
    return widget


def clear(layout: QLayout, *kept: QWidget) -> None:
    """Take everything out; widgets are hidden at once and deleted, but for those kept."""
    while layout.count():
        widget = take(layout, 0)
        if widget is not None and widget not in kept:
            widget.hide()
            widget.deleteLater()
