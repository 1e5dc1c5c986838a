"""A sample source: rows behind a paged query interface on 127.0.0.1, in the ways sources have.

    async with SampleSource(rows(1000)) as source:
        source.url("page")                        # offset, token, link-header, link-body, all
        source.between(2, lambda: source.touch("7", "2026-01-01T00:00:09Z"))
        source.asked                              # every request, in order

What the query says: ``since`` (cursor value), ``page`` from 1, ``offset``, ``token``, ``size``.
Built on the fault server, so ``source.server.on(path, …)`` breaks single answers. Not for speed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, Literal, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.fault_server import Answer, FaultServer, Received

Row = dict[str, Any]
Order = Literal["asc", "desc", "none"]
Format = Literal["json", "ndjson", "csv", "xml"]

WAYS = ("all", "page", "offset", "token", "link-header", "link-body")
CLOCK = 1_767_225_600  # 2026-01-01T00:00:00Z, of the Date header
_TYPES = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "xml": "application/xml",
}


def moment(second: int) -> str:
    """A time that many seconds into 2025, as the source writes it."""
    days, rest = divmod(second, 86_400)
    month, day = divmod(days, 28)
    return (
        f"2025-{month + 1:02d}-{day + 1:02d}"
        f"T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}Z"
    )


def rows(count: int, *, a_second: int = 1, first: int = 1) -> list[Row]:
    """Rows in the order of their times, ``a_second`` of them sharing each second."""
    return [
        {"id": str(number), "updated_at": moment((number - 1) // a_second), "status": "new"}
        for number in range(first, first + count)
    ]


@dataclass(slots=True)
class SampleSource:
    """The source.

    order: in which it lists rows by their cursor field, "none" is as they stand in ``rows``.
    strict: it compares with ``>`` and not ``>=``. ignores_cursor: it does not filter at all.
    cap: it gives no more rows a page than this, whatever size is asked for.
    refuses: looks at a request and gives the answer that refuses it, or None.
    """

    rows: list[Row]
    by: str = "updated_at"
    order: Order = "asc"
    strict: bool = False
    ignores_cursor: bool = False
    ignores_number: bool = False
    repeats_last_page: bool = False
    cap: int | None = None
    format: Format = "json"
    wrapped: bool = True
    date: int | None = CLOCK
    refuses: Callable[[Received], Answer | None] = lambda request: None
    server: FaultServer = field(default_factory=FaultServer)
    _between: dict[int, list[Callable[[], None]]] = field(default_factory=dict)
    _count: int = 0

    async def __aenter__(self) -> Self:
        await self.server.__aenter__()
        for way in WAYS:
            self.server.on(f"/{way}", self._answer)
        return self

    async def __aexit__(self, *reason: object) -> None:
        await self.server.__aexit__(*reason)

    # -- what a test asks
    def url(self, way: str) -> str:
        """The address of one way of paging."""
        return f"{self.server.origin}/{way}"

    @property
    def asked(self) -> list[Received]:
        """Every request, in order."""
        return self.server.received

    def queries(self) -> list[dict[str, str]]:
        """The query of every request, in order."""
        return [query_of(request) for request in self.asked]

    # -- what a test changes
    def between(self, after: int, change: Callable[[], None]) -> None:
        """Make a change once that many requests have been answered."""
        self._between.setdefault(after, []).append(change)

    def touch(self, row_id: str, at: Any, **fields: Any) -> None:
        """Update a row: it gets a new cursor value."""
        self.row(row_id).update({self.by: at, **fields})

    def insert(self, row: Row) -> None:
        """A row more."""
        self.rows.append(row)

    def remove(self, row_id: str) -> None:
        """A row less."""
        self.rows.remove(self.row(row_id))

    def row(self, row_id: str) -> Row:
        """A row by its id."""
        return next(row for row in self.rows if row["id"] == row_id)

    # -- answering
    def _answer(self, request: Received) -> Answer | str:
        for change in self._between.pop(self._count, ()):
            change()
        self._count += 1
        refusal = self.refuses(request)
        if refusal is not None:
            return refusal
        path = urlsplit(request.path).path
        return self._page(path.strip("/"), query_of(request))

    def _page(self, way: str, query: Mapping[str, str]) -> Answer:
        found = self._listed(query.get("since"))
        if way == "all":
            return self._written(found, None, ())
        size = min(int(query.get("size", 100)), self.cap or 10**9)
        start = self._start(way, query, size)
        if self.repeats_last_page and start >= len(found):
            start = max((len(found) - 1) // size * size, 0)
        page = found[start : start + size]
        token = str(start + size) if start + size < len(found) else None
        if way == "token":
            return self._written(page, token, ())
        if way in ("link-header", "link-body"):
            link = None if token is None else f"/{way}?{urlencode({**query, 'token': token})}"
            if way == "link-body":
                return self._written(page, link, ())
            given = (("Link", f'</first>; rel="first", <{link}>; rel="next"'),) if link else ()
            return self._written(page, None, given)
        return self._written(page, None, ())

    def _listed(self, since: str | None) -> list[Row]:
        found = list(self.rows)
        if since and not self.ignores_cursor:
            least = type(found[0][self.by])(since) if found else since
            found = [
                row
                for row in found
                if (row[self.by] > least if self.strict else row[self.by] >= least)
            ]
        if self.order != "none":
            found.sort(key=lambda row: row[self.by], reverse=self.order == "desc")
        return found

    def _start(self, way: str, query: Mapping[str, str], size: int) -> int:
        if self.ignores_number:
            return 0
        match way:
            case "page":
                return (int(query.get("page", 1)) - 1) * size
            case "offset":
                return int(query.get("offset", 0))
            case _:
                return int(query.get("token", 0))

    def _written(
        self, page: list[Row], following: str | None, headers: Iterable[tuple[str, str]]
    ) -> Answer:
        given = [("Content-Type", _TYPES[self.format]), *headers]
        if self.date is not None:
            given.append(("Date", formatdate(self.date, usegmt=True)))
        return Answer(200, self._body(page, following), tuple(given))

    def _body(self, page: list[Row], following: str | None) -> bytes:
        match self.format:
            case "json" if self.wrapped:
                inner = {"items": page, "next": following}
                return json.dumps({"code": "0", "data": inner}).encode()
            case "json":
                return json.dumps(page).encode()
            case "ndjson":
                return "".join(json.dumps(row) + "\n" for row in page).encode()
            case "csv":
                names = list(page[0]) if page else ["id", self.by, "status"]
                lines = [names, *([str(row[name]) for name in names] for row in page)]
                return "\r\n".join(",".join(line) for line in lines).encode()
            case "xml":
                items = "".join(
                    "<row>" + "".join(f"<{k}>{v}</{k}>" for k, v in row.items()) + "</row>"
                    for row in page
                )
                return f"<rows>{items}</rows>".encode()


def query_of(request: Received) -> dict[str, str]:
    """A request's query parameters, the last of equal names."""
    pairs = parse_qs(urlsplit(request.path).query, keep_blank_values=True)
    return {name: values[-1] for name, values in pairs.items()}
