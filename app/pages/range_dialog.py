"""A span of time by its two ends, typed in local time, with UTC shown below."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app import format
from app.models.moment import read_moment, write_moment
from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets.basics import Button, PlainLabel
from app.words import translate

WIDTH_PX = 400


class RangeDialog(QDialog):
    """chosen: since and until, UTC ms; each may be None. Opened with ``open()``."""

    chosen = Signal(object, object)

    def __init__(
        self, theme: Theme, parent: QWidget, since: int | None, until: int | None, now: int
    ) -> None:
        super().__init__(parent)
        self._now = now
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(WIDTH_PX)
        title = translate("Range", "Pulled between")
        self.setWindowTitle(title)
        self.since, self.until = _field(since), _field(until)
        self._since_utc = PlainLabel(tone="faint", px=tokens.SMALL_PX)
        self._until_utc = PlainLabel(tone="faint", px=tokens.SMALL_PX)
        self.yes = Button(theme, kind="primary")
        self.no = Button(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        column.addWidget(PlainLabel(title, px=tokens.TITLE_PX, weight=QFont.Weight.DemiBold))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        rows = (
            (translate("Range", "From"), self.since, self._since_utc),
            (translate("Range", "Until"), self.until, self._until_utc),
        )
        for place, (name, field, utc) in enumerate(rows):
            grid.addWidget(PlainLabel(name, tone="muted"), place * 2, 0)
            grid.addWidget(field, place * 2, 1)
            grid.addWidget(utc, place * 2 + 1, 1)
            field.setAccessibleName(name)
            field.setPlaceholderText(translate("Range", "open"))
            field.textChanged.connect(self._read)
        column.addLayout(grid)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.no)
        row.addWidget(self.yes)
        column.addLayout(row)
        self.yes.setText(translate("Range", "Show"))
        self.no.setText(translate("Question", "Cancel"))
        self.yes.setDefault(True)
        self.yes.clicked.connect(self._choose)
        self.no.clicked.connect(self.reject)
        self._read()

    def problems(self) -> tuple[str, str]:
        """What stands below the two fields."""
        return self._since_utc.text(), self._until_utc.text()

    def _ends(self) -> tuple[int | None, int | None]:
        return read_moment(self.since.text(), self._now), read_moment(self.until.text(), self._now)

    def _read(self) -> None:
        since, until = self._ends()
        fine = self._tell(self._since_utc, self.since, since)
        fine = self._tell(self._until_utc, self.until, until) and fine
        if fine and since is not None and until is not None and until <= since:
            self._until_utc.setText(translate("Range", "That is not after the beginning."))
            self._until_utc.set_tone("dead")
            fine = False
        self.yes.setEnabled(fine)

    def _tell(self, label: PlainLabel, field: QLineEdit, at: int | None) -> bool:
        empty = not field.text().strip()
        wrong = at is None and not empty
        label.set_tone("dead" if wrong else "faint")
        if wrong:
            label.setText(translate("Range", "Write it as 2026-11-23 14:30, or 14:30 for today."))
        elif at is None:
            label.setText(translate("Range", "local time"))
        else:
            label.setText(format.utc(at))
        return not wrong

    def _choose(self) -> None:
        self.chosen.emit(*self._ends())
        self.accept()


def _field(at: int | None) -> QLineEdit:
    field = QLineEdit("" if at is None else write_moment(at))
    field.setFont(fonts.code_font())
    return field
