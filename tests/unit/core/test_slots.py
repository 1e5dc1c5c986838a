from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.slots import AHEAD_S, Allowance, Ask, Slots, burst, give, late_us

NOW = 1_790_000_000_000_000
S = 1_000_000


def ask(wanted: int, rate: float = 10.0, *, revision: int = 1, lead_us: int = 0) -> Ask:
    return Ask(7, revision, rate, wanted, lead_us)


def test_after_a_rest_the_first_slots_lie_in_the_past_by_half_of_what_they_may_be_late() -> None:
    kept, grant = give(None, ask(3, 100.0), NOW)
    assert (grant.first_at, grant.count) == (NOW - S // 20, 3)
    assert kept == Allowance(1, 100.0, NOW - S // 20 + 20_000)
    later, again = give(kept, ask(1, 100.0), NOW + 3600 * S)
    assert again.first_at == NOW + 3600 * S - S // 20
    assert later.last_at == again.first_at


def test_slots_of_two_nodes_follow_one_another() -> None:
    kept, one = give(None, ask(2), NOW)
    kept, two = give(kept, ask(2), NOW)
    assert two.first_at == one.first_at + 2 * S // 10
    assert kept.last_at == two.first_at + S // 10


def test_nobody_gets_slots_far_ahead() -> None:
    kept, grant = give(None, ask(1000), NOW)
    assert grant.first_at + (grant.count - 1) * S / 10 <= NOW + AHEAD_S * S
    again, refused = give(kept, ask(1), NOW)
    assert refused.count == 0
    assert refused.first_at == kept.last_at + S // 10
    assert again == kept


def test_a_rare_slot_is_not_given_out_long_before_its_time() -> None:
    kept, first = give(None, ask(1, 1 / 3600), NOW)
    assert first.count == 1
    kept, refused = give(kept, ask(1, 1 / 3600), NOW)
    assert (refused.count, refused.first_at) == (0, first.first_at + 3600 * S)
    _, given_ = give(kept, ask(1, 1 / 3600), refused.first_at - S)
    assert (given_.count, given_.first_at) == (1, refused.first_at)


def test_a_new_revision_sets_the_rate_at_once_and_an_older_node_follows_it() -> None:
    kept, _ = give(None, ask(1, 1 / 3600, revision=1), NOW)
    kept, faster = give(kept, ask(2, 100.0, revision=2), NOW + S)
    assert (faster.count, faster.rate_per_s) == (2, 100.0)
    assert faster.first_at <= NOW + S
    kept, old = give(kept, ask(2, 1 / 3600, revision=1), NOW + S)
    assert (old.count, old.rate_per_s, kept.revision) == (2, 100.0, 2)


def test_a_database_clock_put_back_by_an_hour_starves_nobody() -> None:
    kept, _ = give(None, ask(1), NOW)
    _, grant = give(kept, ask(1), NOW - 3600 * S)
    assert grant.count == 1
    assert grant.first_at <= NOW - 3600 * S + S // 10


def test_slots_begin_when_the_answer_is_there() -> None:
    _, grant = give(None, ask(1, 100.0, lead_us=400_000), NOW)
    assert grant.first_at == NOW + 350_000


def test_a_slot_may_be_used_at_its_time_and_not_before() -> None:
    slots = Slots()
    _, grant = give(None, ask(3), NOW)
    slots.add(grant)
    assert slots.take(5, grant.first_at - 1) == 0
    assert slots.take(5, grant.first_at) == 1
    assert slots.next_at() == grant.first_at + S // 10
    assert slots.take(5, grant.first_at + S // 10) == 1
    assert len(slots) == 1


def test_a_slot_whose_time_is_over_is_lost() -> None:
    slots = Slots()
    _, grant = give(None, ask(3), NOW)
    slots.add(grant)
    over = grant.first_at + S // 10 + late_us(10.0) + 1
    assert slots.take(5, over) == 1
    assert slots.lost == 2
    assert slots.next_at() is None


def test_asking_for_nothing_gets_nothing() -> None:
    kept, grant = give(None, ask(0), NOW)
    assert grant.count == 0
    _, grant = give(kept, ask(1), NOW)
    assert grant.first_at == NOW - late_us(10.0) // 2


@pytest.mark.parametrize(
    ("rate", "most"), [(1000.0, 101.0), (100.0, 11.0), (5.0, 2.0), (0.1, 2.0), (0.01, 1.1)]
)
def test_a_burst_is_a_tenth_of_a_second_and_one_more(rate: float, most: float) -> None:
    assert burst(rate) == pytest.approx(most)


steps = st.tuples(
    st.integers(0, 3),  # which node
    st.integers(0, 400_000),  # time that passes, us
    st.integers(0, 400),  # slots it asks for, none: it only sends
    st.integers(0, 300_000),  # how long the answer takes
    st.integers(0, 400),  # requests it has ready
)


@given(
    rate=st.floats(min_value=0.05, max_value=20_000),
    script=st.lists(steps, min_size=1, max_size=60),
)
def test_in_no_stretch_do_all_nodes_together_send_more_than_rate_and_burst(
    rate: float, script: list[tuple[int, int, int, int, int]]
) -> None:
    kept: Allowance | None = None
    nodes = [Slots() for _ in range(4)]
    now, sent = NOW, []
    for number, gap, wanted, took, ready in script:
        now += gap
        if wanted:
            kept, grant = give(kept, ask(wanted, rate, lead_us=took), now)
            nodes[number].add(grant)
        sent.append((now, nodes[number].take(ready, now)))
    for first in range(len(sent)):
        total = 0
        for at, n in sent[first:]:
            total += n
            allowed = rate * (at - sent[first][0]) / S + burst(rate)
            assert total <= allowed * (1 + 1e-9) + 1e-6


@given(rate=st.floats(min_value=0.5, max_value=5000), nodes=st.integers(1, 4))
def test_nodes_that_are_never_idle_use_the_whole_rate_and_share_it(rate: float, nodes: int) -> None:
    kept: Allowance | None = None
    held = [Slots() for _ in range(nodes)]
    got = [0] * nodes
    chunk = max(1, round(rate * 0.2))
    seconds = max(4.0, 40 / rate)
    tick = round(min(20_000, S / rate / 4))
    for now in range(NOW, NOW + round(seconds * S), max(tick, 1000)):
        for number in range(nodes):
            at = (now // 1000 + number) % nodes  # nobody is always the first to ask
            if len(held[at]) * 2 <= chunk:
                kept, grant = give(kept, ask(chunk, rate), now)
                held[at].add(grant)
            got[at] += held[at].take(10_000, now)
    assert sum(got) >= rate * seconds * 0.9 - 2
    assert sum(got) <= rate * seconds + burst(rate)
    if rate * seconds >= 100 * nodes:
        assert min(got) >= sum(got) / nodes / 2
