"""The command line on several nodes of one database: their list, and going on at the next."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.api.wire import NodeRow, TokenRequest
from tests.answering_node import start_answering_node
from tests.integration.api_node import document
from tests.node_process import NodeProcess, start_node

pytestmark = pytest.mark.timeout(120)


@dataclass
class Hub:
    """A node at work, one that only answers, and a token of their database."""

    home: Path
    working: NodeProcess
    answering: NodeProcess
    token: str

    async def jellyfish(self, *words: str, **env: str) -> tuple[int, str, str]:
        """Run a command as another user would: without this home's node.json."""
        environ = {name: value for name, value in os.environ.items() if "JELLYFISH" not in name}
        environ |= {"JELLYFISH_HOME": str(self.home / "another"), "LC_ALL": "C.UTF-8", **env}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "engine.cli", *words),
            env=environ | {"JELLYFISH_TOKEN": self.token},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(process.communicate(), 60)
        assert "Traceback" not in err.decode()
        return process.returncode or 0, out.decode(), err.decode()

    @property
    def both(self) -> str:
        return f"{self.working.url},{self.answering.url}"


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with AsyncExitStack() as stack:
        working = await start_node(tmp_path)
        stack.push_async_callback(ended, working)
        assert await working.found()
        async with working.client() as client:
            token = (await client.make_token(TokenRequest(name="cli", scope="admin"))).token
        answering = await start_answering_node(tmp_path, "second")
        stack.push_async_callback(ended, answering)
        yield Hub(tmp_path, working, answering, token)


async def ended(node: NodeProcess) -> None:
    if node.process.returncode is None:
        node.process.send_signal(signal.SIGCONT)
    node.terminate()
    await node.ended()


async def test_all_nodes_are_listed_from_any_with_what_they_hold(hub: Hub) -> None:
    async with hub.working.client() as client:
        await client.apply(document())
        async with asyncio.timeout(20):
            while (await row(hub, "test")).push_shards == 0:
                await asyncio.sleep(0.05)
    code, out, _ = await hub.jellyfish("nodes", "list", "--node", hub.answering.url)
    assert code == 0
    lines = out.splitlines()
    assert lines[0].split()[:6] == ["NODE", "STATE", "VERSION", "SEEN", "PULL", "PUSH"]
    assert [line.split()[:2] for line in lines[1:]] == [["second", "working"], ["test", "working"]]
    assert lines[2].endswith(hub.working.url)

    _, out, _ = await hub.jellyfish("nodes", "list", "--json", "--node", hub.working.url)
    (held,) = [node for node in json.loads(out)["nodes"] if node["name"] == "test"]
    assert held["holds"] == [{"job": "orders", "pull": 1, "push": held["push_shards"]}]

    _, out, _ = await hub.jellyfish("nodes", "show", "test", "--node", hub.answering.url)
    assert out.splitlines()[-1].split()[:3] == ["orders", "all", "0,"]
    code, _, err = await hub.jellyfish("nodes", "show", "nobody", "--node", hub.answering.url)
    assert (code, err.splitlines()[0]) == (1, 'There is no node "nobody".')


async def row(hub: Hub, name: str) -> NodeRow:
    async with hub.working.client() as client:
        return next(node for node in await client.nodes() if node.name == name)


async def test_a_node_is_drained_and_let_work_again_through_another(hub: Hub) -> None:
    place = ("--node", hub.answering.url)
    code, out, err = await hub.jellyfish("nodes", "drain", "test", *place)
    assert (code, out) == (0, "test: takes no more work\n")
    assert err == ""  # the second one counts as at work, though it only answers
    async with asyncio.timeout(20):
        while (await row(hub, "test")).state != "drained":
            await asyncio.sleep(0.05)
    code, _, err = await hub.jellyfish("nodes", "drain", "second", *place)
    assert "nothing is pulled or pushed until one does" in err
    for name in ("test", "second"):
        code, out, _ = await hub.jellyfish("nodes", "undrain", name, *place)
        assert (code, out) == (0, f"{name}: takes work again\n")

    code, _, err = await hub.jellyfish("nodes", "forget", "test", *place)
    assert (code, err.splitlines()[0]) == (1, 'The node "test" runs.')


async def test_commands_go_on_at_the_next_node_when_the_first_is_gone(hub: Hub) -> None:
    hub.working.kill()
    await hub.working.ended()
    for words, env in (
        (("--node", hub.both), {}),
        (("--node", hub.working.url, "--node", hub.answering.url), {}),
        ((), {"JELLYFISH_NODE": hub.both}),
    ):
        code, out, err = await hub.jellyfish("status", "--json", *words, **env)
        assert (code, json.loads(out or "0")) == (0, {"jobs": []}), err
    file = hub.home / "job.json"
    file.write_text(json.dumps(document()))
    code, _, err = await hub.jellyfish("job", "apply", str(file), "--node", hub.both)
    assert code == 0, err

    hub.answering.kill()
    await hub.answering.ended()
    code, _, err = await hub.jellyfish("status", "--node", hub.both)
    assert code == 1
    assert err.startswith(f"None of these nodes answers: {hub.working.url}, {hub.answering.url}.")


async def test_a_silent_node_is_left_for_the_next(hub: Hub) -> None:
    hub.working.process.send_signal(signal.SIGSTOP)
    code, _, err = await hub.jellyfish("status", "--node", hub.both)
    assert code == 0, err


async def test_a_node_tells_the_address_it_is_given(tmp_path: Path) -> None:
    told = "http://localhost:45678"
    node = await start_node(tmp_path, options=("--advertise", told))
    try:
        assert await node.found()
        async with node.client() as client, asyncio.timeout(20):
            while not (rows := await client.nodes()):
                await asyncio.sleep(0.05)
        assert [row.url for row in rows] == [told]
    finally:
        await ended(node)
