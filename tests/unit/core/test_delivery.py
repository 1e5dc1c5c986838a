from __future__ import annotations

import pytest

from engine.core.delivery import MOVES, SETTLED, UNSYNCED, Event, State

P, S, R, D, X, K = (
    State.PENDING,
    State.SENDING,
    State.RETRYING,
    State.DELIVERED,
    State.DEAD,
    State.SKIPPED,
)


@pytest.mark.parametrize(
    ("event", "sources", "target"),
    [
        (Event.CLAIM, {P, R}, S),
        (Event.ACCEPT, {S}, D),
        (Event.POSTPONE, {S}, R),
        (Event.GIVE_UP, {S}, X),
        (Event.RELEASE, {S}, P),
        (Event.SKIP, {P, R}, K),
        (Event.PUT_AWAY, {X}, K),
        (Event.RESEND, {D, X, K}, P),
    ],
)
def test_each_event_moves_as_the_design_says(
    event: Event, sources: set[State], target: State
) -> None:
    assert MOVES[event] == (frozenset(sources), target)


def test_every_event_has_its_moves() -> None:
    assert set(MOVES) == set(Event)


def test_every_state_is_either_unsynced_or_settled() -> None:
    assert set(State) == UNSYNCED | SETTLED
    assert not UNSYNCED & SETTLED


def test_only_an_operator_leads_out_of_a_settled_state() -> None:
    leaving = {event for event, (sources, _) in MOVES.items() if sources & SETTLED}
    assert leaving == {Event.RESEND, Event.PUT_AWAY}
    assert MOVES[Event.PUT_AWAY][1] in SETTLED  # nothing is sent by it


def test_a_delivery_being_sent_cannot_be_claimed_or_skipped() -> None:
    assert S not in MOVES[Event.CLAIM][0]
    assert S not in MOVES[Event.SKIP][0]


def test_from_every_state_a_delivery_can_still_be_settled() -> None:
    reached = {state: {state} for state in State}
    for _ in State:
        for sources, target in MOVES.values():
            for state in State:
                if reached[state] & sources:
                    reached[state].add(target)
    assert all(reached[state] & {D, X} for state in State)


def test_the_numbers_in_the_database_never_change() -> None:
    assert {state.name: int(state) for state in State} == {
        "PENDING": 1,
        "SENDING": 2,
        "RETRYING": 3,
        "DELIVERED": 4,
        "DEAD": 5,
        "SKIPPED": 6,
    }


def test_states_are_told_by_their_words() -> None:
    assert [state.word for state in State] == [
        "pending",
        "sending",
        "retrying",
        "delivered",
        "dead",
        "skipped",
    ]
    assert all(State.from_word(state.word) is state for state in State)
    assert State.from_word("Dead") is X
    with pytest.raises(ValueError, match="synced"):
        State.from_word("synced")
