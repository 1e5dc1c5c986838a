"""The table of who owned which shard when: what proves that nobody wrote without owning it.

Not for who owns it now: ``Lease`` in ``models``.
"""

from __future__ import annotations

from typing import ClassVar

from peewee import BigIntegerField, Check, TextField

from engine.store.table import Table, instant


class LeaseHistory(Table):
    """One ownership of a shard. ``ended_at``: given back, or run out before the next owner.

    A row is written when a shard is taken and when that ends, never when a lease is renewed. It
    has no foreign key: it outlives its lease.
    """

    token = BigIntegerField(primary_key=True)
    job_id = BigIntegerField()
    kind = TextField()
    shard = TextField()
    owner = TextField()
    taken_at = instant()
    ended_at = instant(null=True)

    class Meta:
        constraints: ClassVar = [Check("kind IN ('pull', 'push')")]
        indexes = ((("job_id", "kind", "shard"), False),)
