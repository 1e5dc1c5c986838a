"""The questions before many deliveries are sent again or skipped: the number, how, how fast."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.theme.theme import Theme
from app.widgets.options import Option, Options
from app.widgets.pace import PaceField
from app.widgets.question import Question
from app.words import translate

LONGEST_REASON = 200


class ResendQuestion(Question):
    """mode: how, as the API names it, "mapped" or "sent". per_s: records a second, or None."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.modes = Options(
            (
                Option(
                    "mapped",
                    translate("Bulk", "As today's mapping makes it"),
                    translate("Bulk", "The request is made anew, as the job says it now."),
                ),
                Option(
                    "sent",
                    translate("Bulk", "As it was sent"),
                    translate("Bulk", "The request of the last attempt goes out once more."),
                ),
            )
        )
        self.pace = PaceField(theme)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.pace)
        row.addStretch(1)
        holder = QWidget()
        holder.setObjectName("clear")
        holder.setLayout(row)
        self.add_field(self.modes)
        self.add_field(holder)

    @property
    def mode(self) -> str:
        return self.modes.key

    @property
    def per_s(self) -> float | None:
        return self.pace.per_s


class SkipQuestion(Question):
    """reason: why, as the operator wrote it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.field = ReasonField()
        self.add_field(self.field)

    @property
    def reason(self) -> str:
        return self.field.reason


class ReasonField(QLineEdit):
    """One line that says why, for whoever looks at it later."""

    def __init__(self) -> None:
        super().__init__()
        self.setMaxLength(LONGEST_REASON)
        words = translate("Bulk", "Reason, for whoever looks at it later")
        self.setPlaceholderText(words)
        self.setAccessibleName(words)

    @property
    def reason(self) -> str:
        return self.text().strip()
