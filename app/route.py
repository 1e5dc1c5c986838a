"""Where the session is connected and where it goes next: home, or another node of the database.

Home is the node the operator chose. While it is silent, and others of the same database are
known, the way leads to the first of them that lets the console in, and it stays there. Not for
keeping the connection: that is the session's; nor for how a node is let in: ``doors``.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.connection import (
    Address,
    Finder,
    Move,
    NoNode,
    OtherNode,
    Others,
    OthersInMind,
    OthersKept,
)
from app.doors import WITHIN_S, Doors, Opened
from app.words import translate
from engine.api.client import ApiError, ConnectionLost, Place, others_of
from engine.api.wire import NodeRow


class Route:
    """finder: who leads home. others: who remembers the other nodes; None: nobody moves."""

    def __init__(self, finder: Finder, doors: Doors, others: OthersKept | None) -> None:
        self.finder = finder
        self._doors = doors
        self._others: OthersKept = others or OthersInMind()
        self._may_roam = others is not None
        self.language = ""
        self.move: Move | None = None
        self._home: Address | None = None
        self._elsewhere: Address | None = None
        self._wanted: Opened | None = None
        self._at: Opened | None = None

    @property
    def roams(self) -> bool:
        """Whether the token opens the other nodes of the database too."""
        return self._may_roam and self._others.roams

    @property
    def elsewhere(self) -> bool:
        """Whether it leads to another node than home."""
        return self._elsewhere is not None

    @property
    def called_away(self) -> bool:
        """Whether the operator chose a node that is not gone to yet."""
        return self._wanted is not None

    @property
    def others(self) -> tuple[OtherNode, ...]:
        """The nodes of the database, without the one it is at."""
        here = "" if self._at is None else self._at.address.url
        return tuple(one for one in self._others.known().nodes if one.url != here)

    async def next(self, *, search: bool) -> Opened:
        """A connection to the node it leads to. search: where that one is silent, to another.

        Raises ApiError, ConnectionLost or NoNode.
        """
        opened, self._wanted = self._wanted, None
        if opened is None:
            home = self._home = await self.finder.address()
            opened = await self._open(home, search=search)
        self._at = opened
        self._elsewhere = None if opened.address == self._home else opened.address
        return opened

    async def go_to(self, other: OtherNode) -> None:
        """Make that node the next; raises where it does not let the console in."""
        if self._home is None:
            raise NoNode(translate("Session", "There is no connection to the node now."))
        address = Address(other.url, self._home.token, other.fingerprint)
        opened = await self._doors.open(
            self._home if address.url == self._home.url else address,
            self.language,
            within_s=WITHIN_S,
            ledger_id=self._others.known().ledger_id,
        )
        await self.close()
        self._wanted, self.move = opened, None

    def learn(self, rows: Sequence[NodeRow]) -> None:
        """The node it is at told who else there is."""
        if self.roams and self._at is not None:
            node, here = self._at.node, self._at.address
            places = others_of(rows, here=Place(here.url, here.fingerprint, node.name))
            nodes = tuple(OtherNode(each.name, each.url, each.fingerprint) for each in places)
            self._others.learn(Others(node.ledger_id, nodes))

    async def forget(self) -> None:
        """The operator chose another home."""
        await self.close()
        self._elsewhere = self._at = self._home = self.move = None

    async def close(self) -> None:
        """What was opened for the next time is not wanted."""
        opened, self._wanted = self._wanted, None
        if opened is not None:
            await opened.client.close()

    async def _open(self, home: Address, *, search: bool) -> Opened:
        address, known = self._elsewhere or home, self._others.known()
        try:
            return await self._doors.open(
                address,
                self.language,
                within_s=WITHIN_S if search and known.nodes else None,
                ledger_id=known.ledger_id if self.elsewhere else "",
            )
        except (ConnectionLost, ApiError) as error:
            self.finder.failed(address)
            if not (search and isinstance(error, ConnectionLost)):
                raise
            if not (error.why.means_silence or self.elsewhere):
                raise
            opened = await self._find(known, home, address, error)
        before = address.url if self._at is None else self._at.node.name
        self.move = Move(before, opened.node.name)
        return opened

    async def _find(
        self, known: Others, home: Address, silent: Address, error: ConnectionLost
    ) -> Opened:
        """Another node; raises ``error``, with what was tried, where none lets the console in."""
        if silent != home and (opened := await self._back_home(known, home)) is not None:
            return opened
        search = await self._doors.search(known, home.token, self.language, leave_out=silent.url)
        if search.found is None:
            error.hint = search.hint or error.hint
            raise error
        return search.found

    async def _back_home(self, known: Others, home: Address) -> Opened | None:
        try:
            return await self._doors.open(
                home, self.language, within_s=WITHIN_S, ledger_id=known.ledger_id
            )
        except (ConnectionLost, ApiError):
            return None
