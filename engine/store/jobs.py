"""Jobs as they are saved: documents, revisions, consumers, pauses.

What a change of shards or consumers means for deliveries that exist is done in ``changes``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from engine.core.errors import Conflict, NotFound
from engine.store import circuits, feed, vault
from engine.store.access import Access
from engine.store.feed import Topic
from engine.store.models import Consumer, Cursor, Job, JobRevision
from engine.store.rows import ConsumerRow, JobRow, RevisionRow


@dataclass(frozen=True, slots=True)
class Saved:
    """What ``save_job`` is asked to keep."""

    name: str
    document: str
    push_shards: int
    pull_shards: tuple[str, ...]
    consumers: tuple[tuple[str, str], ...]
    by: str
    expected_revision: int | None


WINDOW_ENDED = "Its maintenance window ended."


@dataclass(frozen=True, slots=True)
class Pause:
    """What is asked of a job or consumer. until: UTC ms at which a pause ends by itself."""

    paused: bool
    by: str
    until: int | None = None
    reason: str = ""

    @property
    def told(self) -> str:
        """As the audit tells it."""
        until = "" if self.until is None else f"until {utc_text(self.until)}"
        return ", ".join(part for part in (until, self.reason) if part)


def utc_text(at: int) -> str:
    """An instant as audit rows write it: ``2026-01-31 08:00:00 UTC``."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def jobs(access: Access) -> tuple[JobRow, ...]:
    """All jobs, by name."""
    return tuple(_job_rows(access, None, None))


def job(access: Access, name: str) -> JobRow:
    """The job of that name; NotFound if there is none."""
    found = list(_job_rows(access, name, None))
    if not found:
        raise NotFound(f'There is no job named "{name}".', hint="List the jobs to see their names.")
    return found[0]


def job_by_id(access: Access, job_id: int) -> JobRow:
    """The job of that id; NotFound if there is none."""
    found = list(_job_rows(access, None, job_id))
    if not found:
        raise NotFound(f"There is no job with id {job_id}.", hint="It may have been deleted.")
    return found[0]


def _job_rows(access: Access, name: str | None, job_id: int | None) -> list[JobRow]:
    query = (
        Job.select(
            Job.id,
            Job.name,
            Job.revision,
            JobRevision.document,
            Job.paused,
            Job.created_at,
            Job.updated_at,
            Job.push_shards,
            Job.paused_until,
            Job.pause_reason,
        )
        .join(
            JobRevision,
            on=(JobRevision.job_id == Job.id) & (JobRevision.number == Job.revision),
        )
        .where(Job.deleted_at.is_null())
        .order_by(Job.name)
    )
    if name is not None:
        query = query.where(Job.name == name)
    if job_id is not None:
        query = query.where(Job.id == job_id)
    rows = access.ask(query)
    consumers = _consumer_rows(access, [row[0] for row in rows])
    return [
        JobRow(
            id=id_,
            name=name_,
            revision=revision,
            document=document,
            paused=bool(paused),
            created_at=created_at,
            updated_at=updated_at,
            push_shards=shards,
            consumers=tuple(one for one in consumers if one.job_id == id_),
            paused_until=pausing[0],
            pause_reason=pausing[1],
        )
        for id_, name_, revision, document, paused, created_at, updated_at, shards, *pausing in rows
    ]


def _consumer_rows(access: Access, job_ids: list[int]) -> list[ConsumerRow]:
    query = (
        Consumer.select(
            Consumer.id,
            Consumer.job_id,
            Consumer.name,
            Consumer.paused,
            Consumer.backfill_from,
            Consumer.backfill_to,
            Consumer.removed_at,
            Consumer.paused_until,
            Consumer.pause_reason,
        )
        .where(Consumer.job_id.in_(job_ids))
        .order_by(Consumer.id)
    )
    return [
        ConsumerRow(
            id_,
            job_id,
            name,
            bool(paused),
            start if start < end else 0,
            end if start < end else 0,
            *rest,
        )
        for id_, job_id, name, paused, start, end, *rest in access.ask(query)
    ]


def revisions(access: Access, job_id: int) -> tuple[RevisionRow, ...]:
    """Every saved version of a job, newest first."""
    query = (
        JobRevision.select(
            JobRevision.number, JobRevision.document, JobRevision.saved_at, JobRevision.saved_by
        )
        .where(JobRevision.job_id == job_id)
        .order_by(JobRevision.number.desc())
    )
    return tuple(RevisionRow(*row) for row in access.ask(query))


def save(access: Access, saved: Saved) -> JobRow:
    """Keep a job document; Conflict if another revision than the expected one is there."""
    found = access.ask_one(
        Job.select(Job.id, Job.revision, Job.push_shards).where(
            (Job.name == saved.name) & Job.deleted_at.is_null()
        )
    )
    revision = 0 if found is None else found[1]
    if saved.expected_revision is not None and saved.expected_revision != revision:
        raise Conflict(
            f'The job "{saved.name}" was changed by somebody else; it is at revision {revision}.',
            hint="Load it again and repeat the change.",
        )
    job_id = _insert_job(access, saved) if found is None else found[0]
    _save_document(access, job_id, revision, saved)
    if found is not None and found[2] != saved.push_shards:
        access.tell(Job.update(push_shards=saved.push_shards, reshard=1).where(Job.id == job_id))
    _save_cursors(access, job_id, saved.pull_shards)
    _save_consumers(access, job_id, saved.consumers)
    feed.tell(access, Topic.JOBS)
    return job_by_id(access, job_id)


