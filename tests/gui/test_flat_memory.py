"""The console's memory while it is used for half an hour beside a large ledger.

A node on five million records takes in hundreds more every second; the console shows every page,
section, dialog and state over and over, its graphs live. At full length (`make bench`) the memory,
the objects of Qt and Python, and the tasks must not grow once everything was shown a few times;
the short form shows that it works, and prints its figures.
"""

from __future__ import annotations

import asyncio
import gc
import os
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from app.models.record_filter import RecordFilter
from app.pages.records import RecordsPage
from app.theme.theme import Mode, Theme
from engine.api.client import NodeClient
from tests.bench.test_million import fill, resident_mb
from tests.bench.test_throughput import serving
from tests.gui.conftest import Run
from tests.gui.scenes import PLACES, SCENES
from tests.gui.stage import Stage, console_on
from tests.node_process import running_node

RATE = 300
"""New records a second, as the machine has the console, the node and both systems to carry."""
SAMPLE_S = 10.0
LONG_S, SHORT_S = 1800.0, 8.0
LIVE_S = 6.0
"""How long the graphs, and then the list that follows, are watched in each round."""
PATIENCE_S = 120.0
"""For one scene: how soon it is there is judged elsewhere, with nothing beside it."""
WARM_SHARE = 0.25
"""Of the time, after which everything was shown a few times and caches are full."""
GROWTH_MB, GROWTH_OBJECTS, GROWTH_TASKS = 4.0, 0.02, 2.0
"""At most, from the warm-up to the end, along the fitted line; objects as a share."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The console's process at one moment.

    qt: objects of Qt that Python holds. Asking Qt for all there are would make one in Python of
    each, which stays, and so be the leak that is looked for.
    """

    at_s: float
    memory_mb: float
    qt: int
    python: int
    tasks: int


@dataclass
class Sampler:
    """Takes a sample every few seconds. kinds: of Python's objects, at the warm-up and the end."""

    samples: list[Sample] = field(default_factory=list)
    kinds: list[Counter[str]] = field(default_factory=list)

    def take(self, at_s: float) -> None:
        gc.collect()
        objects = gc.get_objects()
        made = Sample(
            at_s,
            resident_mb(os.getpid()),
            sum(isinstance(each, QObject) for each in objects),
            len(objects),
            len(asyncio.all_tasks()),
        )
        self.samples.append(made)
        print(
            f"{made.at_s:7.0f} s {made.memory_mb:7.1f} MB, {made.qt:,} objects of Qt, "
            f"{made.python:,} of Python, {made.tasks} tasks",
            flush=True,
        )

    def count_kinds(self) -> None:
        gc.collect()
        self.kinds.append(Counter(type(each).__qualname__ for each in gc.get_objects()))

    def grown(self, of: Callable[[Sample], float]) -> float:
        """From the warm-up to the end, along the line that fits the samples best."""
        warm = [each for each in self.samples if each.at_s >= self.samples[-1].at_s * WARM_SHARE]
        times = [each.at_s for each in warm]
        slope, _ = statistics.linear_regression(times, [of(each) for each in warm])
        return slope * (times[-1] - times[0])

    def report(self) -> str:
        more = self.kinds[-1].copy()
        more.subtract(self.kinds[0])
        kinds = ", ".join(f"{kind} {n:+}" for kind, n in more.most_common(12) if n > 0)
        return (
            f"grown since the warm-up: {self.grown(lambda each: each.memory_mb):+.2f} MB, "
            f"{self.grown(lambda each: each.qt):+.0f} objects of Qt, "
            f"{self.grown(lambda each: each.python):+.0f} of Python, "
            f"{self.grown(lambda each: each.tasks):+.1f} tasks; by kind: {kinds or 'none'}"
        )


def document(port: int) -> dict[str, Any]:
    """The steady stream goes into the job of the large ledger, and on to a consumer of its own."""
    target = {"url": f"http://127.0.0.1:{port}/orders", "timeout": "5s"}
    retry = {"policy": "fixed", "every": "1s", "attempts": 3}
    return {
        "job": "orders",
        "producer": {
            "kind": "http_pull",
            "schedule": {"every": "1s"},
            "mode": "incremental",
            "request": {
                "url": f"http://127.0.0.1:{port}/orders",
                "query": {"after": "${cursor}"},
            },
            "response": {"records": "body.items"},
            "cursor": {"value": "record.seq", "type": "number", "start": "0"},
        },
        "ledger": {"key": "record.seq", "push_shards": 4},
        "consumers": [
            {"name": "erp", "request": target},
            {"name": "crm", "request": target, "retry": retry, "start": "now"},
        ],
    }


