"""The tables, as design.md section 4 names them. The only place their shape is told.

Instants are UTC ms; JSON is kept as text; ids are given by ``serial`` and never twice. Invariants
are CHECK constraints, so that a bug becomes an error and not bad data. A change here needs a
migration; a test proves that both give the same schema.

Foreign keys stand where the child has an index that answers them. ``record.pull_id`` and
``delivery.record_id`` have none on purpose: rows are removed by retention only, children first,
and ``check`` looks for orphans.
"""

from __future__ import annotations

from typing import Any, ClassVar

from peewee import SQL, BigIntegerField, BlobField, Check, IntegerField, Model, TextField

from engine.store.ids import SPAN


def _instant(**options: Any) -> BigIntegerField[Any]:
    return BigIntegerField(**options)


def _refers(column: str, table: str) -> SQL:
    return SQL(f"FOREIGN KEY ({column}) REFERENCES {table} (id)")


class Table(Model):
    """What all tables have in common."""

    class Meta:
        strict_tables = True
        legacy_table_names = False


class Meta(Table):
    """Facts about the database: ``ledger_id`` and ``schema``."""

    name = TextField(primary_key=True)
    value = TextField()


class Serial(Table):
    """The next id of each kind, and ``commit``: how many groups were committed."""

    name = TextField(primary_key=True)
    n = BigIntegerField()


class Job(Table):
    """A job as it is now. ``reshard`` while unsynced deliveries are still moved to new shards."""

    id = BigIntegerField(primary_key=True)
    name = TextField()
    revision = IntegerField()
    paused = IntegerField()
    push_shards = IntegerField()
    reshard = IntegerField()
    created_at = _instant()
    updated_at = _instant()
    deleted_at = _instant(null=True)

    class Meta:
        constraints: ClassVar = [Check("push_shards BETWEEN 1 AND 1024"), Check("paused IN (0, 1)")]


Job.add_index(
    Job.index(Job.name, unique=True, where=Job.deleted_at.is_null(), name="job_name"),
)


class JobRevision(Table):
    """A saved version of a job's document, whole."""

    id = BigIntegerField(primary_key=True)
    job_id = BigIntegerField()
    number = IntegerField()
    document = TextField()
    saved_at = _instant()
    saved_by = TextField()

    class Meta:
        constraints: ClassVar = [_refers("job_id", "job")]
        indexes = ((("job_id", "number"), True),)


class Consumer(Table):
    """A consumer of a job. It gets every record with an id above ``complete_above``; deliveries
    are still to be made for those above ``backfill_from`` up to ``backfill_to``, none when equal.
    """

    id = BigIntegerField(primary_key=True)
    job_id = BigIntegerField()
    name = TextField()
    paused = IntegerField()
    backfill_from = BigIntegerField()
    backfill_to = BigIntegerField()
    complete_above = BigIntegerField()
    created_at = _instant()
    removed_at = _instant(null=True)

    class Meta:
        constraints: ClassVar = [
            _refers("job_id", "job"),
            Check(f"id BETWEEN 1 AND {SPAN - 1}"),
            Check("complete_above <= backfill_from AND backfill_from <= backfill_to"),
            Check("paused IN (0, 1)"),
        ]
        indexes = ((("job_id", "name"), True),)


class Lease(Table):
    """Who owns a shard. ``owner`` is empty and ``expires_at`` 0 when it was given back."""

    job_id = BigIntegerField()
    kind = TextField()
    shard = TextField()
    owner = TextField()
    token = BigIntegerField()
    expires_at = _instant()

    class Meta:
        primary_key = False
        without_rowid = True
        constraints: ClassVar = [
            SQL("PRIMARY KEY (job_id, kind, shard)"),
            _refers("job_id", "job"),
            Check("kind IN ('pull', 'push')"),
        ]


