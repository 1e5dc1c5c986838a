"""A delivery's life: its states, the events that move it, and which moves are legal.

This table is the only place that says so; the store derives its SQL guards from it.
Source: design.md section 4; ``put away`` is beyond it (CONTRIBUTING.md says why).
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class State(IntEnum):
    """Where a delivery stands. The number is what the database keeps; it never changes."""

    PENDING = 1
    SENDING = 2
    RETRYING = 3
    DELIVERED = 4
    DEAD = 5
    SKIPPED = 6

    @property
    def word(self) -> str:
        """The state as screens, API and CLI write it: ``pending``, ``sending`` …"""
        return self.name.lower()

    @classmethod
    def from_word(cls, word: str) -> State:
        """The state of that word; ValueError if there is none."""
        try:
            return cls[word.upper()]
        except KeyError:
            raise ValueError(word) from None


UNSYNCED = frozenset({State.PENDING, State.SENDING, State.RETRYING})
SETTLED = frozenset({State.DELIVERED, State.DEAD, State.SKIPPED})


class Event(StrEnum):
    """What may happen to a delivery after it was ingested."""

    CLAIM = "claim"
    ACCEPT = "accept"
    POSTPONE = "postpone"
    GIVE_UP = "give up"
    RELEASE = "release"
    SKIP = "skip"
    PUT_AWAY = "put away"
    RESEND = "resend"


MOVES: dict[Event, tuple[frozenset[State], State]] = {
    Event.CLAIM: (frozenset({State.PENDING, State.RETRYING}), State.SENDING),
    Event.ACCEPT: (frozenset({State.SENDING}), State.DELIVERED),
    Event.POSTPONE: (frozenset({State.SENDING}), State.RETRYING),
    Event.GIVE_UP: (frozenset({State.SENDING}), State.DEAD),
    Event.RELEASE: (frozenset({State.SENDING}), State.PENDING),
    Event.SKIP: (frozenset({State.PENDING, State.RETRYING}), State.SKIPPED),
    Event.PUT_AWAY: (frozenset({State.DEAD}), State.SKIPPED),
    Event.RESEND: (frozenset({State.DELIVERED, State.DEAD, State.SKIPPED}), State.PENDING),
}

BY_OPERATOR: dict[Event, frozenset[State]] = {
    Event.RESEND: MOVES[Event.RESEND][0],
    Event.SKIP: MOVES[Event.SKIP][0] | MOVES[Event.PUT_AWAY][0],
}
"""What an operator's resend and skip may meet: a skip puts away what is dead, where that is asked
for by its state or by name."""
