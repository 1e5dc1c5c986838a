"""A running node whose database server goes and comes back: it waits, says so, and goes on."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.api.client import ApiError, NodeClient
from engine.demo.small_server import serve, url_of
from tests.database_servers.server import Server
from tests.faults.cluster_truth import Source, Target, document
from tests.node_process import running_node

WAIT_S = 40.0


async def trouble(client: NodeClient) -> str:
    """What the node says of its database; "" while all is well."""
    try:
        told = (await client.status()).trouble
    except ApiError as refused:
        return refused.sentence
    return "" if told is None else told.sentence


async def says(client: NodeClient, words: str) -> str:
    """Wait until the node says so ("": that all is well)."""
    async with asyncio.timeout(WAIT_S):
        while True:
            told = await trouble(client)
            if words in told if words else not told:
                return told
            await asyncio.sleep(0.1)


async def took(target: Target, more_than: int) -> None:
    async with asyncio.timeout(WAIT_S):
        while target.processed.total() <= more_than:
            await asyncio.sleep(0.05)


@pytest.mark.timeout(150)
@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
async def test_a_node_waits_for_its_database_says_so_and_goes_on(
    kind: str, own_server: Callable[[str], Server], tmp_path: Path
) -> None:
    server = own_server(kind)
    url = server.standing.url(server.standing.make_database())
    source, target = Source(random.Random(1)), Target(random.Random(2))
    source.trade(50)
    one, two = await serve(source.answer), await serve(target.answer)
    try:
        async with running_node(tmp_path, options=("--db", url)) as node, node.client() as client:
            await client.apply(document(url_of(one), url_of(two)))
            await took(target, 0)

            await asyncio.to_thread(server.stop, "immediate")
            told = await says(client, "does not answer")
            assert server.standing.place.password not in told

            await asyncio.to_thread(server.start)
            await says(client, "")
            before = target.processed.total()
            source.trade(50)
            await took(target, before + 20)
            check = await client.check()
            assert check.ok, check.broken
    finally:
        one.close()
        two.close()


@pytest.mark.timeout(150)
async def test_a_node_whose_database_is_gone_ends_all_the_same_when_it_is_told_to(
    own_server: Callable[[str], Server], tmp_path: Path
) -> None:
    server = own_server("postgresql")
    url = server.standing.url(server.standing.make_database())
    source, target = Source(random.Random(1)), Target(random.Random(2))
    source.trade(500)
    one, two = await serve(source.answer), await serve(target.answer)
    try:
        async with running_node(tmp_path, options=("--db", url)) as node, node.client() as client:
            await client.apply(document(url_of(one), url_of(two)))
            await took(target, 20)
            await asyncio.to_thread(server.stop, "immediate")

            node.terminate()
            async with asyncio.timeout(90):
                assert await node.process.wait() == 0
    finally:
        one.close()
        two.close()
