"""The breakers of targets, as all nodes have them in common. The rules are in ``core.circuit``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from engine.core.circuit import WINDOW_MS, Circuit, Telling, hear
from engine.store import feed, waiting
from engine.store.access import Access, Row

MENDED_MS = 2000
"""Time for every node to take up what was mended, before one of them tries."""

_COLUMNS = (
    "revision, opened_at, reason, next_at, wait_ms, trial_by, trial_until, in_a_row, counts,"
    " failed_at"
)


def known(access: Access) -> tuple[int, Mapping[int, Circuit]]:
    """The time here (UTC ms), and every breaker that is open or has counted lately."""
    rows = access.rows(
        f"SELECT consumer_id, {_COLUMNS} FROM breaker WHERE opened_at IS NOT NULL OR failed_at > ?",
        (access.now - WINDOW_MS,),
    )
    return access.now, {id_: _circuit(row) for id_, *row in rows}


def tell(access: Access, tellings: Sequence[Telling], by: str) -> tuple[int, Mapping[int, Circuit]]:
    """Take in what one node has to say; then the same as ``known``.

    Rows are locked in the order of consumers, so that two nodes never wait for one another.
    """
    changed = [_tell_one(access, told, by) for told in sorted(tellings, key=_consumer_id)]
    if any(changed):
        feed.tell(access, feed.Topic.BREAKERS)
    return known(access)


def try_soon(access: Access, consumer_ids: Sequence[int] | None = None) -> None:
    """Whoever is let alone may be tried soon, as an operator mended something; None: all."""
    at = access.now + MENDED_MS
    sql = "UPDATE breaker SET next_at = ? WHERE opened_at IS NOT NULL AND next_at > ?"
    if consumer_ids is None:
        changed = access.run(sql, (at, at))
    else:
        sql += " AND consumer_id IN (SELECT value FROM json_each(?))"
        changed = access.run(sql, (at, at, json.dumps(list(consumer_ids))))
    if changed:
        feed.tell(access, feed.Topic.BREAKERS)


def _consumer_id(told: Telling) -> int:
    return told.consumer_id


def _tell_one(access: Access, told: Telling, by: str) -> bool:
    """Take in what was told of one consumer; whether it opened or closed."""
    if not _locked(access, told.consumer_id):
        return False
    row = access.row(f"SELECT {_COLUMNS} FROM breaker WHERE consumer_id = ?", (told.consumer_id,))
    found = None if row is None or row[0] == 0 else _circuit(row)
    due = told.wants_trial and _is_due(access, told)
    circuit = hear(found, told, by, now=access.now, due=due)
    if circuit != found:
        access.run(
            "UPDATE breaker SET revision = ?, opened_at = ?, reason = ?, next_at = ?, wait_ms = ?,"
            " trial_by = ?, trial_until = ?, in_a_row = ?, counts = ?, failed_at = ?"
            " WHERE consumer_id = ?",
            (*_row(circuit), told.consumer_id),
        )
    before = (None, 0) if found is None else (found.opened_at, found.next_at)
    return before != (circuit.opened_at, circuit.next_at)


def _locked(access: Access, consumer_id: int) -> bool:
    """Keep other nodes from the row until this transaction ends, and make it where there is none;
    False: there is no such consumer any more.
    """
    lock = "UPDATE breaker SET told = told + 1 WHERE consumer_id = ?"
    if access.run(lock, (consumer_id,)):
        return True
    if access.value("SELECT 1 FROM consumer WHERE id = ?", (consumer_id,)) is None:
        return False
    access.run(
        f"INSERT INTO breaker (consumer_id, {_COLUMNS}, told)"
        " VALUES (?, 0, NULL, '', 0, 0, '', 0, 0, '[]', 0, 0)"
        " ON CONFLICT (consumer_id) DO NOTHING",
        (consumer_id,),
    )
    return access.run(lock, (consumer_id,)) > 0


def _is_due(access: Access, told: Telling) -> bool:
    due_at = waiting.next_due(access, told.consumer_id, told.shards)
    return due_at is not None and due_at <= access.now


def _circuit(row: Row | Sequence[object]) -> Circuit:
    revision, opened_at, reason, next_at, wait_ms, *rest = tuple(row)
    trial_by, trial_until, in_a_row, counts, failed_at = rest
    return Circuit(
        revision,
        opened_at,
        reason,
        next_at,
        wait_ms,
        trial_by,
        trial_until,
        in_a_row,
        tuple((number, total, bad) for number, total, bad in json.loads(counts)),
        failed_at,
    )


def _row(circuit: Circuit) -> Row:
    return (
        circuit.revision,
        circuit.opened_at,
        circuit.reason,
        circuit.next_at,
        circuit.wait_ms,
        circuit.trial_by,
        circuit.trial_until,
        circuit.in_a_row,
        json.dumps(circuit.window),
        circuit.failed_at,
    )
