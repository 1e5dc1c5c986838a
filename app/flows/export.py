"""Exports records to a file in the background, as a row among the long work.

All that match come as one stream; selected ones are asked for one by one, with every attempt.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from app import shown
from app.flows.export_file import ExportFile
from app.flows.operations import Operations
from app.flows.totals import count_of
from app.models.export_rows import CsvForm
from app.models.record_rows import RecordRow
from app.models.work import Work, WorkKind, WorkState
from app.pages.export_dialog import ExportDialog
from app.session import Session
from app.theme.theme import Theme
from app.words import translate
from engine.api.client import ApiError, ConnectionLost
from engine.api.wire import RecordQuery

TELL_S = 0.2
"""Between two moves of the progress row."""

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is exported: all of a query, or (ids) these records with their attempts."""

    query: RecordQuery | None = None
    ids: tuple[int, ...] = ()


class Exporting:
    """over: the page whose window the dialogs stand over."""

    def __init__(self, theme: Theme, over: QWidget, session: Session) -> None:
        self._theme = theme
        self._over = over
        self._session = session
        self._operations = Operations.of(session)

    # ------------------------------------------------------------ asking
    def selected(self, rows: Sequence[RecordRow]) -> None:
        """Export these."""
        self._ask(Wanted(ids=tuple(row.id for row in rows)), len(rows))

    def matching(self, query: RecordQuery, count: int | None) -> None:
        """Export everything that matches now. count: how many, None where it is not known."""
        if query.until is None:
            query = query.model_copy(update={"until": self._session.now()})
        self._ask(Wanted(query=query), count)

    def _ask(self, wanted: Wanted, count: int | None) -> None:
        dialog = ExportDialog(self._theme, self._over.window(), count)
        dialog.chosen.connect(lambda form: self._ask_where(wanted, form))
        dialog.open()

    def _ask_where(self, wanted: Wanted, form: CsvForm | None) -> None:
        words = translate("Export", "Export to")
        dialog = QFileDialog(self._over.window(), words)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        suffix = "jsonl" if form is None else "csv"
        dialog.setDefaultSuffix(suffix)
        dialog.selectFile(f"records.{suffix}")
        dialog.fileSelected.connect(lambda path: self.start(wanted, form, Path(path)))
        dialog.open()

    # ------------------------------------------------------------ working
    def start(self, wanted: Wanted, form: CsvForm | None, path: Path) -> None:
        """Begin; what comes of it stands in its row."""
        Export(self._session, self._operations, wanted, form, path).start()


class Export:
    """One export, from its start to its end."""

    def __init__(
        self,
        session: Session,
        operations: Operations,
        wanted: Wanted,
        form: CsvForm | None,
        path: Path,
    ) -> None:
        self._session = session
        self._operations = operations
        self._wanted = wanted
        self._form = form
        self._path = path
        self._key = f"export {next(_numbers)}"
        self._state = WorkState.RUNNING
        self._sentence = ""
        self._total: int | None = len(wanted.ids) or None
        self._exact = True
        self._file: ExportFile | None = None
        self._began_s = self._told_s = time.monotonic()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, and show the row."""
        self._task = self._session.start(self._run(), keep=True)
        self._operations.add_local(self._key, self)

    def cancel(self) -> None:
        """Stop; no file is left."""
        if self._task is not None:
            self._task.cancel()

    def work(self) -> Work:
        """The row, as it stands now."""
        done = 0 if self._file is None else self._file.count
        took_s = time.monotonic() - self._began_s
        rate = done / took_s if took_s > 0.5 else None
        share = left_s = None
        if self._total is not None and self._exact:
            share = min(1.0, done / max(self._total, 1))
            left_s = (self._total - done) / rate if rate and done < self._total else None
        return Work(
            self._key,
            WorkKind.EXPORT,
            self._state,
            self._path.name,
            done,
            self._total,
            self._exact,
            share,
            rate,
            left_s,
            moved=done,
            sentence=self._sentence,
        )

    async def _run(self) -> None:
        try:
            await self._write()
            self._end(WorkState.DONE)
        except asyncio.CancelledError:
            self._end(WorkState.CANCELLED)
            raise
        except (ApiError, ConnectionLost) as error:
            self._end(WorkState.FAILED, error.sentence)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            self._end(WorkState.FAILED, shown.line(reason or str(error), 160))

    def _end(self, state: WorkState, sentence: str = "") -> None:
        self._state, self._sentence = state, sentence
        if self._file is not None and state is not WorkState.DONE:
            self._file.drop()
        self._operations.local_moved(self._key)

    async def _write(self) -> None:
        self._file = ExportFile(self._path, self._form)
        query = self._wanted.query
        if query is None:
            await self._write_each()
        else:
            await self._count(query)
            await self._session.ask(lambda node: node.export(query, self._take))
        self._file.finish()

    async def _count(self, query: RecordQuery) -> None:
        """How many there will be; with an expression nobody knows before the end."""
        if query.expression is None:
            counted = await count_of(self._session, query)
            self._total, self._exact = counted.count, counted.exact

    async def _write_each(self) -> None:
        for record_id in self._wanted.ids:
            self._take(await self._record(record_id) + b"\n")

    async def _record(self, record_id: int) -> bytes:
        return await self._session.ask(lambda node: node.record_bytes(record_id))

    def _take(self, piece: bytes) -> None:
        assert self._file is not None
        self._file.take(piece)
        self._tell()

    def _tell(self) -> None:
        now_s = time.monotonic()
        if now_s - self._told_s >= TELL_S:
            self._told_s = now_s
            self._operations.local_moved(self._key)
