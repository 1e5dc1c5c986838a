"""Proposes a consumer: its request from a pasted command, its mapping, its success rule. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from engine.operations.propose.curl import CurlCommand
from engine.operations.propose.mapping import best_field, fields_of, propose_mapping
from engine.operations.propose.paths import written
from engine.operations.propose.proof import FoundSecret, KnownSecrets
from engine.operations.propose.proposal import Change, Choice, Place, Proposal, Sure
from engine.operations.propose.request import host_name, request_of

METHODS = ("POST", "PUT", "PATCH", "DELETE")
_PLACEHOLDER = re.compile(r"\{\{?\s*([\w.-]+)\s*\}?\}|(?<=/):([A-Za-z_]\w*)|<([\w-]+)>")
_TOLD = 4


def propose_target(
    command: CurlCommand,
    known: KnownSecrets,
    consumer: int,
    consumers: Sequence[str] = (),
    record: Any = None,
) -> tuple[tuple[Proposal, ...], tuple[FoundSecret, ...], tuple[str, ...]]:
    """Proposals, secrets and notes from a command.

    consumer: its number in the document, from 0. consumers: names of the others.
    record: a sample of what the source gives; without one the body stays as it is in the command.
    """
    request = request_of(command, known, "target")
    fields = dict(request.fields)
    notes = list(request.notes)
    place: Place = ("consumers", consumer)
    if fields["method"] not in METHODS:
        notes.append(f"{fields['method']} does not hand anything over; POST is taken instead.")
        fields["method"] = "POST"
    fields["url"] = _address(fields["url"], record)
    body = fields.pop("body")
    changes = tuple(Change((*place, "request", name), value) for name, value in fields.items())
    name = _name(command.url, consumers)
    proposals = [
        Proposal("consumer", name, (Change((*place, "name"), name),), "After the host."),
        Proposal(
            "request",
            f"{fields['method']} {fields['url']}",
            changes,
            "As in the command.",
            Sure.SURE,
        ),
        Proposal(
            "auth",
            request.proof.auth["kind"] if request.proof.auth else "none",
            (Change((*place, "request", "auth"), request.proof.auth),),
            request.proof.reason or "Nothing in the command proves the caller.",
            Sure.SURE if request.proof.auth else Sure.LIKELY,
        ),
        _mapping((*place, "request", "body"), body, record),
    ]
    return tuple(proposals), request.proof.secrets, tuple(notes)


def _mapping(place: Place, body: Any, record: Any) -> Proposal:
    own = Choice("own", (Change(place, None),), "The record's own bytes go out as they came.")
    if body is None:
        return Proposal("mapping", "own", own.changes, own.reason, Sure.LIKELY)
    as_written = Choice("sample", (Change(place, body),), "The command's own body, as it is.")
    if not isinstance(body, dict) or not isinstance(record, dict):
        reason = "The command's body, for its fields to be filled in from a record."
        return Proposal("mapping", "sample", as_written.changes, reason, Sure.GUESS, (own,))
    mapped = propose_mapping(body, record)
    total = len(mapped.matched) + len(mapped.left)
    reason = f"{len(mapped.matched)} of {total} fields were found in the record by name."
    if mapped.left:
        told = ", ".join(mapped.left[:_TOLD])
        more = len(mapped.left) - _TOLD
        reason += f" These keep the command's own value: {told}"
        reason += f" and {more} more." if more > 0 else "."
    return Proposal(
        "mapping",
        ", ".join(name for name, _ in mapped.matched[:_TOLD]) or "sample",
        (Change(place, mapped.body),),
        reason,
        Sure.GUESS if not mapped.matched else Sure.LIKELY,
        (own, as_written),
    )


def _address(url: str, record: Any) -> str:
    """The address, its placeholders filled in with fields of the record where their names fit."""
    origin, slash, path = url.partition("://")
    host, cut, path = path.partition("/")
    fields = list(fields_of(record)) if isinstance(record, dict) else []

    def filled(match: re.Match[str]) -> str:
        name = match[1] or match[2] or match[3]
        field = best_field(name, None, fields)
        text = written("record", field.steps if field else (name,))
        return f"${{{text}}}"

    return f"{origin}{slash}{host}{cut}{_PLACEHOLDER.sub(filled, path)}"


def _name(url: str, consumers: Sequence[str]) -> str:
    host = urlsplit(url).hostname or ""
    base = re.sub(r"[^\w-]+", "-", host_name(unquote(host), "target")).strip("-") or "target"
    name, number = base, 2
    while name in consumers:
        name, number = f"{base}-{number}", number + 1
    return name
