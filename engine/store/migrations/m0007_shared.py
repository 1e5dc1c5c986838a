"""The schema of shared databases as they begin, frozen; a file has all of it already."""

from __future__ import annotations

from engine.store.migrations.step import Step

POSTGRES: tuple[str, ...] = (
    'CREATE TABLE meta (name text COLLATE "C" NOT NULL PRIMARY KEY, value text COLLATE "C" '
    "NOT NULL) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02)",
    'CREATE TABLE serial (name text COLLATE "C" NOT NULL PRIMARY KEY, n bigint NOT NULL) WITH'
    " (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02)",
    'CREATE TABLE job (id bigint NOT NULL PRIMARY KEY, name text COLLATE "C" NOT NULL, '
    "revision integer NOT NULL, paused integer NOT NULL, push_shards integer NOT NULL, "
    "reshard integer NOT NULL, created_at bigint NOT NULL, updated_at bigint NOT NULL, "
    'deleted_at bigint, paused_until bigint, pause_reason text COLLATE "C" NOT NULL DEFAULT '
    "'', CHECK (push_shards BETWEEN 1 AND 1024), CHECK (paused IN (0, 1)))",
    "CREATE UNIQUE INDEX job_name ON job (name) WHERE (deleted_at IS NULL)",
    "CREATE TABLE job_revision (id bigint NOT NULL PRIMARY KEY, job_id bigint NOT NULL, "
    'number integer NOT NULL, document text COLLATE "C" NOT NULL, saved_at bigint NOT NULL, '
    'saved_by text COLLATE "C" NOT NULL, FOREIGN KEY (job_id) REFERENCES job (id))',
    "CREATE UNIQUE INDEX job_revision_job_id_number ON job_revision (job_id, number)",
    "CREATE TABLE consumer (id bigint NOT NULL PRIMARY KEY, job_id bigint NOT NULL, name text"
    ' COLLATE "C" NOT NULL, paused integer NOT NULL, backfill_from bigint NOT NULL, '
    "backfill_to bigint NOT NULL, complete_above bigint NOT NULL, created_at bigint NOT NULL,"
    ' removed_at bigint, paused_until bigint, pause_reason text COLLATE "C" NOT NULL DEFAULT '
    "'', FOREIGN KEY (job_id) REFERENCES job (id), CHECK (id BETWEEN 1 AND 1048575), CHECK "
    "(complete_above <= backfill_from AND backfill_from <= backfill_to), CHECK (paused IN (0,"
    " 1)))",
    "CREATE UNIQUE INDEX consumer_job_id_name ON consumer (job_id, name)",
    'CREATE TABLE lease (job_id bigint NOT NULL, kind text COLLATE "C" NOT NULL, shard text '
    'COLLATE "C" NOT NULL, owner text COLLATE "C" NOT NULL, token bigint NOT NULL, expires_at'
    " bigint NOT NULL, PRIMARY KEY (job_id, kind, shard), FOREIGN KEY (job_id) REFERENCES job"
    " (id), CHECK (kind IN ('pull', 'push'))) WITH (fillfactor = 50, "
    "autovacuum_vacuum_scale_factor = 0.02)",
    'CREATE TABLE cursor (job_id bigint NOT NULL, shard text COLLATE "C" NOT NULL, value text'
    ' COLLATE "C", state text COLLATE "C" NOT NULL, due_at bigint NOT NULL, failures integer '
    'NOT NULL, problem text COLLATE "C" NOT NULL, problem_at bigint, last_pull_at bigint, '
    "last_good_at bigint, PRIMARY KEY (job_id, shard), FOREIGN KEY (job_id) REFERENCES job "
    "(id)) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02)",
    "CREATE TABLE pull (id bigint NOT NULL PRIMARY KEY, job_id bigint NOT NULL, shard text "
    'COLLATE "C" NOT NULL, page integer NOT NULL, started_at bigint NOT NULL, duration_ms '
    'bigint NOT NULL, method text COLLATE "C" NOT NULL, url text COLLATE "C" NOT NULL, status'
    " integer, raw_count integer NOT NULL, new integer NOT NULL, first_record_id bigint, "
    'duplicates integer NOT NULL, cursor_before text COLLATE "C", cursor_after text COLLATE '
    '"C", length bigint NOT NULL, sha256 bytea NOT NULL, error_kind text COLLATE "C" NOT '
    'NULL, error text COLLATE "C" NOT NULL, note text COLLATE "C" NOT NULL, node text COLLATE'
    ' "C" NOT NULL, request_headers text COLLATE "C" NOT NULL, request_body bytea, '
    'response_headers text COLLATE "C" NOT NULL, response_body bytea)',
    "CREATE INDEX pull_job_id ON pull (job_id, id)",
    "CREATE TABLE record (id bigint NOT NULL PRIMARY KEY, job_id bigint NOT NULL, key text "
    'COLLATE "C" NOT NULL, version integer NOT NULL, item_id bigint NOT NULL, pull_id bigint '
    "NOT NULL, pulled_at bigint NOT NULL, size bigint NOT NULL, sha256 bytea NOT NULL, "
    "payload bytea, CHECK (version >= 1), CHECK ((version = 1) = (item_id = id)), CHECK "
    "(length(sha256) = 32))",
    "CREATE UNIQUE INDEX record_job_id_key_version ON record (job_id, key, version)",
    "CREATE INDEX record_job_id ON record (job_id, id)",
    "CREATE TABLE delivery (id bigint NOT NULL PRIMARY KEY, record_id bigint NOT NULL, "
    "consumer_id bigint NOT NULL, item_id bigint NOT NULL, version integer NOT NULL, shard "
    "integer NOT NULL, state integer NOT NULL, cycle integer NOT NULL, number integer NOT "
    "NULL, due_at bigint NOT NULL, claim_token bigint, claimed_at bigint, cycle_started_at "
    "bigint, settled_at bigint, last_outcome integer, last_status integer, last_error text "
    'COLLATE "C" NOT NULL, as_sent integer NOT NULL DEFAULT 0, CHECK (id = record_id * '
    "1048576 + consumer_id), CHECK (state BETWEEN 1 AND 6), CHECK ((state IN (4, 5, 6)) = "
    "(settled_at IS NOT NULL)), CHECK ((state = 2) = (claim_token IS NOT NULL)), CHECK (cycle"
    " >= 1 AND number >= CASE WHEN state = 2 THEN 1 ELSE 0 END)) WITH (fillfactor = 70, "
    "autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05, "
    "autovacuum_analyze_scale_factor = 0.02)",
    "CREATE INDEX delivery_queue ON delivery (consumer_id, shard, due_at, id) WHERE (state IN"
    " (1, 3))",
    "CREATE INDEX delivery_order ON delivery (item_id, consumer_id, version) WHERE ((version "
    "> 1) AND (state IN (1, 2, 3)))",
    "CREATE INDEX delivery_list ON delivery (consumer_id, state, id)",
    "CREATE TABLE cause (id bigint NOT NULL PRIMARY KEY, job_id bigint NOT NULL, consumer_id "
    'bigint NOT NULL, outcome integer NOT NULL, status integer, sentence text COLLATE "C" NOT'
    " NULL, n bigint NOT NULL, first_at bigint NOT NULL, last_at bigint NOT NULL, CHECK (n >="
    " 0))",
    "CREATE INDEX cause_consumer_id ON cause (consumer_id)",
    "CREATE TABLE failure (delivery_id bigint NOT NULL PRIMARY KEY, cause_id bigint NOT NULL)",
    "CREATE UNIQUE INDEX failure_cause_id_delivery_id ON failure (cause_id, delivery_id)",
    "CREATE TABLE attempt (id bigint NOT NULL PRIMARY KEY, delivery_id bigint NOT NULL, cycle"
    " integer NOT NULL, number integer NOT NULL, outcome integer NOT NULL, error_kind text "
    'COLLATE "C" NOT NULL, error text COLLATE "C" NOT NULL, node text COLLATE "C" NOT NULL, '
    "token bigint NOT NULL, batch_of bigint, started_at bigint NOT NULL, duration_ms bigint, "
    'method text COLLATE "C", url text COLLATE "C", status integer, response_length bigint, '
    'response_sha256 bytea, request_headers text COLLATE "C", request_body bytea, '
    'response_headers text COLLATE "C", response_body bytea, CHECK (outcome BETWEEN 1 AND 5),'
    " CHECK (batch_of IS NULL OR method IS NULL), CHECK (length(response_body) <= 65536))",
    "CREATE UNIQUE INDEX attempt_delivery_id_cycle_number ON attempt (delivery_id, cycle, number)",
    "CREATE INDEX attempt_batch_of ON attempt (batch_of) WHERE (batch_of IS NOT NULL)",
    "CREATE TABLE counter (minute bigint NOT NULL, job_id bigint NOT NULL, consumer_id bigint"
    ' NOT NULL, what text COLLATE "C" NOT NULL, n bigint NOT NULL, PRIMARY KEY (minute, '
    "job_id, consumer_id, what)) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = "
    "0.02)",
    "CREATE TABLE rollup (step integer NOT NULL, minute bigint NOT NULL, job_id bigint NOT "
    'NULL, consumer_id bigint NOT NULL, what text COLLATE "C" NOT NULL, n bigint NOT NULL, '
    "PRIMARY KEY (step, minute, job_id, consumer_id, what))",
    'CREATE TABLE node (name text COLLATE "C" NOT NULL PRIMARY KEY, version text COLLATE "C" '
    'NOT NULL, url text COLLATE "C" NOT NULL, started_at bigint NOT NULL, seen_at bigint NOT '
    "NULL)",
    'CREATE TABLE node_load (name text COLLATE "C" NOT NULL PRIMARY KEY, state text COLLATE '
    '"C" NOT NULL, cpu_permille bigint NOT NULL, memory_bytes bigint NOT NULL, waiting bigint'
    " NOT NULL)",
    'CREATE TABLE drained_node (name text COLLATE "C" NOT NULL PRIMARY KEY, at bigint NOT '
    'NULL, by text COLLATE "C" NOT NULL)',
    'CREATE TABLE secret (use text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, '
    "nonce bytea NOT NULL, sealed bytea NOT NULL, updated_at bigint NOT NULL, updated_by text"
    " COLLATE \"C\" NOT NULL, PRIMARY KEY (use, name), CHECK (use IN ('secret', 'channel')))",
    'CREATE TABLE token (id bigint NOT NULL PRIMARY KEY, name text COLLATE "C" NOT NULL, hash'
    ' bytea NOT NULL, scope text COLLATE "C" NOT NULL, created_at bigint NOT NULL, created_by'
    ' text COLLATE "C" NOT NULL, expires_at bigint, revoked_at bigint)',
    "CREATE UNIQUE INDEX token_hash ON token (hash)",
    "CREATE TABLE audit (id bigint NOT NULL PRIMARY KEY, at bigint NOT NULL, by text COLLATE "
    '"C" NOT NULL, what text COLLATE "C" NOT NULL, target text COLLATE "C" NOT NULL, detail '
    'text COLLATE "C" NOT NULL, place text COLLATE "C" NOT NULL)',
    'CREATE TABLE operation (id bigint NOT NULL PRIMARY KEY, kind text COLLATE "C" NOT NULL, '
    'state text COLLATE "C" NOT NULL, request text COLLATE "C" NOT NULL, wanted text COLLATE '
    '"C" NOT NULL, record_ids text COLLATE "C" NOT NULL, job_id bigint, job text COLLATE "C" '
    'NOT NULL, consumer text COLLATE "C" NOT NULL, mode text COLLATE "C" NOT NULL, reason '
    'text COLLATE "C" NOT NULL, last_id bigint NOT NULL, position bigint NOT NULL, shards '
    'text COLLATE "C" NOT NULL, shard text COLLATE "C" NOT NULL, since text COLLATE "C", '
    'until text COLLATE "C", cursor_at text COLLATE "C", cursor_state text COLLATE "C" NOT '
    "NULL, total bigint, total_exact integer NOT NULL, done bigint NOT NULL, moved bigint NOT"
    " NULL, refused bigint NOT NULL, warned bigint NOT NULL, share double precision, per_s "
    'double precision, worked_ms bigint NOT NULL, refusals text COLLATE "C" NOT NULL, '
    'warnings text COLLATE "C" NOT NULL, sentence text COLLATE "C" NOT NULL, started_by text '
    'COLLATE "C" NOT NULL, audit_id bigint NOT NULL, created_at bigint NOT NULL, updated_at '
    'bigint NOT NULL, ended_at bigint, owner text COLLATE "C" NOT NULL, token bigint NOT '
    "NULL, expires_at bigint NOT NULL, CHECK (kind IN ('resend', 'skip', 'repull')), CHECK "
    "(state IN ('running', 'paused', 'done', 'cancelled', 'failed')), CHECK ((state IN "
    "('running', 'paused')) = (ended_at IS NULL)), CHECK (mode IN ('mapped', 'sent')))",
    "CREATE INDEX operation_ended_at ON operation (ended_at)",
    "CREATE TABLE alert (id bigint NOT NULL PRIMARY KEY, job_id bigint NOT NULL, consumer "
    'text COLLATE "C" NOT NULL, condition text COLLATE "C" NOT NULL, channels text COLLATE '
    '"C" NOT NULL, is_open integer NOT NULL, told_at bigint NOT NULL, calm_since bigint, '
    "restless integer NOT NULL, opened_at bigint NOT NULL, resolved_at bigint, facts text "
    'COLLATE "C" NOT NULL, owed text COLLATE "C" NOT NULL, revision integer NOT NULL, FOREIGN'
    " KEY (job_id) REFERENCES job (id), CHECK (is_open IN (0, 1)), CHECK (restless IN (0, "
    "1)), CHECK ((is_open = 1) = (resolved_at IS NULL)))",
    "CREATE INDEX alert_job_id ON alert (job_id)",
    "INSERT INTO serial (name, n) VALUES ('job', 1), ('job_revision', 1), ('consumer', 1), "
    "('lease', 1), ('pull', 1), ('record', 1), ('attempt', 1), ('token', 1), ('audit', 1), "
    "('operation', 1)",
)

