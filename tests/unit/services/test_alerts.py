from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from engine.core.alerting import Message, MessageState
from engine.core.breaker import FAILURES_IN_A_ROW, FIRST_WAIT_S, BreakerState
from engine.core.errors import Unavailable
from engine.http.client import HttpClient
from engine.http.guard import TargetGuard
from engine.services.alerts import Alerts
from engine.services.leaser import Leaser
from engine.services.line import Line, Surroundings, build_line
from engine.services.settler import Settler
from engine.store.alerts import AlertRow, AlertWrite, alert_id
from engine.store.rows import (
    ConsumerRow,
    ConsumerStatus,
    Counts,
    CursorRow,
    JobRow,
    JobStatus,
    Lease,
    LeaseKey,
    WorkKind,
)

NOW = 1_700_000_000_000
S = 1000


def document(*alerts: dict[str, Any], consumers: Sequence[str] = ("erp",)) -> dict[str, Any]:
    return {
        "job": "orders",
        "producer": {
            "kind": "http_pull",
            "request": {"url": "http://127.0.0.1:9/orders"},
            "response": {"records": "body.items"},
            "cursor": {"value": "record.id", "type": "number"},
            "shards": [{"name": "east"}, {"name": "west"}],
        },
        "ledger": {"key": "record.id"},
        "consumers": [
            {"name": name, "request": {"method": "POST", "url": "http://127.0.0.1:9/"}}
            for name in consumers
        ],
        "alerts": list(alerts),
    }


def alert(when: str, *to: str, repeat: str = "60m") -> dict[str, Any]:
    return {"when": when, "to": list(to or ("ops",)), "repeat": repeat}


@dataclass
class Numbers:
    """What the store would answer, and whether it answers; beaten: another node writes first."""

    counts: dict[int, Counts] = field(default_factory=dict)
    oldest_at: int | None = None
    good_at: dict[str, int | None] = field(
        default_factory=lambda: {"east": NOW - 3 * S, "west": NOW - 2 * S}
    )
    away: bool = False
    beaten: bool = False
    alerts: dict[int, AlertRow] = field(default_factory=dict)
    jobs: list[int] = field(default_factory=lambda: [1])
    asked: int = 0

    async def status(self, job_id: int | None = None) -> Sequence[JobStatus]:
        self.asked += 1
        if self.away:
            raise Unavailable("The database is busy.")
        consumers = [
            ConsumerStatus(id_, f"c{id_}", counts, self.oldest_at)
            for id_, counts in self.counts.items()
        ]
        return [JobStatus(id_, "orders", 0, tuple(consumers)) for id_ in self.jobs]

    async def alerts_of(self, job_id: int) -> Sequence[AlertRow]:
        return [row for row in self.alerts.values() if row.id == alert_id(job_id, row.key)]

    async def write_alerts(self, job_id: int, writes: Sequence[AlertWrite]) -> list[bool]:
        done = []
        for one in writes:
            id_ = alert_id(job_id, one.key)
            row = self.alerts.get(id_)
            fits = not self.beaten and (row.revision if row else 0) == one.before
            if fits:
                self.alerts[id_] = AlertRow(
                    id_, one.key, one.standing, one.resolved_at, one.facts, one.owed, one.before + 1
                )
            done.append(fits)
        return done

    async def alerts_told(self, alert_ids: Sequence[int]) -> None:
        for id_ in alert_ids:
            self.alerts[id_] = replace(self.alerts[id_], owed="")

    async def cursors(self, job_id: int) -> Sequence[CursorRow]:
        return [
            CursorRow(job_id, shard, None, "", 0, 0, "", None, None, good_at)
            for shard, good_at in self.good_at.items()
        ]


