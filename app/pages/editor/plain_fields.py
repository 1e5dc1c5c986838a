"""Fields of one line: texts, numbers, durations, rates, choices, switches, lists of texts."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit

from app.field_words import words_of
from app.models.job_path import Path
from app.models.job_schema import NOTHING, FieldSpec, Input
from app.pages.editor.context import EditorContext
from app.pages.editor.field import Field
from app.theme import fonts, tokens
from app.widgets.basics import PlainLabel
from app.widgets.choice import ChoiceButton

NAME = ("job",)
"""The job's own name stays once it is saved."""
SHORT_PX = 96
CAPTIONED_PX = 72
TEXT_PX = 220
LONG = frozenset({Input.TEXT, Input.LIST, Input.NAME})


class LineField(Field):
    """One line of text. caption: a faint name inside, for fields that stand in a row."""

    def __init__(
        self, context: EditorContext, spec: FieldSpec, path: Path, *, caption: bool = False
    ) -> None:
        super().__init__(context, spec, path)
        self.edit = CaptionedEdit(words_of(spec.title) if caption else "")
        self.edit.setPlaceholderText(self.placeholder())
        if spec.input in (Input.NAME, Input.LIST):
            self.edit.setFont(fonts.code_font())
        if spec.input is Input.VALUE and spec.more:
            self.edit.setFixedWidth(self.edit.caption_px + fonts.room(TEXT_PX))
        elif spec.input not in LONG:
            width = CAPTIONED_PX if caption else SHORT_PX
            self.edit.setFixedWidth(self.edit.caption_px + fonts.room(width))
        elif caption:
            self.edit.setFixedWidth(self.edit.caption_px + fonts.room(TEXT_PX))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.edit)
        if spec.input not in LONG and not caption:
            row.addStretch(1)
        self.watch(self.edit)
        self.edit.textEdited.connect(self._typed)

    def show_value(self, value: Any) -> None:
        if self.path == NAME:
            self.edit.setReadOnly(not self.context.draft.is_new)
        if value != self._value(self.edit.text()):
            self.edit.setText(as_text(value))

    def _typed(self, text: str) -> None:
        self.put(self._value(text))

    def _value(self, text: str) -> Any:
        """The value this text stands for; what is no number stays a text and the node tells."""
        text = text if self.spec.input is Input.TEXT else text.strip()
        if not text:
            return None
        match self.spec.input:
            case Input.INTEGER | Input.NUMBER:
                number = as_number(text)
                return text if number is None else number
            case Input.VALUE:
                old = self.context.draft.get(self.path)
                number = as_number(text)
                wanted = isinstance(old, int | float) or self._of_number_cursor()
                return text if number is None or not wanted else number
            case Input.LIST:
                parts = [part.strip() for part in text.replace("，", ",").split(",")]
                return [part for part in parts if part] or None
            case _:
                return text

    def _of_number_cursor(self) -> bool:
        """A field beside a type that says number: digits are a number there."""
        return bool(self.context.draft.get((*self.path[:-1], "type")) == "number")


class CaptionedEdit(QLineEdit):
    """A line edit with a faint name before its text."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self._caption = caption
        self.caption_px = 0
        if caption:
            self.caption_px = QFontMetrics(fonts.text_font()).horizontalAdvance(caption) + 8
            self.setTextMargins(self.caption_px, 0, 0, 0)
            label = PlainLabel(caption, tone="faint", parent=self)
            height = label.sizeHint().height()
            label.move(9, round((fonts.tall(tokens.FIELD_PX) - height) / 2) + 1)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


class ChoiceField(Field):
    """One of a few values."""

    def __init__(self, context: EditorContext, spec: FieldSpec, path: Path) -> None:
        super().__init__(context, spec, path)
        self.button = ChoiceButton(context.theme)
        self.button.set_choices([(value, words_of(words)) for value, words in spec.choices])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        row.addStretch(1)
        self.watch(self.button)
        self.button.chosen.connect(self.put)

    def show_value(self, value: Any) -> None:
        if value is None:
            value = None if self.spec.default is NOTHING else self.spec.default
        self.button.show_value(value)


class SwitchField(Field):
    """Yes or no."""

    def __init__(self, context: EditorContext, spec: FieldSpec, path: Path) -> None:
        super().__init__(context, spec, path)
        self.box = QCheckBox(self.title)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box)
        row.addStretch(1)
        self.watch(self.box)
        self.box.clicked.connect(self.put)

    def show_value(self, value: Any) -> None:
        self.box.setChecked(bool(self.spec.default if value is None else value))


def as_text(value: Any) -> str:
    """A value of the document as a line of text."""
    match value:
        case None:
            return ""
        case str():
            return value
        case list():
            return ", ".join(as_text(each) for each in value)
        case _:
            return json.dumps(value, ensure_ascii=False)


def as_number(text: str) -> int | float | None:
    """The number a text is, None for any other."""
    try:
        number = json.loads(text)
    except ValueError:
        return None
    return number if isinstance(number, int | float) and not isinstance(number, bool) else None