class Cursor(Table):
    """How far a pull shard has got."""

    job_id = BigIntegerField()
    shard = TextField()
    value = TextField(null=True)
    state = TextField()
    due_at = _instant()
    failures = IntegerField()
    problem = TextField()
    problem_at = _instant(null=True)
    last_pull_at = _instant(null=True)
    last_good_at = _instant(null=True)

    class Meta:
        primary_key = False
        without_rowid = True
        constraints: ClassVar = [SQL("PRIMARY KEY (job_id, shard)"), _refers("job_id", "job")]


class Pull(Table):
    """One page request to a source. The body of the answer is kept only when it was refused.

    Its ``new`` records have the ids from ``first_record_id`` on.
    """

    id = BigIntegerField(primary_key=True)
    job_id = BigIntegerField()
    shard = TextField()
    page = IntegerField()
    started_at = _instant()
    duration_ms = BigIntegerField()
    method = TextField()
    url = TextField()
    status = IntegerField(null=True)
    raw_count = IntegerField()
    new = IntegerField()
    first_record_id = BigIntegerField(null=True)
    duplicates = IntegerField()
    cursor_before = TextField(null=True)
    cursor_after = TextField(null=True)
    length = BigIntegerField()
    sha256 = BlobField()
    error_kind = TextField()
    error = TextField()
    note = TextField()
    node = TextField()
    request_headers = TextField()
    request_body = BlobField(null=True)
    response_headers = TextField()
    response_body = BlobField(null=True)

    class Meta:
        constraints: ClassVar = [_refers("job_id", "job")]
        indexes = ((("job_id",), False),)


class Record(Table):
    """One version of one keyed item; ``item_id`` is the id of the item's first version."""

    id = BigIntegerField(primary_key=True)
    job_id = BigIntegerField()
    key = TextField()
    version = IntegerField()
    item_id = BigIntegerField()
    pull_id = BigIntegerField()
    pulled_at = _instant()
    size = BigIntegerField()
    sha256 = BlobField()
    payload = BlobField(null=True)

    class Meta:
        constraints: ClassVar = [
            _refers("job_id", "job"),
            Check("version >= 1"),
            Check("(version = 1) = (item_id = id)"),
            Check("length(sha256) = 32"),
        ]
        indexes = ((("job_id", "key", "version"), True), (("job_id",), False))


class Delivery(Table):
    """One record's way to one consumer. See ``ids`` for its id."""

    id = BigIntegerField(primary_key=True)
    record_id = BigIntegerField()
    consumer_id = BigIntegerField()
    item_id = BigIntegerField()
    version = IntegerField()
    shard = IntegerField()
    state = IntegerField()
    cycle = IntegerField()
    number = IntegerField()
    due_at = _instant()
    claim_token = BigIntegerField(null=True)
    claimed_at = _instant(null=True)
    cycle_started_at = _instant(null=True)
    settled_at = _instant(null=True)
    last_outcome = IntegerField(null=True)
    last_status = IntegerField(null=True)
    last_error = TextField()

    class Meta:
        constraints: ClassVar = [
            _refers("consumer_id", "consumer"),
            Check(f"id = record_id * {SPAN} + consumer_id"),
            Check("state BETWEEN 1 AND 6"),
            Check("(state IN (4, 5, 6)) = (settled_at IS NOT NULL)"),
            Check("(state = 2) = (claim_token IS NOT NULL)"),
            Check("cycle >= 1 AND number >= (state = 2)"),
        ]


Delivery.add_index(
    Delivery.index(
        Delivery.consumer_id,
        Delivery.shard,
        Delivery.due_at,
        where=Delivery.state.in_([1, 3]),
        name="delivery_queue",
    ),
)
"""What may be claimed, in the order in which it is due (then by id, as every index ends)."""

Delivery.add_index(
    Delivery.index(
        Delivery.item_id,
        Delivery.consumer_id,
        Delivery.version,
        where=(Delivery.version > 1) & Delivery.state.in_([1, 2, 3]),
        name="delivery_order",
    ),
)
"""Later versions that are unsynced, to keep the order of a key. First versions need no index:
their delivery's id is known from ``item_id``."""

