"""What certificate a node proves itself with, frozen."""

from __future__ import annotations

from engine.store.migrations.step import Step

STEP = Step(
    sqlite=("ALTER TABLE node ADD COLUMN fingerprint TEXT NOT NULL DEFAULT ''",),
    postgres=("ALTER TABLE node ADD COLUMN fingerprint text COLLATE \"C\" NOT NULL DEFAULT ''",),
    mysql=("ALTER TABLE node ADD COLUMN fingerprint longtext NOT NULL DEFAULT ('')",),
)
