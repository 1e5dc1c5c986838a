"""The API holds what its OpenAPI document says, whatever it is asked: no fault, no other shape.

The questions are schemathesis', made from the document that a real node publishes; routes that
would go out to other systems are left out.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.api.limits import Limits
from engine.api.wire import API_PREFIX, TokenRequest
from tests.node_process import running_node

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
GOES_OUT = r"/(events|jobs/test(/pull|/push)?|channels/.+/test)$"
SHORT, LONG = 3, 100


def sqlite(_: Callable[[str], str]) -> tuple[str, ...]:
    return ()


def postgresql(fresh_database: Callable[[str], str]) -> tuple[str, ...]:
    return ("--db", fresh_database("postgresql"))


def mariadb(fresh_database: Callable[[str], str]) -> tuple[str, ...]:
    return ("--db", fresh_database("mariadb"))


@pytest.mark.timeout(900)
@pytest.mark.parametrize("database", [sqlite, postgresql, mariadb])
async def test_every_answer_is_one_the_document_promises(
    tmp_path: Path,
    full_length: bool,
    fresh_database: Callable[[str], str],
    database: Callable[[Callable[[str], str]], tuple[str, ...]],
) -> None:
    options = database(fresh_database)
    async with (
        running_node(tmp_path / "home", options=options) as node,
        node.client() as client,
    ):
        token = (await client.make_token(TokenRequest(name="asker", scope="admin"))).token
        asking = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"),
            *("run", f"{node.url}{API_PREFIX}/openapi.json"),
            *("--header", f"Authorization: Bearer {token}"),
            *("--phases", "coverage,fuzzing", "--checks", ",".join(CHECKS)),
            *("--exclude-path-regex", GOES_OUT),
            *("--max-examples", str(LONG if full_length else SHORT), "--seed", "7"),
            *("--request-timeout", "30", "--no-color"),
            *("--rate-limit", f"{round(Limits().requests.per_s * 0.9)}/s"),
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "200"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told, _ = await asking.communicate()
        assert asking.returncode == 0, told.decode()
        check = await client.check()
        assert check.ok, check.broken
