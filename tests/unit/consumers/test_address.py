from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.consumers.http_push.address import Address
from engine.core.errors import OperatorError
from engine.http.client import wire_target
from engine.http.guard import origin_of

ORDERS = "https://erp.example:8443/api/orders/${record.id}"


def rendered(
    url: str,
    record: Any = None,
    query: dict[str, str] | None = None,
    variables: dict[str, Any] | None = None,
) -> str:
    address = Address(url, query or {}, variables or {})
    return address.render({"record": record, "key": "k", "vars": variables or {}})


def test_an_address_without_expressions_is_made_once() -> None:
    address = Address("https://erp.example/in?a=1", {"size": "500", "q": "a b&c"}, {})
    assert address.constant == "https://erp.example/in?a=1&size=500&q=a%20b%26c"
    assert address.names_used == frozenset()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://erp.example", "https://erp.example/"),
        ("https://erp.example?x=1", "https://erp.example/?x=1"),
        ("https://erp.example/a#part", "https://erp.example/a"),
        ("https://erp.example/a?b=${key}#part", "https://erp.example/a?b=k"),
    ],
)
def test_a_server_alone_gets_a_path_and_a_fragment_is_left_out(url: str, expected: str) -> None:
    assert rendered(url) == expected


@pytest.mark.parametrize(
    ("value", "segment"),
    [
        (17, "17"),
        ("a b", "a%20b"),
        ("a/../../admin", "a%2F..%2F..%2Fadmin"),
        ("x?admin=1#y", "x%3Fadmin%3D1%23y"),
        ("100%", "100%25"),
        ("订单", "%E8%AE%A2%E5%8D%95"),
        ("@evil.example", "%40evil.example"),
        (True, "true"),
    ],
)
def test_a_value_in_the_path_stays_one_segment(value: Any, segment: str) -> None:
    assert rendered(ORDERS, {"id": value}) == f"https://erp.example:8443/api/orders/{segment}"


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_value_that_would_change_the_path_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="cannot stand in a path"):
        rendered(ORDERS, {"id": value})


@pytest.mark.parametrize(
    ("url", "a", "b"),
    [
        ("https://erp.example/x/${record.a}${record.b}/y", ".", "."),
        ("https://erp.example/x/${record.a}./y", ".", ""),
        ("https://erp.example/x/%2e${record.a}/y", ".", ""),
        ("https://erp.example/x/.${record.a}/y", "", ""),
    ],
)
def test_dots_put_together_do_not_climb_up(url: str, a: str, b: str) -> None:
    with pytest.raises(ValueError, match="cannot stand in a path"):
        rendered(url, {"a": a, "b": b})


def test_values_in_the_query_are_encoded_wherever_they_stand() -> None:
    url = rendered(
        "https://erp.example/in?id=${record.id}&z=1",
        {"id": "a&b=c", "q": "ü +"},
        query={"q": "<${record.q}>", "weird name": "1"},
    )
    assert parse_qsl(urlsplit(url).query) == [
        ("id", "a&b=c"),
        ("z", "1"),
        ("q", "<ü +>"),
        ("weird name", "1"),
    ]


def test_a_question_mark_inside_an_expression_is_no_query() -> None:
    url = "https://erp.example/${record.new ? 'a/new' : 'old'}/x"
    assert rendered(url, {"new": True}) == "https://erp.example/a%2Fnew/x"


def test_a_written_dollar_brace_is_text() -> None:
    assert rendered("https://erp.example/$${a}/${key}") == "https://erp.example/${a}/k"
    within = Address("https://erp.example/$${?x=${key}}", {}, {})
    assert within.render({"key": ".."}) == "https://erp.example/${?x=..}"  # in the query: no path


@pytest.mark.parametrize(
    ("url", "variables"),
    [
        ("${vars.base}/orders/${key}", {"base": "https://erp.example"}),
        ("${vars.base}/orders/${key}", {"base": "https://erp.example/"}),
        ("https://${vars.host}/orders/${key}", {"host": "erp.example"}),
        ("${vars.scheme}://erp.example/orders/${key}", {"scheme": "https"}),
    ],
)
def test_variables_of_the_document_may_name_the_server(url: str, variables: dict[str, Any]) -> None:
    assert rendered(url, variables=variables) == "https://erp.example/orders/k"


@pytest.mark.parametrize(
    ("url", "variables"),
    [
        ("${vars.base}/x", {"base": "ftp://erp.example"}),
        ("${vars.base}/x", {"base": "https://user:pw@erp.example"}),
        ("${vars.base}/x", {"base": "https://erp.example?a="}),
        ("${vars.base}/x", {}),
        ("${key}/x", {}),
        ("/orders", {}),
    ],
)
def test_a_server_that_cannot_be_told_is_refused_at_once(
    url: str, variables: dict[str, Any]
) -> None:
    with pytest.raises(OperatorError):
        Address(url, {}, variables)


@given(
    url=st.sampled_from(
        [
            "https://erp.example/${record}",
            "https://erp.example/a/${record}${key}/b",
            "https://erp.example/a/.${record}%2e/${key}.",
            "https://erp.example?x=${record}",
            "https://erp.example/a?${record}=${key}",
        ]
    ),
    record=st.text(),
    key=st.text(),
)
def test_no_data_whatever_chooses_the_server_or_climbs_in_the_path(
    url: str, record: str, key: str
) -> None:
    address = Address(url, {"q": "${record}"}, {})
    try:
        made = address.render({"record": record, "key": key})
    except (ValueError, OperatorError):
        return
    assert origin_of(made) == ("https", "erp.example", 443)
    assert made.isascii()
    assert wire_target(made) == made.removeprefix("https://erp.example")
    assert dict(parse_qsl(urlsplit(made).query, keep_blank_values=True))["q"] == record
    if url.endswith("/${record}"):
        assert unquote(urlsplit(made).path) == f"/{record}"
