"""What every flow is: it joins one page with the session, and lives as long as the page.

A flow is a QObject and a child of its page, so that its slots are gone with the page. Connect
methods of QObjects to the session's signals, never lambdas: the session outlives the page when
the window is built anew for another language.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from app.navigator import Target
from app.widgets.palette import Choice


class Flow(QObject):
    """badge_changed: the number that stands beside the page's name in the sidebar; 0 for none."""

    badge_changed = Signal(int)

    def show(self) -> None:
        """The page comes to the front."""

    def hide(self) -> None:
        """The page goes to the back: nothing more is asked for it."""

    def reload(self) -> None:
        """F5: read again what the page shows."""

    def go(self, target: Target) -> None:
        """Show this place of the page; called just before the page comes to the front."""

    def choices(self) -> Sequence[Choice]:
        """What the palette offers of this page now."""
        return ()
