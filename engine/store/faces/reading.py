"""The store's methods that show what is there: numbers, lists, records, checks."""

from __future__ import annotations

from functools import partial

from engine.store import causes, checks, details, lists, standing, status
from engine.store import series as series_rows
from engine.store.causes import FailureGroup
from engine.store.faces.base import Face
from engine.store.rows import (
    Broken,
    JobStatus,
    PullRow,
    RecordBrief,
    RecordDetail,
    RecordFilter,
    RecordPage,
)
from engine.store.series import Samples
from engine.store.standing import Standing
from engine.store.status import Series


class ReadFace(Face):
    """Numbers, lists, one record."""

    async def status(self, job_id: int | None = None) -> tuple[JobStatus, ...]:
        """The numbers of one job or of all."""
        return await self._gateway.read(partial(status.status, job_id=job_id))

    async def series(
        self,
        since_minute: int,
        until_minute: int,
        *,
        job_id: int | None = None,
        consumer_id: int | None = None,
    ) -> Series:
        """What happened in each minute, both ends included; minutes since 1970 (UTC)."""
        return await self._gateway.read(
            partial(
                status.series,
                since_minute=since_minute,
                until_minute=until_minute,
                job_id=job_id,
                consumer_id=consumer_id,
            )
        )

    async def samples(
        self,
        since: int,
        until: int,
        step: int,
        *,
        job_id: int | None = None,
        consumer_id: int | None = None,
    ) -> Samples:
        """What happened from minute ``since`` to ``until``, included, in samples of ``step``.

        since: a multiple of step, which is 1, 5, or a multiple of 20 (minutes).
        """
        return await self._gateway.read(
            partial(
                series_rows.samples,
                since=since,
                until=until,
                step=step,
                job_id=job_id,
                consumer_id=consumer_id,
            )
        )

    async def happened(self, since_minute: int, until_minute: int) -> dict[str, int]:
        """Deliveries and pulls of all jobs from one minute to before another."""
        return await self._gateway.read(
            partial(series_rows.happened, since=since_minute, until=until_minute)
        )

    async def tidy_samples(self) -> bool:
        """Sum up minutes that are over, remove a block of old ones; whether more may be left."""
        more = await self._gateway.write(series_rows.roll_up)
        return bool(await self._gateway.write(series_rows.forget)) or more

    async def check(self) -> tuple[list[Broken], int]:
        """Recount and compare everything in one snapshot; what is broken, and rows looked at."""
        return await self._gateway.read(partial(checks.check, dialect=self._gateway.dialect))

    async def records(
        self, wanted: RecordFilter, *, limit: int, after: str | None = None
    ) -> RecordPage:
        """A page of records, newest first; short pages happen, ``next_cursor`` None is the end."""
        return await self._gateway.read(
            partial(lists.records, wanted=wanted, limit=limit, after=after)
        )

    async def failures(
        self, *, job_id: int | None = None, consumer_id: int | None = None, limit: int = 500
    ) -> tuple[FailureGroup, ...]:
        """Failed deliveries by cause: dead ones, the most frequent first, then retrying ones."""
        return await self._gateway.read(
            partial(causes.groups, job_id=job_id, consumer_id=consumer_id, limit=limit)
        )

    async def record(self, record_id: int) -> RecordDetail:
        """Everything about one record; NotFound if there is none."""
        return await self._gateway.read(partial(details.record, record_id=record_id))

    async def standings(self, record_id: int) -> dict[int, Standing]:
        """What the tables know of why a record's deliveries wait, by delivery id."""
        return await self._gateway.read(partial(standing.standings, record_id=record_id))

    async def versions(self, job_id: int, key: str) -> tuple[RecordBrief, ...]:
        """The newest versions of a key, at most 1000, newest first."""
        return await self._gateway.read(partial(details.versions, job_id=job_id, key=key))

    async def payload(self, record_id: int) -> bytes | None:
        """A record's bytes as the source sent them; None if retention removed them."""
        return await self._gateway.read(partial(details.payload, record_id=record_id))

    async def pulls(
        self, job_id: int, *, limit: int, after: str | None = None
    ) -> tuple[tuple[PullRow, ...], str | None]:
        """A job's page requests, newest first, and the cursor of the next page."""
        return await self._gateway.read(
            partial(details.pulls, job_id=job_id, limit=limit, after=after)
        )
