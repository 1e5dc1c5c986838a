"""A copied cURL command sends the very same request: run by a real shell and a real curl."""

from __future__ import annotations

import asyncio
import os
import shutil

import pytest

from app.models.curl import MASK, Curl, curl
from tests.fault_server import Answer, FaultServer, Received

SHELLS = [shell for shell in ("sh", "bash", "zsh") if shutil.which(shell)]


async def ran(made: Curl, shell: str = "sh", **environ: str) -> tuple[int, str]:
    """Its exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        shell,
        stdin=asyncio.subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": "/nowhere", **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate(made.command.encode())
    assert process.returncode is not None
    return process.returncode, said.decode(errors="replace")


async def received(
    body: bytes | None,
    *,
    method: str = "POST",
    path: str = "/in",
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json"),),
    shell: str = "sh",
    **environ: str,
) -> Received:
    """What the server got when the copied command was run."""
    async with FaultServer() as server:
        server.on(path.partition("?")[0], Answer(200))
        made = curl(method, f"{server.origin}{path}", headers, body)
        code, said = await ran(made, shell, **environ)
        assert code == 0, f"{said}\n{made.command[:400]}"
        [request] = server.received
        return request


BODIES = {
    "plain": b'{"id": 1, "total": 18400.00}',
    "quotes": b"""{"it's": "\\"quoted\\"", "cmd": "$(touch x) `id` $HOME !!"}""",
    "chinese": '{"买方": "杭州数科有限公司"}'.encode(),
    "lines": b"a\n\tb\r\n\n",
    "at": b"@/etc/hostname",
    "dash": b"-v --help",
    "percent": b"100 %s %d%%",
    "controls": b"\x00\x01\x1b[201~rm -rf\x7f",
    "bidi": "invoice\u202egnp.exe\u2066".encode(),
    "invalid": b"\xff\xfe\xc3(\xa0-%\\'",
    "large": b'{"x": "' + b"y" * 300_000 + b'"}',
    "large and odd": bytes(range(256)) * 1500,
    "empty": b"",
}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("name", BODIES)
async def test_the_body_arrives_byte_for_byte(name: str, shell: str) -> None:
    request = await received(BODIES[name], shell=shell)
    assert request.body == BODIES[name]
    assert request.header("content-type") == "application/json"


async def test_method_query_and_headers_arrive_as_they_were() -> None:
    request = await received(
        None,
        method="DELETE",
        path="/in/it's/../a?ids[]=1&q={x}&n=%E6%9D%AD",
        headers=(("X-Name", "O'Neil; $HOME \u202e"), ("X-Empty", ""), ("X-Tab", "a\tb")),
    )
    assert (request.method, request.path) == ("DELETE", "/in/it's/../a?ids[]=1&q={x}&n=%E6%9D%AD")
    assert request.header("x-name") == "O'Neil; $HOME \u202e"
    assert request.header("x-empty") == ""
    assert request.header("x-tab") == "a\tb"


async def test_nothing_is_added_that_changes_what_the_target_sees() -> None:
    request = await received(b"<a/>", headers=())
    names = {name.lower() for name, _ in request.headers}
    assert "content-type" not in names
    assert "expect" not in names


async def test_a_secret_is_a_variable_that_has_to_be_set() -> None:
    headers = (("authorization", f"Bearer {MASK}"), ("x-api-key", MASK))
    async with FaultServer() as server:
        server.on("/in", Answer(200))
        body = f'{{"token": "{MASK}", "n": 1}}'.encode()
        made = curl("POST", f"{server.origin}/in", headers, body)
        assert made.secrets == (
            ("AUTHORIZATION", "authorization"),
            ("X_API_KEY", "x-api-key"),
            ("SECRET_BODY", "body"),
        )
        code, said = await ran(made)
        assert (code != 0, server.received) == (True, [])
        assert "set it to the secret first" in said
        secrets = {"AUTHORIZATION": "t'0 \"k", "X_API_KEY": "k$1", "SECRET_BODY": "s\\n"}
        for name in secrets:
            rest = {key: value for key, value in secrets.items() if key != name}
            code, said = await ran(made, **rest)
            assert (code != 0, name in said, server.received) == (True, True, [])
        code, said = await ran(made, **secrets)
        assert code == 0, said
        [request] = server.received
    assert request.header("authorization") == "Bearer t'0 \"k"
    assert request.header("x-api-key") == "k$1"
    assert request.body == b'{"token": "s\\n", "n": 1}'


def test_nothing_a_terminal_would_obey_is_in_the_command() -> None:
    made = curl("POST", "http://127.0.0.1:9/", (("x", "\x1b[2J"),), b"\x1b[201~\r\x00\xe2\x80\xae")
    assert [sign for sign in made.command if not sign.isprintable() and sign != "\n"] == []
