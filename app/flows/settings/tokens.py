"""Joins the tokens section and the session."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from app.flows.flow import Flow
from app.pages.settings.new_token import NewTokenDialog
from app.pages.settings.tokens import TokensSection
from app.shell import Shell
from app.widgets.question import Question
from app.words import translate
from engine.api.client import ApiError, ConnectionLost
from engine.api.wire import TokenRequest, TokenShape


class TokensFlow(Flow):
    """One for the section's life."""

    def __init__(self, section: TokensSection, shell: Shell) -> None:
        super().__init__(section)
        self._section = section
        self._shell = shell
        self._session = shell.session
        self.dialog: NewTokenDialog | None = None
        self.question: Question | None = None
        section.add_wanted.connect(self._add)
        section.revoke_wanted.connect(self._ask_to_revoke)

    def show(self) -> None:
        self.reload()

    def reload(self) -> None:
        self._session.start(self._read())

    async def _read(self) -> None:
        try:
            tokens = await self._session.ask(lambda node: node.tokens())
        except (ApiError, ConnectionLost) as error:
            self._section.list.say(error.sentence, error.hint, "warning")
            return
        self._section.show_tokens(tokens, self._session.now())

    # ------------------------------------------------------------ making
    def _add(self) -> None:
        dialog = NewTokenDialog(self._shell.theme, self._section.window())
        self.dialog = dialog
        dialog.agreed.connect(lambda: self._session.start(self._make(dialog)))
        dialog.copy_wanted.connect(lambda text: QGuiApplication.clipboard().setText(text))
        dialog.finished.connect(self._forget)
        dialog.open()

    async def _make(self, dialog: NewTokenDialog) -> None:
        name = dialog.name.text().strip()
        if not name:
            dialog.say(translate("Tokens", "Give it a name: whose it is, or which program's."))
            return
        dialog.wait(translate("Tokens", "Making it…"))
        request = TokenRequest(name=name, scope=dialog.scope, expires_s=dialog.expires_s)
        try:
            made = await self._session.ask(lambda node: node.make_token(request))
        except (ApiError, ConnectionLost) as error:
            dialog.say(error.sentence, error.hint)
            return
        dialog.show_token(made.token)
        await self._read()

    # ------------------------------------------------------------ revoking
    def _ask_to_revoke(self, token: TokenShape) -> None:
        question = Question(self._shell.theme, self._section.window())
        self.question = question
        question.finished.connect(self._forget)
        question.open()
        question.ask(
            translate("Tokens", "Revoke 1 token, “{name}”?").format(name=token.name),
            translate("Tokens", "Whoever uses it is shut out at once. It cannot be brought back."),
            translate("Tokens", "Revoke"),
        )
        question.agreed.connect(lambda: self._agreed(question, token))

    def _agreed(self, question: Question, token: TokenShape) -> None:
        question.accept()
        self._session.start(self._revoke(token))

    async def _revoke(self, token: TokenShape) -> None:
        try:
            await self._session.ask(lambda node: node.revoke_token(token.id))
        except (ApiError, ConnectionLost) as error:
            words = f"{error.sentence} {error.hint}".strip()
            self._section.toast.say(words, "dead", "diamond")
            return
        words = translate("Tokens", "“{name}” opens nothing any more.").format(name=token.name)
        self._section.toast.say(words)
        await self._read()

    def _forget(self) -> None:
        self.dialog = self.question = None
