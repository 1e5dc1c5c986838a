"""Who owns which shard (design.md rule 7).

A token is taken from one serial for the whole database, so a later owner of anything has the
higher token, also when a delivery was moved to another shard in between.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.store import feed, operations
from engine.store.access import Access
from engine.store.errors import LeaseLost
from engine.store.feed import Topic
from engine.store.rows import Holder, Lease, LeaseKey, Ownership, WorkKind

_WHERE = "job_id = ? AND kind = ? AND shard = ?"


def acquire(access: Access, keys: Sequence[LeaseKey], owner: str, ttl_ms: int) -> tuple[Lease, ...]:
    """Take what is free or expired, renew what is ours already; the leases we have now."""
    found = (_acquire_one(access, key, owner, ttl_ms) for key in keys)
    return tuple(lease for lease in found if lease is not None)


def _acquire_one(access: Access, key: LeaseKey, owner: str, ttl_ms: int) -> Lease | None:
    where = (key.job_id, key.kind.value, key.shard)
    now = access.now
    held = access.row(f"SELECT owner, token, expires_at FROM lease WHERE {_WHERE}", where)
    if held is None:
        if not _is_job(access, key.job_id):
            return None
        token = access.next_ids("lease")
        access.run(
            "INSERT INTO lease (job_id, kind, shard, owner, token, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (*where, owner, token, now + ttl_ms),
        )
        _begins(access, key, owner, token, now)
        return Lease(key, owner, token, now + ttl_ms)
    if held[0] == owner:
        token = held[1]
    elif held[2] <= now:
        if not _is_job(access, key.job_id):
            return None
        token = access.next_ids("lease")
        _ends(access, held[1], min(held[2], now))
        _begins(access, key, owner, token, now)
    else:
        return None
    access.run(
        f"UPDATE lease SET owner = ?, token = ?, expires_at = ? WHERE {_WHERE}",
        (owner, token, now + ttl_ms, *where),
    )
    return Lease(key, owner, token, now + ttl_ms)


def renew(access: Access, owner: str, ttl_ms: int) -> tuple[Lease, ...]:
    """Make everything this owner has last longer; what it has."""
    expires_at = access.now + ttl_ms
    access.run("UPDATE lease SET expires_at = ? WHERE owner = ?", (expires_at, owner))
    rows = access.rows("SELECT job_id, kind, shard, token FROM lease WHERE owner = ?", (owner,))
    return tuple(
        Lease(LeaseKey(job_id, WorkKind(kind), shard), owner, token, expires_at)
        for job_id, kind, shard, token in rows
    )


def holders(access: Access, now: int) -> dict[LeaseKey, Holder]:
    """Of every shard that somebody holds."""
    rows = access.rows(
        "SELECT job_id, kind, shard, owner, expires_at FROM lease"
        " WHERE owner <> '' AND expires_at > ?",
        (now,),
    )
    return {
        LeaseKey(job_id, WorkKind(kind), shard): Holder(owner, expires_at)
        for job_id, kind, shard, owner, expires_at in rows
    }


def release(access: Access, leases: Sequence[Lease]) -> None:
    """Give leases back; one that is not ours any more is left alone."""
    feed.tell(access, Topic.LEASES)
    now = access.now
    for lease in leases:
        if is_ours(access, lease):
            _ends(access, lease.token, now)
    access.run_many(
        f"UPDATE lease SET owner = '', expires_at = 0 WHERE {_WHERE} AND owner = ? AND token = ?",
        [
            (key.job_id, key.kind.value, key.shard, lease.owner, lease.token)
            for lease in leases
            for key in (lease.key,)
        ],
    )


def history(access: Access, job_id: int | None = None) -> tuple[Ownership, ...]:
    """Who owned which shard when, in the order of their tokens, of one job or of all."""
    rows = access.rows(
        "SELECT token, job_id, kind, shard, owner, taken_at, ended_at FROM lease_history"
        " WHERE job_id = coalesce(?, job_id) ORDER BY token",
        (job_id,),
    )
    return tuple(
        Ownership(LeaseKey(job, WorkKind(kind), shard), owner, token, taken_at, ended_at)
        for token, job, kind, shard, owner, taken_at, ended_at in rows
    )


def forget_history(access: Access, job_id: int, before: int) -> int:
    """Remove what ended before then (UTC ms); how many there were."""
    return access.run(
        "DELETE FROM lease_history WHERE job_id = ? AND ended_at < ?", (job_id, before)
    )


def end_all(access: Access, job_id: int) -> None:
    """A deleted job's shards have no owner any more."""
    access.run("DELETE FROM lease WHERE job_id = ?", (job_id,))
    access.run(
        "UPDATE lease_history SET ended_at = ? WHERE job_id = ? AND ended_at IS NULL",
        (access.now, job_id),
    )


def _begins(access: Access, key: LeaseKey, owner: str, token: int, now: int) -> None:
    access.run(
        "INSERT INTO lease_history (token, job_id, kind, shard, owner, taken_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (token, key.job_id, key.kind.value, key.shard, owner, now),
    )


def _ends(access: Access, token: int, at: int) -> None:
    """That ownership ended then, unless it had before; never before it began."""
    access.run(
        "UPDATE lease_history SET ended_at = CASE WHEN taken_at > ? THEN taken_at ELSE ? END"
        " WHERE token = ? AND ended_at IS NULL",
        (at, at, token),
    )


def is_ours(access: Access, lease: Lease) -> bool:
    """Whether nobody took the shard over."""
    key = lease.key
    where = (key.job_id, key.kind.value, key.shard)
    held = access.row(f"SELECT owner, token FROM lease WHERE {_WHERE}", where)
    return held == (lease.owner, lease.token)


def token_of(access: Access, key: LeaseKey) -> int | None:
    """The token of the shard's last owner; None if it never had one."""
    where = (key.job_id, key.kind.value, key.shard)
    token: int | None = access.value(f"SELECT token FROM lease WHERE {_WHERE}", where)
    return token


def expire(access: Access) -> None:
    """Let every lease run out now: for the first node on a database no other node may use."""
    now = access.now
    access.run("UPDATE lease SET expires_at = ? WHERE expires_at > ?", (now, now))
    operations.expire(access)


def require(access: Access, lease: Lease, kind: WorkKind) -> None:
    """LeaseLost unless the shard is still ours."""
    if lease.key.kind is not kind or not is_ours(access, lease):
        raise LeaseLost(f"{lease.key.kind} shard {lease.key.shard} of job {lease.key.job_id}")


def _is_job(access: Access, job_id: int) -> bool:
    found = access.value("SELECT 1 FROM job WHERE id = ? AND deleted_at IS NULL", (job_id,))
    return found is not None