@asynccontextmanager
async def busy_node(home: Path, n: int) -> AsyncIterator[Any]:
    """A node on a ledger of n records, more arriving; its backlog's consumer is paused."""
    if not (home / "jellyfish.db").exists():
        home.mkdir(exist_ok=True)
        await fill(f"sqlite:///{home / 'jellyfish.db'}", n)
    async with serving("steady_servers", str(RATE)) as port, running_node(home) as node:
        async with node.client() as client:
            await client.apply(document(port))
            await client.pause("orders", "erp")
            await client.resume("orders")
            await _failing(client)
        yield node


async def _failing(client: NodeClient) -> None:
    """Until the target has refused one."""
    async with asyncio.timeout(60):
        while not any(each.failed for each in (await client.status()).jobs[0].consumers[1:]):
            await asyncio.sleep(0.1)


async def use(on: Stage, theme: Theme, scenes: Any, going: Callable[[], bool]) -> int:
    """Show everything, over and over; how often."""
    rounds = 0
    while going():
        for scene in scenes:
            if going():
                await scene.play(on)
                on.clear()
        await watch_live(on, going)
        rounds += 1
        theme.choose(Mode.DARK if rounds % 2 else Mode.LIGHT)
    return rounds


async def watch_live(on: Stage, going: Callable[[], bool]) -> None:
    """The graphs for a while, and then the newest records as they come in."""
    page = on.window.page_of(RecordsPage)
    for key, following in (("overview", False), ("records", True)):
        on.window.show_page(key)
        if following:
            on.window.navigator.records(RecordFilter())
            page.filter_bar.follow.setChecked(True)
        ends_s = time.monotonic() + LIVE_S
        while time.monotonic() < ends_s and going():
            await asyncio.sleep(0.1)
    page.filter_bar.follow.setChecked(False)


async def sampled(sampler: Sampler, work: Awaitable[int], seconds: float) -> int:
    """Sample while the work goes on."""
    began_s, task = time.monotonic(), asyncio.ensure_future(work)
    every_s = min(SAMPLE_S, seconds / 6)
    while not task.done():
        await asyncio.wait({task}, timeout=every_s)
        at_s = time.monotonic() - began_s
        sampler.take(at_s)
        if at_s >= seconds * WARM_SHARE and not sampler.kinds:
            sampler.count_kinds()
    sampler.count_kinds()
    return task.result()


@pytest.mark.bench
@pytest.mark.timeout(3600)
# A request cancelled while its connection is made leaves the socket to the garbage collector (in
# httpx's transport); over half an hour that happens, and is no growth.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_memory_stays_flat_while_everything_is_looked_at(
    qapp: QApplication, theme: Theme, tmp_path: Path, run_long: Run[Any], full_length: bool
) -> None:
    seconds, n = (LONG_S, 5_000_000) if full_length else (SHORT_S, 20_000)
    home = Path(os.environ.get("LEDGER_HOME", tmp_path / "home"))  # one that is filled already
    sampler = Sampler()

    async def watched() -> int:
        async with busy_node(home, n) as node, console_on(qapp, theme, tmp_path, node) as on:
            on.deadline_s = PATIENCE_S
            ends_s = time.monotonic() + seconds
            scenes = SCENES if full_length else PLACES
            work = use(on, theme, scenes, lambda: time.monotonic() < ends_s)
            return await sampled(sampler, work, seconds)

    rounds = run_long(watched())
    print(f"\n{rounds} rounds; {sampler.report()}")
    assert rounds > 0
    if full_length:
        assert sampler.grown(lambda each: each.memory_mb) < GROWTH_MB
        assert sampler.grown(lambda each: each.qt) < GROWTH_OBJECTS * sampler.samples[-1].qt
        assert sampler.grown(lambda each: each.python) < GROWTH_OBJECTS * sampler.samples[-1].python
        assert sampler.grown(lambda each: each.tasks) < GROWTH_TASKS
