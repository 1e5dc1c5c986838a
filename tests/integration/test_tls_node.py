"""A node with TLS: one command makes its certificate, clients pin it, nothing open without it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.api.client import ConnectionLost, Loss, NodeClient, look_at_certificate
from tests.node_process import NodeProcess, start_node


def jellyfish(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command with this data directory."""
    environ = {name: value for name, value in os.environ.items() if "JELLYFISH" not in name}
    return subprocess.run(
        [sys.executable, "-m", "engine.cli", *words],
        env=environ | {"JELLYFISH_HOME": str(home), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def certified(tmp_path: Path) -> Path:
    """A data directory with a certificate of its own."""
    made = jellyfish(tmp_path, "certificate", "make", "node-1.example", "10.0.0.5")
    assert made.returncode == 0, made.stderr
    return tmp_path


@pytest.fixture
async def secure(certified: Path) -> AsyncIterator[NodeProcess]:
    """A running node that speaks TLS."""
    node = await start_node(
        certified,
        options=(
            *("--certificate", str(certified / "node-certificate.pem")),
            *("--key", str(certified / "node-certificate-key.pem")),
        ),
    )
    try:
        assert await node.found()
        yield node
    finally:
        node.terminate()
        await node.ended()


def test_one_command_makes_a_certificate_that_only_its_owner_can_use(certified: Path) -> None:
    told = jellyfish(certified, "certificate", "show").stdout
    assert "node-1.example, 10.0.0.5" in told
    assert (certified / "node-certificate-key.pem").stat().st_mode & 0o077 == 0

    again = jellyfish(certified, "certificate", "make")
    assert again.returncode == 1
    assert "--replace" in again.stderr
    assert jellyfish(certified, "certificate", "show").stdout == told

    replaced = jellyfish(certified, "certificate", "make", "--replace")
    assert replaced.returncode == 0
    assert replaced.stdout != told


def test_a_name_that_no_certificate_can_hold_is_named(tmp_path: Path) -> None:
    made = jellyfish(tmp_path, "certificate", "make", "a" * 70)
    assert made.returncode == 1
    assert "neither a host name nor an address" in made.stderr
    assert not (tmp_path / "node-certificate.pem").exists()


async def test_the_commands_of_its_user_reach_a_node_with_tls(secure: NodeProcess) -> None:
    assert secure.url.startswith("https://127.0.0.1:")
    found = jellyfish(secure.home, "token", "create", "li", "--scope", "read")
    assert found.returncode == 0, found.stderr
    token = found.stdout.strip()

    told = jellyfish(secure.home, "certificate", "show").stdout
    assert secure.fingerprint in told
    other = secure.home / "another-user"
    words = ("status", "--node", secure.url, "--token", token)
    trusted = jellyfish(other, *words, "--fingerprint", secure.fingerprint.upper())
    assert trusted.returncode == 0, trusted.stderr

    untrusted = jellyfish(other, *words)
    assert untrusted.returncode == 1
    assert "certificate" in untrusted.stderr
    assert "Traceback" not in untrusted.stderr
    mistyped = jellyfish(other, *words, "--fingerprint", "abc")
    assert mistyped.returncode == 2
    assert "64 hexadecimal digits" in mistyped.stderr


async def test_the_pinned_certificate_is_accepted_and_no_other(secure: NodeProcess) -> None:
    assert await look_at_certificate(secure.url) == secure.fingerprint
    async with secure.client() as client:
        assert (await client.node()).name == "test"
    async with NodeClient(secure.url, secure.token, fingerprint="0" * 64) as client:
        with pytest.raises(ConnectionLost) as lost:
            await client.node()
    assert lost.value.why is Loss.CERTIFICATE_CHANGED


async def test_plain_http_gets_no_answer_from_a_node_with_tls(secure: NodeProcess) -> None:
    async with NodeClient(secure.url.replace("https", "http"), secure.token) as client:
        with pytest.raises(ConnectionLost):
            await client.node()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--listen", "203.0.113.7:0"), 1, "does not listen at 203.0.113.7 without TLS"),
        (("--certificate", "a.pem"), 2, "--certificate and --key belong together"),
        (("--certificate", "a.pem", "--key", "b.pem"), 1, "The certificate a.pem cannot be read"),
    ],
)
def test_a_node_that_cannot_be_safe_does_not_start(
    tmp_path: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    ended = jellyfish(tmp_path, "node", *words)
    assert ended.returncode == code
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_a_node_with_tls_tells_the_list_its_certificate(secure: NodeProcess) -> None:
    async with secure.client() as client, asyncio.timeout(20):
        while not (rows := await client.nodes()):
            await asyncio.sleep(0.05)
    assert [(row.url, row.fingerprint) for row in rows] == [(secure.url, secure.fingerprint)]
