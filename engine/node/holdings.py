"""What holds a consumer back, at the node that is asked or at another one: for ``explain``.

Pauses are looked up by who asks. Not for the status of all: ``live``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.core.errors import NotFound
from engine.operations.document import Job, job_from_text
from engine.operations.explain import Holding
from engine.operations.jobs import consumer_of
from engine.services.doing import Doing, decoded
from engine.services.limits import Limits
from engine.services.line import Line
from engine.services.pusher import Pusher
from engine.services.settler import Settler
from engine.services.supervisor import Supervisor
from engine.store.rows import JobRow
from engine.store.store import Store


@dataclass(frozen=True, slots=True)
class Asked:
    """The node that is asked. live_s: one that was not seen for longer may be dead."""

    name: str
    producing: bool
    live_s: float


class Holdings:
    """What one node knows."""

    def __init__(
        self,
        store: Store,
        supervisor: Supervisor,
        settler: Settler,
        limits: Limits,
        asked: Asked,
        clock: Callable[[], int],
    ) -> None:
        self._store = store
        self._supervisor = supervisor
        self._settler = settler
        self._limits = limits
        self._asked = asked
        self._clock = clock

    def holding(self, job: str, consumer: str, stored: JobRow | None = None) -> Holding:
        """What holds a consumer back now; NotFound for one that a job at work here has not.

        stored: the job as it is stored, for what is known of it where it is not at work here.
        """
        line = next((one for one in self._supervisor.lines.values() if one.row.name == job), None)
        if line is None:
            return self._let_alone(Holding(running=False), stored, consumer)
        row = next((one for one in line.row.consumers if one.name == consumer), None)
        if row is None:
            raise NotFound(f'The job "{job}" has no consumer "{consumer}".')
        pusher = line.pushers.get(row.id)
        known = Holding(
            job_paused=line.row.paused,
            consumer_paused=row.paused,
            consumer_removed=row.removed_at is not None,
            running=self._asked.producing and not line.problem,
            problem=line.problem if self._asked.producing else "",
            store_problem=self._settler.problem,
        )
        if pusher is None:
            return self._let_alone(known, line.row, consumer)
        return _with_pusher(known, pusher, line, self._clock())

    async def holding_at(self, node: str, stored: JobRow, consumer: str, known: Holding) -> Holding:
        """The same as another node told it, and whether that one is still seen."""
        if node == self._asked.name:
            return known
        told = next((one for one in await self._store.doings() if one.node == node), None)
        doings = {} if told is None else decoded(told.doing)
        doing = doings.get(consumer_of(stored, consumer).id, Doing(0))
        limit = rate_limit(job_from_text(stored.document), consumer) if doing.rate_waits else None
        silent_s = 0.0 if told is None else (self._clock() - told.seen_at) / 1000
        return replace(
            known,
            running=True,
            problem="",
            store_problem=doing.problem,
            rate=limit or "",
            batch_wait_s=0.0,
            in_flight=doing.in_flight,
            claimed=frozenset(),
            elsewhere=True,
            silent_s=silent_s if silent_s > self._asked.live_s else 0.0,
        )

    def _let_alone(self, known: Holding, row: JobRow | None, consumer: str) -> Holding:
        """The same with what all nodes know of its target."""
        found = next((one for one in row.consumers if one.name == consumer), None) if row else None
        if row is None or found is None:
            return known
        alone = self._limits.let_alone(found.id, row.revision)
        if alone is None:
            return known
        return replace(known, breaker=alone.reason, breaker_retry_at=alone.retry_at)


def _with_pusher(known: Holding, pusher: Pusher, line: Line, now: int) -> Holding:
    """The same with what the consumer's pusher knows."""
    retry_in_s = pusher.retry_in_s
    name = next(one.name for one in line.row.consumers if one.id == pusher.plan.consumer_id)
    return replace(
        known,
        store_problem=known.store_problem or pusher.problem,
        breaker=pusher.breaker.reason,
        breaker_retry_at=None if retry_in_s is None else now + round(retry_in_s * 1000),
        rate=(rate_limit(line.job, name) or "") if pusher.rate_wait_s > 0 else "",
        batch_wait_s=pusher.batch_wait_left_s,
        claimed=pusher.ready,
        in_flight=pusher.sending if pusher.sending >= pusher.plan.concurrency else 0,
    )


def rate_limit(document: Job, consumer: str) -> str | None:
    """The consumer's rate as the document writes it."""
    return next((one.rate for one in document.consumers if one.name == consumer), None)
