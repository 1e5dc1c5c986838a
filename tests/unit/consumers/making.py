"""Makes what tests of consumers need: claimed deliveries, documents' fields, consumers."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from typing import Any

from engine.consumers.http_push.consumer import HttpPushConsumer
from engine.consumers.http_push.fields import HttpPush
from engine.core.errors import OperatorError
from engine.core.record import Claimed
from engine.http.client import HttpClient

NOW = 1_767_225_600_000  # 2026-01-01T00:00:00Z in ms
SECRETS: dict[str, bytes] = {
    "token": b"tok-9f8e7d6c5b4a",
    "password": "geheim&wörter".encode(),
    "signing": b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "old-signing": b"whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
}
_ids = itertools.count(1)


def claimed(payload: bytes | Mapping[str, Any] = b'{"id": 17}', **fields: Any) -> Claimed:
    """A claimed delivery; a mapping as payload is written as JSON."""
    number = next(_ids)
    if not isinstance(payload, bytes):
        payload = json.dumps(payload).encode()
    known: dict[str, Any] = {
        "delivery_id": number,
        "record_id": number,
        "consumer_id": 1,
        "shard": 0,
        "token": 1,
        "key": f"k{number}",
        "version": 1,
        "payload": payload,
        "cycle": 1,
        "number": 1,
        "pulled_at": NOW,
        "cycle_started_at": NOW,
        "idempotency_key": f"led_{number}",
    }
    return Claimed(**(known | fields))


def fields_of(url: str = "https://erp.example/in", **fields: Any) -> HttpPush:
    """A consumer's fields; ``request`` is completed with the URL."""
    request = {"url": url} | fields.pop("request", {})
    return HttpPush.model_validate({"name": "erp", "request": request} | fields)


def secret(name: str) -> bytes:
    """The lookup a node would give."""
    try:
        return SECRETS[name]
    except KeyError:
        raise OperatorError(f'There is no secret "{name}".') from None


def consumer_of(
    http: HttpClient,
    url: str,
    *,
    clock: Callable[[], int] = lambda: NOW,
    variables: Mapping[str, Any] | None = None,
    secrets: Callable[[str], bytes] = secret,
    **fields: Any,
) -> HttpPushConsumer:
    """A consumer that pushes to this address."""
    return HttpPushConsumer(
        fields_of(url, **fields),
        http=http,
        secrets=secrets,
        clock=clock,
        variables=variables or {},
    )
