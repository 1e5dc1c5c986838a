"""Who does something, and from where: what every change leaves in the audit.

The store keeps both as one text, ``NAME from ADDRESS``, beside each change, in its transaction.
"""

from __future__ import annotations

from dataclasses import dataclass

_BETWEEN = " from "


@dataclass(frozen=True, slots=True)
class Caller:
    """name: the token's; address: the machine's, without a space in it, or "" if unknown."""

    name: str
    address: str

    @property
    def text(self) -> str:
        """As it is kept."""
        return f"{self.name}{_BETWEEN}{self.address}" if self.address else self.name

    @classmethod
    def of_text(cls, text: str) -> Caller:
        """What was kept, taken apart; a name may hold anything, as an address holds no space."""
        name, between, address = text.rpartition(_BETWEEN)
        if not between or " " in address:
            return cls(text, "")
        return cls(name, address)
