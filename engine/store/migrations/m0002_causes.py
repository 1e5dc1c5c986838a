"""Failures by their cause, frozen. What was given up before is one group a consumer and status."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    "CREATE TABLE cause (id INTEGER NOT NULL PRIMARY KEY, job_id INTEGER NOT NULL, consumer_id "
    "INTEGER NOT NULL, outcome INTEGER NOT NULL, status INTEGER, sentence TEXT NOT NULL, n "
    "INTEGER NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, FOREIGN KEY "
    "(consumer_id) REFERENCES consumer (id), CHECK (n >= 0)) STRICT",
    "CREATE INDEX cause_consumer_id ON cause (consumer_id)",
    "CREATE TABLE failure (delivery_id INTEGER NOT NULL PRIMARY KEY, cause_id INTEGER NOT NULL, "
    "FOREIGN KEY (delivery_id) REFERENCES delivery (id), FOREIGN KEY (cause_id) REFERENCES cause "
    "(id)) STRICT",
    "CREATE UNIQUE INDEX failure_cause_id_delivery_id ON failure (cause_id, delivery_id)",
    "INSERT INTO cause (id, job_id, consumer_id, outcome, status, sentence, n, first_at, last_at)"
    " SELECT min(d.id), c.job_id, d.consumer_id, coalesce(d.last_outcome, 5), d.last_status,"
    " 'Given up before failures were grouped by cause.', count(*), min(d.settled_at),"
    " max(d.settled_at) FROM delivery AS d JOIN consumer AS c ON c.id = d.consumer_id"
    " WHERE d.state = 5 GROUP BY c.job_id, d.consumer_id, coalesce(d.last_outcome, 5),"
    " d.last_status",
    "INSERT INTO failure (delivery_id, cause_id) SELECT d.id, c.id FROM delivery AS d JOIN cause"
    " AS c ON c.consumer_id = d.consumer_id AND c.outcome = coalesce(d.last_outcome, 5)"
    " AND (c.status = d.last_status OR (c.status IS NULL AND d.last_status IS NULL))"
    " WHERE d.state = 5",
)
