"""Reads a sample answer, pasted or pulled: its format and its value, as the producer would see it.

The producer's own readers do the work, so what fits here fits in a run. Not for what the answer
means: the other modules here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from engine.core.attempt import Headers
from engine.core.errors import OperatorError
from engine.core.json_value import BadJson, decode_json
from engine.http.message import HttpAnswer, header
from engine.producers.http_pull.fields import PullResponse
from engine.producers.http_pull.refusal import PageRefused
from engine.producers.http_pull.rows import body_of

Format = Literal["json", "ndjson", "csv", "xml"]

_HEAD = re.compile(rb"HTTP/[\d.]+ (\d{3})[^\r\n]*\r?\n((?:[!-9;-~]+:[^\r\n]*\r?\n)*)\r?\n")
_JSON_INSIDE = re.compile(r"[\[{].*[\]}]", re.DOTALL)


class NotASample(OperatorError):
    """A text that is no answer this program can read; the sentence says why."""

    code = "not_a_sample"
    http_status = 422


@dataclass(frozen=True, slots=True)
class Sample:
    """An answer. status: 200 where none is known. value: what ``body`` is to an expression.

    repaired: a sentence on what was left away to read it, or "".
    """

    format: Format
    value: Any
    status: int = 200
    headers: Headers = ()
    repaired: str = ""

    def header(self, name: str) -> str | None:
        """A header's first value."""
        return header(self.headers, name)


def read_text(text: str) -> Sample:
    """The sample of a pasted text, with or without the answer's head. Raises NotASample."""
    raw = text.strip("\ufeff\u200b \t\r\n").encode("utf-8", "surrogatepass")
    status = 200
    headers: Headers = ()
    while head := _HEAD.match(raw):
        status, headers = int(head[1]), _headers(head[2])
        raw = raw[head.end() :]
    try:
        return read_answer(HttpAnswer(status, headers, raw, len(raw)))
    except NotASample:
        inside = _JSON_INSIDE.search(raw.decode("utf-8", "replace"))
        if inside is None or len(inside[0]) < len(raw) // 2:
            raise
        try:
            value = decode_json(inside[0].encode())
        except BadJson:
            raise
        return Sample("json", value, status, headers, "Text around the JSON was left away.")


def read_answer(answer: HttpAnswer) -> Sample:
    """The sample of a real answer. Raises NotASample, whatever its status."""
    found = _format(answer)
    try:
        value = body_of(PullResponse(format=found), answer).value(None)
    except PageRefused as error:
        raise NotASample(error.sentence) from None
    if found == "csv" and not _is_table(value):
        raise NotASample(
            "This is neither a cURL command nor an answer in JSON, JSON Lines, CSV or XML.",
            hint="Paste the whole command, beginning with curl, or the whole answer.",
        )
    return Sample(found, value, answer.status, answer.headers)


def _format(answer: HttpAnswer) -> Format:
    kind = (answer_type(answer) or "").lower()
    body = answer.body.removeprefix(b"\xef\xbb\xbf").strip()
    if not body:
        raise NotASample("The answer is empty.", hint="Ask for a time in which there are records.")
    if "ndjson" in kind or "jsonl" in kind or "json-lines" in kind:
        return "ndjson"
    if "csv" in kind or "tab-separated" in kind:
        return "csv"
    first = body[:1]
    if first == b"<":
        if re.match(rb"<(?:!doctype\s+html|html|head|body)\b", body, re.IGNORECASE):
            raise NotASample(
                "This is a web page, not data.",
                hint="Often it is a login page: the request lacks its token, or the address is of "
                "the web site and not of its interface.",
            )
        return "xml"
    if first in (b"{", b"["):
        return "ndjson" if _is_lines(body) else "json"
    if "json" in kind:
        return "json"
    return "csv"


def answer_type(answer: HttpAnswer) -> str | None:
    """The answer's Content-Type."""
    return header(answer.headers, "content-type")


def _is_lines(body: bytes) -> bool:
    lines = [line for line in body.split(b"\n", 3)[:2] if line.strip()]
    if len(lines) < 2:
        return False
    try:
        return all(isinstance(decode_json(line.strip()), dict) for line in lines)
    except BadJson:
        return False


def _is_table(rows: Any) -> bool:
    """Whether it reads as a table: one column is any text at all."""
    if not rows or len(rows[0]) < 2:
        return False
    return all(len(name) <= 60 and not re.search(r"[{}<>;]", name) for name in rows[0])


def _headers(head: bytes) -> Headers:
    lines = head.decode("latin-1").splitlines()
    pairs = (line.partition(":") for line in lines)
    return tuple((name.strip().lower(), value.strip()) for name, _, value in pairs)
