"""The fields of an ``http_pull`` producer: form, validation, API and help come from here."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

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
    hints,
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

    method: Literal["GET", "POST", "PUT"] = Field(
        "GET", title="Method", description="How the source is asked."
    )
    url: Text = Field(  # type: ignore[valid-type]  # built from the names
        title="Address",
        description="Where the source is asked, without its query.",
        examples=["https://shop.example/api/orders"],
    )
    query: dict[str, Text] = Field(  # type: ignore[valid-type]  # built from the names
        default_factory=dict,
        title="Query",
        description="What stands behind the ?. ${cursor}, ${page}, ${offset} and ${token} ask for "
        "the next records.",
        examples=[{"updated_from": "${cursor}", "page": "${page}", "size": "500"}],
    )
    headers: dict[str, Text] = Field(  # type: ignore[valid-type]  # built from the names
        default_factory=dict,
        title="Headers",
        description="Sent with every request. Secrets belong into the authentication.",
        examples=[{"X-Tenant": "acme"}],
    )
    body: template(Names.PULL_REQUEST) = Field(  # type: ignore[valid-type]  # built from the names
        None,
        title="Body",
        description="A JSON value for a POST or PUT; texts in it may hold ${…}.",
        examples=[{"page": "${page}"}],
        json_schema_extra=hints(more=True),
    )
    auth: Auth = Field(
        default_factory=NoAuth,
        title="Authentication",
        description="How the hub proves itself to the source.",
    )
    timeout: PositiveDuration = Field(
        "60s",
        title="Timeout",
        description="The whole time one page may take.",
        json_schema_extra=hints(more=True),
    )

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

    format: Literal["json", "ndjson", "csv", "xml"] = Field(
        "json",
        title="Format",
        description="What the answer is written in.",
        json_schema_extra=hints(
            choices={"json": "JSON", "ndjson": "JSON Lines", "csv": "CSV", "xml": "XML"}
        ),
    )
    ok: condition(Names.PULL_ANSWER) | None = Field(  # type: ignore[valid-type]  # built from the names
        None,
        title="Success when",
        description="An answer for which it is not true is an error; left out: any 2xx.",
        examples=['status == 200 && body.code == "0"'],
    )
    records: expression(Names.PULL_ANSWER) | None = Field(  # type: ignore[valid-type]  # built from the names
        None,
        title="Records",
        description="Where the list of records stands; left out: the whole answer.",
        examples=["body.data.items"],
    )
    max_size: int = Field(
        64 * 1024 * 1024,
        ge=1024,
        le=1024**3,
        title="Largest page",
        description="In bytes, decoded; a larger one is an error.",
        json_schema_extra=hints(more=True),
    )


class NoPaging(Part, title="One request is everything"):
    """One request is everything."""

    kind: Literal["none"] = "none"


class PagePaging(Part, title="Page number"):
    """Page numbers."""

    kind: Literal["page"]
    start: int = Field(1, ge=0, title="First page", description="0 or 1, as the source counts.")
    size: int = Field(
        500,
        ge=1,
        le=1_000_000,
        title="Records a page",
        description="A page with fewer is the last one.",
    )


class OffsetPaging(Part, title="Offset"):
    """Offsets into the list."""

    kind: Literal["offset"]
    start: int = Field(0, ge=0, title="First offset", description="Mostly 0.")
    size: int = Field(
        500,
        ge=1,
        le=1_000_000,
        title="Records a page",
        description="A page with fewer is the last one.",
    )


class TokenPaging(Part, title="Token in the answer"):
    """A token in each answer asks for the next page."""

    kind: Literal["token"]
    next: expression(Names.PULL_ANSWER) = Field(  # type: ignore[valid-type]  # built from the names
        title="Next token",
        description="Where the answer tells it; missing or empty: this was the last page.",
        examples=["body.next"],
    )


class LinkPaging(Part, title="Address in the answer"):
    """An address in each answer is the next page's; left out: the Link header."""

    kind: Literal["link"]
    next: expression(Names.PULL_ANSWER) | None = Field(  # type: ignore[valid-type]  # built from the names
        None,
        title="Next address",
        description="Where the answer tells it; left out: its Link header.",
        examples=['headers["next-page"]'],
    )


Paging = Annotated[
    NoPaging | PagePaging | OffsetPaging | TokenPaging | LinkPaging, Field(discriminator="kind")
]


