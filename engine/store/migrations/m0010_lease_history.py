"""Who owned which shard when, what nodes are not able to run, and whose page a pull was. Frozen."""

from __future__ import annotations

from engine.store.migrations.step import Step

STEP = Step(
    sqlite=(
        "CREATE TABLE lease_history (token INTEGER NOT NULL PRIMARY KEY, job_id INTEGER NOT NULL, "
        "kind TEXT NOT NULL, shard TEXT NOT NULL, owner TEXT NOT NULL, taken_at INTEGER NOT NULL, "
        "ended_at INTEGER, CHECK (kind IN ('pull', 'push'))) STRICT",
        "CREATE INDEX lease_history_job_id_kind_shard ON lease_history (job_id, kind, shard)",
        "ALTER TABLE pull ADD COLUMN token INTEGER",
        "ALTER TABLE node_load ADD COLUMN unable TEXT",
    ),
    postgres=(
        "CREATE TABLE lease_history (token bigint NOT NULL PRIMARY KEY, job_id bigint NOT NULL, "
        'kind text COLLATE "C" NOT NULL, shard text COLLATE "C" NOT NULL, owner text COLLATE "C" '
        "NOT NULL, taken_at bigint NOT NULL, ended_at bigint, CHECK (kind IN ('pull', 'push'))) "
        "WITH (fillfactor = 70)",
        "CREATE INDEX lease_history_job_id_kind_shard ON lease_history (job_id, kind, shard)",
        "ALTER TABLE pull ADD COLUMN token bigint",
        'ALTER TABLE node_load ADD COLUMN unable text COLLATE "C"',
    ),
    mysql=(
        "CREATE TABLE IF NOT EXISTS lease_history (token bigint NOT NULL PRIMARY KEY, job_id "
        "bigint NOT NULL, kind varchar(16) NOT NULL, shard varchar(255) NOT NULL, owner longtext "
        "NOT NULL, taken_at bigint NOT NULL, ended_at bigint, CHECK (kind IN ('pull', 'push')), "
        "INDEX lease_history_job_id_kind_shard (job_id, kind, shard))",
        "ALTER TABLE pull ADD COLUMN token bigint",
        "ALTER TABLE node_load ADD COLUMN unable longtext",
    ),
)
