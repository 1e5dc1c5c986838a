"""Pulls from a query interface over HTTP: makes the requests of a run and hands over its pages.

    request (templates) → exchange (auth, evidence) → answer (judged, taken apart) → records
    → run (cursor, next request) → a page for the puller

Nothing here decides about retries or schedules, and nothing is kept between runs but the notes
that are stored with the cursor. A page that is not surely good ends the run as a FailedPull.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

import msgspec

from engine.core.job import Ledger
from engine.core.record import FailedPull, PulledPage
from engine.http.client import HttpClient
from engine.http.message import FailureKind, HttpFailure
from engine.http.outcome import retry_after_s
from engine.producers.http_pull.answer import AnswerReader, held_above
from engine.producers.http_pull.asking import Ask, ByNumber, SeenPage, Stuck, way_for
from engine.producers.http_pull.cursor import CursorRule, CursorValue, NotACursor
from engine.producers.http_pull.exchange import Sent, SourceCaller
from engine.producers.http_pull.fields import HttpPull, OffsetPaging, PagePaging
from engine.producers.http_pull.notes import Mark, Notes, read_notes, written
from engine.producers.http_pull.numbered_run import NumberedRun
from engine.producers.http_pull.records import ReadRecords, RecordReader
from engine.producers.http_pull.refusal import PageRefused
from engine.producers.http_pull.request import RequestBuilder, RequestRefused
from engine.producers.http_pull.run import Beginning, FullRun, Run, StraightRun, sentences
from engine.producers.http_pull.stretch import Stretch
from engine.producers.http_pull.width import Width
from engine.producers.port import PageOut, PullStart, Trial, TrialRecord

TRIAL_RECORDS = 100
"""Records of its page that a trial hands back."""


@dataclass(frozen=True, slots=True)
class _ReadPage:
    """One page that was read and is good; note: what an operator should know of it, or ""."""

    sent: Sent
    read: ReadRecords
    seen: SeenPage
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Refused:
    """One page that was not: what to tell, and the exchange if there was one."""

    kind: str
    sentence: str
    sent: Sent | None = None
    retry_after_s: float | None = None


class HttpPullProducer:
    """The producer of one job. Raises OperatorError if a secret is missing or unfit.

    secrets: looked up now, so build anew when one changes. clock: UTC ms.
    decode: hand over each record's value, for filters.
    """

    def __init__(
        self,
        job: str,
        fields: HttpPull,
        ledger: Ledger,
        *,
        http: HttpClient,
        secrets: Callable[[str], bytes],
        clock: Callable[[], int],
        decode: bool = True,
    ) -> None:
        self._job = job
        self._fields = fields
        self._clock = clock
        self._rule = CursorRule(fields.cursor) if fields.cursor else None
        self._requests = RequestBuilder(fields.request)
        self._records = RecordReader(ledger, fields.cursor, self._rule, decode=decode)
        self._trial_records = RecordReader(ledger, fields.cursor, self._rule, decode=True)
        self._answers = AnswerReader(fields, self._records.needs)
        self._source = SourceCaller(
            fields.request.auth,
            http=http,
            secrets=secrets,
            clock=clock,
            timeout_s=fields.request.timeout_s,
            max_bytes=fields.response.max_size,
        )

    async def pages(self, start: PullStart) -> AsyncGenerator[PageOut | FailedPull, None]:
        """See ``port.Producer``."""
        before, number = start.cursor, 1
        try:
            like, run = self._begin(start)
            stretch = self._stretch(start)
        except NotACursor as error:
            yield FailedPull("cursor", self._unusable(error), before, number)
            return
        while True:
            page = await self._page(self._records, run.ask, start, like)
            if isinstance(page, _Refused):
                yield self._failed(page, before, number)
                return
            step = run.take(page.seen)
            if isinstance(step, Stuck):
                refused = _Refused(step.kind, self._told(step), page.sent)
                yield self._failed(refused, before, number)
                return
            after = before if self._rule is None else step.cursor and step.cursor.text
            read, more = page.read, step.more
            if stretch is not None:
                read, more = stretch.only(read), more and not stretch.is_behind(step.cursor)
            yield PageOut(
                PulledPage(
                    exchange=page.sent.exchange(keep_body=False),
                    records=tuple(read.records),
                    raw_count=len(page.read.records),
                    cursor_before=before,
                    cursor_after=after,
                    page=number,
                    more=more,
                    note=sentences(page.note, step.note),
                ),
                written(step.notes),
                tuple(read.values),
                None if stretch is None else stretch.share(step.cursor),
            )
            if not more:
                return
            before, number = after, number + 1

    async def trial(self, start: PullStart) -> Trial:
        """See ``port.Producer``."""
        try:
            like, run = self._begin(start)
        except NotACursor as error:
            return Trial(False, "cursor", self._unusable(error), None, None)
        page = await self._page(self._trial_records, run.ask, start, like)
        if isinstance(page, _Refused):
            evidence = page.sent.exchange(keep_body=True) if page.sent else None
            sentence = page.sent.masker.text(page.sentence) if page.sent else page.sentence
            request = evidence.request if evidence else None
            return Trial(
                False, page.kind, sentence, request, evidence.response if evidence else None
            )
        evidence = page.sent.exchange(keep_body=True)
        step = run.take(page.seen)
        if isinstance(step, Stuck):
            return Trial(False, step.kind, self._told(step), evidence.request, evidence.response)
        read = page.read
        cursors: list[str | None] = [cursor.text for cursor in read.cursors]
        cursors = cursors or [None] * len(read.records)
        firsts = zip(read.records[:TRIAL_RECORDS], cursors, read.values, strict=False)
        return Trial(
            ok=True,
            kind="",
            sentence="",
            request=evidence.request,
            response=evidence.response,
            raw_count=len(read.records),
            records=tuple(
                TrialRecord(record.key, cursor, record.payload, value)
                for record, cursor, value in firsts
            ),
            cursor_after=step.cursor.text if step.cursor else None,
            more=step.more,
            note=step.note,
        )

    def _stretch(self, start: PullStart) -> Stretch | None:
        """What a re-pull is about. Raises NotACursor."""
        if self._rule is None or start.stretch is None:
            return None
        return Stretch(self._rule, start.stretch.since, start.stretch.until)

    def _begin(self, start: PullStart) -> tuple[CursorValue | None, Run]:
        """The stored cursor and a new run. Raises NotACursor for a stored one that is none."""
        paging = self._fields.paging
        notes = read_notes(start.state, start.cursor)
        if start.stretch is not None and start.cursor is not None and notes.began is None:
            # Asked for from a step below: a source that compares with > gives its first value too.
            below = Mark(start.cursor, notes.at.quoted)
            notes = msgspec.structs.replace(notes, began=below)
        size = paging.size if isinstance(paging, PagePaging | OffsetPaging) else 1
        width = Width(size, notes.cap, notes.whole)
        way = way_for(paging, width)
        if self._rule is None:
            return None, FullRun(way, width, Notes(cap=notes.cap, whole=notes.whole))
        rule = self._rule
        stored = None
        if start.cursor is not None:
            stored = rule.stored(start.cursor, notes.at.quoted)
        began = stored
        if notes.began is not None:
            text = notes.began.text
            began = None if text is None else rule.stored(text, notes.began.quoted)
        beginning = Beginning(rule, stored, began, notes)
        if isinstance(way, ByNumber):
            rebases = rule.type != "text" and "cursor" in self._requests.names_used
            return stored, NumberedRun(way, beginning, rebases=rebases)
        return stored, StraightRun(way, beginning)

    async def _page(
        self, reader: RecordReader, ask: Ask, start: PullStart, like: CursorValue | None
    ) -> _ReadPage | _Refused:
        """Ask for one page and read it."""
        try:
            request = self._requests.build(ask, start.vars, start.now)
        except RequestRefused as error:
            return _Refused("request", f"The request cannot be made: {error}.")
        sent = await self._source.send(request)
        answer = sent.result
        if isinstance(answer, HttpFailure):
            return self._not_answered(answer, sent)
        read = ReadRecords()
        try:
            taken = self._answers.read(answer, request.url)
            for _ in reader.blocks(taken.rows, read, like):
                await asyncio.sleep(0)  # a long page must not hold up the loop
        except PageRefused as error:
            if ask.optional or (ask.onward and answer.status == 404):
                note = f"The source answered {answer.status}: there is no such page."
                return _ReadPage(sent, ReadRecords(), SeenPage(()), note)
            wait_s = retry_after_s(answer, now_s=self._clock() / 1000)
            return _Refused(error.kind, error.sentence, sent, wait_s)
        follows_time = self._rule is not None and self._rule.type == "time"
        seen = SeenPage(
            rows=read.rows or read.keys,
            keys=read.keys,
            cursors=read.cursors,
            following=taken.following,
            held_above=held_above(answer) if follows_time else None,
        )
        return _ReadPage(sent, read, seen)

    def _not_answered(self, failure: HttpFailure, sent: Sent) -> _Refused:
        sentence = failure.text
        kind = failure.kind.value
        if failure.kind is FailureKind.TOO_LARGE:
            kind = "page_too_large"
            sentence += " Ask for fewer records a page, or raise response.max_size."
        elif failure.kind is FailureKind.TIMEOUT:
            sentence += " Ask for fewer records a page, or raise request.timeout."
        return _Refused(kind, sentence, sent)

    def _failed(self, refused: _Refused, before: str | None, number: int) -> FailedPull:
        sent = refused.sent
        sentence = f"Job {self._job}, page {number}: {refused.sentence}"
        return FailedPull(
            kind=refused.kind,
            sentence=sent.masker.text(sentence) if sent else sentence,
            cursor_before=before,
            page=number,
            exchange=sent.exchange(keep_body=True) if sent else None,
            retry_after_s=refused.retry_after_s,
        )

    def _told(self, stuck: Stuck) -> str:
        return f"{stuck.sentence[:1].upper()}{stuck.sentence[1:]}."

    def _unusable(self, error: NotACursor) -> str:
        kind = self._rule.type if self._rule else ""
        return (
            f"Job {self._job}: the stored cursor {error}, so a cursor of type {kind} cannot go on "
            "from it. Set the cursor anew."
        )
