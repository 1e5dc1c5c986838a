"""What a connection to a node is: its phase, its address, and who finds the address.

Kept apart from ``session``, so that the window is painted before the API's client is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol


class Phase(Enum):
    """How the connection stands."""

    CONNECTING = auto()
    CONNECTED = auto()
    LOST = auto()


class Trouble(Enum):
    """Why there is no connection, as far as the console can offer something."""

    UNREACHABLE = auto()
    TOKEN = auto()
    CERTIFICATE = auto()
    FOREIGN = auto()
    LOCAL = auto()


@dataclass(frozen=True, slots=True)
class Address:
    """Where a node's API is, and the token for it. fingerprint: of a pinned certificate, or ""."""

    url: str
    token: str
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class OtherNode:
    """A node that its database tells: its name, and where it is reached as in ``Address``."""

    name: str
    url: str
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Others:
    """The other nodes of one database. ledger_id: which one, "" while it is not known."""

    ledger_id: str = ""
    nodes: tuple[OtherNode, ...] = ()


NOBODY = Others()
"""No other node is known."""


@dataclass(frozen=True, slots=True)
class Move:
    """The console went on at another node by itself: names of the one before and of the new."""

    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Connection:
    """The phase, and where it is lost: why, what to do, and in how many seconds it is retried.

    trouble: what kind of loss it is, for who can offer a way out.
    """

    phase: Phase
    url: str = ""
    sentence: str = ""
    hint: str = ""
    again_s: float = 0.0
    trouble: Trouble = Trouble.UNREACHABLE


class NoNode(Exception):
    """There is no node to connect to now; a sentence and what to do."""

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint


class Finder(Protocol):
    """Who knows where the node is."""

    async def address(self) -> Address:
        """The node's address; starts the node where that is its task. Raises NoNode."""
        ...

    def failed(self, address: Address) -> None:
        """That address did not answer."""
        ...


class OthersKept(Protocol):
    """Who remembers to which other nodes the console may move.

    roams: False where the token opens the node at home only, so that there is nobody to move to.
    """

    @property
    def roams(self) -> bool: ...

    def known(self) -> Others:
        """Those of the database it is connected to."""
        ...

    def learn(self, others: Others) -> None:
        """A node of that database told these."""
        ...


class OthersInMind:
    """Remembered until the console ends."""

    def __init__(self, others: Others = NOBODY) -> None:
        self._others = others

    @property
    def roams(self) -> bool:
        return True

    def known(self) -> Others:
        return self._others

    def learn(self, others: Others) -> None:
        """In the place of those before."""
        self._others = others


class FixedAddress:
    """The finder of a node that was named on the command line."""

    def __init__(self, address: Address) -> None:
        self._address = address

    async def address(self) -> Address:
        return self._address

    def failed(self, address: Address) -> None:
        """It may come back; nothing else can be tried."""
