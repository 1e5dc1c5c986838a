"""Rates and breakers that several nodes have in common, frozen."""

from __future__ import annotations

from engine.store.migrations.step import Step

_KEPT = "WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02)"

STEP = Step(
    sqlite=(
        "CREATE TABLE allowance (consumer_id INTEGER NOT NULL PRIMARY KEY, revision INTEGER NOT "
        "NULL, rate_per_gs INTEGER NOT NULL, last_at INTEGER NOT NULL, asked INTEGER NOT NULL, "
        "FOREIGN KEY (consumer_id) REFERENCES consumer (id)) STRICT",
        "CREATE TABLE breaker (consumer_id INTEGER NOT NULL PRIMARY KEY, revision INTEGER NOT "
        "NULL, opened_at INTEGER, reason TEXT NOT NULL, next_at INTEGER NOT NULL, wait_ms INTEGER "
        "NOT NULL, trial_by TEXT NOT NULL, trial_until INTEGER NOT NULL, in_a_row INTEGER NOT "
        "NULL, counts TEXT NOT NULL, failed_at INTEGER NOT NULL, told INTEGER NOT NULL, FOREIGN "
        "KEY (consumer_id) REFERENCES consumer (id)) STRICT",
    ),
    postgres=(
        "CREATE TABLE allowance (consumer_id bigint NOT NULL PRIMARY KEY, revision integer NOT "
        "NULL, rate_per_gs bigint NOT NULL, last_at bigint NOT NULL, asked bigint NOT NULL, "
        f"FOREIGN KEY (consumer_id) REFERENCES consumer (id)) {_KEPT}",
        "CREATE TABLE breaker (consumer_id bigint NOT NULL PRIMARY KEY, revision integer NOT "
        'NULL, opened_at bigint, reason text COLLATE "C" NOT NULL, next_at bigint NOT NULL, '
        'wait_ms bigint NOT NULL, trial_by text COLLATE "C" NOT NULL, trial_until bigint NOT '
        'NULL, in_a_row bigint NOT NULL, counts text COLLATE "C" NOT NULL, failed_at bigint NOT '
        "NULL, told bigint NOT NULL, FOREIGN KEY (consumer_id) REFERENCES consumer (id)) "
        f"{_KEPT}",
    ),
    mysql=(
        "CREATE TABLE IF NOT EXISTS allowance (consumer_id bigint NOT NULL PRIMARY KEY, revision "
        "int NOT NULL, rate_per_gs bigint NOT NULL, last_at bigint NOT NULL, asked bigint NOT "
        "NULL, FOREIGN KEY (consumer_id) REFERENCES consumer (id))",
        "CREATE TABLE IF NOT EXISTS breaker (consumer_id bigint NOT NULL PRIMARY KEY, revision int "
        "NOT NULL, opened_at bigint, reason longtext NOT NULL, next_at bigint NOT NULL, wait_ms "
        "bigint NOT NULL, trial_by longtext NOT NULL, trial_until bigint NOT NULL, in_a_row bigint "
        "NOT NULL, counts longtext NOT NULL, failed_at bigint NOT NULL, told bigint NOT NULL, "
        "FOREIGN KEY (consumer_id) REFERENCES consumer (id))",
    ),
)
