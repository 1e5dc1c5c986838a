"""The table of alerts as they stand. Not for what they mean: ``core.alerting``."""

from __future__ import annotations

from typing import ClassVar

from peewee import BigIntegerField, Check, IntegerField, TextField

from engine.store.table import Table, instant, refers


class Alert(Table):
    """One rule of a job for one consumer; see ``alerts`` for its id and what is owed.

    channels, facts: JSON. calm_since: since when its condition has not held.
    """

    id = BigIntegerField(primary_key=True)
    job_id = BigIntegerField()
    consumer = TextField()
    condition = TextField()
    channels = TextField()
    is_open = IntegerField()
    told_at = instant()
    calm_since = instant(null=True)
    restless = IntegerField()
    opened_at = instant()
    resolved_at = instant(null=True)
    facts = TextField()
    owed = TextField()
    revision = IntegerField()

    class Meta:
        constraints: ClassVar = [
            refers("job_id", "job"),
            Check("is_open IN (0, 1)"),
            Check("restless IN (0, 1)"),
            Check("(is_open = 1) = (resolved_at IS NULL)"),
        ]
        indexes = ((("job_id",), False),)
