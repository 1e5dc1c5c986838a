"""Reads one record for the detail pane, and does what concerns one only: versions, cURL, why."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from PySide6.QtGui import QGuiApplication

from app import shown
from app.models.curl import curl
from app.pages import exchange
from app.pages.record_detail import why_words
from app.pages.records import RecordsPage
from app.session import Session
from app.theme.states import state_look
from app.words import translate
from engine.api.client import ApiError, ConnectionLost


class RecordFlow:
    """Belongs to ``flows.records``."""

    def __init__(self, page: RecordsPage, session: Session) -> None:
        self._page = page
        self._session = session
        self._reading: asyncio.Task[None] | None = None
        page.record_wanted.connect(self._read)
        page.versions_wanted.connect(lambda record_id: self._run(self._show_versions(record_id)))
        page.curl_wanted.connect(lambda *which: self._run(self._put_curl(*which)))
        page.why_wanted.connect(lambda *which: self._run(self._say_why(*which)))

    async def refresh(self) -> None:
        """Read the record that is shown anew; another that was chosen meanwhile stays."""
        shown_id = self._page.detail.record_id
        if shown_id is None:
            return
        try:
            record = await self._session.ask(lambda node: node.record(shown_id))
        except (ApiError, ConnectionLost):
            return  # what is shown stays
        if self._page.detail.record_id == shown_id:
            self._page.show_record(record)

    def _read(self, record_id: object) -> None:
        assert isinstance(record_id, int)
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._session.start(self._show(record_id))

    async def _show(self, record_id: int) -> None:
        try:
            record = await self._session.ask(lambda node: node.record(record_id))
        except ConnectionLost:
            return  # the banner says so
        except ApiError as error:
            self._page.detail.say(error.sentence, error.hint, "warning")
            return
        self._page.show_record(record)

    async def _show_versions(self, record_id: int) -> None:
        versions = await self._session.ask(lambda node: node.versions(record_id))
        self._page.detail.show_versions(record_id, versions)

    async def _put_curl(self, record_id: int, consumer: str) -> None:
        record = await self._session.ask(lambda node: node.record(record_id))
        sent = exchange.latest_request(record, consumer)
        if sent is None:
            words = translate("Records", "Nothing was sent yet.")
            self._page.toast.say(words, "retrying", "triangle")
            return
        body = exchange.sent_body(sent, exchange.payload_bytes(record))
        made = curl(sent.method, sent.url, sent.headers, body)
        QGuiApplication.clipboard().setText(made.command)
        if not made.secrets:
            self._page.toast.say(translate("Records", "Copied as cURL, ready to run."))
            return
        names = ", ".join(name for name, _ in made.secrets)
        words = translate("Records", "Copied as cURL. Secrets are not in it: set {names} first.")
        self._page.toast.say(words.format(names=names))

    async def _say_why(self, record_id: int, consumer: str) -> None:
        record = await self._session.ask(lambda node: node.record(record_id))
        for delivery in record.deliveries:
            if delivery.consumer == consumer:
                look = state_look(delivery.state)
                self._page.toast.say(shown.line(why_words(delivery), 600), look.ink)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._session.start(self._told(work))

    async def _told(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except (ApiError, ConnectionLost) as error:
            self._page.toast.say(f"{error.sentence} {error.hint}".strip(), "dead", "diamond")