class Cursor(Part, title="Cursor"):
    """What tells how far a pull has got in the source."""

    value: expression(Names.PULL_RECORD) = Field(  # type: ignore[valid-type]  # built from the names
        title="Value",
        description="The field of a record that only grows: a time of change, or a number.",
        examples=["record.updated_at"],
    )
    type: Literal["time", "number", "text"] = Field(
        "time",
        title="Type",
        description="How values are compared.",
        json_schema_extra=hints(choices={"time": "Time", "number": "Number", "text": "Text"}),
    )
    start: str | int | float | None = Field(
        None,
        title="Start at",
        description="The value of the first request, as the source writes it; left out: what "
        "${cursor} gives is empty.",
        examples=["2026-01-01T00:00:00Z"],
        json_schema_extra=hints(more=True),
    )
    lag: Duration | int | float | None = Field(
        None,
        title="Read back",
        description="How far before the cursor each run begins, so that rows committed late are "
        "found: a duration for a time, a number for a number.",
        examples=["10s"],
    )

    @model_validator(mode="after")
    def _fits(self) -> Cursor:
        match self.type:
            case "time":
                if self.lag is not None and not isinstance(self.lag, str):
                    raise _at("lag", "The lag of a time cursor is a duration such as 10s.")
                if self.start is not None and time_rank(str(self.start)) is None:
                    raise _at(
                        "start",
                        f'"{self.start}" is not a time; write it as the source does, such '
                        "as 2026-01-31T09:30:00Z.",
                    )
            case "number":
                if isinstance(self.lag, str):
                    raise _at("lag", "The lag of a number cursor is a number.")
                if self.lag is not None and not 0 <= self.lag <= MAX_LAG:
                    raise _at("lag", f"The lag must be a number from 0 to {MAX_LAG:,}.")
                if self.start is not None:
                    try:
                        Decimal(str(self.start))
                    except InvalidOperation:
                        raise _at("start", f'"{self.start}" is not a number.') from None
            case "text":
                if self.lag is not None:
                    raise _at("lag", "A text cursor has no lag.")
        return self

    @property
    def lag_ms(self) -> int:
        """The lag of a time cursor in ms; 0 without one."""
        return duration_ms(self.lag) if isinstance(self.lag, str) else 0


_FILTERS = re.compile(r"\.\s*filter\s*\(")
_HANDED_OVER = frozenset(("page", "offset", "token"))
"""Kinds of paging whose name must stand in the request."""


def _at(path: str, sentence: str) -> PydanticCustomError:
    """A refusal of a field inside the part that is checked."""
    return refusal(OperatorError(sentence, path=path))


class HttpPull(ProducerBase, title="HTTP"):
    """Asks a query interface over HTTP."""

    kind: Literal["http_pull"]
    mode: Literal["incremental", "full"] = Field(
        "incremental",
        title="Mode",
        description="Whether a run asks for what is new since the cursor, or for everything.",
        json_schema_extra=hints(choices={"incremental": "Incremental", "full": "Everything"}),
    )
    request: PullRequest = Field(title="Request")
    response: PullResponse = Field(default_factory=PullResponse, title="Answer")
    paging: Paging = Field(
        default_factory=NoPaging,
        title="Paging",
        description="How the next page is asked for.",
    )
    cursor: Cursor | None = Field(
        None, title="Cursor", description="What tells how far a pull has got in the source."
    )

    @model_validator(mode="after")
    def _mode_fits_cursor(self) -> HttpPull:
        if self.mode == "incremental" and self.cursor is None:
            raise _at("cursor", 'Mode "incremental" needs a cursor; add one, or use mode "full".')
        if self.mode == "full" and self.cursor is not None:
            sentence = 'Mode "full" reads everything and has no cursor; remove one of them.'
            raise _at("cursor", sentence)
        return self

    @model_validator(mode="after")
    def _paging_is_handed_over(self) -> HttpPull:
        name = self.paging.kind
        if name in _HANDED_OVER and name not in self.request.names_used():
            raise _at(
                "paging",
                f"Paging of kind {name} needs ${{{name}}} in the request, such as "
                f'query: {{{name}: "${{{name}}}"}}; else every answer is the first page.',
            )
        records = self.response.records or ""
        if name in ("page", "offset") and _FILTERS.search(records):
            raise _at(
                "response.records",
                "It must not filter where pages are numbered: how many records a page has tells "
                "whether it is the last one. Let the consumers filter.",
            )
        return self
