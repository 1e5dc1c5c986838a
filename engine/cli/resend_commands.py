"""resend: counts first, asks, then reports how far it has got."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter

from engine.api import wire
from engine.api.client import NodeClient
from engine.cli.mistakes import DONE, FAILED, Declined, WrongUsage
from engine.cli.operation_commands import code_of, follow
from engine.cli.record_commands import query_of
from engine.cli.terminal import Terminal

RESENDABLE: tuple[wire.StateWord, ...] = ("delivered", "dead", "skipped")
BLOCK = 500
SHOWN = 20
"""Warnings and refusals told one by one."""


async def resend(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """Of the records named, or of all that match."""
    query = query_of(options)
    if options.ids:
        if query.model_copy(update={"consumer": None}) != wire.RecordQuery():
            raise WrongUsage("Record ids go with --consumer only, not with other filters.")
        return await _records(client, options, terminal)
    if query == wire.RecordQuery():
        raise WrongUsage("Name records by id, or say which with --job and other filters.")
    return await _matching(client, query, options, terminal)


async def _records(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    ids = tuple(dict.fromkeys(options.ids))
    states: Counter[str] = Counter()
    for record_id in ids:
        record = await client.record(record_id)
        states.update(
            each.state
            for each in record.deliveries
            if options.consumer in (None, each.consumer) and each.state in RESENDABLE
        )
    _ask(dict(states), True, options, terminal)
    done = wire.ResendResult(resent=0)
    for start in range(0, len(ids), BLOCK):
        block = await client.resend(
            wire.ResendRequest(
                record_ids=ids[start : start + BLOCK],
                consumer=options.consumer,
                mode=_mode(options),
                reason=options.reason or "",
            )
        )
        done = _sum(done, block)
    return _report(done, options, terminal)


async def _matching(
    client: NodeClient, query: wire.RecordQuery, options: Namespace, terminal: Terminal
) -> int:
    words = tuple(word for word in RESENDABLE if not query.states or word in query.states)
    counts: dict[str, int] = {}
    exact = True
    for word in words:
        found = await client.count(query.model_copy(update={"states": (word,)}))
        counts[word] = found.count
        exact = exact and found.exact
    _ask(counts, exact, options, terminal)
    total = sum(counts.values())
    if total and (await client.node()).producing:
        return await _as_operation(client, query, options, terminal)
    done = wire.ResendResult(resent=0)
    after: int | None = 0
    while after is not None:
        block = await client.resend(
            wire.ResendRequest(
                query=query, after=after, mode=_mode(options), reason=options.reason or ""
            )
        )
        done = _sum(done, block)
        after = block.next
        terminal.progress(f"{done.resent:,} of {total:,} resent", last=after is None)
    return _report(done, options, terminal)


async def _as_operation(
    client: NodeClient, query: wire.RecordQuery, options: Namespace, terminal: Terminal
) -> int:
    """A node that works does it beside its traffic, throttled, also when this program ends."""
    begun = await client.start_operation(
        wire.OperationRequest(
            kind="resend",
            query=query,
            mode=_mode(options),
            per_s=options.per_second,
            reason=options.reason or "",
        )
    )
    found = await follow(client, begun, "resent", terminal)
    if options.json:
        terminal.json({"resent": found.moved, "refused": found.refused, "operation": found.id})
    else:
        terminal.say(f"Resent: {found.moved:,}.")
    return code_of(found)


def _mode(options: Namespace) -> wire.ResendMode:
    return "sent" if options.as_sent else "mapped"


def _ask(counts: dict[str, int], exact: bool, options: Namespace, terminal: Terminal) -> None:
    """The number first, by state; Declined when there is no yes."""
    total = sum(counts.values())
    if total == 0:
        return
    parts = ", ".join(f"{count:,} {state}" for state, count in counts.items() if count)
    many = "delivery" if total == 1 else "deliveries"
    question = f"Resend {'' if exact else 'more than '}{total:,} {many} ({parts})?"
    if not options.yes and not terminal.ask(question):
        raise Declined


def _sum(done: wire.ResendResult, block: wire.ResendResult) -> wire.ResendResult:
    return wire.ResendResult(
        resent=done.resent + block.resent,
        refused=(*done.refused, *block.refused),
        warnings=(*done.warnings, *block.warnings),
    )


def _report(done: wire.ResendResult, options: Namespace, terminal: Terminal) -> int:
    for warning in done.warnings[:SHOWN]:
        terminal.tell(warning)
    for refused in done.refused[:SHOWN]:
        terminal.tell(f"Record {refused.path}: {refused.sentence}")
    if len(done.refused) > SHOWN:
        terminal.tell(f"{len(done.refused):,} deliveries were left as they are.")
    if options.json:
        terminal.json({"resent": done.resent, "refused": len(done.refused)})
    elif done.resent == 0 and not done.refused:
        terminal.say("Nothing matches that could be resent.")
    else:
        terminal.say(f"Resent: {done.resent:,}.")
    return FAILED if done.refused and not done.resent else DONE
