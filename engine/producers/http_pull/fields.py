"""The fields of an ``http_pull`` producer: form, validation, API and help come from here."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from engine.core.auth import Auth, NoAuth
from engine.core.errors import OperatorError
from engine.core.expression import Names
from engine.core.fields import (
    Duration,
    Part,
    PositiveDuration,
    condition,
    duration_ms,
    duration_s,
    expression,
    refusal,
    template,
)
from engine.core.job import ProducerBase
from engine.core.template import Template
from engine.http.guard import check_origin_is_fixed
from engine.producers.http_pull.time_text import time_rank

MAX_LAG = 10**15

Text = template(Names.PULL_REQUEST, str)


class PullRequest(Part):
    """The request for one page."""

    method: Literal["GET", "POST", "PUT"] = Field("GET", title="Method")
    url: Text = Field(title="Address", examples=["https://shop.example/api/orders"])  # type: ignore[valid-type]  # built from the names
    query: dict[str, Text] = Field(default_factory=dict, title="Query")  # type: ignore[valid-type]  # built from the names
    headers: dict[str, Text] = Field(default_factory=dict, title="Headers")  # type: ignore[valid-type]  # built from the names
    body: template(Names.PULL_REQUEST) = Field(None, title="Body")  # type: ignore[valid-type]  # built from the names
    auth: Auth = Field(default_factory=NoAuth, title="Authentication")
    timeout: PositiveDuration = Field("60s", title="Timeout")

    @property
    def timeout_s(self) -> float:
        """The whole time one page may take, in seconds."""
        return duration_s(self.timeout)

    def names_used(self) -> frozenset[str]:
        """The names that stand in the request's expressions."""
        parts = (self.url, self.query, self.headers, self.body)
        return frozenset[str]().union(
            *(Template.compile(part, Names.PULL_REQUEST, "request").names_used for part in parts)
        )

    @field_validator("url")
    @classmethod
    def _origin(cls, url: str) -> str:
        try:
            check_origin_is_fixed(url)
        except OperatorError as error:
            raise refusal(error) from None
        return url


class PullResponse(Part):
    """How to read an answer."""

    format: Literal["json", "ndjson", "csv", "xml"] = Field("json", title="Format")
    ok: condition(Names.PULL_ANSWER) | None = Field(  # type: ignore[valid-type]  # built from the names
        None, title="Success when", examples=['status == 200 && body.code == "0"']
    )
    records: expression(Names.PULL_ANSWER) | None = Field(  # type: ignore[valid-type]  # built from the names
        None,
        title="Records",
        description="Where the list of records stands; left out: the whole answer.",
        examples=["body.data.items"],
    )
    max_size: int = Field(
        64 * 1024 * 1024, ge=1024, le=1024**3, title="Largest page, in bytes, decoded"
    )


class NoPaging(Part):
    """One request is everything."""

    kind: Literal["none"] = "none"


class PagePaging(Part):
    """Page numbers."""

    kind: Literal["page"]
    start: int = Field(1, ge=0, title="First page")
    size: int = Field(500, ge=1, le=1_000_000, title="Records a full page")


class OffsetPaging(Part):
    """Offsets into the list."""

    kind: Literal["offset"]
    start: int = Field(0, ge=0, title="First offset")
    size: int = Field(500, ge=1, le=1_000_000, title="Records a full page")


class TokenPaging(Part):
    """A token in each answer asks for the next page."""

    kind: Literal["token"]
    next: expression(Names.PULL_ANSWER) = Field(title="Next token", examples=["body.next"])  # type: ignore[valid-type]  # built from the names


class LinkPaging(Part):
    """An address in each answer is the next page's; left out: the Link header."""

    kind: Literal["link"]
    next: expression(Names.PULL_ANSWER) | None = Field(  # type: ignore[valid-type]  # built from the names
        None, title="Next address", examples=['headers["next-page"]']
    )


Paging = Annotated[
    NoPaging | PagePaging | OffsetPaging | TokenPaging | LinkPaging, Field(discriminator="kind")
]


class Cursor(Part):
    """What tells how far a pull has got in the source."""

    value: expression(Names.PULL_RECORD) = Field(title="Value", examples=["record.updated_at"])  # type: ignore[valid-type]  # built from the names
    type: Literal["time", "number", "text"] = Field("time", title="Type")
    start: str | int | float | None = Field(None, title="Start at")
    lag: Duration | int | float | None = Field(
        None, title="Read back", description="A duration for time, a number for number."
    )

    @model_validator(mode="after")
    def _fits(self) -> Cursor:
        match self.type:
            case "time":
                if self.lag is not None and not isinstance(self.lag, str):
                    raise ValueError("the lag of a time cursor is a duration such as 10s")
                if self.start is not None and time_rank(str(self.start)) is None:
                    raise ValueError(
                        f'start "{self.start}" is not a time; write it as the source does, such '
                        "as 2026-01-31T09:30:00Z"
                    )
            case "number":
                if isinstance(self.lag, str):
                    raise ValueError("the lag of a number cursor is a number")
                if self.lag is not None and not 0 <= self.lag <= MAX_LAG:
                    raise ValueError(f"the lag must be a number from 0 to {MAX_LAG:,}")
                if self.start is not None:
                    try:
                        Decimal(str(self.start))
                    except InvalidOperation:
                        raise ValueError(f'start "{self.start}" is not a number') from None
            case "text":
                if self.lag is not None:
                    raise ValueError("a text cursor has no lag")
        return self

    @property
    def lag_ms(self) -> int:
        """The lag of a time cursor in ms; 0 without one."""
        return duration_ms(self.lag) if isinstance(self.lag, str) else 0


_FILTERS = re.compile(r"\.\s*filter\s*\(")
_HANDED_OVER = frozenset(("page", "offset", "token"))
"""Kinds of paging whose name must stand in the request."""


class HttpPull(ProducerBase):
    """Asks a query interface over HTTP."""

    kind: Literal["http_pull"]
    mode: Literal["incremental", "full"] = Field("incremental", title="Mode")
    request: PullRequest
    response: PullResponse = Field(default_factory=PullResponse)
    paging: Paging = Field(default_factory=NoPaging, title="Paging")
    cursor: Cursor | None = Field(None, title="Cursor")

    @model_validator(mode="after")
    def _mode_fits_cursor(self) -> HttpPull:
        if self.mode == "incremental" and self.cursor is None:
            raise ValueError('mode "incremental" needs a cursor; add one, or use mode "full"')
        if self.mode == "full" and self.cursor is not None:
            raise ValueError('mode "full" reads everything and has no cursor; remove one of them')
        return self

    @model_validator(mode="after")
    def _paging_is_handed_over(self) -> HttpPull:
        name = self.paging.kind
        if name in _HANDED_OVER and name not in self.request.names_used():
            raise ValueError(
                f"paging of kind {name} needs ${{{name}}} in the request, such as "
                f'query: {{{name}: "${{{name}}}"}}; else every answer is the first page'
            )
        records = self.response.records or ""
        if name in ("page", "offset") and _FILTERS.search(records):
            raise ValueError(
                "response.records must not filter where pages are numbered: how many records a "
                "page has tells whether it is the last one. Let the consumers filter"
            )
        return self
