"""Joins the panes beside the editor's forms and the session: proposals, test pulls, test pushes.

The document is the editor's; this reads it and puts accepted proposals into it. Not for checking
and saving: ``flows.job_editor``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from app.models.answer_facts import AnswerFact, facts_of, reads_by
from app.models.chosen_values import changes_of
from app.models.job_path import Path, get_in
from app.models.mapping_rows import value_of
from app.models.paths_in_answers import Steps
from app.models.proposed import with_changes
from app.pages.editor.beside import (
    MAPPING,
    PASTE,
    PULL,
    PUSH,
    SOURCE_TABS,
    TARGET_TABS,
    Beside,
)
from app.pages.editor.push_pane import RecordChoice
from app.session import Session
from app.words import translate
from engine.api.client import ApiError, ConnectionLost
from engine.api.wire import (
    EvaluateItem,
    PlacedValue,
    PullTestShape,
    RecordQuery,
    SeenAnswer,
)

RENDER_MS = 300
"""After the last key, before what is shown of the draft is made anew."""
LEDGER_RECORDS = 10


class EditorHost(Protocol):
    """The editor, as far as its tests need it."""

    def document(self) -> dict[str, Any]:
        """The draft as it is now, a copy."""

    def take(self, document: Mapping[str, Any]) -> None:
        """The draft becomes this, as one step that can be undone."""

    def job(self) -> str:
        """The job's name as the node knows it; "" for a new one."""

    def know(self, sample: Mapping[str, Any]) -> None:
        """What the last answer held, by name, for completion."""

    def show_facts(self, facts: Mapping[Path, AnswerFact]) -> None:
        """What the last answer says of the fields that read it, by their places."""

    def secrets_changed(self) -> None:
        """A secret was stored."""


