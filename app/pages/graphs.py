"""The overview's graphs: records per second, what waits, and the time from source to target.

They show one stretch of time and one crosshair: what is pointed at in one is read in all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from app import format
from app.theme import fonts, tokens
from app.theme.theme import Theme
from app.widgets.chart import Chart, LineKind, Scale
from app.widgets.reading import Reading
from app.widgets.scales import duration_marks, value_marks
from app.words import Worded, translate
from engine.api.wire import SeriesShape

GRAPH_PX = 228
PLENTY_PX, GROWTH, MOST_MORE_PX = 720, 0.4, 140
"""From which height of the page on graphs grow, by which share of the rest, and how far."""
WORDS_PX = 80
"""So much of its height is words."""
LIVE_STEP_S = 2.0
"""A series in steps up to this moves by itself; a coarser one gets the rates of now at its end."""
MOMENTS = 120
"""A click means at least this part of the window: nobody hits a second of an hour."""
GAP_PX = 12


@dataclass(frozen=True, slots=True)
class Latest:
    """The numbers of this moment, rates per second; ``at`` in epoch seconds."""

    at: float
    pulled: float
    delivered: float
    failed: float
    backlog: int


class Graphs(Worded):
    """moment_chosen: the instant that was clicked (epoch s), and how long the moment is (s)."""

    moment_chosen = Signal(float, float)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._series: SeriesShape | None = None
        self._latest: Latest | None = None
        self._window_s = 300
        self._step_s = 1.0
        rates = Scale(
            lambda highest: value_marks(highest, 1.0 if highest > 1.5 else 0.1),
            format.rate,
            format.rate,
        )
        counts = Scale(lambda highest: value_marks(highest, 1.0), _count_mark, _count)
        times = Scale(duration_marks, _mark_word, lambda value: format.took(value * 1000))
        self.rates = Chart(
            theme,
            (
                LineKind("pulled", "accent", filled=True),
                LineKind("delivered", "delivered"),
                LineKind("failed", "dead"),
            ),
            rates,
        )
        self.backlog = Chart(theme, (LineKind("backlog", "pending", filled=True),), counts)
        self.times = Chart(
            theme, (LineKind("p50", "accent", filled=True), LineKind("p99", "retrying")), times
        )
        self.charts = (self.rates, self.backlog, self.times)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.GAP_PX)
        for chart, share in zip(self.charts, (8, 5, 5), strict=True):
            row.addWidget(chart, share)
        self.give_height(0)
        self.reading = Reading(theme, self)
        for chart in self.charts:
            chart.clicked.connect(self._clicked)
            chart.pointed.connect(lambda at, of=chart: self._point(of, at))
        self.wording()

    def wording(self) -> None:
        self.rates.set_words(
            translate("Graphs", "Records per second"),
            {
                "pulled": translate("Graphs", "pulled"),
                "delivered": translate("Graphs", "delivered"),
                "failed": translate("Graphs", "failed"),
            },
            translate("Graphs", "Reading the graph…"),
        )
        self.backlog.set_words(
            translate("Graphs", "Backlog"),
            {"backlog": translate("Graphs", "unsynced")},
            translate("Graphs", "Nothing is known of this time"),
        )
        self.times.set_words(
            translate("Graphs", "Latency"),
            {"p50": translate("Graphs", "p50"), "p99": translate("Graphs", "p99")},
            translate("Graphs", "Nothing was delivered in this time"),
        )

    def give_height(self, window_px: int) -> None:
        """Graphs grow with a window that is higher than its rows need. window_px: the page's."""
        more = min(max(window_px - PLENTY_PX, 0) * GROWTH, MOST_MORE_PX)
        self.setFixedHeight(round(GRAPH_PX + more) + fonts.room(WORDS_PX) - WORDS_PX)

    def choose_window(self, window_s: int) -> None:
        """The window shown from now on; what is there stays until its numbers come."""
        self._window_s = window_s

    def show_series(self, series: SeriesShape) -> None:
        """Draw these."""
        self._series = series
        self._step_s = series.step_s
        self._draw()

    def forget(self) -> None:
        """Something else is looked at: no number of what was stays."""
        self._latest = self._series = None
        self._point(self.rates, None)
        for chart in self.charts:
            chart.show_latest({})

    def show_latest(self, latest: Latest) -> None:
        """The line's tip moves on, between two series."""
        self._latest = latest
        self.rates.show_latest(
            {"pulled": latest.pulled, "delivered": latest.delivered, "failed": latest.failed}
        )
        self.backlog.show_latest({"backlog": latest.backlog})
        if self._series is not None and self._series.step_s > LIVE_STEP_S:
            self._draw()

    def _draw(self) -> None:
        series = self._series
        assert series is not None
        start = series.start / 1000
        xs = [start + i * series.step_s for i in range(len(series.pulled))]
        lines: dict[str, list[float | None]] = {
            "pulled": list(series.pulled),
            "delivered": list(series.delivered),
            "failed": list(series.failed),
            "backlog": _padded(series.backlog, len(xs)),
            "p50": _seconds(series.p50_ms, len(xs)),
            "p99": _seconds(series.p99_ms, len(xs)),
        }
        tip = self._latest
        if tip is not None and series.step_s > LIVE_STEP_S and xs and tip.at > xs[-1]:
            xs.append(tip.at)
            now: dict[str, float] = {
                "pulled": tip.pulled,
                "delivered": tip.delivered,
                "failed": tip.failed,
            }
            if series.backlog:
                now["backlog"] = tip.backlog
            for key, line in lines.items():
                line.append(now.get(key, line[-1]))
        until = max(xs[-1] if xs else start, start + self._window_s)
        span = (until - self._window_s, until)
        for chart, keys in (
            (self.rates, ("pulled", "delivered", "failed")),
            (self.backlog, ("backlog",)),
            (self.times, ("p50", "p99")),
        ):
            chart.show_values(xs, {key: lines[key] for key in keys}, span)

    # ------------------------------------------------------------ one instant
    def _point(self, of: Chart, at: float | None) -> None:
        for chart in self.charts:
            chart.show_crosshair(at)
        if at is None:
            self.reading.hide()
            return
        values = [value for chart in self.charts for value in chart.values_at(at)]
        self.reading.show_values(at, values)
        of.setAccessibleDescription(", ".join(f"{each.name} {each.word}" for each in values))
        x = of.x() + of.x_of(at)
        width = self.reading.width()
        left = x + GAP_PX if x + GAP_PX + width <= self.width() else x - GAP_PX - width
        self.reading.move(round(max(0.0, left)), 44)

    def _clicked(self, at: float) -> None:
        self.moment_chosen.emit(at, max(self._step_s, self._window_s / MOMENTS))


def _mark_word(seconds: float) -> str:
    """A duration on the axis: short, without a zero behind the point."""
    if not seconds:
        return "0"
    if seconds < 1:
        return translate("Format", "{n} ms").format(n=f"{seconds * 1000:g}")
    if seconds < 60:
        return translate("Format", "{n} s").format(n=f"{seconds:g}")
    return format.span(seconds)


def _count(value: float) -> str:
    return format.number(round(value))


def _count_mark(value: float) -> str:
    """A count on the axis: thousands and millions are short."""
    if value >= 1_000_000:
        return translate("Format", "{n} M").format(n=f"{value / 1_000_000:g}")
    if value >= 10_000:
        return translate("Format", "{n} k").format(n=f"{value / 1000:g}")
    return format.number(round(value))


def _seconds(values: Sequence[float | None], count: int) -> list[float | None]:
    """Milliseconds as seconds; as many as there are instants."""
    return _padded([None if ms is None else ms / 1000 for ms in values], count)


def _padded(values: Sequence[float | None], count: int) -> list[float | None]:
    return ([*values] + [None] * count)[:count]