MYSQL: tuple[str, ...] = (
    "CREATE TABLE IF NOT EXISTS meta (name varchar(191) NOT NULL PRIMARY KEY, value longtext "
    "NOT NULL)",
    "CREATE TABLE IF NOT EXISTS serial (name varchar(64) NOT NULL PRIMARY KEY, n bigint NOT NULL)",
    "CREATE TABLE IF NOT EXISTS job (id bigint NOT NULL PRIMARY KEY, name varchar(255) NOT "
    "NULL, revision int NOT NULL, paused int NOT NULL, push_shards int NOT NULL, reshard int "
    "NOT NULL, created_at bigint NOT NULL, updated_at bigint NOT NULL, deleted_at bigint, "
    "paused_until bigint, pause_reason longtext NOT NULL DEFAULT (''), live_name varchar(255)"
    " AS (CASE WHEN deleted_at IS NULL THEN name END) STORED, CHECK (push_shards BETWEEN 1 "
    "AND 1024), CHECK (paused IN (0, 1)), UNIQUE INDEX job_name (live_name))",
    "CREATE TABLE IF NOT EXISTS job_revision (id bigint NOT NULL PRIMARY KEY, job_id bigint "
    "NOT NULL, number int NOT NULL, document longtext NOT NULL, saved_at bigint NOT NULL, "
    "saved_by longtext NOT NULL, FOREIGN KEY (job_id) REFERENCES job (id), UNIQUE INDEX "
    "job_revision_job_id_number (job_id, number))",
    "CREATE TABLE IF NOT EXISTS consumer (id bigint NOT NULL PRIMARY KEY, job_id bigint NOT "
    "NULL, name varchar(255) NOT NULL, paused int NOT NULL, backfill_from bigint NOT NULL, "
    "backfill_to bigint NOT NULL, complete_above bigint NOT NULL, created_at bigint NOT NULL,"
    " removed_at bigint, paused_until bigint, pause_reason longtext NOT NULL DEFAULT (''), "
    "FOREIGN KEY (job_id) REFERENCES job (id), CHECK (id BETWEEN 1 AND 1048575), CHECK "
    "(complete_above <= backfill_from AND backfill_from <= backfill_to), CHECK (paused IN (0,"
    " 1)), UNIQUE INDEX consumer_job_id_name (job_id, name))",
    "CREATE TABLE IF NOT EXISTS lease (job_id bigint NOT NULL, kind varchar(16) NOT NULL, "
    "shard varchar(255) NOT NULL, owner longtext NOT NULL, token bigint NOT NULL, expires_at "
    "bigint NOT NULL, PRIMARY KEY (job_id, kind, shard), FOREIGN KEY (job_id) REFERENCES job "
    "(id), CHECK (kind IN ('pull', 'push')))",
    "CREATE TABLE IF NOT EXISTS `cursor` (job_id bigint NOT NULL, shard varchar(255) NOT "
    "NULL, value longtext, state longtext NOT NULL, due_at bigint NOT NULL, failures int NOT "
    "NULL, problem longtext NOT NULL, problem_at bigint, last_pull_at bigint, last_good_at "
    "bigint, PRIMARY KEY (job_id, shard), FOREIGN KEY (job_id) REFERENCES job (id))",
    "CREATE TABLE IF NOT EXISTS pull (id bigint NOT NULL PRIMARY KEY, job_id bigint NOT NULL,"
    " shard longtext NOT NULL, page int NOT NULL, started_at bigint NOT NULL, duration_ms "
    "bigint NOT NULL, method longtext NOT NULL, url longtext NOT NULL, status int, raw_count "
    "int NOT NULL, new int NOT NULL, first_record_id bigint, duplicates int NOT NULL, "
    "cursor_before longtext, cursor_after longtext, length bigint NOT NULL, sha256 "
    "varbinary(32) NOT NULL, error_kind longtext NOT NULL, error longtext NOT NULL, note "
    "longtext NOT NULL, node longtext NOT NULL, request_headers longtext NOT NULL, "
    "request_body longblob, response_headers longtext NOT NULL, response_body longblob, INDEX"
    " pull_job_id (job_id, id))",
    "CREATE TABLE IF NOT EXISTS record (id bigint NOT NULL PRIMARY KEY, job_id bigint NOT "
    "NULL, `key` varchar(512) NOT NULL, version int NOT NULL, item_id bigint NOT NULL, "
    "pull_id bigint NOT NULL, pulled_at bigint NOT NULL, size bigint NOT NULL, sha256 "
    "varbinary(32) NOT NULL, payload longblob, CHECK (version >= 1), CHECK ((version = 1) = "
    "(item_id = id)), CHECK (length(sha256) = 32), UNIQUE INDEX record_job_id_key_version "
    "(job_id, `key`, version), INDEX record_job_id (job_id, id))",
    "CREATE TABLE IF NOT EXISTS delivery (id bigint NOT NULL PRIMARY KEY, record_id bigint "
    "NOT NULL, consumer_id bigint NOT NULL, item_id bigint NOT NULL, version int NOT NULL, "
    "shard int NOT NULL, state int NOT NULL, cycle int NOT NULL, number int NOT NULL, due_at "
    "bigint NOT NULL, claim_token bigint, claimed_at bigint, cycle_started_at bigint, "
    "settled_at bigint, last_outcome int, last_status int, last_error longtext NOT NULL, "
    "as_sent int NOT NULL DEFAULT 0, queue_shard int AS (CASE WHEN state IN (1, 3) THEN shard"
    " END) STORED, order_item bigint AS (CASE WHEN version > 1 AND state IN (1, 2, 3) THEN "
    "item_id END) STORED, CHECK (id = record_id * 1048576 + consumer_id), CHECK (state "
    "BETWEEN 1 AND 6), CHECK ((state IN (4, 5, 6)) = (settled_at IS NOT NULL)), CHECK ((state"
    " = 2) = (claim_token IS NOT NULL)), CHECK (cycle >= 1 AND number >= CASE WHEN state = 2 "
    "THEN 1 ELSE 0 END), INDEX delivery_queue (consumer_id, queue_shard, due_at, id), INDEX "
    "delivery_order (order_item, consumer_id, version), INDEX delivery_list (consumer_id, "
    "state, id), INDEX delivery_record (record_id))",
    "CREATE TABLE IF NOT EXISTS cause (id bigint NOT NULL PRIMARY KEY, job_id bigint NOT "
    "NULL, consumer_id bigint NOT NULL, outcome int NOT NULL, status int, sentence longtext "
    "NOT NULL, n bigint NOT NULL, first_at bigint NOT NULL, last_at bigint NOT NULL, CHECK (n"
    " >= 0), INDEX cause_consumer_id (consumer_id))",
    "CREATE TABLE IF NOT EXISTS failure (delivery_id bigint NOT NULL PRIMARY KEY, cause_id "
    "bigint NOT NULL, UNIQUE INDEX failure_cause_id_delivery_id (cause_id, delivery_id))",
    "CREATE TABLE IF NOT EXISTS attempt (id bigint NOT NULL PRIMARY KEY, delivery_id bigint "
    "NOT NULL, cycle int NOT NULL, number int NOT NULL, outcome int NOT NULL, error_kind "
    "longtext NOT NULL, error longtext NOT NULL, node longtext NOT NULL, token bigint NOT "
    "NULL, batch_of bigint, started_at bigint NOT NULL, duration_ms bigint, method longtext, "
    "url longtext, status int, response_length bigint, response_sha256 varbinary(32), "
    "request_headers longtext, request_body longblob, response_headers longtext, "
    "response_body longblob, CHECK (outcome BETWEEN 1 AND 5), CHECK (batch_of IS NULL OR "
    "method IS NULL), CHECK (length(response_body) <= 65536), UNIQUE INDEX "
    "attempt_delivery_id_cycle_number (delivery_id, cycle, number), INDEX attempt_batch_of "
    "(batch_of))",
    "CREATE TABLE IF NOT EXISTS counter (minute bigint NOT NULL, job_id bigint NOT NULL, "
    "consumer_id bigint NOT NULL, what varchar(64) NOT NULL, n bigint NOT NULL, PRIMARY KEY "
    "(minute, job_id, consumer_id, what))",
    "CREATE TABLE IF NOT EXISTS rollup (step int NOT NULL, minute bigint NOT NULL, job_id "
    "bigint NOT NULL, consumer_id bigint NOT NULL, what varchar(64) NOT NULL, n bigint NOT "
    "NULL, PRIMARY KEY (step, minute, job_id, consumer_id, what))",
    "CREATE TABLE IF NOT EXISTS node (name varchar(255) NOT NULL PRIMARY KEY, version "
    "longtext NOT NULL, url longtext NOT NULL, started_at bigint NOT NULL, seen_at bigint NOT"
    " NULL)",
    "CREATE TABLE IF NOT EXISTS node_load (name varchar(255) NOT NULL PRIMARY KEY, state "
    "longtext NOT NULL, cpu_permille bigint NOT NULL, memory_bytes bigint NOT NULL, waiting "
    "bigint NOT NULL)",
    "CREATE TABLE IF NOT EXISTS drained_node (name varchar(255) NOT NULL PRIMARY KEY, at "
    "bigint NOT NULL, `by` longtext NOT NULL)",
    "CREATE TABLE IF NOT EXISTS secret (`use` varchar(16) NOT NULL, name varchar(255) NOT "
    "NULL, nonce longblob NOT NULL, sealed longblob NOT NULL, updated_at bigint NOT NULL, "
    "updated_by longtext NOT NULL, PRIMARY KEY (`use`, name), CHECK (`use` IN ('secret', "
    "'channel')))",
    "CREATE TABLE IF NOT EXISTS token (id bigint NOT NULL PRIMARY KEY, name longtext NOT "
    "NULL, hash varbinary(64) NOT NULL, scope longtext NOT NULL, created_at bigint NOT NULL, "
    "created_by longtext NOT NULL, expires_at bigint, revoked_at bigint, UNIQUE INDEX "
    "token_hash (hash))",
    "CREATE TABLE IF NOT EXISTS audit (id bigint NOT NULL PRIMARY KEY, at bigint NOT NULL, "
    "`by` longtext NOT NULL, what longtext NOT NULL, target longtext NOT NULL, detail "
    "longtext NOT NULL, place longtext NOT NULL)",
    "CREATE TABLE IF NOT EXISTS operation (id bigint NOT NULL PRIMARY KEY, kind longtext NOT "
    "NULL, state longtext NOT NULL, request longtext NOT NULL, wanted longtext NOT NULL, "
    "record_ids longtext NOT NULL, job_id bigint, job longtext NOT NULL, consumer longtext "
    "NOT NULL, mode longtext NOT NULL, reason longtext NOT NULL, last_id bigint NOT NULL, "
    "position bigint NOT NULL, shards longtext NOT NULL, shard longtext NOT NULL, since "
    "longtext, until longtext, cursor_at longtext, cursor_state longtext NOT NULL, total "
    "bigint, total_exact int NOT NULL, done bigint NOT NULL, moved bigint NOT NULL, refused "
    "bigint NOT NULL, warned bigint NOT NULL, share double, per_s double, worked_ms bigint "
    "NOT NULL, refusals longtext NOT NULL, warnings longtext NOT NULL, sentence longtext NOT "
    "NULL, started_by longtext NOT NULL, audit_id bigint NOT NULL, created_at bigint NOT "
    "NULL, updated_at bigint NOT NULL, ended_at bigint, owner longtext NOT NULL, token bigint"
    " NOT NULL, expires_at bigint NOT NULL, CHECK (kind IN ('resend', 'skip', 'repull')), "
    "CHECK (state IN ('running', 'paused', 'done', 'cancelled', 'failed')), CHECK ((state IN "
    "('running', 'paused')) = (ended_at IS NULL)), CHECK (mode IN ('mapped', 'sent')), INDEX "
    "operation_ended_at (ended_at))",
    "CREATE TABLE IF NOT EXISTS alert (id bigint NOT NULL PRIMARY KEY, job_id bigint NOT "
    "NULL, consumer longtext NOT NULL, `condition` longtext NOT NULL, channels longtext NOT "
    "NULL, is_open int NOT NULL, told_at bigint NOT NULL, calm_since bigint, restless int NOT"
    " NULL, opened_at bigint NOT NULL, resolved_at bigint, facts longtext NOT NULL, owed "
    "longtext NOT NULL, revision int NOT NULL, FOREIGN KEY (job_id) REFERENCES job (id), "
    "CHECK (is_open IN (0, 1)), CHECK (restless IN (0, 1)), CHECK ((is_open = 1) = "
    "(resolved_at IS NULL)), INDEX alert_job_id (job_id))",
    "INSERT INTO serial (name, n) VALUES ('job', 1), ('job_revision', 1), ('consumer', 1), "
    "('lease', 1), ('pull', 1), ('record', 1), ('attempt', 1), ('token', 1), ('audit', 1), "
    "('operation', 1) ON CONFLICT (name) DO NOTHING",
    "INSERT INTO meta (name, value) VALUES ('gate', '') ON CONFLICT (name) DO NOTHING",
)

STEP = Step(postgres=POSTGRES, mysql=MYSQL)
