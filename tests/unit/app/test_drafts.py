"""Drafts kept on this machine: whole, by job, and never with a secret in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.drafts import DraftStore, KeptDraft, without_secrets

DOCUMENT: dict[str, Any] = {
    "job": "orders",
    "producer": {
        "request": {
            "url": "https://shop.example",
            "headers": {
                "Authorization": "Bearer abc",
                "X-Tenant": "acme",
                "X-Api-Key": "${vars.k}",
            },
            "auth": {"kind": "bearer", "token": {"secret": "shop-token"}},
        },
        "paging": {"kind": "token", "next": "body.next"},
    },
    "ledger": {"key": "record.id"},
}


def test_a_draft_comes_back_by_its_job_and_node(tmp_path: Path) -> None:
    store = DraftStore(tmp_path)
    draft = KeptDraft("orders", 3, {"job": "orders", "ledger": {"key": "record.订单"}})
    assert store.keep("ledger-1", draft)
    assert store.kept("ledger-1", "orders") == draft
    assert store.kept("ledger-2", "orders") is None
    store.forget("ledger-1", "orders")
    assert store.kept("ledger-1", "orders") is None


def test_no_secret_is_written(tmp_path: Path) -> None:
    store = DraftStore(tmp_path)
    store.keep("n", KeptDraft("orders", 1, DOCUMENT))
    assert "Bearer abc" not in "".join(
        each.read_text(encoding="utf-8") for each in tmp_path.rglob("*.json")
    )
    kept = store.kept("n", "orders")
    assert kept is not None
    headers = kept.document["producer"]["request"]["headers"]
    assert headers == {"Authorization": "", "X-Tenant": "acme", "X-Api-Key": "${vars.k}"}
    assert kept.document["producer"]["request"]["auth"] == DOCUMENT["producer"]["request"]["auth"]
    assert kept.document["ledger"] == DOCUMENT["ledger"]
    assert kept.document["producer"]["paging"] == DOCUMENT["producer"]["paging"]


def test_a_document_without_secrets_is_the_same() -> None:
    document = {"a": [1, {"b": None}], "c": True}
    assert without_secrets(document) == document


def test_a_draft_that_is_junk_is_no_draft(tmp_path: Path) -> None:
    store = DraftStore(tmp_path)
    store.keep("n", KeptDraft("a", 1, {}))
    (file,) = (tmp_path / "drafts").glob("*.json")
    for junk in ("", "{", "[]", '{"job": 1}'):
        file.write_text(junk, encoding="utf-8")
        assert store.kept("n", "a") is None


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "drafts").write_text("a file stands there", encoding="utf-8")
    store = DraftStore(tmp_path)
    assert not store.keep("n", KeptDraft("a", 1, {}))
    assert store.kept("n", "a") is None
    store.forget("n", "a")
