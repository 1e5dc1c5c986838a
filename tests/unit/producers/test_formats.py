"""CSV, JSON Lines and XML, read as records."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.core.attempt import Headers
from engine.core.expression import Expression, Names
from engine.http.client import HttpClient
from engine.http.message import HttpAnswer
from engine.producers.http_pull.fields import PullResponse
from engine.producers.http_pull.refusal import PageRefused
from engine.producers.http_pull.rows import body_of
from tests.fault_server import Answer
from tests.sample_source import SampleSource, moment, rows
from tests.unit.producers.making import Hub, document, producer


def read(form: str, body: str | bytes, records: str | None = None, content_type: str = "") -> Any:
    """The rows of a body: JSON values, or bytes where they are kept as they came."""
    headers: Headers = (("content-type", content_type),) if content_type else ()
    raw = body if isinstance(body, bytes) else body.encode()
    answer = HttpAnswer(200, headers, raw, len(raw))
    expression = Expression.compile(records, Names.PULL_ANSWER) if records else None
    taken = body_of(PullResponse(format=form), answer)
    data = {"status": 200, "headers": {}, "body": taken.value(None)}
    found = taken.rows(expression, data)
    return found.raw if found.raw is not None else found.values


@pytest.mark.parametrize("form", ["json", "ndjson", "csv", "xml"])
async def test_every_format_pages_through_a_real_source(client: HttpClient, form: str) -> None:
    async with SampleSource(rows(95), format=form) as source:  # type: ignore[arg-type]  # a parameter
        hub = await Hub().run(producer(client, document(source, "page", size=30)))

        assert hub.failure is None
        assert len(hub.keys) == 95
        assert hub.cursor == moment(94)
        assert json.loads(hub.versions["17"][0]) == source.row("17")


def test_json_lines_keep_their_bytes() -> None:
    body = '{"id": 1.50 }\r\n\n  {"id":2}\n'
    assert read("ndjson", body) == [b'{"id": 1.50 }', b'{"id":2}']


def test_no_json_lines_at_all_are_a_page_only_under_their_own_content_type() -> None:
    assert read("ndjson", "", content_type="application/x-ndjson") == []
    with pytest.raises(PageRefused, match="never taken for an empty page"):
        read("ndjson", "", content_type="text/plain")


def test_json_lines_can_be_filtered_by_an_expression() -> None:
    body = '{"type": "meta"}\n{"type": "row", "n": 1.10}\n'
    with pytest.raises(PageRefused):
        read("ndjson", "<html></html>")
    assert str(read("ndjson", body, 'body.filter(x, x.type == "row")')[0]["n"]) == "1.10"


def test_csv_as_rfc_4180_has_it() -> None:
    body = '\ufeffid,name\r\n1,"Müller, ""Söhne""\r\nGmbH"\r\n\r\n2,\r\n'
    assert read("csv", body) == [
        {"id": "1", "name": 'Müller, "Söhne"\r\nGmbH'},
        {"id": "2", "name": ""},
    ]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("id,name\n1,订单\n".encode("gbk"), "text/csv; charset=GB2312"),
        ("id,name\n1,订单\n".encode("gb18030"), "text/csv;charset=gb18030"),
        ("id,name\n1,订单\n".encode("utf-16"), "text/csv"),
        ("id,name\n1,订单\n".encode(), "text/csv"),
        ("id\tname\n1\t订单\n".encode(), "text/tab-separated-values"),
    ],
)
def test_csv_in_other_character_sets(body: bytes, content_type: str) -> None:
    assert read("csv", body, content_type=content_type) == [{"id": "1", "name": "订单"}]


def test_a_long_csv_field_is_read() -> None:
    assert len(read("csv", f"id,t\n1,{'x' * 500_000}\n")[0]["t"]) == 500_000


async def test_a_path_into_csv_or_json_lines_is_followed(client: HttpClient) -> None:
    for form in ("csv", "ndjson"):
        async with SampleSource(rows(3), format=form) as source:
            made = document(source, "all", response={"records": "body"})
            hub = await Hub().run(producer(client, made))
            assert len(hub.keys) == 3
            made = document(source, "all", response={"records": "body[0].lines"})
            hub = await Hub().run(producer(client, made))
            assert hub.failure is not None
            assert "there is no field lines" in hub.failure.sentence


def test_a_csv_header_alone_is_an_empty_page() -> None:
    assert read("csv", "id,name\r\n") == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("", "without a body"),
        ("id,name\n1\n", "record 1 has 1 fields, but the header line has 2"),
        ("id,name\n1,2,3\n", "record 1 has 3 fields"),
        ("id,id\n1,2\n", 'two columns named "id"'),
        ("id,\n1,2\n", "column 2 has no name"),
        ('id,name\n1,"open', "record 1 cannot be read"),
        ("id,name\n1,订单\n".encode("gbk"), "is no utf-8 text"),
        ("<html>login</html>", "web page"),
    ],
)
def test_what_is_no_csv_says_why(body: str | bytes, told: str) -> None:
    with pytest.raises(PageRefused, match=told):
        read("csv", body)


XML = """<?xml version="1.0" encoding="UTF-8"?>
<r xmlns="urn:x" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><head>a</head>
<o id="1"><a>  1.50 </a><b/><l><s>x</s></l><l><s>y</s></l><n xsi:nil="true"/></o>
<o id="2">t</o></r>"""


def test_xml_elements_become_objects() -> None:
    assert read("xml", XML, "body.r.o") == [
        {"@id": "1", "a": "  1.50 ", "b": "", "l": [{"s": "x"}, {"s": "y"}], "n": None},
        {"@id": "2", "#text": "t"},
    ]


@pytest.mark.parametrize(
    ("body", "records", "count"),
    [
        ("<r><o><id>1</id></o></r>", "body.r.o", 1),
        ("<r><o><id>1</id></o></r>", None, 1),
        ("<r/>", "body.r.o", 0),
        ("<r/>", None, 0),
        ("<r><d/></r>", "body.r.d.o", 0),
        ("<r><d><p>1</p></d></r>", "body.r.d.o", 0),
    ],
)
def test_one_xml_element_is_a_list_and_none_is_an_empty_one(
    body: str, records: str | None, count: int
) -> None:
    assert len(read("xml", body, records)) == count


@pytest.mark.parametrize(
    ("body", "records", "told"),
    [
        ("<error><code>5</code></error>", "body.r.o", "there is no r in body"),
        ("<r><a/><b/></r>", None, "holds a, b; say in response.records"),
        ("<r>", "body.r.o", "no element found"),
        ("", "body.r.o", "without a body"),
        ("{}", "body.r.o", "not well-formed"),
        ('<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', "body.r.o", "entities or a DTD"),
        ("<r>" + "<d>" * 300 + "</d>" * 300 + "</r>", "body.r.o", "more than 200 levels"),
    ],
)
def test_what_is_no_xml_says_why(body: str, records: str | None, told: str) -> None:
    with pytest.raises(PageRefused, match=told):
        read("xml", body, records)


async def test_one_line_of_an_error_message_is_no_empty_csv_page(client: HttpClient) -> None:
    async with SampleSource(rows(3), format="csv") as source:
        source.server.on("/all", Answer(200, b"Internal error 17", (("Content-Type", "text/csv"),)))
        hub = await Hub().run(producer(client, document(source, "all")))

        assert hub.failure is not None
        assert hub.failure.kind == "not_csv"
        assert "its header line has no column" in hub.failure.sentence


def test_xml_in_the_character_set_it_declares() -> None:
    body = '<?xml version="1.0" encoding="GBK"?><r><o><n>订单</n></o></r>'.encode("gbk")
    assert read("xml", body, "body.r.o") == [{"n": "订单"}]


def test_json_in_an_announced_character_set_is_kept_in_utf_8() -> None:
    body = '[{"id": "订单"}]'.encode("gbk")
    assert read("json", body, content_type="application/json;charset=GBK") == [
        '{"id": "订单"}'.encode()
    ]


def test_an_unknown_character_set_is_named() -> None:
    with pytest.raises(PageRefused, match='"klingon" is not known'):
        read("json", b"[]", content_type="application/json; charset=klingon")


def test_the_whole_answer_may_be_the_list() -> None:
    assert read("json", b'\xef\xbb\xbf [1, {"a": 2} ]') == [b"1", b'{"a": 2}']


def test_an_object_without_a_place_for_records_names_its_fields() -> None:
    with pytest.raises(PageRefused, match="Its fields are code, data"):
        read("json", '{"code": 0, "data": []}')


def test_a_calculated_list_keeps_its_digits() -> None:
    body = '{"a": [{"n": 1.50}], "b": [{"n": 2}]}'
    found = read("json", body, "body.a + body.b")
    assert [str(row["n"]) for row in found] == ["1.50", "2"]
