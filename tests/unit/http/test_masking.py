"""A canary secret must not come through, in whatever form it stands."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest

from engine.http.masking import MASK, Masker, mask
from engine.http.message import HttpRequest

CANARY = 'can/ary+"se cret"ü&1'
FORMS = [
    CANARY,
    quote(CANARY, safe=""),
    quote(CANARY),
    quote_plus(CANARY),
    json.dumps(CANARY)[1:-1],
    json.dumps(CANARY, ensure_ascii=False)[1:-1],
    base64.b64encode(CANARY.encode()).decode(),
]


@pytest.mark.parametrize(
    "name",
    ["Authorization", "proxy-authorization", "COOKIE", "Set-Cookie", "X-API-Key", "X-Shop-Sign"],
)
def test_headers_that_carry_secrets_are_masked_whatever_they_hold(name: str) -> None:
    request = HttpRequest("GET", "https://h/", ((name, "abc"), ("X-Plain", "abc")), None)
    assert mask(request, {"x-shop-sign"}).headers == ((name, MASK), ("X-Plain", "abc"))


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_in_use_is_masked_wherever_it_stands(form: str) -> None:
    url = f"https://h/{form}?x={form}#{form}"
    request = HttpRequest("POST", url, (("X-A", f"a{form}b"),), f'{{"k": "{form}"}}'.encode())
    masked = mask(request, (), [CANARY])
    assert form not in masked.url
    assert masked.headers == (("X-A", f"a{MASK}b"),)
    assert masked.body == f'{{"k": "{MASK}"}}'.encode()


def test_query_parameters_that_carry_secrets_are_masked() -> None:
    masker = Masker({"api_key", "the key"})
    url = "https://h/p?a=1&api_key=abc%20d&b=api_key=x&API_KEY=y&the%20key=z#f"
    assert masker.url(url) == (
        f"https://h/p?a=1&api_key={MASK}&b=api_key=x&API_KEY={MASK}&the%20key={MASK}#f"
    )


def test_user_names_and_passwords_in_a_url_are_masked() -> None:
    assert Masker().url("https://hub:pw@h/a@b") == f"https://{MASK}@h/a@b"


def test_a_request_without_secrets_stays_as_it_is() -> None:
    request = HttpRequest("POST", "https://h/p?q=1", (("X-A", "1"),), b'{"a": 1}')
    masked = mask(request, {"authorization"}, [CANARY])
    assert masked == request
    assert masked.body is request.body


def test_the_longer_of_two_secrets_is_masked_whole() -> None:
    assert Masker(secrets=["abcd", "abcdefgh"]).text("abcdefgh abcd") == f"{MASK} {MASK}"


def test_bytes_that_are_no_text_are_masked_too() -> None:
    secret = b"\xff\xfekey"
    assert Masker(secrets=[secret]).text(base64.b64encode(secret).decode()) == MASK
    assert Masker(secrets=[secret]).body(b"a" + secret + b"b") == b"a" + MASK.encode() + b"b"


def test_a_very_short_secret_does_not_mask_half_of_every_body() -> None:
    assert Masker(secrets=["1", ""]).body(b'{"id": 101}') == b'{"id": 101}'
