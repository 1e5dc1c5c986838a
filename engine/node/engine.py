"""Builds everything a node is made of and wires it: the only place that knows all the parts.

A node with producers and consumers works; one without them (``producing`` False) only answers:
the CLI talks to a database through such a one.
"""

from __future__ import annotations

import contextlib
import logging
import os
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from engine import __version__
from engine.api.wire import (
    JobTestShape,
    NodeShape,
    NodeTroubleShape,
    PullTestRequest,
    PullTestShape,
    PushTestRequest,
    PushTestShape,
    SeriesShape,
    StatusShape,
)
from engine.config import Home
from engine.core.alerting import Message, trial_message
from engine.core.errors import Conflict, OperatorError
from engine.core.failpoint import reach
from engine.core.places import database_label
from engine.http.client import HttpClient
from engine.http.guard import TargetGuard
from engine.language.speech import of_environment
from engine.node.holdings import Asked, Holdings
from engine.node.live import Live
from engine.node.load import LoadMeter
from engine.node.trial import try_job
from engine.node.trial_pull import try_pull
from engine.node.trial_push import try_push
from engine.operations.channel_settings import channel
from engine.operations.channels import Channels
from engine.operations.explain import Holding
from engine.operations.master_key import MasterKeyPlace
from engine.operations.secrets import Vault, require_no_key_yet
from engine.operations.tokens import Tokens
from engine.services.alerts import Alerts
from engine.services.doing import Doings
from engine.services.hearing import Hearing
from engine.services.housekeeping import Housekeeping
from engine.services.lease_times import LeaseTimes
from engine.services.leaser import Leaser
from engine.services.limits import Limits, OwnLimits
from engine.services.line import Surroundings
from engine.services.meter import Meters
from engine.services.operation_runner import OperationRunner, Shared
from engine.services.outbox import Outbox
from engine.services.pusher import Pusher, wake_after
from engine.services.secrets import SecretCache
from engine.services.settler import Settler
from engine.services.shared_limits import SharedLimits
from engine.services.sharing import Sharing
from engine.services.supervisor import DRAINED, NodeState, Supervisor
from engine.store.feed import Topic
from engine.store.rows import JobRow, NodeLoadRow
from engine.store.sole_use import SoleUse
from engine.store.store import Store

log = logging.getLogger(__name__)


