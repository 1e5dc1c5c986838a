"""Makes the request that carries a record, or a batch of them. Sends nothing, knows no secrets
but the signer; authentication that changes with each request is added by the consumer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from engine.consumers.http_push.address import Address
from engine.consumers.http_push.body import BodyTemplate, joined
from engine.consumers.http_push.fields import METHODS, HttpPush
from engine.consumers.http_push.headers import (
    ATTEMPT,
    WEBHOOK_ID,
    HeaderTemplates,
    content_type_of,
)
from engine.core.attempt import Headers
from engine.core.errors import OperatorError
from engine.core.expression import Names
from engine.core.json_value import decode_json
from engine.core.record import Claimed
from engine.core.template import Template
from engine.http.message import HttpRequest
from engine.http.signature import WebhookSigner

_JSON = (("content-type", "application/json"),)


class CannotMake(Exception):
    """No request can be made from these records; the text is a sentence, after a place."""


class Made(Struct, frozen=True):
    """A request, without changing authentication.

    own_body: its body is the one record's own bytes.
    fixed: how many of its headers, from the first, are the same in every request.
    named: how many of its headers, from there on, only tell which attempt this is.
    """

    request: HttpRequest
    own_body: bool
    fixed: int
    named: int = 0


class RequestMaker:
    """Makes requests for one consumer. ``fixed_auth``: headers that prove the hub to the target.

    Raises OperatorError if the document's request cannot be compiled.
    """

    def __init__(
        self,
        fields: HttpPush,
        *,
        variables: Mapping[str, Any],
        fixed_auth: Headers,
        signer: WebhookSigner | None,
    ) -> None:
        request = fields.request
        self._variables = variables
        self._signer = signer
        self._is_batch = fields.batch.size > 1
        self._method = Template.compile(request.method, Names.PUSH_REQUEST, "request.method")
        self.address = Address(request.url, request.query, variables)
        self._headers = HeaderTemplates(request.headers)
        self._body = None if request.body is None else BodyTemplate(request.body)
        self.document_headers: Headers = self._headers.fixed
        self.fixed_headers: Headers = (*self._headers.fixed, *fixed_auth)
        self._names = self._method.names_used | self.address.names_used | self._headers.names_used
        if self._body is not None:
            self._names |= self._body.names_used
        self._typed: Headers = () if self._headers.has_content_type else _JSON
        self._plain: tuple[str, str, Headers] | None = None
        if (
            not self._names
            and self._body is None
            and signer is None
            and not self._is_batch
            and self.address.constant is not None
            and request.method != "DELETE"
        ):
            self.fixed_headers += self._typed
            self._plain = (request.method, self.address.constant, self.fixed_headers)

    def make(self, deliveries: Sequence[Claimed], now: int) -> Made:
        """The request for these deliveries; ``now`` in UTC ms. Raises CannotMake."""
        if self._plain is not None:
            method, url, headers = self._plain
            first = deliveries[0]
            own = (
                (WEBHOOK_ID, first.idempotency_key),
                (ATTEMPT, f"{first.cycle}.{first.number}"),
            )
            request = HttpRequest(method, url, headers + own, first.payload)
            return Made(request, True, len(headers), len(own))
        place = ""
        try:
            place = "record"
            data = self._data(deliveries)
            place = "request.method"
            method = self._checked_method(data)
            place = "request.url"
            url = self.address.constant or self.address.render(data)
            place = "request.headers"
            headers = self._headers.render(data)
            place = "request.body"
            body = self._body_bytes(method, deliveries, data, headers)
        except OperatorError as error:
            raise CannotMake(f"{place}: {error.sentence}") from None
        except ValueError as error:
            raise CannotMake(f"{place}: {_as_sentence(error)}") from None
        if body is not None:
            headers = self._typed + headers
        headers = self.fixed_headers + headers + self.own_headers(deliveries, now, body or b"")
        own_body = self._body is None and not self._is_batch and body is not None
        return Made(HttpRequest(method, url, headers, body), own_body, len(self.fixed_headers))

    def _data(self, deliveries: Sequence[Claimed]) -> dict[str, Any]:
        """The values of the names in use; nothing is decoded for the others."""
        data: dict[str, Any] = {"vars": self._variables, "key": deliveries[0].key}
        if "record" in self._names:
            data["record"] = decode_json(deliveries[0].payload)
        if "records" in self._names:
            data["records"] = [decode_json(delivery.payload) for delivery in deliveries]
        return data

    def _checked_method(self, data: Mapping[str, Any]) -> str:
        method = self._method.render_text(data)
        if method not in METHODS:
            raise ValueError(f"{method[:40]!r} is not one of {', '.join(METHODS)}")
        return method

    def _body_bytes(
        self,
        method: str,
        deliveries: Sequence[Claimed],
        data: Mapping[str, Any],
        headers: Headers,
    ) -> bytes | None:
        if self._body is not None:
            content_type = self._headers.content_type or content_type_of(headers)
            return self._body.render(deliveries, data, content_type)
        if self._is_batch:
            return joined(deliveries)
        return None if method == "DELETE" else deliveries[0].payload

    def own_headers(self, deliveries: Sequence[Claimed], now: int, body: bytes) -> Headers:
        """The hub's own: the idempotency key, the try's number, the signature."""
        message_id = message_id_of(deliveries)
        last = max((delivery.cycle, delivery.number) for delivery in deliveries)
        attempt = (ATTEMPT, f"{last[0]}.{last[1]}")
        if self._signer is None:
            return ((WEBHOOK_ID, message_id), attempt)
        return (*self._signer.headers(message_id, now // 1000, body), attempt)


def message_id_of(deliveries: Sequence[Claimed]) -> str:
    """The ``webhook-id``: a delivery's idempotency key; for several, the same for the same ones."""
    if len(deliveries) == 1:
        return deliveries[0].idempotency_key
    keys = "\n".join(sorted(delivery.idempotency_key for delivery in deliveries))
    return "batch-" + hashlib.sha256(keys.encode()).hexdigest()[:32]


def _as_sentence(error: ValueError) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."
