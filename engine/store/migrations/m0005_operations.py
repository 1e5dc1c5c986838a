"""Operations, pauses that end by themselves, and resending a request as it was. Frozen."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    "ALTER TABLE job ADD COLUMN paused_until INTEGER",
    "ALTER TABLE job ADD COLUMN pause_reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE consumer ADD COLUMN paused_until INTEGER",
    "ALTER TABLE consumer ADD COLUMN pause_reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE delivery ADD COLUMN as_sent INTEGER NOT NULL DEFAULT 0",
    "CREATE TABLE operation (id INTEGER NOT NULL PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT "
    "NULL, request TEXT NOT NULL, wanted TEXT NOT NULL, record_ids TEXT NOT NULL, job_id INTEGER, "
    "job TEXT NOT NULL, consumer TEXT NOT NULL, mode TEXT NOT NULL, reason TEXT NOT NULL, last_id "
    "INTEGER NOT NULL, position INTEGER NOT NULL, shards TEXT NOT NULL, shard TEXT NOT NULL, "
    "since TEXT, until TEXT, cursor_at TEXT, cursor_state TEXT NOT NULL, total INTEGER, "
    "total_exact INTEGER NOT NULL, done INTEGER NOT NULL, moved INTEGER NOT NULL, refused INTEGER "
    "NOT NULL, warned INTEGER NOT NULL, share REAL, per_s REAL, worked_ms INTEGER NOT NULL, "
    "refusals TEXT NOT NULL, warnings TEXT NOT NULL, sentence TEXT NOT NULL, started_by TEXT NOT "
    "NULL, audit_id INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, "
    "ended_at INTEGER, owner TEXT NOT NULL, token INTEGER NOT NULL, expires_at INTEGER NOT NULL, "
    "CHECK (kind IN ('resend', 'skip', 'repull')), CHECK (state IN ('running', 'paused', 'done', "
    "'cancelled', 'failed')), CHECK ((state IN ('running', 'paused')) = (ended_at IS NULL)), "
    "CHECK (mode IN ('mapped', 'sent'))) STRICT",
    "CREATE INDEX operation_ended_at ON operation (ended_at)",
    "INSERT INTO serial (name, n) VALUES ('operation', 1)",
)
