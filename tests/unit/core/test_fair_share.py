"""The fair plan: even, the same everywhere, and moving no more than it must."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations, product

from hypothesis import given
from hypothesis import strategies as st

from engine.core.fair_share import Group, share_out

Shard = tuple[int, int]
NODES = ("a", "b", "c", "d", "e")


@st.composite
def clusters(
    draw: st.DrawFn, *, most_nodes: int = 5, most_groups: int = 12, most_shards: int = 9
) -> tuple[list[Group[Shard]], dict[Shard, str]]:
    """Groups on the same nodes, and any holders, some of them gone."""
    nodes = NODES[: draw(st.integers(1, most_nodes))]
    sizes = draw(st.lists(st.integers(0, most_shards), max_size=most_groups))
    groups = [Group([(at, shard) for shard in range(size)], nodes) for at, size in enumerate(sizes)]
    shards = [shard for group in groups for shard in group.shards]
    holder = st.sampled_from(["", "gone", *nodes])
    return groups, {shard: draw(holder) for shard in shards}


def spread(group: Group[Shard], plan: Mapping[Shard, str]) -> list[int]:
    counts = Counter(plan[shard] for shard in group.shards)
    return [counts[node] for node in group.nodes]


def moves(plan: Mapping[Shard, str], holders: Mapping[Shard, str]) -> int:
    """Shards a living node holds and has to give away."""
    return sum(holders[shard] in NODES and holders[shard] != node for shard, node in plan.items())


@given(clusters())
def test_every_shard_has_a_node_and_no_node_two_more_than_another(
    cluster: tuple[list[Group[Shard]], dict[Shard, str]],
) -> None:
    groups, holders = cluster
    plan = share_out(groups, holders)
    assert set(plan) == set(holders)
    for group in groups:
        counts = spread(group, plan)
        assert max(counts) - min(counts) <= 1
    if groups:
        totals = [sum(each) for each in zip(*(spread(g, plan) for g in groups), strict=True)]
        assert max(totals) - min(totals) <= 1


@given(clusters())
def test_a_plan_that_was_carried_out_is_the_next_plan(
    cluster: tuple[list[Group[Shard]], dict[Shard, str]],
) -> None:
    groups, holders = cluster
    plan = share_out(groups, holders)
    assert share_out(groups, plan) == plan


@given(clusters(most_nodes=4, most_groups=6), st.data())
def test_a_plan_that_is_half_carried_out_stays_as_it_was(
    cluster: tuple[list[Group[Shard]], dict[Shard, str]], data: st.DataObject
) -> None:
    groups, holders = cluster
    plan = share_out(groups, holders)
    given_back = data.draw(st.sets(st.sampled_from(sorted(plan)))) if plan else set()
    on_the_way = {
        shard: "" if shard in given_back and holder != plan[shard] else holder
        for shard, holder in holders.items()
    }
    later = share_out(groups, on_the_way)
    assert moves(later, on_the_way) == moves(plan, on_the_way), "nobody else has to give"


@given(clusters(most_nodes=3, most_groups=4, most_shards=4))
def test_no_other_fair_plan_moves_less(
    cluster: tuple[list[Group[Shard]], dict[Shard, str]],
) -> None:
    groups, holders = cluster
    assert moves(share_out(groups, holders), holders) == fewest_moves(groups, holders)


def fewest_moves(groups: Sequence[Group[Shard]], holders: Mapping[Shard, str]) -> int:
    """By trying every way to give out what does not divide evenly."""
    if not groups:
        return 0
    nodes = groups[0].nodes
    best = 1 << 30
    bases = [divmod(len(group.shards), len(nodes)) for group in groups]
    held = [Counter(holders[shard] for shard in group.shards) for group in groups]
    for more in product(*(combinations(nodes, spare) for _, spare in bases)):
        wanted = [
            {node: base + (node in some) for node in nodes}
            for (base, _), some in zip(bases, more, strict=True)
        ]
        totals = [sum(each[node] for each in wanted) for node in nodes]
        if max(totals) - min(totals) <= 1:
            given = sum(
                max(0, have[node] - want[node])
                for have, want in zip(held, wanted, strict=True)
                for node in nodes
            )
            best = min(best, given)
    return best


def test_a_hundred_jobs_of_one_shard_do_not_sit_on_one_node() -> None:
    groups = [Group([(job, 0)], NODES[:4]) for job in range(100)]
    counts = Counter(share_out(groups, {}).values())
    assert set(counts.values()) == {25}


def test_a_node_that_joins_takes_its_share_and_the_others_swap_nothing() -> None:
    groups = [Group([(job, n) for n in range(1 + job % 5)], NODES[:3]) for job in range(40)]
    before = share_out(groups, {})
    joined = [Group(group.shards, NODES[:4]) for group in groups]
    after = share_out(joined, before)
    took = Counter(after.values())["d"]
    assert took == len(before) // 4
    assert moves(after, before) == took


def test_a_node_that_is_not_able_gets_nothing_of_that_group() -> None:
    groups = [Group([(0, 0), (0, 1)], ("a",)), Group([(1, 0), (1, 1)], ("a", "b"))]
    plan = share_out(groups, {})
    assert {plan[0, 0], plan[0, 1]} == {"a"}
    assert share_out([Group([(0, 0)], ())], {}) == {}


def test_who_is_able_to_less_gets_more_of_the_rest() -> None:
    only_a = [Group([(job, 0)], ("a",)) for job in range(5)]
    both = [Group([(job, 0)], ("a", "b")) for job in range(5, 15)]
    counts = Counter(share_out(only_a + both, {}).values())
    assert abs(counts["a"] - counts["b"]) <= 1
