"""The ledger's own tables: pulls, records, deliveries, attempts, counters.

Foreign keys stand where the child has an index that answers them. ``record.pull_id`` and
``delivery.record_id`` have none on purpose: rows are removed by retention only, children first,
and ``check`` looks for orphans. Not for what a ledger is kept for: jobs and operators are in
``models``, with the list of all tables.
"""

from __future__ import annotations

from typing import ClassVar

from peewee import SQL, BigIntegerField, BlobField, Check, IntegerField, TextField

from engine.store.ids import SPAN
from engine.store.table import Table, instant, refers


class Pull(Table):
    """One page request to a source. The body of the answer is kept only when it was refused.

    Its ``new`` records have the ids from ``first_record_id`` on. token: of the lease under which
    it was stored; null in rows that are older.
    """

    id = BigIntegerField(primary_key=True)
    job_id = BigIntegerField()
    shard = TextField()
    page = IntegerField()
    started_at = instant()
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
    token = BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [refers("job_id", "job")]
        indexes = ((("job_id",), False),)


class Record(Table):
    """One version of one keyed item; ``item_id`` is the id of the item's first version."""

    id = BigIntegerField(primary_key=True)
    job_id = BigIntegerField()
    key = TextField()
    version = IntegerField()
    item_id = BigIntegerField()
    pull_id = BigIntegerField()
    pulled_at = instant()
    size = BigIntegerField()
    sha256 = BlobField()
    payload = BlobField(null=True)

    class Meta:
        constraints: ClassVar = [
            refers("job_id", "job"),
            Check("version >= 1"),
            Check("(version = 1) = (item_id = id)"),
            Check("length(sha256) = 32"),
        ]
        indexes = ((("job_id", "key", "version"), True), (("job_id",), False))


class Delivery(Table):
    """One record's way to one consumer. See ``ids`` for its id.

    as_sent: 1 while the request of its last attempt is to be repeated as it was.
    """

    id = BigIntegerField(primary_key=True)
    record_id = BigIntegerField()
    consumer_id = BigIntegerField()
    item_id = BigIntegerField()
    version = IntegerField()
    shard = IntegerField()
    state = IntegerField()
    cycle = IntegerField()
    number = IntegerField()
    due_at = instant()
    claim_token = BigIntegerField(null=True)
    claimed_at = instant(null=True)
    cycle_started_at = instant(null=True)
    settled_at = instant(null=True)
    last_outcome = IntegerField(null=True)
    last_status = IntegerField(null=True)
    last_error = TextField()
    as_sent = IntegerField(constraints=[SQL("DEFAULT 0")])

    class Meta:
        constraints: ClassVar = [
            refers("consumer_id", "consumer"),
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


class Cause(Table):
    """Why deliveries of a consumer are dead; ``n`` of them. See ``core.causes`` for its id."""

    id = BigIntegerField(primary_key=True)
    job_id = BigIntegerField()
    consumer_id = BigIntegerField()
    outcome = IntegerField()
    status = IntegerField(null=True)
    sentence = TextField()
    n = BigIntegerField()
    first_at = instant()
    last_at = instant()

    class Meta:
        constraints: ClassVar = [refers("consumer_id", "consumer"), Check("n >= 0")]
        indexes = ((("consumer_id",), False),)


class Failure(Table):
    """A dead delivery's cause: there is one for every dead delivery, and for no other."""

    delivery_id = BigIntegerField(primary_key=True)
    cause_id = BigIntegerField()

    class Meta:
        constraints: ClassVar = [refers("delivery_id", "delivery"), refers("cause_id", "cause")]
        indexes = ((("cause_id", "delivery_id"), True),)


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
    started_at = instant()
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
            refers("delivery_id", "delivery"),
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


class Rollup(Table):
    """Sums of ``step`` minutes of counters, from ``minute`` on: for graphs over days."""

    step = IntegerField()
    minute = BigIntegerField()
    job_id = BigIntegerField()
    consumer_id = BigIntegerField()
    what = TextField()
    n = BigIntegerField()

    class Meta:
        primary_key = False
        without_rowid = True
        constraints: ClassVar = [SQL("PRIMARY KEY (step, minute, job_id, consumer_id, what)")]