class Scene:
    """One job at work, its alerts, and what they told."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.numbers = Numbers()
        self.lines: dict[int, Line] = {}
        self.told: list[tuple[str, Message]] = []
        self.leased = {"east", "west"}
        self.token = 1
        self.now = NOW
        self.restart()

    def restart(self) -> None:
        """The node's process is another one; what is in the database stays."""
        self.alerts = Alerts(
            self.numbers,
            self.lines,
            self._lease,
            lambda channel, message: self.told.append((channel, message)),
            clock=lambda: self.now,
        )

    async def sent(self) -> None:
        """The channels took everything that was told so far."""
        for _, message in self.told:
            await self.alerts.sent(message)

    def run(self, job: dict[str, Any], *, paused: bool = False, asked: bool = True) -> Line:
        """Build the job's line; ``asked``: each shard was pulled since."""
        consumers = tuple(
            ConsumerRow(n, 1, one["name"], False, 0, 0, None)
            for n, one in enumerate(job["consumers"], start=1)
        )
        text = json.dumps(job)
        row = JobRow(1, "orders", 1, text, paused, NOW - 3600 * S, NOW, 1, consumers)
        self.numbers.counts = {one.id: Counts() for one in consumers}
        line = self.lines[1] = build_line(row, self._around)
        for puller in line.pullers.values():
            puller.due_at = NOW if asked else None
        return line

    async def pass_s(self, seconds: float) -> list[str]:
        """Judge after that time; what was told then, as texts."""
        self.now += round(seconds * S)
        before = len(self.told)
        await self.alerts.evaluate()
        return [message.text for _, message in self.told[before:]]

    def _lease(self, key: LeaseKey) -> Lease | None:
        if key.kind is WorkKind.PULL and key.shard in self.leased:
            return Lease(key, "me", self.token, NOW)
        return None


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    http = HttpClient(user_agent="test", forbidden=TargetGuard())
    nothing: Any = None
    around = Surroundings(
        store=nothing,
        http=http,
        secrets=lambda name: b"secret",
        leaser=Leaser(nothing, owner="me", changed=lambda: None),
        settler=Settler(nothing, lambda settled: None),
        clock=lambda: NOW,
        rng=random.Random(1),
    )
    yield Scene(around)
    await http.close()


async def test_failed_records_are_told_once_then_resolved(scene: Scene) -> None:
    scene.run(document(alert("failed > 0")))
    assert await scene.pass_s(5) == []
    scene.numbers.counts[1] = Counts(dead=3, pending=10, retrying=2)
    [text] = await scene.pass_s(5)
    assert text.startswith("Alert: job orders, consumer erp: failed > 0.\n3 failed, 12 unsynced")
    assert await scene.pass_s(5) == []
    scene.numbers.counts[1] = Counts()
    assert (await scene.pass_s(5))[0].startswith("Resolved: job orders")
    assert await scene.pass_s(5) == []
    assert [(channel, one.state) for channel, one in scene.told] == [
        ("ops", MessageState.OPEN),
        ("ops", MessageState.RESOLVED),
    ]


async def test_an_open_alert_is_repeated_at_its_interval(scene: Scene) -> None:
    scene.run(document(alert("failed > 0", repeat="10m")))
    scene.numbers.counts[1] = Counts(dead=1)
    assert len(await scene.pass_s(5)) == 1
    assert await scene.pass_s(599) == []
    assert (await scene.pass_s(1))[0].startswith("Still open")


async def test_lag_is_the_age_of_the_oldest_unsynced_record(scene: Scene) -> None:
    scene.run(document(alert("lag_s > 60")))
    scene.numbers.oldest_at = NOW
    assert await scene.pass_s(60) == []
    assert "lag 65 s" in (await scene.pass_s(5))[0]


async def test_a_source_is_silent_since_the_last_good_page_of_its_most_silent_shard(
    scene: Scene,
) -> None:
    scene.run(document(alert("source_silent_s > 600")))
    assert await scene.pass_s(597) == []
    assert "silent for 605 s" in (await scene.pass_s(5))[0]
    scene.numbers.good_at["west"] = scene.now
    assert await scene.pass_s(5) == []
    scene.numbers.good_at["east"] = scene.now
    assert (await scene.pass_s(5))[0].startswith("Resolved")


async def test_a_source_that_never_answered_is_silent_since_the_job_was_made(scene: Scene) -> None:
    scene.run(document(alert("source_silent_s > 600")))
    scene.numbers.good_at = {}
    assert "silent for 3605 s" in (await scene.pass_s(5))[0]


async def test_the_time_in_which_nobody_asked_is_no_silence(scene: Scene) -> None:
    line = scene.run(document(alert("source_silent_s > 600")), asked=False)
    assert await scene.pass_s(7200) == []
    for puller in line.pullers.values():
        puller.due_at = scene.now
    assert len(await scene.pass_s(5)) == 1


