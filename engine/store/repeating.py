"""Repeating a request as it was: whether the last attempt's evidence allows it, and that request.

Not for making the request: the consumer kind does that, with today's proof of who we are.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.core.attempt import Exchange
from engine.store.access import Access
from engine.store.evidence import exchange_of

NEVER_SENT = "No request of it is kept, so there is none to repeat; send it by today's mapping."
SHARED = (
    "Its last request carried other records too, so it cannot be repeated for this one alone; "
    "send it by today's mapping."
)


def unrepeatable(access: Access, delivery_ids: Sequence[int]) -> dict[int, str]:
    """Of these deliveries, those whose last request cannot be repeated, and why."""
    if not delivery_ids:
        return {}
    rows = access.rows(
        "SELECT delivery_id, id, batch_of FROM attempt"
        f" WHERE delivery_id IN ({_marks(delivery_ids)})"
        " AND (method IS NOT NULL OR batch_of IS NOT NULL) ORDER BY delivery_id, cycle, number",
        tuple(delivery_ids),
    )
    last = {delivery_id: (attempt_id, batch_of) for delivery_id, attempt_id, batch_of in rows}
    carriers = [attempt_id for attempt_id, batch_of in last.values() if batch_of is None]
    shared = _shared(access, carriers)
    unfit = {}
    for id_ in delivery_ids:
        if id_ not in last:
            unfit[id_] = NEVER_SENT
        elif last[id_][1] is not None or last[id_][0] in shared:
            unfit[id_] = SHARED
    return unfit


def last_request(access: Access, delivery_id: int) -> Exchange | None:
    """The exchange of the last attempt that sent something alone; None if none is kept."""
    row = access.row(
        "SELECT method, url, request_headers, request_body, status, response_headers,"
        " response_body, response_length, response_sha256, started_at, duration_ms FROM attempt"
        " WHERE delivery_id = ? AND method IS NOT NULL ORDER BY cycle DESC, number DESC LIMIT 1",
        (delivery_id,),
    )
    return None if row is None else exchange_of(row)


def _shared(access: Access, attempt_ids: Sequence[int]) -> set[int]:
    """Those of these attempts whose request others went out in too."""
    if not attempt_ids:
        return set()
    rows = access.rows(
        f"SELECT DISTINCT batch_of FROM attempt WHERE batch_of IN ({_marks(attempt_ids)})",
        tuple(attempt_ids),
    )
    return {id_ for (id_,) in rows}


def _marks(values: Sequence[int]) -> str:
    return ", ".join("?" * len(values))
