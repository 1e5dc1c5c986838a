"""Watches the window's thread for stalls: times in which it takes no event.

    with stalls() as watched:
        ...
    assert watched.longest_ms < 50, watched

A timer ticks as often as the loop can. What lies between two ticks beyond its interval is a stall,
less the time the thread was ready and other programs had the processor: that is the machine's, not
ours. The system tells it for each thread; where it does not, the whole time counts.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QTimer

TICK_MS = 2
STALL_MS = 50.0


@dataclass(eq=False, slots=True)
class Stalls:
    """What was seen. found: each stall in ms, in their order. waited_ms: for a processor.

    busiest_ms: the most processor time of this thread between two ticks, which a machine that is
    busy with other things leaves as it is.
    """

    found: list[float] = field(default_factory=list)
    longest_ms: float = 0.0
    ticks: int = 0
    waited_ms: float = 0.0
    busiest_ms: float = 0.0
    _last_busy_s: float = 0.0
    _last_s: float = 0.0
    _last_wait_s: float = 0.0

    def __str__(self) -> str:
        listed = ", ".join(f"{ms:.0f}" for ms in self.found)
        return (
            f"longest {self.longest_ms:.0f} ms, over {STALL_MS:.0f} ms: [{listed}], "
            f"{self.ticks} ticks, {self.waited_ms:.0f} ms without a processor, "
            f"busiest {self.busiest_ms:.0f} ms"
        )

    def begin(self) -> None:
        self._last_s, self._last_wait_s = time.perf_counter(), waited_s()
        self._last_busy_s = time.thread_time()

    def tick(self) -> None:
        now_s, wait_s = time.perf_counter(), waited_s()
        gap_ms = (now_s - self._last_s) * 1000
        starved_ms = (wait_s - self._last_wait_s) * 1000
        self._last_s, self._last_wait_s = now_s, wait_s
        busy_s, self._last_busy_s = self._last_busy_s, time.thread_time()
        self.busiest_ms = max(self.busiest_ms, (self._last_busy_s - busy_s) * 1000)
        self.ticks += 1
        self.waited_ms += starved_ms
        stall_ms = gap_ms - TICK_MS - starved_ms
        self.longest_ms = max(self.longest_ms, stall_ms)
        if stall_ms > STALL_MS:
            self.found.append(stall_ms)


def waited_s() -> float:
    """How long this thread was ready to run and had to wait for a processor, since it began."""
    place = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
    try:
        _, waited_ns, _ = place.read_text().split()
    except (OSError, ValueError):
        return 0.0
    return int(waited_ns) / 1e9


@contextmanager
def stalls() -> Iterator[Stalls]:
    """Watch while the block runs; it must let Qt's loop turn."""
    watched = Stalls()
    timer = QTimer()
    timer.setInterval(TICK_MS)
    timer.timeout.connect(watched.tick)
    watched.begin()
    timer.start()
    try:
        yield watched
    finally:
        watched.tick()
        timer.stop()
        timer.deleteLater()
