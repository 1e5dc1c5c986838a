"""Nodes that share a database seal their secrets with one key."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

from tests.node_process import running_node


async def jellyfish(home: Path, *words: str) -> tuple[int, str]:
    """Run a command with a home of its own; its code and what it said."""
    environ = {name: value for name, value in os.environ.items() if "JELLYFISH" not in name}
    environ |= {
        "JELLYFISH_HOME": str(home),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "engine.cli",
        *words,
        env=environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(40):
        out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()


async def test_a_machine_with_another_key_is_refused_until_the_key_is_brought(
    fresh_database: Callable[[str], str], tmp_path: Path
) -> None:
    url = fresh_database("postgresql")
    one, other = tmp_path / "one", tmp_path / "other"
    async with running_node(one, options=("--db", url)) as node, node.client() as client:
        await client.set_secret("shop-token", "s3cret")

        code, said = await jellyfish(other, "node", "--db", url, "--listen", "127.0.0.1:0")
        assert code == 1
        assert "another key" in said
        assert "jellyfish key import" in said
        assert "Traceback" not in said

        for home, command in ((one, "export"), (other, "import")):
            code, said = await jellyfish(home, "key", command, str(tmp_path / "key"))
            assert code == 0, said

        options = ("--db", url, "--name", "other")
        async with running_node(other, options=options) as second, second.client() as client:
            assert [row.name for row in await client.secrets()] == ["shop-token"]


async def test_a_secret_is_not_sealed_with_a_key_that_the_nodes_do_not_have(
    fresh_database: Callable[[str], str], tmp_path: Path
) -> None:
    url = fresh_database("postgresql")
    options = ("--db", url)
    async with running_node(tmp_path / "one", options=options) as node, node.client() as client:
        await client.set_secret("shop-token", "s3cret")

    code, said = await jellyfish(tmp_path / "other", "secret", "set", "--db", url, "erp", "x")

    assert code == 1, said
    assert "another key" in said
