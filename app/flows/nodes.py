"""Joins the nodes page and the session: reads who runs while somebody looks, drains, forgets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from PySide6.QtCore import QTimer

from app.connection import NoNode, OtherNode
from app.environments import Environments
from app.flows.connections import ConnectionsFlow
from app.flows.flow import Flow
from app.navigator import NodeList, Target
from app.pages.nodes import NodesPage
from app.shell import Shell
from app.widgets.palette import Choice
from app.widgets.question import Question
from app.words import translate
from engine.api.client import ApiError, ConnectionLost, NodeClient

EVERY_MS = 2000


class NodesFlow(Flow):
    """One for the page's life."""

    def __init__(self, page: NodesPage, shell: Shell) -> None:
        super().__init__(page)
        self._page = page
        self._shell = shell
        self._session = shell.session
        self._reading: asyncio.Task[None] | None = None
        self.question: Question | None = None
        self.connections = ConnectionsFlow(
            shell.theme,
            page,
            shell.session,
            shell.navigator,
            Environments(shell.settings),
            shell.tokens,
        )
        self._tick = QTimer(self)
        self._tick.setInterval(EVERY_MS)
        self._tick.timeout.connect(self.reload)
        shell.session.node_known.connect(self._node_known)
        page.drain_wanted.connect(self._ask_to_drain)
        page.undrain_wanted.connect(self._undrain)
        page.forget_wanted.connect(self._ask_to_forget)
        page.go_wanted.connect(self._go_to)
        page.chosen.connect(lambda _: self.reload())

    def show(self) -> None:
        self._tick.start()
        self.connections.show()
        self.reload()

    def hide(self) -> None:
        self._tick.stop()

    def reload(self) -> None:
        if self._reading is None or self._reading.done():
            self._reading = self._session.start(self._read())

    def go(self, target: Target) -> None:
        if isinstance(target, NodeList) and target.new_connection:
            self.connections.edit(None)

    def choices(self) -> list[Choice]:
        """A line for each other connection, and for each other node of this one."""
        kind = translate("Palette", "Connection")
        environments = Environments(self._shell.settings)
        chosen = environments.chosen
        names = ["", *(one.name for one in environments.all())]
        here = "" if chosen is None else chosen.name
        return [
            Choice(
                translate("Nodes", "Switch to {name}").format(
                    name=name or translate("Connections", "This computer")
                ),
                kind,
                "plug",
                partial(self._shell.navigator.choose_environment, name),
            )
            for name in names
            if name != here
        ] + self._node_choices()

    def _node_choices(self) -> list[Choice]:
        kind = translate("Palette", "Node")
        words = translate("Nodes", "Connect to node {name}")
        return [
            Choice(words.format(name=one.name), kind, "nodes", partial(self._go_to, one.name))
            for one in self._session.others
        ]

    def _node_known(self) -> None:
        node = self._session.node
        if node is not None:
            scope = node.scope
            self._page.show_rights(operate=scope != "read", admin=scope == "admin")
        if self._tick.isActive():
            self.reload()

    # ------------------------------------------------------------ reading
    async def _read(self) -> None:
        try:
            rows = await self._session.ask(lambda node: node.nodes())
            self._session.learn(rows)
            near = frozenset(one.name for one in self._session.others)
            self._page.show_near(near, roams=self._session.roams)
            own = self._session.node
            self._page.show_rows(rows, own="" if own is None else own.name, now=self._session.now())
            name = self._page.chosen_name
            if name:
                held = await self._session.ask(lambda node: node.held_shards(name))
                self._page.show_shards(name, held)
        except (ApiError, ConnectionLost) as error:
            self._page.say_waiting(error.sentence, error.hint)

    # ------------------------------------------------------------ doing
    def _go_to(self, name: str) -> None:
        for one in self._session.others:
            if one.name == name:
                self._session.start(self._gone_to(one))

    async def _gone_to(self, other: OtherNode) -> None:
        try:
            await self._session.go_to(other)
        except (ApiError, ConnectionLost, NoNode) as error:
            self._page.toast.say(f"{error.sentence} {error.hint}".strip(), "dead", "diamond")
            return
        words = translate("Nodes", "This console is connected to {node} now.")
        self._page.toast.say(words.format(node=other.name))

    def _ask_to_drain(self, name: str) -> None:
        row = self._page.row
        if row is None:
            return
        others = sum(1 for each in self._page.model.rows if each.alive and each.name != name)
        shards = row.pull_shards + row.push_shards
        question = self._ask()
        question.ask(
            translate("Nodes", "Drain {node}, which holds %Ln shard(s)?", "", shards).format(
                node=name
            ),
            translate("Nodes", "It finishes what it is sending; the others take its shards over.")
            if others
            else translate(
                "Nodes",
                "It finishes what it is sending. No other node runs on this database: "
                "nothing is pulled or pushed until you let it work again.",
            ),
            translate("Nodes", "Drain {node}").format(node=name),
        )
        done = translate("Nodes", "{node} takes no more work.").format(node=name)
        question.agreed.connect(
            lambda: self._agreed(question, lambda node: node.drain_node(name), done)
        )

    def _undrain(self, name: str) -> None:
        done = translate("Nodes", "{node} takes work again.").format(node=name)
        self._session.start(self._told(lambda node: node.undrain_node(name), done))

    def _ask_to_forget(self, name: str) -> None:
        question = self._ask()
        question.ask(
            translate("Nodes", "Forget {node}?").format(node=name),
            translate(
                "Nodes", "It leaves the list. Started again, it comes back; nothing else is lost."
            ),
            translate("Nodes", "Forget {node}").format(node=name),
        )
        done = translate("Nodes", "{node} is out of the list.").format(node=name)
        question.agreed.connect(
            lambda: self._agreed(question, lambda node: node.forget_node(name), done)
        )

    def _ask(self) -> Question:
        question = Question(self._shell.theme, self._page.window())
        self.question = question
        question.finished.connect(self._forget)
        question.open()
        return question

    def _forget(self) -> None:
        self.question = None

    def _agreed(
        self, question: Question, what: Callable[[NodeClient], Awaitable[None]], done: str
    ) -> None:
        question.accept()
        self._session.start(self._told(what, done))

    async def _told(self, what: Callable[[NodeClient], Awaitable[None]], done: str) -> None:
        try:
            await self._session.ask(what)
        except (ApiError, ConnectionLost) as error:
            self._page.toast.say(f"{error.sentence} {error.hint}".strip(), "dead", "diamond")
            return
        self._page.toast.say(done)
        await self._read()
