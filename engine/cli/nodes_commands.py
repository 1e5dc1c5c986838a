"""nodes …: who runs on the database and what each holds; draining and forgetting one."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from engine.api.client import NodeClient
from engine.api.wire import HeldShardShape, NodeRow
from engine.cli.mistakes import DONE
from engine.cli.moments import shown, shown_lag
from engine.cli.terminal import Terminal
from engine.core.errors import NotFound

_HEAD = ("NODE", "STATE", "VERSION", "SEEN", "PULL", "PUSH", "CPU", "MEMORY", "IN HAND", "ADDRESS")
_MEGABYTE = 1_000_000


async def list_nodes(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """Every node of the database, by name."""
    nodes = await client.nodes()
    if options.json:
        terminal.json({"nodes": [node.model_dump(mode="json") for node in nodes]})
        return DONE
    if not nodes:
        terminal.say("No node was seen on this database yet. Start one: jellyfish node")
        return DONE
    now = (await client.node()).now
    terminal.table(_HEAD, [_row(node, now) for node in nodes])
    return DONE


async def show(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """One node, and the shards it holds by job."""
    node = await _found(client, options.name)
    held = await client.held_shards(node.name)
    if options.json:
        shards = [one.model_dump(mode="json") for one in held]
        terminal.json({**node.model_dump(mode="json"), "shards": shards})
        return DONE
    terminal.facts(
        {
            "node": node.name,
            "state": _state(node),
            "version": node.version,
            "address": node.url,
            "fingerprint": node.fingerprint,
            "running since": shown(node.started_at),
            "seen": shown(node.seen_at),
            "drained": shown(node.drained_at),
            "drained by": node.drained_by,
        }
    )
    if node.holds:
        terminal.say("")
        terminal.table(
            ("JOB", "PULL", "PUSH"),
            [
                (one.job, _shards(held, one.job, "pull"), _shards(held, one.job, "push"))
                for one in node.holds
            ],
        )
    return DONE


async def drain(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """It finishes what is in flight, hands its shards over, and takes nothing more."""
    node = await _found(client, options.name)
    await client.drain_node(node.name)
    terminal.say(f"{node.name}: takes no more work")
    if not any(_works(each) for each in await client.nodes() if each.name != node.name):
        terminal.tell(
            "No other node works on this database: nothing is pulled or pushed until one does."
        )
    return DONE


async def undrain(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """It takes work again."""
    await client.undrain_node(options.name)
    terminal.say(f"{options.name}: takes work again")
    return DONE


async def forget(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """It leaves the list; started again, it comes back."""
    await client.forget_node(options.name)
    terminal.say(f"{options.name}: out of the list")
    return DONE


async def _found(client: NodeClient, name: str) -> NodeRow:
    for node in await client.nodes():
        if node.name == name:
            return node
    raise NotFound(f'There is no node "{name}".', hint="jellyfish nodes list")


def _row(node: NodeRow, now: int) -> tuple[object, ...]:
    alive = node.alive
    return (
        node.name,
        _state(node),
        node.version,
        f"{shown_lag(max(0, now - node.seen_at) / 1000)} ago",
        node.pull_shards,
        node.push_shards,
        f"{node.cpu:.0%}" if alive and node.cpu is not None else None,
        f"{node.memory // _MEGABYTE} MB" if alive and node.memory is not None else None,
        node.waiting if alive else None,
        node.url,
    )


def _state(node: NodeRow) -> str:
    if not node.alive:
        return "stopped" if node.state == "stopped" else "gone"
    if node.drained_at is not None and node.state == "working":
        return "draining"
    return node.state


def _works(node: NodeRow) -> bool:
    return node.alive and node.drained_at is None


def _shards(held: Sequence[HeldShardShape], job: str, kind: str) -> str:
    return ", ".join(one.shard for one in held if (one.job, one.kind) == (job, kind))
