"""What is asked of a source: templates, authentication, and the evidence of it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from engine.core.errors import OperatorError
from engine.core.job import Ledger
from engine.http.client import HttpClient
from engine.producers.http_pull.asking import Ask
from engine.producers.http_pull.cursor import CursorRule, CursorValue
from engine.producers.http_pull.fields import Cursor, HttpPull, PullRequest
from engine.producers.http_pull.request import RequestBuilder, RequestRefused
from engine.producers.kinds import build_producer
from tests.fault_server import Answer, Received
from tests.sample_source import SampleSource, rows
from tests.unit.producers.making import NOW, SECRETS, Hub, document, merged, producer, secret

URL = "https://shop.example/api/orders"
TIME = CursorRule(Cursor(value="record.at", type="time"))
NUMBER = CursorRule(Cursor(value="record.at", type="number"))


def built(ask: Ask, variables: dict[str, Any] | None = None, **fields: Any) -> tuple[str, Any]:
    """The URL and the body of a request."""
    builder = RequestBuilder(PullRequest.model_validate({"url": URL, **fields}))
    request = builder.build(ask, variables or {}, NOW)
    return request.url, request.body


def time(text: str) -> CursorValue:
    return TIME.read(text)


@pytest.mark.parametrize(
    ("ask", "query", "sent"),
    [
        (Ask(time("2026-01-01T00:00:00+08:00")), {"since": "${cursor}"},
         "since=2026-01-01T00%3A00%3A00%2B08%3A00"),
        (Ask(), {"since": "${cursor}", "size": "5"}, "size=5"),
        (Ask(), {"filter": "updated ge ${cursor}", "size": "5"}, "size=5"),
        (Ask(), {"since": '${cursor == null ? "all" : cursor}'}, "since=all"),
        (Ask(page=3), {"page": "${page}", "from": "${(page - 1) * 10}"}, "page=3&from=20"),
        (Ask(offset=40), {"o": "${offset}"}, "o=40"),
        (Ask(token="a b&c=d"), {"t": "${token}"}, "t=a%20b%26c%3Dd"),
        (Ask(token=""), {"t": "${token}"}, "t="),
        (Ask(), {"t": "${token}", "x y": "ä"}, "x%20y=%C3%A4"),
        (Ask(), {"at": "${now}"}, "at=2026-01-01T00%3A00%3A00Z"),
        (Ask(NUMBER.read(17)), {"after": "${cursor + 1}"}, "after=18"),
    ],
)  # fmt: skip
def test_the_query_is_filled_in(ask: Ask, query: dict[str, str], sent: str) -> None:
    assert built(ask, query=query)[0] == f"{URL}?{sent}"


def test_shard_variables_may_choose_the_server_and_nothing_else_may() -> None:
    url = "${vars.base}/api/${token}/x?y=${token}#part"
    variables = {"base": "https://east.example:8443"}

    sent, _ = built(Ask(token="a/../b?c"), variables, url=url, query={"z": "1"})

    assert sent == "https://east.example:8443/api/a%2F..%2Fb%3Fc/x?y=a%2F..%2Fb%3Fc&z=1"


@pytest.mark.parametrize("token", ["..", ".", ""])
def test_data_cannot_climb_in_the_path(token: str) -> None:
    with pytest.raises(RequestRefused, match=r"request\.url"):
        built(Ask(token=token), url="https://shop.example/api/${token}/orders")


def test_a_whole_link_is_asked_as_it_is() -> None:
    link = "https://shop.example/api/orders?after=17"
    assert built(Ask(url=link), query={"since": "${cursor}"})[0] == link


def test_a_body_is_json_and_keeps_types() -> None:
    body = {"page": {"no": "${page}"}, "since": "${cursor}", "ids": ["a${page}"], "size": 50}
    _, sent = built(Ask(page=2), method="POST", body=body)
    assert json.loads(sent) == {"page": {"no": 2}, "since": None, "ids": ["a2"], "size": 50}


def test_a_number_cursor_is_a_number_in_a_body() -> None:
    _, sent = built(Ask(NUMBER.read(2**60)), method="POST", body={"since": "${cursor}"})
    assert sent == b'{"since":%d}' % 2**60


@pytest.mark.parametrize(
    ("headers", "content_type", "sent"),
    [
        ({}, "application/json", b'"a=1"'),
        ({"content-type": "application/x-www-form-urlencoded"}, None, b"a=1"),
        ({"Content-Type": "text/xml"}, None, b"a=1"),
        ({"Content-Type": "application/vnd.x+json"}, None, b'"a=1"'),
    ],
)
def test_a_text_body_goes_out_as_it_is_under_a_type_that_is_not_json(
    headers: dict[str, str], content_type: str | None, sent: bytes
) -> None:
    fields = {"url": URL, "method": "POST", "headers": headers, "body": "a=${page}"}
    request = RequestBuilder(PullRequest.model_validate(fields)).build(Ask(page=1), {}, NOW)

    assert request.body == sent
    if content_type:
        assert ("Content-Type", content_type) in request.headers


def test_a_template_that_gives_no_text_names_its_place() -> None:
    with pytest.raises(RequestRefused, match=r"request\.headers\.X-Shard .* no field region"):
        built(Ask(), headers={"X-Shard": "${vars.region}"})


@pytest.mark.parametrize(
    ("paging", "told"),
    [
        ({"kind": "page"}, r"needs \$\{page\} in the request"),
        ({"kind": "offset"}, r"needs \$\{offset\} in the request"),
        ({"kind": "token", "next": "body.next"}, r"needs \$\{token\} in the request"),
    ],
)
def test_paging_that_is_not_handed_over_is_refused_when_saved(
    paging: dict[str, Any], told: str
) -> None:
    made = {"kind": "http_pull", "request": {"url": URL}, "paging": paging, "mode": "full"}
    with pytest.raises(ValidationError, match=told):
        HttpPull.model_validate(made)


def test_a_filter_that_would_hide_a_pages_length_is_refused_when_saved() -> None:
    made = {
        "kind": "http_pull",
        "mode": "full",
        "request": {"url": URL, "query": {"page": "${page}"}},
        "response": {"records": "body.items.filter(x, x.live)"},
        "paging": {"kind": "page"},
    }
    with pytest.raises(ValidationError, match="must not filter where pages are numbered"):
        HttpPull.model_validate(made)


async def test_a_post_pages_through_its_body(client: HttpClient) -> None:
    async with SampleSource(rows(25)) as source:
        seen: list[Any] = []

        def answer(request: Received) -> Answer:
            asked = json.loads(request.body)
            seen.append(asked)
            query = {"page": str(asked["page"]), "size": "10"}
            return source._page("page", query)

        source.server.on("/search", answer)
        made = document(source, "page", mode="full", cursor=None)
        made["request"] = {
            "method": "POST",
            "url": source.server.origin + "/search",
            "body": {"page": "${page}", "region": "${vars.region}"},
        }
        hub = await Hub().run(producer(client, made))

        assert len(hub.keys) == 25
        assert seen[1] == {"page": 2, "region": "east"}


def checks_header(name: str, value: str) -> Any:
    def refuse(request: Received) -> Answer | None:
        return None if request.header(name) == value else Answer(401, b"no")

    return refuse


def checks_signature(request: Received) -> Answer | None:
    at = request.header("X-Timestamp") or ""
    signed = f"{request.method}\n{request.path}\n{at}\n".encode() + request.body
    wanted = hmac.new(SECRETS["token"], signed, hashlib.sha256).hexdigest()
    return None if request.header("X-Signature") == wanted and at else Answer(401, b"no")


BASIC = base64.b64encode(b"hub:" + SECRETS["password"]).decode()


@pytest.mark.parametrize(
    ("auth", "refuses"),
    [
        ({"kind": "bearer", "token": {"secret": "token"}},
         checks_header("Authorization", "Bearer s3cret-token-value")),
        ({"kind": "basic", "user": "hub", "password": {"secret": "password"}},
         checks_header("Authorization", f"Basic {BASIC}")),
        ({"kind": "api_key", "name": "X-Key", "value": {"secret": "token"}},
         checks_header("X-Key", "s3cret-token-value")),
        ({"kind": "api_key", "in": "query", "name": "key", "value": {"secret": "token"}},
         lambda r: None if "key=s3cret-token-value" in r.path else Answer(401, b"no")),
        ({"kind": "hmac", "key": {"secret": "token"}}, checks_signature),
    ],
)  # fmt: skip
@pytest.mark.parametrize("way", ["page", "link-header"])
async def test_every_request_of_a_run_carries_the_proof_and_no_evidence_shows_it(
    client: HttpClient, auth: dict[str, Any], refuses: Any, way: str
) -> None:
    async with SampleSource(rows(30), refuses=refuses) as source:
        made = document(source, way, request={"auth": auth})
        hub = await Hub().run(producer(client, made))

        assert hub.failure is None
        assert len(hub.keys) == 30
        kept = repr([out.page.exchange for out in hub.pages])
        assert not any(value.decode() in kept for value in SECRETS.values())
        assert BASIC not in kept


async def test_an_oauth2_token_is_fetched_once_and_anew_after_a_401(client: HttpClient) -> None:
    async with SampleSource(rows(30)) as source:
        tokens = iter(["first-token", "second-token"])
        source.server.on(
            "/login",
            lambda _: Answer(200, json.dumps({"access_token": next(tokens)}).encode()),
        )
        source.refuses = checks_header("Authorization", "Bearer second-token")
        auth = {
            "kind": "oauth2_client",
            "token_url": source.server.origin + "/login",
            "client_id": "hub",
            "client_secret": {"secret": "password"},
        }
        pulls = producer(client, document(source, "page", request={"auth": auth}))
        hub = await Hub().run(pulls)
        assert hub.failure is not None
        assert hub.failure.kind == "auth"
        assert "first-token" not in repr(hub.failure)

        await hub.run(pulls)
        assert len(hub.keys) == 30
        assert [r.path for r in source.asked if r.path == "/login"] == ["/login"] * 2


async def test_a_secret_the_source_repeats_is_masked_in_the_evidence(client: HttpClient) -> None:
    async with SampleSource(rows(1)) as source:
        echo = b'{"you sent": "s3cret-token-value"}'
        source.server.on("/all", Answer(403, echo, (("X-Echo", "s3cret-token-value"),)))
        auth = {"kind": "bearer", "token": {"secret": "token"}}
        hub = await Hub().run(producer(client, document(source, "all", request={"auth": auth})))

        assert hub.failure is not None
        assert "s3cret-token-value" not in repr(hub.failure)
        assert "you sent" in hub.failure.sentence


def test_a_missing_secret_names_the_job(client: HttpClient) -> None:
    def lookup(name: str) -> bytes:
        raise OperatorError(f'There is no secret "{name}".')

    made = {
        "kind": "http_pull",
        "mode": "full",
        "request": {"url": URL, "auth": {"kind": "bearer", "token": {"secret": "gone"}}},
    }
    with pytest.raises(OperatorError, match='job "orders" cannot pull: There is no secret "gone"'):
        build_producer(
            "orders",
            HttpPull.model_validate(made),
            Ledger(key="record.id"),
            http=client,
            secrets=lookup,
            clock=lambda: NOW,
        )


async def test_a_good_pages_evidence_has_everything_but_the_body(client: HttpClient) -> None:
    async with SampleSource(rows(3)) as source:
        hub = await Hub().run(producer(client, document(source, "all")))
        exchange = hub.pages[0].page.exchange

        assert exchange.request.method == "GET"
        assert exchange.request.url == source.url("all") + "?size=10"
        assert exchange.started_at == NOW
        assert exchange.response is not None
        assert exchange.response.status == 200
        assert exchange.response.body == b""
        assert exchange.response.length > 100
        assert exchange.response.sha256 != hashlib.sha256(b"").digest()
        assert ("content-type", "application/json") in exchange.response.headers


async def test_the_nodes_own_port_is_never_a_source(client: HttpClient) -> None:
    async with SampleSource(rows(1)) as source:
        client._guard.protect_port(source.server.port)
        hub = await Hub().run(producer(client, document(source, "all")))

        assert hub.failure is not None
        assert hub.failure.kind == "forbidden_target"
        assert source.asked == []


async def test_values_are_handed_over_only_where_they_are_wanted(client: HttpClient) -> None:
    async with SampleSource(rows(3)) as source:
        with_values = await Hub().run(producer(client, document(source, "all")))
        without = await Hub().run(producer(client, document(source, "all"), decode=False))

        assert [value["id"] for value in with_values.pages[0].values] == ["1", "2", "3"]
        assert without.pages[0].values == ()


async def test_a_trial_reads_one_page_and_shows_all_of_it(client: HttpClient) -> None:
    async with SampleSource(rows(30)) as source:
        trial = await producer(client, document(source, "page")).trial(Hub().start())

        assert trial.ok
        assert trial.raw_count == 10
        assert trial.more
        assert trial.records[0].key == "1"
        assert trial.records[0].value["id"] == "1"
        assert trial.response is not None
        assert b'"items"' in trial.response.body
        assert len(source.asked) == 1


async def test_a_trial_that_fails_tells_why_with_the_answer(client: HttpClient) -> None:
    async with SampleSource(rows(3)) as source:
        source.server.on("/all", Answer(401, b'{"error": "expired"}'))
        trial = await producer(client, document(source, "all")).trial(Hub().start())

        assert not trial.ok
        assert trial.kind == "auth"
        assert trial.sentence.startswith("The source answered 401 Unauthorized.")
        assert trial.response is not None
        assert trial.response.body == b'{"error": "expired"}'
        assert trial.request is not None


async def test_a_trial_of_a_request_that_cannot_be_made_sends_nothing(client: HttpClient) -> None:
    async with SampleSource(rows(3)) as source:
        made = document(source, "all", request={"headers": {"X": "${vars.gone}"}})
        start = replace(Hub().start(), vars={})
        trial = await producer(client, merged(made, {})).trial(start)

        assert (trial.ok, trial.kind) == (False, "request")
        assert source.asked == []
        assert secret("token")
