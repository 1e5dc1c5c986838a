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


class FixedAddress:
    """The finder of a node that was named on the command line."""

    def __init__(self, address: Address) -> None:
        self._address = address

    async def address(self) -> Address:
        return self._address

    def failed(self, address: Address) -> None:
        """It may come back; nothing else can be tried."""
