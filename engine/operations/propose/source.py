"""Proposes the pull side of a job: from a pasted command, and from an answer of the source. Pure.

Both work on the document as it is, so that what an operator decided before stays; a proposal for a
place that already holds the same value is not made.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from engine.core.bare_path import Step
from engine.operations.propose.changes import propose_changed_by
from engine.operations.propose.curl import CurlCommand
from engine.operations.propose.cursors import CursorField, cursor_fields
from engine.operations.propose.keys import propose_key
from engine.operations.propose.paging import propose_paging
from engine.operations.propose.proof import FoundSecret, KnownSecrets
from engine.operations.propose.proposal import Change, Choice, Proposal, Sure
from engine.operations.propose.record_lists import RecordList, propose_records, record_lists
from engine.operations.propose.request import host_name, request_of, subject_of
from engine.operations.propose.sample import Sample
from engine.operations.propose.slots import Role, Slot, changes_for, slots_of
from engine.operations.propose.success import propose_success
from engine.operations.propose.window import now_like

REQUEST = ("producer", "request")
METHODS = ("GET", "POST", "PUT")


def propose_source(
    command: CurlCommand, known: KnownSecrets, jobs: Collection[str] = ()
) -> tuple[tuple[Proposal, ...], tuple[FoundSecret, ...], tuple[str, ...]]:
    """Proposals, secrets and notes from a command. jobs: names that are taken. Raises NotCurl."""
    request = request_of(command, known, "source")
    fields = request.fields
    notes = list(request.notes)
    if fields["method"] not in METHODS:
        notes.append(f"{fields['method']} does not ask for data; GET is taken instead.")
        fields["method"] = "GET"
    changes = tuple(Change((*REQUEST, name), value) for name, value in fields.items())
    proposals = [
        Proposal(
            "request",
            f"{fields['method']} {fields['url']}",
            (Change(("producer", "kind"), "http_pull"), *changes),
            _request_reason(fields),
            Sure.SURE,
        )
    ]
    proof = request.proof
    shown = proof.auth["kind"] if proof.auth else "none"
    proposals.append(
        Proposal(
            "auth",
            shown,
            (Change((*REQUEST, "auth"), proof.auth),),
            proof.reason or "Nothing in the command proves the caller.",
            Sure.SURE if proof.auth else Sure.LIKELY,
        )
    )
    proposals.append(_job_name(fields["url"], jobs))
    paging = propose_paging(fields)
    if paging is not None:
        proposals.append(paging[0])
    return tuple(proposals), proof.secrets, tuple(notes)


def propose_reading(document: dict[str, Any], sample: Sample) -> tuple[Proposal, ...]:
    """How to read answers like this one: from its format to what makes a new version."""
    request = _request_in(document)
    proposals = [_format(sample)]
    success = propose_success(sample.value, sample.status, ("producer", "response", "ok"), "ok")
    if success is not None:
        proposals.append(success)
        if success.sure is Sure.GUESS:
            return tuple(proposals)
    lists = record_lists(sample)
    records = propose_records(sample, lists)
    if records is None:
        return tuple(proposals)
    proposals.append(records)
    best = lists[0]
    key = propose_key(best.rows, _about(request, best.steps))
    if key is not None:
        proposals.append(key)
    paging = propose_paging(request, sample, best, document["producer"].get("paging"))
    if paging is not None:
        proposals.append(paging[0])
        request = paging[1]
    proposals.append(_cursor(document, request, best))
    versions = propose_changed_by(best.rows)
    if versions is not None:
        proposals.append(versions)
    return tuple(proposals)


def _request_in(document: dict[str, Any]) -> dict[str, Any]:
    producer = document.get("producer")
    request = producer.get("request") if isinstance(producer, dict) else None
    if not isinstance(request, dict):
        return {}
    query = request.get("query")
    return {**request, "query": query if isinstance(query, dict) else {}}


def _request_reason(fields: dict[str, Any]) -> str:
    query = fields["query"] or {}
    if query:
        return f"As in the command, with {_counted(len(query), 'parameter')}."
    return "As in the command."


def _counted(number: int, what: str) -> str:
    return f"one {what}" if number == 1 else f"{number} {what}s"


def _job_name(url: str, jobs: Collection[str]) -> Proposal:
    subject = subject_of(url)
    host = re.sub(r"^\w+://([^/:]+).*$", r"\1", url)
    name = free = subject or re.sub(r"[^\w-]+", "-", host_name(host, "source")).strip("-") or "job"
    number = 2
    while free in jobs:
        free, number = f"{name}-{number}", number + 1
    reason = "After the last part of the address." if subject else "After the host."
    return Proposal("job", free, (Change(("job",), free),), reason, Sure.LIKELY)


def _format(sample: Sample) -> Proposal:
    names = {"json": "JSON", "ndjson": "JSON Lines", "csv": "CSV", "xml": "XML"}
    return Proposal(
        "format",
        names[sample.format],
        (Change(("producer", "response", "format"), sample.format),),
        f"The answer is {names[sample.format]}.",
        Sure.SURE,
    )


def _about(request: dict[str, Any], steps: tuple[Step, ...]) -> tuple[str, ...]:
    url = request.get("url")
    subject = subject_of(url) if isinstance(url, str) else ""
    name = str(steps[-1]) if steps else ""
    return tuple(one for one in (subject, *subject.split("-"), name) if one)


def _cursor(document: dict[str, Any], request: dict[str, Any], records: RecordList) -> Proposal:
    """Incremental where the request takes a time and the records have one, else everything."""
    fields = cursor_fields(records.rows)
    slot = slots_of(request).get(Role.SINCE)
    fitting = [one for one in fields if slot is None or _fits(slot, one)]
    if slot is None or not fitting:
        return _full(request, slot, fields)
    best = fitting[0]
    start = _start(document, slot)
    choices = tuple(
        Choice(one.expression, _incremental(request, slot, one, start), one.reason)
        for one in fitting[1:5]
    )
    everything = Choice("full", _everything(), "Every run reads everything; no cursor.")
    reason = f"{best.reason} The request takes it as {slot.name}."
    if not _alike(slot, best):
        reason += " It is written in another way there; check that the source understands it."
    until = slots_of(request).get(Role.UNTIL)
    if until is not None and until.value is not None:
        reason += f" {until.name} becomes a day ahead of now, so that the window stays open."
    strong = best.score >= 50 and _alike(slot, best)
    sure = Sure.SURE if strong else Sure.LIKELY if best.score >= 20 else Sure.GUESS
    return Proposal(
        "cursor",
        best.expression,
        _incremental(request, slot, best, start),
        reason,
        sure,
        (*choices, everything),
    )


def _full(request: dict[str, Any], slot: Slot | None, fields: list[CursorField]) -> Proposal:
    if slot is None:
        reason = "The request has no parameter that asks for what is new since a time"
        reason += ", so every run reads everything, and only changes become records."
    else:
        reason = f"The request takes a time as {slot.name}, but no field of the records fits it"
        reason += "; so every run reads everything, and only changes become records."
    choices: tuple[Choice, ...] = ()
    if fields and slot is None:
        best = fields[0]
        changes = (
            Change(("producer", "mode"), "incremental"),
            Change(("producer", "cursor"), _cursor_fields(best, None)),
        )
        told = f"{best.reason} The request does not hand it over yet: add a parameter for it."
        choices = (Choice(best.expression, changes, told),)
    sure = Sure.LIKELY if slot is None else Sure.GUESS
    return Proposal("cursor", "full", _everything(), reason, sure, choices)


def _everything() -> tuple[Change, ...]:
    return (Change(("producer", "mode"), "full"), Change(("producer", "cursor"), None))


def _incremental(
    request: dict[str, Any], slot: Slot, field: CursorField, start: Any
) -> tuple[Change, ...]:
    changes: tuple[Change, ...] = ()
    if slot.value is not None:
        request, changes = changes_for(request, slot, "${cursor}")
    until = slots_of(request).get(Role.UNTIL)
    if until is not None and until.value is not None:
        _, more = changes_for(request, until, now_like(until.value))
        changes = (*[one for one in changes if one.place != more[0].place], *more)
    return (
        *changes,
        Change(("producer", "mode"), "incremental"),
        Change(("producer", "cursor"), _cursor_fields(field, start)),
    )


def _start(document: dict[str, Any], slot: Slot) -> Any:
    """Where the first run begins: as the request was written, or as was decided before."""
    if slot.value not in (None, ""):
        return slot.value.strip() if isinstance(slot.value, str) else slot.value
    cursor = document["producer"].get("cursor")
    return cursor.get("start") if isinstance(cursor, dict) else None


def _cursor_fields(field: CursorField, start: Any) -> dict[str, Any]:
    cursor: dict[str, Any] = {"value": field.expression, "type": field.type}
    if start is not None:
        cursor["start"] = start
    if field.lag is not None:
        cursor["lag"] = field.lag
    return cursor


def _fits(slot: Slot, field: CursorField) -> bool:
    """Whether the slot may take the field: an id does not go where a time was."""
    if slot.value in (None, ""):
        return True
    timely = now_like(slot.value) is not None
    return timely == (field.type == "time")


def _alike(slot: Slot, field: CursorField) -> bool:
    """Whether the parameter was written as the records write it."""
    if slot.value in (None, ""):
        return True
    return _shape(slot.value) == _shape(field.last)


def _shape(value: Any) -> str:
    text = re.sub(r"[.,]\d+", "", str(value).strip())
    return re.sub(r"\d", "9", re.sub(r"(?<=\d)(?:Z|[+-]\d\d:?\d\d)$", "Z", text))
