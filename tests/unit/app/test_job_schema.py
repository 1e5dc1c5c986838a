"""The document's fields as forms need them, read from the node's real schema."""

from __future__ import annotations

import pytest

from app.models.job_path import parse_path
from app.models.job_schema import FieldSpec, Input, read_schema, spec_at, titles_of
from engine.operations.document import job_schema


@pytest.fixture(scope="module")
def root() -> FieldSpec:
    return read_schema(job_schema())


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("job", Input.NAME),
        ("description", Input.TEXT),
        ("producer.schedule", Input.UNION),
        ("producer.schedule.every", Input.DURATION),
        ("producer.schedule.cron", Input.TEXT),
        ("producer.mode", Input.CHOICE),
        ("producer.request.method", Input.CHOICE),
        ("producer.request.url", Input.TEMPLATE),
        ("producer.request.query", Input.TABLE),
        ("producer.request.body", Input.JSON),
        ("producer.request.auth", Input.UNION),
        ("producer.request.auth.token", Input.SECRET),
        ("producer.request.auth.client_secret", Input.SECRET),
        ("producer.response.records", Input.EXPRESSION),
        ("producer.response.max_size", Input.INTEGER),
        ("producer.paging", Input.UNION),
        ("producer.cursor", Input.OBJECT),
        ("producer.cursor.lag", Input.VALUE),
        ("producer.cursor.start", Input.VALUE),
        ("producer.shards", Input.PARTS),
        ("producer.shards[0].vars", Input.TABLE),
        ("ledger.changed_by", Input.LIST),
        ("consumers", Input.PARTS),
        ("consumers[0].name", Input.NAME),
        ("consumers[1].rate", Input.RATE),
        ("consumers[0].request.body", Input.MAPPING),
        ("consumers[0].request.method", Input.TEMPLATE),
        ("consumers[0].request.signature", Input.OBJECT),
        ("consumers[0].retry.delays", Input.LIST),
        ("consumers[0].retry.jitter", Input.NUMBER),
        ("alerts[0].when", Input.EXPRESSION),
        ("alerts[0].to", Input.CHANNELS),
    ],
)
def test_every_field_has_its_way_of_being_edited(root: FieldSpec, path: str, kind: Input) -> None:
    found = spec_at(root, parse_path(path))
    assert found is not None
    assert found.input is kind
    assert found.title
    assert found.help or found.input is Input.OBJECT


def test_what_the_schema_does_not_know_is_nothing(root: FieldSpec) -> None:
    assert spec_at(root, parse_path("producer.colour.depth")) is None


def test_expressions_know_their_names_and_choices_their_words(root: FieldSpec) -> None:
    key = spec_at(root, ("ledger", "key"))
    query = spec_at(root, ("producer", "request", "query"))
    mode = spec_at(root, ("producer", "mode"))
    assert key is not None
    assert query is not None
    assert mode is not None
    assert key.names == ("record",)
    assert "cursor" in query.names
    assert query.values is Input.TEMPLATE
    assert mode.choices == (("incremental", "Incremental"), ("full", "Everything"))
    assert mode.default == "incremental"


def test_a_union_knows_which_shape_a_value_has(root: FieldSpec) -> None:
    schedule = spec_at(root, ("producer", "schedule"))
    auth = spec_at(root, ("producer", "request", "auth"))
    assert schedule is not None
    assert auth is not None
    assert schedule.variant_of({"cron": "* * * * *"}).title == "Times of day (cron)"
    assert schedule.variant_of(None).title == "Interval"
    assert auth.variant_of({"kind": "bearer"}).title == "Bearer token"
    assert auth.variant_of(None).tag == "none"
    assert [each.tag for each in auth.variants] == [
        "none",
        "basic",
        "bearer",
        "api_key",
        "oauth2_client",
        "hmac",
    ]


def test_an_optional_part_says_so(root: FieldSpec) -> None:
    cursor = spec_at(root, ("producer", "cursor"))
    url = spec_at(root, ("producer", "request", "url"))
    assert cursor is not None
    assert url is not None
    assert cursor.nullable
    assert not url.optional


def test_a_place_is_told_in_titles(root: FieldSpec) -> None:
    document = {"consumers": [{"name": "erp", "request": {}}]}
    assert titles_of(root, ("consumers", 0, "request", "url"), document) == [
        "Consumers",
        "erp",
        "Request",
        "Address",
    ]