def now_ms() -> int:
    """The machine's clock, UTC ms."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class NodeSettings:
    """What a node is told at its start.

    own_token: opens its API while it lives. open_to_others: other machines may reach it, so it
    does not start before somebody has a token.
    """

    name: str
    database_url: str
    home: Home
    producing: bool
    own_token: str = ""
    open_to_others: bool = False
    lease_times: LeaseTimes = field(default_factory=LeaseTimes)


class Engine:
    """A node's parts; implements the port of the control API."""

    def __init__(self, settings: NodeSettings, store: Store, vault: Vault) -> None:
        self.settings = settings
        self.store = store
        self._clock = store.clock
        self.vault = vault
        clock = store.clock
        self.tokens = Tokens(store, clock, own=settings.own_token)
        self.guard = TargetGuard()
        self.http = HttpClient(user_agent=f"DataJellyFish/{__version__}", forbidden=self.guard)
        self.secrets = SecretCache(vault)
        self._started_at = clock()
        self._pushers: dict[int, Pusher] = {}
        self._settler = Settler(store, wake_after(self._pushers))
        owner = f"{settings.name}#{os.getpid()}.{random.randrange(1 << 32):08x}"
        self._leaser = Leaser(
            store,
            owner=owner,
            changed=self._leases_changed,
            times=settings.lease_times,
        )
        rng = random.Random()
        self._limits: Limits = (
            SharedLimits(store, node=owner, rng=rng) if store.is_shared else OwnLimits()
        )
        self._supervisor = Supervisor(
            Surroundings(
                store=store,
                http=self.http,
                secrets=self.secrets.get,
                leaser=self._leaser,
                settler=self._settler,
                clock=clock,
                rng=rng,
                limits=self._limits,
            ),
            self._pushers,
            lambda hand_over: Sharing(
                store,
                self._leaser,
                node=settings.name,
                hand_over=hand_over,
                monotonic=time.monotonic,
            ),
        )
        self._operations = OperationRunner(
            Shared(
                store,
                self._supervisor.lines,
                self._ring,
                clock,
                may_work=lambda: self._supervisor.state is NodeState.WORKING,
            ),
            owner=owner,
        )
        self._housekeeping = Housekeeping(store, self._supervisor, clock)
        self._channels = Channels(
            lambda name: channel(vault, name),
            self.guard,
            clock=clock,
            language=of_environment(os.environ),
        )
        self._outbox = Outbox(self._channels.send, sent=self._alert_sent)
        self._alerts = Alerts(
            store, self._supervisor.lines, self._leaser.lease, self._outbox.put, clock=clock
        )
        self._watchers: list[Callable[[], None]] = []
        self._hearing = Hearing(
            store,
            {
                Topic.JOBS: self._jobs_changed,
                Topic.PULLS: self._supervisor.look_at_due,
                Topic.OPERATIONS: self._operations.heard,
                Topic.NODES: self._nodes_changed,
                Topic.TOKENS: _nothing,
                Topic.BREAKERS: self._limits.look,
                Topic.LEASES: self._supervisor.look_at_shares,
            },
            heard=self._tell_watchers,
        )
        self._load = LoadMeter()
        self._trouble: OperatorError | None = None
        self._meters = Meters(store, clock)
        self._doings = Doings(store, settings.name, self._pushers)
        asked = Asked(settings.name, settings.producing, settings.lease_times.live_s)
        self._holdings = Holdings(
            store, self._supervisor, self._settler, self._limits, asked, clock
        )
        self._live = Live(
            store,
            self._supervisor,
            self._settler,
            self._meters,
            self._limits,
            asked,
            clock,
            self._node_trouble,
        )

    async def start(self) -> None:
        """Start the loops of a producing node."""
        if self.settings.open_to_others:
            await self.tokens.require_one()
        await self._hearing.begin()
        await self.secrets.load()
        await self._limits.load()
        self._limits.start()
        if not self.settings.producing:
            return
        reach("node.start")
        if not self.store.is_shared:
            await self.store.expire_leases()
        self._settler.start()
        self._leaser.start()
        await self._supervisor.drain(await self.store.is_drained(self.settings.name))
        await self._supervisor.reconcile()
        self._supervisor.start()
        self._housekeeping.start()
        self._operations.start()
        self._alerts.start()
        self._hearing.start()
        await self.store.listen(self._hearing.look, self._ring_job)
        self._meters.start()
        self._doings.start()
        reach("node.started")

    async def stop(self) -> None:
        """Stop in order: no new pulls, sends finish, outcomes are stored, leases go back."""
        if self.settings.producing:
            reach("node.stopping")
            self._settler.hurry()
            with contextlib.suppress(OperatorError):
                await self.store.node_stops(self.settings.name)
            await self._hearing.stop()
            await self._meters.stop()
            await self._doings.stop()
            await self._alerts.stop()
            await self._outbox.stop()
            await self._operations.stop()
            await self._housekeeping.stop()
            await self._supervisor.stop()
            await self._settler.stop()
            await self._leaser.stop()
            reach("node.stopped")
        await self._limits.stop()
        await self.http.close()
        await self.store.close()

    # ---- the control API's port

    def now(self) -> int:
        """The node's clock."""
        return self._clock()

    def node(self) -> NodeShape:
        """Who this is."""
        return NodeShape(
            name=self.settings.name,
            version=__version__,
            started_at=self._started_at,
            now=self._clock(),
            database=database_label(self.settings.database_url),
            producing=self.settings.producing,
            ledger_id=self.store.ledger_id,
            state=self._supervisor.state.value,
        )

    async def seen(self, url: str, fingerprint: str = "") -> None:
        """Write into the database that this node runs, and obey where it was drained there.

        url: where clients reach it. fingerprint: of its certificate.

        Where that fails, everybody who looks is told so; where the database is gone, work stops.
        """
        trouble = await _refusal(self.store.require_place())
        await self._supervisor.hold("" if trouble is None else trouble.sentence)
        self._trouble = trouble or await _refusal(self._tell_of_itself(url, fingerprint))

    async def _tell_of_itself(self, url: str, fingerprint: str) -> None:
        pushers = self._pushers.values()
        load = NodeLoadRow(
            state=self._supervisor.state.value,
            cpu_permille=self._load.cpu_permille(),
            memory_bytes=self._load.memory_bytes(),
            waiting=sum(one.waiting for one in pushers) + self._settler.waiting,
            unable=self._supervisor.unable,
        )
        name = self.settings.name
        drained = await self.store.node_seen(
            name, __version__, url, load=load, fingerprint=fingerprint
        )
        await self._supervisor.drain(drained)

    def _node_trouble(self) -> NodeTroubleShape | None:
        if self._trouble is not None:
            return NodeTroubleShape(sentence=self._trouble.sentence, hint=self._trouble.hint)
        if self._supervisor.state is not NodeState.WORKING:
            return NodeTroubleShape(
                sentence=DRAINED,
                hint="Let it work again on the page of the nodes.",
                deliberate=True,
            )
        return None

    async def node_changed(self, name: str) -> None:
        """A node was drained or may work again: obey at once where it is this one."""
        if self.settings.producing and name == self.settings.name:
            await self._nodes_changed()

    def watch(self, changed: Callable[[], None]) -> None:
        """Call that whenever something was changed, through whichever node."""
        self._watchers.append(changed)

    async def status(self) -> StatusShape:
        """Every job and consumer now."""
        return await self._live.status()

    async def series(
        self, window_s: float, job: str | None, consumer: str | None = None
    ) -> SeriesShape:
        """The last ``window_s`` seconds of one job or of all, or of one consumer of a job."""
        return await self._live.series(window_s, job, consumer)

    def holding(self, job: str, consumer: str, stored: JobRow | None = None) -> Holding:
        """What holds this consumer back now."""
        return self._holdings.holding(job, consumer, stored)

    async def holding_at(self, node: str, stored: JobRow, consumer: str, known: Holding) -> Holding:
        """The same as that node told it, where it is another one than this."""
        return await self._holdings.holding_at(node, stored, consumer, known)

    async def run_now(self, job: str) -> None:
        """Make the job's pulls due now."""
        row = await self.store.job(job)
        line = self._supervisor.lines.get(row.id)
        if row.paused:
            raise Conflict(f'The job "{job}" is paused.', hint="Resume it first.")
        pulled_somewhere = await self.store.pull_now(row.id)
        if not pulled_somewhere and (line is None or not line.pullers):
            raise Conflict(
                f'Nothing pulls the job "{job}" here.',
                hint=(line.problem if line else "") or "Ask a node that runs producers.",
            )
        for puller in line.pullers.values() if line is not None else ():
            puller.run_now()

    async def test_job(self, document: dict[str, Any]) -> JobTestShape:
        """One real page, nothing stored, nothing sent."""
        await self.secrets.load()
        return await try_job(document, http=self.http, secrets=self.secrets.get, clock=self._clock)

    async def test_pull(self, asked: PullTestRequest) -> PullTestShape:
        """One real page through a draft; nothing stored."""
        await self.secrets.load()
        return await try_pull(
            asked,
            store=self.store,
            http=self.http,
            secrets=self.secrets.get,
            clock=self._clock,
        )

    async def test_push(self, asked: PushTestRequest) -> PushTestShape:
        """The request of one record, sent if asked to; nothing stored."""
        await self.secrets.load()
        return await try_push(
            asked,
            store=self.store,
            http=self.http,
            secrets=self.secrets.get,
            clock=self._clock,
        )

    async def test_channel(self, name: str) -> None:
        """Send a test message over an alert channel."""
        await self._channels.send(name, trial_message(name, self.settings.name))

    async def job_changed(self, job: str) -> None:
        """Take up a job that was saved, paused, resumed or deleted, or a secret that changed."""
        await self._jobs_changed()

    async def operation_changed(self, operation_id: int) -> None:
        """Take up an operation that was begun or steered."""
        self._operations.changed(operation_id)

    async def deliveries_changed(self) -> None:
        """Do not wait for the next tick."""
        self._ring()

    async def _jobs_changed(self) -> None:
        await self.secrets.load()
        if self.settings.producing:
            await self._supervisor.take_up()

    async def _nodes_changed(self) -> None:
        await self._supervisor.drain(await self.store.is_drained(self.settings.name))

    def _tell_watchers(self) -> None:
        for watcher in self._watchers:
            watcher()

    async def _alert_sent(self, message: Message) -> None:
        await self._alerts.sent(message)

    def _ring_job(self, job_id: int) -> None:
        line = self._supervisor.lines.get(job_id)
        if line is not None:
            line.ring()

    def _leases_changed(self) -> None:
        for pusher in self._pushers.values():
            pusher.leases_changed()

    def _ring(self) -> None:
        for pusher in self._pushers.values():
            pusher.ring()


