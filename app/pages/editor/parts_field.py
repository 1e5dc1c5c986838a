"""A list of parts, each in a card: pull shards, alerts. Added, removed and moved by buttons."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.field_words import words_of
from app.models.job_path import Path
from app.models.job_schema import FieldSpec, Input
from app.pages.editor.context import EditorContext, FieldProblem
from app.pages.editor.field import Field
from app.pages.editor.group_fields import FieldGroup, Make
from app.widgets.basics import Button, PlainLabel
from app.words import translate


class PartCard(QFrame):
    """One part."""

    def __init__(self, owner: PartsField, item: FieldSpec, place: int, make: Make) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        context = owner.context
        named = {"title": words_of(item.title), "number": place + 1}
        title = translate("Editor", "{title} {number}").format(**named)
        self.group = FieldGroup(context, item.fields, (*owner.path, place), make)
        up = Button(context.theme, kind="ghost", sign="arrow-up", px=14)
        up.setAccessibleName(translate("Editor", "Move {title} {number} up").format(**named))
        up.setToolTip(up.accessibleName())
        up.setVisible(place > 0)
        remove = Button(context.theme, kind="ghost", sign="close", px=14)
        remove.setAccessibleName(translate("Editor", "Remove {title} {number}").format(**named))
        remove.setToolTip(remove.accessibleName())
        head = QHBoxLayout()
        head.addWidget(PlainLabel(title, weight=QFont.Weight.DemiBold))
        head.addStretch(1)
        head.addWidget(up)
        head.addWidget(remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.group)
        up.clicked.connect(lambda: context.draft.move(owner.path, place, place - 1))
        remove.clicked.connect(lambda: owner.remove(place))


class PartsField(Field):
    """The cards, and a button for one more."""

    def __init__(self, context: EditorContext, spec: FieldSpec, path: Path, make: Make) -> None:
        super().__init__(context, spec, path)
        assert spec.item is not None
        self._item = spec.item
        self._make = make
        self.cards: list[PartCard] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        words = translate("Editor", "Add: {title}").format(title=words_of(self._item.title))
        self.add = Button(context.theme, words_of(self._item.title), sign="plus", px=12)
        self.add.clicked.connect(self._add)
        self._column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self.watch(self.add)
        self.add.setAccessibleName(words)

    def show_value(self, value: Any) -> None:
        count = len(value) if isinstance(value, list) else 0
        while len(self.cards) > count:
            card = self.cards.pop()
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        while len(self.cards) < count:
            card = PartCard(self, self._item, len(self.cards), self._make)
            self._column.insertWidget(len(self.cards), card)
            self.cards.append(card)
        for card in self.cards:
            for field in card.group.fields:
                field.refresh()

    def show_problem(self, problem: FieldProblem | None) -> None:
        for card in self.cards:
            card.group.tell()

    def tells_inside(self) -> bool:
        return True

    def leaves(self) -> list[Field]:
        return [
            leaf for card in self.cards for field in card.group.fields for leaf in field.leaves()
        ]

    def remove(self, place: int) -> None:
        """Take a part away; the list goes with its last one."""
        if len(self.cards) == 1:
            self.put(None)
        else:
            self.context.draft.remove((*self.path, place))
        self.add.setFocus()

    def _add(self) -> None:
        begun = {
            field.name: ""
            for field in self._item.fields
            if not field.optional and field.input in (Input.NAME, Input.EXPRESSION)
        }
        self.context.draft.insert(self.path, len(self.cards), begun)
        self.cards[-1].group.fields[0].setFocus()
