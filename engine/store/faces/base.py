"""What every face of the store stands on."""

from __future__ import annotations

from engine.store.gateway import Gateway
from engine.store.rounds import Rounds, Tidier
from engine.store.rows import LeaseKey


class Face:
    """The gateway, and what an open store remembers.

    _tokens: the leases this store holds. _opened_at: when it was opened (UTC ms).
    """

    _gateway: Gateway
    _rounds: Rounds
    _tidier: Tidier
    _tokens: dict[LeaseKey, int]
    _opened_at: int
