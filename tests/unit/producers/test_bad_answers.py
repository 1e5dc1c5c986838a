"""Answers that are no good page: nothing of them is taken, no cursor moves, the sentence helps."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from engine.core.attempt import RESPONSE_CAP
from engine.core.record import FailedPull
from engine.http.client import HttpClient
from tests.fault_server import Answer, FaultServer
from tests.sample_source import SampleSource, moment, rows
from tests.unit.producers.making import Hub, document, producer

JSON = (("Content-Type", "application/json"),)
HTML = (("Content-Type", "text/html"),)
ROW = '{"id": "1", "updated_at": "2025-01-01T00:00:00Z"}'


async def pulled(client: HttpClient, answer: Answer | str, **changes: Any) -> FailedPull:
    """What comes of a run whose second page is answered like this, after a good first one."""
    async with SampleSource(rows(40), order="desc") as source:
        good = source._page("page", {"page": "1", "size": "10"})
        source.server.on("/page", good, answer)
        made = document(source, "page", **changes)
        hub = await Hub(cursor=moment(0)).run(producer(client, made))

        assert hub.failure is not None
        assert hub.cursor == moment(0)
        assert len(hub.keys) == 10
        assert hub.failure.page == 2
        assert hub.failure.sentence.startswith("Job orders, page 2: ")
        return hub.failure


@pytest.mark.parametrize(
    ("answer", "kind", "told"),
    [
        (Answer(401, b'{"error": "expired"}', JSON), "auth", '401 Unauthorized. Check the auth'),
        (Answer(403, b"", ()), "auth", "403 Forbidden"),
        (Answer(429, b"", ()), "rate_limited", "429 Too Many Requests"),
        (Answer(500, b"oops", ()), "status", "500 Internal Server Error"),
        (Answer(302, b"", (("Location", "/login"),)), "redirect", "to /login"),
        (Answer(400, b'{"message": "bad size"}', JSON), "status", "bad size"),
        (Answer(200, b"<!DOCTYPE html><html>Login</html>", HTML), "not_json", "login"),
        (Answer(200, b"<html>Login</html>", JSON), "not_json", "web page"),
        (Answer(200, b"", JSON), "empty", "without a body"),
        (Answer(200, b" \r\n", JSON), "empty", "without a body"),
        (Answer(200, b'{"data": {"items": [' + ROW.encode(), JSON), "not_json", "cut off"),
        (Answer(200, b'{"error": "db down"}', JSON), "no_records", "there is no field data"),
        (Answer(200, b'{"data": {"items": null}}', JSON), "no_records", "is null"),
        (Answer(200, b'{"data": {"items": {"id": 1}}}', JSON), "no_records", "is an object"),
        (Answer(200, b'{"data": {"items": [NaN]}}', JSON), "not_json", "NaN"),
        (Answer(200, b"\xff\xfe[]", JSON), "not_json", "not UTF-8"),
        ("truncated", "truncated", "broke off"),
        ("reset_in_body", "reset", "reset the connection"),
        ("truncated_gzip", "decode", "could not be unpacked"),
        ("junk", "protocol", "not HTTP"),
        ("hang_after_request", "timeout", "raise request.timeout"),
        ("gzip_bomb", "page_too_large", "raise response.max_size"),
        ("endless", "page_too_large", "longer than 1,000,000 bytes"),
    ],
)  # fmt: skip
async def test_a_bad_answer_never_moves_the_cursor(
    client: HttpClient, answer: Answer | str, kind: str, told: str
) -> None:
    changes = {"request": {"timeout": "1s"}, "response": {"max_size": 1_000_000}}
    failure = await pulled(client, answer, **changes)

    assert failure.kind == kind
    assert told in failure.sentence


async def test_an_error_with_200_is_found_by_the_success_rule(client: HttpClient) -> None:
    answer = Answer(200, b'{"code": "401", "data": {"items": []}}', JSON)
    failure = await pulled(client, answer, response={"ok": 'status == 200 && body.code == "0"'})

    assert failure.kind == "not_ok"
    assert 'body.code == "0" is not true of it' in failure.sentence
    assert '{"code": "401"' in failure.sentence


async def test_a_success_rule_that_cannot_be_told_is_not_met(client: HttpClient) -> None:
    answer = Answer(200, b'{"data": {"items": []}}', JSON)
    failure = await pulled(client, answer, response={"ok": 'body.code == "0"'})

    assert failure.kind == "not_ok"
    assert "there is no field code" in failure.sentence


async def test_null_is_an_empty_list_where_a_success_rule_tells_errors(client: HttpClient) -> None:
    async with SampleSource(rows(3)) as source:
        source.server.on("/all", Answer(200, b'{"code": "0", "data": {"items": null}}', JSON))
        made = document(source, "all", response={"ok": 'body.code == "0"'})
        hub = await Hub().run(producer(client, made))

        assert hub.failure is None
        assert hub.pages[0].page.raw_count == 0


async def test_204_is_an_empty_page(client: HttpClient) -> None:
    async with SampleSource(rows(3)) as source:
        source.server.on("/all", Answer(204))
        hub = await Hub(cursor=moment(1)).run(producer(client, document(source, "all")))

        assert hub.failure is None
        assert hub.cursor == moment(1)


async def test_the_wait_a_source_asks_for_is_handed_on(client: HttpClient) -> None:
    failure = await pulled(client, Answer(429, b"", (("Retry-After", "90"),)))

    assert failure.retry_after_s == 90


async def test_the_evidence_of_a_refused_page_has_the_bodys_beginning(client: HttpClient) -> None:
    body = b"<html>" + b"x" * (RESPONSE_CAP * 2)
    failure = await pulled(client, Answer(200, body, HTML))

    assert failure.exchange is not None
    assert failure.exchange.response is not None
    assert failure.exchange.response.body == body[:RESPONSE_CAP]
    assert failure.exchange.response.length == len(body)


@pytest.mark.parametrize(
    ("record", "kind", "told"),
    [
        ('{"updated_at": "2025-01-01"}', "key", "has no key: record.id: there is no field id"),
        ('{"id": null, "updated_at": "2025-01-01"}', "key", "record.id is null"),
        ('{"id": " ", "updated_at": "2025-01-01"}', "key", "has an empty key"),
        ('{"id": {}, "updated_at": "2025-01-01"}', "key", "is an object"),
        ('{"id": "%s", "updated_at": "2025-01-01"}' % ("k" * 513), "key", "513 characters"),
        ('{"id": "a\\u0000", "updated_at": "2025-01-01"}', "key", "NUL"),
        ('{"id": "\\ud83d", "updated_at": "2025-01-01"}', "key", "half a character"),
        ('{"id": 2}', "cursor", "has no cursor value: record.updated_at: there is no field"),
        ('{"id": 2, "updated_at": null}', "cursor", "record.updated_at is missing"),
        ('{"id": 2, "updated_at": "soon"}', "cursor", 'is "soon", which is not a time'),
        ('{"id": 2, "updated_at": "2025-01-01 00:00:00"}', "cursor", "cannot be compared"),
        ('{"id": 2, "updated_at": 1735689600}', "cursor", "cannot be compared"),
        ("[" * 100_000 + "]" * 100_000, "not_json", "nested too deep"),
        ('{"id": 2, "n": NaN, "updated_at": "2025-01-01T00:00:00Z"}', "not_json", "NaN"),
    ],
)  # fmt: skip
async def test_a_record_that_cannot_be_taken_is_named(
    client: HttpClient, record: str, kind: str, told: str
) -> None:
    body = '{"data": {"items": [' + ROW + "," + record + "]}}"
    failure = await pulled(client, Answer(200, body.encode(), JSON))

    assert failure.kind == kind
    assert told in failure.sentence
    if "NaN" not in record:
        assert "Record 2 " in failure.sentence
        assert record[:40] in failure.sentence


@pytest.mark.parametrize(
    "record",
    [
        '{ "id": "a",  "updated_at": "2025-01-01T00:00:00Z", "n": 9007199254740993 }',
        '{"id": "a", "updated_at": "2025-01-01T00:00:00Z", "n": 1840.000}',
        '{"id": "a", "updated_at": "2025-01-01T00:00:00Z", "n": 1e400}',
        '{"id": "a", "updated_at": "2025-01-01T00:00:00Z", "t": "\\u0000"}',
        '{"id": "a", "updated_at": "2025-01-01T00:00:00Z", "t": "\\ud83d"}',
        '{"id": "a", "id": "b", "updated_at": "2025-01-01T00:00:00Z"}',
        '{"id": 12345678901234567890123456789, "updated_at": "2025-01-01T00:00:00Z"}',
        '{"id": "订单", "updated_at": "2025-01-01T00:00:00Z", "t": "\\/\\u00e9"}',
    ],
)
async def test_bytes_are_kept_as_they_came(client: HttpClient, record: str) -> None:
    async with SampleSource(rows(1)) as source:
        body = f'{{"data": {{"items": [\n  {record}\t]}}}}'.encode()
        source.server.on("/all", Answer(200, body, JSON))
        hub = await Hub().run(producer(client, document(source, "all")))

        assert hub.failure is None
        assert [payload for versions in hub.versions.values() for payload in versions] == [
            record.encode()
        ]


async def test_gzip_is_unpacked(client: HttpClient) -> None:
    async with SampleSource(rows(1)) as source:
        body = gzip.compress(json.dumps({"data": {"items": rows(7)}}).encode())
        source.server.on("/all", Answer(200, body, (*JSON, ("Content-Encoding", "gzip"))))
        hub = await Hub().run(producer(client, document(source, "all")))

        assert len(hub.keys) == 7


@pytest.mark.parametrize(("fault", "kind"), [("refused", "refused"), ("silent", "timeout")])
async def test_a_source_that_is_not_there(client: HttpClient, fault: str, kind: str) -> None:
    async with SampleSource(rows(1)) as source:
        url = source.server.url(fault)
        made = document(source, "all", request={"url": url, "timeout": "500ms"})
        hub = await Hub().run(producer(client, made))

        assert hub.failure is not None
        assert hub.failure.kind == kind
        assert "127.0.0.1" in hub.failure.sentence


async def test_a_next_address_on_another_server_is_not_followed(client: HttpClient) -> None:
    async with SampleSource(rows(1)) as source, FaultServer() as other:
        body = {"data": {"items": rows(1), "next": other.url("ok")}}
        source.server.on("/link-body", Answer(200, json.dumps(body).encode(), JSON))
        hub = await Hub().run(producer(client, document(source, "link-body")))

        assert hub.failure is not None
        assert hub.failure.kind == "foreign_link"
        assert other.received == []
