"""Joins the secrets section and the session. A value goes to the node and is forgotten here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from app.flows.flow import Flow
from app.pages.settings.secrets import SecretsSection
from app.shell import Shell
from app.widgets.form_dialog import FormDialog
from app.widgets.palette import Choice
from app.widgets.question import Question
from app.words import translate
from engine.api.client import ApiError, ConnectionLost, NodeClient
from engine.api.wire import SecretShape


class SecretsFlow(Flow):
    """One for the section's life."""

    def __init__(self, section: SecretsSection, shell: Shell) -> None:
        super().__init__(section)
        self._section = section
        self._shell = shell
        self._session = shell.session
        self.dialog: FormDialog | None = None
        self.question: Question | None = None
        section.add_wanted.connect(self._add)
        section.replace_wanted.connect(self._replace)
        section.delete_wanted.connect(self._ask_to_delete)

    def show(self) -> None:
        self.reload()

    def reload(self) -> None:
        self._session.start(self._read())

    def choices(self) -> list[Choice]:
        """A new secret."""
        words, kind = translate("Secrets", "New secret…"), translate("Palette", "Action")
        return [Choice(words, kind, "key", self._add)]

    async def _read(self) -> None:
        try:
            secrets = await self._session.ask(lambda node: node.secrets())
        except (ApiError, ConnectionLost) as error:
            self._section.list.say(error.sentence, error.hint, "warning")
            return
        self._section.show_secrets(secrets)

    # ------------------------------------------------------------ setting
    def _add(self) -> None:
        self._shell.navigator.settings("secrets")
        dialog = self._open(translate("Secrets", "New secret"), translate("Secrets", "Set"))
        name = dialog.add_line(
            translate("Secrets", "Name"),
            hint=translate("Secrets", "Letters of any script, digits, -, _ and dots."),
        )
        value = dialog.add_line(translate("Secrets", "Value"), secret=True)
        name.setFocus()
        dialog.agreed.connect(
            lambda: self._session.start(self._set(dialog, name.text().strip(), value.text()))
        )

    def _replace(self, secret: SecretShape) -> None:
        dialog = self._open(
            translate("Secrets", "Replace “{name}”").format(name=secret.name),
            translate("Secrets", "Replace"),
        )
        value = dialog.add_line(
            translate("Secrets", "New value"),
            secret=True,
            hint=translate("Secrets", "From the next request on, in %Ln job(s).", "", used(secret))
            if secret.used_by
            else "",
        )
        value.setFocus()
        dialog.agreed.connect(
            lambda: self._session.start(self._set(dialog, secret.name, value.text()))
        )

    async def _set(self, dialog: FormDialog, name: str, value: str) -> None:
        if not name or not value:
            dialog.say(translate("Secrets", "Both a name and a value are needed."))
            return
        dialog.wait(translate("Secrets", "Setting it…"))
        try:
            await self._session.ask(lambda node: node.set_secret(name, value))
        except (ApiError, ConnectionLost) as error:
            dialog.say(error.sentence, error.hint)
            return
        dialog.accept()
        self._section.toast.say(translate("Secrets", "“{name}” is set.").format(name=name))
        await self._read()

    def _open(self, title: str, yes: str) -> FormDialog:
        dialog = FormDialog(self._shell.theme, self._section.window(), title, yes)
        self.dialog = dialog
        dialog.finished.connect(self._forget)
        dialog.open()
        return dialog

    # ------------------------------------------------------------ deleting
    def _ask_to_delete(self, secret: SecretShape) -> None:
        question = Question(self._shell.theme, self._section.window())
        self.question = question
        question.finished.connect(self._forget)
        question.open()
        question.ask(
            translate("Secrets", "Delete “{name}”, used by %Ln job(s)?", "", used(secret)).format(
                name=secret.name
            ),
            translate(
                "Secrets", "They stop at their next request, until it is set again: {jobs}."
            ).format(jobs=", ".join(secret.used_by[:8]))
            if secret.used_by
            else translate("Secrets", "No job names it. The value cannot be brought back."),
            translate("Secrets", "Delete"),
        )
        done = translate("Secrets", "“{name}” is deleted.").format(name=secret.name)
        question.agreed.connect(
            lambda: self._agreed(question, lambda node: node.delete_secret(secret.name), done)
        )

    def _agreed(
        self, question: Question, what: Callable[[NodeClient], Awaitable[None]], done: str
    ) -> None:
        question.accept()
        self._session.start(self._told(what, done))

    async def _told(self, what: Callable[[NodeClient], Awaitable[None]], done: str) -> None:
        try:
            await self._session.ask(what)
        except (ApiError, ConnectionLost) as error:
            words = f"{error.sentence} {error.hint}".strip()
            self._section.toast.say(words, "dead", "diamond")
            return
        self._section.toast.say(done)
        await self._read()

    def _forget(self) -> None:
        self.dialog = self.question = None


def used(secret: SecretShape) -> int:
    """How many jobs use it."""
    return len(secret.used_by)
