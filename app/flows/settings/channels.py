"""Joins the channels section and the session: reads, saves, tests and deletes alert channels."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from app import shown
from app.connection import Phase
from app.flows.flow import Flow
from app.pages.settings.channels import ChannelsSection
from app.shell import Shell
from app.widgets.question import Question
from app.words import translate
from engine.api.client import ApiError, ConnectionLost
from engine.api.wire import ChannelPut


class ChannelsFlow(Flow):
    """One for the section's life."""

    def __init__(self, section: ChannelsSection, shell: Shell) -> None:
        super().__init__(section)
        self._section = section
        self._theme = shell.theme
        self._session = shell.session
        self._shown = False
        self.question: Question | None = None
        section.save_wanted.connect(self._save)
        section.test_wanted.connect(self._test)
        section.delete_wanted.connect(self._ask_delete)
        section.reload_wanted.connect(self.reload)
        shell.session.connection_changed.connect(self._connection_changed)

    def show(self) -> None:
        """The section is looked at."""
        self._shown = True
        self.reload()

    def hide(self) -> None:
        """Nobody looks."""
        self._shown = False

    def reload(self) -> None:
        """Read kinds and channels."""
        if self._shown:
            self._session.start(self._read())

    def _connection_changed(self) -> None:
        if self._session.connection.phase is Phase.CONNECTED:
            self.reload()

    async def _read(self) -> None:
        try:
            kinds = await self._session.ask(lambda node: node.channel_kinds())
            self._section.show_kinds(kinds)
            channels = await self._session.ask(lambda node: node.channels())
        except (ApiError, ConnectionLost) as error:
            self._section.show_problem(error.sentence, error.hint)
            return
        self._section.show_channels(channels, self._session.now())

    # ------------------------------------------------------------ saving
    def _save(self, name: str, kind: str, fields: dict[str, str], test: bool) -> None:
        self._session.start(self._saved(name, ChannelPut(kind=kind, fields=fields), test))

    async def _saved(self, name: str, channel: ChannelPut, test: bool) -> None:
        form = self._section.form
        try:
            await self._session.ask(lambda node: node.put_channel(name, channel))
        except ApiError as error:
            form.say(error.problems, f"{error.sentence} {error.hint}".strip())
            return
        except ConnectionLost as error:
            form.say((), f"{error.sentence} {error.hint}".strip())
            return
        form.close_form()
        await self._read()
        if test:
            await self._tested(name)

    # ------------------------------------------------------------ testing
    def _test(self, name: str) -> None:
        self._session.start(self._tested(name))

    async def _tested(self, name: str) -> None:
        self._say(name, translate("Channels", "Sending…"), "pending", "disc", busy=True)
        try:
            await self._session.ask(lambda node: node.test_channel(name))
        except (ApiError, ConnectionLost) as error:
            self._say(name, f"{error.sentence} {error.hint}".strip(), "dead", "diamond")
            return
        words = translate("Channels", "The test message was sent. Look whether it arrived.")
        self._say(name, words, "delivered", "disc")

    def _say(self, name: str, words: str, ink: str, shape: str, *, busy: bool = False) -> None:
        line = self._section.line(name)
        if line is not None:
            line.say(words, ink, shape)
            line.set_busy(busy)

    # ------------------------------------------------------------ deleting
    def _ask_delete(self, name: str) -> None:
        question = Question(self._theme, self._section.window())
        self.question = question
        question.finished.connect(self._forget)
        question.agreed.connect(lambda: self._run_delete(question, name))
        question.ask(
            translate("Channels", "Delete channel {name}?").format(name=shown.line(name, 80)),
            translate("Channels", "Alert rules that name it tell nobody there any more."),
            translate("Channels", "Delete"),
        )
        question.open()

    def _forget(self) -> None:
        self.question = None

    def _run_delete(self, question: Question, name: str) -> None:
        question.accept()
        self._session.start(self._told(self._deleted(name)))

    async def _deleted(self, name: str) -> None:
        await self._session.ask(lambda node: node.delete_channel(name))
        await self._read()
        words = translate("Channels", "Channel {name} is deleted.").format(name=name)
        self._section.toast.say(shown.line(words, 200))

    async def _told(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except (ApiError, ConnectionLost) as error:
            words = f"{error.sentence} {error.hint}".strip()
            self._section.toast.say(words, "dead", "diamond")
