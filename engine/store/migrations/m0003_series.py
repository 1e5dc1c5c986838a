"""Coarser samples for graphs over days, frozen. Latencies were in other buckets before."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    "CREATE TABLE rollup (step INTEGER NOT NULL, minute INTEGER NOT NULL, job_id INTEGER NOT "
    "NULL, consumer_id INTEGER NOT NULL, what TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY "
    "(step, minute, job_id, consumer_id, what)) STRICT, WITHOUT ROWID",
    "DELETE FROM counter WHERE what LIKE 'latency%'",
)