class EditorTests(QObject):
    """pulled: a test pull came back, whatever it found."""

    pulled = Signal()
    pushed = Signal()

    def __init__(self, beside: Beside, host: EditorHost, session: Session) -> None:
        super().__init__(beside)
        self.beside = beside
        self._host = host
        self._session = session
        self._consumer: int | None = None
        self._record = ""
        self._ledger: tuple[RecordChoice, ...] = ()
        self._texts: dict[int | None, str] = {}
        self._rendered = ""
        self._work: dict[str, asyncio.Task[None]] = {}
        self._render_later = QTimer(self)
        self._render_later.setSingleShot(True)
        self._render_later.setInterval(RENDER_MS)
        self._render_later.timeout.connect(self.render)
        self._read_by: list[Any] = []
        self._read_later = QTimer(self)
        self._read_later.setSingleShot(True)
        self._read_later.setInterval(RENDER_MS)
        self._read_later.timeout.connect(lambda: self._start("again", self._look_again()))
        self._wire()

    def _wire(self) -> None:
        beside = self.beside
        beside.tab_shown.connect(self._tab_shown)
        beside.paste.text_given.connect(lambda text: self._start("propose", self._propose(text)))
        beside.paste.accepted.connect(self._accept_pasted)
        beside.pull.run_wanted.connect(self.pull)
        beside.pull.chosen.connect(self._choose)
        beside.pull.accepted.connect(self._accept_pulled)
        beside.push.record_chosen.connect(lambda _: self.render())
        beside.push.send_wanted.connect(self._send)
        beside.push.accepted.connect(self.accept)
        beside.mapping.body_changed.connect(self._put_body)
        beside.mapping.preview_wanted.connect(self._preview)

    # ------------------------------------------------------------ life
    def open(self) -> None:
        """Another document is edited."""
        for task in self._work.values():
            task.cancel()
        self._work.clear()
        self._render_later.stop()
        self._read_later.stop()
        self._consumer = None
        self._record = ""
        self._ledger = ()
        self._texts = {}
        self.beside.paste.clear()
        self.beside.pull.clear()
        self.beside.push.clear()

    def close(self) -> None:
        """Nobody looks any more."""
        self._render_later.stop()
        self._read_later.stop()

    def show_source(self) -> None:
        """Beside the source's form: paste while nothing is known of it, else the test pull."""
        self._turn_to(None)
        known = bool(get_in(self._host.document(), ("producer", "request", "url")))
        self.beside.show_tabs(SOURCE_TABS, PULL if known else PASTE)

    def show_consumer(self, place: int) -> None:
        """Beside a consumer's form: paste while nothing is known of it, else its mapping."""
        self._turn_to(place)
        consumer = self._consumer_fields()
        known = bool(get_in(consumer, ("request", "url")))
        self.beside.mapping.show_body(get_in(consumer, ("request", "body")))
        self._show_choices()
        if not self._record and not self._ledger and self._host.job():
            self._start("ledger", self._read_ledger())
        self.beside.show_tabs(TARGET_TABS, MAPPING if known else PASTE)

    def show_document(self) -> None:
        """The draft changed, from wherever."""
        document = self._host.document()
        self.beside.paste.show_document(document)
        self.beside.pull.show_document(document)
        self.beside.push.show_document(document)
        if self.beside.pull.pulled is not None and reads_by(document) != self._read_by:
            self._read_later.start()
        if self._consumer is not None:
            self.beside.mapping.show_body(get_in(self._consumer_fields(), ("request", "body")))
            changed = self._sent_by() != self._rendered
            if changed and self.beside.tab == PUSH and not self._is_busy("push"):
                self._render_later.start()

    def is_empty(self) -> bool:
        """Whether the paste pane is in front and waits for a text: a part that begins."""
        return self.beside.tab == PASTE and not self.beside.paste.text

    def take_keyboard(self) -> bool:
        """The keyboard goes into the paste pane if that waits for a text; whether it did."""
        waits = self.is_empty()
        if waits:
            self.beside.paste.edit.setFocus()
        return waits

    def show_paste(self) -> None:
        """The paste pane comes to the front, with the keyboard."""
        self.beside.show_tab(PASTE)
        self.beside.paste.edit.setFocus()

    def _turn_to(self, consumer: int | None) -> None:
        if consumer != self._consumer:
            self._texts[self._consumer] = self.beside.paste.text
            self._consumer = consumer
            self.beside.paste.clear()
            self.beside.push.show_proposals_of_another()
        self.beside.paste.show_side(target=consumer is not None)

    def _tab_shown(self, tab: str) -> None:
        if tab == PUSH:
            self.render()
        elif tab == MAPPING:
            self.beside.mapping.want_preview()

    # ------------------------------------------------------------ pasting
    async def _propose(self, text: str) -> None:
        document, consumer = self._host.document(), self._consumer
        record = self._record or None
        try:
            found = await self._session.ask(
                lambda node: node.propose(text, document, consumer=consumer, record=record)
            )
        except (ApiError, ConnectionLost) as error:
            self.beside.paste.show_problem(error.sentence, error.hint)
            return
        if consumer == self._consumer and text == self.beside.paste.text:
            self.beside.paste.show_found(found, document)

    def _accept_pasted(self, changes: Sequence[PlacedValue], go_on: bool) -> None:
        self._start("accept", self._take_pasted(tuple(changes), go_on))

    async def _take_pasted(self, changes: tuple[PlacedValue, ...], go_on: bool) -> None:
        paste, consumer = self.beside.paste, self._consumer
        found, text = paste.found, paste.text
        wanted = [one for one in (found.secrets if found else ()) if not one.kept and not one.empty]
        needs = any("auth" in change.place for change in changes)
        try:
            for secret in wanted if needs else ():
                await self._keep(text, secret.name, consumer)
        except (ApiError, ConnectionLost) as error:
            paste.note.say(f"{error.sentence} {error.hint}".strip(), "dead")
            return
        if wanted and needs:
            self._host.secrets_changed()
        self.accept(changes)
        if go_on and found is not None and found.what == "command":
            if consumer is None:
                self.beside.show_tab(PULL)
                self.pull({})
            else:
                self.beside.mapping.show_body(get_in(self._consumer_fields(), ("request", "body")))
                self.beside.show_tab(PUSH)

    async def _keep(self, text: str, name: str, consumer: int | None) -> None:
        await self._session.ask(lambda node: node.keep_secret(text, name, consumer=consumer))

    def accept(self, changes: Sequence[PlacedValue]) -> None:
        """Put these values into the draft, as one step."""
        if changes:
            self._host.take(with_changes(self._host.document(), changes))
            self.show_document()

    # ------------------------------------------------------------ test pull
    def pull(self, variables: Mapping[str, Any]) -> None:
        """Ask the source for one page."""
        self._start("pull", self._pull(dict(variables)))

    async def _pull(self, variables: dict[str, Any]) -> None:
        pane, document = self.beside.pull, self._host.document()
        self._read_by = reads_by(document)
        pane.show_waiting()
        try:
            pulled = await self._session.ask(lambda node: node.test_pull(document, **variables))
        except (ApiError, ConnectionLost) as error:
            pane.show_problem(error.sentence, error.hint)
        else:
            pane.show_pulled(pulled, self._host.document())
            self._learn(pulled)
        self.pulled.emit()

    def _choose(self, use: str, steps: Steps, value: object) -> None:
        document = self._host.document()
        records = self.beside.pull.tree.records
        changes = changes_of(use, steps, value, document, records)
        self._accept_pulled(changes)

    def _accept_pulled(self, changes: Sequence[PlacedValue]) -> None:
        self.accept(changes)
        self._start("again", self._look_again())

    async def _look_again(self) -> None:
        """What the answer that is there would become now; the source is not asked."""
        self._read_later.stop()
        pane = self.beside.pull
        pulled = pane.pulled
        document = self._host.document()
        self._read_by = reads_by(document)
        if pulled is None or pulled.response is None or not pulled.value:
            return
        if get_in(document, ("producer", "response", "format")) == "xml":
            self._host.show_facts({})  # of the answer as it was read before
            return
        again = SeenAnswer(
            status=pulled.response.status, headers=pulled.response.headers, value=pulled.value
        )
        try:
            seen = await self._session.ask(lambda node: node.test_pull(document, again=again))
        except (ApiError, ConnectionLost):
            return  # the banner says so; the next test asks anew
        if pane.pulled is pulled:
            pane.show_again(seen, self._host.document())
            self._learn(seen, cut=pulled.shortened)

    def _learn(self, pulled: PullTestShape, *, cut: bool = False) -> None:
        """A record of the answer is the sample of mapping and test push.

        cut: the answer was read again from what is here of it, which is not all.
        """
        self._host.show_facts(facts_of(pulled.parts, cut=cut))
        sample: dict[str, Any] = {}
        if pulled.value:
            sample["body"] = json.loads(pulled.value)
        if pulled.records:
            self._record = pulled.records[0].value
            sample["record"] = json.loads(self._record)
            self.beside.mapping.show_sample(sample["record"])
        if sample:
            self._host.know(sample)

    # ------------------------------------------------------------ mapping
    def _put_body(self, body: Any) -> None:
        if self._consumer is not None:
            place = ("consumers", self._consumer, "request", "body")
            self.accept((PlacedValue(place=place, value=body),))

    def _preview(self, rows: Sequence[tuple[str, str]]) -> None:
        if self._record and rows:
            self._start("preview", self._read_preview(tuple(rows)))

    async def _read_preview(self, rows: tuple[tuple[str, str], ...]) -> None:
        items = [
            EvaluateItem(id=number, kind="template", text=value_of(text)) for number, text in rows
        ]
        data = f'{{"record": {self._record}, "key": "", "vars": {{}}}}'
        try:
            results = await self._session.ask(
                lambda node: node.evaluate("push_request", items, data)
            )
        except (ApiError, ConnectionLost):
            return  # the banner says so; the next key asks again
        self.beside.mapping.show_preview(results)

    # ------------------------------------------------------------ test push
    def render(self) -> None:
        """Show the request of the chosen record; nothing is sent."""
        self._render_later.stop()
        self._show_choices()
        choice = self.beside.push.chosen
        if choice is not None and self._consumer is not None:
            self._start("render", self._push(choice, send=False))

    def _send(self, choice: RecordChoice) -> None:
        if not self._is_busy("push"):
            self.beside.push.show_waiting()
            self._start("push", self._push(choice, send=True))

    async def _push(self, choice: RecordChoice, *, send: bool) -> None:
        consumer = self._consumer
        if consumer is None:
            return
        document = self._host.document()
        self._rendered = self._sent_by()
        sample = choice.sample or None
        try:
            push = await self._session.ask(
                lambda node: node.test_push(
                    document,
                    consumer,
                    record_id=choice.record_id,
                    sample=sample,
                    key=choice.key,
                    send=send,
                )
            )
        except (ApiError, ConnectionLost) as error:
            if consumer == self._consumer:
                self.beside.push.show_problem(error.sentence, error.hint)
            return
        if consumer == self._consumer:
            self.beside.push.show_push(push, self._host.document(), keep=not send)
        if send:
            self.pushed.emit()

    def _sent_by(self) -> str:
        """What of the consumer shapes its request: a change of anything else keeps the answer."""
        consumer = self._consumer_fields()
        return json.dumps([self._consumer, consumer.get("request"), consumer.get("filter")])

    def _show_choices(self) -> None:
        pulled = self.beside.pull.pulled
        choices = [
            RecordChoice(one.key or translate("Push", "without a key"), None, one.value)
            for one in (pulled.records if pulled is not None else ())
            if one.value
        ]
        self.beside.push.show_choices((*choices, *self._ledger))

    async def _read_ledger(self) -> None:
        """The newest records of the job as it runs: real ones to try."""
        name = self._host.job()
        try:
            page = await self._session.ask(
                lambda node: node.records(RecordQuery(job=name), limit=LEDGER_RECORDS)
            )
            if page.records:
                first = page.records[0].id
                payload = await self._session.ask(lambda node: node.payload(first))
                self._take_sample(payload)
        except (ApiError, ConnectionLost):
            return  # there is nothing to try then, and the pane says what to do
        self._ledger = tuple(RecordChoice(one.key, one.id) for one in page.records)
        self._show_choices()
        if self.beside.tab == PUSH:
            self.render()

    def _take_sample(self, payload: bytes) -> None:
        try:
            text = payload.decode()
            record = json.loads(text)
        except ValueError:
            return
        if not self._record:
            self._record = text
            self.beside.mapping.show_sample(record)
            self._host.know({"record": record})

    # ------------------------------------------------------------ work
    def _consumer_fields(self) -> dict[str, Any]:
        consumers = self._host.document().get("consumers")
        place = self._consumer
        if not isinstance(consumers, list) or place is None or place >= len(consumers):
            return {}
        return consumers[place] if isinstance(consumers[place], dict) else {}

    def _is_busy(self, what: str) -> bool:
        task = self._work.get(what)
        return task is not None and not task.done()

    def _start(self, what: str, work: Coroutine[Any, Any, None]) -> None:
        """One question of a kind at a time; an older one is given up."""
        before = self._work.get(what)
        if before is not None:
            before.cancel()
        self._work[what] = self._session.start(work)
