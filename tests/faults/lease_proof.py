"""Nothing was written for a shard by a node that did not own it: proved from the lease history.

Every attempt and every pull names the token it was made under and the node that wrote it. The
history tells whose token that was, for which shard, and from when to when.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass

from engine.store.access import Access

CLOCKS_MS = 500
"""How far two readings of the database's clock by two machines may be apart."""

_HISTORY = (
    "SELECT token, job_id, kind, shard, owner, taken_at, ended_at FROM lease_history ORDER BY token"
)
_ATTEMPTS = (
    "SELECT a.id, a.token, a.node, a.started_at, d.shard, c.job_id, a.error_kind FROM attempt AS a"
    " JOIN delivery AS d ON d.id = a.delivery_id JOIN consumer AS c ON c.id = d.consumer_id"
)
_PULLS = "SELECT id, token, node, started_at, shard, job_id FROM pull"
FOR_A_DEAD_NODE = ("crash",)
"""What the attempts are called that a shard's new owner writes for what the dead one had begun."""


@dataclass(frozen=True, slots=True)
class _Owned:
    """A token: whose, for which shard, from when to when (UTC ms); None: to this day."""

    token: int
    node: str
    place: tuple[int, str, str]
    taken_at: int
    ended_at: int | None

    def held_at(self, at: int) -> bool:
        """Whether it was the shard's token then, as far as clocks can tell."""
        ended_at = at if self.ended_at is None else self.ended_at
        return self.taken_at - CLOCKS_MS <= at <= ended_at + CLOCKS_MS


def faults(access: Access) -> tuple[list[str], int]:
    """What was written by a node without the lease, and how many rows were looked at."""
    owned, found = _owned(access)
    attempts = access.rows(_ATTEMPTS)
    for id_, token, node, started_at, shard, job_id, kind in attempts:
        mine = owned.get(token)
        if mine is None or mine.place != (job_id, "push", str(shard)):
            found.append(f"attempt {id_} names token {token}, which is none of its shard")
        elif kind in FOR_A_DEAD_NODE:
            after = [one for one in owned.values() if one.place == mine.place]
            if not any(one.token > token and one.node == node for one in after):
                found.append(f"attempt {id_} was written by {node}, who never took over")
        elif mine.node != node or not mine.held_at(started_at):
            found.append(f"attempt {id_} of {node} at {started_at} is none of {mine}")
    pulls = access.rows(_PULLS)
    for id_, token, node, started_at, shard, job_id in pulls:
        mine = owned.get(token)
        if mine is None or mine.place != (job_id, "pull", shard) or mine.node != node:
            found.append(f"pull {id_} of {node} names token {token}, which is not its own")
        elif not mine.held_at(started_at):
            found.append(f"pull {id_} of {node} at {started_at} is none of {mine}")
    return found, len(attempts) + len(pulls)


def _owned(access: Access) -> tuple[dict[int, _Owned], list[str]]:
    """Every token, and where two of one shard were alive at the same time."""
    owned: dict[int, _Owned] = {}
    of_place: dict[tuple[int, str, str], list[_Owned]] = defaultdict(list)
    for token, job_id, kind, shard, owner, taken_at, ended_at in access.rows(_HISTORY):
        one = _Owned(token, owner.rpartition("#")[0], (job_id, kind, shard), taken_at, ended_at)
        owned[token] = one
        of_place[one.place].append(one)
    overlaps = [
        f"{before} and {after} overlap"
        for place in of_place.values()
        for before, after in itertools.pairwise(place)
        if before.ended_at is None or before.ended_at > after.taken_at
    ]
    return owned, overlaps
