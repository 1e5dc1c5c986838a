"""One part of the editor: sections with rows of fields, drawn from the schema and the plan."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.field_words import words_of
from app.models.job_path import Path
from app.models.job_schema import FieldSpec, spec_at
from app.pages.editor.code_fields import CodeField
from app.pages.editor.context import EditorContext
from app.pages.editor.field import Field
from app.pages.editor.making import make_field
from app.pages.editor.plan import ANSWER, RowPlan, SectionPlan, whole
from app.pages.editor.told import Told
from app.theme import fonts
from app.theme.states import Look
from app.widgets.basics import Button, PlainLabel
from app.widgets.flow import FlowLayout
from app.widgets.pill import Pill
from app.words import translate

LABEL_PX = 124
LABEL_GAP_PX = 12
MARGIN_PX = 24
FORM_PX = 720
"""Lines longer than this are hard to read."""


class Row(QWidget):
    """A label and the fields it stands before."""

    def __init__(self, context: EditorContext, plan: RowPlan, root: FieldSpec) -> None:
        super().__init__()
        self.setObjectName("clear")
        self.plan = plan
        specs = [(path, spec_at(root, path)) for path in plan.paths]
        known = [(path, spec) for path, spec in specs if spec is not None]
        several = len(known) > 1
        self.fields = [
            make_field(context, spec, path, several and path != known[0][0]) for path, spec in known
        ]
        title = plan.title or words_of(known[0][1].title)
        label = PlainLabel(title, tone="muted")
        label.setWordWrap(True)
        label.setFixedWidth(fonts.room(LABEL_PX))
        label.setContentsMargins(0, fonts.tall(7), 0, 0)
        label.setBuddy(self.fields[0])
        inside = QWidget()
        inside.setObjectName("clear")
        line: QLayout = FlowLayout() if several else QVBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        inside.setLayout(line)
        for field in self.fields:
            if several and not isinstance(field, CodeField):
                field.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
            line.addWidget(field)
        self.told = Told(context, self.fields, inside)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(LABEL_GAP_PX)
        outer.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
        outer.addWidget(self.told, 1)

    def filled(self, context: EditorContext) -> bool:
        """Whether something stands in one of its fields, or is wrong with it."""
        wrong = any(context.problem_at(field.path, below=True) for field in self.fields)
        there = (context.draft.get(field.path) is not None for field in self.fields)
        return wrong or any(there)


class Section(QWidget):
    """A heading, its rows, and the seldom needed ones behind a button."""

    def __init__(self, context: EditorContext, plan: SectionPlan, root: FieldSpec) -> None:
        super().__init__()
        self.setObjectName("clear")
        self._context = context
        self._opened = False
        self.rows = [Row(context, each, root) for each in plan.rows]
        self._title = PlainLabel(plan.title, weight=QFont.Weight.DemiBold)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.addWidget(self._title)
        self._fits = Pill(context.theme, _fits_look()) if plan.key == ANSWER else None
        if self._fits is not None:
            self.head.addWidget(self._fits)
            self._fits.hide()
        self.head.addStretch(1)
        self.more = Button(context.theme, translate("Editor", "More fields"), kind="link")
        self.more.setAccessibleName(
            translate("Editor", "More fields: {title}").format(title=plan.title)
        )
        self.more.clicked.connect(self.open_more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self.head)
        column.addSpacing(2)
        for each in sorted(self.rows, key=lambda one: one.plan.more):
            column.addWidget(each)
        line = QHBoxLayout()
        line.setContentsMargins(fonts.room(LABEL_PX) + LABEL_GAP_PX - 2, 0, 0, 0)
        line.addWidget(self.more)
        line.addStretch(1)
        column.addLayout(line)

    def has(self, field: Field) -> bool:
        """Whether a field stands in one of its rows."""
        return any(
            field is each or field in each.leaves() for row in self.rows for each in row.fields
        )

    @property
    def fits(self) -> bool:
        """Whether its heading says that the last answer can be read so."""
        return self._fits is not None and self._fits.isVisibleTo(self)

    def tell(self) -> None:
        """Say at the heading whether the last answer can be read so."""
        if self._fits is not None:
            self._fits.setVisible(self._context.fits)

    def open_more(self) -> None:
        """Show the seldom needed fields too; the keyboard goes to the first of them."""
        hidden = next((row for row in self.rows if row.plan.more and row.isHidden()), None)
        self._opened = True
        self.fold()
        if hidden is not None:
            hidden.fields[0].setFocus()

    def fold(self) -> None:
        """Hide what is seldom needed and empty."""
        hidden = False
        for row in self.rows:
            show = not row.plan.more or self._opened or row.filled(self._context)
            row.setVisible(show)
            hidden = hidden or not show
        self.more.setVisible(hidden)


def _fits_look() -> Look:
    return Look(translate("Editor", "fits the last answer"), "state-delivered", "delivered")


class _Content(QWidget):
    """As high as its lines are at its width; a scroll area does not ask for that itself."""

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            layout = self.layout()
            height = -1 if layout is None else layout.totalHeightForWidth(self.width())
            if height > 0 and self.minimumHeight() != height:
                self.setMinimumHeight(height)
        return handled


class Form(QScrollArea):
    """All sections of a part. ``refresh`` shows the document, ``tell`` the problems."""

    def __init__(
        self, context: EditorContext, plan: tuple[SectionPlan, ...], root: FieldSpec
    ) -> None:
        super().__init__()
        self._context = context
        self._root = root
        self._plans = list(whole(plan, root))
        self.sections: list[Section] = []
        content = _Content()
        content.setObjectName("surface")
        holder = QWidget()  # its width is what heights are asked for: a section's own would not be
        holder.setObjectName("clear")
        holder.setMaximumWidth(fonts.room(FORM_PX) + 2 * MARGIN_PX)
        across = QHBoxLayout(content)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(holder, 1000)
        across.addStretch(1)
        column = QVBoxLayout(holder)
        column.setContentsMargins(MARGIN_PX, 20, MARGIN_PX, 24)
        column.setSpacing(20)
        column.addStretch(1)
        self._column = column
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

        self._later = QTimer(self)
        self._later.setInterval(0)
        self._later.timeout.connect(self._build_next)

    # ------------------------------------------------------------ building
    def build(self) -> None:
        """The first section now and the others one by one: nobody waits for all of them."""
        if self._plans and not self.sections:
            self._build_next()
            self._later.start()

    def complete(self) -> None:
        """All sections that are not there yet, now."""
        while self._plans:
            self._build_next()

    def _build_next(self) -> None:
        if not self._plans:
            self._later.stop()
            return
        section = Section(self._context, self._plans.pop(0), self._root)
        self.sections.append(section)
        self._column.insertWidget(len(self.sections) - 1, section)
        for row in section.rows:
            for field in row.fields:
                field.refresh()
            row.told.tell()
        section.tell()
        section.fold()

    # ------------------------------------------------------------ showing
    def rows(self) -> Iterator[Row]:
        """Every row from the top."""
        for section in self.sections:
            yield from section.rows

    def refresh(self) -> None:
        """Show what stands in the document."""
        for row in self.rows():
            for field in row.fields:
                field.refresh()
        for section in self.sections:
            section.fold()

    def tell(self) -> None:
        """Say what is wrong, at the fields."""
        for row in self.rows():
            row.told.tell()
        for section in self.sections:
            section.tell()
            section.fold()

    def field_at(self, path: Path) -> Field | None:
        """The field that edits a place, or the nearest above it."""
        self.complete()
        best: Field | None = None
        for row in self.rows():
            for field in row.fields:
                for each in (field, *field.leaves()):
                    near = path[: len(each.path)] == each.path
                    if near and (best is None or len(each.path) > len(best.path)):
                        best = each
        return best

    def holds(self, path: Path) -> bool:
        """Whether a row of this part edits that place, or what holds it."""
        self.complete()
        return any(
            path[: len(field.path)] == field.path or field.path[: len(path)] == path
            for row in self.rows()
            for field in row.fields
        )

    def go_to(self, path: Path) -> bool:
        """Bring the field of a place into sight and give it the keyboard."""
        field = self.field_at(path)
        if field is None:
            return False
        for section in self.sections:
            if section.has(field) and not field.isVisible():
                section.open_more()
        field.setFocus()
        self.ensureWidgetVisible(field, 0, 80)
        return True