async def _nothing() -> None:
    """Tokens are asked for anew with each request; only who watches must hear of them."""


async def _refusal(work: Awaitable[None]) -> OperatorError | None:
    """What an operator must know of why it was not done; None when it was."""
    try:
        await work
    except OperatorError as error:
        return error
    return None


@asynccontextmanager
async def open_engine(settings: NodeSettings) -> AsyncIterator[Engine]:
    """An engine that is started, and stopped in order at the end."""
    sole_use = SoleUse.of(settings.database_url) if settings.producing else None
    if sole_use is not None:
        sole_use.take()
    try:
        async with _opened(settings) as engine:
            yield engine
    finally:
        if sole_use is not None:
            sole_use.release()


@asynccontextmanager
async def _opened(settings: NodeSettings) -> AsyncIterator[Engine]:
    store = await Store.open(settings.database_url, clock=now_ms, node=settings.name)
    try:
        place = MasterKeyPlace(settings.home.make().key_file)
        if settings.producing and not place.file.exists():
            await require_no_key_yet(store)
        vault = Vault(store, place.read_or_make())
        if settings.producing:
            await vault.require_the_others_key()
        engine = Engine(settings, store, vault)
    except BaseException:
        await store.close()
        raise
    try:
        await engine.start()
        yield engine
    finally:
        await engine.stop()
