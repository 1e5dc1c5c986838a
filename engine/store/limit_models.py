"""What the nodes of a shared database keep in common of how fast and whether they send.

Not for what the numbers mean: ``core.slots`` and ``core.circuit``.
"""

from __future__ import annotations

from typing import ClassVar

from peewee import BigIntegerField, IntegerField, TextField

from engine.store.table import Table, instant, refers


class Allowance(Table):
    """The rate of a consumer, in requests in 10^9 s.

    last_at: the last slot given out, in UTC microseconds. asked: how often slots were asked for.
    """

    consumer_id = BigIntegerField(primary_key=True)
    revision = IntegerField()
    rate_per_gs = BigIntegerField()
    last_at = BigIntegerField()
    asked = BigIntegerField()

    class Meta:
        constraints: ClassVar = [refers("consumer_id", "consumer")]


class Breaker(Table):
    """The breaker of a consumer's target.

    counts: JSON, the steps of its window. told: how often something was told of it.
    """

    consumer_id = BigIntegerField(primary_key=True)
    revision = IntegerField()
    opened_at = instant(null=True)
    reason = TextField()
    next_at = instant()
    wait_ms = BigIntegerField()
    trial_by = TextField()
    trial_until = instant()
    in_a_row = BigIntegerField()
    counts = TextField()
    failed_at = instant()
    told = BigIntegerField()

    class Meta:
        constraints: ClassVar = [refers("consumer_id", "consumer")]
