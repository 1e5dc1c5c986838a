"""Our signatures against the receivers' own library."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from engine.core.errors import OperatorError
from engine.http.signature import WebhookSigner

NEW = "whsec_" + base64.b64encode(b"n" * 32).decode()
OLD = "whsec_" + base64.b64encode(b"o" * 24).decode()
OTHER = "whsec_" + base64.b64encode(b"x" * 24).decode()
BODY = json.dumps({"orderNo": "4711", "name": "Zoë 中"}, ensure_ascii=False).encode()


def now_s() -> int:
    return int(datetime.now(UTC).timestamp())


@pytest.mark.parametrize("key", [NEW, OLD])
def test_a_receiver_with_either_key_accepts_while_both_sign(key: str) -> None:
    headers = dict(WebhookSigner([NEW, OLD]).headers("msg_1", now_s(), BODY))
    assert Webhook(key).verify(BODY, headers) == json.loads(BODY)
    assert len(headers["webhook-signature"].split(" ")) == 2


@pytest.mark.parametrize("key", [OTHER, OLD])
def test_a_receiver_with_another_key_refuses(key: str) -> None:
    headers = dict(WebhookSigner([NEW]).headers("msg_1", now_s(), BODY))
    with pytest.raises(WebhookVerificationError):
        Webhook(key).verify(BODY, headers)


@pytest.mark.parametrize("changed", ["webhook-id", "webhook-timestamp", "body"])
def test_a_changed_message_is_refused(changed: str) -> None:
    sent_at_s = now_s()
    headers = dict(WebhookSigner([NEW]).headers("msg_1", sent_at_s, BODY))
    body = BODY
    if changed == "body":
        body += b" "
    else:
        headers[changed] = "msg_2" if changed == "webhook-id" else str(sent_at_s + 1)
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(body, headers)


def test_the_signature_equals_the_librarys_own() -> None:
    at = datetime(2026, 11, 23, 4, 26, 43, tzinfo=UTC)
    headers = dict(WebhookSigner([NEW]).headers("msg_1", int(at.timestamp()), BODY))
    assert headers["webhook-signature"] == Webhook(NEW).sign("msg_1", at, BODY.decode())


@pytest.mark.parametrize("body", [b"", bytes(range(256))])
def test_any_bytes_can_be_signed(body: bytes) -> None:
    assert WebhookSigner([NEW]).headers("msg_1", 1, body)


def test_a_key_may_come_as_bytes_without_prefix_or_with_a_line_end() -> None:
    told = WebhookSigner([NEW]).headers("m", 1, BODY)
    assert (
        WebhookSigner([NEW.removeprefix("whsec_").encode() + b"\n"]).headers("m", 1, BODY) == told
    )


@pytest.mark.parametrize("key", ["", "whsec_", "whsec_geheim!", "geheim", b"\xff\xfe"])
def test_a_key_that_is_none_is_refused_without_telling_it(key: str | bytes) -> None:
    with pytest.raises(OperatorError) as refusal:
        WebhookSigner([key])
    assert "geheim" not in refusal.value.sentence + refusal.value.hint
