from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from engine.consumers.http_push.fields import HttpPush
from engine.consumers.http_push.headers import SET_BY_HUB
from tests.unit.consumers.making import fields_of

WHOLE: dict[str, Any] = {
    "name": "erp",
    "filter": 'record.status == "paid"',
    "request": {
        "method": "PUT",
        "url": "https://erp.example/orders/${record.id}",
        "query": {"dry": "no"},
        "headers": {"X-Source": "shop"},
        "body": {"orderNo": "${record.id}", "lines": "${record.lines}"},
        "auth": {"kind": "basic", "user": "hub", "password": {"secret": "erp-password"}},
        "signature": {"kind": "standard_webhooks", "key": {"secret": "erp-signing"}},
        "timeout": "20s",
    },
    "success": 'status in [200, 201] && body.code == "0"',
    "items": "body.results",
    "batch": {"size": 1, "wait": "2s"},
    "concurrency": 4,
    "rate": "100/s",
    "order": "none",
    "retry": {"policy": "list", "delays": ["5s"]},
    "on_unknown": "hold",
    "start": "now",
}


def refused(**fields: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        fields_of(**fields)
    (error,) = caught.value.errors()
    return str(error["msg"])


def test_every_field_of_the_document_is_taken_and_written_back() -> None:
    fields = HttpPush.model_validate(WHOLE)
    assert fields.model_dump(exclude_unset=True) == WHOLE | {
        "retry": {"policy": "list", "delays": ("5s",)}
    }
    assert fields.request.timeout_s == 20.0
    assert fields.batch.wait_s == 2.0


def test_what_is_left_out_has_the_defaults_of_the_design() -> None:
    fields = fields_of()
    assert fields.kind == "http_push"
    assert (fields.request.method, fields.request.timeout_s) == ("POST", 15.0)
    assert (fields.request.query, fields.request.headers, fields.request.body) == ({}, {}, None)
    assert (fields.request.auth.kind, fields.request.signature) == ("none", None)
    assert (fields.filter, fields.success, fields.items) == (None, None, None)
    assert (fields.batch.size, fields.batch.wait_s) == (1, 0.0)
    assert (fields.concurrency, fields.rate) == (8, None)
    assert (fields.order, fields.on_unknown, fields.start) == (
        "per_key",
        "send_again",
        "beginning",
    )
    assert fields.retry.policy == "exponential"


@pytest.mark.parametrize(
    "fields",
    [
        {"surprise": 1},
        {"request": {"surprise": 1}},
        {"request": {"signature": {"key": {"secret": "s"}, "surprise": 1}}},
    ],
)
def test_an_unknown_field_is_refused(fields: dict[str, Any]) -> None:
    assert "Extra inputs are not permitted" in refused(**fields)


@pytest.mark.parametrize("method", ["GET", "HEAD", "post", "", "CONNECT"])
def test_a_method_that_is_no_push_is_refused(method: str) -> None:
    assert refused(request={"method": method}) == f'"{method}" is not a method of a push.'


@pytest.mark.parametrize(
    "url",
    [
        "ftp://erp.example/",
        "erp.example/in",
        "https://${record.host}/in",
        "https://erp.example${record.path}",
        "https://user:pw@erp.example/",
        "${record.url}",
        "https://erp.example:${record.port}/",
    ],
)
def test_an_address_in_which_data_chooses_the_server_is_refused(url: str) -> None:
    assert refused(url=url)


@pytest.mark.parametrize("name", sorted(SET_BY_HUB))
def test_the_hubs_own_headers_cannot_be_set(name: str) -> None:
    told = refused(request={"headers": {name.title(): "1"}})
    assert told == f'The header "{name.title()}" is set by the hub itself.'


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"X A": "1"}, '"X A" is not a header name.'),
        ({"": "1"}, '"" is not a header name.'),
        ({"X-A\n": "1"}, "is not a header name."),
        ({"X-Ä": "1"}, "is not a header name."),
        ({"X-A": "1", "x-a": "2"}, 'The header "x-a" stands there twice.'),
        ({"X-A": "a\r\nX-B: 1"}, "cannot hold a line break"),
        ({"X-A": "Größe"}, "can hold ASCII characters only"),
    ],
)
def test_headers_that_could_never_be_sent_are_refused(headers: dict[str, str], why: str) -> None:
    assert why in refused(request={"headers": headers})


@pytest.mark.parametrize(
    ("request_fields", "told"),
    [
        ({"url": "https://e.example/${record.id}"}, 'request.url uses "record"'),
        ({"query": {"k": "${key}"}}, 'request.query.k uses "key"'),
        ({"headers": {"X-K": "${key}"}}, 'request.headers.X-K uses "key"'),
        ({"body": {"a": ["${record}"]}}, 'request.body uses "record"'),
        ({"method": "${record.m}"}, 'request.method uses "record"'),
    ],
)
def test_a_batch_cannot_speak_of_one_record(request_fields: dict[str, Any], told: str) -> None:
    assert told in refused(request=request_fields, batch={"size": 2})
    fields_of(request=request_fields, batch={"size": 1})


def test_a_batch_may_speak_of_all_its_records() -> None:
    fields_of(request={"body": {"items": "${records}", "v": "${vars.v}"}}, batch={"size": 50})


@pytest.mark.parametrize(
    "fields",
    [
        {"filter": "record.status = 'paid'"},
        {"filter": "body.status == 1"},
        {"filter": "'paid'"},
        {"success": "record.x == 1"},
        {"success": "status +"},
        {"items": "results["},
        {"request": {"body": {"a": "${record.}"}}},
        {"request": {"query": {"a": "${status}"}}},
        {"request": {"timeout": "0s"}},
        {"request": {"timeout": "soon"}},
        {"request": {"auth": {"kind": "bearer", "token": "plain"}}},
        {"batch": {"size": 0}},
        {"batch": {"wait": "5"}},
        {"concurrency": 0},
        {"rate": "fast"},
        {"rate": "0/s"},
        {"order": "random"},
        {"on_unknown": "forget"},
        {"start": "later"},
        {"retry": {"policy": "hope"}},
        {"name": "a b"},
    ],
)
def test_what_cannot_work_is_refused_when_it_is_saved(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        HttpPush.model_validate(
            {"name": "erp"}
            | fields
            | {"request": {"url": "https://erp.example/"} | fields.get("request", {})}
        )
