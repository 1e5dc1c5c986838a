"""Connections that note the plan of every statement, and what is wrong with a plan."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from engine.store.access import Access
from engine.store.dialects.mysql_access import MysqlAccess, literal
from engine.store.dialects.mysql_sql import rewritten as for_mysql
from engine.store.dialects.postgres_access import PostgresAccess
from engine.store.dialects.postgres_access import rewritten as for_postgres
from engine.store.dialects.sqlite_access import SqliteAccess

BIG = ("record", "delivery", "failure", "f", "attempt", "pull", "r", "d", "e", "n", "a", "m", "p")
"""The tables that grow, and the names they go by in our statements."""

FEW = 50
"""Rows that a server may well read whole, whatever indexes there are."""
Plans = list[tuple[str, list[str]]]
"""Statements, each with the lines of its plan."""


class Watched(Access):
    """An access that notes plans. faults_of: what looks at every row of a big table, or sorts."""

    plans: Plans

    @abstractmethod
    def lines(self, sql: str, parameters: Any) -> list[str]:
        """The plan of a statement."""

    @staticmethod
    @abstractmethod
    def faults_of(lines: list[str]) -> Iterator[str]:
        """The lines that are faults."""

    def rows(self, sql: str, parameters: Any = ()) -> list[Any]:
        self.plans.append((sql, self.lines(sql, parameters)))
        return super().rows(sql, parameters)

    def row(self, sql: str, parameters: Any = ()) -> Any:
        self.plans.append((sql, self.lines(sql, parameters)))
        return super().row(sql, parameters)

    def run(self, sql: str, parameters: Any = ()) -> int:
        self.plans.append((sql, self.lines(sql, parameters)))
        return super().run(sql, parameters)


class _OnSqlite(Watched, SqliteAccess):
    def lines(self, sql: str, parameters: Any) -> list[str]:
        found = self.raw.execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()
        return [line for *_, line in found]

    @staticmethod
    def faults_of(lines: list[str]) -> Iterator[str]:
        # A part that was bounded by itself shows up by its name, and may be read whole.
        bounded = {line.split()[1] for line in lines if line.startswith(("CO-ROUTINE", "MATERIAL"))}
        names = [found[2] for line in lines if (found := re.match(r"(SCAN|SEARCH) (\w+)", line))]
        for line in lines:
            scanned = re.match(r"SCAN (\w+)", line)
            if scanned and scanned[1] in BIG and scanned[1] not in bounded:
                yield line
            if ("TEMP B-TREE" in line or "AUTOMATIC" in line) and set(names) & set(BIG):
                yield line


class _OnPostgres(Watched, PostgresAccess):
    def lines(self, sql: str, parameters: Any) -> list[str]:
        ready = for_postgres(sql)
        found = self.raw.execute(
            f"EXPLAIN (COSTS OFF) {ready.text}", ready.bind(parameters), prepare=False
        ).fetchall()
        return [line.strip() for (line,) in found]

    @staticmethod
    def faults_of(lines: list[str]) -> Iterator[str]:
        # A writer's connection scans a table only where no index can answer. Whether it sorts
        # hangs on how much is there: of so few rows it sorts some that it would not of many.
        for line in lines:
            scanned = re.search(r"Seq Scan on (\w+)", line)
            if scanned and scanned[1] in BIG:
                yield line


class _OnMysql(Watched, MysqlAccess):
    def lines(self, sql: str, parameters: Any) -> list[str]:
        statement = for_mysql(sql).bound(parameters, literal)
        found = self.query(b"EXPLAIN " + statement).fetchall()
        return [" | ".join(map(str, row)) for row in found]

    @staticmethod
    def faults_of(lines: list[str]) -> Iterator[str]:
        for line in lines:
            _, _, table, kind, *_, rows, extra = line.split(" | ")
            if table not in BIG or int(rows) <= FEW:
                continue
            if kind in ("ALL", "index") or "filesort" in extra:
                yield line


def watching(access: Access) -> Watched:
    """The same connection, which notes from now on."""
    kinds: tuple[type[Watched], ...] = (_OnSqlite, _OnPostgres, _OnMysql)
    kind = next(one for one in kinds if issubclass(one, type(access)))
    noted = kind(**{each.name: getattr(access, each.name) for each in fields(access) if each.init})
    noted.plans = []
    return noted


def faults(access: Watched) -> list[str]:
    """Everything that is wrong with the plans noted, each with its statement."""
    return [f"{line} in {sql}" for sql, lines in access.plans for line in access.faults_of(lines)]
