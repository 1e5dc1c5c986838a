"""The ``auth`` field of a job document: what is taken, what is refused and how it is told."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from engine.core.auth import ApiKeyAuth, Auth, HmacAuth, NoAuth, SecretRef, secrets_in

AUTH: TypeAdapter[Any] = TypeAdapter(Auth)
REF = {"secret": "shop-token"}
GOOD: list[dict[str, Any]] = [
    {"kind": "none"},
    {"kind": "basic", "user": "hub", "password": REF},
    {"kind": "bearer", "token": REF},
    {"kind": "api_key", "in": "query", "name": "key", "value": REF},
    {
        "kind": "oauth2_client",
        "token_url": "https://login.example/token?v=2",
        "client_id": "hub",
        "client_secret": REF,
        "scope": "orders",
        "audience": "erp",
        "send": "basic",
    },
    {
        "kind": "hmac",
        "key": REF,
        "header": "X-Sign",
        "algorithm": "sha512",
        "encoding": "base64",
        "timestamp_header": "X-Time",
    },
]


@pytest.mark.parametrize("document", GOOD, ids=lambda document: str(document["kind"]))
def test_a_document_reads_and_writes_back_the_same(document: dict[str, Any]) -> None:
    auth = AUTH.validate_python(document)
    written = AUTH.dump_python(auth, by_alias=True)
    assert written == document
    assert secrets_in(auth) == (() if document["kind"] == "none" else (SecretRef(**REF),))


def test_what_is_left_out_has_a_default() -> None:
    key = AUTH.validate_python({"kind": "api_key", "value": REF})
    assert isinstance(key, ApiKeyAuth)
    assert (key.place, key.name) == ("header", "X-API-Key")
    hmac = AUTH.validate_python({"kind": "hmac", "key": REF})
    assert isinstance(hmac, HmacAuth)
    assert (hmac.algorithm, hmac.encoding, hmac.timestamp_header) == (
        "sha256",
        "hex",
        "X-Timestamp",
    )
    assert NoAuth().kind == "none"


@pytest.mark.parametrize("value", ["geheim", 4711, b"geheim"])
def test_a_secret_in_plain_text_is_refused(value: object) -> None:
    with pytest.raises(ValidationError) as refusal:
        AUTH.validate_python({"kind": "bearer", "token": value})
    (problem,) = refusal.value.errors()
    assert problem["loc"] == ("bearer", "token")
    assert "jellyfish secret set NAME" in problem["msg"]
    assert "geheim" not in problem["msg"]


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"kind": "basic", "user": "a:b", "password": REF}, ("basic", "user")),
        ({"kind": "basic", "user": "", "password": REF}, ("basic", "user")),
        ({"kind": "basic", "user": "a"}, ("basic", "password")),
        ({"kind": "bearer", "token": REF, "tokn": 1}, ("bearer", "tokn")),
        ({"kind": "bearer", "token": {"secret": ""}}, ("bearer", "token", "secret")),
        ({"kind": "bearer", "token": {"secret": "a", "b": 1}}, ("bearer", "token", "b")),
        ({"kind": "api_key", "name": "X Key", "value": REF}, ("api_key", "name")),
        ({"kind": "api_key", "in": "cookie", "value": REF}, ("api_key", "in")),
        ({"kind": "hmac", "key": REF, "algorithm": "md5"}, ("hmac", "algorithm")),
        ({"kind": "hmac", "key": REF, "header": "x-a", "timestamp_header": "X-A"}, ("hmac",)),
        ({"kind": "digest"}, ()),
        ({}, ()),
    ],
)
def test_a_mistake_is_told_with_its_path(document: dict[str, Any], path: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as refusal:
        AUTH.validate_python(document)
    assert [problem["loc"] for problem in refusal.value.errors()] == [path]


@pytest.mark.parametrize(
    "url",
    [
        "login.example/token",
        "ftp://login.example/token",
        "https:///token",
        "https://user:pw@login.example/token",
        "https://login.example/token#part",
        "https://login example/token",
    ],
)
def test_a_token_address_must_be_plain(url: str) -> None:
    document = {"kind": "oauth2_client", "token_url": url, "client_id": "a", "client_secret": REF}
    with pytest.raises(ValidationError):
        AUTH.validate_python(document)


def test_a_form_can_be_drawn_from_every_field() -> None:
    union = get_args(get_args(Auth)[0])
    assert len(union) == len(GOOD)
    for model in (*union, SecretRef):
        assert issubclass(model, BaseModel)
        for name, field in model.model_fields.items():
            assert field.title, f"{model.__name__}.{name}"
            assert field.description, f"{model.__name__}.{name}"
