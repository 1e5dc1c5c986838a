"""Which node a command talks to: one given by address, this machine's, or one in this process.

A database is talked to through the same API, over an app in this process without producers and
consumers: one code path.
"""

from __future__ import annotations

import logging
import os
from argparse import Namespace
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import httpx

from engine.api.client import (
    ApiError,
    ConnectionLost,
    NodeClient,
    Place,
    SeveralNodesClient,
    given_places,
    read_local_node,
)
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
    answers, else the default database. Of several nodes the first that answers.
    What --json prints is for programs: English always.
    """
    env = os.environ if environ is None else environ
    nodes, database = options.node, options.db
    language = ENGLISH if vars(options).get("json") else spoken()
    if not nodes and not database:
        nodes, database = _listed(env.get("JELLYFISH_NODE")), env.get("JELLYFISH_DB")
    if nodes:
        token = options.token or env.get("JELLYFISH_TOKEN")
        pins = options.fingerprint or _listed(env.get("JELLYFISH_FINGERPRINT"))
        async with _remote(nodes, token, pins, language) as client:
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


def _listed(text: str | None) -> list[str]:
    return [text] if text else []


def _remote(
    nodes: Sequence[str], token: str | None, fingerprints: Sequence[str], language: str
) -> NodeClient:
    places = _places(nodes, fingerprints)
    first = places[0]
    local = read_local_node()
    if not token and local is not None and len(places) == 1 and local.url == first.url:
        token, first = local.token, Place(first.url, first.fingerprint or local.fingerprint)
    if not token:
        raise OperatorError(
            f"The node at {first.url} asks for a token.",
            hint="Give it with --token or JELLYFISH_TOKEN; "
            "`jellyfish token create` on its machine makes one.",
        )
    if len(places) > 1:
        return SeveralNodesClient(places, token, language=language)
    return NodeClient(first.url, token, fingerprint=first.fingerprint, language=language)


def _places(nodes: Sequence[str], fingerprints: Sequence[str]) -> tuple[Place, ...]:
    try:
        places = given_places(nodes, fingerprints)
    except ValueError as error:
        raise WrongUsage(f"{error}.") from None
    if not places:
        raise WrongUsage("--node names no node; write it as http://HOST:PORT.")
    return places


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
