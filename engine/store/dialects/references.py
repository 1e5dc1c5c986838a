"""References that lead nowhere, looked for by queries: for servers that have no check of their own.

The largest tables have no foreign keys there, as each would lock a row of another table.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.store.access import Access

_REFERENCES = (
    ("consumer", "job_id", "job"),
    ("job_revision", "job_id", "job"),
    ("pull", "job_id", "job"),
    ("record", "job_id", "job"),
    ("delivery", "consumer_id", "consumer"),
    ("attempt", "delivery_id", "delivery"),
    ("cause", "consumer_id", "consumer"),
)


def broken_references(access: Access, shown: int) -> Iterator[tuple[str, str, str]]:
    """Rule, place and sentence of each row that refers to one that is not there."""
    for table, column, other in _REFERENCES:
        rows = access.rows(
            f"SELECT t.id FROM {table} AS t LEFT JOIN {other} AS o ON o.id = t.{column}"
            f" WHERE o.id IS NULL LIMIT {shown}"
        )
        for (id_,) in rows:
            yield "references", f"{table} {id_}", f"The {other} it belongs to is missing."
