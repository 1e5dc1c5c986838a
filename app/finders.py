"""Finds the node the operator chose: the local one, or a saved one with its token."""

from __future__ import annotations

from app.connection import Address, Finder
from app.environments import Environments
from app.token_store import TokenStore


class ChosenNode:
    """A finder. local: the finder of the node on this machine."""

    def __init__(self, environments: Environments, tokens: TokenStore, local: Finder) -> None:
        self._environments = environments
        self._tokens = tokens
        self._local = local

    async def address(self) -> Address:
        """Of the chosen node; starts the local one where that is chosen. Raises NoNode."""
        chosen = self._environments.chosen
        if chosen is None:
            return await self._local.address()
        token = await self._tokens.get(chosen.name)
        return Address(chosen.url, token, chosen.fingerprint)

    def failed(self, address: Address) -> None:
        """A saved address may answer later; only the local node's may be left over."""
        if self._environments.chosen is None:
            self._local.failed(address)
