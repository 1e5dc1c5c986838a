"""The first schema, frozen. See ``engine.store.models`` for what the columns mean."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    "CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT",
    "CREATE TABLE serial (name TEXT NOT NULL PRIMARY KEY, n INTEGER NOT NULL) STRICT",
    "CREATE TABLE job (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, revision INTEGER "
    "NOT NULL, paused INTEGER NOT NULL, push_shards INTEGER NOT NULL, reshard INTEGER NOT "
    "NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleted_at INTEGER, "
    "CHECK (push_shards BETWEEN 1 AND 1024), CHECK (paused IN (0, 1))) STRICT",
    "CREATE UNIQUE INDEX job_name ON job (name) WHERE (deleted_at IS NULL)",
    "CREATE TABLE job_revision (id INTEGER NOT NULL PRIMARY KEY, job_id INTEGER NOT NULL, "
    "number INTEGER NOT NULL, document TEXT NOT NULL, saved_at INTEGER NOT NULL, saved_by "
    "TEXT NOT NULL, FOREIGN KEY (job_id) REFERENCES job (id)) STRICT",
    "CREATE UNIQUE INDEX job_revision_job_id_number ON job_revision (job_id, number)",
    "CREATE TABLE consumer (id INTEGER NOT NULL PRIMARY KEY, job_id INTEGER NOT NULL, name "
    "TEXT NOT NULL, paused INTEGER NOT NULL, backfill_from INTEGER NOT NULL, backfill_to "
    "INTEGER NOT NULL, complete_above INTEGER NOT NULL, created_at INTEGER NOT NULL, "
    "removed_at INTEGER, FOREIGN KEY (job_id) REFERENCES job (id), CHECK (id BETWEEN 1 AND "
    "1048575), CHECK (complete_above <= backfill_from AND backfill_from <= backfill_to), "
    "CHECK (paused IN (0, 1))) STRICT",
    "CREATE UNIQUE INDEX consumer_job_id_name ON consumer (job_id, name)",
    "CREATE TABLE lease (job_id INTEGER NOT NULL, kind TEXT NOT NULL, shard TEXT NOT NULL, "
    "owner TEXT NOT NULL, token INTEGER NOT NULL, expires_at INTEGER NOT NULL, PRIMARY KEY "
    "(job_id, kind, shard), FOREIGN KEY (job_id) REFERENCES job (id), CHECK (kind IN ('pull', "
    "'push'))) STRICT, WITHOUT ROWID",
    "CREATE TABLE cursor (job_id INTEGER NOT NULL, shard TEXT NOT NULL, value TEXT, state "
    "TEXT NOT NULL, due_at INTEGER NOT NULL, failures INTEGER NOT NULL, problem TEXT NOT "
    "NULL, problem_at INTEGER, last_pull_at INTEGER, last_good_at INTEGER, PRIMARY KEY "
    "(job_id, shard), FOREIGN KEY (job_id) REFERENCES job (id)) STRICT, WITHOUT ROWID",
    "CREATE TABLE pull (id INTEGER NOT NULL PRIMARY KEY, job_id INTEGER NOT NULL, shard TEXT "
    "NOT NULL, page INTEGER NOT NULL, started_at INTEGER NOT NULL, duration_ms INTEGER NOT "
    "NULL, method TEXT NOT NULL, url TEXT NOT NULL, status INTEGER, raw_count INTEGER NOT "
    "NULL, new INTEGER NOT NULL, first_record_id INTEGER, duplicates INTEGER NOT NULL, "
    "cursor_before TEXT, cursor_after TEXT, length INTEGER NOT NULL, sha256 BLOB NOT NULL, "
    "error_kind TEXT NOT NULL, error TEXT NOT NULL, note TEXT NOT NULL, node TEXT NOT NULL, "
    "request_headers TEXT NOT NULL, request_body BLOB, response_headers TEXT NOT NULL, "
    "response_body BLOB, FOREIGN KEY (job_id) REFERENCES job (id)) STRICT",
    "CREATE INDEX pull_job_id ON pull (job_id)",
    "CREATE TABLE record (id INTEGER NOT NULL PRIMARY KEY, job_id INTEGER NOT NULL, key TEXT "
    "NOT NULL, version INTEGER NOT NULL, item_id INTEGER NOT NULL, pull_id INTEGER NOT NULL, "
    "pulled_at INTEGER NOT NULL, size INTEGER NOT NULL, sha256 BLOB NOT NULL, payload BLOB, "
    "FOREIGN KEY (job_id) REFERENCES job (id), CHECK (version >= 1), CHECK ((version = 1) = "
    "(item_id = id)), CHECK (length(sha256) = 32)) STRICT",
    "CREATE UNIQUE INDEX record_job_id_key_version ON record (job_id, key, version)",
    "CREATE INDEX record_job_id ON record (job_id)",
    "CREATE TABLE delivery (id INTEGER NOT NULL PRIMARY KEY, record_id INTEGER NOT NULL, "
    "consumer_id INTEGER NOT NULL, item_id INTEGER NOT NULL, version INTEGER NOT NULL, shard "
    "INTEGER NOT NULL, state INTEGER NOT NULL, cycle INTEGER NOT NULL, number INTEGER NOT "
    "NULL, due_at INTEGER NOT NULL, claim_token INTEGER, claimed_at INTEGER, cycle_started_at "
    "INTEGER, settled_at INTEGER, last_outcome INTEGER, last_status INTEGER, last_error TEXT "
    "NOT NULL, FOREIGN KEY (consumer_id) REFERENCES consumer (id), CHECK (id = record_id * "
    "1048576 + consumer_id), CHECK (state BETWEEN 1 AND 6), CHECK ((state IN (4, 5, 6)) = "
    "(settled_at IS NOT NULL)), CHECK ((state = 2) = (claim_token IS NOT NULL)), CHECK (cycle "
    ">= 1 AND number >= (state = 2))) STRICT",
    "CREATE INDEX delivery_queue ON delivery (consumer_id, shard, due_at) WHERE (state IN (1, 3))",
    "CREATE INDEX delivery_order ON delivery (item_id, consumer_id, version) WHERE ((version "
    "> 1) AND (state IN (1, 2, 3)))",
    "CREATE INDEX delivery_list ON delivery (consumer_id, state)",
    "CREATE TABLE attempt (id INTEGER NOT NULL PRIMARY KEY, delivery_id INTEGER NOT NULL, "
    "cycle INTEGER NOT NULL, number INTEGER NOT NULL, outcome INTEGER NOT NULL, error_kind "
    "TEXT NOT NULL, error TEXT NOT NULL, node TEXT NOT NULL, token INTEGER NOT NULL, batch_of "
    "INTEGER, started_at INTEGER NOT NULL, duration_ms INTEGER, method TEXT, url TEXT, status "
    "INTEGER, response_length INTEGER, response_sha256 BLOB, request_headers TEXT, "
    "request_body BLOB, response_headers TEXT, response_body BLOB, FOREIGN KEY (delivery_id) "
    "REFERENCES delivery (id), CHECK (outcome BETWEEN 1 AND 5), CHECK (batch_of IS NULL OR "
    "method IS NULL), CHECK (length(response_body) <= 65536)) STRICT",
    "CREATE UNIQUE INDEX attempt_delivery_id_cycle_number ON attempt (delivery_id, cycle, number)",
    "CREATE INDEX attempt_batch_of ON attempt (batch_of) WHERE (batch_of IS NOT NULL)",
    "CREATE TABLE counter (minute INTEGER NOT NULL, job_id INTEGER NOT NULL, consumer_id "
    "INTEGER NOT NULL, what TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (minute, job_id, "
    "consumer_id, what)) STRICT, WITHOUT ROWID",
    "CREATE TABLE node (name TEXT NOT NULL PRIMARY KEY, version TEXT NOT NULL, url TEXT NOT "
    "NULL, started_at INTEGER NOT NULL, seen_at INTEGER NOT NULL) STRICT",
    "CREATE TABLE secret (use TEXT NOT NULL, name TEXT NOT NULL, nonce BLOB NOT NULL, sealed "
    "BLOB NOT NULL, updated_at INTEGER NOT NULL, updated_by TEXT NOT NULL, PRIMARY KEY (use, "
    "name), CHECK (use IN ('secret', 'channel'))) STRICT, WITHOUT ROWID",
    "CREATE TABLE token (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, hash BLOB NOT "
    "NULL, scope TEXT NOT NULL, created_at INTEGER NOT NULL, created_by TEXT NOT NULL, "
    "expires_at INTEGER, revoked_at INTEGER) STRICT",
    "CREATE UNIQUE INDEX token_hash ON token (hash)",
    "CREATE TABLE audit (id INTEGER NOT NULL PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT "
    "NULL, what TEXT NOT NULL, target TEXT NOT NULL, detail TEXT NOT NULL, place TEXT NOT "
    "NULL) STRICT",
    "INSERT INTO serial (name, n) VALUES ('job', 1), ('job_revision', 1), ('consumer', 1), "
    "('lease', 1), ('pull', 1), ('record', 1), ('attempt', 1), ('token', 1), ('audit', 1)",
)
