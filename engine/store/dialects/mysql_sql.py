"""Our statements in the manner that MySQL and MariaDB share.

Neither has indexes of a part of a table; generated columns stand in for them (``queue_shard`` and
``order_item`` of ``delivery``): they hold a value where the row belongs to the part, else NULL.
Neither finds a range in an index that hangs on a row of another table, so the deliveries of a
record are found by ``record_id``. Neither has conflict clauses that name their columns, nor lists
as values: a list of ids is written out where it is compared with, and is a table of its own where
it leads a join.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

from engine.store.access import Parameters
from engine.store.ids import SPAN

_PIECE = re.compile(r"\?(\d*)(!?)")
_TEXT = re.compile(r"'(?:[^']|'')*'")
_KEPT = re.compile(r"\x01(\d+)\x01")

RESERVED = ("by", "condition", "cursor", "key", "use")
"""Names of our tables and columns that are words of the language here."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A statement in pieces; between two of them goes a value.

    order: which of the values it is, and whether it is a list of ids to be written out.
    keeps_first: a row whose key is there already is left alone, which is no error.
    """

    pieces: tuple[bytes, ...]
    order: tuple[tuple[int, bool], ...]
    keeps_first: bool = False

    def bound(self, parameters: Parameters, literal: Callable[[object], bytes]) -> bytes:
        """The whole statement."""
        parts = [self.pieces[0]]
        for piece, (at, is_list) in zip(self.pieces[1:], self.order, strict=True):
            value = parameters[at]
            parts += (_ids(value) if is_list else literal(value), piece)
        return b"".join(parts)


def _ids(text: str) -> bytes:
    """What stands between the brackets of a JSON array of whole numbers."""
    found: bytes = text.strip()[1:-1].encode()
    if not found:
        return b"NULL"
    if not re.fullmatch(rb"[-0-9, ]+", found):
        raise ValueError(f"not a list of ids: {text[:100]}")
    return found


@lru_cache(maxsize=4096)
def rewritten(sql: str) -> Rewritten:
    """One of our statements."""
    texts: list[str] = []

    def keep(found: re.Match[str]) -> str:
        texts.append(found.group(0))
        return f"\x01{len(texts) - 1}\x01"

    plain = _numbered(_TEXT.sub(keep, sql))
    for pattern, other in _RULES:
        plain = pattern.sub(other, plain)
    plain, keeps_first = _on_conflict(_each_part_bounded(plain))
    return _cut(_KEPT.sub(lambda found: texts[int(found.group(1))], plain), keeps_first)


def _numbered(sql: str) -> str:
    """Every mark with its number."""
    count = 0

    def number(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"?{found.group(1) or count}"

    return re.sub(r"\?(\d*)", number, sql)


_QUEUED = r"consumer_id = (\?\d+) AND shard = (\?\d+) AND state IN \(1, 3\)"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), other)
    for pattern, other in (
        (r"\s+", " "),
        (r"IN \(SELECT value FROM json_each\((\?\d+)\)\)", r"IN (\1!)"),
        (r"json_each\((\?\d+)\)(?! AS )", r"json_each(\1) AS json_list"),
        (
            r"json_each\((\?\d+)\)",
            r"JSON_TABLE(\1, '$[*]' COLUMNS (value BIGINT PATH '$'))",
        ),
        (
            rf"INDEXED BY delivery_queue WHERE {_QUEUED}",
            r"FORCE INDEX (delivery_queue) WHERE consumer_id = \1 AND queue_shard = \2",
        ),
        (
            r"INDEXED BY delivery_order WHERE (\w+\.)?item_id",
            r"FORCE INDEX (delivery_order) WHERE \1order_item",
        ),
        (
            rf"(\w+\.)?id > ([\w.]+) \* {SPAN} AND (?:\w+\.)?id < \(\2 \+ 1\) \* {SPAN}",
            r"\1record_id = \2",
        ),
        (r"INDEXED BY (\w+)", r"FORCE INDEX (\1)"),
        (r"CROSS JOIN", "STRAIGHT_JOIN"),
        (r"AS MATERIALIZED", "AS"),
        (r"CAST\(([\w.]+) AS TEXT\)", r"CAST(\1 AS CHAR)"),
        (
            r"\((\w+), (\w+)\) > \((\?\d+), (\?\d+)\)",
            r"\1 >= \3 AND (\1 > \3 OR (\1 = \3 AND \2 > \4))",
        ),
        (r" COLLATE BINARY", ""),
        (rf"(?<![`\w])({'|'.join(RESERVED)})\b(?![`(])", r"`\1`"),
    )
)

_DUE = re.compile(r"SELECT id, due_at FROM delivery FORCE INDEX.*?AND due_at <= \?\d+")
_FIRST_DUE = re.compile(r"ORDER BY 2, 1 LIMIT (\?\d+)")


def _each_part_bounded(sql: str) -> str:
    """A union is gathered whole before it is ordered; so each part brings no more than is asked
    for, in the order of its index.
    """
    asked = _FIRST_DUE.search(sql)
    if asked is None or "UNION ALL" not in sql:
        return sql
    bound = f"ORDER BY due_at, id LIMIT {asked.group(1)}"
    return _DUE.sub(lambda found: f"({found.group(0)} {bound})", sql)


_NOTHING = re.compile(r" ON CONFLICT \([^)]*\) DO NOTHING")
_UPDATE = re.compile(r" ON CONFLICT \([^)]*\) DO UPDATE SET ")


def _on_conflict(sql: str) -> tuple[str, bool]:
    if _NOTHING.search(sql):
        return _NOTHING.sub("", sql), True
    if not _UPDATE.search(sql):
        return sql, False
    sql = _UPDATE.sub(" ON DUPLICATE KEY UPDATE ", sql)
    return re.sub(r"excluded\.(`?\w+`?)", r"VALUES(\1)", sql), False


def _cut(sql: str, keeps_first: bool) -> Rewritten:
    """In pieces, at its marks; those inside texts are none."""
    pieces: list[str] = [""]
    order: list[tuple[int, bool]] = []
    at = 0
    for found in re.finditer(rf"{_TEXT.pattern}|{_PIECE.pattern}", sql):
        pieces[-1] += sql[at : found.start()]
        at = found.end()
        if found.group(0)[0] == "'":
            pieces[-1] += found.group(0)
        else:
            order.append((int(found.group(1)) - 1, found.group(2) == "!"))
            pieces.append("")
    pieces[-1] += sql[at:]
    return Rewritten(tuple(piece.encode() for piece in pieces), tuple(order), keeps_first)


@cache
def insert_sql(
    table: str, own: tuple[str, ...], shared: tuple[str, ...], conflict: str
) -> tuple[bytes, bytes]:
    """What stands before the rows of an insert, and behind them."""
    head = rewritten(f"INSERT INTO {table} ({', '.join((*shared, *own))}) VALUES{conflict}")
    (text,) = head.pieces
    before, values, behind = text.partition(b" VALUES")
    if head.keeps_first:
        name = rewritten((*shared, *own)[0]).pieces[0]
        behind = b" ON DUPLICATE KEY UPDATE " + name + b" = " + table.encode() + b"." + name
    return before + values + b" ", behind


@cache
def update_sql(sql: str, own: tuple[str, ...], shared: tuple[str, ...]) -> Rewritten:
    """An update of many rows: value 1 is the JSON of the rows, then come the shared values."""
    names = {name: f"?{at}" for at, name in enumerate(shared, 2)}
    names |= {name: f"v.column{at}" for at, name in enumerate(own, 1)}
    change, _, guard = sql.rpartition(" WHERE {id} = ")
    head, _, settings = change.partition(" SET ")
    table = head.removeprefix("UPDATE ")
    id_, _, rest = guard.partition(" AND ")
    columns = ", ".join(f"column{at} BIGINT PATH '$[{at - 1}]'" for at in range(1, len(own) + 1))
    return rewritten(
        f"UPDATE JSON_TABLE(?1, '$[*]' COLUMNS ({columns})) AS v"
        f" CROSS JOIN {table} ON {table}.{id_} = {names['id']}"
        f" SET {settings.format(**names)}" + (f" WHERE {rest.format(**names)}" if rest else "")
    )
