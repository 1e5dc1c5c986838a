"""token, secret and channel: who may call, and what the jobs may use."""

from __future__ import annotations

import getpass
from argparse import Namespace

from engine.api import wire
from engine.api.client import NodeClient
from engine.cli.mistakes import DONE, WrongUsage
from engine.cli.moments import parse_span_s, shown
from engine.cli.terminal import Terminal
from engine.core.errors import NotFound, OperatorError


async def create_token(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """The token alone goes to stdout, so that a script can take it."""
    try:
        expires_s = None if options.expires is None else parse_span_s(options.expires)
    except ValueError as error:
        raise WrongUsage(f"{error}.") from None
    made = await client.make_token(
        wire.TokenRequest(name=options.name, scope=options.scope, expires_s=expires_s)
    )
    if options.json:
        terminal.json(made.model_dump(mode="json"))
        return DONE
    terminal.tell(f"Token {made.id} ({made.name}, {options.scope}); it is shown this once only:")
    terminal.say(made.token)
    return DONE


async def list_tokens(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """All tokens, without their text."""
    tokens = await client.tokens()
    if options.json:
        terminal.json({"tokens": [token.model_dump(mode="json") for token in tokens]})
        return DONE
    terminal.table(
        ("ID", "NAME", "SCOPE", "CREATED", "EXPIRES", "REVOKED"),
        [
            (
                str(token.id),
                token.name,
                token.scope,
                shown(token.created_at),
                shown(token.expires_at),
                shown(token.revoked_at),
            )
            for token in tokens
        ],
    )
    return DONE


async def revoke_token(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """By id, or by name where one token in use has it."""
    wanted = options.token_id
    in_use = [token for token in await client.tokens() if token.revoked_at is None]
    found = [token for token in in_use if str(token.id) == wanted] or [
        token for token in in_use if token.name == wanted
    ]
    if not found:
        raise NotFound(f"There is no token {wanted} in use.", hint="jellyfish token list")
    if len(found) > 1:
        raise OperatorError(f'Several tokens are named "{wanted}".', hint="Revoke it by its id.")
    await client.revoke_token(found[0].id)
    terminal.say(f"{found[0].name}: revoked")
    return DONE


async def put(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """Create or replace a secret or channel."""
    value = options.value if options.value is not None else _asked(options.name, terminal)
    if not value:
        raise WrongUsage("The value is empty.")
    if options.use == "channel":
        await client.set_channel(options.name, value)
    else:
        await client.set_secret(options.name, value)
    terminal.say(f"{options.name}: set")
    return DONE


async def names(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """Names and times only."""
    rows = await (client.channels() if options.use == "channel" else client.secrets())
    if options.json:
        terminal.json(
            {f"{options.use}s": [{"name": row.name, "updated_at": row.updated_at} for row in rows]}
        )
        return DONE
    terminal.table(("NAME", "UPDATED"), [(row.name, shown(row.updated_at)) for row in rows])
    return DONE


async def delete(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """Delete a secret or channel."""
    if options.use == "channel":
        await client.delete_channel(options.name)
    else:
        await client.delete_secret(options.name)
    terminal.say(f"{options.name}: deleted")
    return DONE


async def test_channel(client: NodeClient, options: Namespace, terminal: Terminal) -> int:
    """Send a test message."""
    await client.test_channel(options.name)
    terminal.say(f"{options.name}: a test message was sent")
    return DONE


def _asked(name: str, terminal: Terminal) -> str:
    """Typed without an echo, or read from the input up to its last line break."""
    if terminal.source.isatty():
        return getpass.getpass(f"Value of {name}: ")
    return terminal.source.read().removesuffix("\n").removesuffix("\r")
