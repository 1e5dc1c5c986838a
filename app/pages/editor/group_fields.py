"""Fields made of fields: a choice of shapes with what each needs, and parts that may be missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.field_words import words_of
from app.models.job_path import Path
from app.models.job_schema import NOTHING, FieldSpec, Input, Variant
from app.pages.editor.context import EditorContext, FieldProblem
from app.pages.editor.field import Field
from app.pages.editor.told import Told
from app.theme import fonts
from app.widgets.basics import PlainLabel
from app.widgets.choice import ChoiceButton
from app.widgets.flow import FlowLayout
from app.words import translate

INLINE = frozenset(
    {
        Input.INTEGER,
        Input.NUMBER,
        Input.DURATION,
        Input.RATE,
        Input.CHOICE,
        Input.SECRET,
        Input.NAME,
        Input.VALUE,
        Input.SWITCH,
        Input.TEXT,
    }
)
"""Fields that are short enough to stand side by side."""
CAPTION_PX = 108
CAPTION_GAP_PX = 8
Make = Callable[[EditorContext, FieldSpec, Path, bool], Field]


class FieldGroup(QWidget):
    """The fields of one object: short ones side by side, the others below, each with a caption."""

    def __init__(
        self,
        context: EditorContext,
        specs: Iterable[FieldSpec],
        path: Path,
        make: Make,
        lead: QWidget | None = None,
    ) -> None:
        """lead: stands before the short fields, in their line."""
        super().__init__()
        self.setObjectName("clear")
        self.fields: list[Field] = []
        self._all_told: list[Told] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        specs = [spec for spec in specs if not _is_fixed(spec)]
        self._captions = lead is None and any(spec.input not in INLINE for spec in specs)
        for short, several in groupby(specs, lambda spec: spec.input in INLINE):
            made = [make(context, spec, (*path, spec.name), short) for spec in several]
            if short:
                self._add_line(context, made, lead)
                lead = None
                continue
            if lead is not None:
                self._add_line(context, [], lead)
                lead = None
            for field in made:
                self._add(context, [field], self._captioned(field))
        if lead is not None:
            self._add_line(context, [], lead)

    def _add_line(self, context: EditorContext, fields: list[Field], lead: QWidget | None) -> None:
        """Short fields side by side."""
        line = QWidget()
        line.setObjectName("clear")
        flow = FlowLayout()
        line.setLayout(flow)
        if lead is None and self._captions:
            line.setContentsMargins(fonts.room(CAPTION_PX) + CAPTION_GAP_PX, 0, 0, 0)
        for field in fields:
            field.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        for widget in (lead, *fields):
            if widget is not None:
                flow.addWidget(widget)
        self._add(context, fields, line)

    def _add(self, context: EditorContext, fields: list[Field], inside: QWidget) -> None:
        told = Told(context, fields, inside)
        self.fields += fields
        self._all_told.append(told)
        self._column.addWidget(told)

    def tell(self) -> None:
        """Say what is wrong with each of the fields."""
        for told in self._all_told:
            told.tell()

    def _captioned(self, field: Field) -> QWidget:
        line = QWidget()
        line.setObjectName("clear")
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(CAPTION_GAP_PX)
        caption = PlainLabel(words_of(field.spec.title), tone="muted")
        caption.setFixedWidth(fonts.room(CAPTION_PX))
        caption.setContentsMargins(0, fonts.tall(7), 0, 0)
        row.addWidget(caption, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(field, 1)
        return line


class GroupField(Field):
    """A field whose value is an object; its own fields are bound to places below."""

    def __init__(self, context: EditorContext, spec: FieldSpec, path: Path, make: Make) -> None:
        super().__init__(context, spec, path)
        self._make = make
        self.group: FieldGroup | None = None
        self._of: object = NOTHING
        self.lead: ChoiceButton | None = None
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)

    def leaves(self) -> list[Field]:
        inside = [] if self.group is None else self.group.fields
        return [leaf for field in inside for leaf in field.leaves()]

    def tells_inside(self) -> bool:
        return True

    def show_problem(self, problem: FieldProblem | None) -> None:
        super().show_problem(problem if problem and problem.path == self.path else None)
        if self.group is not None:
            self.group.tell()

    def show_group(self, of: object, specs: Iterable[FieldSpec]) -> None:
        """These fields, made anew only where they are others than before."""
        if of != self._of:
            self._of = of
            before, lead = self.group, self.lead
            had_focus = lead is not None and lead.hasFocus()
            self.group = FieldGroup(self.context, tuple(specs), self.path, self._make, lead)
            self.column.addWidget(self.group)
            if before is not None:
                self.column.removeWidget(before)
                before.hide()
                before.deleteLater()
            if had_focus and lead is not None:
                lead.setFocus()
        for field in [] if self.group is None else self.group.fields:
            field.refresh()


class ObjectField(GroupField):
    """An object whose fields are always there; one that may be missing has a choice for it."""

    def __init__(self, context: EditorContext, spec: FieldSpec, path: Path, make: Make) -> None:
        super().__init__(context, spec, path, make)
        if spec.nullable:
            self.lead = ChoiceButton(context.theme)
            self.lead.setParent(self)  # until a line takes it
            self.lead.set_choices(
                [
                    (False, translate("Editor", "None")),
                    (True, words_of(spec.shape or spec.title)),
                ]
            )
            self.watch(self.lead)
            self.lead.chosen.connect(lambda there: self.put({} if there else None))

    def show_value(self, value: Any) -> None:
        there = self.lead is None or isinstance(value, dict)
        if self.lead is not None:
            self.lead.show_value(there)
        self.show_group(there, self.spec.fields if there else ())


class UnionField(GroupField):
    """One of several shapes; what was filled in for another one comes back with it."""

    def __init__(self, context: EditorContext, spec: FieldSpec, path: Path, make: Make) -> None:
        super().__init__(context, spec, path, make)
        self._left: dict[str, Any] = {}
        self.choice = self.lead = ChoiceButton(context.theme)
        self.choice.setParent(self)  # until a line takes it
        self.choice.set_choices([(each.title, words_of(each.title)) for each in spec.variants])
        self.watch(self.choice)
        self.choice.chosen.connect(self._choose)

    def show_value(self, value: Any) -> None:
        variant = self.spec.variant_of(value)
        self.choice.show_value(variant.title)
        self.show_group(variant.title, variant.fields)

    def _choose(self, title: str) -> None:
        value = self.context.draft.get(self.path)
        before = self.spec.variant_of(value)
        wanted = next(each for each in self.spec.variants if each.title == title)
        if wanted is before:
            return
        if isinstance(value, dict):
            self._left[before.title] = value
        self.put(self._left.get(title) or self._begun(wanted, value))
        self.choice.setFocus()

    def _begun(self, variant: Variant, value: Any) -> dict[str, Any] | None:
        """The new shape with what both shapes have in common."""
        begun: dict[str, Any] = {self.spec.tag: variant.tag} if self.spec.tag else {}
        for field in variant.fields:
            if isinstance(value, dict) and field.name in value:
                begun[field.name] = value[field.name]
            elif not self.spec.tag and not begun:
                begun[field.name] = field.default if field.default is not NOTHING else ""
        return begun


def _is_fixed(spec: FieldSpec) -> bool:
    """A field that can hold one value only: there is nothing to choose."""
    return spec.input is Input.CHOICE and len(spec.choices) == 1
