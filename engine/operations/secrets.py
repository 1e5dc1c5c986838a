"""Secrets and alert channels: kept sealed, read by the engine, never shown.

The value leaves this module towards a source, a target or a channel only. Not for the key:
``operations.master_key``; nor for API tokens: ``operations.tokens``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from enum import StrEnum

from engine.core.errors import NotFound, OperatorError, Unavailable
from engine.core.seal import NONCE_BYTES, CannotOpen, seal, unseal
from engine.operations.caller import Caller
from engine.store.rows import SecretRow
from engine.store.store import Store

_NAME = re.compile(r"[\w.-]{1,100}")


class Use(StrEnum):
    """What a sealed value is for: a secret of a job, or an alert channel."""

    SECRET = "secret"
    CHANNEL = "channel"


class Vault:
    """Puts and gets sealed values. ``key``: the 32 bytes of the master key."""

    def __init__(
        self, store: Store, key: bytes, *, random_bytes: Callable[[int], bytes] = os.urandom
    ) -> None:
        self._store = store
        self._key = key
        self._random_bytes = random_bytes

    async def require_the_others_key(self) -> None:
        """Unavailable where nodes that share the database sealed with another key than ours.

        One sealed value tells: all nodes of a database have one key.
        """
        if not self._store.is_shared:
            return
        for use in Use:
            for row in (await self.names(use))[:1]:
                sealed = await self._store.secret_get(row.name, use=use)
                if sealed is not None and not opens(self._key, row.name, use, *sealed):
                    raise _another_key()

    async def put(self, name: str, value: str, by: Caller, use: Use = Use.SECRET) -> None:
        """Create or replace it."""
        if _NAME.fullmatch(name) is None:
            raise OperatorError(
                f'"{name:.100}" is not a name.',
                hint="Use 1 to 100 letters of any script, digits, -, _ and dots.",
                path="name",
            )
        await self.require_the_others_key()
        nonce = self._random_bytes(NONCE_BYTES)
        sealed = seal(self._key, nonce, _row(name, use), value)
        await self._store.secret_put(name, nonce, sealed, by=by.text, use=use)

    async def get(self, name: str, use: Use = Use.SECRET) -> str:
        """The value. NotFound if it was never set; Unavailable if this key does not open it."""
        row = await self._store.secret_get(name, use=use)
        if row is None:
            raise NotFound(
                f'There is no {use} named "{name}".', hint=f"Set it: jellyfish {use} set {name}"
            )
        nonce, sealed = row
        try:
            return unseal(self._key, nonce, _row(name, use), sealed)
        except CannotOpen:
            raise Unavailable(
                f'The {use} "{name}" cannot be opened with the key of this node.',
                hint=f"Set it again: jellyfish {use} set {name}; "
                "or bring back the key it was sealed with.",
            ) from None

    async def names(self, use: Use = Use.SECRET) -> tuple[SecretRow, ...]:
        """Names and times, by name."""
        return await self._store.secret_names(use=use)

    async def delete(self, name: str, by: Caller, use: Use = Use.SECRET) -> None:
        """Delete it; NotFound if there is none."""
        if not any(row.name == name for row in await self.names(use)):
            raise NotFound(f'There is no {use} named "{name}".')
        await self._store.secret_delete(name, by=by.text, use=use)


async def require_no_key_yet(store: Store) -> None:
    """Unavailable where nodes that share the database have a key, for a machine without one."""
    if store.is_shared and any([await store.secret_names(use=use) for use in Use]):
        raise _another_key()


def _another_key() -> Unavailable:
    return Unavailable(
        "The nodes of this database seal their secrets with another key than this machine has.",
        hint="Bring it here: `jellyfish key export FILE` on a machine that has it,"
        " `jellyfish key import FILE` on this one.",
    )


def opens(key: bytes, name: str, use: str, nonce: bytes, sealed: bytes) -> bool:
    """Whether this master key opens a sealed value; the value itself goes nowhere."""
    try:
        unseal(key, nonce, _row(name, Use(use)), sealed)
    except CannotOpen:
        return False
    return True


def _row(name: str, use: Use) -> str:
    return f"{use}:{name}"
