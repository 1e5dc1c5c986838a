"""The moves of a delivery as SQL guards, derived from the one table in ``core.delivery``."""

from __future__ import annotations

from collections.abc import Iterable

from engine.core.delivery import MOVES, UNSYNCED, Event, State


def states(wanted: Iterable[State]) -> str:
    """States as an SQL list of numbers: ``(1, 3)``."""
    return f"({', '.join(str(int(state)) for state in sorted(wanted))})"


def may(event: Event) -> str:
    """The SQL guard of an event: the states it may start from."""
    return f"state IN {states(MOVES[event][0])}"


def target(event: Event) -> State:
    """The state an event leads to."""
    return MOVES[event][1]


def sources(event: Event) -> frozenset[State]:
    """The states an event may start from."""
    return MOVES[event][0]


QUEUED = may(Event.CLAIM)
"""Word for word the condition of the index ``delivery_queue``."""

IS_UNSYNCED = f"state IN {states(UNSYNCED)}"
"""Word for word the second half of the condition of the index ``delivery_order``."""
