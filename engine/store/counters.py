"""Counts, kept in the same transaction as what they count.

Per minute: what happened. Minute 0: totals since ever, and how many deliveries are in each state
(design.md rule 12; ``checks`` recounts them). Consumer 0 is the job as a whole.
"""

from __future__ import annotations

from collections import Counter

from engine.core.delivery import State
from engine.store.access import Access, Counts

TOTAL = 0
"""The minute under which totals stand."""

WHOLE_JOB = 0
"""The consumer under which a job's own numbers stand."""

PULLED = "pulled"
DUPLICATES = "duplicates"
PULLS = "pulls"
PULL_ERRORS = "pull_errors"
ATTEMPTS = "attempts"
UNKNOWN = "unknown"
POSTPONED = "postponed"
RESENT = "resent"
REMOVED_RECORDS = "removed_records"
REMOVED = {
    State.DELIVERED: "removed_delivered",
    State.SKIPPED: "removed_skipped",
}
LATENCY = "latency_"

_WORDS = {state: state.word for state in State}
_SETTLED_WORDS = {
    State.DELIVERED: "delivered",
    State.DEAD: "dead",
    State.SKIPPED: "skipped",
}
_OWN = ("minute", "job_id", "consumer_id", "what", "n")
_ADD = " ON CONFLICT (minute, job_id, consumer_id, what) DO UPDATE SET n = counter.n + excluded.n"


class Tally:
    """The changes of one operation, added up, to be written in one go."""

    def __init__(self, now: int) -> None:
        self._minute = now // 60_000
        self._changes: Counter[tuple[int, int, int, str]] = Counter()

    def happened(self, job_id: int, consumer_id: int, what: str, n: int = 1) -> None:
        """Something happened ``n`` times in this minute."""
        self._changes[self._minute, job_id, consumer_id, what] += n

    def total(self, job_id: int, consumer_id: int, what: str, n: int = 1) -> None:
        """A total since ever grew by ``n``."""
        self._changes[TOTAL, job_id, consumer_id, what] += n

    def both(self, job_id: int, consumer_id: int, what: str, n: int = 1) -> None:
        """Something that is counted by the minute and in total."""
        self.happened(job_id, consumer_id, what, n)
        self.total(job_id, consumer_id, what, n)

    def moved(
        self, job_id: int, consumer_id: int, before: State | None, after: State, n: int = 1
    ) -> None:
        """``n`` deliveries went from one state (None: new) to another."""
        if before is not None:
            self._changes[TOTAL, job_id, consumer_id, _WORDS[before]] -= n
        self._changes[TOTAL, job_id, consumer_id, _WORDS[after]] += n
        if after in _SETTLED_WORDS:
            self.happened(job_id, consumer_id, _SETTLED_WORDS[after], n)

    def latency(self, job_id: int, consumer_id: int, bucket: int, n: int) -> None:
        """``n`` deliveries took this long; the bucket is of ``core.latency``."""
        self.happened(job_id, consumer_id, f"{LATENCY}{bucket}", n)

    def write(self, access: Access) -> None:
        """Add the changes to the table, now or with those of the whole transaction."""
        if access.late is not None:
            for place, n in self._changes.items():
                access.late[place] += n
        else:
            _write(access, self._changes)


def write_late(access: Access) -> None:
    """Write what was counted in this transaction and not written yet.

    It comes last and in one order everywhere, so nodes that count the same things wait for each
    other as briefly as can be, and never in a circle.
    """
    late, access.late = access.late, None
    if late:
        _write(access, late)


def _write(access: Access, changes: Counts) -> None:
    rows = [(*place, n) for place, n in sorted(changes.items()) if n]
    if rows:
        access.insert_rows("counter", _OWN, rows, conflict=_ADD)
