"""How far each pull shard has got, and when it is due again."""

from __future__ import annotations

from typing import Any

from engine.core.errors import NotFound
from engine.store import feed, vault
from engine.store.access import Access
from engine.store.feed import Topic
from engine.store.jobs import job_by_id
from engine.store.models import Cursor
from engine.store.rows import CursorRow

_COLUMNS: tuple[Any, ...] = (
    Cursor.job_id,
    Cursor.shard,
    Cursor.value,
    Cursor.state,
    Cursor.due_at,
    Cursor.failures,
    Cursor.problem,
    Cursor.problem_at,
    Cursor.last_pull_at,
    Cursor.last_good_at,
)


def cursor(access: Access, job_id: int, shard: str) -> CursorRow:
    """The cursor of one pull shard; NotFound if the job never had that shard."""
    row = access.ask_one(
        Cursor.select(*_COLUMNS).where((Cursor.job_id == job_id) & (Cursor.shard == shard))
    )
    if row is None:
        raise _no_shard(access, job_id, shard)
    return CursorRow(*row)


def cursors(access: Access, job_id: int | None) -> tuple[CursorRow, ...]:
    """The cursors of all pull shards a job has or had, by name; None: of all jobs."""
    query = Cursor.select(*_COLUMNS).order_by(Cursor.job_id, Cursor.shard)
    if job_id is not None:
        query = query.where(Cursor.job_id == job_id)
    return tuple(CursorRow(*row) for row in access.ask(query))


def set_cursor(access: Access, job_id: int, shard: str, value: str | None, by: str) -> None:
    """An operator moves the cursor; the run under way, if any, is refused its next page."""
    before = access.value(
        "SELECT value FROM cursor WHERE job_id = ? AND shard = ?", (job_id, shard)
    )
    changed = access.tell(
        Cursor.update(value=value, state="", due_at=access.now).where(
            (Cursor.job_id == job_id) & (Cursor.shard == shard)
        )
    )
    if not changed:
        raise _no_shard(access, job_id, shard)
    name = job_by_id(access, job_id).name
    detail = f"from {_place(before)} to {_place(value)}"
    feed.tell(access, Topic.PULLS)
    vault.audit(access, by, "set cursor", f"{name}/{shard}", detail)


def pull_now(access: Access, job_id: int) -> bool:
    """Let the pulls of a job be due now; False if no node does them."""
    access.run(
        "UPDATE cursor SET due_at = ? WHERE job_id = ? AND shard IN"
        " (SELECT shard FROM lease WHERE job_id = ? AND kind = 'pull')",
        (access.now, job_id, job_id),
    )
    feed.tell(access, Topic.PULLS)
    held = access.value(
        "SELECT 1 FROM lease WHERE job_id = ? AND kind = 'pull' AND expires_at > ? LIMIT 1",
        (job_id, access.now),
    )
    return held is not None


def _place(value: str | None) -> str:
    return "the start" if value is None else value


def _no_shard(access: Access, job_id: int, shard: str) -> NotFound:
    return NotFound(
        f'The job "{job_by_id(access, job_id).name}" has no pull shard "{shard}".',
        hint="The job document names them.",
    )
