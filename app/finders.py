"""Finds the node the operator chose: the local one, or a saved one with token and others."""

from __future__ import annotations

from collections.abc import Sequence

from app.connection import NOBODY, Address, Finder, FixedAddress, NoNode, OtherNode, Others
from app.environments import Environments
from app.token_store import TokenStore
from engine.api.client import given_places


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


class OthersOfChosen:
    """The others of the chosen connection, kept with it.

    The local node's token opens that node alone: it has no others, and is started again instead.
    """

    def __init__(self, environments: Environments) -> None:
        self._environments = environments

    @property
    def roams(self) -> bool:
        return self._environments.chosen is not None

    def known(self) -> Others:
        chosen = self._environments.chosen
        return NOBODY if chosen is None else chosen.others

    def learn(self, others: Others) -> None:
        """A node of that database told these."""
        chosen = self._environments.chosen
        if chosen is not None:
            self._environments.learn(chosen.name, others)


class NoPlace:
    """The finder of a node whose address was typed wrongly."""

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence

    async def address(self) -> Address:
        """Raises NoNode, always."""
        raise NoNode(self._sentence)

    def failed(self, address: Address) -> None:
        """It never had one."""


def named_nodes(
    nodes: Sequence[str], fingerprints: Sequence[str], token: str
) -> tuple[Finder, Others]:
    """Nodes of one database as they were typed: the first is home, the others stand in for it."""
    try:
        first, *others = given_places(nodes, fingerprints)
    except ValueError as error:
        return NoPlace(f"{error}."), NOBODY
    known = tuple(OtherNode(one.url, one.url, one.fingerprint) for one in others)
    return FixedAddress(Address(first.url, token, first.fingerprint)), Others("", known)
