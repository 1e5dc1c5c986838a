"""What every page of the console is: a surface with, where it likes, its own part of the top bar.

Not for what a page shows: that is in the page's own module. A page never asks a node.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.words import Worded


class Page(Worded):
    """bar_changed: ``tools``, ``heading`` or ``shows_work`` answer otherwise from now on."""

    bar_changed = Signal()

    def __init__(self, surface: str = "surface") -> None:
        """surface: the ground, ``surface`` or ``panel``."""
        super().__init__()
        self.setObjectName(surface)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def wording(self) -> None:
        """A page whose words are all set while it is built has nothing to do here."""

    def tools(self) -> QWidget | None:
        """The page's own buttons on the right of the top bar; the same widget each time."""
        return None

    def heading(self) -> QWidget | None:
        """What stands in the top bar instead of title, connection and search; the same each time.

        For a page within a page, such as a job's editor: where one is, and what is not saved.
        """
        return None

    def shows_work(self) -> bool:
        """Whether the page lists long work itself; then the window's foot does not."""
        return False

    def first_focus(self) -> QWidget:
        """Which widget has the keyboard when the page comes to the front."""
        return self

    def search_field(self) -> QLineEdit | None:
        """Where Ctrl+F goes; None leaves it to the records."""
        return None

    def state(self) -> object:
        """What ``restore`` needs to show the same again in a page built anew."""
        return None

    def restore(self, state: object) -> None:
        """Show again what ``state`` told."""
