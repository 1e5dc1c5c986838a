"""Which node should hold which shard: a pure function that every node works out for itself.

From the same facts it gives the same answer everywhere, so no node has to tell another what to
do. Of each group (the shards of one job and kind) no node gets two more than another; over all
groups together the numbers are as even as they can be; and of all such plans it is one that moves
the fewest shards from where they are. Not for what a node does about it: ``services.sharing``.

The moves are a flow of least cost (Ahuja, Magnanti, Orlin, "Network Flows", chapter 9): every
group begins with what moves nothing, then, as long as two nodes differ by two or more in all, the
cheapest chain of swaps between such a pair is made. A chain may lead over other nodes.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Group(Generic[K]):
    """Shards that belong together, and the nodes that are able to work on them.

    Both in an order that is the same on every node. What nothing else decides goes to the node
    that comes first.
    """

    shards: Sequence[K]
    nodes: Sequence[str]


def share_out(groups: Sequence[Group[K]], holders: Mapping[K, str]) -> dict[K, str]:
    """The node of every shard; shards no node is able to work on are left out.

    holders: who holds what now; a holder that is not among a group's nodes holds nothing of it.
    """
    plan = _Plan([_Counts.of(group, holders) for group in groups if group.nodes])
    plan.begin()
    plan.even_out()
    return {
        shard: node
        for counts in plan.groups
        for shard, node in _dealt(counts.group, holders, counts.wanted()).items()
    }


@dataclass(slots=True)
class _Counts(Generic[K]):
    """How many shards of a group each node gets: ``base``, and one more for those in ``more``.

    held_more: nodes that hold more than ``base`` already, so that one more there moves nothing.
    """

    group: Group[K]
    base: int
    spare: int
    held_more: frozenset[str]
    more: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, group: Group[K], holders: Mapping[K, str]) -> _Counts[K]:
        base, spare = divmod(len(group.shards), len(group.nodes))
        held = dict.fromkeys(group.nodes, 0)
        for shard in group.shards:
            holder = holders.get(shard)
            if holder in held:
                held[holder] += 1
        return cls(group, base, spare, frozenset(n for n in held if held[n] > base))

    def wanted(self) -> dict[str, int]:
        return {node: self.base + (node in self.more) for node in self.group.nodes}

    def cost(self, giver: str, taker: str) -> int:
        """Shards that move more when the giver's additional one goes to the taker."""
        return (giver in self.held_more) - (taker in self.held_more)


_Edge = tuple[str, str]
_COSTS = (-1, 0, 1)


class _Plan(Generic[K]):
    """The numbers of all groups, and what each node gets in all."""

    def __init__(self, groups: list[_Counts[K]]) -> None:
        self.groups = groups
        self.nodes = list(dict.fromkeys(n for counts in groups for n in counts.group.nodes))
        self.totals = dict.fromkeys(self.nodes, 0)
        # Groups by who may give one to whom and at what cost; dicts, as they keep their order.
        self._swaps: dict[_Edge, tuple[dict[int, None], ...]] = {}

    def begin(self) -> None:
        """Give each group's additional ones to those who hold more; then to who has least."""
        for counts in self.groups:
            for node in counts.group.nodes:
                self.totals[node] += counts.base
        for at, counts in enumerate(self.groups):
            place = {node: n for n, node in enumerate(counts.group.nodes)}
            chosen = sorted(
                counts.group.nodes,
                key=lambda node: (node not in counts.held_more, self.totals[node], place[node]),
            )
            counts.more.update(chosen[: counts.spare])
            for node in counts.more:
                self.totals[node] += 1
            if 0 < counts.spare < len(counts.group.nodes):
                self._note(at, present=True)

    def even_out(self) -> None:
        """Make the cheapest swaps until no chain of them brings two nodes nearer together."""
        while (chain := self._cheapest_chain()) is not None:
            for giver, taker in chain:
                self._swap(giver, taker)
            self.totals[chain[0][0]] -= 1
            self.totals[chain[-1][1]] += 1

    def _note(self, at: int, *, present: bool) -> None:
        """Put a group's possible swaps in, or take them out."""
        counts = self.groups[at]
        for giver in counts.group.nodes:
            if giver not in counts.more:
                continue
            for taker in counts.group.nodes:
                if taker in counts.more:
                    continue
                by_cost = self._swaps.setdefault((giver, taker), ({}, {}, {}))
                some = by_cost[counts.cost(giver, taker) + 1]
                if present:
                    some[at] = None
                else:
                    del some[at]

    def _swap(self, giver: str, taker: str) -> None:
        some = next(some for some in self._swaps[giver, taker] if some)
        at = next(iter(some))
        self._note(at, present=False)
        self.groups[at].more.symmetric_difference_update((giver, taker))
        self._note(at, present=True)

    def _cheapest_chain(self) -> list[_Edge] | None:
        """The cheapest swaps from a node to one with at least two less; None if there are none."""
        if max(self.totals.values(), default=0) - min(self.totals.values(), default=0) < 2:
            return None
        edges = {
            edge: _COSTS[next(n for n, some in enumerate(by_cost) if some)]
            for edge, by_cost in self._swaps.items()
            if any(by_cost)
        }
        best: tuple[int, int, list[_Edge]] | None = None
        for source in self.nodes:
            costs, before = _cheapest_from(source, self.nodes, edges)
            for sink, cost in costs.items():
                gap = self.totals[source] - self.totals[sink]
                if gap >= 2 and (best is None or (cost, -gap) < best[:2]):
                    best = (cost, -gap, _chain(source, sink, before))
        return None if best is None else best[2]


def _cheapest_from(
    source: str, nodes: Sequence[str], edges: Mapping[_Edge, int]
) -> tuple[dict[str, int], dict[str, str]]:
    """Bellman and Ford: costs may be below zero, though never all the way round."""
    costs, before = {source: 0}, dict[str, str]()
    for _ in nodes:
        changed = False
        for (giver, taker), cost in edges.items():
            if giver in costs and costs[giver] + cost < costs.get(taker, 1 << 30):
                costs[taker], before[taker] = costs[giver] + cost, giver
                changed = True
        if not changed:
            break
    return costs, before


def _chain(source: str, sink: str, before: Mapping[str, str]) -> list[_Edge]:
    chain: list[_Edge] = []
    while sink != source:
        chain.append((before[sink], sink))
        sink = before[sink]
    return chain[::-1]


def _dealt(group: Group[K], holders: Mapping[K, str], wanted: dict[str, int]) -> dict[K, str]:
    """Which shards they are: everybody keeps the first ones of what is held, as many as wanted."""
    dealt: dict[K, str] = {}
    left = dict(wanted)
    for shard in group.shards:
        holder = holders.get(shard, "")
        if left.get(holder, 0) > 0:
            dealt[shard] = holder
            left[holder] -= 1
    places = iter([node for node, n in left.items() for _ in range(n)])
    for shard in group.shards:
        if shard not in dealt:
            dealt[shard] = next(places)
    return dealt
