"""What one consumer has claimed and not sent yet, and how it is put into requests.

Claims are kept in the order they came in. Not for taking them from the ledger (``feeder``) nor
for sending (``pusher``).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from engine.core.delivery import Event
from engine.core.record import Claimed, PushResult
from engine.store.rows import Settlement


class Ready:
    """The queue between feeder and senders.

    batch_size: the most deliveries of one request. wait_s: how long a request that is not full
    waits for more. valid: the tokens of the leases held now, by shard; claims under another one
    go to ``strays``: they may not leave, their shard is being given back or somebody else's.
    split_tries: by delivery id, tries of this cycle that only ended in a split.
    claims: what is here, for looking; changed by the methods alone.
    """

    def __init__(self, batch_size: int, wait_s: float) -> None:
        self.batch_size = batch_size
        self.valid: Mapping[int, int] = {}
        self.split_tries: dict[int, int] = {}
        self._wait_s = wait_s
        self.claims: deque[Claimed] = deque()
        self.strays: list[Claimed] = []
        self._since_s = 0.0
        self._splits: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self.claims)

    @property
    def ids(self) -> frozenset[int]:
        """The deliveries that have not left yet."""
        return frozenset(one.delivery_id for one in self.claims)

    def add(self, claimed: Sequence[Claimed], now_s: float) -> None:
        """Put these behind the others."""
        if claimed and not self.claims:
            self._since_s = now_s
        self.claims.extend(claimed)

    def take_all(self) -> list[Claimed]:
        """Everything, to be released."""
        taken = list(self.claims) + self.take_strays()
        self.claims.clear()
        return taken

    def take_shard(self, shard: int) -> list[Claimed]:
        """What is here of a shard, to be released, and the strays."""
        taken = [one for one in self.claims if one.shard == shard] + self.take_strays()
        self.claims = deque(one for one in self.claims if one.shard != shard)
        return taken

    def take_strays(self) -> list[Claimed]:
        """What may not leave, to be released."""
        strays, self.strays = self.strays, []
        return strays

    def waits_s(self, now_s: float) -> float:
        """How long what is here still waits for more; 0.0: it does not.

        The halves of a split batch wait for nobody.
        """
        if (
            self._wait_s <= 0
            or not self.claims
            or len(self.claims) >= self.batch_size
            or self.claims[0].delivery_id in self._splits
        ):
            return 0.0
        return max(0.0, self._since_s + self._wait_s - now_s)

    def next_batch(self) -> list[Claimed]:
        """The next request's deliveries; none if all of them belong to somebody else by now."""
        if self.batch_size == 1:
            return self._next_alone()
        batch: list[Claimed] = []
        size = self.batch_size
        while self.claims and len(batch) < size:
            claimed = self.claims[0]
            if self.valid.get(claimed.shard) != claimed.token:
                self.strays.append(self.claims.popleft())
                continue
            split = self._splits.get(claimed.delivery_id, self.batch_size)
            if batch and (split != size or not _go_together(batch[0], claimed)):
                break
            size = min(size, split)
            batch.append(self.claims.popleft())
        return batch

    def _next_alone(self) -> list[Claimed]:
        while self.claims:
            claimed = self.claims.popleft()
            if self.valid.get(claimed.shard) == claimed.token:
                return [claimed]
            self.strays.append(claimed)
        return []

    def remember_splits(
        self, batch: Sequence[Claimed], result: PushResult, settlements: Sequence[Settlement]
    ) -> None:
        """Keep in how small requests the deliveries of a batch that failed are to go out next."""
        for one, settled in zip(batch, settlements, strict=True):
            if result.split:
                self._splits[one.delivery_id] = max(1, (len(batch) + 1) // 2)
                self.split_tries[one.delivery_id] = self.split_tries.get(one.delivery_id, 0) + 1
            elif settled.event is not Event.POSTPONE:
                self._splits.pop(one.delivery_id, None)
                self.split_tries.pop(one.delivery_id, None)


def _go_together(one: Claimed, other: Claimed) -> bool:
    """Whether one request may carry both; a request that is repeated as it was carries one."""
    return one.pull_shard == other.pull_shard and not (one.as_sent or other.as_sent)
