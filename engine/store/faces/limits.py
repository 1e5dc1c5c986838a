"""The store's methods for what nodes keep in common of how fast and whether they send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from engine.core.circuit import Circuit, Telling
from engine.core.slots import Ask, Grant
from engine.store import allowances, circuits
from engine.store.faces.base import Face


class LimitFace(Face):
    """Rates and breakers of a database that several nodes share."""

    async def take_slots(self, asks: Sequence[Ask]) -> tuple[int, list[Grant]]:
        """Take slots of consumers' rates; the database's time (UTC ms), and what each ask got."""
        return await self._gateway.write(partial(allowances.take, asks=asks), hot=True, after=1)

    async def circuits(self) -> tuple[int, Mapping[int, Circuit]]:
        """The database's time (UTC ms), and by consumer id every breaker that is not at rest."""
        return await self._gateway.read(circuits.known)

    async def tell_circuits(
        self, tellings: Sequence[Telling], *, by: str
    ) -> tuple[int, Mapping[int, Circuit]]:
        """Tell what this node (``by``) saw of its targets; then the same as ``circuits``."""
        return await self._gateway.write(
            partial(circuits.tell, tellings=tellings, by=by), hot=True, after=2
        )
