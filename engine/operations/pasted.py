"""What an operator pasted, looked at with what the node knows: names of jobs and secrets.

Proposals themselves are made in ``operations.propose``; here they are checked against the whole
document, and the secret of a command is kept on demand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from engine.core.errors import DocumentError, OperatorError, Problem
from engine.core.json_value import BadJson, decode_json
from engine.operations.caller import Caller
from engine.operations.document import parse_job
from engine.operations.preview import json_text
from engine.operations.propose import (
    FoundSecret,
    NotASample,
    Proposal,
    apply,
    looks_like_curl,
    propose_reading,
    propose_source,
    propose_success,
    propose_target,
    read_curl,
    read_text,
)
from engine.operations.propose.proof import KnownSecrets, NoSecrets
from engine.operations.secrets import Vault
from engine.store.store import Store

EMPTY: dict[str, Any] = {
    "job": "draft",
    "producer": {
        "kind": "http_pull",
        "mode": "full",
        "request": {"method": "GET", "url": "http://127.0.0.1:1"},
    },
    "ledger": {"key": "record.id"},
    "consumers": [],
}
"""Parts that stand in while a document lacks them."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a text came to. document: with every proposal accepted; problems: what is wrong with it.

    value: a pasted answer's ``body`` as JSON text.
    """

    what: Literal["command", "answer"]
    proposals: tuple[Proposal, ...]
    secrets: tuple[FoundSecret, ...]
    kept: frozenset[str]
    notes: tuple[str, ...]
    document: dict[str, Any]
    problems: tuple[Problem, ...]
    value: str = ""


async def look_at(
    store: Store,
    vault: Vault,
    text: str,
    document: dict[str, Any],
    *,
    consumer: int | None = None,
    record: str | None = None,
) -> Pasted:
    """Proposals from a pasted text. Raises OperatorError for what is neither command nor answer.

    consumer: its number in the document, where the text is of a target; record: as JSON text.
    """
    if not text.strip():
        raise NotASample("Nothing was pasted.", hint="Copy a cURL command or a sample answer.")
    if looks_like_curl(text):
        return await _command(store, vault, text, document, consumer, record)
    sample = read_text(text)
    if consumer is None:
        proposals = propose_reading(with_parts(document), sample)
    else:
        place = ("consumers", consumer, "success")
        success = propose_success(sample.value, sample.status, place, "success")
        proposals = () if success is None else (success,)
    notes = (sample.repaired,) if sample.repaired else ()
    after = apply(document, proposals)
    value = json_text(sample.value)
    return Pasted("answer", proposals, (), frozenset(), notes, after, _problems(after), value)


async def keep_secret(
    vault: Vault, text: str, name: str, by: Caller, *, consumer: int | None = None
) -> None:
    """Store the secret of a command; OperatorError where it holds none, or the name is taken."""
    command = read_curl(text)
    if consumer is None:
        _, secrets, _ = propose_source(command, NoSecrets())
    else:
        _, secrets, _ = propose_target(command, NoSecrets(), consumer)
    values = [secret.value for secret in secrets if secret.value]
    if not values:
        raise OperatorError(
            "The command holds no secret.", hint="Type its value in, under Settings, Secrets."
        )
    known = await _known(vault, name)
    if known.has(name):
        if known.is_same(name, values[0]):
            return
        raise OperatorError(
            f'There is another secret named "{name}" already.', hint="Choose another name."
        )
    await vault.put(name, values[0], by)


def with_parts(document: dict[str, Any]) -> dict[str, Any]:
    """The document with stand-ins for what it lacks; nothing that is there changes."""
    producer = document.get("producer")
    producer = producer if isinstance(producer, dict) else {}
    request = producer.get("request")
    request = request if isinstance(request, dict) else {}
    base = EMPTY["producer"]
    return {
        **EMPTY,
        **document,
        "producer": {**base, **producer, "request": {**base["request"], **request}},
    }


async def _command(
    store: Store,
    vault: Vault,
    text: str,
    document: dict[str, Any],
    consumer: int | None,
    record: str | None,
) -> Pasted:
    command = read_curl(text)
    jobs = [row.name for row in await store.jobs() if row.name != document.get("job")]

    def asked(
        known: KnownSecrets,
    ) -> tuple[tuple[Proposal, ...], tuple[FoundSecret, ...], tuple[str, ...]]:
        if consumer is None:
            return propose_source(command, known, jobs)
        others = _consumers(document, but=consumer)
        return propose_target(command, known, consumer, others, _record(record))

    _, first, _ = asked(NoSecrets())
    known = await _known(vault, *(secret.name for secret in first))
    proposals, secrets, notes = asked(known)
    kept = frozenset(secret.name for secret in secrets if known.has(secret.name))
    after = apply(document, proposals)
    return Pasted("command", proposals, secrets, kept, notes, after, _problems(after))


def _consumers(document: dict[str, Any], *, but: int) -> list[str]:
    consumers = document.get("consumers")
    if not isinstance(consumers, list):
        return []
    return [
        str(one.get("name", ""))
        for number, one in enumerate(consumers)
        if number != but and isinstance(one, dict)
    ]


def _record(text: str | None) -> Any:
    if text is None:
        return None
    try:
        return decode_json(text.encode("utf-8", "surrogatepass"))
    except BadJson as error:
        raise OperatorError(f"The record cannot be read: {error.sentence}", path="record") from None


def _problems(document: dict[str, Any]) -> tuple[Problem, ...]:
    try:
        parse_job(document)
    except DocumentError as error:
        return error.problems
    return ()


class _Known:
    """Names of all secrets, and the values of those that may be the same."""

    def __init__(self, names: frozenset[str], values: dict[str, str]) -> None:
        self._names = names
        self._values = values

    def has(self, name: str) -> bool:
        return name in self._names

    def is_same(self, name: str, value: str) -> bool:
        return self._values.get(name) == value


async def _known(vault: Vault, *bases: str) -> _Known:
    names = frozenset(row.name for row in await vault.names())
    values = {}
    for name in names:
        if name.startswith(bases):
            try:
                values[name] = await vault.get(name)
            except OperatorError:
                continue  # one that cannot be opened is not the same
    return _Known(names, values)
