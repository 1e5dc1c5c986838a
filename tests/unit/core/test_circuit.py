from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from engine.core.breaker import (
    FIRST_WAIT_S,
    LONGEST_WAIT_S,
    ON_TRIAL,
    TRIAL_FAILED,
    Breaker,
    BreakerState,
)
from engine.core.circuit import COUNTING_MS, TRIAL_MS, Circuit, Results, Telling, hear

NOW = 1_790_000_000_000
WAIT_MS = round(FIRST_WAIT_S * 1000)


def told(**fields: object) -> Telling:
    return replace(Telling(7, 1), **fields)  # type: ignore[arg-type]  # named by the tests


def heard(
    circuit: Circuit | None, telling: Telling, by: str = "a", *, at: int = NOW, due: bool = True
) -> Circuit:
    return hear(circuit, telling, by, now=at, due=due)


def failures(n: int) -> Results:
    return Results(n, n, n)


def opened(at: int = NOW) -> Circuit:
    return heard(None, told(opened="10 requests failed in a row."), at=at)


def half_open() -> tuple[Circuit, int]:
    circuit = opened()
    return circuit, circuit.next_at


def test_what_one_node_finds_failing_is_let_alone_by_all() -> None:
    circuit = opened()
    assert circuit.state(NOW) is BreakerState.OPEN
    assert (circuit.opened_at, circuit.next_at) == (NOW, NOW + WAIT_MS)
    assert circuit.why(NOW) == "10 requests failed in a row."
    assert circuit.state(circuit.next_at) is BreakerState.HALF_OPEN
    assert circuit.why(circuit.next_at) == ON_TRIAL


def test_the_node_that_comes_second_does_not_make_the_wait_longer() -> None:
    circuit = opened()
    assert heard(circuit, told(opened="another reason"), "b", at=NOW + 500) == circuit


def test_a_few_failures_of_each_of_many_nodes_add_up() -> None:
    circuit = None
    for node in ("a", "b", "c"):
        circuit = heard(circuit, told(results=failures(3)), node)
        assert circuit.state(NOW) is BreakerState.CLOSED
    circuit = heard(circuit, told(results=failures(1)), "d")
    assert circuit.state(NOW) is BreakerState.OPEN
    assert circuit.reason == "10 requests failed in a row."


def test_a_success_of_any_node_starts_the_row_again() -> None:
    circuit = heard(None, told(results=failures(9)))
    circuit = heard(circuit, told(results=Results(20, 0, 0)), "b")
    circuit = heard(circuit, told(results=failures(9)))
    assert circuit.state(NOW) is BreakerState.CLOSED
    assert circuit.in_a_row == 9


def test_the_share_of_failures_is_that_of_all_nodes() -> None:
    circuit = heard(None, told(results=Results(6, 5, 2)))
    circuit = heard(circuit, told(results=Results(6, 4, 1)), "b", at=NOW + 60_000)
    assert circuit.state(NOW + 60_000) is BreakerState.OPEN
    assert circuit.reason == "9 of the last 12 requests failed within 5 minutes."


def test_failures_leave_the_common_window_after_five_minutes() -> None:
    circuit = heard(None, told(results=Results(6, 5, 2)))
    circuit = heard(circuit, told(results=Results(6, 4, 1)), at=NOW + 310_000)
    assert circuit.state(NOW + 310_000) is BreakerState.CLOSED
    assert len(circuit.window) == 1


def test_all_nodes_tell_what_they_see_for_a_while_after_a_failure() -> None:
    circuit = heard(None, told(results=failures(1)))
    assert circuit.is_counting(NOW + COUNTING_MS - 1)
    circuit = heard(circuit, told(results=Results(5, 0, 0)), at=NOW + 5000)
    assert not circuit.is_counting(NOW + COUNTING_MS)


def test_one_node_tries_at_a_time() -> None:
    circuit, at = half_open()
    one = heard(circuit, told(wants_trial=True), "a", at=at)
    assert one.trial_by == "a"
    assert heard(one, told(wants_trial=True), "b", at=at + 1).trial_by == "a"


