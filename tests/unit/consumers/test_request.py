from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.consumers.http_push.request import CannotMake, RequestMaker, message_id_of
from engine.core.record import Claimed
from engine.http.message import HttpRequest, header
from tests.unit.consumers.making import NOW, claimed, fields_of


def made(
    *deliveries: Claimed, batch: int = 1, variables: dict[str, Any] | None = None, **request: Any
) -> HttpRequest:
    fields = fields_of(request=request, batch={"size": batch})
    maker = RequestMaker(fields, variables=variables or {}, fixed_auth=(), signer=None)
    return maker.make(deliveries or (claimed(),), NOW).request


def test_by_default_the_records_own_bytes_are_posted_as_json() -> None:
    payload = b'{ "amount":1840.00,"id":9007199254740993 }'
    request = made(claimed(payload))
    assert (request.method, request.url) == ("POST", "https://erp.example/in")
    assert request.body is payload
    assert header(request.headers, "content-type") == "application/json"


def test_every_push_carries_its_key_and_its_attempt() -> None:
    ways: list[dict[str, Any]] = [{}, {"method": "${record.m}"}]
    for more in ways:
        delivery = claimed(b'{"m": "PUT"}', cycle=3, number=7, idempotency_key="led_77")
        request = made(delivery, **more)
        assert header(request.headers, "webhook-id") == "led_77"
        assert header(request.headers, "jellyfish-attempt") == "3.7"


def test_a_retry_has_the_same_key_and_another_attempt() -> None:
    first = made(claimed(idempotency_key="led_1", number=1))
    second = made(claimed(idempotency_key="led_1", number=2))
    assert header(first.headers, "webhook-id") == header(second.headers, "webhook-id")
    assert header(second.headers, "jellyfish-attempt") == "1.2"


def test_a_body_keeps_types_and_digits() -> None:
    payload = b'{"id": 9007199254740993, "amount": 1840.00, "lines": [{"n": 1.10}], "ok": true}'
    body = {
        "orderNo": "${record.id}",
        "text": "no. ${record.id}",
        "amount": "${record.amount}",
        "lines": "${record.lines}",
        "ok": "${record.ok}",
        "key": "${key}",
        "fixed": [1, None, "x"],
    }
    request = made(claimed(payload, key="K1"), body=body)
    assert request.body == (
        b'{"orderNo":9007199254740993,"text":"no. 9007199254740993","amount":1840.00,'
        b'"lines":[{"n":1.10}],"ok":true,"key":"K1","fixed":[1,null,"x"]}'
    )


@pytest.mark.parametrize("batch", [1, 5])
def test_a_record_put_in_whole_keeps_its_own_bytes(batch: int) -> None:
    payloads = [b'{ "a":1e2 }', b'{"b" : 1.0E+1}']
    deliveries = [claimed(payload) for payload in payloads[:batch]]
    request = made(*deliveries, batch=batch, body={"items": "${ records }", "n": 1})
    assert request.body == b'{"items":[' + b",".join(payloads[:batch]) + b'],"n":1}'


def test_a_record_put_in_whole_beside_one_that_is_looked_into() -> None:
    request = made(claimed(b'{ "id": 17 }'), body={"all": "${record}", "id": "${record.id}"})
    assert json.loads(request.body or b"") == {"all": {"id": 17}, "id": 17}
    only = made(claimed(b'{ "id": 17 }'), body={"all": "${record}", "key": "${key}"})
    assert b'{"all":{ "id": 17 },' in (only.body or b"")


def test_a_batch_is_an_array_of_the_records_own_bytes() -> None:
    request = made(claimed(b'{"a":1.0}'), claimed(b'{ "b":2 }'), batch=10)
    assert request.body == b'[{"a":1.0},{ "b":2 }]'
    assert made(claimed(b'{"a":1.0}'), batch=10).body == b'[{"a":1.0}]'


def test_a_batch_has_a_stable_key_whatever_the_order() -> None:
    a, b, c = claimed(number=4), claimed(cycle=2, number=1), claimed()
    assert message_id_of([a, b]) == message_id_of([b, a])
    assert message_id_of([a, b]) != message_id_of([a, b, c])
    assert message_id_of([a]) == a.idempotency_key
    request = made(a, b, batch=10)
    assert header(request.headers, "webhook-id") == message_id_of([a, b])
    assert header(request.headers, "jellyfish-attempt") == "2.1"


@pytest.mark.parametrize(("gone", "method"), [(True, "DELETE"), (False, "PUT")])
def test_the_method_may_come_from_the_record(gone: bool, method: str) -> None:
    delivery = claimed({"gone": gone})
    request = made(delivery, method='${record.gone ? "DELETE" : "PUT"}')
    assert request.method == method
    assert request.body == (None if gone else delivery.payload)
    assert (header(request.headers, "content-type") is None) == gone


@pytest.mark.parametrize("method", ["GET", "put", "", "POST /x HTTP/1.1\r\nX: y"])
def test_a_record_chooses_no_other_method(method: str) -> None:
    with pytest.raises(
        CannotMake, match=r"^request\.method: .* is not one of POST, PUT, PATCH, DELETE\.$"
    ):
        made(claimed({"m": method}), method="${record.m}")


