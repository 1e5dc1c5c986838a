"""Whatever is pasted: a sentence or proposals, and never a document that is refused."""

from __future__ import annotations

import json
import string
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.errors import OperatorError
from engine.operations.document import parse_job
from engine.operations.propose import (
    NoSecrets,
    apply,
    looks_like_curl,
    propose_reading,
    propose_source,
    propose_success,
    propose_target,
    read_curl,
    read_text,
)
from tests.unit.operations.propose.test_interfaces import EMPTY

NAMES = st.one_of(
    st.sampled_from(
        [
            *("id", "code", "data", "items", "list", "total", "page", "pageNo", "next"),
            *("next_cursor", "hasMore", "success", "status", "updated_at", "gmtModified"),
            *("更新时间", "编号", "列表", "errors", "message", "in", "true", "a.b", "a-b", "$x"),
        ]
    ),
    st.text(min_size=1, max_size=8),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["0", "200", "ok", "2026-01-05 10:00:00", "2026-01-05T10:00:00Z", "", "${x}"]),
    st.text(max_size=12),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=5)),
    max_leaves=25,
)
RECORDS = st.lists(st.dictionaries(NAMES, SCALARS, min_size=1, max_size=5), max_size=6)
ANSWERS = st.one_of(
    VALUES,
    RECORDS,
    st.builds(
        lambda name, rows, rest: {**rest, name: rows},
        NAMES,
        RECORDS,
        st.dictionaries(NAMES, SCALARS, max_size=4),
    ),
)
QUERIES = st.dictionaries(NAMES, st.one_of(st.just("1"), st.text(max_size=10)), max_size=4)


@settings(max_examples=120)
@given(ANSWERS, QUERIES)
def test_every_answer_gives_a_right_document(answer: Any, query: dict[str, str]) -> None:
    request = {"method": "GET", "url": "https://a.example/orders", "query": query}
    query = {name: text.replace("${", "$${") for name, text in query.items()}
    request["query"] = query
    document = {**EMPTY, "producer": {**EMPTY["producer"], "request": request}}
    try:
        sample = read_text(json.dumps(answer))
    except OperatorError:
        return
    proposals = propose_reading(document, sample)
    parse_job(apply(document, proposals))
    for proposal in proposals:
        assert proposal.reason
        assert proposal.shown


@settings(max_examples=60)
@given(st.dictionaries(NAMES, VALUES, max_size=5), st.dictionaries(NAMES, VALUES, max_size=6))
def test_every_mapping_is_a_right_consumer(body: dict[str, Any], record: dict[str, Any]) -> None:
    command = read_curl("curl https://b.example/save -X POST")
    command = type(command)(command.method, command.url, (), json.dumps(body))
    proposals, _, _ = propose_target(command, NoSecrets(), 0, (), record)
    parse_job(apply(EMPTY, proposals))


@settings(max_examples=60)
@given(VALUES, st.sampled_from([200, 201, 204, 400, 500]))
def test_every_success_rule_compiles(value: Any, status: int) -> None:
    base = apply(EMPTY, propose_target(read_curl("curl b.example -d '{}'"), NoSecrets(), 0)[0])
    rule = propose_success(value, status, ("consumers", 0, "success"), "success")
    if rule is not None:
        parse_job(apply(base, [rule]))


@settings(max_examples=120)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    "-H",
                    "-d",
                    "-X",
                    "POST",
                    "-u",
                    "a:b",
                    "-G",
                    "--url",
                    "-b",
                    "a=b",
                    "'",
                    '"',
                    "\\",
                    "^",
                    "https://a.example/x?page=1",
                    "Authorization: Bearer xyz1234",
                    "|",
                    "{}",
                ]
            ),
            st.text(alphabet=string.printable, max_size=10),
        ),
        max_size=12,
    )
)
def test_every_command_gives_a_right_document_or_a_sentence(words: list[str]) -> None:
    text = "curl " + " ".join(words)
    assert looks_like_curl(text)
    try:
        proposals, secrets, notes = propose_source(read_curl(text), NoSecrets())
    except OperatorError:
        return
    document = apply(EMPTY, proposals)
    parse_job(document)
    for secret in secrets:
        assert len(secret.value) < 4 or secret.value not in json.dumps(document)
    assert all(note.endswith((".", "?")) for note in notes)
