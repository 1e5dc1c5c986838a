"""Fields that name something kept elsewhere: secrets and alert channels. Values are never shown."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QHBoxLayout

from app import shown
from app.models.job_path import Path
from app.models.job_schema import FieldSpec
from app.pages.editor.context import EditorContext, FieldProblem
from app.pages.editor.field import Field, mark
from app.widgets.basics import Button, PlainLabel
from app.widgets.choice import ChoiceButton
from app.widgets.menu import Menu
from app.words import translate


class SecretButton(ChoiceButton):
    """The names of all secrets, and a new one."""

    def __init__(self, context: EditorContext, path: Path, *, clears: bool) -> None:
        """clears: the field may be left out."""
        super().__init__(context.theme)
        self._clears = clears
        self._context = context
        self._path = path

    def menu_now(self) -> Menu:
        menu = super().menu_now()
        if menu.actions():
            menu.addSeparator()
        name = self.value if isinstance(self.value, str) else ""
        if name and self._clears:
            none = menu.addAction(translate("Editor", "None"))
            none.triggered.connect(lambda: self._context.put(self._path, None))
        if name:
            again = menu.addAction(
                translate("Editor", "Set “{name}” anew…").format(name=shown.label(name))
            )
            again.triggered.connect(lambda: self._context.secret_wanted.emit(self._path, name))
        new = menu.addAction(translate("Editor", "New secret…"))
        new.triggered.connect(lambda: self._context.secret_wanted.emit(self._path, ""))
        return menu


class SecretField(Field):
    """The name of a secret the node keeps, and whether it is set."""

    def __init__(self, context: EditorContext, spec: FieldSpec, path: Path) -> None:
        super().__init__(context, spec, path)
        self._name: str = ""
        self.button = SecretButton(context, path, clears=spec.nullable)
        self.state = PlainLabel(tone="faint")
        self.set_now = Button(context.theme, translate("Editor", "Set it now…"), kind="link")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.button)
        row.addWidget(self.state)
        row.addWidget(self.set_now)
        row.addStretch(1)
        self.watch(self.button)
        self.button.chosen.connect(lambda name: self.put({"secret": name}))
        self.set_now.clicked.connect(lambda: context.secret_wanted.emit(path, self._name))
        context.known_changed.connect(self._show)

    def show_value(self, value: Any) -> None:
        name = value.get("secret") if isinstance(value, dict) else None
        self._name = name if isinstance(name, str) else ""
        self._show()

    def _show(self) -> None:
        known = self.context.secrets
        self.button.set_choices([(name, name) for name in sorted(known or ())])
        if self._name:
            self.button.show_value(self._name)
        else:
            words = (
                translate("Editor", "{title}: none")
                if self.spec.nullable
                else translate("Editor", "{title}: choose a secret")
            )
            self.button.show_value(None, words.format(title=self.title))
        missing = bool(self._name) and known is not None and self._name not in known
        self.state.setVisible(bool(self._name) and known is not None)
        self.state.setText(
            translate("Editor", "not set yet") if missing else translate("Editor", "stored secret")
        )
        self.state.set_tone("retrying" if missing else "faint")
        self.set_now.setVisible(missing)
        self.set_now.setAccessibleName(
            translate("Editor", "Set the secret {name} now").format(name=shown.label(self._name))
        )

    def show_problem(self, problem: FieldProblem | None) -> None:
        mark(self.button, problem is not None)


class ChannelsField(Field):
    """Names of alert channels; each is switched on or off in a menu."""

    def __init__(self, context: EditorContext, spec: FieldSpec, path: Path) -> None:
        super().__init__(context, spec, path)
        self._names: list[str] = []
        self.button = _ChannelsButton(self)
        self.state = PlainLabel(tone="retrying")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.button)
        row.addWidget(self.state)
        row.addStretch(1)
        self.watch(self.button)
        context.known_changed.connect(self._show)

    @property
    def names(self) -> list[str]:
        return self._names

    def show_value(self, value: Any) -> None:
        self._names = [str(name) for name in value] if isinstance(value, list) else []
        self._show()

    def toggle(self, name: str) -> None:
        """Tell this channel, or tell it no more."""
        held = self.context.draft.get(self.path)
        names = held if isinstance(held, list) else []
        rest = [each for each in names if each != name]
        self.put(rest if name in names else [*names, name])

    def _show(self) -> None:
        words = ", ".join(self._names) or translate("Editor", "Choose channels")
        self.button.show_value(None, words)
        known = self.context.channels
        missing = [] if known is None else [name for name in self._names if name not in known]
        self.state.setVisible(bool(missing))
        self.state.setText(
            translate("Editor", "no channel of that name yet: {names}").format(
                names=shown.line(", ".join(missing), 80)
            )
        )


class _ChannelsButton(ChoiceButton):
    def __init__(self, field: ChannelsField) -> None:
        super().__init__(field.context.theme)
        self._field = field

    def menu_now(self) -> Menu:
        field = self._field
        menu = Menu(field.context.theme, self, marks=True)
        for name in sorted({*(field.context.channels or ()), *field.names}):
            action = menu.addAction(shown.label(name))
            action.setCheckable(True)
            action.setChecked(name in field.names)
            action.triggered.connect(lambda _=False, name=name: field.toggle(name))
        if menu.actions():
            menu.addSeparator()
        more = menu.addAction(translate("Editor", "Channels in the settings…"))
        more.triggered.connect(field.context.channels_wanted)
        return menu
