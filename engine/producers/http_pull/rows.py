"""The rows of an answer in each format: found, told apart, and as bytes for the ledger.

A record of JSON and of JSON Lines is kept as the very bytes the source wrote. A row of CSV and an
element of XML have no bytes of their own that an expression could read, so they are kept as the
JSON object that expressions see, in UTF-8. So are records that a calculated ``records``
expression gives. Not for keys and cursors: ``records``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, assert_never

from engine.core.bare_path import kind_of
from engine.core.expression import Expression, ExpressionFailed
from engine.core.json_raw import Reads, decode_parts, merged, raw_at, split_array
from engine.core.json_value import BadJson, decode_json
from engine.http.message import HttpAnswer
from engine.producers.http_pull.charset import NotText, content_type_of, text_of, utf8_of
from engine.producers.http_pull.csv_rows import NotCsv, csv_rows
from engine.producers.http_pull.fields import PullResponse
from engine.producers.http_pull.refusal import PageRefused, excerpt, is_web_page, unreadable
from engine.producers.http_pull.xml_rows import NotXml, xml_records, xml_value


@dataclass(frozen=True, slots=True)
class Rows:
    """A page's rows: ``raw`` bytes of JSON, or ``values`` that have none; the other is None."""

    raw: list[bytes] | None = None
    values: list[Any] | None = None

    def __len__(self) -> int:
        return len(self.raw if self.raw is not None else self.values or ())


class Body(Protocol):
    """A body in one format."""

    def value(self, reads: Reads) -> Any:
        """What ``body`` is to an expression that reads no more than this. Raises PageRefused."""

    def rows(self, records: Expression | None, data: Mapping[str, Any]) -> Rows:
        """The rows; data as an expression sees the answer. Raises PageRefused."""


def body_of(response: PullResponse, answer: HttpAnswer, needs: Collection[str] = ()) -> Body:
    """The answer's body, checked as far as its format can be without looking for records.

    needs: fields that key and cursor read of every record.
    """
    match response.format:
        case "json":
            return _Json(answer, null_is_empty=response.ok is not None)
        case "ndjson":
            return _JsonLines(answer)
        case "csv":
            return _Csv(answer, needs)
        case "xml":
            return _Xml(answer)
        case _ as never:
            assert_never(never)


def body_reads(*expressions: Expression | None) -> dict[str, Reads]:
    """What these expressions read of an answer."""
    reads: dict[str, Reads] = {}
    for expression in expressions:
        if expression is not None:
            reads = merged(reads, expression.reads)
    return reads


def finds_itself(form: str, records: Expression | None) -> bool:
    """Whether a body in this format finds its records without the value of ``body``."""
    if records is None or records.variable != "body":
        return False
    return form in ("json", "xml") or not records.steps


class _Json:
    """null_is_empty: a null for a list is an empty one; only where a success rule tells errors."""

    def __init__(self, answer: HttpAnswer, *, null_is_empty: bool) -> None:
        self._answer = answer
        self._null_is_empty = null_is_empty
        try:
            self._body = utf8_of(answer)
        except NotText as error:
            raise unreadable("JSON", "not_json", str(error), answer.headers, answer.body) from None
        if not self._body.strip():
            raise unreadable("JSON", "empty", "", answer.headers, b"")

    def value(self, reads: Reads) -> Any:
        try:
            return decode_parts(self._body, reads)
        except BadJson as error:
            raise self._bad(error) from None

    def rows(self, records: Expression | None, data: Mapping[str, Any]) -> Rows:
        if records is not None and records.variable != "body":
            return Rows(values=_listed(records, data))
        try:
            found = raw_at(self._body, records.steps if records else ())
            if found[:1] == b"[":
                return Rows(raw=split_array(found))
            if found == b"null" and self._null_is_empty and records is not None:
                return Rows(raw=[])
            raise _no_list(records, decode_json(found))
        except ExpressionFailed as error:
            self._check()
            raise _no_records(error, self._answer.body) from None
        except BadJson as error:
            raise self._bad(error) from None

    def _check(self) -> None:
        """A path that leads nowhere in what is no JSON at all is not the path's fault."""
        try:
            decode_json(self._body)
        except BadJson as error:
            raise self._bad(error) from None

    def _bad(self, error: BadJson) -> PageRefused:
        answer = self._answer
        return unreadable("JSON", "not_json", error.sentence, answer.headers, answer.body)


