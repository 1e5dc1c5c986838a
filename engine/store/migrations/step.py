"""One numbered step of the schema, frozen, as each kind of database has it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """Statements for each dialect.

    additive: a node of the version before may go on with its work: there are new tables, and new
    columns with a default, and nothing it reads or writes means anything else (CONTRIBUTING.md,
    "Change the schema"). Where it is not, nodes of older versions stop.
    """

    sqlite: tuple[str, ...] = ()
    postgres: tuple[str, ...] = ()
    mysql: tuple[str, ...] = ()
    additive: bool = False

    def of(self, dialect: str) -> tuple[str, ...]:
        """The statements of the dialect of that name."""
        match dialect:
            case "sqlite":
                return self.sqlite
            case "postgres":
                return self.postgres
            case "mysql":
                return self.mysql
            case _:
                raise ValueError(f"no dialect is called {dialect}")