def test_nobody_tries_before_the_wait_is_over_or_without_something_to_send() -> None:
    circuit, at = half_open()
    assert heard(circuit, told(wants_trial=True), at=at - 1).trial_by == ""
    assert heard(circuit, told(wants_trial=True), at=at, due=False).trial_by == ""


def test_a_dead_node_does_not_hold_the_trial_for_ever() -> None:
    circuit, at = half_open()
    circuit = heard(circuit, told(wants_trial=True), "a", at=at)
    assert heard(circuit, told(wants_trial=True), "b", at=at + TRIAL_MS).trial_by == "b"


def test_a_node_that_waits_for_its_answer_keeps_the_trial() -> None:
    circuit, at = half_open()
    circuit = heard(circuit, told(wants_trial=True), "a", at=at)
    circuit = heard(circuit, told(keeps_trial=True), "a", at=at + 9000)
    assert heard(circuit, told(wants_trial=True), "b", at=at + TRIAL_MS).trial_by == "a"


def test_a_node_with_nothing_to_try_leaves_it_to_another() -> None:
    circuit, at = half_open()
    circuit = heard(circuit, told(wants_trial=True), "a", at=at)
    circuit = heard(circuit, told(leaves_trial=True), "a", at=at + 3000)
    assert heard(circuit, told(wants_trial=True), "b", at=at + 3001).trial_by == "b"


def test_a_success_on_trial_closes_it_for_all() -> None:
    circuit, at = half_open()
    circuit = heard(circuit, told(wants_trial=True), "a", at=at)
    assert heard(circuit, told(tried=True), "a", at=at + 10) == Circuit(1)


def test_a_failure_on_trial_doubles_the_wait_up_to_the_longest() -> None:
    circuit, at = half_open()
    waits = []
    for _ in range(6):
        circuit = heard(circuit, told(wants_trial=True), "a", at=at)
        circuit = heard(circuit, told(tried=False), "a", at=at)
        assert circuit.reason == TRIAL_FAILED
        assert circuit.trial_by == ""
        waits.append(circuit.next_at - at)
        at = circuit.next_at
    longest = round(LONGEST_WAIT_S * 1000)
    assert waits == [min(longest, WAIT_MS * 2**n) for n in range(1, 7)]
    assert circuit.opened_at == NOW


def test_a_trial_that_another_node_has_by_now_says_nothing() -> None:
    circuit, at = half_open()
    circuit = heard(circuit, told(wants_trial=True), "a", at=at)
    circuit = heard(circuit, told(wants_trial=True), "b", at=at + TRIAL_MS)
    assert heard(circuit, told(tried=True), "a", at=at + TRIAL_MS) == circuit


def test_late_answers_while_it_is_open_change_nothing() -> None:
    circuit = opened()
    assert heard(circuit, told(results=Results(5, 0, 0)), at=NOW + 5) == circuit
    assert heard(circuit, told(results=failures(50)), at=NOW + 5) == circuit


def test_a_new_revision_of_the_job_begins_anew_and_an_older_node_cannot_undo_that() -> None:
    newer = heard(opened(), told(revision=2, results=Results(1, 0, 0)))
    assert newer.state(NOW) is BreakerState.CLOSED
    assert newer.revision == 2
    assert heard(newer, told(revision=1, opened="failed")) == newer


@given(oks=st.lists(st.booleans(), max_size=60))
def test_told_one_by_one_it_opens_when_one_node_alone_would(oks: list[bool]) -> None:
    alone, circuit = Breaker(), Circuit(1)
    for ok in oks:
        alone.record(ok, 0.0)
        circuit = heard(circuit, told(results=Results().plus(ok)))
        assert circuit.state(NOW) is alone.state
        assert circuit.why(NOW) == alone.reason


@given(one=st.lists(st.booleans()), two=st.lists(st.booleans()))
def test_results_add_up_in_their_order(one: list[bool], two: list[bool]) -> None:
    def of(oks: list[bool]) -> Results:
        results = Results()
        for ok in oks:
            results = results.plus(ok)
        return results

    assert of(one).then(of(two)) == of(one + two)