class _JsonLines:
    def __init__(self, answer: HttpAnswer) -> None:
        try:
            body = utf8_of(answer).removeprefix(b"\xef\xbb\xbf")
        except NotText as error:
            raise _not_lines(str(error), answer) from None
        named = any(word in content_type_of(answer) for word in ("ndjson", "jsonl", "json-lines"))
        if not body.strip() and not named:
            raise unreadable("JSON Lines", "empty", "", answer.headers, b"")
        lines = (line.strip(b" \t\r\x1e") for line in body.split(b"\n"))
        self._lines = [line for line in lines if line]
        self._answer = answer
        if self._lines and self._lines[0][:1] == b"<":
            raise _not_lines("it is no JSON", answer)

    def value(self, reads: Reads) -> Any:
        values = []
        for number, line in enumerate(self._lines, 1):
            try:
                values.append(decode_json(line))
            except BadJson as error:
                raise _not_lines(f"in record {number}: {error.sentence}", self._answer) from None
        return values

    def rows(self, records: Expression | None, data: Mapping[str, Any]) -> Rows:
        if records is None or finds_itself("ndjson", records):
            return Rows(raw=self._lines)
        return Rows(values=_listed(records, data))


class _Csv:
    def __init__(self, answer: HttpAnswer, needs: Collection[str]) -> None:
        tabs = "tab-separated" in content_type_of(answer)
        try:
            if is_web_page(answer.headers, answer.body):
                raise NotCsv("it is a web page")
            self._rows = csv_rows(text_of(answer), tabs=tabs, needs=needs)
        except (NotText, NotCsv) as error:
            raise unreadable("CSV", "not_csv", str(error), answer.headers, answer.body) from None

    def value(self, reads: Reads) -> Any:
        return self._rows

    def rows(self, records: Expression | None, data: Mapping[str, Any]) -> Rows:
        if records is None or finds_itself("csv", records):
            return Rows(values=self._rows)
        return Rows(values=_listed(records, data))


class _Xml:
    def __init__(self, answer: HttpAnswer) -> None:
        try:
            self._value = xml_value(answer)
        except (NotText, NotXml) as error:
            raise unreadable("XML", "not_xml", str(error), answer.headers, answer.body) from None
        self._body = answer.body

    def value(self, reads: Reads) -> Any:
        return self._value

    def rows(self, records: Expression | None, data: Mapping[str, Any]) -> Rows:
        try:
            if records is None or records.variable == "body":
                return Rows(values=xml_records(self._value, records.steps if records else None))
        except NotXml as error:
            why = ExpressionFailed(records.text if records else "body", str(error))
            raise _no_records(why, self._body) from None
        return Rows(values=_listed(records, data))


def _listed(records: Expression, data: Mapping[str, Any]) -> list[Any]:
    """The list a calculated ``records`` expression gives."""
    try:
        found = records.value(data)
    except ExpressionFailed as error:
        raise PageRefused(
            "no_records", f"The answer holds no records: response.records {error.sentence}"
        ) from None
    if not isinstance(found, list):
        raise _no_list(records, found)
    return found


def _no_list(records: Expression | None, found: Any) -> PageRefused:
    if records is None:
        held = ""
        if isinstance(found, dict):
            held = f" Its fields are {', '.join(list(found)[:10])}." if found else " It is empty."
        return PageRefused(
            "no_records",
            f"The whole answer is {kind_of(found)}, not a list of records.{held} "
            "Say in response.records where the list is.",
        )
    hint = " If null means that there are none, say in response.ok what a good answer is."
    return PageRefused(
        "no_records",
        f"{records.text} is {kind_of(found)} in the answer, not a list of records."
        f"{hint if found is None else ''}",
    )


def _no_records(error: ExpressionFailed, body: bytes) -> PageRefused:
    return PageRefused(
        "no_records",
        f"The answer holds no records: {error.sentence} If it is an error of the source, say in "
        f"response.ok what a good answer is. It begins with {excerpt(body)}",
    )


def _not_lines(why: str, answer: HttpAnswer) -> PageRefused:
    return unreadable("JSON Lines", "not_ndjson", why, answer.headers, answer.body)
