"""A request and its answer as text, as they went over the wire as far as it is known.

Pure. Secrets are masked by the node already; the console never has them.
"""

from __future__ import annotations

import base64
from urllib.parse import urlsplit

from app import format
from app.models.record_rows import status_word
from app.words import translate
from engine.api.wire import AttemptShape, RecordShape, RequestShape, ResponseShape


def request_text(request: RequestShape, record: RecordShape) -> str:
    """Request line, headers, body; the record's own text, where that is the body."""
    parts = urlsplit(request.url)
    path = parts.path or "/"
    target = f"{path}?{parts.query}" if parts.query else path
    lines = [f"{request.method} {target}"]
    if "host" not in {name.lower() for name, _ in request.headers}:
        lines.append(f"host: {parts.netloc}")
    lines += [f"{name}: {value}" for name, value in request.headers]
    own = record.payload_text if request.body_is_payload else None
    body = body_text(request.body, request.body_base64, own)
    if request.left_out:
        body = translate("Exchange", "… too long to be shown; copy it as cURL")
    elif request.body_is_payload and record.payload_left_out:
        body = translate("Exchange", "… the record itself; look at its payload")
    return "\n".join([*lines, "", body]) if body else "\n".join(lines)


def request_facts(request: RequestShape, record: RecordShape) -> str:
    """The request's size and what it is."""
    if request.body_is_payload:
        return translate("Exchange", "{size} · the record itself").format(
            size=format.size(record.size)
        )
    return format.size(request.length) if request.length else ""


def response_text(response: ResponseShape) -> str:
    """Headers and body of an answer."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers)
    body = body_text(response.body, response.body_base64, None)
    if response.truncated and body:
        cut = translate("Exchange", "… cut; the whole answer had {size}").format(
            size=format.size(response.length)
        )
        body = f"{body}\n{cut}"
    return "\n\n".join(part for part in (headers, body) if part)


def response_title(response: ResponseShape) -> str:
    """``Answer 401 Unauthorized``."""
    return translate("Exchange", "Answer {status}").format(status=status_word(response.status))


def response_facts(response: ResponseShape) -> str:
    """The answer's size and fingerprint."""
    if not response.sha256:
        return format.size(response.length)
    sha = f"sha256 {response.sha256[:4]}…{response.sha256[-2:]}"
    return f"{format.size(response.length)} · {sha}"


def body_text(text: str | None, base64: str | None, payload: str | None) -> str:
    """Whichever form of a body there is."""
    return text or payload or base64 or ""


def sent_body(sent: RequestShape, payload: bytes | None) -> bytes | None:
    """The exact bytes of a request's body. payload: the record's own, where those were sent."""
    if sent.body_is_payload:
        return payload
    if sent.body_base64 is not None:
        return base64.b64decode(sent.body_base64)
    return None if sent.body is None else sent.body.encode()


def request_at(
    record: RecordShape, consumer: str, place: tuple[int, int] | None = None
) -> RequestShape | None:
    """What was sent to that consumer at that cycle and number; None: last."""
    for delivery in record.deliveries:
        if delivery.consumer == consumer:
            for attempt in newest_first(delivery.attempts):
                if attempt.request is not None and place in (
                    None,
                    (attempt.cycle, attempt.number),
                ):
                    return attempt.request
    return None


def newest_first(attempts: tuple[AttemptShape, ...]) -> list[AttemptShape]:
    """By cycle and number, the last one first."""
    return sorted(attempts, key=lambda attempt: (attempt.cycle, attempt.number), reverse=True)
