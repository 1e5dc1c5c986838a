"""One numbered step of the schema, frozen, as each kind of database has it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """Statements for each dialect."""

    sqlite: tuple[str, ...] = ()
    postgres: tuple[str, ...] = ()
    mysql: tuple[str, ...] = ()

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