Delivery.add_index(Delivery.index(Delivery.consumer_id, Delivery.state, name="delivery_list"))
"""Lists, counts, lag and recovery; ends in the delivery's id, so newest first is a range."""


class Attempt(Table):
    """One try of a delivery and its evidence; ``batch_of`` has the exchange it shared."""

    id = BigIntegerField(primary_key=True)
    delivery_id = BigIntegerField()
    cycle = IntegerField()
    number = IntegerField()
    outcome = IntegerField()
    error_kind = TextField()
    error = TextField()
    node = TextField()
    token = BigIntegerField()
    batch_of = BigIntegerField(null=True)
    started_at = _instant()
    duration_ms = BigIntegerField(null=True)
    method = TextField(null=True)
    url = TextField(null=True)
    status = IntegerField(null=True)
    response_length = BigIntegerField(null=True)
    response_sha256 = BlobField(null=True)
    request_headers = TextField(null=True)
    request_body = BlobField(null=True)
    response_headers = TextField(null=True)
    response_body = BlobField(null=True)

    class Meta:
        constraints: ClassVar = [
            _refers("delivery_id", "delivery"),
            Check("outcome BETWEEN 1 AND 5"),
            Check("batch_of IS NULL OR method IS NULL"),
            Check("length(response_body) <= 65536"),
        ]
        indexes = ((("delivery_id", "cycle", "number"), True),)


Attempt.add_index(
    Attempt.index(Attempt.batch_of, where=Attempt.batch_of.is_null(False), name="attempt_batch_of"),
)
"""Who shared an attempt's request: retention must not take it from them."""


class Counter(Table):
    """Numbers by minute; minute 0 holds totals since ever and how many are in each state."""

    minute = BigIntegerField()
    job_id = BigIntegerField()
    consumer_id = BigIntegerField()
    what = TextField()
    n = BigIntegerField()

    class Meta:
        primary_key = False
        without_rowid = True
        constraints: ClassVar = [SQL("PRIMARY KEY (minute, job_id, consumer_id, what)")]


class Node(Table):
    """A running engine that was seen on this database."""

    name = TextField(primary_key=True)
    version = TextField()
    url = TextField()
    started_at = _instant()
    seen_at = _instant()


class Secret(Table):
    """A sealed value. ``use`` is what it is for: a secret of a job, or an alert channel."""

    use = TextField()
    name = TextField()
    nonce = BlobField()
    sealed = BlobField()
    updated_at = _instant()
    updated_by = TextField()

    class Meta:
        primary_key = False
        without_rowid = True
        constraints: ClassVar = [
            SQL("PRIMARY KEY (use, name)"),
            Check("use IN ('secret', 'channel')"),
        ]


class Token(Table):
    """A hashed token of the control API."""

    id = BigIntegerField(primary_key=True)
    name = TextField()
    hash = BlobField(unique=True)
    scope = TextField()
    created_at = _instant()
    created_by = TextField()
    expires_at = _instant(null=True)
    revoked_at = _instant(null=True)


class Audit(Table):
    """One thing an operator did."""

    id = BigIntegerField(primary_key=True)
    at = _instant()
    by = TextField()
    what = TextField()
    target = TextField()
    detail = TextField()
    place = TextField()


TABLES: tuple[type[Table], ...] = (
    Meta,
    Serial,
    Job,
    JobRevision,
    Consumer,
    Lease,
    Cursor,
    Pull,
    Record,
    Delivery,
    Attempt,
    Counter,
    Node,
    Secret,
    Token,
    Audit,
)
SERIALS = (
    "job",
    "job_revision",
    "consumer",
    "lease",
    "pull",
    "record",
    "attempt",
    "token",
    "audit",
)
