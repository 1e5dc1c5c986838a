"""The store's public face: every method is one operation on the gateway.

Not for SQL, and not for deciding anything: what is kept together with what is decided in the
modules named for their subjects, which take an ``Access`` and are plain functions.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from functools import partial

from engine.core.record import Claimed, FailedPull, PulledPage
from engine.store import claim, details, jobs, leases, lists, pulls, settle, status
from engine.store.access import Access
from engine.store.gateway import Gateway
from engine.store.jobs import Saved
from engine.store.migrate import migrate
from engine.store.rows import (
    IngestResult,
    JobRow,
    JobStatus,
    Lease,
    LeaseKey,
    RecordBrief,
    RecordDetail,
    RecordFilter,
    RecordPage,
    RevisionRow,
    Settlement,
)
from engine.store.sqlite import Sqlite


class Store:
    """A ledger in a database. ``ledger_id`` is its random name, part of idempotency keys."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._tokens: dict[LeaseKey, int] = {}
        self.ledger_id = ""

    @classmethod
    async def open(cls, url: str, *, clock: Callable[[], int], node: str) -> Store:
        """Open or make the database of ``sqlite:///PATH`` and bring it to this program's schema.

        clock: UTC ms. node: this node's name, written into pulls and attempts.
        Raises OperatorError, with a sentence, if it cannot be opened or is too new.
        """
        store = cls(Gateway(Sqlite.at(url, clock, node)))

        def prepare(access: Access) -> None:
            store.ledger_id = access.ledger_id = migrate(access)

        await store._gateway.open(prepare, secrets.token_hex(8))
        return store

    async def close(self) -> None:
        """Finish what was asked for, then close the database. May be called twice."""
        await self._gateway.close()

    # ---------------------------------------------------------------- jobs

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
        return await self._gateway.write(partial(jobs.save, saved=saved))

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
        self, job_id: int, paused: bool, *, consumer_id: int | None = None, by: str
    ) -> None:
        """Pause or resume a job, or one of its consumers."""
        await self._gateway.write(
            partial(jobs.set_paused, job_id=job_id, paused=paused, consumer_id=consumer_id, by=by)
        )

    # ---------------------------------------------------------------- leases

    async def acquire(
        self, keys: Sequence[LeaseKey], *, owner: str, ttl_ms: int
    ) -> tuple[Lease, ...]:
        """Take free or expired shards and renew our own; the leases held now.

        owner: must differ each time a node starts, or a restarted node would take its dead
        predecessor's claims for its own and never recover them.
        """
        held = await self._gateway.write(
            partial(leases.acquire, keys=keys, owner=owner, ttl_ms=ttl_ms)
        )
        self._tokens.update({lease.key: lease.token for lease in held})
        return held

    async def renew(self, held: Sequence[Lease], *, ttl_ms: int) -> tuple[Lease, ...]:
        """Prolong leases; those that are still ours."""
        return await self._gateway.write(partial(leases.renew, leases=held, ttl_ms=ttl_ms))

    async def release(self, held: Sequence[Lease]) -> None:
        """Give leases back."""
        for lease in held:
            self._tokens.pop(lease.key, None)
        await self._gateway.write(partial(leases.release, leases=held))

    # ---------------------------------------------------------------- pull side

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
        by backfill. push_shards is not needed: the job's own number counts. Raises LeaseLost, or
        CursorMoved when the cursor is not at ``page.cursor_before``; nothing is stored then.
        """
        return await self._gateway.write(
            partial(
                pulls.ingest,
                lease=lease,
                page=page,
                consumers=consumers,
                cursor_state=cursor_state,
                due_at=due_at,
            )
        )

    async def pull_failed(self, lease: Lease, failure: FailedPull, *, due_at: int) -> None:
        """Keep a pull that gave nothing, and say why on its cursor. Raises LeaseLost."""
        await self._gateway.write(
            partial(pulls.pull_failed, lease=lease, failure=failure, due_at=due_at)
        )

    # ---------------------------------------------------------------- push side

    async def claim(
        self,
        consumer_id: int,
        held: Sequence[Lease],
        *,
        limit: int,
        now: int,
        per_key: bool,
    ) -> list[Claimed]:
        """Take due deliveries for sending; durable when this returns. LeaseLost if none is ours.

        What was claimed for a caller that is cancelled meanwhile is released again.
        """
        return await self._gateway.write(
            partial(
                claim.claim,
                consumer_id=consumer_id,
                held=held,
                limit=limit,
                now=now,
                per_key=per_key,
            )
        )

    async def settle(self, settlements: Sequence[Settlement]) -> list[bool]:
        """Move claimed deliveries and write their attempts; False where the claim was lost.

        A settlement carries the token of its claim. It counts while the delivery is still claimed
        under that token and the shard's lease is either that token's or held by this node now:
        so a node may settle what it recovered from a dead one, with the dead one's token.
        """
        ours = dict(self._tokens)
        return await self._gateway.write(
            partial(settle.settle, settlements=settlements, ours=ours)
        )

    # ---------------------------------------------------------------- numbers

    async def status(self, job_id: int | None = None) -> tuple[JobStatus, ...]:
        """The numbers of one job or of all."""
        return await self._gateway.read(partial(status.status, job_id=job_id))

    # ---------------------------------------------------------------- lists

    async def records(
        self, wanted: RecordFilter, *, limit: int, after: str | None = None
    ) -> RecordPage:
        """A page of records, newest first. It may be short: only ``next_cursor`` None is the end."""
        return await self._gateway.read(
            partial(lists.records, wanted=wanted, limit=limit, after=after)
        )

    async def record(self, record_id: int) -> RecordDetail:
        """Everything about one record; NotFound if there is none."""
        return await self._gateway.read(partial(details.record, record_id=record_id))

    async def versions(self, job_id: int, key: str) -> tuple[RecordBrief, ...]:
        """The newest versions of a key, at most 1000, newest first."""
        return await self._gateway.read(partial(details.versions, job_id=job_id, key=key))

    async def payload(self, record_id: int) -> bytes | None:
        """A record's bytes as the source sent them; None if retention removed them."""
        return await self._gateway.read(partial(details.payload, record_id=record_id))
