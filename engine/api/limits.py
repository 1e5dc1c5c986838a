"""How much one caller may ask of a node, so that no one of them can stop its work.

The figures, and budgets that are spent and fill again. Where they are enforced: connections in
``door`` and ``connection``, requests in ``auth``.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

KEYS_KEPT = 10_000
"""Callers a budget remembers; beyond it the one longest unseen is forgotten."""
NETWORK_OF_ONE = 64
"""Bits of an IPv6 address that name one caller: anybody with one such address has all of them."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second, and so many at once after a quiet time."""

    per_s: float
    burst: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What a node grants. A console asks ten times a second over some five connections.

    connections, connections_of_one: open ones, in all and from one address.
    new_connections: from one address. requests: with one token. refusals: requests from one address
    that came without a token that holds, or under a foreign name; a token that holds passes
    whatever its neighbours do. held_s: how long the answer to a request too many is kept back:
    a connection asks nothing else meanwhile, so that the flood sets its own pace.
    head_s: for a request's head; idle_s: between requests; stalled_s: for a client that does not
    read; handshake_s: for TLS. A body's limits stand in ``auth``.
    """

    connections: int = 512
    connections_of_one: int = 128
    new_connections: Rate = Rate(50, 200)
    requests: Rate = Rate(100, 400)
    refusals: Rate = Rate(2, 60)
    held_s: float = 1.0
    head_s: float = 10.0
    idle_s: float = 20.0
    stalled_s: float = 30.0
    handshake_s: float = 10.0


class Budget:
    """A rate for each caller, by token bucket: filled steadily, emptied by what is asked."""

    def __init__(self, rate: Rate, *, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock_s = clock_s
        self._left: dict[Hashable, tuple[float, float]] = {}

    def spend(self, key: Hashable) -> float:
        """Take one; 0.0 where it was granted, else after how many seconds there is one again."""
        now = self._clock_s()
        left, at = self._left.pop(key, (float(self._rate.burst), now))
        left = min(float(self._rate.burst), left + (now - at) * self._rate.per_s)
        wait_s = 0.0 if left >= 1 else (1 - left) / self._rate.per_s
        self._left[key] = (left if wait_s else left - 1, now)
        if len(self._left) > KEYS_KEPT:
            del self._left[next(iter(self._left))]
        return wait_s


def plain_address(host: str) -> str:
    """An address as an operator knows it: IPv4 that came through an IPv6 socket is IPv4."""
    return host.removeprefix("::ffff:") if "." in host else host


def caller_of(host: str) -> str:
    """Who is counted as one: an IPv4 address, an IPv6 network."""
    try:
        address = ipaddress.ip_address(plain_address(host).partition("%")[0])
    except ValueError:
        return host
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, NETWORK_OF_ONE), strict=False))
