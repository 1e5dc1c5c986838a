"""Every wrong field of a job document is refused with its path and a sentence."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from engine.core.errors import DocumentError
from engine.operations.document import (
    job_from_text,
    job_schema,
    job_to_text,
    parse_job,
    read_documents,
)

WHOLE = (Path(__file__).parent / "whole_job.yaml").read_text(encoding="utf-8")


def whole() -> dict[str, Any]:
    """The design's example document, every field in it."""
    return copy.deepcopy(read_documents(WHOLE)[0])


def with_value(place: str, value: Any) -> dict[str, Any]:
    """The whole document with one value changed; ``place`` is dotted, numbers are indices."""
    document: Any = whole()
    *parents, last = [int(one) if one.isdecimal() else one for one in place.split(".")]
    here = document
    for parent in parents:
        here = here[parent]
    here[last] = value
    changed: dict[str, Any] = document
    return changed


def refusals(document: Any) -> list[tuple[str, str]]:
    with pytest.raises(DocumentError) as caught:
        parse_job(document)
    return [(one.path, one.sentence) for one in caught.value.problems]


def test_the_designs_example_is_a_job() -> None:
    job = parse_job(whole())
    assert job.consumers[0].retry.policy == "exponential"
    assert job.producer.cursor is not None
    assert job.producer.cursor.lag_ms == 10_000
    assert [shard.vars for shard in job.producer.pull_shards()] == [{"region": "east"}]


def test_a_document_is_stored_as_its_author_wrote_it() -> None:
    document = whole()
    assert list(read_documents(job_to_text(document))[0]) == list(document)
    assert job_from_text(job_to_text(document)) == parse_job(document)


@pytest.mark.parametrize(
    ("place", "value", "path", "words"),
    [
        ("job", "a b", "job", "is not a name"),
        ("job", 7, "job", "string"),
        ("description", "x" * 2001, "description", "2000"),
        ("producer.kind", "ftp", "producer.kind", "not one of those"),
        ("producer.schedule", {"every": "5x"}, "producer.schedule.every", "not a duration"),
        ("producer.schedule", {"every": "0s"}, "producer.schedule.every", "longer than zero"),
        ("producer.schedule", {"cron": "nope"}, "producer.schedule.cron", "not a schedule"),
        (
            "producer.schedule",
            {"cron": "* * * * *", "timezone": "Mars/X"},
            "producer.schedule.cron",
            "not a schedule",
        ),
        ("producer.mode", "sometimes", "producer.mode", "not one of those"),
        ("producer.mode", "full", "producer.cursor", 'Mode "full"'),
        ("producer.cursor", None, "producer.cursor", "needs a cursor"),
        ("producer.request.method", "DELETE", "producer.request.method", "not one of those"),
        ("producer.request.url", "shop", "producer.request.url", "not the address"),
        ("producer.request.query", {"a": "${nope}"}, "producer.request.query.a", "nope"),
        ("producer.request.headers", {"X": "${cursor"}, "producer.request.headers.X", "${"),
        ("producer.request.body", {"a": ["${page + }"]}, "producer.request.body.a[0]", "page +"),
        ("producer.request.auth", {"kind": "magic"}, "producer.request.auth.kind", "not known"),
        (
            "producer.request.auth",
            {"kind": "bearer", "token": "plain"},
            "producer.request.auth.token",
            "secret",
        ),
        ("producer.request.timeout", "soon", "producer.request.timeout", "not a duration"),
        ("producer.response.format", "pdf", "producer.response.format", "not one of those"),
        ("producer.response.ok", "status + 1", "producer.response.ok", "true or false"),
        ("producer.response.ok", 'status == "200"', "producer.response.ok", "a text"),
        ("producer.response.records", "body.", "producer.response.records", "body."),
        ("producer.response.max_size", 1, "producer.response.max_size", "greater"),
        ("producer.paging", {"kind": "pages"}, "producer.paging.kind", "not known"),
        ("producer.paging", {"kind": "page", "siz": 4}, "producer.paging.siz", "no field"),
        ("producer.paging", {"kind": "page", "size": 0}, "producer.paging.size", "greater"),
        ("producer.paging", {"kind": "token"}, "producer.paging.next", "missing"),
        ("producer.paging", {"kind": "link", "next": "]"}, "producer.paging.next", "]"),
        ("producer.cursor.value", "updated_at", "producer.cursor.value", "updated_at"),
        ("producer.cursor.type", "colour", "producer.cursor.type", "not one of those"),
        ("producer.cursor.lag", 5, "producer.cursor.lag", "duration"),
        ("producer.shards", [{"name": "a"}, {"name": "a"}], "producer.shards", "two shards"),
        ("producer.shards", [{"name": "a b"}], "producer.shards[0].name", "not a name"),
        ("ledger", {}, "ledger.key", "missing"),
        ("ledger.key", "record.", "ledger.key", "record."),
        ("ledger.changed_by", [], "ledger.changed_by", "at least one"),
        ("ledger.push_shards", 0, "ledger.push_shards", "greater"),
        ("consumers.0.name", "", "consumers[0].name", "not a name"),
        ("consumers.0.filter", "record.a = 1", "consumers[0].filter", "="),
        ("consumers.0.request.method", "GET", "consumers[0].request.method", "not a method"),
        (
            "consumers.0.request.url",
            "https://${record.host}/x",
            "consumers[0].request.url",
            "names its server",
        ),
        ("consumers.0.request.body", {"a": "${recrd.id}"}, "consumers[0].request.body.a", "recrd"),
        ("consumers.0.request.timeout", "-1s", "consumers[0].request.timeout", "not a duration"),
        (
            "consumers.0.request.signature",
            {"kind": "md5", "key": {"secret": "x"}},
            "consumers[0].request.signature.kind",
            "not one of those",
        ),
        ("consumers.0.success", "body.ok + 1", "consumers[0].success", "true or false"),
        ("consumers.0.batch", {"size": 0}, "consumers[0].batch.size", "greater"),
        ("consumers.0.batch", {"size": 2, "wait": "x"}, "consumers[0].batch.wait", "duration"),
        ("consumers.0.concurrency", 0, "consumers[0].concurrency", "greater"),
        ("consumers.0.rate", "fast", "consumers[0].rate", "not a rate"),
        ("consumers.0.rate", "0/s", "consumers[0].rate", "not a rate"),
        ("consumers.0.order", "random", "consumers[0].order", "not one of those"),
        ("consumers.0.retry", {"policy": "never"}, "consumers[0].retry.policy", "not known"),
        ("consumers.0.retry.attempts", "many", "consumers[0].retry.attempts", "integer"),
        ("consumers.0.retry.factor", 0.5, "consumers[0].retry.factor", "greater"),
        ("consumers.0.retry.jitter", 2, "consumers[0].retry.jitter", "less"),
        ("consumers.0.retry", {"policy": "list"}, "consumers[0].retry.delays", "missing"),
        (
            "consumers.0.retry",
            {"policy": "list", "delays": ["5s", "x"]},
            "consumers[0].retry.delays[1]",
            "not a duration",
        ),
        ("consumers.0.on_unknown", "guess", "consumers[0].on_unknown", "not one of those"),
        ("consumers.0.start", "middle", "consumers[0].start", "not one of those"),
        ("consumers.0.colour", "red", "consumers[0].colour", "no field"),
        ("retention", {"bodies": "9d", "attempts": "1d"}, "retention.attempts", "at least as long"),
        ("alerts.0.when", "failed + 1", "alerts[0].when", "true or false"),
        ("alerts.0.to", [], "alerts[0].to", "at least 1"),
        ("alerts.0.repeat", "often", "alerts[0].repeat", "not a duration"),
    ],
)
def test_a_wrong_field_is_refused_with_its_path_and_a_sentence(
    place: str, value: Any, path: str, words: str
) -> None:
    found = refusals(with_value(place, value))
    assert path in [one for one, _ in found], found
    sentence = next(said for one, said in found if one == path)
    assert words.lower() in sentence.lower()
    assert sentence.endswith((".", "?", "!"))


