"""How records are exported: JSON Lines, or CSV with the columns that are wanted."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from app.models.export_rows import COLUMNS, FIELD_PREFIX, USUAL, CsvForm
from app.theme import fonts
from app.theme.theme import Theme
from app.widgets.basics import PlainLabel
from app.widgets.options import Option, Options
from app.widgets.question import Question
from app.words import translate

ACROSS = 3


class ExportDialog(Question):
    """chosen: the CsvForm, or None for JSON Lines. Opened with ``open()``.

    count: how many records, None where it is not known.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget, count: int | None) -> None:
        super().__init__(theme, parent)
        self.formats = Options(
            (
                Option(
                    "jsonl",
                    translate("Export", "JSON Lines"),
                    translate("Export", "One object a line, with payload; nothing is lost."),
                ),
                Option(
                    "csv",
                    translate("Export", "CSV"),
                    translate("Export", "One row a delivery, with the columns chosen here."),
                ),
            )
        )
        self.columns = {name: QCheckBox(name) for name in COLUMNS}
        self.fields = QLineEdit()
        self.safe = QCheckBox(translate("Export", "Safe for spreadsheets"))
        self._csv = QWidget()
        self._build()
        title = (
            translate("Export", "Export all that match?")
            if count is None
            else translate("Export", "Export %Ln record(s)?", "", count)
        )
        self.ask(
            title,
            translate("Export", "It is written in the background; the row below shows how far."),
            translate("Export", "Choose the file…"),
        )
        self._show_csv()

    def _build(self) -> None:
        self._csv.setObjectName("clear")
        column = QVBoxLayout(self._csv)
        column.setContentsMargins(24, 0, 0, 0)
        column.setSpacing(8)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        for place, (name, box) in enumerate(self.columns.items()):
            box.setChecked(name in USUAL)
            box.setFont(fonts.code_font())
            box.toggled.connect(self._check)
            grid.addWidget(box, place // ACROSS, place % ACROSS)
        column.addLayout(grid)
        column.addWidget(PlainLabel(translate("Export", "Fields of the payload"), tone="muted"))
        self.fields.setFont(fonts.code_font())
        self.fields.setPlaceholderText("record.total, record.buyer.name, record.lines[0].sku")
        self.fields.setAccessibleName(translate("Export", "Fields of the payload"))
        self.fields.textChanged.connect(self._check)
        column.addWidget(self.fields)
        self.safe.setChecked(True)
        tip = translate("Export", "A cell that begins like a formula gets an apostrophe before it.")
        self.safe.setToolTip(tip)
        self.safe.setAccessibleDescription(tip)
        column.addWidget(self.safe)
        self.add_field(self.formats)
        self.add_field(self._csv)
        self.formats.chosen.connect(self._show_csv)
        self.agreed.connect(self._choose)
        self.yes.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def form(self) -> CsvForm | None:
        """What is chosen now."""
        if self.formats.key == "jsonl":
            return None
        typed = (part.strip() for part in self.fields.text().split(","))
        fields = tuple(_field(part) for part in typed if part)
        chosen = tuple(name for name, box in self.columns.items() if box.isChecked())
        return CsvForm((*chosen, *dict.fromkeys(fields)), self.safe.isChecked())

    def _show_csv(self) -> None:
        self._csv.setVisible(self.formats.key == "csv")
        self._check()
        self.fit()

    def _check(self) -> None:
        form = self.form
        self.yes.setEnabled(form is None or bool(form.columns))

    def _choose(self) -> None:
        self.chosen.emit(self.form)
        self.accept()


def _field(typed: str) -> str:
    return typed if typed.startswith(FIELD_PREFIX) else f"{FIELD_PREFIX}{typed}"
