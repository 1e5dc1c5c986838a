"""What a cURL command would ask for is read without running it."""

from __future__ import annotations

import pytest

from engine.core.errors import OperatorError
from engine.operations.propose.curl import looks_like_curl, read_curl


@pytest.mark.parametrize(
    ("command", "method", "url", "body"),
    [
        ("curl https://a.example/x", "GET", "https://a.example/x", None),
        ("curl a.example/x", "GET", "http://a.example/x", None),
        ("curl -XPUT --url https://a.example -d '{}'", "PUT", "https://a.example", "{}"),
        ("curl -X=POST https://a.example", "POST", "https://a.example", None),
        ("curl -sSLkX DELETE https://a.example", "DELETE", "https://a.example", None),
        ("curl --request=POST https://a.example", "POST", "https://a.example", None),
        ("curl https://a.example -da=1 -d b=2", "POST", "https://a.example", "a=1&b=2"),
        (
            "curl -G https://a.example -d a=1 --data-urlencode 'q=x y&z'",
            "GET",
            "https://a.example?a=1&q=x+y%26z",
            None,
        ),
        ("curl -G 'https://a.example?k=1' -d a=1", "GET", "https://a.example?k=1&a=1", None),
        ("curl https://a.example --url-query 'a=b c'", "GET", "https://a.example?a=b+c", None),
        ("curl https://a.example --json '{\"a\":1}'", "POST", "https://a.example", '{"a":1}'),
        (
            "curl -o out.txt -w '%{http_code}' --retry 3 https://a.example",
            "GET",
            "https://a.example",
            None,
        ),
        ("curl -I https://a.example", "GET", "https://a.example", None),
        ("curl https://a.example/#part", "GET", "https://a.example/", None),
        (
            "curl 'https://a.example' --data-raw $'{\"n\":\"\\u8ba2\"}'",
            "POST",
            "https://a.example",
            '{"n":"订"}',
        ),
    ],
)
def test_method_address_and_body(command: str, method: str, url: str, body: str | None) -> None:
    read = read_curl(command)
    assert (read.method, read.url, read.body) == (method, url, body)


def test_headers_user_cookie_and_agent_are_read() -> None:
    read = read_curl(
        "curl https://a.example -H 'X-A: 1' -H 'Empty:' -H 'X-B;' -u me:pass:word "
        "-b 'sid=1' -A agent -e https://b.example --oauth2-bearer tok"
    )
    assert read.user == ("me", "pass:word")
    assert read.header("x-a") == "1"
    assert read.header("empty") is None
    assert read.header("cookie") == "sid=1"
    assert read.header("authorization") == "Bearer tok"


def test_a_form_is_a_form_and_json_under_d_is_json() -> None:
    assert read_curl("curl a.example -d a=1").header("content-type") == (
        "application/x-www-form-urlencoded"
    )
    assert read_curl("""curl a.example -d '{"a": 1}'""").header("content-type") is None


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("", "no cURL command"),
        ("hello world", "no cURL command"),
        ("wget https://a.example", "no cURL command"),
        ("curl", "holds no address"),
        ("curl -H 'a: b'", "holds no address"),
        ("curl https://a.example -H", "ends after -H"),
        ("curl https://a.example --data-raw", "ends after --data-raw"),
        ("curl {{baseUrl}}/orders", "{{baseUrl}}"),
        ("curl $HOST/orders", "$HOST"),
        ("curl https://a.example -d @body.json", "body.json"),
        ("curl https://a.example -F file=@x.png", "multipart"),
        ("curl 'https://a.example", "never closed"),
        ("curl " + "x" * 1_100_000, "1 MiB"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(command: str, said: str) -> None:
    with pytest.raises(OperatorError) as caught:
        read_curl(command)
    assert said in caught.value.sentence
    assert caught.value.sentence.endswith(".")


def test_what_is_left_out_is_told() -> None:
    notes = read_curl("curl -k -L --proxy http://p:1 https://a.example https://b.example").notes
    assert len(notes) == 4


@pytest.mark.parametrize("text", ["curl x", " $ curl x", "curl.exe x", "\ufeffcurl x"])
def test_a_command_is_recognised(text: str) -> None:
    assert looks_like_curl(text)


@pytest.mark.parametrize("text", ["", "curling", "{}", "the curl x"])
def test_other_texts_are_not_taken_for_a_command(text: str) -> None:
    assert not looks_like_curl(text)
