from __future__ import annotations

from typing import Any

import pytest

from engine.core.expression import Expression, Names
from engine.producers.http_pull.following import link_of, next_link, next_token
from engine.producers.http_pull.refusal import PageRefused

ASKED = "https://shop.example/api/orders?page=1"


@pytest.mark.parametrize(
    ("value", "target"),
    [
        ('<https://x/2>; rel="next"', "https://x/2"),
        ("</2>;rel=next", "/2"),
        ('</1>; rel="first", </2>; rel="next"; title="a, b; c"', "/2"),
        ('</1>; title="</3>; rel=\\"next\\"", </2>; rel="next"', "/2"),
        ('</2>; REL="last NEXT"', "/2"),
        ('</2>; rel="prev"; rel="next"', None),
        ('</2>; rel="next"; anchor="#a"', None),
        ("</2,3;4>; rel=next", "/2,3;4"),
        ("<>; rel=next", ""),
        ("junk", None),
        ("", None),
        ("</2>", None),
    ],
)
def test_link_headers_are_read_as_rfc_8288_has_them(value: str, target: str | None) -> None:
    assert link_of((("link", value),), "next") == target


def test_several_link_headers_are_one_list() -> None:
    headers = (("Link", "</1>; rel=first"), ("link", "</2>; rel=next"))
    assert link_of(headers, "next") == "/2"


@pytest.mark.parametrize(
    ("link", "absolute"),
    [
        ("/api/orders?page=2", "https://shop.example/api/orders?page=2"),
        ("?page=2#top", "https://shop.example/api/orders?page=2"),
        ("https://SHOP.example:443/x", "https://SHOP.example:443/x"),
        (" /x ", "https://shop.example/x"),
        ("", None),
        (None, None),
        (False, None),
    ],
)
def test_a_link_is_resolved_against_the_address_asked(link: Any, absolute: str | None) -> None:
    following = Expression.compile("body.next", Names.PULL_ANSWER)
    assert next_link(following, {"body": {"next": link}}, (), ASKED) == absolute


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/x",
        "http://shop.example/x",
        "https://shop.example:8443/x",
        "//evil.example/x",
        "https://shop.example@evil.example/x",
        "https://shop.example\\@evil.example/",
        "file:///etc/passwd",
        "http://[::1",
        "javascript:alert(1)",
    ],
)
def test_a_link_to_another_origin_is_refused(link: str) -> None:
    following = Expression.compile("body.next", Names.PULL_ANSWER)
    with pytest.raises(PageRefused, match="another server"):
        next_link(following, {"body": {"next": link}}, (), ASKED)


@pytest.mark.parametrize(
    ("text", "body", "token"),
    [
        ("body.next", {"next": "abc"}, "abc"),
        ("body.next", {"next": 17}, 17),
        ("body.next", {"next": 0}, 0),
        ("body.next", {"next": [1, "a"]}, [1, "a"]),
        ("body.next", {"next": None}, None),
        ("body.next", {"next": ""}, None),
        ("body.next", {"next": []}, None),
        ("body.next", {"next": False}, None),
        ("body.next", {}, None),
        ("body.paging.next", {"paging": None}, None),
        ("body.paging.next", {}, None),
        ('body.more ? body.next : ""', {"more": False}, None),
        ('body.more ? body.next : ""', {"more": True, "next": "x"}, "x"),
    ],
)
def test_a_token_ends_at_null_empty_or_missing(text: str, body: Any, token: Any) -> None:
    expression = Expression.compile(text, Names.PULL_ANSWER)
    assert next_token(expression, {"body": body}) == token


def test_a_token_that_cannot_be_told_is_not_the_end() -> None:
    expression = Expression.compile("body.page + 1", Names.PULL_ANSWER)
    with pytest.raises(PageRefused, match="cannot be told whether another page follows"):
        next_token(expression, {"body": {"page": "one"}})
