"""Reads one record for the detail pane, and does what concerns one only: its bytes, versions,
cURL, why.

Bodies above ``SHOWN_CAP`` come only when somebody looks at them: reading a record of many megabytes
as one answer would hold up the window.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from app import format, shown
from app.models.curl import curl
from app.models.difference import compare
from app.models.record_filter import RecordFilter
from app.navigator import Navigator
from app.pages import exchange
from app.pages.record_detail import why_words
from app.pages.records import RecordsPage
from app.session import Session
from app.theme.states import state_look
from app.words import translate
from engine.api.client import ApiError, ConnectionLost
from engine.api.wire import AttemptShape, ReasonShape, RecordShape, RequestShape

SHOWN_CAP = 128 * 1024
"""Bytes of a payload or body that come with the record itself."""


class RecordFlow:
    """Belongs to ``flows.records``."""

    def __init__(self, page: RecordsPage, session: Session, navigator: Navigator) -> None:
        self._navigator = navigator
        self._page = page
        self._session = session
        self._reading: asyncio.Task[None] | None = None
        page.record_wanted.connect(self._read)
        page.versions_wanted.connect(lambda record_id: self._run(self._show_versions(record_id)))
        page.curl_wanted.connect(lambda *which: self._run(self._put_curl(*which)))
        page.detail.payload_wanted.connect(lambda which: self._run(self._show_payload(which)))
        page.detail.compare_wanted.connect(lambda *which: self._run(self._compare(*which)))
        page.detail.save_wanted.connect(self._ask_where)
        page.detail.way_wanted.connect(self._go_way)
        page.why_wanted.connect(lambda *which: self._run(self._say_why(*which)))

    async def refresh(self) -> None:
        """Read the record that is shown anew; another that was chosen meanwhile stays."""
        shown_id = self._page.detail.record_id
        if shown_id is None:
            return
        try:
            record = await self._session.ask(lambda node: node.record(shown_id, cap=SHOWN_CAP))
        except (ApiError, ConnectionLost):
            return  # what is shown stays
        if self._page.detail.record_id == shown_id:
            self._page.show_record(record)
            await self._explain(record)

    def find(self, record_id: int) -> None:
        """Show that record, with its key's versions in the grid."""
        self._run(self._find(record_id))

    async def _find(self, record_id: int) -> None:
        record = await self._session.ask(lambda node: node.record(record_id, cap=SHOWN_CAP))
        self._page.show_record(record)
        self._page.filter_bar.set_filter(RecordFilter(record.job, key=record.key, exact=True))

    def _read(self, record_id: object) -> None:
        assert isinstance(record_id, int)
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._session.start(self._show(record_id))

    async def _show(self, record_id: int) -> None:
        try:
            record = await self._session.ask(lambda node: node.record(record_id, cap=SHOWN_CAP))
        except ConnectionLost:
            return  # the banner says so
        except ApiError as error:
            self._page.detail.say(error.sentence, error.hint, "warning")
            return
        self._page.show_record(record)
        await self._explain(record)

    async def _explain(self, record: RecordShape) -> None:
        """What is to be done about a record; nothing for what is delivered."""
        if all(each.state in ("delivered", "skipped") for each in record.deliveries):
            return
        try:
            explained = await self._session.ask(lambda node: node.explain(record.id))
        except (ApiError, ConnectionLost):
            return  # the record says why by itself
        self._page.detail.show_reasons(explained)

    def _go_way(self, reason: ReasonShape) -> None:
        job = self._page.detail.job
        match reason.kind:
            case "job_paused":
                self._run(self._resume(job, None))
            case "consumer_paused":
                self._run(self._resume(job, reason.consumer))
            case "earlier_version" if reason.blocking_record_id is not None:
                self._navigator.record(reason.blocking_record_id)
            case "no_node" | "no_lease":
                self._navigator.nodes()
            case "dead" | "target_problem" | "breaker":
                self._navigator.failures(job, reason.consumer)
            case _:
                self._navigator.job(job)

    async def _resume(self, job: str, consumer: str | None) -> None:
        await self._session.ask(lambda node: node.resume(job, consumer))
        self._page.toast.say(translate("Records", "It runs again."))
        await self.refresh()

    async def _show_versions(self, record_id: int) -> None:
        versions = await self._session.ask(lambda node: node.versions(record_id))
        self._page.detail.show_versions(record_id, versions)

    # ------------------------------------------------------------ bytes
    async def _show_payload(self, record_id: int) -> None:
        payload = self._page.detail.payload
        try:
            body = await self._payload(record_id)
        except (ApiError, ConnectionLost) as error:
            payload.show_problem(record_id, error.sentence, error.hint)
            return
        payload.show_payload(record_id, body)

    async def _compare(self, older: int, newer: int) -> None:
        tab = self._page.detail.versions
        try:
            before, after = await self._payload(older), await self._payload(newer)
            found = compare(before, after)
        except (ApiError, ConnectionLost) as error:
            tab.show_no_difference(older, newer, error.sentence)
        except ValueError:
            words = translate("Versions", "They are no JSON, so no paths can be compared.")
            tab.show_no_difference(older, newer, words)
        else:
            tab.show_difference(older, newer, found)

    def _ask_where(self, record_id: int) -> None:
        dialog = QFileDialog(self._page.window(), translate("Records", "Save the exact bytes"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(f"record-{record_id}")
        dialog.fileSelected.connect(lambda path: self.save(record_id, Path(path)))
        dialog.open()

    def save(self, record_id: int, path: Path) -> None:
        """Write the record's exact bytes to a file."""
        self._run(self._save(record_id, path))

    async def _save(self, record_id: int, path: Path) -> None:
        body = await self._payload(record_id)
        toast = self._page.toast
        if problem := _written(path, body):
            words = translate("Records", "{file} could not be written: {why}")
            toast.say(words.format(file=shown.line(path.name), why=problem), "dead", "diamond")
            return
        words = translate("Records", "{size} saved to {file}.")
        toast.say(words.format(size=format.size(len(body)), file=shown.line(str(path))))

    async def _payload(self, record_id: int) -> bytes:
        return await self._session.ask(lambda node: node.payload(record_id))

    # ------------------------------------------------------------ cURL
    async def _put_curl(self, record_id: int, consumer: str, attempt: AttemptShape | None) -> None:
        sent = await self._sent(record_id, consumer, attempt)
        if sent is None:
            words = translate("Records", "Nothing was sent yet.")
            self._page.toast.say(words, "retrying", "triangle")
            return
        payload = await self._payload(record_id) if sent.body_is_payload else None
        made = curl(sent.method, sent.url, sent.headers, exchange.sent_body(sent, payload))
        QGuiApplication.clipboard().setText(made.command)
        if not made.secrets:
            self._page.toast.say(translate("Records", "Copied as cURL, ready to run."))
            return
        names = ", ".join(name for name, _ in made.secrets)
        words = translate("Records", "Copied as cURL. Secrets are not in it: set {names} first.")
        self._page.toast.say(words.format(names=names))

    async def _sent(
        self, record_id: int, consumer: str, attempt: AttemptShape | None
    ) -> RequestShape | None:
        """That attempt's request, or the latest one, with its whole body."""
        if attempt is not None and attempt.request is not None and not attempt.request.left_out:
            return attempt.request
        record = await self._session.ask(lambda node: node.record(record_id))
        place = None if attempt is None else (attempt.cycle, attempt.number)
        return exchange.request_at(record, consumer, place)

    async def _say_why(self, record_id: int, consumer: str) -> None:
        record = await self._session.ask(lambda node: node.record(record_id, cap=0))
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


def _written(path: Path, body: bytes) -> str:
    """Write a file; what went wrong, "" for nothing."""
    try:
        path.write_bytes(body)
    except OSError as error:
        return shown.line(error.strerror or str(error))
    return ""
