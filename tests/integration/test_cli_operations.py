"""The commands about long work, against a node that works, in processes of their own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from engine.api.server import ApiServer, Listen, build_app
from engine.demo.small_server import Reply
from engine.operations.tokens import Scope
from tests.integration.flow import OK, TESTER, Flow, flow

Jellyfish = Callable[..., Awaitable[tuple[int, str, str]]]


async def command_line(line: Flow, url: str) -> Jellyfish:
    """Runs a command against this node: its exit code, what it said, and what beside that."""
    made = await line.engine.tokens.make("ana", Scope.ADMIN, None, TESTER)
    environ = {name: value for name, value in os.environ.items() if "JELLYFISH" not in name}
    environ |= {"JELLYFISH_HOME": str(line.home), "LANG": "C.UTF-8"}

    async def run(*words: str, typed: str = "") -> tuple[int, str, str]:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "engine.cli", *words, "--node", url, "--token", made.text),
            env=environ,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate(typed.encode())
        assert process.returncode is not None
        return process.returncode, out.decode(), err.decode()

    return run


@pytest.mark.timeout(180)  # it starts a program for each command
async def test_long_work_from_the_command_line(tmp_path: Path) -> None:
    async with flow(tmp_path) as line:
        server = ApiServer(build_app(line.engine), Listen("127.0.0.1", 0))
        jellyfish = await command_line(line, await server.start())
        try:
            line.target.answers = lambda push: Reply({}, 422)
            line.source.put(*[f"A{n}" for n in range(30)])
            await line.apply(line.document())
            await line.until_counts(dead=30)
            line.target.answers = lambda push: OK

            words = ("resend", "--job", "orders", "--state", "dead", "--per-second", "100")
            code, said, beside = await jellyfish(*words, "--reason", "mended", typed="n\n")
            assert "Resend 30 deliveries (30 dead)?" in beside + said
            assert code != 0
            code, said, beside = await jellyfish(*words, "--reason", "mended", typed="y\n")
            assert (code, "Resent: 30." in said) == (0, True), beside
            assert "30 of 30 resent" in beside
            await line.until_counts(delivered=30, dead=0)

            code, said, _ = await jellyfish("operation", "list", "--json")
            (listed,) = [json.loads(text) for text in said.splitlines()]
            assert (listed["state"], listed["moved"], listed["request"]["reason"]) == (
                "done",
                30,
                "mended",
            )
            code, said, _ = await jellyfish("operation", "show", str(listed["id"]))
            assert (code, "30 of 30" in said) == (0, True)
            code, _, beside = await jellyfish("operation", "cancel", str(listed["id"]))
            assert (code, "is done, so it cannot be cancelled" in beside) == (1, True)

            line.source.rows["A3"]["price"] = 5
            code, said, beside = await jellyfish(
                "job", "repull", "orders", "--since", "2", "--until", "10"
            )
            assert (code, said) == (0, "Read: 9, new versions: 1.\n"), beside
            code, said, beside = await jellyfish(
                "job", "cursor", "orders", "--set", "20", typed="y\n"
            )
            assert "by 10 back" in beside + said
            assert (code, "orders/all: cursor at 20" in said) == (0, True)
            code, said, _ = await jellyfish("job", "cursor", "orders")
            assert (code, "number" in said) == (0, True)
            code, said, _ = await jellyfish(
                "job", "pause", "orders", "--until", "2h", "--reason", "night"
            )
            assert (code, said.startswith("orders: paused until ")) == (0, True)
            job = await line.engine.store.job("orders")
            assert (job.paused, job.pause_reason) == (True, "night")
            code, _, beside = await jellyfish("job", "pause", "orders", "--until", "soon")
            assert (code, "is not a time" in beside) == (2, True)
        finally:
            await server.stop()