def test_every_wrong_field_is_told_at_once() -> None:
    document = with_value("consumers.0.rate", "fast")
    document["ledger"] = {}
    assert {path for path, _ in refusals(document)} == {"consumers[0].rate", "ledger.key"}


def test_two_consumers_of_one_name_are_refused() -> None:
    document = whole()
    document["consumers"].append(document["consumers"][0])
    assert refusals(document) == [
        ("consumers", 'There are two consumers named "erp"; each needs its own name.')
    ]


def test_a_misspelt_field_gets_a_hint() -> None:
    with pytest.raises(DocumentError) as caught:
        parse_job(with_value("consumers.0.on_unknwn", "hold"))
    assert caught.value.problems[0].hint == 'Did you mean "on_unknown"?'


@pytest.mark.parametrize("document", [None, 7, "text", [], [1]])
def test_what_is_no_object_is_refused(document: Any) -> None:
    assert refusals(document)[0][0] == ""


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a: [1", "line 1, column 6", "not YAML"),
        ("a: 1\na: 2", "line 2, column 1", "stands twice"),
        ("", "", "no job document"),
        ("- 1", "", "object with fields"),
        ("a: &x [1]\nb: [" + "*x," * 60 + "]", "line 2", "too many aliases"),
        ("a: !!python/object:os.system x", "line 1", "not YAML"),
        ("[" * 5000, "", "nested too deeply"),
        ("x" * 1_100_000, "", "larger than 1 MiB"),
    ],
)
def test_a_text_that_is_no_document_is_refused_with_its_place(
    text: str, place: str, words: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        read_documents(text)
    problem = caught.value.problems[0]
    assert problem.path.startswith(place)
    assert words in problem.sentence


def test_yaml_keeps_times_and_country_codes_as_text() -> None:
    document = read_documents("start: 2026-01-01T00:00:00Z\nregion: no\nflag: true")[0]
    assert document == {"start": "2026-01-01T00:00:00Z", "region": "no", "flag": True}


def test_several_documents_stand_in_one_file() -> None:
    assert len(read_documents("job: a\n---\njob: b\n")) == 2


def test_every_field_tells_its_title_and_what_it_is_for() -> None:
    """Forms, help and the API's description are made of them."""
    parts = {"Job": job_schema(), **job_schema()["$defs"]}
    fields = [
        (f"{part}.{name}", field)
        for part, schema in parts.items()
        for name, field in schema.get("properties", {}).items()
        if "const" not in field
    ]
    assert [name for name, field in fields if "$ref" not in field and "title" not in field] == []
    untold = [name for name, field in fields if "description" not in field and "$ref" not in field]
    assert untold == []
    choices = [field for _, field in fields if "x-choices" in field]
    assert all(set(field["x-choices"]) == set(field["enum"]) for field in choices)


def test_a_mistake_in_an_expression_has_its_place_in_the_text() -> None:
    document = with_value("producer.request.query", {"a": "x=${vars.a +}"})
    document["consumers"][0]["filter"] = "record.a = 1"
    with pytest.raises(DocumentError) as caught:
        parse_job(document)
    places = {(one.path, one.line, one.column) for one in caught.value.problems}
    assert places == {("producer.request.query.a", 1, 13), ("consumers[0].filter", 1, 10)}


def test_the_schema_names_every_part() -> None:
    schema = job_schema()
    assert set(schema["properties"]) == set(whole())
    assert schema["required"] == ["job", "producer", "ledger"]
