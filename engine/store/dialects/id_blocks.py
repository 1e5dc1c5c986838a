"""Ids that nodes take in blocks, so that none waits for another's transaction to have the next.

Only for serials whose ids need not rise with time. What is left of a block is never given out.
"""

from __future__ import annotations

from collections.abc import Callable

SIZES = {"attempt": 4096}
"""The serials that are given out so, and how many ids a node takes at once."""


class IdBlocks:
    """The blocks of one node. reserve: takes so many ids of a serial for good; the first of them.

    One thread's, the writer's.
    """

    names = frozenset(SIZES)

    def __init__(self, reserve: Callable[[str, int], int]) -> None:
        self._reserve = reserve
        self._left: dict[str, tuple[int, int]] = {}

    def take(self, name: str, count: int) -> int:
        """The first of ``count`` ids in a row."""
        start, end = self._left.get(name, (0, 0))
        if end - start < count:
            size = max(count, SIZES[name])
            start = self._reserve(name, size)
            end = start + size
        self._left[name] = (start + count, end)
        return start
