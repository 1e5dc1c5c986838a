"""The store's methods about jobs and the leases on their shards."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from engine.store import changes, jobs
from engine.store import leases as lease_rows
from engine.store.faces.base import Face
from engine.store.jobs import Pause, Saved
from engine.store.rows import JobRow, Lease, LeaseKey, Ownership, RevisionRow


class JobFace(Face):
    """Jobs and leases."""

    async def save_job(
        self,
        name: str,
        document: str,
        *,
        push_shards: int,
        pull_shards: Sequence[str],
        consumers: Sequence[tuple[str, str]],
        by: str,
        expected_revision: int | None = None,
    ) -> JobRow:
        """Keep a job's document and make its cursors and consumers (name, start) as it says."""
        saved = Saved(
            name,
            document,
            push_shards,
            tuple(pull_shards),
            tuple(consumers),
            by,
            expected_revision,
        )
        row = await self._gateway.write(partial(jobs.save, saved=saved))
        self._tidier.ask()
        return row

    async def jobs(self) -> tuple[JobRow, ...]:
        """All jobs, by name."""
        return await self._gateway.read(jobs.jobs)

    async def job(self, name: str) -> JobRow:
        """The job of that name; NotFound if there is none."""
        return await self._gateway.read(partial(jobs.job, name=name))

    async def revisions(self, job_id: int) -> tuple[RevisionRow, ...]:
        """Every saved version of a job, newest first."""
        return await self._gateway.read(partial(jobs.revisions, job_id=job_id))

    async def set_paused(
        self,
        job_id: int,
        paused: bool,
        *,
        consumer_id: int | None = None,
        by: str,
        until: int | None = None,
        reason: str = "",
    ) -> None:
        """Pause or resume a job, or one of its consumers; ``until``: UTC ms it resumes at."""
        pause = Pause(paused, by, until, reason)
        await self._gateway.write(
            partial(jobs.set_paused, job_id=job_id, pause=pause, consumer_id=consumer_id)
        )

    async def end_pauses(self) -> int:
        """Resume what was paused until now or earlier; how many there were."""
        return await self._gateway.write(jobs.end_pauses)

    async def delete_job(self, job_id: int, *, by: str) -> None:
        """Delete a job. It is gone at once; its rows follow in small blocks beside the traffic."""
        await self._gateway.write(partial(changes.mark_deleted, job_id=job_id, by=by))
        self._tidier.ask()

    async def acquire(
        self, keys: Sequence[LeaseKey], *, owner: str, ttl_ms: int
    ) -> tuple[Lease, ...]:
        """Take free or expired shards and renew our own; the leases held now.

        owner: must differ each time a node starts, or a restarted node would take its dead
        predecessor's claims for its own and never recover them.
        """
        held = await self._gateway.write(
            partial(lease_rows.acquire, keys=keys, owner=owner, ttl_ms=ttl_ms)
        )
        for key in keys:
            self._tokens.pop(key, None)
        self._tokens.update({lease.key: lease.token for lease in held})
        return held

    async def renew(self, *, owner: str, ttl_ms: int) -> tuple[Lease, ...]:
        """Make everything this owner has last longer; what it has, nothing else is ours."""
        held = await self._gateway.write(partial(lease_rows.renew, owner=owner, ttl_ms=ttl_ms))
        self._tokens.clear()
        self._tokens.update({lease.key: lease.token for lease in held})
        return held

    async def lease_history(self, job_id: int | None = None) -> tuple[Ownership, ...]:
        """Who owned which shard when, of one job or of all, in the order of their tokens."""
        return await self._gateway.read(partial(lease_rows.history, job_id=job_id))

    async def forget_lease_history(self, job_id: int, before: int) -> int:
        """Remove what ended before then (UTC ms); how many there were."""
        return await self._gateway.write(
            partial(lease_rows.forget_history, job_id=job_id, before=before)
        )

    async def tidy(self) -> None:
        """Go on with what saved and deleted jobs left to do, should another node not have."""
        self._tidier.ask()

    async def expire_leases(self) -> None:
        """Let every lease run out now, so that a restarted node need not wait for its own.

        For a database that one node uses, as SQLite is. Should another one use it all the same,
        it is fenced by the next owner's token like any that was too slow.
        """
        await self._gateway.write(lease_rows.expire)

    async def release(self, leases: Sequence[Lease]) -> None:
        """Give leases back."""
        for lease in leases:
            self._tokens.pop(lease.key, None)
        await self._gateway.write(partial(lease_rows.release, leases=leases))
