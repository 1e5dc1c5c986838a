"""The fields of an ``http_push`` consumer: form, validation, API and help come from here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from engine.consumers.http_push.headers import checked_name, checked_value
from engine.core.auth import Auth, NoAuth, SecretRef
from engine.core.errors import OperatorError
from engine.core.expression import Names
from engine.core.fields import (
    Part,
    PositiveDuration,
    condition,
    duration_s,
    expression,
    hints,
    refusal,
    template,
)
from engine.core.job import ConsumerBase
from engine.core.template import Template
from engine.http.guard import check_origin_is_fixed

Text = template(Names.PUSH_REQUEST, str)
METHODS = ("POST", "PUT", "PATCH", "DELETE")


class Signature(Part, title="Standard Webhooks"):
    """A Standard Webhooks signature over id, time and body."""

    kind: Literal["standard_webhooks"] = "standard_webhooks"
    key: SecretRef = Field(title="Key", description="The secret both sides know, whsec_….")
    old_key: SecretRef | None = Field(
        None, title="Old key", description="While a key is being changed, both sign."
    )


class PushRequest(Part):
    """The request that carries a record, or a batch of them."""

    method: Text = Field(  # type: ignore[valid-type]  # built from the names
        "POST",
        title="Method",
        description="${…} may choose it, so that a tombstone becomes a DELETE.",
        examples=list(METHODS),
    )
    url: Text = Field(  # type: ignore[valid-type]  # built from the names
        title="Address",
        description="Where records go; the path may hold ${record.id}, the server may not.",
        examples=["https://erp.example/orders/${record.id}"],
    )
    query: dict[str, Text] = Field(  # type: ignore[valid-type]  # built from the names
        default_factory=dict, title="Query", description="What stands behind the ?."
    )
    headers: dict[str, Text] = Field(  # type: ignore[valid-type]  # built from the names
        default_factory=dict,
        title="Headers",
        description="Sent with every request. Secrets belong into the authentication.",
        examples=[{"X-Source": "shop"}],
    )
    body: template(Names.PUSH_REQUEST) = Field(  # type: ignore[valid-type]  # built from the names
        None,
        title="Body",
        description="Target field to expression; left out: the record's own bytes.",
        examples=[{"orderNo": "${record.id}", "lines": "${record.lines}"}],
        json_schema_extra={"x-input": "mapping"},
    )
    auth: Auth = Field(
        default_factory=lambda: NoAuth(kind="none"),
        title="Authentication",
        description="How the hub proves itself to the target.",
    )
    signature: Signature | None = Field(
        None,
        title="Signature",
        description="Lets the target check that a request is ours and unchanged.",
    )
    timeout: PositiveDuration = Field(
        "15s",
        title="Timeout",
        description="The whole time one request may take.",
        json_schema_extra=hints(more=True),
    )

    @property
    def timeout_s(self) -> float:
        """The whole time one request may take, in seconds."""
        return duration_s(self.timeout)

    @field_validator("method")
    @classmethod
    def _known_method(cls, method: str) -> str:
        if "${" not in method and method not in METHODS:
            raise refusal(
                OperatorError(
                    f'"{method}" is not a method of a push.',
                    hint=f"Use {', '.join(METHODS)}, or ${{…}} that gives one of them.",
                )
            )
        return method

    @field_validator("url")
    @classmethod
    def _origin(cls, url: str) -> str:
        try:
            check_origin_is_fixed(url)
        except OperatorError as error:
            raise refusal(error) from None
        return url

    @field_validator("headers")
    @classmethod
    def _can_be_headers(cls, headers: dict[str, str]) -> dict[str, str]:
        seen: set[str] = set()
        try:
            for name, text in headers.items():
                if checked_name(name).lower() in seen:
                    raise ValueError(f'the header "{name}" stands there twice')
                seen.add(name.lower())
                template = Template.compile(text, Names.PUSH_REQUEST)
                if template.is_constant:
                    checked_value(name, template.render_text({}))
        except ValueError as error:
            raise refusal(OperatorError(f"{str(error)[:1].upper()}{str(error)[1:]}.")) from None
        return headers

    def names_used(self) -> frozenset[str]:
        """The names that stand in the request's expressions."""
        return frozenset[str]().union(
            *(Template.compile(text, Names.PUSH_REQUEST).names_used for _, text in self.templates())
        )

    def templates(self) -> Iterator[tuple[str, Any]]:
        """What may hold expressions, each with its place in the document."""
        yield "request.method", self.method
        yield "request.url", self.url
        for name, text in self.query.items():
            yield f"request.query.{name}", text
        for name, text in self.headers.items():
            yield f"request.headers.{name}", text
        yield "request.body", self.body


class HttpPush(ConsumerBase, title="HTTP"):
    """Hands records to a receiver over HTTP."""

    kind: Literal["http_push"] = "http_push"
    request: PushRequest = Field(title="Request")
    success: condition(Names.PUSH_ANSWER) | None = Field(  # type: ignore[valid-type]  # built from the names
        None,
        title="Success when",
        description="An answer for which it is not true is tried again; left out: any 2xx.",
        examples=['status in [200, 201] && body.code == "0"'],
    )
    items: expression(Names.PUSH_ANSWER) | None = Field(  # type: ignore[valid-type]  # built from the names
        None,
        title="Results per record",
        description="In a batch's answer: a list of true/false, one a record, in their order. "
        "Left out: a refused batch is split in halves until the bad record stands alone.",
        examples=['body.results.map(r, r.code == "0")'],
        json_schema_extra=hints(more=True),
    )

    @model_validator(mode="after")
    def _batch_is_of_many(self) -> HttpPush:
        if self.batch.size > 1:
            for place, value in self.request.templates():
                single = {"record", "key"} & Template.compile(value, Names.PUSH_REQUEST).names_used
                if single:
                    raise refusal(
                        OperatorError(
                            f'{place} uses "{min(single)}", but a batch holds many records.',
                            hint="Use ${records} there, or a batch of size 1.",
                            path=place,
                        )
                    )
        return self