async def test_the_silence_of_a_shard_another_node_asks_is_known(scene: Scene) -> None:
    line = scene.run(document(alert("source_silent_s > 600")))
    line.pullers["west"].due_at = None
    scene.leased = {"east"}
    assert len(await scene.pass_s(605)) == 1


async def test_a_long_first_run_is_not_silent_while_pages_come(scene: Scene) -> None:
    line = scene.run(document(alert("source_silent_s < 10")), asked=False)
    for puller in line.pullers.values():
        puller.last_pull_at = NOW
    assert await scene.pass_s(3600) == []
    scene.numbers.good_at = {"east": scene.now, "west": scene.now}
    assert len(await scene.pass_s(5)) == 1


async def test_an_open_breaker_is_told_until_it_has_closed(scene: Scene) -> None:
    line = scene.run(document(alert("breaker_open")))
    breaker = line.pushers[1].breaker
    for _ in range(FAILURES_IN_A_ROW):
        breaker.record(ok=False, now_s=0.0)
    assert "circuit breaker of the target is open" in (await scene.pass_s(5))[0]
    breaker.allow(FIRST_WAIT_S, 0)
    assert breaker.state is BreakerState.HALF_OPEN
    assert await scene.pass_s(5) == []
    breaker.record(ok=True, now_s=FIRST_WAIT_S)
    assert (await scene.pass_s(5))[0].startswith("Resolved")


async def test_a_flood_of_one_job_is_one_message(scene: Scene) -> None:
    alerts = [alert("failed > 0"), alert("lag_s > 60"), alert("unsynced > 5", "ops", "boss")]
    scene.run(document(*alerts, consumers=["erp", "crm", "bi"]))
    scene.numbers.counts = dict.fromkeys((1, 2, 3), Counts(dead=1, pending=9))
    scene.numbers.oldest_at = NOW - 100 * S
    await scene.pass_s(5)
    assert [channel for channel, _ in scene.told] == ["ops", "boss"]
    assert scene.told[0][1].text.count("consumer ") == 3


async def test_a_paused_job_is_silent_and_remembers_what_was_open(scene: Scene) -> None:
    scene.run(document(alert("failed > 0")))
    scene.numbers.counts[1] = Counts(dead=1)
    await scene.pass_s(5)
    scene.run(document(alert("failed > 0")), paused=True)
    assert await scene.pass_s(36_000) == []
    scene.run(document(alert("failed > 0")))
    assert (await scene.pass_s(5))[0].startswith("Resolved")


async def test_a_paused_consumer_is_not_judged(scene: Scene) -> None:
    line = scene.run(document(alert("failed > 0"), consumers=["erp", "crm"]))
    erp, crm = line.row.consumers
    line.row = replace(line.row, consumers=(replace(erp, paused=True), crm))
    scene.numbers.counts = dict.fromkeys((1, 2), Counts(dead=1))
    [text] = await scene.pass_s(5)
    assert "consumer crm" in text
    assert "consumer erp" not in text


async def test_a_job_that_cannot_be_built_is_judged_too(scene: Scene) -> None:
    line = scene.run(document(alert("source_silent_s > 600")))
    scene.lines[1] = Line(line.row, line.job, problem='There is no secret named "shop".')
    assert "silent for 608 s" in (await scene.pass_s(605))[0]


async def test_a_job_whose_shards_another_node_holds_is_judged_there(scene: Scene) -> None:
    scene.run(document(alert("failed > 0")))
    scene.numbers.counts[1] = Counts(dead=1)
    scene.leased = {"west"}
    assert await scene.pass_s(5) == []
    scene.leased = {"east"}
    assert len(await scene.pass_s(5)) == 1


async def test_a_job_without_alerts_costs_no_question_to_the_store(scene: Scene) -> None:
    scene.run(document())
    await scene.pass_s(5)
    assert scene.numbers.asked == 0


