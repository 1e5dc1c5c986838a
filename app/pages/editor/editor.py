"""The job editor: parts on the left, the form of one, what stands beside it, help below.

Shows a draft and tells wishes; it asks no node. ``flows.job_editor`` fills the context.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app import shown
from app.models.job_draft import JobDraft
from app.models.job_path import Path
from app.models.job_schema import FieldSpec
from app.pages.editor.consumer_bar import ConsumerBar
from app.pages.editor.context import EditorContext
from app.pages.editor.foot import Foot
from app.pages.editor.form import Form
from app.pages.editor.heading import EditorHeading, EditorTools
from app.pages.editor.part_list import PartEntry, PartList
from app.pages.editor.plan import (
    ALERTS,
    SHARDS,
    SOURCE,
    SectionPlan,
    alerts_plan,
    consumer_plan,
    shards_plan,
    source_plan,
)
from app.pages.editor.versions_view import VersionsView
from app.pages.editor.yaml_view import YamlView
from app.theme.theme import Theme
from app.widgets.toast import Toast
from app.words import translate

YAML, VERSIONS = "yaml", "versions"
CONSUMER = "consumer:"
NEW_CONSUMER: dict[str, Any] = {"name": "", "request": {"method": "POST", "url": ""}}
REFRESH_MS = 0


class Editor(QWidget):
    """Wishes: save_wanted, difference_wanted, back_wanted; restore_wanted: a version's number.

    edited: the draft changed. text_typed: the YAML text, to be read. part_shown: a part's key.
    """

    save_wanted = Signal()
    difference_wanted = Signal()
    back_wanted = Signal()
    restore_wanted = Signal(int)
    edited = Signal()
    text_typed = Signal(str)
    part_shown = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("surface")
        self._theme = theme
        self.context = EditorContext(theme, self)
        self.heading = EditorHeading(theme)
        self.tools = EditorTools(theme)
        self.parts = PartList(theme)
        self.forms: dict[str, Form] = {}
        self.yaml = YamlView(self.context)
        self.versions = VersionsView(self.context)
        self.consumer_bar = ConsumerBar(theme)
        self.foot = Foot(self.context)
        self.toast = Toast(theme, self)
        self.part = SOURCE
        self._drawn: FieldSpec | None = None
        self._version_count: int | None = None
        for each in (self.heading, self.tools):
            each.setParent(self)
            each.hide()
        self._stack = QStackedWidget()
        self.beside = QStackedWidget()
        self.beside.hide()
        self.takes_keyboard: Callable[[], bool] | None = None
        self._build()
        self._wire()

    # ------------------------------------------------------------ building
    def _build(self) -> None:
        self._stack.addWidget(self.yaml)
        self._stack.addWidget(self.versions)
        middle = QWidget()
        middle.setObjectName("surface")
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.consumer_bar)
        column.addWidget(self._stack, 1)
        column.addWidget(self.foot)
        self.split = QSplitter()
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(1)
        self.split.addWidget(middle)
        self.split.addWidget(self.beside)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 2)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.parts)
        row.addWidget(self.split, 1)

    def _wire(self) -> None:
        self.context.document_changed.connect(self._document_changed)
        self.context.problems_changed.connect(self._show_problems)
        self.context.facts_changed.connect(self._show_problems)
        self.parts.chosen.connect(self.show_part)
        self.parts.add_wanted.connect(self.add_consumer)
        self.foot.problem_chosen.connect(self.go_to)
        self.heading.back_wanted.connect(self.back_wanted)
        self.tools.undo.clicked.connect(self.undo)
        self.tools.redo.clicked.connect(self.redo)
        self.tools.save.clicked.connect(self.save_wanted)
        self.tools.changes.clicked.connect(self.difference_wanted)
        self.yaml.text_typed.connect(self.text_typed)
        self.yaml.copied.connect(lambda: self.toast.say(translate("Editor", "Copied.")))
        self.versions.restore_wanted.connect(self.restore_wanted)
        bar = self.consumer_bar
        bar.duplicate_wanted.connect(self.duplicate_consumer)
        bar.remove_wanted.connect(self.remove_consumer)
        bar.move_wanted.connect(self.move_consumer)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(REFRESH_MS)
        self._later.timeout.connect(self._show_document)
        for keys, run in (
            ("Ctrl+S", self.save_wanted.emit),
            ("Ctrl+Z", self.undo),
            ("Ctrl+Y", self.redo),
            ("Ctrl+Shift+Z", self.redo),
            ("Ctrl+D", self.difference_wanted.emit),
            ("Ctrl+PgDown", lambda: self.step_part(1)),
            ("Ctrl+PgUp", lambda: self.step_part(-1)),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(run)

    # ------------------------------------------------------------ showing
    def open(self, draft: JobDraft, part: str = "") -> None:
        """Edit this draft, beginning with a part."""
        if self.context.root is not self._drawn:
            self._drop_forms()
        self._version_count = None
        self.foot.list.hide()
        self.context.open(draft)
        self._show_document()
        self.show_part(part if part in self.keys() else SOURCE)

    def _drop_forms(self) -> None:
        """Forms of another schema; the same one's are kept, they show any draft."""
        self._drawn = self.context.root
        for form in self.forms.values():
            self._stack.removeWidget(form)
            form.deleteLater()
        self.forms = {}

    def keys(self) -> list[str]:
        """The parts there are now, from the top."""
        return [each.key for each in self._entries()]

    def show_versions_count(self, count: int) -> None:
        """How many versions the job has."""
        self._version_count = count
        self._show_parts()

    def show_part(self, key: str) -> None:
        """Bring a part to the front."""
        if self.part == YAML and key != YAML:
            self.yaml.leave()
        if key not in self.keys():
            key = SOURCE
        if key != self.part:
            self.foot.clear_help()
        self.part = key
        self.parts.show_current(key)
        widget = self._widget_of(key)
        self._stack.setCurrentWidget(widget)
        place = consumer_place(key)
        self.consumer_bar.setVisible(place is not None)
        if place is not None:
            count = len(self.context.draft.get(("consumers",), []))
            self.consumer_bar.show_place(place, count)
        if isinstance(widget, Form):
            widget.build()
            widget.refresh()
            widget.tell()
        elif widget is self.yaml:
            self.yaml.refresh(came=True)
        self.foot.setVisible(key not in (VERSIONS,))
        self.part_shown.emit(key)

    def step_part(self, step: int) -> None:
        """The next part, or the one before."""
        keys = self.keys()
        self.show_part(keys[(keys.index(self.part) + step) % len(keys)])
        self.focus_first()

    def focus_first(self) -> None:
        """The keyboard goes to the first field that waits for something, or to what is beside."""
        if self.takes_keyboard is not None and self.takes_keyboard():
            return
        widget = self._stack.currentWidget()
        if not isinstance(widget, Form):
            (widget or self.parts).setFocus()
            return
        fields = [field for row in widget.rows() if row.isVisible() for field in row.fields]
        empty = [each for each in fields if self.context.draft.get(each.path) in (None, "")]
        wanted = [each for each in empty if not each.spec.optional] or fields
        free = [each for each in wanted if self.context.draft.is_new or each.path != ("job",)]
        if free:
            free[0].setFocus()

    def go_to(self, path: Path) -> None:
        """Show the field of a place."""
        for key in self.keys():
            if key in (YAML, VERSIONS):
                continue
            form = self._form(key)
            if form is not None and form.holds(path) and path:
                self.show_part(key)
                form.go_to(path)
                return
        self.show_part(YAML)
        self.yaml.edit.setFocus()

    def part_of(self, path: Path) -> str:
        """The key of the part in which a place of the document is edited."""
        match path:
            case ("consumers", int() as place, *_):
                return f"{CONSUMER}{place}"
            case ("alerts", *_):
                return ALERTS
            case ("retention", *_) | ("ledger", "push_shards", *_) | ("producer", "shards", *_):
                return SHARDS
            case _:
                return SOURCE

    def _widget_of(self, key: str) -> QWidget:
        if key == YAML:
            return self.yaml
        if key == VERSIONS:
            return self.versions
        return self._form(key) or self.yaml

    def _form(self, key: str) -> Form | None:
        root = self.context.root
        if root is None:
            return None
        if key not in self.forms:
            form = Form(self.context, _plan(key), root)
            self.forms[key] = form
            self._stack.addWidget(form)
        return self.forms[key]

    def _document_changed(self) -> None:
        """Fields show it once the event that changed it is through."""
        if not self._later.isActive():
            self._later.start()
        self.edited.emit()

    def _show_document(self) -> None:
        draft = self.context.draft
        if self.part not in self.keys():
            self.show_part(self.keys()[-1] if self.part == VERSIONS else SOURCE)
        widget = self._stack.currentWidget()
        if isinstance(widget, Form):
            widget.refresh()
        self.yaml.refresh()
        count = len(draft.changes()) if draft.dirty else 0
        self.heading.show_job(draft.name, new=draft.is_new, changed=count)
        self.tools.show_state(
            undo=draft.can_undo, redo=draft.can_redo, changed=draft.dirty, new=draft.is_new
        )
        self._show_parts()

    def _show_problems(self) -> None:
        widget = self._stack.currentWidget()
        if isinstance(widget, Form):
            widget.tell()
        self._show_parts()

    def _show_parts(self) -> None:
        entries = self._entries()
        after = [each.key for each in entries if each.key.startswith(CONSUMER)] or [SOURCE]
        self.parts.show_parts(entries, after[-1])

    def _entries(self) -> tuple[PartEntry, ...]:
        draft = self.context.draft
        wrong = [
            self.part_of(each.path) for each in self.context.problems if self.context.tells(each)
        ]
        all_wrong = {self.part_of(each.path) for each in self.context.problems}
        consumers = draft.get(("consumers",), [])
        consumers = consumers if isinstance(consumers, list) else []

        def entry(key: str, words: str, there: bool, indent: bool = False) -> PartEntry:
            good = there and key not in all_wrong
            return PartEntry(key, words, indent, problems=wrong.count(key), good=good)

        entries = [
            entry(SOURCE, translate("Editor", "Source"), bool(draft.get(("producer",)))),
        ]
        for place, one in enumerate(consumers):
            name = one.get("name") if isinstance(one, dict) else None
            words = str(name) if name else translate("Editor", "Consumer {n}").format(n=place + 1)
            entries.append(entry(f"{CONSUMER}{place}", words, True, indent=True))
        entries += [
            entry(SHARDS, translate("Editor", "Shards, retention"), draft.has(("retention",))),
            entry(ALERTS, translate("Editor", "Alerts"), draft.has(("alerts",))),
            PartEntry(YAML, translate("Editor", "YAML")),
        ]
        if not draft.is_new:
            count = self._version_count
            entries.append(PartEntry(VERSIONS, translate("Editor", "Versions"), count=count))
        return tuple(entries)

    # ------------------------------------------------------------ consumers
    def add_consumer(self) -> None:
        """One more consumer, shown at once."""
        place = len(self.context.draft.get(("consumers",), []) or [])
        self.context.draft.insert(("consumers",), place, NEW_CONSUMER)
        self._bring_consumer(place)

    def duplicate_consumer(self, place: int) -> None:
        """The same once more under another name."""
        draft = self.context.draft
        names = {each.get("name") for each in draft.get(("consumers",), [])}
        copy = draft.get(("consumers", place))
        name, number = str(copy.get("name") or ""), 2
        while f"{name}-{number}" in names:
            number += 1
        draft.insert(("consumers",), place + 1, {**copy, "name": f"{name}-{number}"})
        self._bring_consumer(place + 1)

    def remove_consumer(self, place: int) -> None:
        """Take it out of the document; undo brings it back."""
        draft = self.context.draft
        name = draft.get(("consumers", place, "name"), "")
        draft.remove(("consumers", place))
        left = len(draft.get(("consumers",), []))
        self._show_document()
        self.show_part(f"{CONSUMER}{min(place, left - 1)}" if left else SOURCE)
        words = translate("Editor", "Consumer {name} is taken out. Ctrl+Z brings it back.")
        self.toast.say(words.format(name=shown.line(str(name), 40)), "pending")

    def move_consumer(self, place: int, to: int) -> None:
        """Another place in the list."""
        self.context.draft.move(("consumers",), place, to)
        self._bring_consumer(to)

    def _bring_consumer(self, place: int) -> None:
        self._show_document()
        self.show_part(f"{CONSUMER}{place}")
        self.focus_first()

    # ------------------------------------------------------------ undo
    def undo(self) -> None:
        """Take back the last step."""
        self.context.draft.undo()

    def redo(self) -> None:
        """Do it again."""
        self.context.draft.redo()


def consumer_place(key: str) -> int | None:
    """Which consumer a part is of."""
    return int(key.removeprefix(CONSUMER)) if key.startswith(CONSUMER) else None


def _plan(key: str) -> tuple[SectionPlan, ...]:
    place = consumer_place(key)
    if place is not None:
        return consumer_plan(place)
    match key:
        case "shards":
            return shards_plan()
        case "alerts":
            return alerts_plan()
        case _:
            return source_plan()
