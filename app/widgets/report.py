"""The result of long work in full: its figures, what was refused and why, warnings."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app import shown
from app.models.work import Work, figures, title
from app.theme import tokens
from app.theme.theme import Theme
from app.widgets.basics import Button, PlainLabel
from app.widgets.code import CodeText
from app.words import translate


class Report(QDialog):
    """Opened with ``open()``; goes when it is closed."""

    def __init__(self, theme: Theme, parent: QWidget, work: Work) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(560)
        self.setWindowTitle(title(work))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(10)
        head = PlainLabel(title(work), px=tokens.TITLE_PX, weight=QFont.Weight.DemiBold)
        head.setWordWrap(True)
        column.addWidget(head)
        words = PlainLabel(figures(work), tone="muted")
        words.setWordWrap(True)
        column.addWidget(words)
        self.lines = CodeText()
        self.lines.setAccessibleName(translate("Work", "What was refused, and warnings"))
        self.lines.show_text(report_text(work))
        column.addWidget(self.lines)
        row = QHBoxLayout()
        row.addStretch(1)
        self.close_button = Button(theme)
        self.close_button.setText(translate("Question", "Close"))
        self.close_button.clicked.connect(self.accept)
        row.addWidget(self.close_button)
        column.addLayout(row)


def report_text(work: Work) -> str:
    """A line for each refusal and warning that is known."""
    lines = [
        translate("Work", "Record {id}: {why}").format(id=shown.line(each.path, 40), why=why)
        for each in work.refusals
        if (why := shown.line(each.sentence, 400))
    ]
    lines += [shown.line(each, 400) for each in work.warnings]
    if work.refused > len(work.refusals):
        rest = work.refused - len(work.refusals)
        lines.append(translate("Work", "… and %Ln more that were refused", "", rest))
    return "\n".join(lines)
