"""How fast something is sent again: a field with a few rates to choose from."""

from __future__ import annotations

from app import format
from app.theme.theme import Theme
from app.widgets.field_button import FieldButton
from app.widgets.menu import Menu
from app.words import translate

RATES_PER_S = (1.0, 5.0, 20.0, 100.0)
WHOLE_PX = 320
"""More than the longest word for a rate needs, in any language."""


class PaceField(FieldButton):
    """``per_s``: the rate chosen, records a second; None for as fast as the job allows."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, self._choices, cap_px=WHOLE_PX)
        self.per_s: float | None = None
        self.choose(None)

    def choose(self, per_s: float | None) -> None:
        """Set the rate."""
        self.per_s = per_s
        self.show_value(translate("Pace", "Pace"), _word(per_s))

    def _choices(self) -> Menu:
        menu = Menu(self._theme, self, marks=True)
        for per_s in (None, *RATES_PER_S):
            action = menu.addAction(_word(per_s))
            action.setCheckable(True)
            action.setChecked(per_s == self.per_s)
            action.triggered.connect(lambda _=False, rate=per_s: self.choose(rate))
        return menu


def _word(per_s: float | None) -> str:
    if per_s is None:
        return translate("Pace", "as fast as the job allows")
    return translate("Pace", "at most {rate} a second").format(rate=format.rate(per_s))
