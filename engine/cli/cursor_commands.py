"""job cursor: where each pull shard stands; moving one tells first what it means, then asks."""

from __future__ import annotations

from argparse import Namespace

from engine.api.client import NodeClient
from engine.cli.mistakes import DONE, Declined, WrongUsage
from engine.cli.moments import shown
from engine.cli.terminal import Terminal


async def cursor(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """Show the cursors, or move one."""
    if options.set is None and not options.clear:
        return await _show(client, options, terminal)
    shard = options.shard or await _only_shard(client, options.job)
    value: str | None = options.set
    meaning = await client.preview_cursor(options.job, shard, value)
    where = "its start" if value is None else value
    if not options.yes and not terminal.ask(
        f"{meaning.sentence} Set the cursor of {options.job}/{shard} to {where}?"
    ):
        raise Declined
    await client.set_cursor(options.job, shard, value)
    terminal.say(f"{options.job}/{shard}: cursor at {where}")
    return DONE


async def _show(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    found = [
        each for each in await client.cursors(options.job) if options.shard in (None, each.shard)
    ]
    if options.json:
        for each in found:
            terminal.json(each.model_dump(mode="json"))
        return DONE
    terminal.table(
        ("SHARD", "CURSOR", "TYPE", "LAST GOOD PULL", "PROBLEM"),
        [
            (each.shard, each.value, each.type, shown(each.last_good_at), each.problem)
            for each in found
        ],
    )
    return DONE


async def _only_shard(client: NodeClient, job: str) -> str:
    names = [each.shard for each in await client.cursors(job) if each.in_document]
    if len(names) != 1:
        raise WrongUsage(f"The job has several shards ({', '.join(names)}); name one with --shard.")
    return names[0]
