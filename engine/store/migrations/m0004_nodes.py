"""How nodes do, and which of them were drained, frozen."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    "CREATE TABLE node_load (name TEXT NOT NULL PRIMARY KEY, state TEXT NOT NULL, cpu_permille "
    "INTEGER NOT NULL, memory_bytes INTEGER NOT NULL, waiting INTEGER NOT NULL) STRICT",
    "CREATE TABLE drained_node (name TEXT NOT NULL PRIMARY KEY, at INTEGER NOT NULL, by TEXT "
    "NOT NULL) STRICT",
)
