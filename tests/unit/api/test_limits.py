"""Budgets of callers: what is at once, how they fill again, who counts as one."""

from __future__ import annotations

import pytest

from engine.api.limits import KEYS_KEPT, Budget, Rate, caller_of, plain_address


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_a_burst_is_granted_then_one_for_each_share_of_a_second() -> None:
    clock = Clock()
    budget = Budget(Rate(per_s=4, burst=3), clock_s=clock)
    assert [budget.spend("a") for _ in range(4)] == [0.0, 0.0, 0.0, 0.25]
    clock.now_s += 0.25
    assert [budget.spend("a") for _ in range(2)] == [0.0, 0.25]
    clock.now_s += 1000
    assert [budget.spend("a") > 0 for _ in range(4)] == [False, False, False, True]


def test_asking_in_vain_costs_nothing_and_callers_are_apart() -> None:
    clock = Clock()
    budget = Budget(Rate(per_s=1, burst=1), clock_s=clock)
    assert budget.spend("a") == 0.0
    assert {budget.spend("a") for _ in range(100)} == {1.0}
    assert budget.spend("b") == 0.0
    clock.now_s += 1
    assert budget.spend("a") == 0.0


def test_callers_beyond_all_measure_do_not_fill_the_memory() -> None:
    budget = Budget(Rate(per_s=1, burst=1), clock_s=Clock())
    assert budget.spend("steady") == 0.0
    for number in range(KEYS_KEPT * 2):
        budget.spend(number)
        if number % 1000 == 0:
            assert budget.spend("steady") > 0, "who keeps asking is remembered"
    assert len(budget._left) == KEYS_KEPT


@pytest.mark.parametrize(
    ("host", "caller", "shown"),
    [
        ("10.0.0.5", "10.0.0.5", "10.0.0.5"),
        ("::ffff:10.0.0.5", "10.0.0.5", "10.0.0.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1:2:3:4:5:6"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64", "2001:db8:1:2::9"),
        ("fe80::1%eth0", "fe80::/64", "fe80::1%eth0"),
        ("command-line", "command-line", "command-line"),
    ],
)
def test_who_counts_as_one_and_how_the_audit_shows_them(host: str, caller: str, shown: str) -> None:
    assert caller_of(host) == caller
    assert plain_address(host) == shown