async def test_a_condition_that_fails_is_logged_once(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.run(document(alert('lag_s > "60"')))
    assert [await scene.pass_s(5) for _ in range(3)] == [[], [], []]
    assert caplog.text.count("an alert cannot be judged") == 1


async def test_a_job_that_is_deleted_and_made_anew_starts_anew(scene: Scene) -> None:
    job = document(alert("failed > 0"))
    scene.run(job)
    scene.numbers.counts[1] = Counts(dead=1)
    await scene.pass_s(5)
    del scene.lines[1]
    scene.numbers.alerts.clear()  # they went with the job
    await scene.pass_s(5)
    scene.run(job)
    scene.numbers.counts[1] = Counts(dead=1)
    assert (await scene.pass_s(5))[0].startswith("Alert")


async def test_a_store_that_is_away_leaves_alerts_as_they_are(scene: Scene) -> None:
    scene.run(document(alert("failed > 0")))
    scene.numbers.counts[1] = Counts(dead=1)
    await scene.pass_s(5)
    scene.numbers.away = True
    with pytest.raises(Unavailable):
        await scene.pass_s(5)
    scene.numbers.away = False
    assert await scene.pass_s(5) == []


async def test_a_restart_tells_nothing_again(scene: Scene) -> None:
    scene.run(document(alert("failed > 0")))
    scene.numbers.counts[1] = Counts(dead=1)
    assert len(await scene.pass_s(5)) == 1
    await scene.sent()
    scene.restart()
    assert await scene.pass_s(5) == []
    scene.numbers.counts[1] = Counts()
    scene.restart()
    assert (await scene.pass_s(5))[0].startswith("Resolved"), "what ended meanwhile is told"


async def test_what_a_dead_node_did_not_get_out_is_told_by_the_next(scene: Scene) -> None:
    scene.run(document(alert("failed > 0")))
    scene.numbers.counts[1] = Counts(dead=3)
    [first] = await scene.pass_s(5)
    scene.restart()
    assert await scene.pass_s(5) == [first]
    await scene.sent()
    scene.restart()
    assert await scene.pass_s(5) == []


async def test_what_another_node_left_owed_is_told_when_its_shard_comes_back(
    scene: Scene,
) -> None:
    scene.run(document(alert("failed > 0")))
    assert await scene.pass_s(5) == []
    here = scene.alerts
    scene.restart()  # the other node, which dies with its message
    scene.numbers.counts[1] = Counts(dead=3)
    [text] = await scene.pass_s(5)

    scene.alerts, scene.token = here, 2
    assert await scene.pass_s(5) == [text]
    scene.token = 3
    assert await scene.pass_s(5) == [], "it is under way here already"


async def test_what_is_under_way_twice_is_owed_until_both_are_out(scene: Scene) -> None:
    scene.run(document(alert("failed > 0", "ops", "boss")))
    scene.numbers.counts[1] = Counts(dead=1)
    await scene.pass_s(5)
    (_, first), (_, second) = scene.told
    await scene.alerts.sent(first)
    assert [row.owed for row in scene.numbers.alerts.values()] == ["opened"]
    await scene.alerts.sent(second)
    assert [row.owed for row in scene.numbers.alerts.values()] == [""]


async def test_a_node_whose_write_came_second_tells_nothing(scene: Scene) -> None:
    scene.run(document(alert("failed > 0")))
    scene.numbers.counts[1] = Counts(dead=1)
    scene.numbers.beaten = True
    assert await scene.pass_s(5) == []


async def test_a_flood_over_many_jobs_is_one_message(scene: Scene) -> None:
    line = scene.run(document(alert("failed > 0")))
    scene.numbers.counts[1] = Counts(dead=1)
    scene.lines.update(
        {n: replace(line, row=replace(line.row, id=n, name=f"job{n}")) for n in range(2, 9)}
    )
    scene.numbers.jobs = list(scene.lines)
    [text] = await scene.pass_s(5)
    assert text.count("Alert: job ") == 5
    assert text.endswith("Another 3 jobs are not told of here.")
    assert scene.told[0][1].title == "Data JellyFish: alerts on 8 jobs"
    assert len(scene.told[0][1].alerts) == 8


async def test_an_open_alert_ends_silently_with_its_rule(scene: Scene) -> None:
    scene.run(document(alert("failed > 0")))
    scene.numbers.counts[1] = Counts(dead=1)
    await scene.pass_s(5)
    scene.run(document(alert("unsynced > 1000")))
    assert await scene.pass_s(5) == []
    (row,) = scene.numbers.alerts.values()
    assert (row.standing.open, row.resolved_at) == (False, scene.now)
