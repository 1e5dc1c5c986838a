"""operation …, and work that is begun and followed here: its progress, and what came of it."""

from __future__ import annotations

import asyncio
from argparse import Namespace

from engine.api import wire
from engine.api.client import NodeClient
from engine.cli.mistakes import DONE, FAILED
from engine.cli.moments import shown, shown_lag
from engine.cli.terminal import Terminal

LOOK_EVERY_S = 0.2
SHOWN = 20
OPEN = ("running", "paused")
PAGE = 50


async def list_operations(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """The newest, or those that are not done."""
    page = await client.operations(open_only=options.open, limit=PAGE)
    if options.json:
        for each in page.operations:
            terminal.json(each.model_dump(mode="json"))
        return DONE
    if not page.operations:
        terminal.say("No operations.")
        return DONE
    terminal.table(
        ("ID", "KIND", "ABOUT", "STATE", "DONE", "OF", "LEFT", "BEGUN", "BY"),
        [
            (
                str(each.id),
                each.kind,
                _about(each),
                each.state,
                each.done,
                each.total,
                shown_lag(each.left_s),
                shown(each.created_at),
                each.by,
            )
            for each in page.operations
        ],
    )
    return DONE


async def show(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """One of them, with what it left as it was and why."""
    found = await client.operation(options.id)
    if options.json:
        terminal.json(found.model_dump(mode="json"))
        return DONE
    terminal.facts(
        {
            "operation": str(found.id),
            "kind": found.kind,
            "about": _about(found),
            "state": found.state,
            "done": f"{found.done:,}" + ("" if found.total is None else f" of {found.total:,}"),
            "moved": f"{found.moved:,}",
            "left as they were": f"{found.refused:,}",
            "a second": found.rate_per_s and f"{found.rate_per_s:,.1f}",
            "time left": shown_lag(found.left_s),
            "begun": f"{shown(found.created_at)} by {found.by}",
            "ended": shown(found.ended_at),
            "reason": found.request.reason or None,
            "says": found.sentence or None,
        }
    )
    _tell_samples(found, terminal)
    return DONE


async def steer(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """Pause, resume or cancel; what was done stays done."""
    steps = {
        "pause": client.pause_operation,
        "resume": client.resume_operation,
        "cancel": client.cancel_operation,
    }
    found = await steps[options.step](options.id)
    terminal.say(f"Operation {found.id}: {found.state}, {found.done:,} done")
    return DONE


async def follow(
    client: NodeClient, begun: wire.OperationShape, word: str, terminal: Terminal
) -> wire.OperationShape:
    """Report how far it has got until it is over, or paused by somebody.

    Interrupted here, it goes on at the node; that is said.
    """
    found = begun
    try:
        while found.state == "running":
            terminal.progress(_line(found, word), last=False)
            await asyncio.sleep(LOOK_EVERY_S)
            found = await client.operation(begun.id)
    except asyncio.CancelledError:
        terminal.progress(_line(found, word), last=True)
        terminal.tell(
            f"Operation {begun.id} goes on at the node; "
            f"`jellyfish operation cancel {begun.id}` stops it."
        )
        raise
    terminal.progress(_line(found, word), last=True)
    _tell_samples(found, terminal)
    if found.sentence:
        terminal.tell(found.sentence)
    if found.state != "done":
        terminal.tell(f"Operation {found.id} is {found.state}.")
    return found


def code_of(found: wire.OperationShape) -> int:
    """The exit code of what came of it."""
    return DONE if found.state == "done" and (found.moved or not found.refused) else FAILED


async def repull(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """Read a stretch of the source again; the live cursor is left alone."""
    begun = await client.start_operation(
        wire.OperationRequest(
            kind="repull",
            job=options.job,
            shard=options.shard,
            since=options.since,
            until=options.until,
            reason=options.reason or "",
        )
    )
    found = await follow(client, begun, "read", terminal)
    terminal.say(f"Read: {found.done:,}, new versions: {found.moved:,}.")
    return code_of(found)


def _line(found: wire.OperationShape, word: str) -> str:
    total = "" if found.total is None else f" of {found.total:,}"
    left = shown_lag(found.left_s)
    return f"{found.done:,}{total} {word}" + (f", {left} left" if left else "")


def _about(found: wire.OperationShape) -> str:
    if found.request.record_ids:
        return f"{len(found.request.record_ids):,} records"
    return "/".join(part for part in (found.job or "all jobs", found.consumer) if part)


def _tell_samples(found: wire.OperationShape, terminal: Terminal) -> None:
    for warning in found.warnings[:SHOWN]:
        terminal.tell(warning)
    for refused in found.refusals[:SHOWN]:
        terminal.tell(f"Record {refused.path}: {refused.sentence}")
    if found.refused > SHOWN:
        terminal.tell(f"{found.refused:,} deliveries were left as they are.")
