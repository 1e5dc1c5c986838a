"""How alerts stand, frozen."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    "CREATE TABLE alert (id INTEGER NOT NULL PRIMARY KEY, job_id INTEGER NOT NULL, consumer TEXT "
    "NOT NULL, condition TEXT NOT NULL, channels TEXT NOT NULL, is_open INTEGER NOT NULL, told_at "
    "INTEGER NOT NULL, calm_since INTEGER, restless INTEGER NOT NULL, opened_at INTEGER NOT NULL, "
    "resolved_at INTEGER, facts TEXT NOT NULL, owed TEXT NOT NULL, revision INTEGER NOT NULL, "
    "FOREIGN KEY (job_id) REFERENCES job (id), CHECK (is_open IN (0, 1)), CHECK (restless IN (0, "
    "1)), CHECK ((is_open = 1) = (resolved_at IS NULL))) STRICT",
    "CREATE INDEX alert_job_id ON alert (job_id)",
)
