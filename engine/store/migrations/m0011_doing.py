"""What a node is doing for each consumer, for whoever asks another one. Frozen."""

from __future__ import annotations

from engine.store.migrations.step import Step

STEP = Step(
    sqlite=("ALTER TABLE node_load ADD COLUMN doing TEXT NOT NULL DEFAULT '[]'",),
    postgres=("ALTER TABLE node_load ADD COLUMN doing text COLLATE \"C\" NOT NULL DEFAULT '[]'",),
    mysql=("ALTER TABLE node_load ADD COLUMN doing longtext NOT NULL DEFAULT ('[]')",),
)
