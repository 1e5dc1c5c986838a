"""The values of all secrets in memory, so that a request never waits for the database.

Read at the start and whenever a secret changes. Not shown anywhere: see ``operations.secrets``.
"""

from __future__ import annotations

from engine.core.errors import NotFound, OperatorError
from engine.operations.secrets import Vault


class SecretCache:
    """Hands out secrets by name."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._values: dict[str, bytes | OperatorError] = {}

    async def load(self) -> None:
        """Read every secret anew; one that cannot be opened is an error only when it is used."""
        values: dict[str, bytes | OperatorError] = {}
        for row in await self._vault.names():
            try:
                values[row.name] = (await self._vault.get(row.name)).encode()
            except OperatorError as error:
                values[row.name] = error
        self._values = values

    def get(self, name: str) -> bytes:
        """The secret's bytes; NotFound or Unavailable with a sentence otherwise."""
        value = self._values.get(name)
        if value is None:
            raise NotFound(
                f'There is no secret named "{name}".', hint=f"Set it: jellyfish secret set {name}"
            )
        if isinstance(value, OperatorError):
            raise value
        return value
