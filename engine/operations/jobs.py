"""Saving, pausing, resuming and deleting jobs: checked, audited, told apart from no change.

Not for what the document means (``operations.document``) nor for running it (``services``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from engine.core.auth import SecretRef
from engine.core.errors import Conflict, DocumentError, NotFound, OperatorError, Problem
from engine.operations.caller import Caller
from engine.operations.document import Job, job_to_text, parse_job
from engine.store.rows import ConsumerRow, JobRow
from engine.store.store import Store


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving came to. ``missing_secrets``: named in the document, not set yet."""

    row: JobRow
    created: bool
    changed: bool
    missing_secrets: tuple[str, ...]


async def save(
    store: Store,
    document: dict[str, Any],
    by: Caller,
    *,
    name: str | None = None,
    expected_revision: int | None = None,
) -> Saved:
    """Create or replace the job of this document; the same document again changes nothing.

    name: what the caller calls it; the document must call itself so too.
    expected_revision: the revision the caller has seen, 0 for none. Raises DocumentError, Conflict.
    """
    job = parse_job(document)
    if name is not None and job.job != name:
        raise DocumentError(
            [Problem("job", f'The document is of job "{job.job}", not "{name}".', "Use one name.")]
        )
    old = await find(store, job.job)
    missing = await _missing_secrets(store, job)
    if old is not None and json.loads(old.document) == document:
        return Saved(old, created=False, changed=False, missing_secrets=missing)
    revision = 0 if old is None else old.revision
    if expected_revision is not None and expected_revision != revision:
        raise Conflict(
            f'The job "{job.job}" was changed meanwhile: it is at revision {revision}.',
            hint="Load it again, and make the change there.",
        )
    row = await store.save_job(
        job.job,
        job_to_text(document),
        push_shards=job.ledger.push_shards,
        pull_shards=[shard.name for shard in job.producer.pull_shards()],
        consumers=[(consumer.name, consumer.start) for consumer in job.consumers],
        by=by.text,
        expected_revision=revision,
    )
    return Saved(row, created=old is None, changed=True, missing_secrets=missing)


async def set_paused(
    store: Store, name: str, paused: bool, by: Caller, *, consumer: str | None = None
) -> None:
    """Pause or resume a job or one of its consumers; NotFound for either."""
    row = await store.job(name)
    consumer_id = None if consumer is None else consumer_of(row, consumer).id
    await store.set_paused(row.id, paused, consumer_id=consumer_id, by=by.text)


@dataclass(frozen=True, slots=True)
class Window:
    """A maintenance window. until: UTC ms at which it ends by itself, None: when resumed."""

    until: int | None
    reason: str


async def pause_for(
    store: Store, name: str, window: Window, by: Caller, *, consumer: str | None, now: int
) -> None:
    """Pause a job or one of its consumers; OperatorError for an end that has passed."""
    if window.until is not None and window.until <= now:
        raise OperatorError(
            "The end of the maintenance window lies in the past.",
            hint="Choose a later time, or leave it out to pause until somebody resumes.",
            path="until",
        )
    row = await store.job(name)
    consumer_id = None if consumer is None else consumer_of(row, consumer).id
    await store.set_paused(
        row.id, True, consumer_id=consumer_id, by=by.text, until=window.until, reason=window.reason
    )


async def end_windows(store: Store, rows: Sequence[JobRow], now: int) -> bool:
    """Resume what was paused until now or earlier; whether there was any."""
    untils = [row.paused_until for row in rows if row.paused]
    untils += [one.paused_until for row in rows for one in row.consumers if one.paused]
    if not any(until is not None and until <= now for until in untils):
        return False
    return await store.end_pauses() > 0


async def delete(store: Store, name: str, by: Caller) -> None:
    """Delete a job with its records, deliveries and attempts; NotFound if there is none."""
    row = await store.job(name)
    await store.delete_job(row.id, by=by.text)


async def find(store: Store, name: str) -> JobRow | None:
    """The job, or None."""
    try:
        return await store.job(name)
    except NotFound:
        return None


def consumer_of(row: JobRow, name: str) -> ConsumerRow:
    """The job's consumer of that name; NotFound with the names there are."""
    for consumer in row.consumers:
        if consumer.name == name:
            return consumer
    names = ", ".join(each.name for each in row.consumers if each.removed_at is None)
    raise NotFound(
        f'The job "{row.name}" has no consumer "{name}".',
        hint=f"Its consumers are: {names}." if names else "It has no consumers.",
    )


async def _missing_secrets(store: Store, job: Job) -> tuple[str, ...]:
    named = secret_names(job)
    if not named:
        return ()
    return tuple(sorted(named - {row.name for row in await store.secret_names()}))


def secret_names(job: Job) -> frozenset[str]:
    """Names of the secrets a job uses."""
    return frozenset(_secrets_of(job))


def channel_names(job: Job) -> frozenset[str]:
    """Names of the alert channels a job uses."""
    return frozenset(name for alert in job.alerts for name in alert.to)


def _secrets_of(part: Any) -> Iterator[str]:
    """Names of the secrets a document refers to."""
    match part:
        case SecretRef():
            yield part.secret
        case BaseModel():
            for field in type(part).model_fields:
                yield from _secrets_of(getattr(part, field))
        case list() | tuple():
            for each in part:
                yield from _secrets_of(each)
        case _:
            return
