"""The store's methods for the pull side."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from engine.core.record import FailedPull, PulledPage
from engine.store import backfill, cursors, pulls
from engine.store.faces.base import Face
from engine.store.rows import CursorRow, IngestResult, Lease, LeaseKey, WorkKind


class PullFace(Face):
    """Cursors, pages, backfill."""

    async def cursor(self, job_id: int, shard: str) -> CursorRow:
        """The cursor of one pull shard; NotFound if the job never had that shard."""
        return await self._gateway.read(partial(cursors.cursor, job_id=job_id, shard=shard))

    async def cursors(self, job_id: int | None = None) -> tuple[CursorRow, ...]:
        """The cursors of all pull shards a job, or all jobs, have or had, by name."""
        return await self._gateway.read(partial(cursors.cursors, job_id=job_id))

    async def set_cursor(self, job_id: int, shard: str, value: str | None, *, by: str) -> None:
        """Move a cursor by hand; None is the start. A run under way meets CursorMoved."""
        await self._gateway.write(
            partial(cursors.set_cursor, job_id=job_id, shard=shard, value=value, by=by)
        )

    async def pull_now(self, job_id: int) -> bool:
        """Let the pulls of a job be due now, on whichever node; False if no node does them."""
        return await self._gateway.write(partial(cursors.pull_now, job_id=job_id))

    async def ingest(
        self,
        lease: Lease,
        page: PulledPage,
        *,
        consumers: Sequence[int],
        push_shards: int,
        cursor_state: str = "",
        due_at: int | None,
    ) -> IngestResult:
        """Commit a page, whole (design.md rule 1).

        consumers: those whose filters were asked; any other consumer of the job gets the records
        by backfill. push_shards: as the caller knows it; the job's own number counts.
        Raises LeaseLost, or CursorMoved when the cursor is not at ``page.cursor_before``; nothing
        is stored then.
        """
        return await self._gateway.write(
            partial(
                pulls.ingest,
                lease=lease,
                page=page,
                consumers=consumers,
                cursor_state=cursor_state,
                due_at=due_at,
                tell=not self._pushes_all(lease.key.job_id, push_shards),
            ),
            hot=True,
        )

    def _pushes_all(self, job_id: int, push_shards: int) -> bool:
        """Whether this store holds every push shard of a job: then nobody else need be told."""
        keys = (LeaseKey(job_id, WorkKind.PUSH, str(shard)) for shard in range(push_shards))
        return all(key in self._tokens for key in keys)

    async def pull_failed(self, lease: Lease, failure: FailedPull, *, due_at: int) -> None:
        """Keep a pull that gave nothing, and say why on its cursor. Raises LeaseLost."""
        await self._gateway.write(
            partial(pulls.pull_failed, lease=lease, failure=failure, due_at=due_at), hot=True
        )

    async def backfill_read(
        self, consumer_id: int, limit: int
    ) -> list[tuple[int, str, bytes | None]]:
        """The next records (id, key, payload) from before the consumer, oldest first."""
        return await self._gateway.read(
            partial(backfill.read, consumer_id=consumer_id, limit=limit)
        )

    async def backfill_write(
        self, consumer_id: int, record_ids: Sequence[int], skipped: Collection[int]
    ) -> bool:
        """Make the deliveries of what was read; whether the consumer has all of them now."""
        return await self._gateway.write(
            partial(backfill.write, consumer_id=consumer_id, record_ids=record_ids, skipped=skipped)
        )
