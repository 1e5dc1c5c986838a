"""What is proposed for interfaces as they are met in the field, and that it is a right document."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.operations.document import parse_job
from engine.operations.propose import (
    NoSecrets,
    Proposal,
    apply,
    propose_reading,
    propose_source,
    read_curl,
    read_text,
)
from tests.unit.operations.propose.interfaces import INTERFACES, Interface

EMPTY: dict[str, Any] = {
    "job": "draft",
    "producer": {
        "kind": "http_pull",
        "mode": "full",
        "request": {"method": "GET", "url": "https://x.example"},
    },
    "ledger": {"key": "record.id"},
    "consumers": [],
}

each = pytest.mark.parametrize("interface", INTERFACES, ids=lambda one: one.name)


def asked(interface: Interface) -> tuple[dict[str, Any], tuple[Proposal, ...]]:
    """The document after the command was pasted."""
    proposals, _, _ = propose_source(read_curl(interface.command), NoSecrets())
    return apply(EMPTY, proposals), proposals


def read(interface: Interface) -> tuple[dict[str, Any], tuple[Proposal, ...]]:
    """The document after its answer was looked at too."""
    document, _ = asked(interface)
    proposals = propose_reading(document, read_text(interface.head + interface.answer))
    return apply(document, proposals), proposals


@each
def test_the_answers_parts_are_found(interface: Interface) -> None:
    document, _ = read(interface)
    producer = document["producer"]
    response = producer["response"]
    cursor = producer.get("cursor", {}).get("value", "full")
    assert response["format"] == interface.format
    assert response.get("records") == interface.records
    assert document["ledger"]["key"] == interface.key
    assert cursor == interface.cursor
    assert producer.get("paging") == interface.paging
    assert response.get("ok") == interface.ok


@each
def test_the_proof_is_found_and_no_secret_is_in_the_document(interface: Interface) -> None:
    proposals, secrets, _ = propose_source(read_curl(interface.command), NoSecrets())
    document = apply(EMPTY, proposals)
    auth = document["producer"]["request"].get("auth", {"kind": "none"})
    if interface.auth != "none":
        assert auth["kind"] == interface.auth
    told = json.dumps(document) + repr(proposals) + repr(secrets)
    for secret in secrets:
        assert secret.value
        assert secret.value not in told


@each
def test_a_proposed_document_passes_the_check(interface: Interface) -> None:
    parse_job(asked(interface)[0])
    parse_job(read(interface)[0])


@each
def test_every_choice_gives_a_right_document_too(interface: Interface) -> None:
    for document, proposals in (asked(interface), read(interface)):
        for proposal in proposals:
            for choice in proposal.choices:
                chosen = Proposal(proposal.part, choice.shown, choice.changes, choice.reason)
                parse_job(apply(document, [chosen]))


@each
def test_looking_again_changes_nothing(interface: Interface) -> None:
    document, _ = read(interface)
    again = propose_reading(document, read_text(interface.head + interface.answer))
    assert apply(document, again) == document


@each
def test_each_reason_is_a_sentence(interface: Interface) -> None:
    for proposal in (*asked(interface)[1], *read(interface)[1]):
        for reason in (proposal.reason, *(choice.reason for choice in proposal.choices)):
            assert reason[:1].isupper() or reason.startswith(("record", "body"))
            assert reason.endswith(".")
            assert "  " not in reason
