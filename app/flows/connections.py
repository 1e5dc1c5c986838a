"""Joins the saved connections with their dialog: add, test, trust, switch, remove."""

from __future__ import annotations

from collections.abc import Callable

from app.connection import Address
from app.doors import client_of
from app.environments import BadEnvironment, Environment, Environments
from app.navigator import Navigator
from app.pages.connect_dialog import ConnectDialog
from app.pages.nodes import NodesPage
from app.session import Session
from app.theme.theme import Theme
from app.token_store import TokenStore
from app.widgets.question import Question
from app.words import translate
from engine.api.client import ApiError, ConnectionLost, Loss, NodeClient, look_at_certificate
from engine.api.wire import NodeShape


class ConnectionsFlow:
    """Belongs to ``flows.nodes``. open_client: as the session's."""

    def __init__(
        self,
        theme: Theme,
        page: NodesPage,
        session: Session,
        navigator: Navigator,
        environments: Environments,
        tokens: TokenStore,
        open_client: Callable[[Address], NodeClient] = client_of,
    ) -> None:
        self._theme = theme
        self._page = page
        self._session = session
        self._navigator = navigator
        self._environments = environments
        self._tokens = tokens
        self._open = open_client
        self.dialog: ConnectDialog | None = None
        self.question: Question | None = None
        page.connections.add_wanted.connect(lambda: self.edit(None))
        page.connections.use_wanted.connect(navigator.choose_environment)
        page.connections.edit_wanted.connect(lambda name: self.edit(environments.find(name)))
        page.connections.remove_wanted.connect(self._ask_to_remove)
        self.show()

    def show(self) -> None:
        """The saved connections as they are."""
        chosen = self._environments.chosen
        self._page.connections.show_environments(
            self._environments.all(), "" if chosen is None else chosen.name
        )

    def edit(self, one: Environment | None) -> None:
        """Open the dialog of a connection, or of a new one."""
        dialog = ConnectDialog(self._theme, self._page.window(), one)
        self.dialog = dialog
        dialog.test_wanted.connect(lambda: self._session.start(self._test(dialog)))
        dialog.trust_wanted.connect(lambda _: self._session.start(self._test(dialog)))
        dialog.agreed.connect(lambda: self._session.start(self._save(dialog)))
        dialog.finished.connect(self._forget_dialog)
        dialog.open()

    def _forget_dialog(self) -> None:
        self.dialog = None

    # ------------------------------------------------------------ trying
    async def _test(self, dialog: ConnectDialog) -> None:
        found = await self._tried(dialog)
        if found is not None:
            _, node = found
            words = translate(
                "Connections", "It works: node {node}, version {version}, on {database}."
            ).format(node=node.name, version=node.version, database=node.database)
            rights = translate("Connections", "The token may only read.")
            dialog.say(words, rights if node.scope == "read" else "", state="delivered")

    async def _tried(self, dialog: ConnectDialog) -> tuple[Environment, NodeShape] | None:
        """The connection as typed, and who answered; None where it was said why not."""
        try:
            one = self._typed(dialog)
        except BadEnvironment as error:
            dialog.say(str(error))
            return None
        dialog.wait(translate("Connections", "Connecting…"))
        token = dialog.token.text().strip() or await self._tokens.get(dialog.instead_of)
        if not token:
            dialog.say(translate("Connections", "A token is needed to connect."))
            return None
        client = self._open(Address(one.url, token, one.fingerprint))
        try:
            return one, await client.node()
        except ConnectionLost as error:
            await self._say_lost(dialog, one, error)
        except ApiError as error:
            dialog.say(error.sentence, error.hint)
        finally:
            await client.close()
        return None

    def _typed(self, dialog: ConnectDialog) -> Environment:
        one = self._environments.checked(
            dialog.name.text(), dialog.url.text(), dialog.tag, instead_of=dialog.instead_of
        )
        return Environment(one.name, one.url, one.tag, dialog.fingerprint)

    async def _say_lost(
        self, dialog: ConnectDialog, one: Environment, error: ConnectionLost
    ) -> None:
        if error.why not in (Loss.CERTIFICATE_UNKNOWN, Loss.CERTIFICATE_CHANGED):
            dialog.say(error.sentence, error.hint)
            return
        try:
            fingerprint = await look_at_certificate(one.url)
        except ConnectionLost as lost:
            dialog.say(lost.sentence, lost.hint)
            return
        dialog.offer(error.sentence, fingerprint)

    async def _save(self, dialog: ConnectDialog) -> None:
        found = await self._tried(dialog)
        if found is None:
            return
        one, _ = found
        try:
            await self._keep(dialog, one)
        except OSError as error:
            dialog.say(
                translate("Connections", "The token could not be kept: {why}.").format(
                    why=error.strerror or ""
                )
            )
            return
        dialog.accept()
        self.show()
        self._navigator.choose_environment(one.name)

    async def _keep(self, dialog: ConnectDialog, one: Environment) -> None:
        token = dialog.token.text().strip()
        before = dialog.instead_of
        if before and before != one.name and not token:
            token = await self._tokens.get(before)
        if token:
            await self._tokens.put(one.name, token)
        if before and before != one.name:
            await self._tokens.delete(before)
        self._environments.put(one, instead_of=before)

    # ------------------------------------------------------------ removing
    def _ask_to_remove(self, name: str) -> None:
        question = Question(self._theme, self._page.window())
        self.question = question
        question.finished.connect(self._forget_question)
        question.open()
        question.ask(
            translate("Connections", "Remove the connection “{name}”?").format(name=name),
            translate(
                "Connections",
                "Its address and token are forgotten on this computer. The node itself goes on.",
            ),
            translate("Connections", "Remove"),
        )
        question.agreed.connect(lambda: self._remove(question, name))

    def _forget_question(self) -> None:
        self.question = None

    def _remove(self, question: Question, name: str) -> None:
        question.accept()
        chosen = self._environments.chosen
        self._environments.remove(name)
        self._session.start(self._tokens.delete(name))
        self.show()
        if chosen is not None and chosen.name == name:
            self._navigator.choose_environment("")
