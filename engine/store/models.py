"""The tables, as design.md section 4 names them: jobs, leases, operators; and the list of all.

The only place their shape is told, with ``ledger_models``. Instants are UTC ms; JSON is kept as
text; ids are given by ``serial`` and never twice. Invariants are CHECK constraints, so that a bug
becomes an error and not bad data. A change here needs a migration; a test proves that both give
the same schema.
"""

from __future__ import annotations

from typing import ClassVar

from peewee import SQL, BigIntegerField, BlobField, Check, IntegerField, TextField

from engine.store.alert_models import Alert
from engine.store.ids import SPAN
from engine.store.lease_models import LeaseHistory
from engine.store.ledger_models import (
    Attempt,
    Cause,
    Counter,
    Delivery,
    Failure,
    Pull,
    Record,
    Rollup,
)
from engine.store.limit_models import Allowance, Breaker
from engine.store.operation_models import Operation
from engine.store.table import Table, instant, refers


class Meta(Table):
    """Facts about the database: ``ledger_id`` and ``schema``."""

    name = TextField(primary_key=True)
    value = TextField()


class Serial(Table):
    """Numbers that only rise: each kind's next id; how often each topic of ``feed`` was told."""

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
    created_at = instant()
    updated_at = instant()
    deleted_at = instant(null=True)
    paused_until = instant(null=True)
    pause_reason = TextField(constraints=[SQL("DEFAULT ''")])

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
    saved_at = instant()
    saved_by = TextField()

    class Meta:
        constraints: ClassVar = [refers("job_id", "job")]
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
    created_at = instant()
    removed_at = instant(null=True)
    paused_until = instant(null=True)
    pause_reason = TextField(constraints=[SQL("DEFAULT ''")])

    class Meta:
        constraints: ClassVar = [
            refers("job_id", "job"),
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
    expires_at = instant()

    class Meta:
        primary_key = False
        without_rowid = True
        constraints: ClassVar = [
            SQL("PRIMARY KEY (job_id, kind, shard)"),
            refers("job_id", "job"),
            Check("kind IN ('pull', 'push')"),
        ]


class Cursor(Table):
    """How far a pull shard has got."""

    job_id = BigIntegerField()
    shard = TextField()
    value = TextField(null=True)
    state = TextField()
    due_at = instant()
    failures = IntegerField()
    problem = TextField()
    problem_at = instant(null=True)
    last_pull_at = instant(null=True)
    last_good_at = instant(null=True)

    class Meta:
        primary_key = False
        without_rowid = True
        constraints: ClassVar = [SQL("PRIMARY KEY (job_id, shard)"), refers("job_id", "job")]


class Node(Table):
    """A running engine that was seen on this database. fingerprint: of its certificate, or ""."""

    name = TextField(primary_key=True)
    version = TextField()
    url = TextField()
    started_at = instant()
    seen_at = instant()
    fingerprint = TextField(constraints=[SQL("DEFAULT ''")])


class NodeLoad(Table):
    """How a node did when it was seen last; its row is replaced every few seconds.

    unable: ids of jobs that cannot run there, JSON; null: of an older version, it did not tell.
    doing: JSON, see ``services.doing``.
    """

    name = TextField(primary_key=True)
    state = TextField()
    cpu_permille = BigIntegerField()
    memory_bytes = BigIntegerField()
    waiting = BigIntegerField()
    unable = TextField(null=True)
    doing = TextField(constraints=[SQL("DEFAULT '[]'")])


class DrainedNode(Table):
    """A node that shall take no work, from when and by whom."""

    name = TextField(primary_key=True)
    at = instant()
    by = TextField()


class Secret(Table):
    """A sealed value. ``use`` is what it is for: a secret of a job, or an alert channel."""

    use = TextField()
    name = TextField()
    nonce = BlobField()
    sealed = BlobField()
    updated_at = instant()
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
    created_at = instant()
    created_by = TextField()
    expires_at = instant(null=True)
    revoked_at = instant(null=True)


class Audit(Table):
    """One thing an operator did."""

    id = BigIntegerField(primary_key=True)
    at = instant()
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
    LeaseHistory,
    Cursor,
    Pull,
    Record,
    Delivery,
    Cause,
    Failure,
    Attempt,
    Counter,
    Rollup,
    Node,
    NodeLoad,
    DrainedNode,
    Secret,
    Token,
    Audit,
    Operation,
    Alert,
    Allowance,
    Breaker,
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
    "operation",
)
