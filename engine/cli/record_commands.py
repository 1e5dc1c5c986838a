"""records and record: a list, and one with its evidence; the JSON is design.md section 8's."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from typing import Any

import msgspec

from engine.api import wire
from engine.api.client import NodeClient
from engine.cli.mistakes import DONE, WrongUsage
from engine.cli.moments import parse_moment, shown, shown_rfc3339
from engine.cli.terminal import Terminal

PAGE = 200
SHOWN_BODY = 2_000
"""Characters of a body shown to people; --json has all of it."""


def query_of(options: Namespace) -> wire.RecordQuery:
    """The filters on the command line; WrongUsage for a time that is none."""
    now = int(time.time() * 1000)
    try:
        return wire.RecordQuery(
            job=options.job,
            consumer=options.consumer,
            states=tuple(options.state),
            key=options.key,
            key_prefix=options.key_prefix,
            since=None if options.since is None else parse_moment(options.since, now=now),
            until=None if options.until is None else parse_moment(options.until, now=now),
        )
    except ValueError as error:
        raise WrongUsage(f"{error}.") from None


async def records(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """Newest first; as JSON one object a line."""
    query = query_of(options)
    left = options.limit or (sys.maxsize if options.json else PAGE)
    after: str | None = None
    rows: list[tuple[object, ...]] = []
    while left > 0:
        page = await client.records(query, after, min(left, PAGE))
        for record in page.records:
            if options.json:
                terminal.json(_list_object(record))
            else:
                rows += _list_rows(record)
        left -= len(page.records)
        after = page.next
        if after is None:
            break
    if not options.json and not rows:
        terminal.say("No records match.")
    elif not options.json:
        terminal.table(("ID", "JOB", "KEY", "VERSION", "PULLED", "DELIVERIES", "LAST"), rows)
        if after is not None:
            terminal.tell("There are more; narrow the filters, or raise --limit.")
    return DONE


async def record(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """One record: payload, pull, deliveries, every attempt."""
    found = await client.record(options.id)
    if options.json:
        terminal.json(_record_object(found))
        return DONE
    terminal.facts(
        {
            "record": str(found.id),
            "job": found.job,
            "key": found.key,
            "version": f"{found.version} of {found.versions}",
            "pulled at": shown_rfc3339(found.pulled_at),
            "pull": found.pull and _pull_line(found.pull),
            "sha256": found.sha256,
        }
    )
    terminal.say()
    terminal.say(_body(found.payload_text, found.payload_base64) or "(the bytes are gone)")
    for delivery in found.deliveries:
        _say_delivery(delivery, terminal)
    return DONE


def _list_rows(record: wire.RecordShape) -> list[tuple[object, ...]]:
    states = ", ".join(f"{each.consumer} {each.state}" for each in record.deliveries)
    last = next((each.last_error for each in record.deliveries if each.last_error), "")
    pulled = shown_rfc3339(record.pulled_at)
    return [(str(record.id), record.job, record.key, record.version, pulled, states, last)]


def _pull_line(pull: wire.PullShape) -> str:
    answer = pull.status if pull.status is not None else pull.error
    return f"{pull.id}, page {pull.page} of shard {pull.shard}: {pull.method} {pull.url} → {answer}"


def _say_delivery(delivery: wire.DeliveryShape, terminal: Terminal) -> None:
    terminal.say()
    terminal.say(f"{delivery.consumer}: {delivery.state}, cycle {delivery.cycle}. {delivery.why}")
    if delivery.settled_at:
        terminal.say(f"  settled at {shown(delivery.settled_at)}")
    for attempt in delivery.attempts:
        answer = "no answer" if attempt.status is None else str(attempt.status)
        terminal.say(
            f"  {attempt.cycle}.{attempt.number}  {shown_rfc3339(attempt.started_at)}  "
            f"{attempt.outcome}, {answer}, {attempt.ms:,} ms  {attempt.error}"
        )
        if attempt.request is not None:
            terminal.say(f"    → {attempt.request.method} {attempt.request.url}")
            _say_body(attempt.request.body, attempt.request.body_base64, terminal)
        if attempt.response is not None:
            terminal.say(f"    ← {attempt.response.status}, {attempt.response.length:,} bytes")
            _say_body(attempt.response.body, attempt.response.body_base64, terminal)


def _say_body(text: str | None, coded: str | None, terminal: Terminal) -> None:
    body = _body(text, coded)
    if body:
        terminal.say("      " + body.replace("\n", "\n      "))


def _body(text: str | None, coded: str | None) -> str:
    if text is None:
        return "" if coded is None else f"(not text; base64) {_short(coded)}"
    return _short(text)


def _short(text: str) -> str:
    if len(text) <= SHOWN_BODY:
        return text
    return f"{text[:SHOWN_BODY]}… ({len(text):,} characters; --json has all)"


def _list_object(record: wire.RecordShape) -> dict[str, Any]:
    return {
        "id": record.id,
        "job": record.job,
        "key": record.key,
        "version": record.version,
        "pulled_at": record.pulled_at,
        "deliveries": [
            {"consumer": each.consumer, "state": each.state, "cycle": each.cycle}
            for each in record.deliveries
        ],
    }


def _record_object(record: wire.RecordShape) -> dict[str, Any]:
    """The payload as its own bytes where it is JSON, else as a text (base64 if it is no text)."""
    return {
        "id": record.id,
        "job": record.job,
        "key": record.key,
        "version": record.version,
        "payload": _payload(record),
        "pulled_at": record.pulled_at,
        "pull": None if record.pull is None else record.pull.model_dump(mode="json"),
        "deliveries": [
            {
                "consumer": each.consumer,
                "state": each.state,
                "cycle": each.cycle,
                "attempts": [_attempt_object(attempt, record) for attempt in each.attempts],
            }
            for each in record.deliveries
        ],
    }


def _payload(record: wire.RecordShape) -> Any:
    if record.payload_text is None:
        return record.payload_base64
    text = record.payload_text.encode()
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return record.payload_text
    return msgspec.Raw(text)


def _attempt_object(attempt: wire.AttemptShape, record: wire.RecordShape) -> dict[str, Any]:
    request = attempt.request
    if request is not None and request.body_is_payload:
        request = request.model_copy(
            update={"body": record.payload_text, "body_base64": record.payload_base64}
        )
    return {
        "number": attempt.number,
        "outcome": attempt.outcome,
        "status": attempt.status,
        "started_at": attempt.started_at,
        "ms": attempt.ms,
        "error": attempt.error,
        "request": None if request is None else request.model_dump(mode="json"),
        "response": None if attempt.response is None else attempt.response.model_dump(mode="json"),
    }
