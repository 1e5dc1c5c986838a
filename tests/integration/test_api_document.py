"""The API holds what its OpenAPI document says, whatever it is asked: no fault, no other shape.

The questions are schemathesis', made from the document that a real node publishes; routes that
would go out to other systems are left out.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

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


@pytest.mark.timeout(900)
async def test_every_answer_is_one_the_document_promises(tmp_path: Path, full_length: bool) -> None:
    async with running_node(tmp_path / "home") as node, node.client() as client:
        token = (await client.make_token(TokenRequest(name="asker", scope="admin"))).token
        asking = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"),
            *("run", f"{node.url}{API_PREFIX}/openapi.json"),
            *("--header", f"Authorization: Bearer {token}"),
            *("--phases", "coverage,fuzzing", "--checks", ",".join(CHECKS)),
            *("--exclude-path-regex", GOES_OUT),
            *("--max-examples", str(LONG if full_length else SHORT), "--seed", "7"),
            *("--request-timeout", "30", "--no-color"),
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "200"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told, _ = await asking.communicate()
        assert asking.returncode == 0, told.decode()
        check = await client.check()
        assert check.ok, check.broken