def _insert_job(access: Access, saved: Saved) -> int:
    job_id = access.next_ids("job")
    now = access.now
    access.tell(
        Job.insert(
            id=job_id,
            name=saved.name,
            revision=0,
            paused=0,
            push_shards=saved.push_shards,
            reshard=0,
            created_at=now,
            updated_at=now,
        )
    )
    return job_id


def _save_document(access: Access, job_id: int, revision: int, saved: Saved) -> None:
    same = access.ask_one(
        JobRevision.select(JobRevision.id).where(
            (JobRevision.job_id == job_id)
            & (JobRevision.number == revision)
            & (JobRevision.document == saved.document)
        )
    )
    if same is not None:
        return
    access.tell(
        JobRevision.insert(
            id=access.next_ids("job_revision"),
            job_id=job_id,
            number=revision + 1,
            document=saved.document,
            saved_at=access.now,
            saved_by=saved.by,
        )
    )
    access.tell(Job.update(revision=revision + 1, updated_at=access.now).where(Job.id == job_id))
    vault.audit(access, saved.by, "save job", saved.name, f"revision {revision + 1}")


def _save_cursors(access: Access, job_id: int, shards: Sequence[str]) -> None:
    for shard in shards:
        access.tell(
            Cursor.insert(
                job_id=job_id, shard=shard, state="", due_at=access.now, failures=0, problem=""
            ).on_conflict_ignore()
        )


def _save_consumers(access: Access, job_id: int, consumers: Sequence[tuple[str, str]]) -> None:
    """Make new consumers, revive removed ones that are named again, mark those not named."""
    known = {
        name: (id_, removed_at)
        for id_, name, removed_at in access.ask(
            Consumer.select(Consumer.id, Consumer.name, Consumer.removed_at).where(
                Consumer.job_id == job_id
            )
        )
    }
    newest = access.value("SELECT max(id) FROM record WHERE job_id = ?", (job_id,)) or 0
    for name, start in consumers:
        begin = newest if start == "now" else 0
        if name not in known:
            access.tell(
                Consumer.insert(
                    id=access.next_ids("consumer"),
                    job_id=job_id,
                    name=name,
                    paused=0,
                    backfill_from=begin,
                    backfill_to=newest,
                    complete_above=begin,
                    created_at=access.now,
                )
            )
        elif known[name][1] is not None:
            access.tell(
                Consumer.update(
                    removed_at=None,
                    backfill_from=begin,
                    backfill_to=newest,
                    complete_above=begin,
                ).where(Consumer.id == known[name][0])
            )
    named = {name for name, _ in consumers}
    gone = [id_ for name, (id_, removed) in known.items() if name not in named and removed is None]
    access.tell(Consumer.update(removed_at=access.now).where(Consumer.id.in_(gone)))


def set_paused(access: Access, job_id: int, pause: Pause, consumer_id: int | None) -> None:
    """Pause or resume a job, or one of its consumers."""
    row = job_by_id(access, job_id)
    feed.tell(access, Topic.JOBS)
    what = "pause" if pause.paused else "resume"
    columns = {
        "paused": int(pause.paused),
        "paused_until": pause.until if pause.paused else None,
        "pause_reason": pause.reason if pause.paused else "",
    }
    if consumer_id is None:
        access.tell(Job.update(**columns).where(Job.id == job_id))
        if not pause.paused:
            circuits.try_soon(access, [one.id for one in row.consumers])
        vault.audit(access, pause.by, f"{what} job", row.name, pause.told)
        return
    names = [one.name for one in row.consumers if one.id == consumer_id]
    if not names:
        raise NotFound(f'The job "{row.name}" has no consumer with id {consumer_id}.')
    access.tell(Consumer.update(**columns).where(Consumer.id == consumer_id))
    if not pause.paused:
        circuits.try_soon(access, [consumer_id])
    vault.audit(access, pause.by, f"{what} consumer", f"{row.name}/{names[0]}", pause.told)


def end_pauses(access: Access) -> int:
    """Resume what was paused until now or earlier; how many there were."""
    now = access.now
    by = f"node {access.node}"
    ended = 0
    for row in _job_rows(access, None, None):
        if _is_over(row.paused, row.paused_until, now):
            set_paused(access, row.id, Pause(False, by, reason=WINDOW_ENDED), None)
            ended += 1
        for one in row.consumers:
            if _is_over(one.paused, one.paused_until, now):
                set_paused(access, row.id, Pause(False, by, reason=WINDOW_ENDED), one.id)
                ended += 1
    return ended


def _is_over(paused: bool, until: int | None, now: int) -> bool:
    return paused and until is not None and until <= now
