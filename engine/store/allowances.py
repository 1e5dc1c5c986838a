"""One rate for all nodes: which slots were given out. The rules are in ``core.slots``."""

from __future__ import annotations

from collections.abc import Sequence

from engine.core.slots import Allowance, Ask, Grant, give
from engine.store.access import Access

_NOBODY_MS = 1000
_GS = 1e9


def take(access: Access, asks: Sequence[Ask]) -> tuple[int, list[Grant]]:
    """The time here (UTC ms), and what each gets.

    Rows are locked in the order of consumers, so that two nodes never wait for one another.
    """
    order = sorted(range(len(asks)), key=lambda at: asks[at].consumer_id)
    grants = {at: _take_one(access, asks[at]) for at in order}
    return access.now, [grants[at] for at in range(len(asks))]


def _take_one(access: Access, ask: Ask) -> Grant:
    if not _lock(access, ask.consumer_id):
        if not _is_consumer(access, ask.consumer_id):
            return Grant((access.now + _NOBODY_MS) * 1000, 0, ask.rate_per_s)
        access.run(
            "INSERT INTO allowance (consumer_id, revision, rate_per_gs, last_at, asked)"
            " VALUES (?, 0, 0, 0, 0) ON CONFLICT (consumer_id) DO NOTHING",
            (ask.consumer_id,),
        )
        _lock(access, ask.consumer_id)  # another node may have been quicker
    row = access.row(
        "SELECT revision, rate_per_gs, last_at FROM allowance WHERE consumer_id = ?",
        (ask.consumer_id,),
    )
    found = None
    if row is not None and row[1]:
        found = Allowance(row[0], row[1] / _GS, row[2])
    kept, grant = give(found, ask, access.now * 1000)
    access.run(
        "UPDATE allowance SET revision = ?, rate_per_gs = ?, last_at = ? WHERE consumer_id = ?",
        (kept.revision, max(1, round(kept.rate_per_s * _GS)), kept.last_at, ask.consumer_id),
    )
    return grant


def _lock(access: Access, consumer_id: int) -> bool:
    """Keep other nodes from the row until this transaction ends; False: there is none yet."""
    sql = "UPDATE allowance SET asked = asked + 1 WHERE consumer_id = ?"
    return access.run(sql, (consumer_id,)) > 0


def _is_consumer(access: Access, consumer_id: int) -> bool:
    return access.value("SELECT 1 FROM consumer WHERE id = ?", (consumer_id,)) is not None
