"""Which node a command talks to: one given by address, this machine's, or one in this process.

A database is talked to through the same API, over an app in this process without producers and
consumers: one code path.
"""

from __future__ import annotations

import logging
import os
import re
from argparse import Namespace
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx

from engine.api.client import ApiError, ConnectionLost, NodeClient, check_url, read_local_node
from engine.cli.mistakes import WrongUsage
from engine.config import Home, logging_to
from engine.core.errors import OperatorError
from engine.language.speech import ENGLISH, spoken

LOCAL_TIMEOUT_S = 3.0
IN_PROCESS_TIMEOUT_S = 3600.0
"""Of an app in this process: it works while it is waited for, and is never lost."""


@asynccontextmanager
async def connected(
    options: Namespace, environ: Mapping[str, str] | None = None
) -> AsyncIterator[NodeClient]:
    """The client a command uses. --node or --db, else their variables, else the local node if it
    answers, else the default database. What --json prints is for programs: English always.
    """
    env = os.environ if environ is None else environ
    node, database = options.node, options.db
    language = ENGLISH if vars(options).get("json") else spoken()
    if not node and not database:
        node, database = env.get("JELLYFISH_NODE"), env.get("JELLYFISH_DB")
    if node:
        token = options.token or env.get("JELLYFISH_TOKEN")
        fingerprint = options.fingerprint or env.get("JELLYFISH_FINGERPRINT") or ""
        async with _remote(node, token, fingerprint, language) as client:
            yield client
        return
    if not database:
        local = await _local_node(env, language)
        if local is not None:
            async with local:
                yield local
            return
    home = Home.from_environment(env).make()
    with logging_to(home.path / "command.log", level=logging.WARNING):
        async with _in_process(database or home.database_url, language) as client:
            yield client


def _remote(url: str, token: str | None, fingerprint: str, language: str) -> NodeClient:
    try:
        address = check_url(url)
    except ValueError as error:
        raise WrongUsage(f"{error}.") from None
    pinned = fingerprint.replace(":", "").replace(" ", "").lower()
    if pinned and not re.fullmatch("[0-9a-f]{64}", pinned):
        raise WrongUsage("A fingerprint is the SHA-256 of a certificate: 64 hexadecimal digits.")
    local = read_local_node()
    if not token and local is not None and local.url == address:
        token, pinned = local.token, pinned or local.fingerprint
    if not token:
        raise OperatorError(
            f"The node at {address} asks for a token.",
            hint="Give it with --token or JELLYFISH_TOKEN; "
            "`jellyfish token create` on its machine makes one.",
        )
    return NodeClient(address, token, fingerprint=pinned, language=language)


async def _local_node(environ: Mapping[str, str], language: str) -> NodeClient | None:
    """This user's running node, if it answers."""
    found = read_local_node(environ)
    if found is None:
        return None
    url, token, fingerprint = found
    try:
        async with NodeClient(
            url, token, timeout_s=LOCAL_TIMEOUT_S, fingerprint=fingerprint
        ) as probe:
            await probe.node()
    except (ConnectionLost, ApiError):
        return None
    return NodeClient(url, token, fingerprint=fingerprint, language=language)


@asynccontextmanager
async def _in_process(database: str, language: str) -> AsyncIterator[NodeClient]:
    from engine.api.server import build_app  # heavy, and not needed to talk to another process
    from engine.node import idle
    from engine.operations.tokens import new_token

    token = new_token()
    async with idle(database, own_token=token) as engine:
        transport = httpx.ASGITransport(app=build_app(engine), client=("command-line", 0))
        async with NodeClient(
            "http://localhost",
            token,
            timeout_s=IN_PROCESS_TIMEOUT_S,
            transport=transport,
            language=language,
        ) as client:
            yield client
