"""How alerts stand, so that a restart tells nothing twice and several nodes tell a thing once.

A write names the revision it was decided on; when somebody else was quicker it changes nothing.
``owed`` is what is still to be told, until the channels have it or gave it up. Not for when
something is told: ``core.alerting``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.core.alerting import AlertKey, Standing
from engine.store.access import Access, Row

KEPT_MS = 7 * 24 * 60 * 60 * 1000
"""For how long a resolved alert is kept."""
LISTED = 500

_COLUMNS = (
    "a.id, a.consumer, a.condition, a.channels, a.is_open, a.told_at, a.calm_since, a.restless,"
    " a.opened_at, a.resolved_at, a.facts, a.owed, a.revision"
)


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert as it is kept. facts: the numbers when it was last told, by name.

    owed: the news that is still to be told, "" if there is none. revision: rises with each write.
    """

    id: int
    key: AlertKey
    standing: Standing
    resolved_at: int | None
    facts: Mapping[str, float | int | bool | None]
    owed: str
    revision: int


@dataclass(frozen=True, slots=True)
class AlertWrite:
    """What an alert shall be. before: the revision it was decided on, 0 for a new one."""

    key: AlertKey
    before: int
    standing: Standing
    resolved_at: int | None
    facts: Mapping[str, float | int | bool | None]
    owed: str


def alert_id(job_id: int, key: AlertKey) -> int:
    """A positive 63-bit number, the same for the same alert on every node."""
    text = json.dumps([job_id, key.consumer, key.when, key.to])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1 or 1


def alerts_of(access: Access, job_id: int) -> tuple[AlertRow, ...]:
    """Every alert of a job that is kept."""
    rows = access.rows(f"SELECT {_COLUMNS} FROM alert AS a WHERE a.job_id = ?", (job_id,))
    return tuple(_alert(row) for row in rows)


def listed(access: Access) -> tuple[tuple[str, AlertRow], ...]:
    """Alerts with their jobs' names: the open ones first, newest first."""
    rows = access.rows(
        f"SELECT j.name, {_COLUMNS} FROM alert AS a JOIN job AS j ON j.id = a.job_id"
        " AND j.deleted_at IS NULL ORDER BY a.is_open DESC, a.opened_at DESC LIMIT ?",
        (LISTED,),
    )
    return tuple((job, _alert(row)) for job, *row in rows)


def _alert(row: Row | Sequence[object]) -> AlertRow:
    id_, consumer, when, to, is_open, told_at, calm, restless, opened_at, *rest = tuple(row)
    resolved_at, facts, owed, revision = rest
    return AlertRow(
        id_,
        AlertKey(consumer, when, tuple(json.loads(to))),
        Standing(bool(is_open), told_at, calm, bool(restless), opened_at),
        resolved_at,
        json.loads(facts),
        owed,
        revision,
    )


_INSERT = (
    "INSERT INTO alert (id, job_id, consumer, condition, channels, is_open, told_at, calm_since,"
    " restless, opened_at, resolved_at, facts, owed, revision)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT (id) DO NOTHING"
)
_UPDATE = (
    "UPDATE alert SET is_open = ?, told_at = ?, calm_since = ?, restless = ?, opened_at = ?,"
    " resolved_at = ?, facts = ?, owed = ?, revision = revision + 1 WHERE id = ? AND revision = ?"
)


def write(access: Access, job_id: int, writes: Sequence[AlertWrite]) -> list[bool]:
    """Keep these; for each whether it was, and not somebody else's."""
    if access.value("SELECT 1 FROM job WHERE id = ? AND deleted_at IS NULL", (job_id,)) is None:
        return [False] * len(writes)
    done = []
    for one in writes:
        id_, standing = alert_id(job_id, one.key), one.standing
        state = (
            int(standing.open),
            standing.told_at,
            standing.calm_since,
            int(standing.restless),
            standing.opened_at,
            one.resolved_at,
            json.dumps(dict(one.facts)),
            one.owed,
        )
        if one.before:
            count = access.run(_UPDATE, (*state, id_, one.before))
        else:
            key = (one.key.consumer, one.key.when, json.dumps(list(one.key.to)))
            count = access.run(_INSERT, (id_, job_id, *key, *state))
        done.append(count == 1)
    return done


def told(access: Access, ids: Sequence[int]) -> None:
    """The channels have what was owed for these, or gave it up."""
    access.run_many("UPDATE alert SET owed = '' WHERE id = ?", [(id_,) for id_ in ids])


def forget(access: Access) -> int:
    """Remove what was resolved long ago; how many."""
    return access.run(
        "DELETE FROM alert WHERE is_open = 0 AND resolved_at < ?", (access.now - KEPT_MS,)
    )
