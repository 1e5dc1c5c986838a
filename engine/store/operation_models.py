"""The table of operations: long work of an operator, kept so that a restart goes on with it.

Not for what an operation does to deliveries or the ledger: ``operations`` and ``by_hand``.
"""

from __future__ import annotations

from typing import ClassVar

from peewee import BigIntegerField, Check, FloatField, IntegerField, TextField

from engine.store.table import Table, instant


class Operation(Table):
    """One operation. ``owner``, ``token``, ``expires_at``: which node works on it, as in a lease.

    request: what was asked, JSON. wanted: of a query, the filter by ids, JSON. record_ids: those
    named, JSON, rising. last_id: no record above it is met. position: the delivery or record id up
    to which all was met. shards: the pull shards, JSON; shard: the one in hand; cursor_at,
    cursor_state: how far the pull of that one has got.
    """

    id = BigIntegerField(primary_key=True)
    kind = TextField()
    state = TextField()
    request = TextField()
    wanted = TextField()
    record_ids = TextField()
    job_id = BigIntegerField(null=True)
    job = TextField()
    consumer = TextField()
    mode = TextField()
    reason = TextField()
    last_id = BigIntegerField()
    position = BigIntegerField()
    shards = TextField()
    shard = TextField()
    since = TextField(null=True)
    until = TextField(null=True)
    cursor_at = TextField(null=True)
    cursor_state = TextField()
    total = BigIntegerField(null=True)
    total_exact = IntegerField()
    done = BigIntegerField()
    moved = BigIntegerField()
    refused = BigIntegerField()
    warned = BigIntegerField()
    share = FloatField(null=True)
    per_s = FloatField(null=True)
    worked_ms = BigIntegerField()
    refusals = TextField()
    warnings = TextField()
    sentence = TextField()
    started_by = TextField()
    audit_id = BigIntegerField()
    created_at = instant()
    updated_at = instant()
    ended_at = instant(null=True)
    owner = TextField()
    token = BigIntegerField()
    expires_at = instant()

    class Meta:
        constraints: ClassVar = [
            Check("kind IN ('resend', 'skip', 'repull')"),
            Check("state IN ('running', 'paused', 'done', 'cancelled', 'failed')"),
            Check("(state IN ('running', 'paused')) = (ended_at IS NULL)"),
            Check("mode IN ('mapped', 'sent')"),
        ]
        indexes = ((("ended_at",), False),)
