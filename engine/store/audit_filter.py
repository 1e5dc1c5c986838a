"""Which rows of the audit are wanted."""

from __future__ import annotations

from dataclasses import dataclass

from engine.store.rows import AuditRow


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which audit rows are wanted. who, target: a part of the text, in either case of letters;
    what: the whole of it. since, until: UTC ms, the latter not included.
    """

    who: str = ""
    what: str = ""
    target: str = ""
    since: int | None = None
    until: int | None = None

    def takes(self, row: AuditRow) -> bool:
        """Whether it is wanted."""
        return (
            self.who.casefold() in row.by.casefold()
            and self.target.casefold() in row.target.casefold()
            and self.what in ("", row.what)
            and (self.since is None or row.at >= self.since)
            and (self.until is None or row.at < self.until)
        )


EVERYTHING = AuditFilter()