def test_a_delete_has_a_body_only_if_it_is_given() -> None:
    assert made(claimed(), method="DELETE").body is None
    assert made(claimed(), method="DELETE", body={"id": "${record.id}"}).body == b'{"id":17}'


def test_headers_hold_values_of_the_record() -> None:
    request = made(
        claimed({"tenant": "acme", "n": 5}),
        headers={"X-Source": "shop", "X-Tenant": "${record.tenant}-${record.n}"},
    )
    assert header(request.headers, "x-source") == "shop"
    assert header(request.headers, "x-tenant") == "acme-5"


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("a\r\nX-Admin: 1", "line break"),
        ("a\nb", "line break"),
        ("a\0b", "control character"),
        ("é", "ASCII characters only"),
        ("张三", "ASCII characters only"),
    ],
)
def test_a_value_that_cannot_stand_in_a_header_is_refused_with_a_sentence(
    value: str, why: str
) -> None:
    with pytest.raises(CannotMake, match=rf"^request\.headers: The header \"X-Name\".*{why}"):
        made(claimed({"name": value}), headers={"X-Name": "${record.name}"})


def test_a_content_type_given_goes_before_the_usual_one() -> None:
    request = made(claimed(), headers={"Content-Type": "application/vnd.acme+json"})
    types = [value for name, value in request.headers if name.lower() == "content-type"]
    assert types == ["application/vnd.acme+json"]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("text/xml", b"<id>17</id>"), ("application/json", b'"<id>17</id>"')],
)
def test_a_text_goes_out_as_it_is_unless_the_content_is_json(
    content_type: str, body: bytes
) -> None:
    template = "<id>${record.id}</id>"
    assert made(claimed(), headers={"Content-Type": content_type}, body=template).body == body
    typed = made(
        claimed({"id": 17, "t": content_type}),
        headers={"Content-Type": "${record.t}"},
        body=template,
    )
    assert typed.body == body


def test_half_a_character_cannot_go_out_as_plain_text() -> None:
    with pytest.raises(CannotMake, match="half a character"):
        made(
            claimed(b'{"t": "\\ud83d"}'), headers={"Content-Type": "text/plain"}, body="${record.t}"
        )


@pytest.mark.parametrize(
    ("request_fields", "place"),
    [
        ({"url": "https://erp.example/${record.nr}"}, "request.url: record.nr: "),
        ({"query": {"q": "${record.nr}"}}, "request.url: record.nr: "),
        ({"headers": {"X-A": "${record.nr}"}}, "request.headers: record.nr: "),
        ({"body": {"a": ["${record.nr}"]}}, "request.body: record.nr: "),
        ({"method": "${record.nr}"}, "request.method: record.nr: "),
    ],
)
def test_a_missing_field_is_an_error_with_its_place_and_never_empty(
    request_fields: dict[str, Any], place: str
) -> None:
    with pytest.raises(CannotMake) as caught:
        made(claimed(), **request_fields)
    assert str(caught.value) == f"{place}there is no field nr."


def test_a_null_is_not_put_into_an_address() -> None:
    with pytest.raises(CannotMake, match=r"request\.url: record\.id: it gives null"):
        made(claimed({"id": None}), url="https://erp.example/${record.id}")


def test_a_record_that_is_no_json_is_only_refused_where_it_is_looked_into() -> None:
    assert made(claimed(b"{broken")).body == b"{broken"
    with pytest.raises(CannotMake, match=r"^record: This is not JSON"):
        made(claimed(b"{broken"), body={"id": "${record.id}"})


def test_variables_reach_every_part() -> None:
    request = made(
        claimed(),
        url="${vars.base}/${vars.v}",
        query={"v": "${vars.v}"},
        headers={"X-V": "${vars.v}"},
        body={"v": "${vars.v}"},
        variables={"base": "https://erp.example", "v": 5},
    )
    assert request.url == "https://erp.example/5?v=5"
    assert header(request.headers, "x-v") == "5"
    assert request.body == b'{"v":5}'


_json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(value=_json_values, key=st.text(max_size=20))
def test_whatever_a_record_holds_a_request_is_made_or_refused_with_a_sentence(
    value: Any, key: str
) -> None:
    delivery = claimed(json.dumps({"v": value}).encode(), key=key)
    try:
        request = made(
            delivery,
            method='${record.v == 1 ? "PUT" : "POST"}',
            url="https://erp.example/${record.v}/${key}?k=${key}",
            headers={"X-V": "${key}"},
            body={"v": "${record.v}", "text": "<${key}>"},
        )
    except CannotMake as refusal:
        sentence = str(refusal)
        assert sentence.startswith("request.")
        assert sentence.endswith(".")
        return
    assert request.url.startswith("https://erp.example/")
    assert all("\n" not in value and "\r" not in value for _, value in request.headers)
    sent = json.loads(request.body or b"")
    assert sent["v"] == value
